//! When something has power, as a condition over coils: the contacts between its ends and what stands live.
//!
//! Nets that hang on a single contact are peeled off the contact graph once, so that most loads are a short walk from their rail;
//! what lies between rails, or side by side, is searched on the spot. Each end is judged by itself. Levers stand as at rest.

use std::collections::{BTreeMap, VecDeque};

use switching::truth::{MOST, Truth};

use crate::circuit::{Circuit, Ends, Variable};
use crate::nets::{NetId, Nets};

/// Longest chain of contacts, and most contacts around one net, that are looked at.
const REACH: usize = 48;
/// Deepest chain of sources that feed sources.
const DEPTH: u32 = 8;

/// When something has power.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// Over variables of the circuit.
    pub truth: Truth,
    /// Nothing feeds it as wired: the far sides of the contacts next to it count as fed.
    pub assumed: bool,
}

/// The contact graph between rails.
pub struct Supply<'a> {
    circuit: &'a Circuit,
    metal: &'a Nets,
    /// By node: its contacts, as (other node, index in `closings`).
    starts: Vec<u32>,
    around: Vec<(u32, u32)>,
    /// When each contact is closed.
    closings: Vec<Truth>,
    /// By node: the contact towards the rails, if the rest hangs on that one; `u32::MAX`: none.
    towards: Vec<(u32, u32)>,
    peeled: Vec<bool>,
    /// Ends of sources that make a rail: node, source.
    rails: Vec<(u32, u32)>,
    rail: Vec<bool>,
    sources: BTreeMap<u32, Option<Truth>>,
    between: BTreeMap<u32, Option<Truth>>,
}

const NONE: u32 = u32::MAX;

impl<'a> Supply<'a> {
    /// Of a build's circuit, whose nodes are nets of `metal`.
    pub fn new(circuit: &'a Circuit, metal: &'a Nets) -> Self {
        let nodes = circuit.network.nodes as usize;
        let rails = rails(circuit);
        let mut rail = vec![false; nodes];
        for &(node, _) in &rails {
            rail[node as usize] = true;
        }
        let mut closings = Vec::new();
        let mut ends = Vec::new();
        for contact in &circuit.network.contacts {
            let closed = closed(circuit, contact.guard);
            if contact.ends[0] != contact.ends[1] && closed.constant() != Some(false) {
                closings.push(closed);
                ends.push(contact.ends);
            }
        }
        for &pair in circuit.network.conductors.iter().filter(|[a, b]| a != b) {
            closings.push(Truth::always(true));
            ends.push(pair);
        }
        let mut starts = vec![0_u32; nodes + 1];
        for node in ends.iter().flatten() {
            starts[*node as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut fill = starts.clone();
        let mut around = vec![(0, 0); ends.len() * 2];
        for (number, &[a, b]) in (0_u32..).zip(&ends) {
            for (from, to) in [(a, b), (b, a)] {
                around[fill[from as usize] as usize] = (to, number);
                fill[from as usize] += 1;
            }
        }
        let mut supply = Self {
            circuit,
            metal,
            starts,
            around,
            closings,
            towards: vec![(NONE, NONE); nodes],
            peeled: vec![false; nodes],
            rails,
            rail,
            sources: BTreeMap::new(),
            between: BTreeMap::new(),
        };
        supply.peel();
        supply
    }

    fn contacts(&self, node: u32) -> &[(u32, u32)] {
        &self.around[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    /// Takes nets with a single contact left away, one after the other, until only rails and what lies between them is left.
    fn peel(&mut self) {
        let nodes = self.circuit.network.nodes;
        let mut degree: Vec<u32> =
            (0..nodes).map(|node| self.starts[node as usize + 1] - self.starts[node as usize]).collect();
        let mut queue: VecDeque<u32> =
            (0..nodes).filter(|&node| !self.rail[node as usize] && degree[node as usize] <= 1).collect();
        while let Some(node) = queue.pop_front() {
            self.peeled[node as usize] = true;
            let left = self.contacts(node).iter().find(|(to, _)| !self.peeled[*to as usize]).copied();
            let Some((to, by)) = left else { continue };
            self.towards[node as usize] = (to, by);
            degree[to as usize] -= 1;
            if degree[to as usize] == 1 && !self.rail[to as usize] {
                queue.push_back(to);
            }
        }
    }

    /// When what lies between two nodes has power; `None` if that hangs on more coils than can be tabled.
    pub fn between(&mut self, at: Ends) -> Option<Condition> {
        let (plus, minus) = (self.end(at.plus)?, self.end(at.minus)?);
        let truth = plus.truth.and(&minus.truth)?;
        if truth.constant() == Some(false) {
            // Two contacts that are never closed together: it is not fed in any state, and other rules say so.
            return Some(Condition { truth: Truth::always(true), assumed: true });
        }
        Some(Condition { truth, assumed: plus.assumed || minus.assumed })
    }

    /// When an end meets something live.
    pub fn end(&mut self, node: u32) -> Option<Condition> {
        let truth = self.meets(node, 0)?;
        if truth.constant() == Some(false) { self.assumed(node) } else { Some(Condition { truth, assumed: false }) }
    }

    /// The contacts next to a net that nothing feeds, their far sides counted as fed if anything is wired to them.
    fn assumed(&self, node: u32) -> Option<Condition> {
        let mut truth = Truth::always(false);
        for &(to, by) in self.contacts(node) {
            if self.metal.members(NetId(to)).len() > 1 {
                truth = truth.or(&self.closings[by as usize])?;
            }
        }
        if truth.constant() == Some(false) {
            truth = Truth::always(true);
        }
        Some(Condition { truth, assumed: true })
    }

    fn meets(&mut self, node: u32, depth: u32) -> Option<Truth> {
        let mut truth = Truth::always(true);
        let mut at = node;
        for _ in 0..REACH {
            if self.rail[at as usize] {
                return truth.and(&self.stands(at, depth)?);
            }
            if !self.peeled[at as usize] {
                return truth.and(&self.amid(at, depth)?);
            }
            let (to, by) = self.towards[at as usize];
            if by == NONE {
                return Some(Truth::always(false));
            }
            truth = truth.and(&self.closings[by as usize])?;
            at = to;
        }
        None
    }

    /// When some source on a rail lives.
    fn stands(&mut self, node: u32, depth: u32) -> Option<Truth> {
        let from = self.rails.partition_point(|(of, _)| *of < node);
        let to = self.rails.partition_point(|(of, _)| *of <= node);
        let mut truth = Truth::always(false);
        for at in from..to {
            truth = truth.or(&self.lives(self.rails[at].1, depth)?)?;
        }
        Some(truth)
    }

    fn lives(&mut self, source: u32, depth: u32) -> Option<Truth> {
        let Some(from) = self.circuit.supplies[source as usize].from else { return Some(Truth::always(true)) };
        if let Some(known) = self.sources.get(&source) {
            return known.clone();
        }
        if depth >= DEPTH {
            return None;
        }
        let plus = self.meets(from.plus, depth + 1);
        let minus = self.meets(from.minus, depth + 1);
        let truth = plus.zip(minus).and_then(|(plus, minus)| plus.and(&minus));
        self.sources.insert(source, truth.clone());
        truth
    }

    /// When a net between rails meets one of them that lives.
    fn amid(&mut self, node: u32, depth: u32) -> Option<Truth> {
        if let Some(known) = self.between.get(&node) {
            return known.clone();
        }
        let truth = self.search(node, depth);
        self.between.insert(node, truth.clone());
        truth
    }

    fn search(&mut self, node: u32, depth: u32) -> Option<Truth> {
        let mut seen = vec![node];
        let mut edges: Vec<(usize, usize, u32)> = Vec::new();
        let mut at = 0;
        while at < seen.len() {
            if !self.rail[seen[at] as usize] {
                for &(to, by) in self.contacts(seen[at]) {
                    if self.peeled[to as usize] {
                        continue;
                    }
                    let place = seen.iter().position(|&one| one == to).unwrap_or_else(|| {
                        seen.push(to);
                        seen.len() - 1
                    });
                    edges.push((at, place, by));
                    if edges.len() > REACH {
                        return None;
                    }
                }
            }
            at += 1;
        }
        let mut lives: Vec<(usize, Truth)> = Vec::new();
        for (place, &one) in seen.iter().enumerate() {
            if self.rail[one as usize] {
                lives.push((place, self.stands(one, depth)?));
            }
        }
        let tables = edges.iter().map(|(_, _, by)| &self.closings[*by as usize]).chain(lives.iter().map(|(_, of)| of));
        let mut variables: Vec<u32> = tables.flat_map(|truth| truth.variables().iter().copied()).collect();
        variables.sort_unstable();
        variables.dedup();
        if variables.len() > MOST {
            return None;
        }
        let value =
            |row: u32, truth: &Truth| truth.holds(|of| variables.binary_search(&of).is_ok_and(|at| row >> at & 1 == 1));
        Some(Truth::tabled(variables.clone(), |row| {
            let mut met = vec![false; seen.len()];
            met[0] = true;
            let mut again = true;
            while again {
                again = false;
                for &(a, b, by) in &edges {
                    if met[a] != met[b] && value(row, &self.closings[by as usize]) {
                        (met[a], met[b]) = (true, true);
                        again = true;
                    }
                }
            }
            lives.iter().any(|(place, truth)| met[*place] && value(row, truth))
        }))
    }
}

/// When a contact is closed: over coils and latches; levers and overlaps as at rest.
fn closed(circuit: &Circuit, guard: switching::Guard) -> Truth {
    let mut truth = Truth::always(true);
    for literal in guard.literals() {
        let number = literal.variable();
        let one = match circuit.variables[number as usize] {
            Variable::Coil(..) | Variable::Latch(..) => Truth::is(number, literal.value()),
            _ => Truth::always(circuit.network.variables[number as usize].rest == literal.value()),
        };
        truth = truth.and(&one).expect("a guard has at most two literals");
    }
    truth
}

/// Ends of sources. An end that is but its feeder's (the minus of a converter that does not isolate) is no rail of its own.
fn rails(circuit: &Circuit) -> Vec<(u32, u32)> {
    let mut rails = Vec::new();
    for (number, supply) in (0..).zip(&circuit.supplies) {
        let isolated = |node: u32| supply.from.is_none_or(|from| node != from.plus && node != from.minus);
        for node in [supply.at.plus, supply.at.minus] {
            if isolated(node) {
                rails.push((node, number));
            }
        }
    }
    rails.sort_unstable();
    rails
}
