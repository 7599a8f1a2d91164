//! The build in service as a graph: terminals, a node for whatever lies between them inside a device, and one a mated pair.

use std::ops::Range;

use model::part::{End, Mover, Part};
use model::{Build, DeviceId, Local, RunId, WireId};

use crate::circuit::Circuit;
use crate::nets::{self, Link};

/// Nodes are terminals, then links inside devices in their order, then mated pairs in the order of runs.
pub struct Graph {
    /// How many nodes.
    pub nodes: u32,
    /// The wires in their order, then two or more for each node that is a link.
    pub edges: Vec<[u32; 2]>,
    terminals: u32,
    /// By node beyond the terminals.
    links: Vec<Link>,
    /// By edge beyond the wires: the node that is its link.
    by: Vec<u32>,
    wires: u32,
    /// By device: its first link; one more at the end.
    devices: Vec<u32>,
    /// By run: its first pair; one more at the end.
    runs: Vec<u32>,
}

impl Graph {
    /// `closed`: by contact of the network.
    pub fn of(build: &Build, circuit: &Circuit, closed: &[bool]) -> Self {
        let count = |of: usize| u32::try_from(of).expect("the size of a build is bounded");
        let mut graph = Self {
            nodes: build.terminals,
            edges: build.wires.iter().map(|wire| wire.ends.map(|end| end.0)).collect(),
            terminals: build.terminals,
            links: Vec::new(),
            by: Vec::new(),
            wires: count(build.wires.len()),
            devices: Vec::with_capacity(build.devices.len() + 1),
            runs: Vec::with_capacity(build.runs.len() + 1),
        };
        let mut tied: Vec<Option<Vec<Vec<Local>>>> = vec![None; build.parts.len()];
        let mut throw = 0;
        for (id, device, part) in build.each_device() {
            graph.devices.push(graph.nodes);
            let at = |local: &Local| device.first + local.0;
            for (index, join) in (0..).zip(&part.joins) {
                graph.link(Link::Join(id, index), join.of.iter().map(at));
            }
            for tie in tied[device.part.0 as usize].get_or_insert_with(|| ties(part)) {
                graph.link(Link::Tie(id), tie.iter().map(at));
            }
            for (index, fuse) in (0..).zip(&part.fuses) {
                if let Some([a, b]) = &fuse.ends {
                    graph.link(Link::Fuse(id, index), [at(&a[0]), at(&b[0])].into_iter());
                }
            }
            for (index, contact) in (0..).zip(&part.contacts) {
                let jumper = match contact.by {
                    Some(Mover::Lever(lever)) => part.levers.get(lever as usize).is_some_and(|of| of.by == "build"),
                    Some(Mover::Coil(_)) => false,
                    None => true,
                };
                if jumper && let Some(throw) = nets::throw(part, device, contact) {
                    graph.link(Link::Contact(id, index), [at(&contact.com[0]), at(&throw[0])].into_iter());
                }
            }
            while let Some(of) = circuit.throws.get(throw).filter(|of| of.contact.0 == id) {
                if closed[throw] {
                    graph.link(Link::Contact(id, of.contact.1), of.ends.iter().map(|end| end.0));
                }
                throw += 1;
            }
        }
        graph.devices.push(graph.nodes);
        for (index, run) in (0..).zip(&build.runs) {
            graph.runs.push(graph.nodes);
            for mate in nets::mates(&run.what) {
                for (a, b) in &mate.pairs {
                    graph.link(Link::Mate(RunId(index)), [a.0, b.0].into_iter());
                }
            }
        }
        graph.runs.push(graph.nodes);
        graph
    }

    fn link(&mut self, link: Link, of: impl Iterator<Item = u32>) {
        let node = self.nodes;
        let before = self.edges.len();
        self.edges.extend(of.map(|terminal| [terminal, node]));
        if self.edges.len() < before + 2 {
            self.edges.truncate(before);
            return;
        }
        self.by.extend((before..self.edges.len()).map(|_| node));
        self.links.push(link);
        self.nodes += 1;
    }

    /// What a node is, if it is no terminal.
    pub fn node(&self, node: u32) -> Option<Link> {
        self.links.get(node.checked_sub(self.terminals)? as usize).copied()
    }

    /// What an edge is part of.
    pub fn edge(&self, edge: u32) -> Link {
        match edge.checked_sub(self.wires) {
            None => Link::Wire(WireId(edge)),
            Some(beyond) => self.links[(self.by[beyond as usize] - self.terminals) as usize],
        }
    }

    /// The nodes that are links inside a device.
    pub fn inside(&self, device: DeviceId) -> Range<u32> {
        self.devices[device.0 as usize]..self.devices[device.0 as usize + 1]
    }

    /// The nodes that are pairs of a run.
    pub fn pairs(&self, run: RunId) -> Range<u32> {
        self.runs[run.0 as usize]..self.runs[run.0 as usize + 1]
    }

    /// Every node that is a link inside a device.
    pub fn links(&self) -> impl Iterator<Item = (u32, Link)> {
        (self.terminals..).zip(&self.links).map(|(node, link)| (node, *link))
    }
}

/// Ends of elements that mean several terminals, each once.
fn ties(part: &Part) -> Vec<Vec<Local>> {
    let mut ends: Vec<End> = Vec::new();
    nets::each_end(part, |end| {
        if end.len() > 1 {
            ends.push(end.clone());
        }
    });
    ends.sort_unstable();
    ends.dedup();
    ends
}
