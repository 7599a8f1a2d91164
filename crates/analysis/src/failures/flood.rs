//! One failure looked at by flooding the whole build: exact for any number of supplies, and linear in the build each time.

use petgraph::unionfind::UnionFind;

use model::{Build, DeviceId};

use super::faults::Cut;
use super::graph::Graph;
use super::needs::{self, Item, Needs};
use super::service::Service;
use crate::circuit::Circuit;

/// What is gone.
pub struct Gone<'a> {
    /// A wire, or nodes of the graph.
    pub cut: &'a Cut,
    /// A device, with its supplies.
    pub device: Option<DeviceId>,
}

/// Items without their needs, as indices, ascending; those that a device takes with it are not among them.
pub fn lost(
    build: &Build,
    circuit: &Circuit,
    service: &Service,
    graph: &Graph,
    needs: &Needs,
    gone: &Gone<'_>,
) -> Vec<u32> {
    let mut out = vec![false; graph.nodes as usize];
    // The terminals of a dead device still hold the wires that share a screw.
    let whole = gone.device.is_none();
    for node in gone.cut.nodes().iter().filter(|node| whole || graph.node(**node).is_some()) {
        out[*node as usize] = true;
    }
    let mut joined = UnionFind::<u32>::new(graph.nodes as usize);
    for (number, [a, b]) in (0..).zip(&graph.edges) {
        if !matches!(gone.cut, Cut::Edge(edge) if *edge == number) && !out[*a as usize] && !out[*b as usize] {
            joined.union(*a, *b);
        }
    }
    let of = joined.into_labeling();
    let mut on = vec![false; graph.nodes as usize];
    let mut group = UnionFind::<u32>::new(graph.nodes as usize);
    let mut live = vec![false; circuit.supplies.len()];
    let mut again = true;
    while again {
        again = false;
        for (number, supply) in circuit.supplies.iter().enumerate() {
            if live[number] || !service.settled.live[number] || gone.device == Some(supply.of.device) {
                continue;
            }
            let feeds = needs::feeds(build, supply, service.assumed);
            let fed = feeds.chunks(2).all(|pair| {
                let [a, b] = [pair[0], pair[1]].map(|at| of[at.0 as usize]);
                a != b && on[a as usize] && on[b as usize] && group.equiv(a, b)
            });
            if fed {
                live[number] = true;
                again = true;
                let [a, b] = needs::ends(build, supply).map(|at| of[at.0 as usize]);
                on[a as usize] = true;
                on[b as usize] = true;
                group.union(a, b);
            }
        }
    }
    let mut signal = vec![false; graph.nodes as usize];
    for root in &needs.lines {
        signal[of[*root as usize] as usize] = true;
    }
    let mut ends: Vec<Vec<u32>> = vec![Vec::new(); needs.items.len()];
    for (at, item) in needs.at.iter().zip(&needs.of) {
        ends[*item as usize].push(of[*at as usize]);
    }
    let up = |item: &Item, ends: &[u32]| match item {
        Item::Load(_) => {
            ends[0] != ends[1] && on[ends[0] as usize] && on[ends[1] as usize] && group.equiv(ends[0], ends[1])
        }
        Item::Supply(number) => live[*number as usize],
        Item::Grip(_) => ends.iter().all(|end| on[*end as usize] || signal[*end as usize]),
    };
    let items = (0..).zip(needs.items.iter().zip(&ends));
    items.filter(|(_, (item, ends))| !up(item, ends)).map(|(number, _)| number).collect()
}
