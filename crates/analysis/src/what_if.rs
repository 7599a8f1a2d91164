//! One state of the build, perhaps with something broken in it: what is joined, what has power, which potentials meet.

use std::collections::{BTreeMap, BTreeSet};

use model::{Build, DeviceId};
use switching::{Literal, Relation};

use crate::Facts;
use crate::circuit::{self, Circuit, Settled, Side, Switch, Variable};
use crate::nets::{self, Link, Nets};
use crate::potentials;

/// What differs from the build in service.
#[derive(Clone, Default, Debug)]
pub struct Change {
    /// Wires, matings, fuses, joins that are open.
    pub open: BTreeSet<Link>,
    /// Devices that do nothing and join nothing.
    pub dead: BTreeSet<DeviceId>,
    /// Contacts whose armature is stuck on this throw.
    pub welded: BTreeMap<(DeviceId, u32), Side>,
    /// Contacts that never close.
    pub stuck_open: BTreeSet<(DeviceId, u32)>,
    /// Coils and levers that do not stand as in service.
    pub set: BTreeMap<Variable, bool>,
    /// Controllers that have power and do nothing any more; their outputs stay as they are.
    pub hung: BTreeSet<DeviceId>,
    /// No feed gives anything.
    pub dark: bool,
}

/// A state of the (changed) build.
pub struct World {
    /// Its metal.
    pub metal: Nets,
    /// Its network.
    pub circuit: Circuit,
    /// A value a variable.
    pub state: Vec<bool>,
    /// By contact of the network: whether it is closed.
    pub closed: Vec<bool>,
    /// What it comes to.
    pub settled: Settled,
    /// Pairs of rails (indices in the network's) that meet in it and must not; one pair of nets once.
    pub meets: Vec<([u32; 2], Relation)>,
}

/// The state in service: at rest, but with the fewest levers moved by which every supply is on.
///
/// Where no single lever does it, supplies count as on whatever their input says.
pub fn service(build: &Build, circuit: &Circuit) -> (Vec<bool>, Switch) {
    let rest = circuit.network.rest();
    let switched = circuit.supplies.iter().any(|supply| supply.on.is_some());
    if !switched {
        return (rest, Switch::AsWired);
    }
    let all = circuit.settle(&rest, Switch::Service, |_| None).live;
    let works = |state: &[bool]| circuit.settle(state, Switch::AsWired, |_| None).live == all;
    if works(&rest) {
        return (rest, Switch::AsWired);
    }
    let mut levers: Vec<u32> = (0..)
        .zip(&circuit.variables)
        .filter(|(_, variable)| matches!(variable, Variable::Lever(..)))
        .map(|(number, _)| number)
        .collect();
    // A switch of its own is what a builder means, before a button of another board.
    levers.sort_by_key(|&number| match circuit.variables[number as usize] {
        Variable::Lever(device, _) => (build.part_of(device).kind != "toggle", number),
        _ => (true, number),
    });
    for number in levers {
        let mut state = rest.clone();
        state[number as usize] ^= true;
        if works(&state) {
            return (state, Switch::AsWired);
        }
    }
    (rest, Switch::Service)
}

/// The state of the build under a change.
pub fn world(build: &Build, facts: &Facts, change: &Change) -> World {
    let of = |link: Link| match link {
        Link::Join(device, _) | Link::Tie(device) | Link::Fuse(device, _) | Link::Contact(device, _) => Some(device),
        Link::Wire(_) | Link::Mate(_) => None,
    };
    let metal = nets::metal_where(build, |link| {
        !change.open.contains(&link) && !of(link).is_some_and(|device| change.dead.contains(&device))
    });
    let volts = potentials::compute(build, &metal);
    let mut circuit = circuit::compute(build, &metal, &volts, &facts.drives, &facts.outlets);
    circuit.supplies.retain(|supply| !change.dead.contains(&supply.of.device));
    circuit.loads.retain(|load| !change.dead.contains(&load.of.0));
    // How the build is switched on does not depend on what breaks later.
    let (before, switch) = service(build, &facts.circuit);
    let value = |variable: &Variable| facts.circuit.number(*variable).map(|number| before[number as usize]);
    let mut state: Vec<bool> = circuit
        .variables
        .iter()
        .map(|variable| change.set.get(variable).copied().or(value(variable)).unwrap_or(false))
        .collect();
    for (variable, &to) in &change.set {
        if let Some(number) = circuit.number(*variable) {
            state[number as usize] = to;
        }
    }
    let stuck = |number: u32| {
        let throw = &circuit.throws[number as usize];
        if change.dead.contains(&throw.contact.0) || change.stuck_open.contains(&throw.contact) {
            return Some(false);
        }
        change.welded.get(&throw.contact).map(|side| *side == throw.side)
    };
    let closed: Vec<bool> = (0..)
        .zip(&circuit.network.contacts)
        .map(|(number, contact)| stuck(number).unwrap_or_else(|| contact.guard.closed(&state)))
        .collect();
    let switch = if change.dark { Switch::Dark } else { switch };
    let settled = circuit.settle(&state, switch, |number| Some(closed[number as usize]));
    let meets = meets(&circuit, &settled.component);
    World { metal, circuit, state, closed, settled, meets }
}

/// Rails that stand on one component and must not.
fn meets(circuit: &Circuit, component: &[u32]) -> Vec<([u32; 2], Relation)> {
    let network = &circuit.network;
    let mut by: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (number, rail) in (0..).zip(&network.rails) {
        by.entry(component[rail.node as usize]).or_default().push(number);
    }
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for rails in by.values() {
        // One rail a node and kind: the others of that node meet what it meets.
        let mut nodes = BTreeMap::new();
        for &rail in rails {
            let at = &network.rails[rail as usize];
            nodes.entry((at.node, at.gives)).or_insert(rail);
        }
        let nodes: Vec<u32> = nodes.into_values().collect();
        for (at, &a) in nodes.iter().enumerate() {
            for &b in &nodes[at + 1..] {
                let [first, second] = [a, b].map(|rail| &network.rails[rail as usize]);
                let relation = match network.relation(a, b) {
                    Relation::Referenced => {
                        let [one, other] = [first, second].map(|rail| network.references[rail.reference as usize]);
                        if component[one as usize] == component[other as usize]
                            && component[one as usize] != component[first.node as usize]
                        {
                            Relation::Short
                        } else {
                            Relation::Compatible
                        }
                    }
                    relation => relation,
                };
                if relation != Relation::Compatible
                    && first.node != second.node
                    && told.insert((first.node, second.node))
                {
                    found.push(([a, b], relation));
                }
            }
        }
    }
    found
}

impl World {
    /// Devices with a load that has no power, in their order.
    pub fn dark(&self) -> Vec<DeviceId> {
        self.loads(false)
    }

    /// Devices of which every load has power, in their order.
    pub fn powered(&self) -> Vec<DeviceId> {
        let dark: BTreeSet<DeviceId> = self.dark().into_iter().collect();
        self.loads(true).into_iter().filter(|device| !dark.contains(device)).collect()
    }

    fn loads(&self, powered: bool) -> Vec<DeviceId> {
        let mut devices: Vec<DeviceId> = self
            .circuit
            .loads
            .iter()
            .zip(&self.settled.powered)
            .filter(|(_, is)| **is == powered)
            .map(|(load, _)| load.of.0)
            .collect();
        devices.sort_unstable();
        devices.dedup();
        devices
    }

    /// Whether two nodes are joined.
    pub fn joined(&self, a: u32, b: u32) -> bool {
        self.settled.component[a as usize] == self.settled.component[b as usize]
    }

    /// What differs from rest.
    pub fn actuated(&self) -> Vec<Literal> {
        (0..)
            .zip(self.state.iter().zip(&self.circuit.network.variables))
            .filter(|(_, (value, variable))| **value != variable.rest)
            .map(|(number, (value, _))| Literal::new(number, *value))
            .collect()
    }

    /// Contacts of the network that join two nodes of this state, the fewest of them.
    pub fn way(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        let network = &self.circuit.network;
        let component = &self.settled.component;
        if component[from as usize] != component[to as usize] {
            return None;
        }
        let mut around: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        for (number, contact) in (0..).zip(&network.contacts) {
            let [a, b] = contact.ends;
            if component[a as usize] == component[from as usize] && self.closed[number as usize] {
                around.entry(a).or_default().push((b, number));
                around.entry(b).or_default().push((a, number));
            }
        }
        let mut before: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([from]);
        while let Some(at) = queue.pop_front() {
            if at == to {
                let mut way = Vec::new();
                let mut here = to;
                while here != from {
                    let (previous, contact) = before[&here];
                    way.push(contact);
                    here = previous;
                }
                way.reverse();
                return Some(way);
            }
            for &(next, contact) in around.get(&at).into_iter().flatten() {
                if next != from && !before.contains_key(&next) {
                    before.insert(next, (at, contact));
                    queue.push_back(next);
                }
            }
        }
        None
    }
}
