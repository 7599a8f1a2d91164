//! What goes dark, out of reach or beyond control when one thing fails, and which pairs of openings do so together.
//!
//! Looked at in service: coils at rest, supplies on. A dark device is one of which a load has no power; a computer is out of
//! reach if no path of cables and living switches leads from it to a feed's socket; a load is beyond control if it is on and
//! no controller is left that could switch it. One tree answers for all faults ([`switching::opens`]), so the cost is linear.

mod effects;
mod flood;
mod graph;
mod named;
mod needs;
mod network;
mod pairs;
mod service;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use model::wire::RunKind;
use model::{Build, DeviceId, RunId, Terminal, WireId};
use switching::opens;

use crate::circuit::{Circuit, Side};
use crate::drives::Drives;
use crate::nets::{self, Link, Nets};
use crate::outlets::Outlet;
use effects::{Effects, Fault, Lost};
use graph::Graph;
use needs::Needs;

pub use pairs::Pair;

/// Work that one device's loss may cost, in pieces of the tree.
const PIECES: u64 = 100_000;
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
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
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
    let mut faults = faults(build, circuit, &graph, outlets, &service.closed);
    let exact = needs.several && {
        let walk = u64::from(graph.nodes) + u64::try_from(graph.edges.len()).expect("edges are bounded");
        walk * u64::try_from(faults.len()).expect("faults are bounded") <= WALKED
    };
    let mut failures = Failures { looked_at: faults.len() as u64, ..Failures::default() };
    let mut found: BTreeMap<Consequence, Vec<Cause>> = BTreeMap::new();
    if exact {
        for fault in &faults {
            let gone = flood::Gone { edge: fault.edge, nodes: &fault.nodes, device: fault.fault.out };
            let lost = flood::lost(build, circuit, &service, &graph, &needs, &gone);
            let takes = effects.take(&Lost::Items(&lost), fault.fault);
            found.entry(takes).or_default().push(fault.cause);
        }
    } else {
        failures.open.parted = needs.several;
        let groups: Vec<Vec<u32>> = faults.iter_mut().map(|fault| std::mem::take(&mut fault.nodes)).collect();
        let cut = Ranges::of(&mut index, &feed, &groups, &faults);
        let mut known: HashMap<Vec<(u32, u32)>, Consequence> = HashMap::new();
        for (fault, ranges) in faults.iter().zip(&cut.of) {
            let Some(ranges) = ranges.as_deref().filter(|_| effects.work <= STEPS) else {
                failures.open.causes.push(fault.cause);
                continue;
            };
            if !fault.plain {
                let takes = effects.take(&Lost::Ranges(ranges), fault.fault);
                found.entry(takes).or_default().push(fault.cause);
            } else if !ranges.is_empty() {
                let key: Vec<(u32, u32)> = ranges.iter().map(|range| (range.start, range.end)).collect();
                let takes =
                    known.entry(key).or_insert_with(|| effects.take(&Lost::Ranges(ranges), fault.fault)).clone();
                found.entry(takes).or_default().push(fault.cause);
            }
        }
    }
    found.remove(&Consequence::default());
    failures.groups = found
        .into_iter()
        .map(|(takes, mut causes)| {
            causes.sort_unstable();
            let computers = effects.computers(&takes.dark) + effects.computers(&takes.unreachable);
            Group { causes, takes, computers }
        })
        .collect();
    failures.groups.sort_by_cached_key(|group| group.takes.rank(group.computers));
    (failures.pairs, failures.open.pairs) = pairs::of(&graph, &feed, &mut effects);
    let all: Vec<DeviceId> = build.each_device().map(|(id, ..)| id).collect();
    failures.computers = effects.computers(&all);
    named::judge(build, &mut failures, &effects);
    failures
}

impl Consequence {
    /// Smaller is worse: computers lost, loads dark, loads beyond control; then the sets themselves.
    fn rank(&self, computers: u32) -> (std::cmp::Reverse<[usize; 3]>, Self) {
        let lost = [computers as usize, self.dark.len(), self.uncontrollable.len()];
        (std::cmp::Reverse(lost), self.clone())
    }
}

/// A cause, and what it takes out of the graph.
struct Breakage {
    cause: Cause,
    edge: Option<u32>,
    nodes: Vec<u32>,
    fault: Fault,
    /// Nothing but the edge or the nodes.
    plain: bool,
}

fn faults(build: &Build, circuit: &Circuit, graph: &Graph, outlets: &[Outlet], closed: &[bool]) -> Vec<Breakage> {
    let mut faults = Vec::new();
    let none = Fault::default();
    let mut add = |cause, edge, nodes, fault, plain| faults.push(Breakage { cause, edge, nodes, fault, plain });
    let mut controllers: Vec<DeviceId> = outlets.iter().map(|outlet| outlet.controller).collect();
    controllers.sort_unstable();
    controllers.dedup();
    let mut supplies = 0;
    for (id, device, _) in build.each_device() {
        let mut nodes: Vec<u32> = graph.inside(id).collect();
        while let Some(supply) = circuit.supplies.get(supplies).filter(|supply| supply.of.device == id) {
            nodes.extend(needs::ends(build, supply).map(|end| end.0));
            supplies += 1;
        }
        // A cable fails as the run that laid it.
        if device.origin != model::device::Origin::Cable {
            add(Cause::Out(id), None, nodes, Fault { out: Some(id), ..none }, false);
        }
        if controllers.binary_search(&id).is_ok() {
            add(Cause::Silent(id), None, Vec::new(), Fault { silent: Some(id), ..none }, false);
        }
    }
    for (number, run) in (0..).zip(&build.runs) {
        if matches!(run.what, RunKind::Cable(..) | RunKind::Plug(_)) {
            let id = RunId(number);
            add(Cause::Plug(id), None, graph.pairs(id).collect(), Fault { plug: Some(id), ..none }, false);
        }
    }
    for number in 0..u32::try_from(build.wires.len()).expect("wires are bounded") {
        add(Cause::Wire(WireId(number)), Some(number), Vec::new(), none, true);
    }
    let moved: std::collections::BTreeSet<(DeviceId, u32)> = outlets.iter().map(|outlet| outlet.contact).collect();
    for (node, link) in graph.links() {
        match link {
            Link::Fuse(id, index) => add(Cause::Fuse(id, index), None, vec![node], none, true),
            Link::Contact(id, index) => {
                let contact = (id, index);
                let fault = Fault { contact: Some(contact), ..none };
                add(Cause::Open(id, index), None, vec![node], fault, !moved.contains(&contact));
            }
            _ => {}
        }
    }
    for (throw, is) in circuit.throws.iter().zip(closed).filter(|(throw, _)| moved.contains(&throw.contact)) {
        let (id, index) = throw.contact;
        let fault = Fault { contact: Some(throw.contact), ..none };
        // Stuck where it is closed, it only cannot open any more; stuck on the other throw, this one stays open.
        let closed_at = graph.inside(id).find(|node| graph.node(*node) == Some(Link::Contact(id, index)));
        let nodes = if *is { Vec::new() } else { closed_at.into_iter().collect() };
        add(Cause::Welded(id, index, throw.side), None, nodes, fault, false);
    }
    let landed = nets::landed(build);
    for terminal in (0..build.terminals).map(Terminal).filter(|terminal| landed.wires(*terminal) > 1) {
        add(Cause::Loose(terminal), None, vec![terminal.0], none, true);
    }
    faults
}

/// What each fault cuts, by fault; nothing where that is not known.
struct Ranges {
    of: Vec<Option<Vec<Range<u32>>>>,
}

impl Ranges {
    fn of(index: &mut opens::Index, feed: &opens::Feed, groups: &[Vec<u32>], faults: &[Breakage]) -> Self {
        let mut edges: Vec<Option<Range<u32>>> =
            vec![None; faults.iter().filter_map(|fault| fault.edge).max().map_or(0, |most| most as usize + 1)];
        for single in opens::single(feed) {
            if let Some(slot) = edges.get_mut(single.at as usize) {
                *slot = Some(single.lost);
            }
        }
        let cut = opens::groups(index, feed, groups, PIECES);
        let by_edge = |fault: &Breakage| fault.edge.and_then(|edge| edges[edge as usize].clone());
        let mut of: Vec<Option<Vec<Range<u32>>>> =
            faults.iter().map(|fault| Some(by_edge(fault).into_iter().collect())).collect();
        for open in &cut.open {
            of[*open as usize] = None;
        }
        for group in &cut.lost {
            of[group.group as usize] = Some(cut.of(group).to_vec());
        }
        Self { of }
    }
}
