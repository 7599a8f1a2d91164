//! The cheapest state in which a welded contact joins two rails: best-first over demands on variables.
//!
//! A node of the search is a set of demands; its state has every other variable at rest, so no state that meets the
//! demands is cheaper. What that state lacks says which few further demands could supply it (one contact of a cut must
//! close, one of a path must open), and these are the node's children. Each child refuses what its elder siblings
//! demand, as far as that costs nothing, so that no state is met twice.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::demands::Demands;
use super::trial::{FAR, Reached, Trial, Way, reach};
use crate::core::{Branch, FROM, TO};
use crate::network::{Guard, Literal};

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

/// What is least, on top: actuated, then contacts at least, then the latest made; with its demands.
type Node = Reverse<(u32, u32, Reverse<u64>, Vec<Literal>)>;

struct Search<'a, 'b, M> {
    trial: &'a Trial<'a>,
    demands: &'a mut Demands<'b>,
    missing: M,
    queue: BinaryHeap<Node>,
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
        let possible = self.possible();
        let contacts = possible.far[FROM as usize];
        if contacts != FAR {
            self.made += 1;
            let list = self.demands.list().to_vec();
            self.queue.push(Reverse((self.demands.cost(), contacts, Reverse(self.made), list)));
        }
        self.demands.release(left);
    }

    fn expand(&mut self, actuated: u32) {
        let closed = self.closed(FROM);
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
        let left = self.demands.list().len();
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
        let to = self.closed(TO);
        let leaving = |reached: &Reached| {
            self.options(|ends| (reached.far[ends[0] as usize] == FAR) != (reached.far[ends[1] as usize] == FAR))
        };
        let (a, b) = (leaving(from), leaving(&to));
        if b.len() < a.len() { b } else { a }
    }

    /// Guards of which one must close for a shorter path.
    fn shortcuts(&mut self, from: &Reached) -> Vec<Guard> {
        let to = self.possible();
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
        let usable = |branch: &&Branch| {
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

    /// Distances in the state of the demands.
    fn closed(&mut self, start: u32) -> Reached {
        let state = self.demands.state();
        let (reached, work) = self.distances(start, |guard| guard.closed(state));
        self.work += work;
        reached
    }

    /// Distances to the second rail by all that no demand keeps open.
    fn possible(&mut self) -> Reached {
        let (reached, work) = self.distances(TO, |guard| self.demands.possible(guard));
        self.work += work;
        reached
    }

    fn distances(&self, start: u32, passes: impl Fn(Guard) -> bool) -> (Reached, u64) {
        let Trial { core, around, weld, stuck, .. } = *self.trial;
        let closed = |contact: u32, guard| contact == weld || !stuck.contains(&contact) && passes(guard);
        reach(core, around, start, closed)
    }
}

/// Guards that open a path: one literal of it fails.
pub(super) fn opening(path: impl Iterator<Item = Guard>) -> Vec<Guard> {
    let mut literals: Vec<Literal> = path.flat_map(Guard::literals).collect();
    literals.sort_unstable();
    literals.dedup();
    literals.into_iter().map(|literal| Guard::one(literal.opposite())).collect()
}
