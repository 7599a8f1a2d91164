//! What bounds the current of each wire that stands on a supply: a fuse, a source too weak to hurt it, or nothing.

use std::collections::{BTreeMap, VecDeque};

use model::device::Choice;
use model::part::Source;
use model::units::{Amps, Awg};
use model::{Build, DeviceId, Terminal, WireId};

use crate::nets::{self, Forest, Link, Nets};
use crate::potentials::{Potentials, SourceRef};

/// Gauge and amperes of single copper wires for chassis wiring, "Handbook of Electronic Tables and Formulas for American Wire Gauge",
/// as republished tables give it (evidence: community). Thickest first.
pub const CHASSIS_AMPS: &[(u8, f64)] = &[
    (10, 55.0),
    (11, 47.0),
    (12, 41.0),
    (13, 35.0),
    (14, 32.0),
    (15, 28.0),
    (16, 22.0),
    (17, 19.0),
    (18, 16.0),
    (19, 14.0),
    (20, 11.0),
    (21, 9.0),
    (22, 7.0),
    (23, 4.7),
    (24, 3.5),
    (25, 2.7),
    (26, 2.2),
    (27, 1.7),
    (28, 1.4),
    (29, 1.2),
    (30, 0.86),
];

/// The longest piece of wire between a supply and its fuse or limiter that counts as protected, metres. A choice: revision 2 of the shipped
/// build has 75 mm tails, and taps without a fuse of their own are kept short in building codes for the same reason (NEC 240.21).
pub const LONGEST_STUB: f64 = 0.080;

/// A wire on the plus side of a live DC source.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    /// The wire.
    pub wire: WireId,
    /// Its source.
    pub source: SourceRef,
    /// The fuse between the source and the wire that blows first.
    pub fuse: Option<(DeviceId, u32)>,
    /// What the fuses before it let through; `None` without one, or if a rating is not known.
    pub passes: Option<Amps>,
    /// What the wire may carry; `None` if neither stock nor gauge says.
    pub ampacity: Option<Amps>,
    /// What the source gives at most; `None` if it is not stated.
    pub limit: Option<Amps>,
    /// The source cannot give more than the wire bears, or the wire is a short piece that ends on a fuse or resistor.
    pub limited: bool,
    /// The first wire on the way from the source to this one.
    pub root: WireId,
}

/// One [`Branch`] a wire on the plus side of a live DC net.
pub struct Protection {
    /// In the order of wires.
    pub branches: Vec<Branch>,
}

impl Branch {
    /// Whether something bounds its current to what it bears; `None` if a number is missing.
    pub fn protected(&self) -> Option<bool> {
        if self.limited {
            return Some(true);
        }
        let bound = if self.fuse.is_some() { self.passes } else { self.limit };
        match (bound, self.ampacity) {
            (Some(bound), Some(ampacity)) => Some(bound.0 <= ampacity.0 * (1.0 + 1e-9)),
            _ => None,
        }
    }
}

impl Protection {
    /// Branches without protection (`Some(false)`) or without the numbers to tell (`None`), by the wire nearest to their source.
    pub fn unfused_roots(&self) -> BTreeMap<WireId, Vec<&Branch>> {
        let mut roots: BTreeMap<WireId, Vec<&Branch>> = BTreeMap::new();
        for branch in self.branches.iter().filter(|branch| branch.protected() != Some(true)) {
            roots.entry(branch.root).or_default().push(branch);
        }
        roots
    }

    /// The branch of a wire.
    pub fn of(&self, wire: WireId) -> Option<&Branch> {
        self.branches.binary_search_by_key(&wire, |branch| branch.wire).ok().map(|at| &self.branches[at])
    }
}

/// What a wire may carry: its stock's own figure, else its gauge's in [`CHASSIS_AMPS`].
pub fn ampacity(build: &Build, wire: WireId) -> Option<Amps> {
    let attributes = build.attributes_of(build.wire(wire));
    let stock =
        attributes.stock.and_then(|(part, _)| build.part(part).stock.as_ref()).and_then(|stock| stock.max.known());
    stock.map(|max| max.lo).or_else(|| by_gauge(attributes.gauge.known()?.hi))
}

/// Amperes of a gauge in [`CHASSIS_AMPS`]; a gauge between two rows counts as the thinner.
pub fn by_gauge(gauge: Awg) -> Option<Amps> {
    CHASSIS_AMPS.iter().find(|(number, _)| f64::from(*number) >= gauge.0 - 1e-9).map(|(_, amps)| Amps(*amps))
}

/// The rating of a fuse, or of what a holder holds.
pub fn rating(build: &Build, device: DeviceId, index: u32) -> Option<Amps> {
    let fuse = &build.part_of(device).fuses[index as usize];
    let own = fuse.rated.known();
    let held = || match build.device(device).choices.get(&fuse.name) {
        Some(Choice::Part(part, _)) => build.part(*part).fuses.first().and_then(|insert| insert.rated.known()),
        Some(Choice::Quantity(quantity)) => Some(model::Band::of(quantity.lo, quantity.typ, quantity.hi)),
        None => None,
    };
    own.or_else(held).map(|band| band.hi)
}

/// What a source gives at most, in amperes; power is reckoned at its lowest volts.
pub fn most(source: &Source) -> Option<Amps> {
    let amps = source.limit.known().map(|limit| limit.hi);
    let watts = || {
        let (watts, volts) = (source.limit_watts.known()?, source.volts.known()?);
        let least = volts.lo.0.abs().min(volts.hi.0.abs());
        (least > 0.0).then(|| Amps(watts.hi.0 / least))
    };
    amps.or_else(watts)
}

/// A fuse that current has passed, and what all fuses on the way let through.
#[derive(Clone, Copy)]
struct Passed {
    fuse: (DeviceId, u32),
    amps: Option<f64>,
}

/// All branches.
pub fn compute(build: &Build, rest: &Nets, potentials: &Potentials) -> Protection {
    let bare = nets::rest_without_fuses(build);
    let passed = passed(build, rest, &bare, potentials);
    let forest = rest.forest(roots(build, potentials).into_iter());
    let mut first: Vec<Option<WireId>> = vec![None; build.terminals as usize];
    for &at in forest.order() {
        first[at.0 as usize] = forest.last(at).and_then(|hop| match (first[hop.from.0 as usize], hop.by) {
            (Some(wire), _) | (None, Link::Wire(wire)) => Some(wire),
            _ => None,
        });
    }
    let limiter = limiters(build);
    let mut branches = Vec::new();
    for (index, wire) in (0..).zip(&build.wires) {
        let id = WireId(index);
        let Some(source) =
            potentials.at(rest, wire.ends[0]).filter(|at| at.live && !at.ac && !at.returns).and_then(|at| at.by)
        else {
            continue;
        };
        let ampacity = ampacity(build, id);
        let limit = most(&build.part_of(source.device).sources[source.index as usize]);
        let through = match &passed[bare.net(wire.ends[0]).0 as usize] {
            Way::Through(through) => Some(*through),
            Way::Bare | Way::None => None,
        };
        let length = build.attributes_of(wire).length.known().map(|length| length.hi.0);
        let stub = length.is_some_and(|length| length <= LONGEST_STUB + 1e-9)
            && wire.ends.iter().any(|end| limiter[end.0 as usize]);
        let weak = limit.zip(ampacity).is_some_and(|(limit, ampacity)| limit.0 <= ampacity.0 * (1.0 + 1e-9));
        let root = first[wire.ends[0].0 as usize].or(first[wire.ends[1].0 as usize]).unwrap_or(id);
        branches.push(Branch {
            wire: id,
            source,
            fuse: through.map(|through| through.fuse),
            passes: through.and_then(|through| through.amps).map(Amps),
            ampacity,
            limit,
            limited: weak || (stub && through.is_none()),
            root,
        });
    }
    Protection { branches }
}

/// Plus ends of live DC sources.
pub fn roots(build: &Build, potentials: &Potentials) -> Vec<Terminal> {
    let ends = potentials.live().iter().filter_map(|source| {
        let of = &build.part_of(source.device).sources[source.index as usize];
        (!of.ac).then(|| of.plus.iter().map(|local| build.device(source.device).terminal(*local)).collect::<Vec<_>>())
    });
    ends.flatten().collect()
}

/// Terminals that are an end of a fuse or resistor.
fn limiters(build: &Build) -> Vec<bool> {
    let mut limiter = vec![false; build.terminals as usize];
    for device in &build.devices {
        let part = build.part(device.part);
        let fuses = part.fuses.iter().flat_map(|fuse| fuse.ends.iter().flatten());
        for local in fuses.chain(part.resistors.iter().flat_map(|resistor| &resistor.ends)).flatten() {
            limiter[device.terminal(*local).0 as usize] = true;
        }
    }
    limiter
}

/// The net at the other side of a fuse, and the fuse.
type Across = (u32, (DeviceId, u32));

#[derive(Clone, Copy)]
enum Way {
    /// No source leads here.
    None,
    /// A source without a fuse leads here.
    Bare,
    /// Only fuses lead here.
    Through(Passed),
}

/// By net of `bare`: how current gets there. Fuses side by side add up; of fuses in a row the smallest counts.
fn passed(build: &Build, rest: &Nets, bare: &Nets, potentials: &Potentials) -> Vec<Way> {
    let mut ways = vec![Way::None; bare.len()];
    let mut level = vec![u32::MAX; bare.len()];
    let mut fuses: BTreeMap<u32, Vec<Across>> = BTreeMap::new();
    for (id, device, part) in build.each_device() {
        for (index, fuse) in (0..).zip(&part.fuses) {
            let Some([a, b]) = &fuse.ends else { continue };
            let [a, b] = [bare.net(device.terminal(a[0])).0, bare.net(device.terminal(b[0])).0];
            fuses.entry(a).or_default().push((b, (id, index)));
            fuses.entry(b).or_default().push((a, (id, index)));
        }
    }
    let mut queue = VecDeque::new();
    for root in roots(build, potentials) {
        let returns = potentials.at(rest, root).is_some_and(|at| at.returns);
        let net = bare.net(root).0 as usize;
        if !returns && level[net] != 0 {
            (ways[net], level[net]) = (Way::Bare, 0);
            queue.push_back(bare.net(root).0);
        }
    }
    while let Some(at) = queue.pop_front() {
        let before = ways[at as usize];
        for &(next, fuse) in fuses.get(&at).into_iter().flatten() {
            if level[next as usize] <= level[at as usize] {
                continue;
            }
            let own = rating(build, fuse.0, fuse.1).map(|amps| amps.0);
            let here = match before {
                Way::Through(passed) if passed.amps.zip(own).is_none_or(|(passed, own)| passed <= own) => {
                    Passed { fuse: passed.fuse, amps: own.and(passed.amps) }
                }
                _ => Passed { fuse, amps: own },
            };
            if level[next as usize] == u32::MAX {
                level[next as usize] = level[at as usize] + 1;
                ways[next as usize] = Way::Through(here);
                queue.push_back(next);
            } else if let Way::Through(passed) = &mut ways[next as usize] {
                passed.amps = passed.amps.zip(here.amps).map(|(a, b)| a + b);
            }
        }
    }
    ways
}

/// The wires and other links from the nearest source to a terminal.
pub fn ways(build: &Build, rest: &Nets, potentials: &Potentials) -> Forest {
    rest.forest(roots(build, potentials).into_iter())
}
