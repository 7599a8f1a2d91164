//! One state, settled: what is joined, which sources live, which loads have power.

use petgraph::unionfind::UnionFind;

use super::{Circuit, Ends};

/// How the supplies of the box are switched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Switch {
    /// As in service: every source that an input switches on is on.
    Service,
    /// As the contacts of the state say: PS_ON# on COM or not.
    AsWired,
    /// No feed at all.
    Dark,
}

/// What a state comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settled {
    /// By node: its component.
    pub component: Vec<u32>,
    /// By supply of [`Circuit::supplies`]: whether it gives.
    pub live: Vec<bool>,
    /// By load of [`Circuit::loads`]: whether it stands between two ends of live sources.
    pub powered: Vec<bool>,
}

impl Circuit {
    /// Settles one state (a value a variable), with contacts for which `stuck` says how they are, whatever moves them.
    pub fn settle(&self, state: &[bool], switch: Switch, stuck: impl Fn(u32) -> Option<bool>) -> Settled {
        let nodes = self.network.nodes as usize;
        let mut joined = UnionFind::<u32>::new(nodes);
        for &[a, b] in &self.network.conductors {
            joined.union(a, b);
        }
        for (number, contact) in (0..).zip(&self.network.contacts) {
            if stuck(number).unwrap_or_else(|| contact.guard.closed(state)) {
                joined.union(contact.ends[0], contact.ends[1]);
            }
        }
        let component = joined.into_labeling();
        let mut alive = Alive { on: vec![false; nodes], group: UnionFind::new(nodes) };
        let mut live = vec![false; self.supplies.len()];
        let at = |ends: Ends| (component[ends.plus as usize], component[ends.minus as usize]);
        // Sources stand in a short order of feeders before what they feed; each round brings at least one more to life.
        let mut again = switch != Switch::Dark;
        while again {
            again = false;
            for (number, supply) in self.supplies.iter().enumerate() {
                let fed = supply.from.is_none_or(|from| alive.between(at(from)));
                let on = switch == Switch::Service || supply.on.is_none_or(|on| alive.between(at(on)));
                if !live[number] && fed && on {
                    live[number] = true;
                    again = true;
                    alive.add(at(supply.at));
                }
            }
        }
        let powered = self.loads.iter().map(|load| alive.between(at(load.at))).collect();
        Settled { component, live, powered }
    }
}

/// Components that live sources stand on, and which of them can be compared.
struct Alive {
    on: Vec<bool>,
    group: UnionFind<u32>,
}

impl Alive {
    fn add(&mut self, (plus, minus): (u32, u32)) {
        self.on[plus as usize] = true;
        self.on[minus as usize] = true;
        self.group.union(plus, minus);
    }

    fn between(&self, (plus, minus): (u32, u32)) -> bool {
        plus != minus && self.on[plus as usize] && self.on[minus as usize] && self.group.equiv(plus, minus)
    }
}
