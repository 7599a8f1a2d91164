//! What goes dark, out of reach or beyond control when one thing fails, and which pairs of openings do so together.
//!
//! Looked at in service: coils at rest, supplies on. A dark device is one of which a load has no power; a computer is out of
//! reach if no path of cables and living switches leads from it to a feed's socket; a load is beyond control if it is on and
//! no controller is left that could switch it. One tree answers for all faults ([`switching::opens`]), so the cost is linear.

mod effects;
mod faults;
mod flood;
mod graph;
mod named;
mod needs;
mod network;
mod pairs;
mod service;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use model::{Build, DeviceId, RunId, Terminal, WireId};
use switching::opens;

use crate::circuit::{Circuit, Side};
use crate::drives::Drives;
use crate::nets::Nets;
use crate::outlets::Outlet;
use effects::{Effects, Lost};
use graph::Graph;
use needs::Needs;

pub use pairs::Pair;

/// Steps that all faults together may take.
const STEPS: u64 = 100_000_000;
/// Nodes and edges that may be walked where several supplies hold one net, and each fault is looked at by itself.
const WALKED: u64 = 50_000_000;

/// One thing that fails.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cause {
    /// A device is out: it joins, feeds and does nothing.
    Out(DeviceId),
    /// A controller has power and does nothing any more.
    Silent(DeviceId),
    /// A cable, or a plug out of its socket.
    Plug(RunId),
    /// A wire is open.
    Wire(WireId),
    /// A fuse is blown (device, index in its part's fuses).
    Fuse(DeviceId, u32),
    /// A closed contact does not conduct (device, index in its part's contacts).
    Open(DeviceId, u32),
    /// A contact sticks to this throw and its other one stays open, whatever its coil does.
    Welded(DeviceId, u32, Side),
    /// A terminal that holds several wires is loose.
    Loose(Terminal),
}

/// What a failure takes, each list ascending.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Consequence {
    /// Devices with a load that had power and has none.
    pub dark: Vec<DeviceId>,
    /// Computers that have power and lost their way to a feed's Ethernet socket.
    pub unreachable: Vec<DeviceId>,
    /// Loads that have power and that no controller can switch any more.
    pub uncontrollable: Vec<DeviceId>,
}

/// Failures with one consequence.
#[derive(Clone, Debug)]
pub struct Group {
    /// Any one of these; devices first, then plugs, wires and the rest.
    pub causes: Vec<Cause>,
    /// What it takes.
    pub takes: Consequence,
    /// How many computers are dark or out of reach.
    pub computers: u32,
}

/// What was not looked at.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Open {
    /// Failures without an answer, because the work ran out.
    pub causes: Vec<Cause>,
    /// Several supplies hold one net, and the build is too large to look at each fault by itself: a fault that parts two
    /// supplies which still live on both sides is not seen.
    pub parted: bool,
    /// Pairs of openings that take something and are not listed.
    pub pairs: u64,
    /// Several supplies hold one net: a pair that parts two which still live on both sides is not seen.
    pub parted_pairs: bool,
}

/// All single failures, and pairs of openings.
#[derive(Default)]
pub struct Failures {
    /// Computers in the build.
    pub computers: u32,
    /// Failures that take something: those that take most computers first, then most loads, then most grips.
    pub groups: Vec<Group>,
    /// Two openings that take something neither takes alone, in the same order.
    pub pairs: Vec<Pair>,
    /// Groups (as indices) that take several computers, all network or the last control, that no `[weak]` names, and that
    /// none of the others holds.
    pub unnamed: Vec<u32>,
    /// Devices that a `[weak]` (by index) names, and whose loss takes nothing.
    pub idle: Vec<(u32, DeviceId)>,
    /// How many things were looked at.
    pub looked_at: u64,
    /// What was not.
    pub open: Open,
}

/// Everything that could fail in a build.
pub fn compute(build: &Build, metal: &Nets, circuit: &Circuit, drives: &Drives, outlets: &[Outlet]) -> Failures {
    let service = service::of(build, circuit);
    let graph = Graph::of(build, circuit, &service.closed);
    let needs = Needs::of(build, metal, circuit, drives, outlets, &service);
    let mut index = opens::Index::new(opens::Graph { nodes: graph.nodes, edges: &graph.edges });
    let mut roots = needs.roots.clone();
    roots.extend(&needs.lines);
    let feed = opens::feed(&mut index, &roots, &needs.at);
    let mut effects = Effects::of((build, metal, circuit, outlets), &service, &needs, (&feed.order, &feed.dark));
    let faults = faults::all((build, circuit, outlets), &graph, &needs, &service.closed);
    let exact = needs.several && {
        let walk = u64::from(graph.nodes) + u64::try_from(graph.edges.len()).expect("edges are bounded");
        walk * u64::try_from(faults.len()).expect("faults are bounded") <= WALKED
    };
    let mut failures = Failures { looked_at: faults.len() as u64, ..Failures::default() };
    failures.open.parted_pairs = needs.several;
    let mut found = Found::default();
    if exact {
        for fault in &faults {
            let gone = flood::Gone { cut: &fault.cut, device: fault.fault.out };
            let lost = flood::lost(build, circuit, &service, &graph, &needs, &gone);
            let takes = effects.take(&Lost::Items(&lost), fault.fault);
            found.add(takes, fault.cause);
        }
    } else {
        failures.open.parted = needs.several;
        let cuts = faults::Cuts::of(&mut index, &feed, &faults, (graph.nodes, graph.edges.len()));
        let mut known: HashMap<(u32, u32), Option<u32>, BuildHasherDefault<Mix>> = HashMap::default();
        for (number, fault) in faults.iter().enumerate() {
            match (cuts.ranges(number), fault.plain) {
                (Some([]), true) => {}
                (Some(_), _) if effects.work > STEPS => failures.open.causes.push(fault.cause),
                (Some(ranges @ [range]), true) => {
                    let group = known
                        .entry((range.start, range.end))
                        .or_insert_with(|| found.of(effects.take(&Lost::Ranges(ranges), fault.fault)));
                    found.join(*group, fault.cause);
                }
                (Some(ranges), _) => found.add(effects.take(&Lost::Ranges(ranges), fault.fault), fault.cause),
                (None, _) => failures.open.causes.push(fault.cause),
            }
        }
    }
    failures.groups = found.groups(&effects);
    (failures.pairs, failures.open.pairs) = pairs::of(&graph, &feed, &mut effects);
    failures.computers = effects.every_computer();
    named::judge(build, &mut failures, &effects);
    failures
}

/// A hash of a few numbers, the same on every machine.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u32(u32::try_from(number).unwrap_or(u32::MAX));
    }
}

/// Consequences, each once, and what has them.
#[derive(Default)]
struct Found {
    of: HashMap<Consequence, u32, BuildHasherDefault<Mix>>,
    causes: Vec<Vec<Cause>>,
}

impl Found {
    /// The group of a consequence; none of nothing.
    fn of(&mut self, takes: Consequence) -> Option<u32> {
        if takes == Consequence::default() {
            return None;
        }
        let next = u32::try_from(self.causes.len()).expect("groups are no more than faults");
        let group = *self.of.entry(takes).or_insert(next);
        if group == next {
            self.causes.push(Vec::new());
        }
        Some(group)
    }

    fn join(&mut self, group: Option<u32>, cause: Cause) {
        if let Some(group) = group {
            self.causes[group as usize].push(cause);
        }
    }

    fn add(&mut self, takes: Consequence, cause: Cause) {
        let group = self.of(takes);
        self.join(group, cause);
    }

    fn groups(mut self, effects: &Effects<'_>) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::with_capacity(self.causes.len());
        for (takes, group) in self.of {
            let mut causes = std::mem::take(&mut self.causes[group as usize]);
            causes.sort_unstable();
            let computers = effects.computers(&takes.dark) + effects.computers(&takes.unreachable);
            groups.push(Group { causes, takes, computers });
        }
        groups.sort_unstable_by(|a, b| a.takes.worse(a.computers, &b.takes, b.computers));
        groups
    }
}

impl Consequence {
    /// Worse first: computers lost, loads dark, loads beyond control; then the sets themselves.
    fn worse(&self, computers: u32, other: &Self, others: u32) -> Ordering {
        let size = |of: &Self, computers: u32| [computers as usize, of.dark.len(), of.uncontrollable.len()];
        size(other, others).cmp(&size(self, computers)).then_with(|| self.cmp(other))
    }
}
