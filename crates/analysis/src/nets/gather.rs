//! Union-find over all terminals, and the edges for paths.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use model::part::{Contact, End, Mover, Part};
use model::{Build, DeviceId, RunId, Terminal, WireId};
use petgraph::unionfind::UnionFind;

use super::{Edge, Link, Nets, each_end, mates, throw, throws};

/// What counts as joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    Set,
    Rest,
    All,
    Solid,
    RestWithoutWires,
    RestWithoutFuses,
}

/// Whether a jumper (and not a coil, a hand or the world) moves it.
fn is_jumper(part: &Part, contact: &Contact) -> bool {
    let Some(Mover::Lever(index)) = contact.by else {
        return false;
    };
    part.levers.get(index as usize).is_some_and(|lever| lever.by == "build")
}

/// Ends of all elements of a part that mean several terminals.
fn ties(part: &Part) -> Vec<&End> {
    let mut ends: BTreeSet<&End> = BTreeSet::new();
    each_end(part, |end| {
        if end.len() > 1 {
            ends.insert(end);
        }
    });
    ends.into_iter().collect()
}

struct Gather<K> {
    joined: UnionFind<u32>,
    edges: Vec<Edge>,
    hubs: u32,
    keep: K,
}

impl<K: Fn(Link) -> bool> Gather<K> {
    fn two(&mut self, a: u32, b: u32, by: Link) {
        if !(self.keep)(by) {
            return;
        }
        self.joined.union(a, b);
        self.edges.push(Edge { a, b, by });
    }

    fn several(&mut self, of: impl ExactSizeIterator<Item = u32> + Clone, by: Link) {
        let count = of.len();
        let mut all = of.clone();
        let Some(first) = all.next() else { return };
        match (count, all.next()) {
            (2, Some(second)) => self.two(first, second, by),
            (1, _) | (_, None) => {}
            _ if !(self.keep)(by) => {}
            _ => {
                let hub = u32::try_from(self.joined.len()).expect("terminals are bounded") + self.hubs;
                self.hubs += 1;
                for one in of {
                    self.joined.union(first, one);
                    self.edges.push(Edge { a: one, b: hub, by });
                }
            }
        }
    }
}

pub(super) fn gather(build: &Build, closed: Closed) -> Nets {
    gather_where(build, closed, |_| true, |_| true)
}

/// `may`: which contacts may close to every throw under [`Closed::All`]; `keep`: which links are there at all.
pub(super) fn gather_where(
    build: &Build,
    closed: Closed,
    may: impl Fn((DeviceId, u32)) -> bool,
    keep: impl Fn(Link) -> bool,
) -> Nets {
    let mut all = Gather {
        joined: UnionFind::new(build.terminals as usize),
        edges: Vec::with_capacity(build.wires.len()),
        hubs: 0,
        keep,
    };
    let mut tied: Vec<Option<Vec<&End>>> = vec![None; build.parts.len()];
    for (id, device, part) in build.each_device() {
        let at = |local: &model::Local| device.first + local.0;
        for (index, join) in (0..).zip(&part.joins) {
            all.several(join.of.iter().map(at), Link::Join(id, index));
        }
        for tie in tied[device.part.0 as usize].get_or_insert_with(|| ties(part)) {
            all.several(tie.iter().map(at), Link::Tie(id));
        }
        if closed == Closed::Solid {
            continue;
        }
        if closed != Closed::RestWithoutFuses {
            for (index, fuse) in (0..).zip(&part.fuses) {
                if let Some([a, b]) = &fuse.ends {
                    all.two(at(&a[0]), at(&b[0]), Link::Fuse(id, index));
                }
            }
        }
        for (index, contact) in (0..).zip(&part.contacts) {
            let by = Link::Contact(id, index);
            if closed == Closed::All && !is_jumper(part, contact) {
                if !may((id, index)) {
                    continue;
                }
                for throw in throws(contact) {
                    all.two(at(&contact.com[0]), at(&throw[0]), by);
                }
            } else if (closed != Closed::Set || is_jumper(part, contact))
                && let Some(throw) = throw(part, device, contact)
            {
                all.two(at(&contact.com[0]), at(&throw[0]), by);
            }
        }
    }
    if closed != Closed::Solid && closed != Closed::RestWithoutWires {
        for (index, wire) in (0..).zip(&build.wires) {
            all.two(wire.ends[0].0, wire.ends[1].0, Link::Wire(WireId(index)));
        }
    }
    for (index, run) in (0..).zip(&build.runs) {
        for mate in mates(&run.what) {
            for (a, b) in &mate.pairs {
                all.two(a.0, b.0, Link::Mate(RunId(index)));
            }
        }
    }
    label(build.terminals, all)
}

/// Nets numbered by their lowest terminal; members by counting.
fn label<K>(terminals: u32, all: Gather<K>) -> Nets {
    let Gather { joined, edges, hubs, .. } = all;
    let mut net = joined.into_labeling();
    let mut number = vec![u32::MAX; terminals as usize];
    let mut starts: Vec<u32> = vec![];
    for of in &mut net {
        let number = &mut number[*of as usize];
        if *number == u32::MAX {
            *number = u32::try_from(starts.len()).expect("nets are no more than terminals");
            starts.push(0);
        }
        *of = *number;
        starts[*of as usize] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        let count = *start;
        *start = sum;
        sum += count;
    }
    starts.push(sum);
    let mut fill = starts.clone();
    let mut members = vec![Terminal(0); terminals as usize];
    for at in 0..terminals {
        let slot = &mut fill[net[at as usize] as usize];
        members[*slot as usize] = Terminal(at);
        *slot += 1;
    }
    Nets { terminals, hubs, net, starts, members, edges, graph: OnceLock::new() }
}
