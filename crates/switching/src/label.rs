//! Best-first search over paths with the literals they need: exact, and quick where few variables meet often.
//!
//! It sees a contact's literals and what clauses make them imply, and nothing else: its *none* is final, its best path is a
//! lower bound, and the answer where the state that it needs happens to be admissible.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::{
    contract::Lists,
    core::{Core, FROM, TO},
    limits::{Known, Limits},
    network::Literal,
};

/// How many comparisons of labels count as one label.
const COMPARISONS: u64 = 16;
const NO_LABEL: u32 = u32::MAX;

/// What the search has found so far.
pub(crate) enum Best {
    /// No path at all.
    None,
    /// The cheapest path: its literals with all that they imply, ascending; actuated; contacts.
    Path(Vec<Literal>, u32, u32),
    /// The budget is spent; no path costs fewer actuated.
    Unknown(u32),
}

/// A search that can be continued with more budget.
pub(crate) struct Search {
    around: Lists,
    /// By branch: what it needs.
    needs: Vec<Needs>,
    /// By point: how many series points before it, and whether it is one.
    series: Vec<(u32, bool)>,
    /// By branch: the part of the series that it is in.
    part: Vec<u32>,
    /// The last part that names a variable, by position in `variables`.
    last: Vec<u32>,
    variables: Vec<u32>,
    labels: Vec<Label>,
    literals: Vec<Literal>,
    /// By point: labels that no other one beats.
    standing: Vec<Vec<u32>>,
    queue: BinaryHeap<Reverse<(u32, u32, u32)>>,
    comparisons: u64,
    /// Labels and their comparisons.
    pub work: u64,
}

/// What closing one branch demands.
struct Needs {
    /// All literals, ascending; `None` where they contradict each other.
    all: Option<Vec<Literal>>,
    /// Those whose variables other branches name as well.
    tracked: Vec<Literal>,
    /// The price of the others.
    price: u32,
}

/// A way to a point.
struct Label {
    point: u32,
    before: u32,
    by: u32,
    contacts: u32,
    actuated: u32,
    /// What of `actuated` belongs to literals that are not in the set any more.
    settled: u32,
    /// Range in `literals`, ascending.
    set: (u32, u32),
    /// One bit for some literal of the set.
    sign: u64,
    beaten: bool,
}

impl Search {
    /// A search from one end of a core to the other.
    pub fn new(core: &Core, limits: &Limits<'_>, known: &mut Known) -> Self {
        let series = core.series();
        let part: Vec<u32> =
            core.branches.iter().map(|b| series[b.ends[0] as usize].0.max(series[b.ends[1] as usize].0)).collect();
        let closures: Vec<Option<Vec<Literal>>> = core
            .branches
            .iter()
            .map(|branch| {
                known.clear();
                let consistent = branch.guard.literals().all(|literal| known.set(literal)) && limits.propagate(known);
                let mut all = known.trail.clone();
                all.sort_unstable();
                consistent.then_some(all)
            })
            .collect();
        known.clear();
        let mut named: Vec<(u32, u32)> = Vec::new();
        for (all, &part) in closures.iter().zip(&part) {
            named.extend(all.iter().flatten().map(|literal| (literal.variable(), part)));
        }
        named.sort_unstable();
        let (mut variables, mut last, mut often) = (Vec::new(), Vec::new(), Vec::new());
        for uses in named.chunk_by(|a, b| a.0 == b.0) {
            variables.push(uses[0].0);
            last.push(uses[uses.len() - 1].1);
            often.push(uses.len() > 1);
        }
        let tracked =
            |l: &Literal| often[variables.binary_search(&l.variable()).expect("each one was collected above")];
        let needs = closures
            .into_iter()
            .map(|all| {
                let (tracked, once): (Vec<Literal>, Vec<Literal>) = all.iter().flatten().partition(|&l| tracked(l));
                Needs { tracked, price: once.iter().map(|&literal| limits.price(literal)).sum(), all }
            })
            .collect();
        let mut search = Self {
            around: core.around(),
            needs,
            series,
            part,
            last,
            variables,
            labels: Vec::new(),
            literals: Vec::new(),
            standing: vec![Vec::new(); core.nets.len()],
            queue: BinaryHeap::new(),
            comparisons: 0,
            work: 0,
        };
        search.insert(
            Label {
                point: FROM,
                before: NO_LABEL,
                by: 0,
                contacts: 0,
                actuated: 0,
                settled: 0,
                set: (0, 0),
                sign: 0,
                beaten: false,
            },
            &[],
        );
        search
    }

    /// Goes on until the answer is known or `work` reaches `budget`.
    pub fn run(&mut self, core: &Core, limits: &Limits<'_>, budget: u64) -> Best {
        while let Some(&Reverse((actuated, contacts, index))) = self.queue.peek() {
            if self.work >= budget {
                return Best::Unknown(actuated);
            }
            self.queue.pop();
            let label = &self.labels[index as usize];
            if label.beaten {
                continue;
            }
            if label.point == TO {
                return Best::Path(self.needed(index), actuated, contacts);
            }
            let point = label.point;
            let (before, is_cut) = self.series[point as usize];
            let part = before + u32::from(is_cut);
            for at in 0..self.around.of(point).len() {
                let branch = self.around.of(point)[at];
                let to = core.branches[branch as usize].across(point);
                if to != FROM && self.part[branch as usize] >= part {
                    self.extend(index, branch, to, limits);
                }
            }
        }
        Best::None
    }

    /// All literals of a way, ascending.
    fn needed(&self, mut label: u32) -> Vec<Literal> {
        let mut all = Vec::new();
        while self.labels[label as usize].before != NO_LABEL {
            let step = &self.labels[label as usize];
            all.extend(self.needs[step.by as usize].all.iter().flatten());
            label = step.before;
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Adds the way over one more branch, unless its literals contradict those before or another way is as good.
    fn extend(&mut self, before: u32, branch: u32, to: u32, limits: &Limits<'_>) {
        let needs = &self.needs[branch as usize];
        if needs.all.is_none() {
            return;
        }
        let label = &self.labels[before as usize];
        let old = &self.literals[label.set.0 as usize..label.set.1 as usize];
        self.work += 1 + old.len() as u64 / COMPARISONS;
        let Some(mut set) = merge(old, &needs.tracked) else { return };
        let gained: u32 =
            needs.tracked.iter().filter(|l| old.binary_search(l).is_err()).map(|&literal| limits.price(literal)).sum();
        let actuated = label.actuated + needs.price + gained;
        let mut settled = label.settled + needs.price;
        let (passed, is_cut) = self.series[to as usize];
        if is_cut {
            set.retain(|&literal| {
                let at =
                    self.variables.binary_search(&literal.variable()).expect("each literal's variable was collected");
                let keep = self.last[at] > passed;
                if !keep {
                    settled += limits.price(literal);
                }
                keep
            });
        }
        let sign = set.iter().fold(0, |sign, literal| sign | 1 << (literal.index() % 64));
        let contacts = label.contacts + 1;
        let label =
            Label { point: to, before, by: branch, contacts, actuated, settled, set: (0, 0), sign, beaten: false };
        self.insert(label, &set);
    }

    fn insert(&mut self, mut label: Label, set: &[Literal]) {
        let Self { labels, literals, standing, comparisons, .. } = self;
        let rivals = &mut standing[label.point as usize];
        *comparisons += rivals.len() as u64;
        self.work += *comparisons / COMPARISONS;
        *comparisons %= COMPARISONS;
        let beats = |one: &Label, one_set: &[Literal], two: &Label, two_set: &[Literal]| {
            one.sign & !two.sign == 0
                && one.contacts <= two.contacts
                && one.settled <= two.settled
                && within(one_set, two_set)
        };
        let set_of = |label: &Label| &literals[label.set.0 as usize..label.set.1 as usize];
        if rivals.iter().any(|&rival| beats(&labels[rival as usize], set_of(&labels[rival as usize]), &label, set)) {
            return;
        }
        rivals.retain(|&rival| {
            let other = &mut labels[rival as usize];
            other.beaten = beats(&label, set, other, &literals[other.set.0 as usize..other.set.1 as usize]);
            !other.beaten
        });
        let index = labels.len() as u32;
        rivals.push(index);
        label.set.0 = literals.len() as u32;
        literals.extend_from_slice(set);
        label.set.1 = literals.len() as u32;
        self.queue.push(Reverse((label.actuated, label.contacts, index)));
        labels.push(label);
    }
}

/// Both sets as one, or nothing where they contradict each other.
fn merge(a: &[Literal], b: &[Literal]) -> Option<Vec<Literal>> {
    let mut both: Vec<Literal> = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let next = match (a.get(i), b.get(j)) {
            (Some(&x), Some(&y)) if x == y => {
                j += 1;
                i += 1;
                x
            }
            (Some(&x), Some(&y)) if x > y => {
                j += 1;
                y
            }
            (Some(&x), _) => {
                i += 1;
                x
            }
            (None, Some(&y)) => {
                j += 1;
                y
            }
            (None, None) => break,
        };
        if both.last() == Some(&next.opposite()) {
            return None;
        }
        both.push(next);
    }
    Some(both)
}

/// Whether one ascending set is part of another.
fn within(part: &[Literal], whole: &[Literal]) -> bool {
    if part.len() > whole.len() {
        return false;
    }
    let mut rest = whole.iter();
    part.iter().all(|literal| rest.any(|other| other == literal))
}
