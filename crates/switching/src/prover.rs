//! Lazy cuts: a SAT solver guesses a state, and each guess that fails is answered with cuts that every better one must close.
//!
//! Joined nets stay joined when more contacts close, so of the open contacts across a cut every state that joins the ends
//! closes one: one clause denies all states below the guess. A supply that the guess leaves without gives such a clause too.

use std::collections::BTreeMap;

use crate::{
    Effort,
    core::{FROM, TO},
    cuts::steps,
    network::{Guard, Literal},
    question::{Question, Witness},
    sat::Sat,
};

pub(crate) use crate::question::Bench;

/// The work that a round may take on the average: in a great core there are fewer rounds.
const ROUND: u64 = 100_000;

/// How far a prover has come.
#[derive(Clone)]
pub(crate) enum Progress {
    /// No admissible state.
    Never,
    /// A witness, and whether it is the least one; else how few actuated there may be.
    Witness(Witness, Option<u32>),
    /// The effort is spent; fewer actuated than this are ruled out.
    Open(u32),
}

enum Phase {
    Deciding,
    /// Fewer actuated than in the witness.
    Fewer(Witness),
    /// As many actuated, fewer contacts.
    Shorter(Witness),
    Done(Progress),
}

/// A search that can be continued with more effort.
pub(crate) struct Prover<'a> {
    question: &'a Question<'a>,
    sat: Sat<'a>,
    /// Every clause that was added, for the solver of the second phase.
    clauses: Vec<Vec<Guard>>,
    rounds: u64,
    /// Work of former runs, and what the bench had counted when this one began.
    work: u64,
    since: u64,
    /// Conflicts of the solver before this one.
    conflicts: u64,
    phase: Phase,
}

/// Limits of one run.
struct Bound {
    actuated: Option<u32>,
    contacts: Option<u32>,
}

enum Guess {
    Never,
    State(Vec<Literal>),
    Spent,
}

impl<'a> Prover<'a> {
    pub fn new(question: &'a Question<'a>) -> Self {
        let variables = &question.limits.metal.network.variables;
        let mut prover = Self {
            question,
            sat: Sat::new(variables, question.preferences(), false),
            clauses: Vec::new(),
            rounds: 0,
            work: 0,
            since: 0,
            conflicts: 0,
            phase: Phase::Deciding,
        };
        for lack in question.clauses() {
            prover.add(lack.clause);
        }
        prover
    }

    /// Goes on until the answer is known or the effort is spent, counted from the beginning.
    ///
    /// `floor` holds what any witness costs at least: actuated, and contacts where it has as few actuated.
    pub fn run(&mut self, floor: (u32, u32), effort: Effort, bench: &mut Bench) -> Progress {
        self.since = bench.work;
        let progress = self.advance(floor, effort, bench);
        self.work += bench.work - self.since;
        progress
    }

    fn advance(&mut self, floor: (u32, u32), effort: Effort, bench: &mut Bench) -> Progress {
        loop {
            match std::mem::replace(&mut self.phase, Phase::Deciding) {
                Phase::Deciding => {
                    let bound = Bound { actuated: None, contacts: None };
                    let witness = match self.guess(&bound, effort, bench) {
                        Guess::Never => return self.done(Progress::Never),
                        Guess::Spent => return Progress::Open(floor.0),
                        Guess::State(other) => self.question.shrink(other, bench),
                    };
                    self.restart();
                    self.phase = Phase::Fewer(witness);
                }
                Phase::Fewer(witness) => {
                    let (witness, least) = self.fewer(witness, floor.0, effort, bench);
                    if let Some(least) = least {
                        self.phase = Phase::Fewer(witness.clone());
                        return Progress::Witness(witness, Some(least));
                    }
                    self.phase = Phase::Shorter(witness);
                }
                Phase::Shorter(witness) => {
                    let floor = if witness.actuated == floor.0 { floor.1 } else { 0 };
                    // That no way has fewer contacts is worth less than the verdict, and may cost far more.
                    let (witness, proved) = self.shorter(witness, floor, effort.part(8), bench);
                    if !proved {
                        self.phase = Phase::Shorter(witness.clone());
                        let actuated = witness.actuated;
                        return Progress::Witness(witness, Some(actuated));
                    }
                    return self.done(Progress::Witness(witness, None));
                }
                Phase::Done(progress) => return self.done(progress),
            }
        }
    }

    /// The fewest actuated, or how few there may be where the effort is spent.
    fn fewer(
        &mut self,
        mut best: Witness,
        mut floor: u32,
        effort: Effort,
        bench: &mut Bench,
    ) -> (Witness, Option<u32>) {
        // The floor is often the answer; after one try at it, from above.
        let mut limit = floor;
        while floor < best.actuated {
            if !self.sat.counts() && !self.sat.count(best.actuated + 1) {
                return (best, Some(floor));
            }
            let bound = Bound { actuated: Some(limit), contacts: None };
            match self.guess(&bound, effort, bench) {
                Guess::Never => floor = limit + 1,
                Guess::Spent => return (best, Some(floor)),
                Guess::State(other) => best = self.question.shrink(other, bench),
            }
            limit = best.actuated.saturating_sub(1);
        }
        (best, None)
    }

    /// The fewest contacts with as many actuated.
    fn shorter(&mut self, mut best: Witness, floor: u32, effort: Effort, bench: &mut Bench) -> (Witness, bool) {
        let question = self.question;
        let nothing = vec![false; question.core.branches.len()];
        let floor = floor.max(steps(question.core, &question.around, FROM, &nothing, true)[TO as usize]);
        let actuated = best.actuated;
        while floor < best.contacts {
            if !self.sat.counts() && !self.sat.count(actuated + 1) {
                return (best, false);
            }
            let bound = Bound { actuated: Some(actuated), contacts: Some(best.contacts - 1) };
            match self.guess(&bound, effort, bench) {
                Guess::Never => break,
                Guess::Spent => return (best, false),
                Guess::State(other) => best = question.witness(other, bench),
            }
        }
        (best, true)
    }

    /// A state in these bounds.
    fn guess(&mut self, bound: &Bound, effort: Effort, bench: &mut Bench) -> Guess {
        loop {
            let work = self.work + (bench.work - self.since);
            if self.rounds >= effort.rounds || work >= effort.rounds.saturating_mul(ROUND) {
                return Guess::Spent;
            }
            if bound.actuated.is_some() && !self.sat.counts() {
                return Guess::Spent;
            }
            self.rounds += 1;
            let before = self.sat.conflicts();
            let found = self.sat.solve(bound.actuated, effort.conflicts.saturating_sub(self.conflicts));
            bench.work += self.sat.conflicts() - before;
            match found {
                None => return Guess::Spent,
                Some(false) => return Guess::Never,
                Some(true) => {}
            }
            let other = self.sat.model();
            let lacks = self.question.lacks(&other, bound.contacts, bench);
            if lacks.is_empty() {
                return Guess::State(other);
            }
            for lack in lacks {
                self.add(lack.clause);
            }
        }
    }

    fn add(&mut self, clause: Vec<Guard>) {
        self.sat.add(&clause);
        self.clauses.push(clause);
    }

    /// A solver that tries rest first, with all that is known.
    fn restart(&mut self) {
        self.conflicts += self.sat.conflicts();
        self.sat = Sat::new(&self.question.limits.metal.network.variables, BTreeMap::new(), false);
        for clause in &self.clauses {
            self.sat.add(clause);
        }
    }

    fn done(&mut self, progress: Progress) -> Progress {
        self.phase = Phase::Done(progress.clone());
        progress
    }
}
