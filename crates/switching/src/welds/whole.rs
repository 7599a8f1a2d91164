//! What a weld's state must keep in the whole network: clauses, supplies, and references that are joined where a fault needs it.

use super::demands::Demands;
use super::search::opening;
use super::trial::Trial;
use crate::contract::{Edge, Lists};
use crate::limits::Limits;
use crate::network::Guard;

/// No edge.
const NONE: u32 = u32::MAX;

/// The whole network, and room to walk in it.
pub(super) struct Whole<'a> {
    pub limits: &'a Limits<'a>,
    /// Clauses that do not hold at rest.
    broken: Vec<u32>,
    /// By literal: needs that hang on it.
    needs: Lists,
    /// Needs that hang on what holds at rest.
    at_rest: Vec<u32>,
    flood: Flood,
    /// Contacts that would have joined what a state lacked: with any other weld, it lacks it all the same.
    pub crossed: Vec<u32>,
}

impl<'a> Whole<'a> {
    pub fn new(limits: &'a Limits<'a>) -> Self {
        let nets = limits.metal.nets.count;
        let hangs = limits.needs.iter().zip(0..).map(|(need, index)| (key(need.when.index()), index));
        let needs = Lists::new(limits.rest.len() * 2, hangs);
        let rest = |index: &u32| limits.needs[*index as usize].when.holds(&limits.rest);
        let at_rest = (0..).take(limits.needs.len()).filter(rest).collect();
        let variables = u32::try_from(limits.rest.len()).expect("variables are counted in 31 bits");
        let mut broken: Vec<u32> = (0..variables).flat_map(|variable| limits.naming(variable)).copied().collect();
        broken.retain(|clause| !limits.clause(*clause).iter().any(|literal| literal.holds(&limits.rest)));
        broken.sort_unstable();
        broken.dedup();
        Self { limits, broken, needs, at_rest, flood: Flood::new(nets), crossed: Vec::new() }
    }

    /// Guards of which one must hold in every admissible state that meets the demands; nothing if their own state is one.
    pub fn missing(&mut self, trial: &Trial<'_>, demands: &Demands<'_>, work: &mut u64) -> Option<Vec<Guard>> {
        let before = self.flood.work;
        let missing = self.clause_or_need(trial, demands).or_else(|| {
            let references = trial.references?;
            self.apart(trial, demands, references).or_else(|| self.stale(trial, demands, references))
        });
        *work += self.flood.work - before;
        missing
    }

    fn clause_or_need(&mut self, trial: &Trial<'_>, demands: &Demands<'_>) -> Option<Vec<Guard>> {
        let (limits, state) = (self.limits, demands.state());
        let mut clauses = demands.other().flat_map(|literal| limits.naming(literal.variable())).chain(&self.broken);
        let fails = |clause: &&u32| !limits.clause(**clause).iter().any(|literal| literal.holds(state));
        if let Some(clause) = clauses.find(fails) {
            return Some(limits.clause(*clause).iter().map(|literal| Guard::one(*literal)).collect());
        }
        let at_rest = self.at_rest.iter().filter(|index| limits.needs[**index as usize].when.holds(state));
        let hangs = demands.other().flat_map(|literal| self.needs.of(key(literal.index())));
        let asked: Vec<u32> = at_rest.chain(hangs).copied().collect();
        asked.into_iter().find_map(|index| self.need(trial, demands, index))
    }

    /// What would help a need: that it is not one, or a contact out of what one pair of each of its lists is joined to.
    fn need(&mut self, trial: &Trial<'_>, demands: &Demands<'_>, index: u32) -> Option<Vec<Guard>> {
        let need = &self.limits.needs[index as usize];
        let mut options = vec![Guard::one(need.when.opposite())];
        for pairs in &need.any_of {
            options.extend(pairs.iter().find_map(|pair| self.apart(trial, demands, *pair))?);
        }
        Some(options)
    }

    /// If two nets are apart: the contacts of which one must close to join them.
    fn apart(&mut self, trial: &Trial<'_>, demands: &Demands<'_>, nets: [u32; 2]) -> Option<Vec<Guard>> {
        let contacts = &self.limits.metal.network.contacts;
        let closed = |edge: &Edge| {
            edge.contact == trial.weld
                || !trial.stuck.contains(&edge.contact) && contacts[edge.contact as usize].guard.closed(demands.state())
        };
        let Found::Apart(side) = self.flood.join(self.limits, nets, closed) else { return None };
        let able = |edge: &Edge| !trial.stuck.contains(&edge.contact);
        let edges = self.flood.leaving(self.limits, &side, able);
        self.crossed.extend(edges.iter().map(|edge| edge.contact));
        let mut guards: Vec<Guard> = edges.into_iter().map(|edge| self.limits.metal.guard(edge)).collect();
        guards.sort_unstable();
        guards.dedup();
        Some(guards)
    }

    /// If the fault is there without the weld: the literals of which one must fail.
    fn stale(&mut self, trial: &Trial<'_>, demands: &Demands<'_>, references: [u32; 2]) -> Option<Vec<Guard>> {
        if !trial.fresh {
            return None;
        }
        let rails = trial.healthy(demands.state())?;
        let metal = self.limits.metal;
        let closed = |edge: &Edge| metal.guard(*edge).closed(demands.state());
        let Found::Joined(path) = self.flood.join(self.limits, references, closed) else { return None };
        Some(opening(path.into_iter().map(|edge| metal.guard(metal.edges[edge as usize])).chain(rails)))
    }
}

fn key(index: usize) -> u32 {
    u32::try_from(index).expect("a literal is packed in 32 bits")
}

enum Found {
    /// By these edges.
    Joined(Vec<u32>),
    /// All that one of the two is joined to.
    Apart(Vec<u32>),
}

/// Marks for walks from two sides at once.
struct Flood {
    /// By net: the walk and side that came here last.
    mark: Vec<u32>,
    /// By net: the edge that the last walk came by.
    by: Vec<u32>,
    walk: u32,
    work: u64,
}

impl Flood {
    fn new(nets: u32) -> Self {
        Self { mark: vec![0; nets as usize], by: vec![NONE; nets as usize], walk: 0, work: 0 }
    }

    fn begin(&mut self) -> [u32; 2] {
        if self.walk >= u32::MAX - 2 {
            self.mark.fill(0);
            self.walk = 0;
        }
        self.walk += 2;
        [self.walk - 1, self.walk]
    }

    /// Walks from the side that has looked at less, so that a great hub is walked last.
    fn join(&mut self, limits: &Limits<'_>, nets: [u32; 2], closed: impl Fn(&Edge) -> bool) -> Found {
        if nets[0] == nets[1] {
            return Found::Joined(Vec::new());
        }
        let marks = self.begin();
        let mut sides = nets.map(|net| vec![net]);
        let (mut next, mut spent) = ([0; 2], [0; 2]);
        for (net, mark) in nets.into_iter().zip(marks) {
            self.mark[net as usize] = mark;
            self.by[net as usize] = NONE;
        }
        loop {
            let due = [0, 1].map(|side| Some(spent[side] + limits.around().of(*sides[side].get(next[side])?).len()));
            let side = match due {
                [Some(a), Some(b)] => usize::from(a > b),
                [None, _] => return Found::Apart(std::mem::take(&mut sides[0])),
                [_, None] => return Found::Apart(std::mem::take(&mut sides[1])),
            };
            let net = sides[side][next[side]];
            let around = limits.around().of(net);
            next[side] += 1;
            spent[side] += around.len() + 1;
            self.work += 1 + around.len() as u64;
            for &index in around {
                let edge = limits.metal.edges[index as usize];
                let other = edge.ends[usize::from(edge.ends[0] == net)];
                let mark = self.mark[other as usize];
                if mark == marks[side] || !closed(&edge) {
                    continue;
                }
                if mark == marks[1 - side] {
                    let mut path = vec![index];
                    self.back(limits, net, &mut path);
                    self.back(limits, other, &mut path);
                    return Found::Joined(path);
                }
                self.mark[other as usize] = marks[side];
                self.by[other as usize] = index;
                sides[side].push(other);
            }
        }
    }

    /// The edges from a net back to where its side started.
    fn back(&self, limits: &Limits<'_>, mut net: u32, path: &mut Vec<u32>) {
        while self.by[net as usize] != NONE {
            let by = self.by[net as usize];
            path.push(by);
            let ends = limits.metal.edges[by as usize].ends;
            net = ends[usize::from(ends[0] == net)];
        }
    }

    /// The contacts between some nets and the others, of those that are able to close.
    fn leaving(&mut self, limits: &Limits<'_>, nets: &[u32], able: impl Fn(&Edge) -> bool) -> Vec<Edge> {
        let [inside, _] = self.begin();
        for net in nets {
            self.mark[*net as usize] = inside;
        }
        let mut edges = Vec::new();
        for net in nets {
            self.work += limits.around().of(*net).len() as u64;
            for index in limits.around().of(*net) {
                let edge = limits.metal.edges[*index as usize];
                if able(&edge) && edge.ends.iter().any(|end| self.mark[*end as usize] != inside) {
                    edges.push(edge);
                }
            }
        }
        edges
    }
}
