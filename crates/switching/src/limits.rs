//! What states are admissible: clauses and supplies, told in nets, and checked from what differs from rest.

use std::sync::OnceLock;

use crate::{
    contract::{Contracted, Joiner, Lists, joined},
    network::{Literal, Network},
    reach::Walker,
};

/// Whether hardware allows a state: all clauses that are not soft hold, and so does every supply in this very state.
pub fn admissible(network: &Network, state: &[bool]) -> bool {
    let hard = network.clauses.iter().filter(|clause| !clause.soft);
    if hard.into_iter().any(|clause| !clause.literals.iter().any(|literal| literal.holds(state))) {
        return false;
    }
    let nets = joined(network, state);
    let met = |&[a, b]: &[u32; 2]| nets.of[a as usize] == nets.of[b as usize];
    let active = network.supplies.iter().filter(|supply| supply.when.holds(state));
    active.into_iter().all(|supply| supply.any_of.iter().any(|pairs| pairs.iter().all(met)))
}

/// A supply that some state might leave without: one of the lists of net pairs must be joined.
pub(crate) struct Need {
    pub when: Literal,
    pub any_of: Vec<Vec<[u32; 2]>>,
    /// Index in [`Network::supplies`].
    pub supply: u32,
}

/// Clauses and supplies, by what they speak of.
pub(crate) struct Limits<'a> {
    pub metal: &'a Contracted<'a>,
    pub rest: Vec<bool>,
    /// Indices in [`Network::clauses`], of those that are assumed.
    assumed: Vec<u32>,
    /// What must hold because a supply could never be had, and which.
    units: Vec<([Literal; 1], u32)>,
    by_variable: Lists,
    pub needs: Vec<Need>,
    by_literal: Lists,
    /// Needs whose `when` holds at rest.
    at_rest: Vec<u32>,
    /// Clauses that do not hold at rest.
    broken: Vec<u32>,
    around: OnceLock<Lists>,
}

/// Where a clause comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// Index in [`Network::clauses`].
    Clause(u32),
    /// Index in [`Network::supplies`], of one that no state can have.
    Supply(u32),
}

/// What a state breaks.
#[derive(Default)]
pub(crate) struct Broken {
    pub clauses: Vec<u32>,
    /// A need, and for each of its lists a set of nets that holds one node of some pair and not the other.
    pub needs: Vec<(u32, Vec<Vec<u32>>)>,
}

impl Broken {
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty() && self.needs.is_empty()
    }
}

impl<'a> Limits<'a> {
    /// With the clauses that only software keeps, or without.
    pub fn new(metal: &'a Contracted<'a>, with_soft: bool) -> Self {
        let network = metal.network;
        let rest = network.rest();
        let assumed: Vec<u32> = (0..)
            .zip(&network.clauses)
            .filter(|(_, clause)| with_soft || !clause.soft)
            .map(|(index, _)| index)
            .collect();
        let (needs, units) = needs(metal);
        let clause = |index: usize| match assumed.get(index) {
            Some(&known) => network.clauses[known as usize].literals.as_slice(),
            None => &units[index - assumed.len()].0,
        };
        let count = assumed.len() + units.len();
        let named = (0..count).flat_map(|index| clause(index).iter().map(move |l| (l.variable(), index as u32)));
        let by_variable = Lists::new(network.variables.len(), named);
        let broken =
            (0..count).filter(|&index| !clause(index).iter().any(|l| l.holds(&rest))).map(|i| i as u32).collect();
        let by_literal = Lists::new(
            network.variables.len() * 2,
            needs.iter().zip(0..).map(|(need, i)| (need.when.index() as u32, i)),
        );
        let at_rest = (0..).zip(&needs).filter(|(_, need)| need.when.holds(&rest)).map(|(index, _)| index).collect();
        Self { metal, rest, assumed, units, by_variable, needs, by_literal, at_rest, broken, around: OnceLock::new() }
    }

    /// The literals of a clause.
    pub fn clause(&self, index: u32) -> &[Literal] {
        match self.assumed.get(index as usize) {
            Some(&known) => &self.metal.network.clauses[known as usize].literals,
            None => &self.units[index as usize - self.assumed.len()].0,
        }
    }

    /// Where a clause comes from.
    pub fn source(&self, clause: u32) -> Source {
        match self.assumed.get(clause as usize) {
            Some(&known) => Source::Clause(known),
            None => Source::Supply(self.units[clause as usize - self.assumed.len()].1),
        }
    }

    /// The clauses that name a variable.
    pub fn naming(&self, variable: u32) -> &[u32] {
        self.by_variable.of(variable)
    }

    /// Whether a variable is in some clause, or some need hangs on it.
    pub fn concerns(&self, variable: u32) -> bool {
        !self.by_variable.of(variable).is_empty()
            || !self.by_literal.of(variable * 2).is_empty()
            || !self.by_literal.of(variable * 2 + 1).is_empty()
    }

    /// What a variable's other value than at rest costs.
    pub fn weight(&self, variable: u32) -> u32 {
        self.metal.network.variables[variable as usize].weight
    }

    /// What a demand costs: nothing if it holds at rest.
    pub fn price(&self, literal: Literal) -> u32 {
        if literal.holds(&self.rest) { 0 } else { self.weight(literal.variable()) }
    }

    /// By net: the edges at it. Built when first asked for.
    pub fn around(&self) -> &Lists {
        self.around.get_or_init(|| {
            let edges = &self.metal.edges;
            let ends = edges.iter().zip(0..).flat_map(|(edge, index)| edge.ends.map(|net| (net, index)));
            Lists::new(self.metal.nets.count as usize, ends)
        })
    }

    /// What a state breaks; `other` holds the variables that differ from rest. Rest is looked at once and for all.
    pub fn check(&self, state: &[bool], other: &[Literal], walker: &mut Walker) -> Broken {
        let mut clauses: Vec<u32> = other.iter().flat_map(|l| self.naming(l.variable())).copied().collect();
        clauses.extend(&self.broken);
        clauses.sort_unstable();
        clauses.dedup();
        clauses.retain(|&index| !self.clause(index).iter().any(|literal| literal.holds(state)));
        let mut active: Vec<u32> = other.iter().flat_map(|l| self.by_literal.of(l.index() as u32)).copied().collect();
        active.extend(self.at_rest.iter().filter(|&&need| self.needs[need as usize].when.holds(state)));
        active.sort_unstable();
        active.dedup();
        let mut needs = Vec::new();
        for index in active {
            let mut sides = Vec::new();
            for pairs in &self.needs[index as usize].any_of {
                let Some(side) = pairs.iter().find_map(|&[a, b]| walker.apart(self, state, a, b)) else { break };
                sides.push(side);
            }
            if sides.len() == self.needs[index as usize].any_of.len() {
                needs.push((index, sides));
            }
        }
        Broken { clauses, needs }
    }

    /// Adds what the known literals force by clauses. False when they contradict each other or a clause.
    pub fn propagate(&self, known: &mut Known) -> bool {
        let mut next = 0;
        while let Some(&literal) = known.trail.get(next) {
            next += 1;
            for &index in self.naming(literal.variable()) {
                let mut left = None;
                let mut open = 0;
                for &l in self.clause(index) {
                    match known.value(l) {
                        Some(true) => {
                            open = 2;
                            break;
                        }
                        Some(false) => {}
                        None if left == Some(l) => {}
                        None => {
                            open += 1;
                            left = Some(l);
                        }
                    }
                }
                match (open, left) {
                    (0, _) => return false,
                    (1, Some(l)) => {
                        known.set(l);
                    }
                    _ => {}
                }
            }
        }
        true
    }
}

/// Supplies in nets: those that always hold are left out; those that never can become unit clauses.
fn needs(metal: &Contracted<'_>) -> (Vec<Need>, Vec<([Literal; 1], u32)>) {
    let network = metal.network;
    let mut possible: Option<Vec<u32>> = None;
    let (mut needs, mut units) = (Vec::new(), Vec::new());
    for (supply, index) in network.supplies.iter().zip(0..) {
        let nets = |pairs: &Vec<[u32; 2]>| -> Vec<[u32; 2]> {
            pairs.iter().map(|pair| pair.map(|node| metal.net(node))).filter(|[a, b]| a != b).collect()
        };
        let mut any_of: Vec<Vec<[u32; 2]>> = supply.any_of.iter().map(nets).collect();
        if any_of.iter().any(Vec::is_empty) {
            continue;
        }
        let of = possible.get_or_insert_with(|| {
            let mut joiner = Joiner::new(metal.nets.count);
            for edge in &metal.edges {
                joiner.join(edge.ends[0], edge.ends[1]);
            }
            joiner.finish().of
        });
        any_of.retain(|pairs| pairs.iter().all(|&[a, b]| of[a as usize] == of[b as usize]));
        if any_of.is_empty() {
            units.push(([supply.when.opposite()], index));
        } else {
            needs.push(Need { when: supply.when, any_of, supply: index });
        }
    }
    (needs, units)
}

/// A partial assignment with its history.
pub(crate) struct Known {
    /// By variable: 0 unknown, 1 true, 2 false.
    value: Vec<u8>,
    pub trail: Vec<Literal>,
}

impl Known {
    pub fn new(variables: usize) -> Self {
        Self { value: vec![0; variables], trail: Vec::new() }
    }

    /// Whether a literal is known to hold or to fail.
    pub fn value(&self, literal: Literal) -> Option<bool> {
        match self.value[literal.variable() as usize] {
            0 => None,
            known => Some((known == 1) == literal.value()),
        }
    }

    /// Notes that a literal holds; false if it is known to fail.
    pub fn set(&mut self, literal: Literal) -> bool {
        let value = &mut self.value[literal.variable() as usize];
        let wanted = if literal.value() { 1 } else { 2 };
        if *value == 0 {
            *value = wanted;
            self.trail.push(literal);
        }
        *value == wanted
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        for literal in self.trail.drain(..) {
            self.value[literal.variable() as usize] = 0;
        }
    }
}
