//! All states of a network, one by one.

use std::collections::BTreeSet;

use switching::{Guard, Literal, Network};

/// What all states show.
pub struct Oracle {
    /// By admissible state with a fault.
    pub faults: Vec<Fault>,
    pub rest_admissible: bool,
    /// Admissible states: with what they cost, whether software allows them, and by node its net.
    states: Vec<(Vec<bool>, u32, bool, Vec<u32>)>,
    /// By node: its net with all contacts open.
    wires: Vec<u32>,
}

pub struct Fault {
    pub state: Vec<bool>,
    pub nets: Vec<u32>,
}

/// A pair of rails in hard conflict, and what joining them over nets without other rails costs.
pub struct Pair {
    pub rails: [u32; 2],
    pub least: Option<(u32, u32)>,
    /// It can be done with all soft clauses kept.
    pub with_software: bool,
}

impl Oracle {
    pub fn new(network: &Network) -> Self {
        let rest = network.rest();
        let wires = nets(network, None);
        let mut oracle = Self { faults: Vec::new(), rest_admissible: false, states: Vec::new(), wires };
        for bits in 0..1u32 << network.variables.len() {
            let state: Vec<bool> = (0..network.variables.len()).map(|variable| bits >> variable & 1 == 1).collect();
            let holds = |soft: bool| {
                let mut clauses = network.clauses.iter().filter(|clause| clause.soft == soft);
                clauses.all(|clause| clause.literals.iter().any(|literal| literal.holds(&state)))
            };
            if !holds(false) {
                continue;
            }
            let nets = nets(network, Some(&state));
            let supplied = network.supplies.iter().all(|supply| {
                let joined = |&[a, b]: &[u32; 2]| nets[a as usize] == nets[b as usize];
                !supply.when.holds(&state) || supply.any_of.iter().any(|pairs| pairs.iter().all(joined))
            });
            if !supplied {
                continue;
            }
            oracle.rest_admissible |= state == rest;
            let differs = network.variables.iter().zip(&state).filter(|(variable, value)| variable.rest != **value);
            let cost = differs.map(|(variable, _)| variable.weight).sum();
            let rails = network.rails.len() as u32;
            if (0..rails).any(|a| (0..a).any(|b| oracle.fault(network, [a, b], &nets))) {
                oracle.faults.push(Fault { state: state.clone(), nets: nets.clone() });
            }
            let soft = holds(true);
            oracle.states.push((state, cost, soft, nets));
        }
        oracle
    }

    /// The state that differs from rest in these.
    pub fn state(&self, network: &Network, other: &[Literal]) -> Vec<bool> {
        let mut state = network.rest();
        for literal in other {
            assert_ne!(state[literal.variable() as usize], literal.value(), "only what differs is told");
            state[literal.variable() as usize] = literal.value();
        }
        assert!(other.is_sorted());
        state
    }

    /// Whether two rails are joined without any state.
    pub fn wired(&self, network: &Network, rails: [u32; 2]) -> bool {
        let [a, b] = rails.map(|rail| self.wires[network.rails[rail as usize].node as usize]);
        a == b
    }

    /// What of a pair is a fault: `Some(None)` in all states, `Some(nets)` where these nodes are joined.
    fn meeting(&self, network: &Network, [a, b]: [u32; 2]) -> Option<Option<[u32; 2]>> {
        let (x, y) = (&network.rails[a as usize], &network.rails[b as usize]);
        if x.mains != y.mains {
            return Some(None);
        }
        if x.reference == y.reference {
            return (x.level != y.level || x.gives && y.gives).then_some(None);
        }
        let wire = |node: u32| self.wires[node as usize];
        let node = |rail: &switching::Rail| network.references[rail.reference as usize];
        let home = |rail: &switching::Rail| wire(rail.node) == wire(node(rail));
        let bears =
            |of: &switching::Rail| network.rails.iter().any(|rail| rail.reference == of.reference && home(rail));
        if home(x) && bears(y) || home(y) && bears(x) {
            return None;
        }
        let nodes = [node(x), node(y)];
        Some((wire(nodes[0]) != wire(nodes[1])).then_some(nodes))
    }

    /// Whether two rails in these nets are a fault.
    pub fn fault(&self, network: &Network, rails: [u32; 2], nets: &[u32]) -> bool {
        let joined = |[a, b]: [u32; 2]| nets[a as usize] == nets[b as usize];
        joined(rails.map(|rail| network.rails[rail as usize].node))
            && self.meeting(network, rails).is_some_and(|references| references.is_none_or(joined))
    }

    /// The least state that joins all these pairs, and the contacts of the shortest way of the first.
    pub fn least(&self, network: &Network, pairs: &[[u32; 2]]) -> Option<(u32, u32)> {
        let joins = |nets: &[u32]| pairs.iter().all(|&[a, b]| nets[a as usize] == nets[b as usize]);
        let states = self.states.iter().filter(|(_, _, _, nets)| joins(nets));
        states.filter_map(|(state, cost, _, _)| Some((*cost, shortest(network, state, pairs[0], |_| true)?))).min()
    }

    /// The least of all faults.
    pub fn least_fault(&self, network: &Network) -> Option<(u32, u32)> {
        let rails = network.rails.len() as u32;
        let pairs = (0..rails).flat_map(|a| (0..a).map(move |b| [a, b]));
        let least = pairs.filter_map(|rails| {
            let references = self.meeting(network, rails)?;
            let mut pairs = vec![rails.map(|rail| network.rails[rail as usize].node)];
            pairs.extend(references);
            self.least(network, &pairs)
        });
        least.min()
    }

    /// Whether all nets with rails conflict hard with each other and hold one rail each.
    pub fn all_hard(&self, network: &Network) -> bool {
        let rails = network.rails.len() as u32;
        let mut pairs = (0..rails).flat_map(|a| (0..a).map(move |b| [a, b]));
        pairs.all(|pair| !self.wired(network, pair) && self.meeting(network, pair) == Some(None))
    }

    pub fn same_nets(&self, network: &Network, one: [u32; 2], two: [u32; 2]) -> bool {
        let nets =
            |rails: [u32; 2]| BTreeSet::from(rails.map(|rail| self.wires[network.rails[rail as usize].node as usize]));
        nets(one) == nets(two)
    }

    /// All pairs, joined by ways on which no third rail stands.
    pub fn pairs(&self, network: &Network) -> Vec<Pair> {
        let rails = network.rails.len() as u32;
        let mut pairs = Vec::new();
        for rails in (0..rails).flat_map(|a| (0..a).map(move |b| [b, a])) {
            let ends = rails.map(|rail| network.rails[rail as usize].node);
            let third = |node: u32| {
                let others = (0..network.rails.len()).filter(|&rail| !rails.contains(&(rail as u32)));
                others
                    .into_iter()
                    .any(|rail| self.wires[network.rails[rail].node as usize] == self.wires[node as usize])
            };
            let free = |node: u32| !third(node);
            let ways = |(state, cost, soft, _): &(Vec<bool>, u32, bool, Vec<u32>)| {
                Some((*cost, shortest(network, state, ends, free)?, *soft))
            };
            let ways: Vec<_> = self.states.iter().filter_map(ways).collect();
            pairs.push(Pair {
                rails,
                least: ways.iter().map(|&(cost, contacts, _)| (cost, contacts)).min(),
                with_software: ways.iter().any(|&(_, _, soft)| soft),
            });
        }
        pairs
    }
}

/// By node: the least node that it is joined to; without a state, only what is always joined counts.
fn nets(network: &Network, state: Option<&[bool]>) -> Vec<u32> {
    let mut net: Vec<u32> = (0..network.nodes).collect();
    let closed = |guard: Guard| state.map_or(guard == Guard::ALWAYS, |state| guard.closed(state));
    let contacts = network.contacts.iter().filter(|contact| closed(contact.guard)).map(|contact| contact.ends);
    let links: Vec<[u32; 2]> = network.conductors.iter().copied().chain(contacts).collect();
    let mut changed = true;
    while changed {
        changed = false;
        for &[a, b] in &links {
            let least = net[a as usize].min(net[b as usize]);
            changed |= net[a as usize] != net[b as usize];
            net[a as usize] = least;
            net[b as usize] = least;
        }
    }
    net
}

/// The fewest contacts on a closed way; conductors and contacts that never open are free.
fn shortest(network: &Network, state: &[bool], [from, to]: [u32; 2], free: impl Fn(u32) -> bool) -> Option<u32> {
    let mut far = vec![u32::MAX; network.nodes as usize];
    far[from as usize] = 0;
    let contacts = network.contacts.iter().filter(|contact| contact.guard.closed(state));
    let steps = contacts.map(|contact| (contact.ends, u32::from(contact.guard != Guard::ALWAYS)));
    let links: Vec<_> = network.conductors.iter().map(|&ends| (ends, 0)).chain(steps).collect();
    let mut changed = true;
    while changed {
        changed = false;
        for &([a, b], step) in &links {
            for (a, b) in [(a, b), (b, a)] {
                if far[a as usize] != u32::MAX && far[a as usize] + step < far[b as usize] && free(b) && free(a) {
                    far[b as usize] = far[a as usize] + step;
                    changed = true;
                }
            }
        }
    }
    (far[to as usize] != u32::MAX).then_some(far[to as usize])
}
