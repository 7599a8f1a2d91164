//! Arrows between controllers that are no neighbours, and of one to itself: round the left side of the column.

use super::super::who::Who;
use super::{Layout, Line, Plan, STUB, TRACK, label_width, row, said, tracks};

/// Where an end stands among those of its box, its arrow, and whether that starts there.
type End = ((i64, i64), usize, bool);

/// The left side.
pub struct Left {
    /// By place in the column: ends of arrows from top to bottom, and whether each starts there.
    ports: Vec<Vec<(usize, bool)>>,
    /// By place in the column: room that they take.
    pub heights: Vec<i32>,
    /// Room of the words next to the boxes.
    words: i32,
    /// Arrow, track.
    tracks: Vec<(usize, i32)>,
    /// Room of all of it.
    pub width: i32,
}

impl Left {
    /// Orders the ends so that arrows lie in each other: what leads upwards on top, the nearest first; what leads downwards below, the
    /// furthest first; what leads to its own box last.
    pub fn of(plan: &Plan<'_>, around: &[usize]) -> Self {
        let arrows = &plan.who.arrows;
        let places = |arrow: usize| {
            let at = |node: usize| plan.place[node].expect("both ends stand in the column");
            (at(arrows[arrow].from), at(arrows[arrow].to))
        };
        let mut keyed: Vec<Vec<End>> = vec![Vec::new(); plan.column.len()];
        for &arrow in around {
            let (from, to) = places(arrow);
            let far = i64::try_from(from.abs_diff(to)).expect("places are few");
            let nth = i64::try_from(arrow).expect("arrows are few");
            for (here, there, starts) in [(from, to, true), (to, from, false)] {
                let key = match there.cmp(&here) {
                    std::cmp::Ordering::Less => (far - i64::from(i32::MAX), nth),
                    std::cmp::Ordering::Greater => (-far, -nth),
                    std::cmp::Ordering::Equal => (nth, i64::from(!starts)),
                };
                keyed[here].push((key, arrow, starts));
            }
        }
        let ports: Vec<Vec<(usize, bool)>> = keyed
            .into_iter()
            .map(|mut ends| {
                ends.sort_unstable();
                ends.into_iter().map(|(_, arrow, starts)| (arrow, starts)).collect()
            })
            .collect();
        let heights = ports.iter().map(|ends| room(plan.who, ends)).collect();
        let words = around.iter().map(|&arrow| label_width(&arrows[arrow].does) + 8).max().unwrap_or(0).max(STUB);
        // Upright pieces compare by the places of their ends; within a box by the order of its ports.
        let number = |place: usize, arrow: usize, starts: bool| {
            let port = ports[place].iter().position(|&end| end == (arrow, starts)).expect("each end has its port");
            i32::try_from(place * 10_000 + port * 10).expect("ports are few")
        };
        let spans = around.iter().map(|&arrow| {
            let (from, to) = places(arrow);
            (number(from, arrow, true), number(to, arrow, false), arrow)
        });
        let tracks = tracks(spans.collect());
        let most = tracks.iter().map(|(_, track)| track + 1).max().unwrap_or(0);
        let width = if most == 0 { 0 } else { words + most * TRACK };
        Self { ports, heights, words, tracks, width }
    }

    /// Adds the lines.
    pub fn draw(&self, plan: &Plan<'_>, layout: &mut Layout) {
        let arrows = &plan.who.arrows;
        let mut ends = vec![[0_i32; 2]; arrows.len()];
        for (ports, band) in self.ports.iter().zip(&plan.bands) {
            let mut y = band.y + (band.height - room(plan.who, ports)) / 2;
            for &(arrow, starts) in ports {
                let (above, below) = end(plan.who, arrow, starts);
                ends[arrow][usize::from(!starts)] = y + above;
                y += above + below;
            }
        }
        let side = plan.edges.0;
        for &(arrow, track) in &self.tracks {
            let [from, to] = ends[arrow];
            let x = side - self.words - TRACK / 2 - track * TRACK;
            let points = vec![(side, from), (x, from), (x, to), (side, to)];
            let below = if said(&arrows[arrow].does).1.is_empty() { from } else { from + 12 };
            layout.lines.push(Line { arrow, points, words: [(side - 6, from - 5), (side - 6, below)], ends: true });
        }
    }
}

/// Room above and below an end: words stand where an arrow starts.
fn end(who: &Who, arrow: usize, starts: bool) -> (i32, i32) {
    if starts { row(&who.arrows[arrow].does) } else { (7, 7) }
}

fn room(who: &Who, ports: &[(usize, bool)]) -> i32 {
    ports.iter().map(|&(arrow, starts)| end(who, arrow, starts)).map(|(above, below)| above + below).sum()
}
