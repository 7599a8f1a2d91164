//! Wires and cables that meet at things without a place (splices, fuse holders, sockets on leads) against the way between the bodies at
//! the far ends. Such a thing lies where its wires let it, so that a chain through it reaches as far as its pieces together, and no farther.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use model::device::Origin;
use model::units::Number;
use model::{Build, DeviceId, RunId};

use super::reach::{Piece, pieces, way};
use super::{Layout, measure};

/// Links that are followed.
const WORK: u64 = 2_000_000;

/// Wires and cables one after the other, from one body to another, the shortest way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chain {
    /// Their runs, from the first end to the second, each once.
    pub runs: Vec<RunId>,
    /// The two bodies: indices in [`Layout::stands`].
    pub ends: [usize; 2],
    /// What they meet at, from the first end to the second.
    pub through: Vec<DeviceId>,
    /// Micrometres at most: of the wires, with slack, of the cables, and of what of [`Chain::through`] has a stated size.
    pub length: i64,
    /// Everything in it has a stated size; else it may be longer.
    pub whole: bool,
    /// As in [`super::Reach`].
    pub straight: i64,
    /// As in [`super::Reach`].
    pub least: i64,
}

impl Chain {
    /// It cannot reach.
    pub fn is_short(&self) -> bool {
        self.whole && self.length < self.least
    }

    /// It reaches only if the two stand nearer than written, or if what is in it is long enough.
    pub fn is_unsure(&self) -> bool {
        !self.is_short() && self.length < self.straight
    }
}

/// Where a link leads: to something without a place, or to a body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Spot {
    Free(DeviceId),
    Stand(usize),
}

#[derive(Clone, Copy, Debug)]
struct Link {
    to: Spot,
    long: Option<i64>,
    run: RunId,
}

/// How a search got somewhere: micrometres, and the last step.
#[derive(Clone, Copy, Debug)]
struct Step {
    long: i64,
    from: Spot,
    run: RunId,
}

/// Every two bodies in one box that a chain joins, and what cannot be judged.
pub(super) fn compute(build: &Build, at: &BTreeMap<DeviceId, usize>, layout: &mut Layout) {
    let boxes: BTreeSet<DeviceId> = layout.rooms.iter().map(|room| room.device).collect();
    let spot = |device: DeviceId| match at.get(&device) {
        Some(&stand) => Some(Spot::Stand(stand)),
        None if boxes.contains(&device) || matches!(build.device(device).origin, Origin::Feed(_)) => None,
        None => Some(Spot::Free(device)),
    };
    let mut links: BTreeMap<Spot, Vec<Link>> = BTreeMap::new();
    let mut hanging: Vec<(Piece, DeviceId)> = Vec::new();
    for piece in pieces(build) {
        let [Some(a), Some(b)] = piece.ends.map(spot) else { continue };
        let ((Spot::Free(free), _) | (_, Spot::Free(free))) = (a, b) else { continue };
        let long = measure(&piece.length).map(|length| length.hi.0);
        for (from, to) in [(a, b), (b, a)] {
            links.entry(from).or_default().push(Link { to, long, run: piece.run });
        }
        hanging.push((piece, free));
    }
    let bodies = bodies(&links);
    for (piece, free) in hanging {
        let leads_on = bodies.get(&free).is_some_and(|bodies| *bodies > 1);
        let runs = match &piece.length {
            Number::Is(..) if leads_on => continue,
            length if leads_on && length.is_unknown() => &mut layout.unmeasured,
            _ => &mut layout.loose,
        };
        if runs.last() != Some(&piece.run) {
            runs.push(piece.run);
        }
    }
    let mut work = WORK;
    let starts = links.keys().filter_map(|spot| if let Spot::Stand(stand) = spot { Some(*stand) } else { None });
    for start in starts {
        let Some(any) = found(build, layout, &links, start, false, &mut work) else {
            layout.untraced = true;
            break;
        };
        // What has no stated size may be as long as it likes; another way around it may still be too short for sure.
        let sized = if any.iter().any(|chain| !chain.whole && chain.length < chain.straight) {
            found(build, layout, &links, start, true, &mut work).unwrap_or_default()
        } else {
            Vec::new()
        };
        for chain in any {
            let worse = sized.iter().find(|sized| sized.ends == chain.ends && sized.is_short());
            layout.chains.push(worse.cloned().unwrap_or(chain));
        }
    }
}

/// How many bodies each thing without a place hangs together with.
fn bodies(links: &BTreeMap<Spot, Vec<Link>>) -> BTreeMap<DeviceId, usize> {
    let mut all: BTreeMap<DeviceId, usize> = BTreeMap::new();
    let mut seen: BTreeSet<DeviceId> = BTreeSet::new();
    for &first in links.keys() {
        let Spot::Free(first) = first else { continue };
        if !seen.insert(first) {
            continue;
        }
        let (mut piece, mut next, mut stands) = (vec![first], 0, BTreeSet::new());
        while let Some(&device) = piece.get(next) {
            next += 1;
            for link in &links[&Spot::Free(device)] {
                match link.to {
                    Spot::Stand(stand) => {
                        stands.insert(stand);
                    }
                    Spot::Free(other) => {
                        if seen.insert(other) {
                            piece.push(other);
                        }
                    }
                }
            }
        }
        all.extend(piece.into_iter().map(|device| (device, stands.len())));
    }
    all
}

/// The shortest chain from a body to each that is written after it and stands in the same box; `None` if the work ran out.
fn found(
    build: &Build,
    layout: &Layout,
    links: &BTreeMap<Spot, Vec<Link>>,
    start: usize,
    sized: bool,
    work: &mut u64,
) -> Option<Vec<Chain>> {
    let mut best: BTreeMap<Spot, Step> = BTreeMap::new();
    let mut open = BinaryHeap::from([Reverse((0, Spot::Stand(start)))]);
    while let Some(Reverse((long, spot))) = open.pop() {
        // Another body ends a chain: it holds what comes from both sides in its place.
        let passed = match spot {
            Spot::Stand(stand) if stand != start => continue,
            Spot::Stand(_) => 0,
            Spot::Free(_) if best.get(&spot).is_some_and(|step| step.long < long) => continue,
            Spot::Free(device) => match (size(build, device), sized) {
                (Some(size), _) => size,
                (None, false) => 0,
                (None, true) => continue,
            },
        };
        for link in &links[&spot] {
            *work = work.checked_sub(1)?;
            let Some(more) = link.long.filter(|_| link.to != Spot::Stand(start)) else { continue };
            let step = Step { long: long + passed + more, from: spot, run: link.run };
            // From one body straight to another there is no chain: a single wire is judged by itself.
            if best.get(&link.to).is_none_or(|known| step.long < known.long) {
                best.insert(link.to, step);
                open.push(Reverse((step.long, link.to)));
            }
        }
    }
    let ends = best.iter().filter_map(|(spot, step)| match spot {
        Spot::Stand(end) if *end > start && layout.stands[*end].room == layout.stands[start].room => Some((*end, step)),
        _ => None,
    });
    Some(ends.filter_map(|(end, step)| chain(build, layout, &best, [start, end], step)).collect())
}

fn chain(build: &Build, layout: &Layout, best: &BTreeMap<Spot, Step>, ends: [usize; 2], last: &Step) -> Option<Chain> {
    let [straight, least, _] = way(build, layout, ends)?;
    let (mut runs, mut through, mut step) = (vec![last.run], Vec::new(), last);
    while let Spot::Free(device) = step.from {
        through.push(device);
        step = &best[&step.from];
        runs.push(step.run);
    }
    runs.reverse();
    runs.dedup();
    through.reverse();
    let whole = through.iter().all(|device| size(build, *device).is_some());
    Some(Chain { runs, ends, through, length: last.long, whole, straight, least })
}

/// How far apart two wires at a part may leave it, at most.
fn size(build: &Build, device: DeviceId) -> Option<i64> {
    let body = build.part_of(device).body.as_ref()?;
    let sides = [&body.length, &body.width, &body.height].map(|side| measure(side).map(|side| side.hi.0));
    sides.into_iter().sum()
}
