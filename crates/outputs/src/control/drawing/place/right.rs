//! Loads to the right of the column: each beside the first that cuts it, straight arrows from there, the others round a track between.

use super::super::who::Does;
use super::{Band, Layout, Line, Placed, Plan, STUB, TRACK, box_size, is_load, label_width, row, said, tracks};

/// Between two boxes.
const GAP: i32 = 10;

/// A load beside its controller.
struct Load {
    node: usize,
    /// Place in the column of the controller that it stands beside.
    beside: usize,
    /// Straight arrows first, then those from elsewhere.
    straight: Vec<usize>,
    bent: Vec<usize>,
    height: i32,
}

/// The right side.
pub struct Right {
    loads: Vec<Load>,
    /// By place in the column: arrows that start there and end beside another.
    leaving: Vec<Vec<usize>>,
    /// By place in the column: room that they take.
    pub heights: Vec<i32>,
    /// Room of the words next to the boxes.
    words: i32,
}

impl Right {
    /// Says which load stands where.
    pub fn of(plan: &Plan<'_>) -> Self {
        let arrows = &plan.who.arrows;
        let mut into: Vec<Vec<usize>> = vec![Vec::new(); plan.who.nodes.len()];
        for (n, arrow) in arrows.iter().enumerate() {
            if is_load(plan.who, arrow.to) {
                into[arrow.to].push(n);
            }
        }
        let place = |arrow: usize| plan.place[arrows[arrow].from].expect("arrows start in the column");
        let mut leaving = vec![Vec::new(); plan.column.len()];
        let mut heights = vec![0; plan.column.len()];
        let mut loads = Vec::new();
        for (node, mut all) in into.into_iter().enumerate() {
            all.sort_by_key(|&arrow| (arrows[arrow].does == Does::Watches, place(arrow), arrow));
            let Some(beside) = all.first().map(|&arrow| place(arrow)) else { continue };
            let (straight, mut bent): (Vec<usize>, Vec<usize>) =
                all.into_iter().partition(|&arrow| place(arrow) == beside);
            bent.sort_by_key(|&arrow| (place(arrow), arrow));
            for &arrow in &bent {
                leaving[place(arrow)].push(arrow);
                let (above, below) = row(&arrows[arrow].does);
                heights[place(arrow)] += above + below;
            }
            let room: i32 = straight.iter().map(|&arrow| row(&arrows[arrow].does)).map(|(a, b)| a + b).sum();
            let ends = i32::try_from(bent.len()).expect("arrows are few") * 14;
            let height = box_size(plan.who, node).1.max(room + ends);
            heights[beside] += height + GAP;
            loads.push(Load { node, beside, straight, bent, height });
        }
        for (height, leaving) in heights.iter_mut().zip(&leaving).filter(|(height, _)| **height > 0) {
            // No gap below the last load.
            *height -= if leaving.is_empty() { GAP } else { 0 };
        }
        let all = loads.iter().flat_map(|load| load.straight.iter().chain(&load.bent));
        let words = all.map(|&arrow| label_width(&arrows[arrow].does)).max().unwrap_or(0);
        Self { loads, leaving, heights, words: words + 8 }
    }

    /// Adds boxes and lines; gives the right edge of all.
    pub fn draw(&self, plan: &Plan<'_>, layout: &mut Layout) -> i32 {
        let arrows = &plan.who.arrows;
        let side = plan.edges.1;
        if self.loads.is_empty() {
            return side;
        }
        let middle = |(band, room): (&Band, &i32)| band.y + (band.height - room) / 2;
        let mut cursor: Vec<i32> = plan.bands.iter().zip(&self.heights).map(middle).collect();
        let mut tops = Vec::with_capacity(self.loads.len());
        let mut ends = vec![[0_i32; 2]; arrows.len()];
        for load in &self.loads {
            let top = cursor[load.beside];
            cursor[load.beside] += load.height + GAP;
            tops.push(top);
            let room: i32 = load.straight.iter().map(|&arrow| row(&arrows[arrow].does)).map(|(a, b)| a + b).sum();
            let bent = i32::try_from(load.bent.len()).expect("arrows are few") * 14;
            let mut y = top + (load.height - room - bent) / 2;
            for &arrow in &load.straight {
                let (above, below) = row(&arrows[arrow].does);
                ends[arrow] = [y + above; 2];
                y += above + below;
            }
            for &arrow in &load.bent {
                ends[arrow][1] = y + 7;
                y += 14;
            }
        }
        for (leaving, cursor) in self.leaving.iter().zip(&mut cursor) {
            for &arrow in leaving {
                let (above, below) = row(&arrows[arrow].does);
                ends[arrow][0] = *cursor + above;
                *cursor += above + below;
            }
        }
        let bent = self.leaving.iter().flatten().map(|&arrow| (ends[arrow][0], ends[arrow][1], arrow)).collect();
        let tracks = tracks(bent);
        let most = tracks.iter().map(|(_, track)| track + 1).max().unwrap_or(0);
        let far = side + self.words + most * TRACK + STUB;
        for load in &self.loads {
            for &arrow in &load.straight {
                let points = vec![(side, ends[arrow][0]), (far, ends[arrow][1])];
                layout.lines.push(self.line(plan, arrow, points));
            }
        }
        for (arrow, track) in tracks {
            let x = side + self.words + TRACK / 2 + track * TRACK;
            let [from, to] = ends[arrow];
            layout.lines.push(self.line(plan, arrow, vec![(side, from), (x, from), (x, to), (far, to)]));
        }
        let width = self.loads.iter().map(|load| box_size(plan.who, load.node).0).max().unwrap_or(0).max(64);
        for (load, y) in self.loads.iter().zip(tops) {
            layout.boxes.push(Placed { node: load.node, x: far, y, width, height: load.height });
        }
        far + width
    }

    fn line(&self, plan: &Plan<'_>, arrow: usize, points: Vec<(i32, i32)>) -> Line {
        let (x, y) = (plan.edges.1 + 6, points[0].1);
        let below = if said(&plan.who.arrows[arrow].does).1.is_empty() { y } else { y + 12 };
        Line { arrow, points, words: [(x, y - 5), (x, below)], ends: false }
    }
}
