//! Rails on one net that must never meet: joined whatever the state, by conductors alone.

use std::collections::{BTreeSet, VecDeque};

use crate::{
    contract::{Contracted, Joiner},
    network::Relation,
    path::{Hop, Wires},
    standing::{Meeting, NONE, Standing},
};

/// Two rails on one net, with the conductors between, and the other pairs that these join.
pub(crate) struct Wired {
    pub rails: [u32; 2],
    pub relation: Relation,
    pub path: Vec<Hop>,
    pub derived: Vec<[u32; 2]>,
}

/// How many derived pairs are told.
pub(crate) const DERIVED: usize = 64;

/// A rail for each thing on a net that may be in conflict: one a kind, but each one that gives.
fn groups(standing: &Standing<'_>, stand: u32, gives: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut groups: Vec<u32> = standing.kinds.of(stand).to_vec();
    groups.extend(standing.all.of(stand).iter().filter(|&&rail| gives(rail)));
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// All nets with rails in hard conflict: one finding for each wrong link, the shortest ones.
pub(crate) fn wired<'a>(
    metal: &'a Contracted<'a>,
    standing: &Standing<'_>,
    wires: &mut Option<Wires<'a>>,
) -> Vec<Wired> {
    let mut found = Vec::new();
    for stand in 0..standing.nets.len() as u32 {
        if standing.all.of(stand).len() < 2 {
            continue;
        }
        let groups = groups(standing, stand, |rail| metal.network.rails[rail as usize].gives);
        let relation = |a: usize, b: usize| match standing.meeting(groups[a], groups[b]) {
            Meeting::Hard(relation) => Some(relation),
            Meeting::Fine | Meeting::If(_) => None,
        };
        let mut conflicts: Vec<[usize; 2]> = Vec::new();
        for a in 0..groups.len() {
            conflicts.extend((a + 1..groups.len()).filter(|&b| relation(a, b).is_some()).map(|b| [a, b]));
        }
        if conflicts.is_empty() {
            continue;
        }
        let wires = wires.get_or_insert_with(|| Wires::new(metal));
        // Links of a shortest tree between the rails that are faults themselves; the rest of the tree is innocent.
        let mut innocent = Joiner::new(groups.len() as u32);
        let mut told = Vec::new();
        for [a, b] in tree(metal, wires, &groups) {
            if relation(a as usize, b as usize).is_some() {
                told.push([a as usize, b as usize]);
            } else {
                innocent.join(a, b);
            }
        }
        let mut classes = BTreeSet::new();
        for &[a, b] in &conflicts {
            let class = innocent.root(a as u32);
            if class == innocent.root(b as u32) && classes.insert(class) {
                told.push([a, b]);
            }
        }
        let first = found.len();
        for &[a, b] in &told {
            let rails = [groups[a], groups[b]];
            let [from, to] = rails.map(|rail| metal.network.rails[rail as usize].node);
            let relation = relation(a, b).expect("only pairs in conflict are told");
            found.push(Wired { rails, relation, path: wires.within(from, to), derived: Vec::new() });
        }
        let untold = conflicts.iter().filter(|pair| !told.contains(pair) && !told.contains(&[pair[1], pair[0]]));
        found[first].derived = untold.take(DERIVED).map(|&[a, b]| [groups[a], groups[b]]).collect();
    }
    found
}

/// A shortest tree between rails of one net: pairs of places in `groups`, nearest first.
fn tree(metal: &Contracted<'_>, wires: &Wires<'_>, groups: &[u32]) -> Vec<[u32; 2]> {
    let nodes = metal.network.nodes as usize;
    let (mut origin, mut far) = (vec![NONE; nodes], vec![0u32; nodes]);
    let mut queue = VecDeque::new();
    let mut meets: Vec<(u32, u32, u32)> = Vec::new();
    for (&rail, group) in groups.iter().zip(0..) {
        let node = metal.network.rails[rail as usize].node;
        if origin[node as usize] == NONE {
            origin[node as usize] = group;
            queue.push_back(node);
        } else {
            meets.push((0, origin[node as usize], group));
        }
    }
    while let Some(node) = queue.pop_front() {
        for (_, other) in wires.at(node) {
            let from = origin[node as usize];
            match origin[other as usize] {
                NONE => {
                    origin[other as usize] = from;
                    far[other as usize] = far[node as usize] + 1;
                    queue.push_back(other);
                }
                met if met != from => {
                    meets.push((far[node as usize] + far[other as usize] + 1, from.min(met), from.max(met)));
                }
                _ => {}
            }
        }
    }
    meets.sort_unstable();
    let mut joiner = Joiner::new(groups.len() as u32);
    meets.into_iter().filter(|&(_, a, b)| joiner.join(a, b)).map(|(_, a, b)| [a, b]).collect()
}
