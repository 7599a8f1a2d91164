//! What hangs on which node, and what lies between two of them with every plug out: walked from both at once, so that the side with less behind it is
//! soon known whole, however large the other is.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use model::wire::RunKind;
use model::{Build, RunId, Terminal, WireId};

use super::rig::{Rig, Shows};
use crate::power::What;

/// What a current may pass on its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Through {
    Metal,
    Resistors,
    Electronics,
}

/// The network by its nodes, for many questions of a meter on one build.
pub struct Web<'a> {
    /// The network.
    pub rig: &'a Rig<'a>,
    /// By node: where its links begin.
    first: Vec<u32>,
    /// Links in the order of their numbers: pieces, and after them the rig's electronics.
    links: Vec<u32>,
    /// By wire: the run that it belongs to.
    runs: BTreeMap<WireId, RunId>,
    /// By node: whether a wire lands there.
    wired: Vec<bool>,
}

impl<'a> Web<'a> {
    /// Of a network.
    pub fn new(rig: &'a Rig<'a>) -> Self {
        let nodes = rig.facts.power.harness.nodes as usize;
        let mut web = Self {
            rig,
            first: vec![0; nodes + 1],
            links: Vec::new(),
            runs: runs(rig.build),
            wired: vec![false; nodes],
        };
        let count = rig.facts.power.harness.pieces.len() + rig.electronics.len();
        let count = u32::try_from(count).expect("a build has a bound");
        let used: Vec<([u32; 2], u32)> =
            (0..count).filter(|link| web.kind(*link).is_some()).map(|link| (web.ends(link), link)).collect();
        for (ends, _) in &used {
            ends.iter().for_each(|node| web.first[*node as usize + 1] += 1);
        }
        for node in 0..nodes {
            web.first[node + 1] += web.first[node];
        }
        let mut next = web.first.clone();
        web.links = vec![0; 2 * used.len()];
        for (ends, link) in used {
            for node in ends {
                web.links[next[node as usize] as usize] = link;
                next[node as usize] += 1;
            }
        }
        for wire in &rig.build.wires {
            wire.ends.iter().for_each(|end| web.wired[rig.node(*end) as usize] = true);
        }
        web
    }

    /// The runs of these pieces that are wires, in their order.
    pub fn on(&self, pieces: impl IntoIterator<Item = u32>) -> Vec<RunId> {
        let wires =
            pieces.into_iter().filter_map(|piece| match self.rig.facts.power.harness.pieces[piece as usize].what {
                What::Wire(wire) => self.runs.get(&wire).copied(),
                _ => None,
            });
        let mut all: Vec<RunId> = wires.collect();
        all.dedup();
        all
    }

    /// Whether a wire lands on a terminal's metal.
    pub fn is_wired(&self, terminal: Terminal) -> bool {
        self.wired[self.rig.node(terminal) as usize]
    }

    /// Whether two nodes are one piece of metal, though one piece were gone.
    pub fn joined(&self, gone: Option<u32>, values: &[bool], ends: [u32; 2]) -> bool {
        self.meet(gone, values, ends, Through::Metal)
    }

    /// What an ohmmeter shows between two nodes: as [`super::rig::Cold`] does.
    pub fn shows(&self, gone: Option<u32>, values: &[bool], ends: [u32; 2]) -> Shows {
        let ways = [
            (Through::Metal, Shows::Joined),
            (Through::Resistors, Shows::Resistor),
            (Through::Electronics, Shows::Electronics),
        ];
        let found = ways.into_iter().find(|(through, _)| self.meet(gone, values, ends, *through));
        found.map_or(Shows::Open, |(_, shows)| shows)
    }

    /// The fewest conductors between two nodes.
    pub fn walk(&self, values: &[bool], [from, to]: [u32; 2]) -> Option<Vec<u32>> {
        let mut came: BTreeMap<u32, (u32, u32)> = BTreeMap::from([(from, (from, 0))]);
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            if node == to {
                let (mut at, mut pieces) = (to, Vec::new());
                while at != from {
                    let (before, piece) = came[&at];
                    pieces.push(piece);
                    at = before;
                }
                pieces.reverse();
                return Some(pieces);
            }
            for (next, link) in self.around(node, None, values, Through::Metal) {
                if let Entry::Vacant(slot) = came.entry(next) {
                    slot.insert((node, link));
                    queue.push_back(next);
                }
            }
        }
        None
    }

    fn meet(&self, gone: Option<u32>, values: &[bool], [a, b]: [u32; 2], through: Through) -> bool {
        if a == b {
            return true;
        }
        // By node: the side that it was reached from.
        let mut seen = BTreeMap::from([(a, 0), (b, 1)]);
        let mut queues = [VecDeque::from([a]), VecDeque::from([b])];
        loop {
            for (side, queue) in queues.iter_mut().enumerate() {
                let Some(node) = queue.pop_front() else { return false };
                for (next, _) in self.around(node, gone, values, through) {
                    match seen.entry(next) {
                        Entry::Occupied(slot) if *slot.get() != side => return true,
                        Entry::Occupied(_) => {}
                        Entry::Vacant(slot) => {
                            slot.insert(side);
                            queue.push_back(next);
                        }
                    }
                }
            }
        }
    }

    /// Nodes beside one, each with the link that leads there.
    fn around(
        &self,
        node: u32,
        gone: Option<u32>,
        values: &[bool],
        through: Through,
    ) -> impl Iterator<Item = (u32, u32)> {
        let range = self.first[node as usize] as usize..self.first[node as usize + 1] as usize;
        let (harness, circuit) = (&self.rig.facts.power.harness, &self.rig.facts.circuit);
        self.links[range].iter().copied().filter_map(move |link| {
            let kind = self.kind(link).filter(|kind| *kind <= through && gone != Some(link))?;
            let there = kind != Through::Metal || harness.is_present(circuit, link, values);
            let [a, b] = self.ends(link);
            there.then_some((if a == node { b } else { a }, link))
        })
    }

    fn ends(&self, link: u32) -> [u32; 2] {
        let pieces = &self.rig.facts.power.harness.pieces;
        pieces.get(link as usize).map_or_else(|| self.rig.electronics[link as usize - pieces.len()], |piece| piece.ends)
    }

    /// What a link is; `None` where no ohmmeter's current passes, or only by a plug.
    fn kind(&self, link: u32) -> Option<Through> {
        match self.rig.facts.power.harness.pieces.get(link as usize) {
            None => Some(Through::Electronics),
            Some(piece) if matches!(piece.what, What::Resistor(..)) => Some(Through::Resistors),
            Some(piece) if matches!(piece.what, What::Mate(..)) => None,
            Some(piece) => piece.what.conducts().then_some(Through::Metal),
        }
    }
}

fn runs(build: &Build) -> BTreeMap<WireId, RunId> {
    let mut runs = BTreeMap::new();
    for (id, run) in (0..).map(RunId).zip(&build.runs) {
        match run.what {
            RunKind::Wire(wire) => drop(runs.insert(wire, id)),
            RunKind::Inline(first, _, second) => runs.extend([(first, id), (second, id)]),
            RunKind::Cable(..) | RunKind::Plug(_) => {}
        }
    }
    runs
}
