//! Paths told contact by contact and conductor by conductor.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
};

use crate::{
    contract::{Contracted, Lists},
    core::{Branch, Core, FROM, TO},
    network::Guard,
    standing::NONE,
};

/// What a step goes over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Via {
    /// Index in [`crate::Network::conductors`].
    Conductor(u32),
    /// Index in [`crate::Network::contacts`].
    Contact(u32),
}

/// One step of a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Hop {
    /// What it goes over.
    pub via: Via,
    /// The node that it leads to.
    pub to: u32,
}

/// What always joins: conductors, then contacts that never open.
pub(crate) struct Wires<'a> {
    metal: &'a Contracted<'a>,
    /// Contacts that never open; as links they come after all conductors.
    fitted: Vec<u32>,
    around: Lists,
    /// By node of a net in `toward`: the link on its shortest way to the node there.
    step: Vec<u32>,
    /// By node: the search that came here last.
    seen: Vec<u32>,
    aims: u32,
    /// By net: the node that `step` leads to.
    toward: BTreeMap<u32, u32>,
}

impl<'a> Wires<'a> {
    pub fn new(metal: &'a Contracted<'a>) -> Self {
        let network = metal.network;
        let fitted = (0..).zip(&network.contacts).filter(|(_, contact)| contact.guard == Guard::ALWAYS);
        let fitted: Vec<u32> = fitted.map(|(index, _)| index).collect();
        let contacts = fitted.iter().map(|&contact| &network.contacts[contact as usize].ends);
        let links = network.conductors.iter().chain(contacts).zip(0..);
        let around = Lists::new(network.nodes as usize, links.flat_map(|(ends, link)| ends.map(|node| (node, link))));
        let nodes = network.nodes as usize;
        Self { metal, fitted, around, step: vec![NONE; nodes], seen: vec![0; nodes], aims: 0, toward: BTreeMap::new() }
    }

    /// Links at a node, with the node across.
    pub fn at(&self, node: u32) -> impl Iterator<Item = (u32, u32)> {
        self.around.of(node).iter().map(move |&link| (link, self.across(link, node)))
    }

    /// What a link is.
    pub fn via(&self, link: u32) -> Via {
        let conductors = self.metal.network.conductors.len() as u32;
        if link < conductors { Via::Conductor(link) } else { Via::Contact(self.fitted[(link - conductors) as usize]) }
    }

    /// The other node of a link.
    pub fn across(&self, link: u32, node: u32) -> u32 {
        let network = self.metal.network;
        let ends = match self.via(link) {
            Via::Conductor(index) => network.conductors[index as usize],
            Via::Contact(index) => network.contacts[index as usize].ends,
        };
        ends[usize::from(ends[0] == node)]
    }

    /// Finds the shortest ways from all of a net to one of its nodes.
    fn aim(&mut self, node: u32) {
        let net = self.metal.net(node);
        if self.toward.insert(net, node) == Some(node) {
            return;
        }
        self.aims += 1;
        self.seen[node as usize] = self.aims;
        self.step[node as usize] = NONE;
        let mut queue = VecDeque::from([node]);
        while let Some(here) = queue.pop_front() {
            for at in 0..self.around.of(here).len() {
                let link = self.around.of(here)[at];
                let other = self.across(link, here);
                if self.seen[other as usize] != self.aims {
                    self.seen[other as usize] = self.aims;
                    self.step[other as usize] = link;
                    queue.push_back(other);
                }
            }
        }
    }

    /// The shortest way inside a net, after [`Wires::aim`] at its end.
    fn follow(&self, mut node: u32) -> Vec<Hop> {
        let mut hops = Vec::new();
        while self.step[node as usize] != NONE {
            let link = self.step[node as usize];
            node = self.across(link, node);
            hops.push(Hop { via: self.via(link), to: node });
        }
        hops
    }

    /// The shortest way between two nodes of one net.
    pub fn within(&mut self, from: u32, to: u32) -> Vec<Hop> {
        self.aim(to);
        self.follow(from)
    }

    /// The closed way with fewest contacts, then fewest conductors, from a node of the first net of a core to one of the second.
    ///
    /// The state must join the two.
    pub fn between(&mut self, core: &Core, state: &[bool], from: u32, to: u32) -> Vec<Hop> {
        self.aim(from);
        self.aim(to);
        let closed: Vec<&Branch> = core.branches.iter().filter(|branch| branch.guard.closed(state)).collect();
        let ends = |branch: &Branch| self.metal.network.contacts[branch.contact as usize].ends;
        let mut contacts: Vec<(u32, u32, u32)> = closed
            .iter()
            .flat_map(|b| [(ends(b)[0], ends(b)[1], b.contact), (ends(b)[1], ends(b)[0], b.contact)])
            .collect();
        contacts.sort_unstable();
        let (first, last) = (core.nets[FROM as usize], core.nets[TO as usize]);
        let mut best: BTreeMap<u32, Reached> = BTreeMap::new();
        let mut queue = BinaryHeap::new();
        let offer = |best: &mut BTreeMap<u32, Reached>, queue: &mut BinaryHeap<_>, node: u32, way: Reached| {
            if best.get(&node).is_none_or(|known| way.cost < known.cost) {
                queue.push(Reverse((way.cost, node)));
                best.insert(node, way);
            }
        };
        for &(node, _, _) in contacts.iter().filter(|&&(node, _, _)| self.metal.net(node) == first) {
            let way = Reached { cost: (0, self.follow(node).len() as u32), last: None };
            offer(&mut best, &mut queue, node, way);
        }
        let mut goal: Option<((u32, u32), u32)> = None;
        while let Some(Reverse((cost, node))) = queue.pop() {
            if best[&node].cost < cost {
                continue;
            }
            let net = self.metal.net(node);
            if net == last {
                let total = (cost.0, cost.1 + self.follow(node).len() as u32);
                if goal.is_none_or(|known| total < known.0) {
                    goal = Some((total, node));
                }
                continue;
            }
            let start = contacts.partition_point(|contact| contact.0 < node);
            for &(_, to, contact) in contacts[start..].iter().take_while(|contact| contact.0 == node) {
                let last = Some((node, Via::Contact(contact)));
                offer(&mut best, &mut queue, to, Reached { cost: (cost.0 + 1, cost.1), last });
            }
            if net != first {
                for (link, to) in self.at(node) {
                    let last = Some((node, self.via(link)));
                    offer(&mut best, &mut queue, to, Reached { cost: (cost.0, cost.1 + 1), last });
                }
            }
        }
        let mut node = goal.expect("the state joins the ends").1;
        let tail = self.follow(node);
        let mut middle = Vec::new();
        while let Some((before, via)) = best[&node].last {
            middle.push(Hop { via, to: node });
            node = before;
        }
        middle.reverse();
        let mut hops = turned(from, node, &self.follow(node));
        hops.append(&mut middle);
        hops.extend(tail);
        hops
    }
}

/// How a node is reached.
struct Reached {
    /// Contacts, then conductors.
    cost: (u32, u32),
    /// The node before, and what leads here from it; none at the edge of the first net.
    last: Option<(u32, Via)>,
}

/// The way from `to` back to where `hops` start.
fn turned(to: u32, from: u32, hops: &[Hop]) -> Vec<Hop> {
    let mut nodes = vec![from];
    nodes.extend(hops.iter().map(|hop| hop.to));
    debug_assert_eq!(nodes.last(), Some(&to), "the way leads to the rail");
    hops.iter().zip(nodes).map(|(hop, to)| Hop { via: hop.via, to }).rev().collect()
}
