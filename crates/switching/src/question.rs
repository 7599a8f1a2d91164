//! A question about a core, and what a state lacks to be its answer.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use crate::{
    contract::Lists,
    core::{Branch, Core, FROM, TO},
    cuts::{Side, cuts, steps},
    limits::{Known, Limits},
    network::{Guard, Literal},
    reach::{Walker, with_state},
};

/// What a thread works with.
pub(crate) struct Bench {
    /// The state at rest; what is asked about a state changes it and puts it back.
    pub state: Vec<bool>,
    pub known: Known,
    pub walker: Walker,
    /// By net: its point in the core that is being built.
    pub local: Vec<u32>,
    /// Counted work: contacts looked at, labels, conflicts.
    pub work: u64,
}

/// An admissible state that joins what was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Witness {
    /// What differs from rest, ascending.
    pub other: Vec<Literal>,
    pub actuated: u32,
    pub contacts: u32,
}

/// A clause that a state breaks: one of these guards holds in every state that is an answer.
pub(crate) struct Lack {
    pub clause: Vec<Guard>,
    pub why: Why,
}

/// Why a clause holds.
pub(crate) enum Why {
    /// These branches of the core lie between one side and the other.
    Cut(Side, Vec<u32>),
    /// Contacts between these nets and the others keep a pair of nets apart.
    Apart(Vec<u32>),
    /// A clause of the limits.
    Clause(u32),
    /// A need, and for each of its lists the nets that are apart from the others.
    Need(u32, Vec<Vec<u32>>),
    /// A shorter way than the known one is looked for.
    Long,
}

/// What is asked: join the ends of a core, and at the same time these pairs of nets, anyhow.
pub(crate) struct Question<'a> {
    pub core: &'a Core,
    pub around: Lists,
    pub also: Vec<[u32; 2]>,
    pub limits: &'a Limits<'a>,
}

impl Question<'_> {
    /// What a state lacks; nothing where it is a witness. `within` bounds the contacts of the path.
    pub fn lacks(&self, other: &[Literal], within: Option<u32>, bench: &mut Bench) -> Vec<Lack> {
        let Self { core, around, also, limits } = self;
        let Bench { state, walker, work, .. } = bench;
        with_state(state, other, |state| {
            let closed: Vec<bool> = core.branches.iter().map(|branch| branch.guard.closed(state)).collect();
            *work += closed.len() as u64;
            let guard = |&branch: &u32| core.branches[branch as usize].guard;
            let lack = |clause: Vec<Guard>, why: Why| Lack { clause, why };
            let mut lacks: Vec<Lack> = cuts(core, around, &closed, work)
                .into_iter()
                .map(|cut| lack(sorted(cut.across.iter().map(guard)), Why::Cut(cut.side, cut.across)))
                .collect();
            if lacks.is_empty()
                && let Some(most) = within
            {
                lacks.extend(self.too_long(&closed, most).map(|clause| lack(clause, Why::Long)));
            }
            if lacks.is_empty() {
                let before = walker.work;
                for &[a, b] in also {
                    if let Some(side) = walker.apart(limits, state, a, b) {
                        lacks.push(lack(walker.boundary(limits, &side), Why::Apart(side)));
                    }
                }
                let broken = limits.check(state, other, walker);
                lacks.extend(broken.clauses.iter().map(|&clause| self.stated(clause)));
                for (need, sides) in broken.needs {
                    let mut clause = vec![Guard::one(limits.needs[need as usize].when.opposite())];
                    clause.extend(sides.iter().flat_map(|side| walker.boundary(limits, side)));
                    lacks.push(lack(sorted(clause.into_iter()), Why::Need(need, sides)));
                }
                *work += walker.work - before;
            }
            lacks
        })
    }

    /// A clause of the limits.
    pub fn stated(&self, clause: u32) -> Lack {
        Lack { clause: self.limits.clause(clause).iter().map(|&l| Guard::one(l)).collect(), why: Why::Clause(clause) }
    }

    /// The clauses that name the core's variables.
    pub fn clauses(&self) -> impl Iterator<Item = Lack> {
        let mut named: Vec<u32> =
            self.core.variables().iter().flat_map(|&variable| self.limits.naming(variable)).copied().collect();
        named.sort_unstable();
        named.dedup();
        named.into_iter().map(|clause| self.stated(clause))
    }

    /// Values that a solver tries first while it looks for any way at all.
    pub fn preferences(&self) -> BTreeMap<u32, bool> {
        // A literal whose opposite no contact of the core names may as well hold while a way is looked for.
        let mut prefer: BTreeMap<u32, (bool, bool)> = BTreeMap::new();
        for literal in self.core.branches.iter().flat_map(|branch| branch.guard.literals()) {
            let named = prefer.entry(literal.variable()).or_default();
            if literal.value() {
                named.0 = true;
            } else {
                named.1 = true;
            }
        }
        let pure = prefer.into_iter().filter(|&(variable, (yes, no))| yes != no && !self.limits.concerns(variable));
        pure.map(|(variable, (yes, _))| (variable, yes)).collect()
    }

    /// Where a state's shortest way has more contacts than `most`: what must close for one that has not.
    fn too_long(&self, closed: &[bool], most: u32) -> Option<Vec<Guard>> {
        let Self { core, around, .. } = self;
        let from = steps(core, around, FROM, closed, false);
        if from[TO as usize] <= most {
            return None;
        }
        let all = steps(core, around, TO, closed, true);
        let near = |(branch, closed): &(&Branch, &bool)| {
            let reach = |a: u32, b: u32| from[a as usize].saturating_add(1).saturating_add(all[b as usize]) <= most;
            !**closed && (reach(branch.ends[0], branch.ends[1]) || reach(branch.ends[1], branch.ends[0]))
        };
        Some(sorted(core.branches.iter().zip(closed).filter(near).map(|(branch, _)| branch.guard)))
    }

    /// A witness from an admissible state that joins the ends: as much put back to rest as can be seen at once.
    pub fn shrink(&self, other: Vec<Literal>, bench: &mut Bench) -> Witness {
        let core = self.core;
        let mut best = other;
        let path = with_state(&mut bench.state, &best, |state| self.cheapest(state));
        bench.known.clear();
        let literals = path.iter().flat_map(|&branch| core.branches[branch as usize].guard.literals());
        if literals.into_iter().all(|literal| bench.known.set(literal)) && self.limits.propagate(&mut bench.known) {
            let rest = &self.limits.rest;
            let mut other: Vec<Literal> =
                bench.known.trail.iter().copied().filter(|literal| !literal.holds(rest)).collect();
            other.sort_unstable();
            if self.actuated(&other) <= self.actuated(&best) && self.lacks(&other, None, bench).is_empty() {
                best = other;
            }
        }
        bench.known.clear();
        if best.len() <= 64 {
            for at in (0..best.len()).rev() {
                let mut less = best.clone();
                less.remove(at);
                if self.lacks(&less, None, bench).is_empty() {
                    best = less;
                }
            }
        }
        self.witness(best, bench)
    }

    /// The witness that an admissible state is.
    pub fn witness(&self, other: Vec<Literal>, bench: &mut Bench) -> Witness {
        let contacts = with_state(&mut bench.state, &other, |state| {
            let closed: Vec<bool> = self.core.branches.iter().map(|branch| branch.guard.closed(state)).collect();
            steps(self.core, &self.around, FROM, &closed, false)[TO as usize]
        });
        Witness { actuated: self.actuated(&other), other, contacts }
    }

    /// Whether a state is admissible and joins all that is asked for.
    pub fn holds(&self, other: &[Literal], bench: &mut Bench) -> bool {
        self.lacks(other, None, bench).is_empty()
    }

    fn actuated(&self, other: &[Literal]) -> u32 {
        other.iter().map(|literal| self.limits.weight(literal.variable())).sum()
    }

    /// The branches of a closed way whose literals cost little, each contact counted by itself.
    fn cheapest(&self, state: &[bool]) -> Vec<u32> {
        let core = self.core;
        let mut best = vec![(u64::MAX, u32::MAX); core.nets.len()];
        let mut queue = BinaryHeap::from([Reverse((0u64, FROM))]);
        best[FROM as usize].0 = 0;
        while let Some(Reverse((price, point))) = queue.pop() {
            if price > best[point as usize].0 {
                continue;
            }
            for &index in self.around.of(point) {
                let branch = &core.branches[index as usize];
                if !branch.guard.closed(state) {
                    continue;
                }
                let step: u32 = branch.guard.literals().map(|literal| self.limits.price(literal)).sum();
                let price = price + (u64::from(step) << 32) + 1;
                let other = branch.across(point);
                if price < best[other as usize].0 {
                    best[other as usize] = (price, index);
                    queue.push(Reverse((price, other)));
                }
            }
        }
        let mut path = Vec::new();
        let mut point = TO;
        while point != FROM {
            let index = best[point as usize].1;
            path.push(index);
            point = core.branches[index as usize].across(point);
        }
        path
    }
}

/// A clause of guards, sorted.
fn sorted(guards: impl Iterator<Item = Guard>) -> Vec<Guard> {
    let mut guards: Vec<Guard> = guards.collect();
    guards.sort_unstable();
    guards.dedup();
    guards
}
