//! How many rectangles of one size a floor takes beside what stands there, by search.
//!
//! In a packing every rectangle can be pushed towards the corner until it touches something, so that its position is the edge
//! of an obstacle plus whole rectangles. Only such positions are tried, in that order, and a branch ends where the room that
//! is left cannot beat the best so far. If the counted work suffices, the answer is the most there is.

use std::collections::BTreeSet;

use super::floor::{self, Rect};

/// Comparisons of one search.
pub const WORK: u64 = 3_000_000;
/// Positions along an axis.
const MOST_EDGES: usize = 400;
/// Rectangles of a packing.
pub const MOST: u32 = 200;

/// What a search found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packing {
    /// Rectangles that fit together, none on an obstacle.
    pub placed: Vec<Rect>,
    /// No packing has more: by the room that any one of them can use, or because the search came to its end.
    pub at_most: u32,
    /// Free floor by the area of one, whatever its shape.
    pub by_area: u32,
}

/// Packs as many of `size` as it finds, each in one of two turns; `taken` may overlap each other and reach out of the room.
pub fn pack(room: Rect, taken: &[Rect], size: (i64, i64), most: u32) -> Packing {
    let most = most.min(MOST);
    let area = size.0 * size.1;
    let taken: Vec<Rect> = taken.iter().filter_map(|rect| rect.within(room)).collect();
    if area <= 0 || room.is_empty() {
        return Packing { placed: Vec::new(), at_most: 0, by_area: 0 };
    }
    let count = |space: i64| u32::try_from((space / area).max(0)).unwrap_or(u32::MAX);
    let by_area = count(room.area() - floor::covered(&taken));
    let turns: Vec<(i64, i64)> = if size.0 == size.1 { vec![size] } else { vec![size, (size.1, size.0)] };
    let Some(usable) = floor::usable(room, &taken, &turns) else {
        // Too many obstacles to look at each gap between them.
        return Packing { placed: Vec::new(), at_most: by_area, by_area };
    };
    let bound = usable.iter().map(|island| count(floor::covered(island))).sum::<u32>().min(by_area);
    let mut best: Vec<Rect> = Vec::new();
    let mut whole = false;
    // Different corners to push into find different packings when the work runs out.
    for frame in 0..4_u8 {
        let seen = |rect: &Rect| rect.seen(room, frame);
        let obstacles: Vec<Rect> = taken.iter().map(seen).collect();
        let turns: Vec<(i64, i64)> =
            turns.iter().map(|turn| if frame >= 2 { (turn.1, turn.0) } else { *turn }).collect();
        let islands: Vec<Rect> = usable.iter().flatten().map(seen).collect();
        let mut search = Search::new(seen(&room), &obstacles, &turns, &islands, bound.min(most));
        search.best_so_far(best.len());
        search.run();
        whole |= search.ended;
        if search.best.len() > best.len() {
            best = search.best.iter().map(|rect| rect.unseen(room, frame)).collect();
        }
        if whole || best.len() >= bound.min(most) as usize {
            break;
        }
    }
    best.sort_unstable();
    let found = u32::try_from(best.len()).unwrap_or(u32::MAX);
    let at_most = if whole && found < most { found } else { bound };
    Packing { placed: best, at_most, by_area }
}

/// One search, from one corner.
struct Search {
    /// Where one may stand, by corner; nothing of it on an obstacle.
    spots: Vec<Rect>,
    /// Area of the usable floor from a spot's column on.
    rest: Vec<i64>,
    area: i64,
    /// As many as are wanted, or can be.
    goal: usize,
    /// To be beaten.
    floor: usize,
    best: Vec<Rect>,
    work: u64,
    ended: bool,
}

impl Search {
    fn new(room: Rect, taken: &[Rect], turns: &[(i64, i64)], usable: &[Rect], goal: u32) -> Self {
        let edges = |pick: fn(&Rect) -> (i64, i64), long: fn(&(i64, i64)) -> i64| {
            let steps: Vec<i64> = turns.iter().map(long).collect();
            positions(pick(&room), taken.iter().map(|rect| pick(rect).1), &steps)
        };
        let (columns, all_columns) = edges(|rect| (rect.x0, rect.x1), |turn| turn.0);
        let (rows, all_rows) = edges(|rect| (rect.y0, rect.y1), |turn| turn.1);
        let mut search = Self {
            spots: Vec::new(),
            rest: Vec::new(),
            area: turns[0].0 * turns[0].1,
            goal: goal as usize,
            floor: 0,
            best: Vec::new(),
            work: 0,
            ended: all_columns && all_rows,
        };
        for &x in &columns {
            let left: Vec<Rect> = usable.iter().filter_map(|rect| rect.within(Rect { x0: x, ..room })).collect();
            let rest = floor::covered(&left);
            for &y in &rows {
                for turn in turns {
                    let spot = Rect { x0: x, y0: y, x1: x + turn.0, y1: y + turn.1 };
                    search.work += taken.len() as u64 / 8;
                    if spot.is_within(room) && !taken.iter().any(|other| other.meets(&spot)) {
                        search.spots.push(spot);
                        search.rest.push(rest);
                    }
                }
            }
        }
        search
    }

    fn best_so_far(&mut self, count: usize) {
        self.floor = count;
    }

    /// Depth first over spots in order, with a stack of its own.
    fn run(&mut self) {
        let mut chosen: Vec<usize> = Vec::new();
        let mut next = 0;
        loop {
            let most = self.best.len().max(self.floor);
            if most >= self.goal {
                self.ended = false;
                return;
            }
            self.work += 1;
            if self.work > WORK {
                self.ended = false;
                return;
            }
            let spot = self.spots.get(next).copied();
            let worth = spot.is_some_and(|spot| self.could_beat(most, &chosen, next, spot));
            let Some(spot) = spot.filter(|_| worth) else {
                let Some(last) = chosen.pop() else { return };
                next = last + 1;
                continue;
            };
            self.work += chosen.len() as u64;
            if chosen.iter().all(|&other| !self.spots[other].meets(&spot)) {
                chosen.push(next);
                if chosen.len() > most {
                    self.best = chosen.iter().map(|&at| self.spots[at]).collect();
                }
            }
            next += 1;
        }
    }

    /// Whether what is left from this column on, less what stands there, has room for enough more.
    fn could_beat(&self, most: usize, chosen: &[usize], next: usize, spot: Rect) -> bool {
        let beyond = |at: &usize| {
            let other = &self.spots[*at];
            (other.x1 - other.x0.max(spot.x0)).max(0) * (other.y1 - other.y0)
        };
        let left = self.rest[next] - chosen.iter().rev().map(beyond).sum::<i64>();
        let more = usize::try_from((left / self.area).max(0)).unwrap_or(usize::MAX);
        chosen.len().saturating_add(more) > most
    }
}

/// Wall and far edges of obstacles plus whole rectangles, within the room, ascending; and whether these are all.
fn positions((from, to): (i64, i64), edges: impl Iterator<Item = i64>, steps: &[i64]) -> (Vec<i64>, bool) {
    let fits = |at: i64| from <= at && steps.iter().any(|step| at + step <= to);
    let mut all: BTreeSet<i64> = edges.chain([from]).filter(|&at| fits(at)).collect();
    let mut fresh: Vec<i64> = all.iter().copied().collect();
    while let Some(at) = fresh.pop() {
        for step in steps {
            if all.len() >= MOST_EDGES {
                return (all.into_iter().collect(), false);
            }
            if fits(at + step) && all.insert(at + step) {
                fresh.push(at + step);
            }
        }
    }
    (all.into_iter().collect(), true)
}
