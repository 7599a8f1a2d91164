//! Pieces of metal that nobody can open, and what joins them: wires, pins of plugs, fuses, closed contacts.

use std::collections::BTreeSet;

use model::part::{End, Part};
use model::{Build, DeviceId, RunId, Terminal, WireId};
use petgraph::unionfind::UnionFind;

use crate::nets::{self, Link};
use crate::outlets::Outlet;

/// Something that may open between two pieces.
#[derive(Clone, Copy)]
pub(super) struct Joint {
    /// Two different pieces.
    pub pieces: [u32; 2],
    /// The terminals that it lands on, in the same order.
    pub at: [Terminal; 2],
    /// What it is; of a plug, this pin alone.
    pub by: Link,
}

/// The build as pieces and joints, with every outlet on: a contact whose load hangs on NO counts as energised.
pub(super) struct Pieces {
    of: Vec<u32>,
    /// How many pieces.
    pub count: u32,
    /// In the order: contacts and fuses by device, wires, plugs.
    pub joints: Vec<Joint>,
    starts: Vec<u32>,
    list: Vec<u32>,
}

/// Ends of a part's elements that mean several terminals.
fn ties(part: &Part) -> Vec<&End> {
    let mut ends: BTreeSet<&End> = BTreeSet::new();
    nets::each_end(part, |end| {
        if end.len() > 1 {
            ends.insert(end);
        }
    });
    ends.into_iter().collect()
}

pub(super) fn pieces(build: &Build, outlets: &[Outlet]) -> Pieces {
    let of = solid(build);
    let count = of.iter().max().map_or(0, |most| most + 1);
    let on_no: BTreeSet<(DeviceId, u32)> =
        outlets.iter().filter(|outlet| !outlet.throw_nc).map(|outlet| outlet.contact).collect();
    let mut joints = Vec::with_capacity(build.wires.len());
    let mut join = |a: Terminal, b: Terminal, by: Link| {
        let pieces = [of[a.0 as usize], of[b.0 as usize]];
        if pieces[0] != pieces[1] {
            joints.push(Joint { pieces, at: [a, b], by });
        }
    };
    for (id, device, part) in build.each_device() {
        for (index, contact) in (0..).zip(&part.contacts) {
            let throw =
                if on_no.contains(&(id, index)) { contact.no.as_ref() } else { nets::throw(part, device, contact) };
            if let Some(throw) = throw {
                join(device.terminal(contact.com[0]), device.terminal(throw[0]), Link::Contact(id, index));
            }
        }
        for (index, fuse) in (0..).zip(&part.fuses) {
            if let Some([a, b]) = &fuse.ends {
                join(device.terminal(a[0]), device.terminal(b[0]), Link::Fuse(id, index));
            }
        }
    }
    for (index, wire) in (0..).zip(&build.wires) {
        join(wire.ends[0], wire.ends[1], Link::Wire(WireId(index)));
    }
    for (index, run) in (0..).zip(&build.runs) {
        for (a, b) in nets::mates(&run.what).into_iter().flat_map(|mate| &mate.pairs) {
            join(*a, *b, Link::Mate(RunId(index)));
        }
    }
    let mut starts = vec![0_u32; count as usize + 1];
    for piece in joints.iter().flat_map(|joint| joint.pieces) {
        starts[piece as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut fill = starts.clone();
    let mut list = vec![0; joints.len() * 2];
    for (number, joint) in (0..).zip(&joints) {
        for piece in joint.pieces {
            list[fill[piece as usize] as usize] = number;
            fill[piece as usize] += 1;
        }
    }
    Pieces { of, count, joints, starts, list }
}

/// By terminal: its piece, numbered by the lowest terminal.
fn solid(build: &Build) -> Vec<u32> {
    let mut joined = UnionFind::<u32>::new(build.terminals as usize);
    let mut tied: Vec<Option<Vec<&End>>> = vec![None; build.parts.len()];
    for (_, device, part) in build.each_device() {
        let ends = tied[device.part.0 as usize].get_or_insert_with(|| ties(part));
        let joins = part.joins.iter().map(|join| &join.of);
        for several in joins.chain(ends.iter().copied()) {
            for pair in several.windows(2) {
                joined.union(device.terminal(pair[0]).0, device.terminal(pair[1]).0);
            }
        }
    }
    let mut of = joined.into_labeling();
    let mut number = vec![u32::MAX; of.len()];
    let mut next = 0;
    for label in &mut of {
        let number = &mut number[*label as usize];
        if *number == u32::MAX {
            *number = next;
            next += 1;
        }
        *label = *number;
    }
    of
}

impl Pieces {
    /// The piece of a terminal.
    pub fn of(&self, terminal: Terminal) -> u32 {
        self.of[terminal.0 as usize]
    }

    /// Numbers of the joints on a piece.
    pub fn around(&self, piece: u32) -> &[u32] {
        &self.list[self.starts[piece as usize] as usize..self.starts[piece as usize + 1] as usize]
    }

    /// The piece at the other side of a joint.
    pub fn across(&self, joint: u32, from: u32) -> u32 {
        let [a, b] = self.joints[joint as usize].pieces;
        if a == from { b } else { a }
    }
}
