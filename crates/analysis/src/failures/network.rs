//! Ethernet: which computers lose their way to a feed's socket when a cable, a plug or a switch fails.
//!
//! A switch or router passes traffic while it has power, a cable or a coupler always, a computer never.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use model::device::Origin;
use model::{Build, DeviceId, RunId};
use switching::opens;

use crate::nets;

/// Work that one device's loss may cost, in pieces of the tree.
const LIMIT: u64 = 100_000;

/// Sockets as nodes, then what joins them.
pub struct Network {
    edges: Vec<[u32; 2]>,
    nodes: u32,
    roots: Vec<u32>,
    /// By need: the computer whose socket it is, and that socket's node.
    needs: Vec<(DeviceId, u32)>,
    /// Sockets with a way out, by computer.
    ways: BTreeMap<DeviceId, u32>,
    /// By need, in the tree's order.
    order: Vec<u32>,
    devices: BTreeMap<DeviceId, Vec<u32>>,
    runs: BTreeMap<RunId, Vec<u32>>,
    alone: BTreeMap<Cut, Vec<Range<u32>>>,
    known: BTreeMap<Vec<Cut>, Vec<DeviceId>>,
}

/// What fails in the network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cut {
    /// A switch, a cable, a feed.
    Device(DeviceId),
    /// A plug.
    Run(RunId),
}

impl Network {
    /// The network of a build; `dark` are devices without power, ascending.
    pub fn of(build: &Build, dark: &[DeviceId]) -> Self {
        let mut network = Self {
            edges: Vec::new(),
            nodes: 0,
            roots: Vec::new(),
            needs: Vec::new(),
            ways: BTreeMap::new(),
            order: Vec::new(),
            devices: BTreeMap::new(),
            runs: BTreeMap::new(),
            alone: BTreeMap::new(),
            known: BTreeMap::new(),
        };
        let sockets: Vec<Vec<u32>> = build
            .parts
            .iter()
            .map(|part| (0..).zip(&part.ports).filter(|(_, port)| port.kind == "rj45").map(|(at, _)| at).collect())
            .collect();
        let mut at: BTreeMap<(DeviceId, u32), u32> = BTreeMap::new();
        for (id, device, part) in build.each_device() {
            let own = &sockets[device.part.0 as usize];
            for port in own {
                at.insert((id, *port), network.node());
            }
            let nodes: Vec<u32> = own.iter().map(|port| at[&(id, *port)]).collect();
            if matches!(device.origin, Origin::Feed(_)) {
                network.roots.extend(&nodes);
                network.devices.insert(id, nodes);
            } else if part.kind == "computer" {
                network.needs.extend(nodes.into_iter().map(|node| (id, node)));
            } else if !part.loads.is_empty() {
                if own.len() < 2 || dark.binary_search(&id).is_ok() {
                    continue;
                }
                let hub = network.joined(&nodes);
                network.devices.insert(id, vec![hub]);
            } else {
                let mut pairs: BTreeSet<Vec<u32>> = BTreeSet::new();
                for join in &part.joins {
                    let port = |local: &model::Local| part.terminals[local.0 as usize].pin.map(|(port, _)| port);
                    let mut ports: Vec<u32> =
                        join.of.iter().filter_map(port).filter(|port| own.contains(port)).collect();
                    ports.sort_unstable();
                    ports.dedup();
                    if ports.len() > 1 {
                        pairs.insert(ports);
                    }
                }
                for ports in pairs {
                    let nodes: Vec<u32> = ports.iter().map(|port| at[&(id, *port)]).collect();
                    let inner = network.joined(&nodes);
                    network.devices.entry(id).or_default().push(inner);
                }
            }
        }
        for (index, run) in (0..).zip(&build.runs) {
            for mate in nets::mates(&run.what).into_iter().filter(|mate| mate.fits) {
                if let [Some(a), Some(b)] = mate.ends.map(|end| at.get(&end).copied()) {
                    let plug = network.joined(&[a, b]);
                    network.runs.entry(RunId(index)).or_default().push(plug);
                }
            }
        }
        network.look();
        network
    }

    fn node(&mut self) -> u32 {
        self.nodes += 1;
        self.nodes - 1
    }

    fn joined(&mut self, of: &[u32]) -> u32 {
        let node = self.node();
        self.edges.extend(of.iter().map(|other| [*other, node]));
        node
    }

    fn look(&mut self) {
        if self.roots.is_empty() || self.needs.is_empty() {
            return;
        }
        let graph = opens::Graph { nodes: self.nodes, edges: &self.edges };
        let mut index = opens::Index::new(graph);
        let at: Vec<u32> = self.needs.iter().map(|(_, node)| *node).collect();
        let feed = opens::feed(&mut index, &self.roots, &at);
        for need in &feed.order {
            *self.ways.entry(self.needs[*need as usize].0).or_default() += 1;
        }
        let devices = self.devices.iter().map(|(device, nodes)| (Cut::Device(*device), nodes.clone()));
        let runs = self.runs.iter().map(|(run, nodes)| (Cut::Run(*run), nodes.clone()));
        let (cuts, groups): (Vec<Cut>, Vec<Vec<u32>>) = devices.chain(runs).unzip();
        let lost = opens::groups(&mut index, &feed, &groups, LIMIT);
        self.alone = cuts.iter().map(|cut| (*cut, Vec::new())).collect();
        for open in &lost.open {
            self.alone.remove(&cuts[*open as usize]);
        }
        for group in &lost.lost {
            self.alone.insert(cuts[group.group as usize], lost.of(group).to_vec());
        }
        self.order = feed.order;
    }

    /// Whether no computer has a way to a feed's socket.
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    /// Whether a computer has a way to a feed's socket at all.
    pub fn reaches(&self, computer: DeviceId) -> bool {
        self.ways.contains_key(&computer)
    }

    /// How many sockets of a computer have a way out.
    pub fn ways(&self, computer: DeviceId) -> usize {
        self.ways.get(&computer).map_or(0, |ways| *ways as usize)
    }

    /// Whether a device passes traffic or brings it in.
    pub fn passes(&self, device: DeviceId) -> bool {
        self.devices.contains_key(&device)
    }

    /// Whether this is part of the network.
    pub fn cuts(&self, cut: Cut) -> bool {
        match cut {
            Cut::Device(device) => self.devices.contains_key(&device),
            Cut::Run(run) => self.runs.contains_key(&run),
        }
    }

    /// Computers without a way out while these fail together; `cuts` ascends.
    pub fn unreachable(&mut self, cuts: &[Cut], work: &mut u64) -> Vec<DeviceId> {
        if cuts.is_empty() {
            return Vec::new();
        }
        if let [only] = cuts
            && let Some(ranges) = self.alone.get(only)
        {
            let lost = ranges.iter().flat_map(|range| &self.order[range.start as usize..range.end as usize]);
            return self.without(lost.copied());
        }
        if let Some(known) = self.known.get(cuts) {
            return known.clone();
        }
        *work += u64::from(self.nodes);
        let lost = self.flood(cuts);
        let lost = self.without(lost.into_iter());
        self.known.insert(cuts.to_vec(), lost.clone());
        lost
    }

    /// Computers of which every way is among these needs.
    fn without(&self, lost: impl Iterator<Item = u32>) -> Vec<DeviceId> {
        let mut gone: BTreeMap<DeviceId, u32> = BTreeMap::new();
        for need in lost {
            *gone.entry(self.needs[need as usize].0).or_default() += 1;
        }
        gone.into_iter().filter(|(computer, lost)| self.ways.get(computer) == Some(lost)).map(|(id, _)| id).collect()
    }

    /// Needs that have a way, and none without these.
    fn flood(&self, cuts: &[Cut]) -> Vec<u32> {
        let mut gone = vec![false; self.nodes as usize];
        for cut in cuts {
            let nodes = match cut {
                Cut::Device(device) => self.devices.get(device),
                Cut::Run(run) => self.runs.get(run),
            };
            for node in nodes.into_iter().flatten() {
                gone[*node as usize] = true;
            }
        }
        let mut joined = petgraph::unionfind::UnionFind::<u32>::new(self.nodes as usize + 1);
        for [a, b] in self.edges.iter().filter(|edge| edge.iter().all(|node| !gone[*node as usize])) {
            joined.union(*a, *b);
        }
        for root in self.roots.iter().filter(|root| !gone[**root as usize]) {
            joined.union(*root, self.nodes);
        }
        self.order.iter().copied().filter(|need| !joined.equiv(self.needs[*need as usize].1, self.nodes)).collect()
    }

    /// The tree's edges as a graph, for pairs of faults: its roots, the needs' nodes and whose they are.
    pub fn graph(&self) -> (opens::Graph<'_>, &[u32], &[(DeviceId, u32)]) {
        (opens::Graph { nodes: self.nodes, edges: &self.edges }, &self.roots, &self.needs)
    }

    /// What a node is, if it is no socket.
    pub fn owners(&self) -> BTreeMap<u32, Cut> {
        let devices = self.devices.iter().flat_map(|(id, nodes)| nodes.iter().map(|node| (*node, Cut::Device(*id))));
        let runs = self.runs.iter().flat_map(|(run, nodes)| nodes.iter().map(|node| (*node, Cut::Run(*run))));
        devices.chain(runs).collect()
    }
}
