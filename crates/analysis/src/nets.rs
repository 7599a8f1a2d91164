//! Nets: which terminals are one piece of metal, and by which wires, plugs, fuses and contacts.
//!
//! Union-find over all terminals; linear in the build, no recursion. Paths are searched only when somebody asks for one.

mod contacts;
mod forest;
mod gather;
mod landed;

use std::sync::OnceLock;

use model::{Build, DeviceId, RunId, Terminal, WireId};
use source::Span;

pub use contacts::{each_end, position, throw, throws};
pub use forest::Forest;
use gather::{Closed, gather, gather_where};
pub use landed::{Landed, landed, mates};

/// A net: all terminals that are joined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NetId(pub u32);

/// What joins two terminals; a number is an index in the list of the device's part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Link {
    /// A wire.
    Wire(WireId),
    /// Two ports plugged together by this run.
    Mate(RunId),
    /// Metal inside a device.
    Join(DeviceId, u32),
    /// Several terminals of one element's end.
    Tie(DeviceId),
    /// A fuse.
    Fuse(DeviceId, u32),
    /// A closed contact.
    Contact(DeviceId, u32),
}

/// One step of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Hop {
    pub from: Terminal,
    pub to: Terminal,
    pub by: Link,
}

#[derive(Clone, Copy)]
struct Edge {
    /// A terminal.
    a: u32,
    /// A terminal, or a hub: a piece of metal with three or more terminals, numbered after all terminals.
    b: u32,
    by: Link,
}

/// Joined terminals, and what joins them.
pub struct Nets {
    terminals: u32,
    hubs: u32,
    net: Vec<u32>,
    starts: Vec<u32>,
    members: Vec<Terminal>,
    edges: Vec<Edge>,
    graph: OnceLock<(Vec<u32>, Vec<u32>)>,
}

/// What is joined by metal: joins, wires, matings, fuses, and jumpers as they are set.
pub fn metal(build: &Build) -> Nets {
    gather(build, Closed::Set)
}

/// The same with every contact as it is while all coils and all levers are at rest.
pub fn rest(build: &Build) -> Nets {
    gather(build, Closed::Rest)
}

/// The same with every contact that `may` closed to all its throws (jumpers stay as set): what can be joined at all.
pub fn possible(build: &Build, may: impl Fn((DeviceId, u32)) -> bool) -> Nets {
    gather_where(build, Closed::All, may, |_| true)
}

/// As [`metal`], without the links that are not kept: a wire cut, a fuse blown, a device gone.
pub fn metal_where(build: &Build, keep: impl Fn(Link) -> bool) -> Nets {
    gather_where(build, Closed::Set, |_| true, keep)
}

/// Only what nobody strips or screws: joins, matings and ties, without wires, fuses and contacts.
pub fn solid(build: &Build) -> Nets {
    gather(build, Closed::Solid)
}

/// As [`rest`], without wires.
pub fn rest_without_wires(build: &Build) -> Nets {
    gather(build, Closed::RestWithoutWires)
}

/// As [`rest`], without fuses.
pub fn rest_without_fuses(build: &Build) -> Nets {
    gather(build, Closed::RestWithoutFuses)
}

impl Nets {
    /// The net of a terminal.
    pub fn net(&self, terminal: Terminal) -> NetId {
        NetId(self.net[terminal.0 as usize])
    }

    /// Whether two terminals are joined.
    pub fn same(&self, a: Terminal, b: Terminal) -> bool {
        self.net(a) == self.net(b)
    }

    /// How many nets there are; a terminal that nothing joins is one too.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no terminal at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The terminals of a net, ascending.
    pub fn members(&self, net: NetId) -> &[Terminal] {
        &self.members[self.starts[net.0 as usize] as usize..self.starts[net.0 as usize + 1] as usize]
    }

    /// By node (terminals, then hubs): where its edges begin in the list of edge numbers, and that list.
    fn graph(&self) -> &(Vec<u32>, Vec<u32>) {
        self.graph.get_or_init(|| {
            let mut starts = vec![0_u32; (self.terminals + self.hubs) as usize + 1];
            for edge in &self.edges {
                starts[edge.a as usize + 1] += 1;
                starts[edge.b as usize + 1] += 1;
            }
            for at in 1..starts.len() {
                starts[at] += starts[at - 1];
            }
            let mut fill = starts.clone();
            let mut list = vec![0; self.edges.len() * 2];
            for (number, edge) in (0..).zip(&self.edges) {
                for end in [edge.a, edge.b] {
                    list[fill[end as usize] as usize] = number;
                    fill[end as usize] += 1;
                }
            }
            (starts, list)
        })
    }

    fn around(&self, node: u32) -> impl Iterator<Item = (u32, Edge)> {
        let (starts, list) = self.graph();
        let range = starts[node as usize] as usize..starts[node as usize + 1] as usize;
        list[range].iter().map(move |&number| {
            let edge = self.edges[number as usize];
            (if edge.a == node { edge.b } else { edge.a }, edge)
        })
    }

    /// How many nodes there are: terminals and, numbered after them, pieces of metal with three or more terminals.
    pub(crate) fn nodes(&self) -> usize {
        (self.terminals + self.hubs) as usize
    }

    /// Neighbours of a node: in time linear in the links, where [`Nets::links`] pairs off what meets at a piece of metal.
    pub(crate) fn hops(&self, node: u32) -> impl Iterator<Item = (u32, Link)> {
        self.around(node).map(|(next, edge)| (next, edge.by))
    }

    /// Neighbours of a terminal. A piece of metal with many terminals makes each a neighbour of every other.
    pub fn links(&self, terminal: Terminal) -> impl Iterator<Item = (Terminal, Link)> {
        self.around(terminal.0).flat_map(move |(next, edge)| {
            let direct = (next < self.terminals).then_some((Terminal(next), edge.by));
            let hub = (next >= self.terminals).then_some(next);
            let through = hub.into_iter().flat_map(|hub| self.around(hub)).map(|(at, edge)| (Terminal(at), edge.by));
            direct.into_iter().chain(through.filter(move |(at, _)| *at != terminal))
        })
    }

    /// The fewest hops from one terminal to another.
    pub fn path(&self, from: Terminal, to: Terminal) -> Option<Vec<Hop>> {
        self.path_where(from, to, |_| true)
    }

    /// The fewest hops over links that are allowed.
    pub fn path_where(&self, from: Terminal, to: Terminal, allow: impl Fn(Link) -> bool) -> Option<Vec<Hop>> {
        if !self.same(from, to) {
            return None;
        }
        self.search(std::iter::once(from), |at| at == to, allow).path(to)
    }

    /// The nearest terminal of the same net that is wanted; the terminal itself, if it is.
    pub fn nearest(&self, from: Terminal, wanted: impl Fn(Terminal) -> bool) -> Option<Terminal> {
        let forest = self.search(std::iter::once(from), &wanted, |_| true);
        forest.order().iter().copied().find(|at| wanted(*at))
    }

    /// The fewest hops from the nearest of these roots to every terminal that they reach.
    pub fn forest(&self, roots: impl Iterator<Item = Terminal>) -> Forest {
        self.search(roots, |_| false, |_| true)
    }
}

/// Where a link is written.
pub fn link_span(build: &Build, link: Link) -> Span {
    match link {
        Link::Wire(wire) => build.wire(wire).span,
        Link::Mate(run) => build.run(run).span,
        Link::Join(device, index) => build.part_of(device).joins[index as usize].span,
        Link::Tie(device) => build.device(device).span,
        Link::Fuse(device, index) => build.part_of(device).fuses[index as usize].span,
        Link::Contact(device, index) => build.part_of(device).contacts[index as usize].span,
    }
}

/// A path in words: `atx.5v[1] → k8.nc[1] → k8.com[1]`.
pub fn told(build: &Build, hops: &[Hop]) -> String {
    let first = hops.first().map(|hop| hop.from);
    let all: Vec<String> = first.into_iter().chain(hops.iter().map(|hop| hop.to)).map(|at| build.path(at)).collect();
    all.join(" → ")
}
