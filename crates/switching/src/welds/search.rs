//! The cheapest state in which a welded contact joins two rails: best-first over demands on variables.
//!
//! A node of the search is a set of demands; its state has every other variable at rest, so no state that meets the
//! demands is cheaper. What that state lacks says which few further demands could supply it (one contact of a cut must
//! close, one of a path must open), and these are the node's children. Each child refuses what its elder siblings
//! demand, as far as that costs nothing, so that no state is met twice.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::contract::Lists;
use crate::core::{Core, FROM, TO};
use crate::network::{Guard, Literal, Variable};

/// Not reached.
const FAR: u32 = u32::MAX;

/// What is asked of one contact between two rails.
pub(super) struct Trial<'a> {
    /// What may join the rails; the weld may be outside.
    pub core: &'a Core,
    /// As [`Core::around`] gives it.
    pub around: &'a Lists,
    /// What may join them without the weld.
    pub healthy: (&'a Core, &'a Lists),
    /// The contact that is stuck closed, as in [`crate::core::Branch::contact`].
    pub weld: u32,
    /// Contacts that are stuck open with it.
    pub stuck: &'a [u32],
    /// Nets that must be joined as well, by anything.
    pub references: Option<[u32; 2]>,
    /// Leave out states in which the fault is there without the weld.
    pub fresh: bool,
}

impl Trial<'_> {
    /// The shortest path of a state that the demands describe, if that state counts.
    pub fn way(&self, demands: &Demands<'_>) -> Option<Way> {
        if self.fresh && self.healthy(demands.state()).is_some() {
            return None;
        }
        let closed = |contact: u32, guard: Guard| {
            contact == self.weld || !self.stuck.contains(&contact) && guard.closed(demands.state())
        };
        let (closed, _) = reach(self.core, self.around, FROM, closed);
        (closed.far[TO as usize] != FAR).then(|| closed.way(self.core, demands))
    }

    /// The guards of a path that joins the rails without the weld, if a state has one.
    pub fn healthy(&self, state: &[bool]) -> Option<impl Iterator<Item = Guard> + use<'_>> {
        let (core, around) = self.healthy;
        let (healthy, _) = reach(core, around, FROM, |_, guard| guard.closed(state));
        let path = (healthy.far[TO as usize] != FAR).then(|| healthy.path(core, TO))?;
        Some(path.into_iter().map(|branch| core.branches[branch as usize].guard))
    }
}

/// How a search ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// No state does it.
    Never,
    /// The cheapest way.
    Joined(Way),
    /// The work ran out.
    Open {
        /// No state with fewer actuated does it.
        at_least: u32,
        /// One that does, not known to be the cheapest.
        known: Option<Way>,
    },
}

/// A state that joins the rails, and by which contacts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Way {
    pub actuated: u32,
    /// What differs from rest, ascending.
    pub state: Vec<Literal>,
    /// Contacts, as in [`crate::core::Branch::contact`], from one rail to the other.
    pub path: Vec<u32>,
}

/// Demands on variables, and the state that meets them with all else at rest.
pub(super) struct Demands<'a> {
    variables: &'a [Variable],
    /// By variable.
    state: Vec<bool>,
    fixed: Vec<bool>,
    list: Vec<Literal>,
}

impl<'a> Demands<'a> {
    pub fn new(variables: &'a [Variable]) -> Self {
        let state = variables.iter().map(|variable| variable.rest).collect();
        Self { variables, state, fixed: vec![false; variables.len()], list: Vec::new() }
    }

    /// The state, one value a variable.
    pub fn state(&self) -> &[bool] {
        &self.state
    }

    /// Demands all of some literals, runs, and takes them back. The literals must agree.
    pub fn with<T>(&mut self, literals: &[Literal], run: impl FnOnce(&Self) -> T) -> T {
        let left = self.list.len();
        let agree = literals.iter().all(|literal| self.demand(*literal));
        debug_assert!(agree, "a state has one value a variable");
        let result = run(self);
        self.release(left);
        result
    }

    /// Demands that differ from rest.
    pub fn other(&self) -> impl Iterator<Item = Literal> {
        self.list.iter().copied().filter(|literal| self.price(*literal).is_some())
    }

    /// What a literal costs if it does not hold at rest.
    fn price(&self, literal: Literal) -> Option<u32> {
        let variable = self.variables[literal.variable() as usize];
        (variable.rest != literal.value()).then_some(variable.weight)
    }

    /// Whether a literal holds, if a demand decides that.
    fn decided(&self, literal: Literal) -> Option<bool> {
        self.fixed[literal.variable() as usize].then(|| literal.holds(&self.state))
    }

    fn possible(&self, guard: Guard) -> bool {
        guard.literals().all(|literal| self.decided(literal) != Some(false))
    }

    /// False if another demand is against it.
    fn demand(&mut self, literal: Literal) -> bool {
        let variable = literal.variable() as usize;
        if self.fixed[variable] {
            return literal.holds(&self.state);
        }
        self.fixed[variable] = true;
        self.state[variable] = literal.value();
        self.list.push(literal);
        true
    }

    /// Takes demands back until so many are left.
    fn release(&mut self, left: usize) {
        for literal in self.list.drain(left..) {
            let variable = literal.variable() as usize;
            self.fixed[variable] = false;
            self.state[variable] = self.variables[variable].rest;
        }
    }

    fn cost(&self) -> u32 {
        self.list.iter().filter_map(|literal| self.price(*literal)).sum()
    }
}

struct Search<'a, 'b, M> {
    trial: &'a Trial<'a>,
    demands: &'a mut Demands<'b>,
    missing: M,
    queue: BinaryHeap<Reverse<(u32, u32, Reverse<u64>, Vec<Literal>)>>,
    made: u64,
    work: u64,
    best: Option<Way>,
}

/// Searches with at most so many contacts looked at; `must` is known to hold in every state that joins the rails.
///
/// `missing` says what else a state lacks: one of the guards that it returns must hold in every better one.
pub(super) fn search(
    trial: &Trial<'_>,
    demands: &mut Demands<'_>,
    must: &[Literal],
    missing: impl FnMut(&Demands<'_>, &mut u64) -> Option<Vec<Guard>>,
    limit: u64,
) -> (Outcome, u64) {
    let mut search = Search { trial, demands, missing, queue: BinaryHeap::new(), made: 0, work: 0, best: None };
    if must.iter().all(|literal| search.demands.demand(*literal)) {
        search.push(0);
    }
    search.demands.release(0);
    while let Some(Reverse((actuated, contacts, _, list))) = search.queue.pop() {
        if search.best.as_ref().is_some_and(|best| (best.actuated, best.path.len()) <= (actuated, contacts as usize)) {
            break;
        }
        if search.work > limit {
            return (Outcome::Open { at_least: actuated, known: search.best }, search.work);
        }
        let consistent = list.iter().all(|literal| search.demands.demand(*literal));
        debug_assert!(consistent, "a node's demands agree");
        search.expand(actuated);
        search.demands.release(0);
    }
    (search.best.map_or(Outcome::Never, Outcome::Joined), search.work)
}

impl<M: FnMut(&Demands<'_>, &mut u64) -> Option<Vec<Guard>>> Search<'_, '_, M> {
    /// Queues the demands as they stand, unless they rule the join out.
    fn push(&mut self, left: usize) {
        let possible = self.distances(TO, |demands, guard| demands.possible(guard));
        let contacts = possible.far[FROM as usize];
        if contacts != FAR {
            self.made += 1;
            let list = self.demands.list.clone();
            self.queue.push(Reverse((self.demands.cost(), contacts, Reverse(self.made), list)));
        }
        self.demands.release(left);
    }

    fn expand(&mut self, actuated: u32) {
        let closed = self.distances(FROM, |demands, guard| guard.closed(demands.state()));
        if closed.far[TO as usize] == FAR {
            let options = self.cut(&closed);
            return self.branch(&options);
        }
        if let Some(options) = self.stale() {
            return self.branch(&options);
        }
        if let Some(options) = (self.missing)(self.demands, &mut self.work) {
            return self.branch(&options);
        }
        let length = closed.far[TO as usize] as usize;
        if self.best.as_ref().is_none_or(|best| (actuated, length) < (best.actuated, best.path.len())) {
            self.best = Some(closed.way(self.trial.core, self.demands));
        }
        let options = self.shortcuts(&closed);
        self.branch(&options);
    }

    /// One child for each option.
    fn branch(&mut self, options: &[Guard]) {
        let left = self.demands.list.len();
        let mut refused: Vec<Literal> = Vec::new();
        for option in options {
            let mut undecided = option.literals().filter(|literal| self.demands.decided(*literal) != Some(true));
            let (first, second) = (undecided.next(), undecided.next());
            if !self.demands.possible(*option) {
                continue;
            }
            if refused.iter().all(|literal| self.demands.demand(*literal))
                && option.literals().all(|literal| self.demands.demand(literal))
            {
                self.push(left);
            } else {
                self.demands.release(left);
            }
            match (first, second) {
                (Some(only), None) => refused.push(only.opposite()),
                (None, _) => return,
                _ => {}
            }
        }
    }

    /// Guards of which one must close: those around what is joined to one end, whichever end has fewer.
    fn cut(&mut self, from: &Reached) -> Vec<Guard> {
        let to = self.distances(TO, |demands, guard| guard.closed(demands.state()));
        let leaving = |reached: &Reached| {
            self.options(|ends| (reached.far[ends[0] as usize] == FAR) != (reached.far[ends[1] as usize] == FAR))
        };
        let (a, b) = (leaving(from), leaving(&to));
        if b.len() < a.len() { b } else { a }
    }

    /// Guards of which one must close for a shorter path.
    fn shortcuts(&mut self, from: &Reached) -> Vec<Guard> {
        let to = self.distances(TO, |demands, guard| demands.possible(guard));
        let length = from.far[TO as usize];
        let shorter = |[a, b]: [u32; 2]| {
            let (before, after) = (from.far[a as usize], to.far[b as usize]);
            before != FAR && after != FAR && before + 1 + after < length
        };
        self.options(|[a, b]| shorter([a, b]) || shorter([b, a]))
    }

    /// The guards of open contacts that may close, of those whose ends are wanted.
    fn options(&self, wanted: impl Fn([u32; 2]) -> bool) -> Vec<Guard> {
        let state = self.demands.state();
        let usable = |branch: &&crate::core::Branch| {
            branch.contact != self.trial.weld
                && !self.trial.stuck.contains(&branch.contact)
                && !branch.guard.closed(state)
                && self.demands.possible(branch.guard)
                && wanted(branch.ends)
        };
        let mut guards: Vec<Guard> =
            self.trial.core.branches.iter().filter(usable).map(|branch| branch.guard).collect();
        guards.sort_unstable();
        guards.dedup();
        guards
    }

    /// If the rails are joined without the weld too: the literals of which one must fail.
    fn stale(&mut self) -> Option<Vec<Guard>> {
        if !self.trial.fresh || self.trial.references.is_some() {
            return None;
        }
        self.work += self.trial.healthy.0.branches.len() as u64;
        self.trial.healthy(self.demands.state()).map(opening)
    }

    /// Distances with the weld closed and what is stuck open; the others as the test says.
    fn distances(&mut self, start: u32, passes: impl Fn(&Demands<'_>, Guard) -> bool) -> Reached {
        let Trial { core, around, weld, stuck, .. } = *self.trial;
        let demands = &*self.demands;
        let (reached, work) = reach(core, around, start, |contact, guard| {
            contact == weld || !stuck.contains(&contact) && passes(demands, guard)
        });
        self.work += work;
        reached
    }
}

/// Guards that open a path: one literal of it fails.
pub(super) fn opening(path: impl Iterator<Item = Guard>) -> Vec<Guard> {
    let mut literals: Vec<Literal> = path.flat_map(Guard::literals).collect();
    literals.sort_unstable();
    literals.dedup();
    literals.into_iter().map(|literal| Guard::one(literal.opposite())).collect()
}

/// Breadth first from one point.
struct Reached {
    /// By point: how many contacts away; [`FAR`] if not reached.
    far: Vec<u32>,
    /// By point: the branch that led there.
    by: Vec<u32>,
}

impl Reached {
    fn way(&self, core: &Core, demands: &Demands<'_>) -> Way {
        let mut state: Vec<Literal> = demands.other().collect();
        state.sort_unstable();
        let contact = |branch: u32| core.branches[branch as usize].contact;
        let path = self.path(core, TO).into_iter().map(contact).collect();
        Way { actuated: demands.cost(), state, path }
    }

    /// The branches from the start to a point that is reached.
    fn path(&self, core: &Core, to: u32) -> Vec<u32> {
        let mut path = Vec::new();
        let mut at = to;
        while self.far[at as usize] != 0 {
            let by = self.by[at as usize];
            path.push(by);
            at = core.branches[by as usize].across(at);
        }
        path.reverse();
        path
    }
}

fn reach(core: &Core, around: &Lists, start: u32, passes: impl Fn(u32, Guard) -> bool) -> (Reached, u64) {
    let points = core.nets.len();
    let mut reached = Reached { far: vec![FAR; points], by: vec![FAR; points] };
    reached.far[start as usize] = 0;
    let mut queue = vec![start];
    let mut next = 0;
    let mut work = 1;
    while let Some(&point) = queue.get(next) {
        next += 1;
        work += around.of(point).len() as u64;
        for &index in around.of(point) {
            let branch = &core.branches[index as usize];
            let other = branch.across(point);
            if reached.far[other as usize] == FAR && passes(branch.contact, branch.guard) {
                reached.far[other as usize] = reached.far[point as usize] + 1;
                reached.by[other as usize] = index;
                queue.push(other);
            }
        }
    }
    (reached, work)
}
