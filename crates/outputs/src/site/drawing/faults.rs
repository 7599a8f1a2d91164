//! What a layout must not do, counted: lines that cross, that lie on each other, that run through a box or over the label of another.

use super::graph::Graph;
use super::place::{Layout, Plate};

/// What was counted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Faults {
    /// Pairs of stretches of two lines that cross.
    pub crossings: usize,
    /// Pairs of stretches of two lines that lie on each other.
    pub overlaps: usize,
    /// Lines and boxes that they run through.
    pub through_boxes: usize,
    /// Lines and labels of other lines that they run under.
    pub under_labels: usize,
    /// Stretches that are neither level nor upright.
    pub askew: usize,
}

/// A straight stretch of a line.
struct Stretch {
    /// Its line.
    line: usize,
    /// Where it runs: its height if it is level, else how far right.
    level: i32,
    /// Where it begins.
    from: i32,
    /// Where it ends, further right or further down.
    to: i32,
}

/// Counts them.
pub fn faults(graph: &Graph, layout: &Layout) -> Faults {
    let mut faults = Faults::default();
    let (mut flat, mut upright): (Vec<Stretch>, Vec<Stretch>) = (Vec::new(), Vec::new());
    for (line, points) in layout.lines.iter().enumerate() {
        for (a, b) in points.windows(2).map(|pair| (pair[0], pair[1])).filter(|(a, b)| a != b) {
            match (a.0 == b.0, a.1 == b.1) {
                (_, true) => flat.push(Stretch { line, level: a.1, from: a.0.min(b.0), to: a.0.max(b.0) }),
                (true, _) => upright.push(Stretch { line, level: a.0, from: a.1.min(b.1), to: a.1.max(b.1) }),
                _ => faults.askew += 1,
            }
        }
    }
    for all in [&mut flat, &mut upright] {
        all.sort_by_key(|one| (one.level, one.from, one.to, one.line));
        // The furthest end so far on this level, and of which line.
        let mut reached: Option<(i32, i32, usize)> = None;
        for one in all.iter() {
            match reached.filter(|(level, ..)| *level == one.level) {
                Some((level, to, line)) => {
                    faults.overlaps += usize::from(one.from < to && one.line != line);
                    if one.to > to {
                        reached = Some((level, one.to, one.line));
                    }
                }
                None => reached = Some((one.level, one.to, one.line)),
            }
        }
    }
    for one in &upright {
        let within = between(&flat, one.from, one.to);
        faults.crossings +=
            within.iter().filter(|flat| flat.line != one.line && flat.from < one.level && one.level < flat.to).count();
    }
    let hits = |[x, y, width, height]: Plate, own: Option<usize>| {
        let level = between(&flat, y, y + height).iter().filter(|flat| flat.from < x + width && x < flat.to);
        let up = between(&upright, x, x + width).iter().filter(|up| up.from < y + height && y < up.to);
        level.chain(up).filter(|stretch| Some(stretch.line) != own).count()
    };
    for placed in &layout.boxes {
        faults.through_boxes += hits([placed.x, placed.y, placed.width, placed.height], None);
    }
    for (line, edge) in graph.edges.iter().enumerate() {
        let Some((tags, figure)) = layout.plates(line, edge) else { continue };
        faults.under_labels += tags.into_iter().chain(figure).map(|plate| hits(plate, Some(line))).sum::<usize>();
    }
    faults
}

/// Those of sorted stretches that run strictly between two levels.
fn between(sorted: &[Stretch], from: i32, to: i32) -> &[Stretch] {
    let first = sorted.partition_point(|one| one.level <= from);
    let last = sorted.partition_point(|one| one.level < to);
    &sorted[first..last.max(first)]
}
