//! Rectangles on a floor: what they cover together, and which floor between them a rectangle of some size could stand on.

use std::collections::BTreeSet;

/// A rectangle in micrometres: x from the rear, y from the left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[allow(missing_docs)]
pub struct Rect {
    pub x0: i64,
    pub y0: i64,
    pub x1: i64,
    pub y1: i64,
}

impl Rect {
    /// Its area, in square micrometres.
    pub fn area(&self) -> i64 {
        (self.x1 - self.x0).max(0) * (self.y1 - self.y0).max(0)
    }

    /// Whether it has no area.
    pub fn is_empty(&self) -> bool {
        self.x1 <= self.x0 || self.y1 <= self.y0
    }

    /// Whether they have floor in common; edges may touch.
    pub fn meets(&self, other: &Self) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    /// Whether all of it is in the other.
    pub fn is_within(&self, other: Self) -> bool {
        other.x0 <= self.x0 && self.x1 <= other.x1 && other.y0 <= self.y0 && self.y1 <= other.y1
    }

    /// The part of it that is in the other.
    pub fn within(&self, other: Self) -> Option<Self> {
        let both = Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        };
        (!both.is_empty()).then_some(both)
    }

    /// Looked at with another corner in front: 1 from the far corner, 2 along the other axis, 3 both.
    pub fn seen(&self, room: Self, frame: u8) -> Self {
        let turned = if frame % 2 == 1 { self.across(room) } else { *self };
        if frame >= 2 { Self { x0: turned.y0, y0: turned.x0, x1: turned.y1, y1: turned.x1 } } else { turned }
    }

    /// Back from [`Rect::seen`].
    pub fn unseen(&self, room: Self, frame: u8) -> Self {
        let turned = if frame >= 2 { Self { x0: self.y0, y0: self.x0, x1: self.y1, y1: self.x1 } } else { *self };
        if frame % 2 == 1 { turned.across(room) } else { turned }
    }

    fn across(&self, room: Self) -> Self {
        let (x, y) = (room.x0 + room.x1, room.y0 + room.y1);
        Self { x0: x - self.x1, y0: y - self.y1, x1: x - self.x0, y1: y - self.y0 }
    }
}

/// Cells of the grid that the edges of obstacles draw, for [`usable`].
const CELLS: usize = 40_000;

/// Area that rectangles cover together.
pub fn covered(all: &[Rect]) -> i64 {
    let mut columns: Vec<i64> = all.iter().flat_map(|rect| [rect.x0, rect.x1]).collect();
    columns.sort_unstable();
    columns.dedup();
    let mut sum = 0;
    for pair in columns.windows(2) {
        let mut spans: Vec<(i64, i64)> =
            all.iter().filter(|rect| rect.x0 <= pair[0] && pair[1] <= rect.x1).map(|rect| (rect.y0, rect.y1)).collect();
        spans.sort_unstable();
        let (mut high, mut reach) = (0, i64::MIN);
        for (from, to) in spans {
            high += (to - from.max(reach)).max(0);
            reach = reach.max(to);
        }
        sum += high * (pair[1] - pair[0]);
    }
    sum
}

/// The floor that a rectangle of one of these sizes could cover somewhere, in islands that have nothing in common: each is the
/// union of its rectangles. `None` where there are too many obstacles to look at.
pub fn usable(room: Rect, taken: &[Rect], sizes: &[(i64, i64)]) -> Option<Vec<Vec<Rect>>> {
    let axis = |from: i64, to: i64, edges: BTreeSet<i64>| -> Vec<i64> {
        edges
            .into_iter()
            .chain([from, to])
            .filter(|at| (from..=to).contains(at))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    };
    let xs = axis(room.x0, room.x1, taken.iter().flat_map(|rect| [rect.x0, rect.x1]).collect());
    let ys = axis(room.y0, room.y1, taken.iter().flat_map(|rect| [rect.y0, rect.y1]).collect());
    if xs.len() * ys.len() > CELLS || xs.len() * xs.len() * ys.len() > CELLS * 100 {
        return None;
    }
    let mut widest: Vec<Rect> = Vec::new();
    for (left, &x0) in xs.iter().enumerate() {
        // Rows that are free from this column on, shrinking as the rectangle grows.
        let mut free = vec![true; ys.len().saturating_sub(1)];
        for right in left + 1..xs.len() {
            let column = Rect { x0: xs[right - 1], x1: xs[right], ..room };
            for rect in taken.iter().filter(|rect| rect.meets(&column)) {
                let rows = ys.partition_point(|y| *y < rect.y0)..ys.partition_point(|y| *y < rect.y1);
                free[rows].fill(false);
            }
            let x1 = xs[right];
            let mut from = 0;
            while from < free.len() {
                let to = from + free[from..].iter().take_while(|free| **free).count();
                let gap = Rect { x0, x1, y0: ys[from], y1: ys[to.max(from)] };
                if sizes.iter().any(|size| size.0 <= gap.x1 - gap.x0 && size.1 <= gap.y1 - gap.y0) {
                    widest.push(gap);
                }
                from = to + 1;
            }
        }
    }
    // Of those that lie in another one only the other counts.
    widest.sort_unstable_by_key(|rect| std::cmp::Reverse(rect.area()));
    let mut kept: Vec<Rect> = Vec::new();
    for rect in widest {
        if !kept.iter().any(|other| rect.is_within(*other)) {
            kept.push(rect);
        }
    }
    Some(islands(&kept))
}

/// Rectangles in groups that meet.
fn islands(all: &[Rect]) -> Vec<Vec<Rect>> {
    let mut left: Vec<Rect> = all.to_vec();
    let mut islands = Vec::new();
    while let Some(first) = left.pop() {
        let mut island = vec![first];
        let mut at = 0;
        while at < island.len() {
            let one = island[at];
            let (near, far): (Vec<Rect>, Vec<Rect>) = left.into_iter().partition(|other| other.meets(&one));
            island.extend(near);
            left = far;
            at += 1;
        }
        island.sort_unstable();
        islands.push(island);
    }
    islands.sort_unstable();
    islands
}
