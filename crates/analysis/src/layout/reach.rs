//! Wires and cables against the way between the bodies that they join.

use std::collections::BTreeMap;

use model::units::{Metres, Number};
use model::wire::{Mate, RunKind};
use model::{Build, DeviceId, RunId, WireId};

use super::{Layout, Measure, Stand, common, measure, um};

/// Things on top of each other that are followed down to one with a position.
const DEEPEST: u32 = 64;

/// A wire or cable between two bodies in one box.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reach {
    /// Its run.
    pub run: RunId,
    /// The two bodies: indices in [`Layout::stands`].
    pub ends: [usize; 2],
    /// Its length, for a wire with the slack that cutting adds.
    pub length: Measure,
    /// The straight way between the nearest points of the two as written, in micrometres.
    pub straight: i64,
    /// The same wherever within its tolerance each stands: it is surely no shorter.
    pub least: i64,
    /// Along the walls instead.
    pub around: i64,
}

impl Reach {
    /// It cannot reach.
    pub fn is_short(&self) -> bool {
        self.length.hi.0 < self.least
    }

    /// It reaches only if the two stand nearer than written.
    pub fn is_unsure(&self) -> bool {
        !self.is_short() && self.length.hi.0 < self.straight
    }
}

/// A wire or cable, or one of the two wires of a run with a part in the middle.
pub(super) struct Piece {
    pub run: RunId,
    /// What it ends at.
    pub ends: [DeviceId; 2],
    /// Of a wire with the slack that cutting adds.
    pub length: Number<Metres>,
}

/// Everything that has a length, in the order of runs. A plug has none of its own.
pub(super) fn pieces(build: &Build) -> impl Iterator<Item = Piece> {
    let wire = |run: RunId, wire: WireId| {
        let wire = build.wire(wire);
        let length = stretched(build, build.attributes_of(wire).length);
        Piece { run, ends: wire.ends.map(|end| build.owner(end)), length }
    };
    let cable = |run: RunId, cable: DeviceId, mates: [&Mate; 2]| {
        let other = |mate: &Mate| mate.ends.iter().map(|(device, _)| *device).find(|device| *device != cable);
        let [a, b] = mates.map(other);
        let length = build.part_of(cable).body.clone().unwrap_or_default().length;
        Some(Piece { run, ends: [a?, b?], length })
    };
    (0..)
        .map(RunId)
        .zip(&build.runs)
        .flat_map(move |(number, run)| match &run.what {
            RunKind::Wire(only) => [Some(wire(number, *only)), None],
            RunKind::Inline(first, _, last) => [Some(wire(number, *first)), Some(wire(number, *last))],
            RunKind::Cable(device, a, b) => [cable(number, *device, [a, b]), None],
            RunKind::Plug(_) => [None, None],
        })
        .flatten()
}

/// Every wire and cable of which both ends stand in one box.
pub(super) fn compute(build: &Build, at: &BTreeMap<DeviceId, usize>, layout: &mut Layout) {
    for Piece { run, ends, length } in pieces(build) {
        let [Some(&a), Some(&b)] = ends.map(|end| at.get(&end)) else { continue };
        if a == b || layout.stands[a].room != layout.stands[b].room {
            continue;
        }
        let Some(way) = way(build, layout, [a, b]) else { continue };
        match (measure(&length), length.is_unknown()) {
            (Some(length), _) => {
                let [straight, least, around] = way;
                layout.reaches.push(Reach { run, ends: [a, b], length, straight, least, around });
            }
            (None, true) => layout.unmeasured.push(run),
            (None, false) => layout.loose.push(run),
        }
    }
}

/// A wire is cut with slack; what is bared at its ends is left out.
fn stretched(build: &Build, length: Number<Metres>) -> Number<Metres> {
    match length {
        Number::Is(band, span) => Number::Is(band.times(1.0 + build.cutting.slack), span),
        length => length,
    }
}

/// Straight as written, straight at least, and along the walls.
pub(super) fn way(build: &Build, layout: &Layout, ends: [usize; 2]) -> Option<[i64; 3]> {
    let [a, b] = ends.map(|end| &layout.stands[end]);
    if (a.on, b.on) == (Some(ends[1]), None) || (a.on, b.on) == (None, Some(ends[0])) {
        return Some([0; 3]);
    }
    let (typ, wide) = (area(build, layout, a)?, area(build, layout, b)?);
    let apart = |pick: usize| [0, 1].map(|axis| (-common(typ[pick][axis], wide[pick][axis])).max(0));
    let ([x, y], [near_x, near_y]) = (apart(0), apart(1));
    Some([straight(x, y), straight(near_x, near_y), x + y])
}

/// Where a body is as written, and where it may be; what stands somewhere on another one is near that one.
fn area(build: &Build, layout: &Layout, stand: &Stand) -> Option<[[(i64, i64); 2]; 2]> {
    if let Some(floor) = stand.floor {
        return Some([floor.map(|stretch| stretch.typ), floor.map(|stretch| stretch.wide)]);
    }
    let size = &build.places[stand.place].size;
    let long = size.length.known()?.hi.0.max(size.width.known()?.hi.0);
    let (mut base, mut beyond) = (stand.on?, um(Metres(long)));
    for _ in 0..DEEPEST {
        if layout.stands[base].floor.is_some() {
            break;
        }
        let size = &build.places[layout.stands[base].place].size;
        beyond += um(Metres(size.length.known()?.hi.0.max(size.width.known()?.hi.0)));
        base = layout.stands[base].on?;
    }
    let floor = layout.stands[base].floor?;
    let grown = |(from, to): (i64, i64)| (from - beyond, to + beyond);
    let area = floor.map(|stretch| grown(stretch.wide));
    Some([area, area])
}

/// The hypotenuse, down to whole micrometres.
fn straight(x: i64, y: i64) -> i64 {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // at most a few kilometres
    let long = ((x as f64) * (x as f64) + (y as f64) * (y as f64)).sqrt() as i64;
    long
}
