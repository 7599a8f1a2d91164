//! Wires and cables against the way between the bodies that they join.

use std::collections::BTreeMap;

use model::units::{Metres, Number};
use model::wire::RunKind;
use model::{Build, DeviceId, RunId};

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

/// Every run of which both ends stand in one box.
pub(super) fn compute(build: &Build, at: &BTreeMap<DeviceId, usize>, layout: &mut Layout) {
    for (number, run) in (0..).zip(&build.runs) {
        let (ends, length) = match &run.what {
            RunKind::Wire(wire) => {
                let wire = build.wire(*wire);
                (wire.ends.map(|end| build.owner(end)), stretched(build, build.attributes_of(wire).length))
            }
            RunKind::Cable(cable, a, b) => {
                let other = |mate: &model::wire::Mate| {
                    mate.ends.iter().map(|(device, _)| *device).find(|device| device != cable)
                };
                let Some(ends) = other(a).zip(other(b)) else { continue };
                let body = build.part_of(*cable).body.clone().unwrap_or_default();
                ([ends.0, ends.1], body.length)
            }
            // Nobody says how long the part in the middle is; a plug has no length of its own.
            RunKind::Inline(..) | RunKind::Plug(_) => continue,
        };
        let [Some(&a), Some(&b)] = ends.map(|end| at.get(&end)) else { continue };
        if a == b || layout.stands[a].room != layout.stands[b].room {
            continue;
        }
        let Some(way) = way(build, layout, [a, b]) else { continue };
        match (measure(&length), length.is_unknown()) {
            (Some(length), _) => {
                let [straight, least, around] = way;
                layout.reaches.push(Reach { run: RunId(number), ends: [a, b], length, straight, least, around });
            }
            (None, true) => layout.unmeasured.push(RunId(number)),
            (None, false) => {}
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
fn way(build: &Build, layout: &Layout, ends: [usize; 2]) -> Option<[i64; 3]> {
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
