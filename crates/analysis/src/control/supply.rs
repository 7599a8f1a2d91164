//! When something has power, as a condition over coils: the contacts between its ends and what stands live.
//!
//! Nets that hang on a single contact are peeled off the contact graph once, so that most loads are a short walk from their rail;
//! what lies between rails, or side by side, is searched on the spot. Levers stand as at rest. Something has power while its two ends
//! meet different rails of sources that are joined; that a state shorts them is another analysis's business.

use std::collections::{BTreeMap, VecDeque};

use petgraph::unionfind::UnionFind;
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
    /// By node: whether the plus of a source stands on it.
    plus: Vec<bool>,
    /// By node: what sources join, so that volts between two rails are defined.
    group: Vec<u32>,
    /// By supply of the circuit, once asked: when it lives.
    sources: Vec<Option<Option<Truth>>>,
    amid: BTreeMap<u32, Option<Met>>,
}

/// Rails, and when each is met.
type Met = Vec<(u32, Truth)>;

const NONE: u32 = u32::MAX;

impl<'a> Supply<'a> {
    /// Of a build's circuit, whose nodes are nets of `metal`.
    pub fn new(circuit: &'a Circuit, metal: &'a Nets) -> Self {
        let nodes = circuit.network.nodes as usize;
        let rails = rails(circuit);
        let (mut rail, mut plus) = (vec![false; nodes], vec![false; nodes]);
        for &(node, _) in &rails {
            rail[node as usize] = true;
        }
        let mut group = UnionFind::<u32>::new(nodes);
        for supply in &circuit.supplies {
            group.union(supply.at.plus, supply.at.minus);
            plus[supply.at.plus as usize] = true;
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
            plus,
            group: group.into_labeling(),
            sources: vec![None; circuit.supplies.len()],
            amid: BTreeMap::new(),
        };
        supply.peel();
        supply
    }

    /// Whether a source of its own stands on a node.
    pub fn is_rail(&self, node: u32) -> bool {
        self.rail[node as usize]
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
        let (plus, minus) = (self.meets(at.plus, 0)?, self.meets(at.minus, 0)?);
        if plus.is_empty() || minus.is_empty() {
            let (plus, minus) = (self.fed_or_assumed(at.plus, &plus)?, self.fed_or_assumed(at.minus, &minus)?);
            return Some(Condition { truth: plus.and(&minus)?, assumed: true });
        }
        let truth = self.across(&plus, &minus)?;
        if truth.constant() == Some(false) {
            // In no state do both ends meet what they need: other rules say so.
            return Some(Condition { truth: Truth::always(true), assumed: true });
        }
        Some(Condition { truth, assumed: false })
    }

    /// When an end meets the plus of something live.
    pub fn end(&mut self, node: u32) -> Option<Condition> {
        let mut met = self.meets(node, 0)?;
        met.retain(|(rail, _)| self.plus[*rail as usize]);
        Some(Condition { truth: self.fed_or_assumed(node, &met)?, assumed: met.is_empty() })
    }

    fn fed_or_assumed(&self, node: u32, met: &Met) -> Option<Truth> {
        if met.is_empty() {
            return self.assumed(node);
        }
        met.iter().try_fold(Truth::always(false), |all, (_, truth)| all.or(truth))
    }

    /// When two ends meet different rails of one group of sources.
    fn across(&self, plus: &Met, minus: &Met) -> Option<Truth> {
        let mut truth = Truth::always(false);
        for (a, above) in plus {
            let apart = |b: u32| b != *a && self.group[*a as usize] == self.group[b as usize];
            for (_, below) in minus.iter().filter(|(b, _)| apart(*b)) {
                truth = truth.or(&above.and(below)?)?;
            }
        }
        Some(truth)
    }

    /// The contacts next to a net that nothing feeds, their far sides counted as fed if anything is wired to them.
    fn assumed(&self, node: u32) -> Option<Truth> {
        let mut truth = Truth::always(false);
        for &(to, by) in self.contacts(node) {
            if self.metal.members(NetId(to)).len() > 1 {
                truth = truth.or(&self.closings[by as usize])?;
            }
        }
        Some(if truth.constant() == Some(false) { Truth::always(true) } else { truth })
    }

    /// The rails that a node may meet, and when each of them does and lives.
    fn meets(&mut self, node: u32, depth: u32) -> Option<Met> {
        let mut truth = Truth::always(true);
        let mut at = node;
        for _ in 0..REACH {
            if self.rail[at as usize] {
                let truth = truth.and(&self.stands(at, depth)?)?;
                return Some(if truth.constant() == Some(false) { Vec::new() } else { vec![(at, truth)] });
            }
            if !self.peeled[at as usize] {
                let mut met = Vec::new();
                for (rail, one) in self.amid(at, depth)? {
                    let one = truth.and(&one)?;
                    if one.constant() != Some(false) {
                        met.push((rail, one));
                    }
                }
                return Some(met);
            }
            let (to, by) = self.towards[at as usize];
            if by == NONE {
                return Some(Vec::new());
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
        if let Some(known) = &self.sources[source as usize] {
            return *known;
        }
        if depth >= DEPTH {
            return None;
        }
        let plus = self.meets(from.plus, depth + 1);
        let minus = self.meets(from.minus, depth + 1);
        let truth = plus.zip(minus).and_then(|(plus, minus)| self.across(&plus, &minus));
        self.sources[source as usize] = Some(truth);
        truth
    }

    /// The rails that a net between rails may meet.
    fn amid(&mut self, node: u32, depth: u32) -> Option<Met> {
        if let Some(known) = self.amid.get(&node) {
            return known.clone();
        }
        let met = self.search(node, depth);
        self.amid.insert(node, met.clone());
        met
    }

    fn search(&mut self, node: u32, depth: u32) -> Option<Met> {
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
        let tables = edges.iter().map(|(_, _, by)| &self.closings[*by as usize]);
        let mut variables: Vec<u32> = tables.flat_map(|truth| truth.variables().iter().copied()).collect();
        variables.sort_unstable();
        variables.dedup();
        if variables.len() > MOST {
            return None;
        }
        // By row: which places are joined to the node while the variables stand so.
        let rows: Vec<Vec<bool>> = (0_u32..1 << variables.len())
            .map(|row| {
                let closed = |by: u32| {
                    let of = |of: u32| variables.binary_search(&of).is_ok_and(|at| row >> at & 1 == 1);
                    self.closings[by as usize].holds(of)
                };
                let joins: Vec<(usize, usize)> =
                    edges.iter().filter(|(_, _, by)| closed(*by)).map(|&(a, b, _)| (a, b)).collect();
                spread(seen.len(), &joins)
            })
            .collect();
        let mut met = Vec::new();
        for (place, &rail) in seen.iter().enumerate() {
            if self.rail[rail as usize] {
                let joined = Truth::tabled(&variables, |row| rows[row as usize][place]);
                let truth = joined.and(&self.stands(rail, depth)?)?;
                if truth.constant() != Some(false) {
                    met.push((rail, truth));
                }
            }
        }
        Some(met)
    }
}

/// What is joined to the first place.
fn spread(places: usize, joins: &[(usize, usize)]) -> Vec<bool> {
    let mut met = vec![false; places];
    met[0] = true;
    let mut again = true;
    while again {
        again = false;
        for &(a, b) in joins {
            if met[a] != met[b] {
                (met[a], met[b]) = (true, true);
                again = true;
            }
        }
    }
    met
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
