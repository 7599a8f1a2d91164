//! Contraction: what is always joined becomes one net, and a state's nets are found by plain joining.

use crate::network::{Guard, Network};

/// Which nodes are joined in one state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nets {
    /// By node: its net, counted in order of the first node.
    pub of: Vec<u32>,
    /// How many nets.
    pub count: u32,
}

/// The nets of one state: conductors and closed contacts. Linear.
pub fn joined(network: &Network, state: &[bool]) -> Nets {
    let mut joiner = Joiner::new(network.nodes);
    for &[a, b] in &network.conductors {
        joiner.join(a, b);
    }
    for contact in network.contacts.iter().filter(|contact| contact.guard.closed(state)) {
        joiner.join(contact.ends[0], contact.ends[1]);
    }
    joiner.finish()
}

/// Union-find in which a root is the smallest of its class, so that classes can be numbered in one pass.
pub(crate) struct Joiner(Vec<u32>);

impl Joiner {
    pub fn new(count: u32) -> Self {
        Self((0..count).collect())
    }

    pub fn root(&mut self, mut x: u32) -> u32 {
        let parent = &mut self.0;
        while parent[x as usize] != x {
            let above = parent[parent[x as usize] as usize];
            parent[x as usize] = above;
            x = above;
        }
        x
    }

    /// Joins two; whether they were apart.
    pub fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
        a != b
    }

    pub fn finish(self) -> Nets {
        let mut of = self.0;
        let mut count = 0;
        for x in 0..of.len() {
            let parent = of[x] as usize;
            of[x] = if parent == x {
                count += 1;
                count - 1
            } else {
                of[parent]
            };
        }
        Nets { of, count }
    }
}

/// A contact between two nets, which some state closes and some state opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Edge {
    /// Two different nets, in the order of the contact's ends.
    pub ends: [u32; 2],
    /// Index in [`Network::contacts`].
    pub contact: u32,
}

/// The network with each net made one point. A contact that is always closed counts as a conductor.
pub(crate) struct Contracted<'a> {
    pub network: &'a Network,
    pub nets: Nets,
    pub edges: Vec<Edge>,
}

impl<'a> Contracted<'a> {
    pub fn new(network: &'a Network) -> Self {
        let mut joiner = Joiner::new(network.nodes);
        for &[a, b] in &network.conductors {
            joiner.join(a, b);
        }
        for contact in network.contacts.iter().filter(|contact| contact.guard == Guard::ALWAYS) {
            joiner.join(contact.ends[0], contact.ends[1]);
        }
        let nets = joiner.finish();
        let mut edges = Vec::with_capacity(network.contacts.len());
        for (contact, index) in network.contacts.iter().zip(0..) {
            let ends = contact.ends.map(|node| nets.of[node as usize]);
            if ends[0] != ends[1] && !contact.guard.never() {
                edges.push(Edge { ends, contact: index });
            }
        }
        Self { network, nets, edges }
    }

    /// The net of a node.
    pub fn net(&self, node: u32) -> u32 {
        self.nets.of[node as usize]
    }

    /// When an edge is closed.
    pub fn guard(&self, edge: Edge) -> Guard {
        self.network.contacts[edge.contact as usize].guard
    }
}

/// Lists by key in two arrays: the items of key `k` are `items[start[k]..start[k + 1]]`, in the order they were given.
pub(crate) struct Lists {
    start: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// Sorts pairs of key and item by key; the iterator is walked twice.
    pub fn new(keys: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        // While items are filled in, the place of key `k` is kept where the start of the key after it will be.
        let mut start = vec![0u32; keys + 2];
        for (key, _) in pairs.clone() {
            start[key as usize + 2] += 1;
        }
        for key in 2..start.len() {
            start[key] += start[key - 1];
        }
        let mut items = vec![0; start[keys + 1] as usize];
        for (key, item) in pairs {
            let at = &mut start[key as usize + 1];
            items[*at as usize] = item;
            *at += 1;
        }
        Self { start, items }
    }

    pub fn of(&self, key: u32) -> &[u32] {
        &self.items[self.start[key as usize] as usize..self.start[key as usize + 1] as usize]
    }

    pub fn keys(&self) -> u32 {
        self.start.len() as u32 - 2
    }
}
