//! The list of what may fail, and what each takes out of the graph.

use std::ops::Range;

use model::device::Origin;
use model::wire::RunKind;
use model::{Build, DeviceId, RunId, Terminal, WireId};
use switching::opens;

use super::Cause;
use super::effects::Fault;
use super::graph::Graph;
use super::needs::{self, Needs};
use crate::circuit::Circuit;
use crate::nets::{self, Link};
use crate::outlets::Outlet;

/// Work that one device's loss may cost, in pieces of the tree.
const PIECES: u64 = 100_000;

/// What is taken out of the graph.
pub enum Cut {
    /// Nothing.
    Nothing,
    /// A wire.
    Edge(u32),
    /// A link or a terminal.
    Node(u32),
    /// Several of them together.
    Nodes(Vec<u32>),
}

impl Cut {
    /// Its nodes.
    pub fn nodes(&self) -> &[u32] {
        match self {
            Self::Nothing | Self::Edge(_) => &[],
            Self::Node(node) => std::slice::from_ref(node),
            Self::Nodes(nodes) => nodes,
        }
    }
}

/// One thing that fails.
pub struct Breakage {
    pub cause: Cause,
    pub cut: Cut,
    pub fault: Fault,
    /// Nothing beside the cut.
    pub plain: bool,
}

/// Everything that may fail: devices, plugs, wires, fuses, contacts, crowded terminals.
pub fn all(
    (build, circuit, outlets): (&Build, &Circuit, &[Outlet]),
    graph: &Graph,
    needs: &Needs,
    closed: &[bool],
) -> Vec<Breakage> {
    let mut faults = Vec::with_capacity(build.wires.len() + 2 * build.devices.len());
    let none = Fault::default();
    let mut add = |cause, cut, fault, plain| faults.push(Breakage { cause, cut, fault, plain });
    let mut controllers: Vec<DeviceId> = outlets.iter().map(|outlet| outlet.controller).collect();
    controllers.sort_unstable();
    controllers.dedup();
    let mut supplies = 0;
    for (id, device, _) in build.each_device() {
        let mut nodes: Vec<u32> = graph.inside(id).collect();
        while let Some(supply) = circuit.supplies.get(supplies).filter(|supply| supply.of.device == id) {
            // Where others hold the same net, a dead device no longer does.
            let ends = needs::ends(build, supply).map(|end| end.0);
            nodes.extend(ends.into_iter().filter(|end| needs.several && needs.roots.binary_search(end).is_ok()));
            supplies += 1;
        }
        // A cable fails as the run that laid it.
        if device.origin != Origin::Cable {
            add(Cause::Out(id), Cut::Nodes(nodes), Fault { out: Some(id), ..none }, false);
        }
        if controllers.binary_search(&id).is_ok() {
            add(Cause::Silent(id), Cut::Nothing, Fault { silent: Some(id), ..none }, false);
        }
    }
    for (number, run) in (0..).zip(&build.runs) {
        if matches!(run.what, RunKind::Cable(..) | RunKind::Plug(_)) {
            let id = RunId(number);
            add(Cause::Plug(id), Cut::Nodes(graph.pairs(id).collect()), Fault { plug: Some(id), ..none }, false);
        }
    }
    for number in 0..u32::try_from(build.wires.len()).expect("wires are bounded") {
        add(Cause::Wire(WireId(number)), Cut::Edge(number), none, true);
    }
    let mut moved: Vec<(DeviceId, u32)> = outlets.iter().map(|outlet| outlet.contact).collect();
    moved.sort_unstable();
    for (node, link) in graph.links() {
        match link {
            Link::Fuse(id, index) => add(Cause::Fuse(id, index), Cut::Node(node), none, true),
            Link::Contact(id, index) => {
                let fault = Fault { contact: Some((id, index)), ..none };
                let plain = moved.binary_search(&(id, index)).is_err();
                add(Cause::Open(id, index), Cut::Node(node), fault, plain);
            }
            _ => {}
        }
    }
    for (throw, is) in circuit.throws.iter().zip(closed) {
        if moved.binary_search(&throw.contact).is_err() {
            continue;
        }
        let (id, index) = throw.contact;
        let fault = Fault { contact: Some(throw.contact), ..none };
        // Stuck where it is closed, it only cannot open any more; stuck on the other throw, this one stays open.
        let other = graph.inside(id).find(|node| !is && graph.node(*node) == Some(Link::Contact(id, index)));
        add(Cause::Welded(id, index, throw.side), other.map_or(Cut::Nothing, Cut::Node), fault, false);
    }
    let landed = nets::landed(build);
    for terminal in (0..build.terminals).map(Terminal).filter(|terminal| landed.wires(*terminal) > 1) {
        add(Cause::Loose(terminal), Cut::Node(terminal.0), none, true);
    }
    faults
}

/// What each fault cuts off, as ranges of the tree's order.
pub struct Cuts {
    ranges: Vec<Range<u32>>,
    /// By fault: which of them; nothing where that is not known.
    of: Vec<Option<(u32, u32)>>,
}

impl Cuts {
    /// `size`: nodes and edges of the graph.
    pub fn of(index: &mut opens::Index, feed: &opens::Feed, faults: &[Breakage], size: (u32, usize)) -> Self {
        let mut cuts = Self { ranges: Vec::new(), of: Vec::with_capacity(faults.len()) };
        let mut edges = vec![(0, 0); size.1];
        for single in opens::single(feed) {
            edges[single.at as usize] = (single.lost.start, single.lost.end);
        }
        let mut nodes = vec![(0, 0); size.0 as usize];
        for point in opens::points(feed) {
            nodes[point.at as usize] = (point.lost.start, point.lost.end);
        }
        let several = |fault: &&Breakage| matches!(fault.cut, Cut::Nodes(_));
        let groups: Vec<&[u32]> = faults.iter().filter(several).map(|fault| fault.cut.nodes()).collect();
        let lost = opens::groups(index, feed, &groups, PIECES);
        let (mut next, mut open, mut group) = (lost.lost.iter().peekable(), lost.open.iter().peekable(), 0);
        for fault in faults {
            let from = cuts.end();
            match fault.cut {
                Cut::Nothing => {}
                Cut::Edge(edge) => cuts.push(edges[edge as usize]),
                Cut::Node(node) => cuts.push(nodes[node as usize]),
                Cut::Nodes(_) => {
                    let this = group;
                    group += 1;
                    if open.next_if(|open| **open == this).is_some() {
                        cuts.of.push(None);
                        continue;
                    }
                    if let Some(found) = next.next_if(|found| found.group == this) {
                        cuts.ranges.extend(lost.of(found).iter().cloned());
                    }
                }
            }
            cuts.of.push(Some((from, cuts.end())));
        }
        cuts
    }

    fn end(&self) -> u32 {
        u32::try_from(self.ranges.len()).expect("ranges are no more than needs and faults")
    }

    fn push(&mut self, (start, end): (u32, u32)) {
        if start < end {
            self.ranges.push(start..end);
        }
    }

    /// What a fault cuts off; `None` where its work ran out.
    pub fn ranges(&self, fault: usize) -> Option<&[Range<u32>]> {
        self.of[fault].map(|(from, to)| &self.ranges[from as usize..to as usize])
    }
}
