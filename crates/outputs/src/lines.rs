//! Lines of drawings: upright and level pieces with rounded corners.

use std::fmt::Write as _;

/// The `d` of a path through these points, pixels; `round` is the radius of its corners, less where pieces are short. Points on the way
/// are left out.
pub fn rounded(points: &[(i32, i32)], round: i32) -> String {
    let mut kept: Vec<(i32, i32)> = Vec::with_capacity(points.len());
    for &point in points {
        while let [.., a, b] = kept.as_slice()
            && ((a.0 == b.0 && b.0 == point.0) || (a.1 == b.1 && b.1 == point.1))
        {
            kept.pop();
        }
        if kept.last() != Some(&point) {
            kept.push(point);
        }
    }
    let Some(&(x, y)) = kept.first() else {
        return String::new();
    };
    let mut path = format!("M{x} {y}");
    for corner in kept.windows(3) {
        let [a, b, c] = [corner[0], corner[1], corner[2]];
        let length = |p: (i32, i32), q: (i32, i32)| (p.0 - q.0).abs() + (p.1 - q.1).abs();
        let round = round.min(length(a, b) / 2).min(length(b, c) / 2);
        let towards = |p: (i32, i32)| (b.0 + (p.0 - b.0).signum() * round, b.1 + (p.1 - b.1).signum() * round);
        let (before, after) = (towards(a), towards(c));
        let _ = write!(path, "L{} {}Q{} {} {} {}", before.0, before.1, b.0, b.1, after.0, after.1);
    }
    if let [.., last] = kept.as_slice() {
        let _ = write!(path, "L{} {}", last.0, last.1);
    }
    path
}
