//! Clauses over guards, given to a SAT solver; variables come to be when a clause names them, all others stand at rest.

use std::collections::BTreeMap;

use batsat::{Callbacks, ClauseKind, Lit, Solver, SolverInterface, SolverOpts, Var, lbool};

use crate::network::{Guard, Literal, Variable};

/// How many clauses the counter of actuated variables may take.
const COUNTER: u64 = 4_000_000;

/// What a solver's variable stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Meaning {
    /// A variable of the network.
    Variable(u32),
    /// That a guard with two literals holds.
    Closed(Guard),
    /// A place of the counter.
    Count,
}

/// A literal of a learnt clause: what it speaks of, and whether it says yes.
pub(crate) type Learnt = Vec<(Meaning, bool)>;

/// A solver.
pub(crate) struct Sat<'a> {
    solver: Solver<Watch>,
    variables: &'a [Variable],
    /// The value that the solver tries first, where it is not the one at rest.
    prefer: BTreeMap<u32, bool>,
    of: BTreeMap<u32, Var>,
    closed: BTreeMap<Guard, Var>,
    meaning: Vec<Meaning>,
    counter: Option<Counter>,
}

/// How many variables, by weight, differ from rest: `at_least[j]` holds if more than `j` do.
struct Counter {
    most: u32,
    at_least: Vec<Lit>,
    clauses: u64,
}

/// Counts conflicts, and keeps what was learnt if somebody wants the proof.
struct Watch {
    conflicts: u64,
    most: u64,
    log: Option<Vec<Vec<Lit>>>,
}

impl Callbacks for Watch {
    fn on_new_clause(&mut self, clause: &[Lit], kind: ClauseKind) {
        if kind == ClauseKind::Learnt {
            self.conflicts += 1;
            if let Some(log) = &mut self.log {
                log.push(clause.to_vec());
            }
        }
    }

    fn stop(&self) -> bool {
        self.conflicts >= self.most
    }
}

impl<'a> Sat<'a> {
    pub fn new(variables: &'a [Variable], prefer: BTreeMap<u32, bool>, with_proof: bool) -> Self {
        let watch = Watch { conflicts: 0, most: 0, log: with_proof.then(Vec::new) };
        Self {
            solver: Solver::new(SolverOpts::default(), watch),
            variables,
            prefer,
            of: BTreeMap::new(),
            closed: BTreeMap::new(),
            meaning: Vec::new(),
            counter: None,
        }
    }

    /// Adds a clause: one of these guards holds.
    pub fn add(&mut self, clause: &[Guard]) {
        let mut lits: Vec<Lit> = clause.iter().map(|&guard| self.lit(guard)).collect();
        self.solver.add_clause_reuse(&mut lits);
    }

    /// Whether a model exists; `None` once as many conflicts as `most` have been met, counted from the beginning.
    pub fn solve(&mut self, at_most: Option<u32>, most: u64) -> Option<bool> {
        self.solver.cb_mut().most = most;
        let bound = at_most.and_then(|limit| self.counter.as_ref()?.at_least.get(limit as usize).map(|&lit| !lit));
        match self.solver.solve_limited(bound.as_slice()) {
            found if found == lbool::TRUE => Some(true),
            none if none == lbool::FALSE => Some(false),
            _ => None,
        }
    }

    /// The variables of the last model that differ from rest, ascending.
    pub fn model(&self) -> Vec<Literal> {
        let value = |(&variable, &var): (&u32, &Var)| {
            let value = self.solver.value_var(var) == lbool::TRUE;
            (value != self.variables[variable as usize].rest).then(|| Literal::new(variable, value))
        };
        self.of.iter().filter_map(value).collect()
    }

    /// Conflicts met so far.
    pub fn conflicts(&self) -> u64 {
        self.solver.cb().conflicts
    }

    /// What was learnt since this was last called, in order, where a proof is kept.
    pub fn learnt(&mut self) -> Vec<Learnt> {
        let log = self.solver.cb_mut().log.as_mut().map(std::mem::take).unwrap_or_default();
        let told = |lit: &Lit| (self.meaning[lit.var().idx() as usize], lit.sign());
        log.iter().map(|clause| clause.iter().map(told).collect()).collect()
    }

    /// Counts what differs from rest, up to `most`; false where that would take too many clauses.
    pub fn count(&mut self, most: u32) -> bool {
        self.counter = Some(Counter { most, at_least: Vec::new(), clauses: 0 });
        let named: Vec<(u32, Var)> = self.of.iter().map(|(&variable, &var)| (variable, var)).collect();
        for (variable, var) in named {
            self.append(variable, var);
        }
        self.counts()
    }

    /// Whether the counter is complete.
    pub fn counts(&self) -> bool {
        self.counter.as_ref().is_some_and(|counter| counter.clauses <= COUNTER)
    }

    fn lit(&mut self, guard: Guard) -> Lit {
        let mut literals = guard.literals();
        let first = literals.next().expect("a guard in a clause is open in some state, so it names a literal");
        if literals.next().is_none() {
            return Lit::new(self.variable(first.variable()), first.value());
        }
        if let Some(&var) = self.closed.get(&guard) {
            return Lit::new(var, true);
        }
        let closed = Lit::new(self.create(lbool::UNDEF, Meaning::Closed(guard)), true);
        self.closed.insert(guard, closed.var());
        for literal in guard.literals() {
            let lit = Lit::new(self.variable(literal.variable()), literal.value());
            self.solver.add_clause_reuse(&mut vec![!closed, lit]);
        }
        closed
    }

    fn variable(&mut self, variable: u32) -> Var {
        if let Some(&var) = self.of.get(&variable) {
            return var;
        }
        let prefer = self.prefer.get(&variable).copied().unwrap_or(self.variables[variable as usize].rest);
        let var = self.create(lbool::new(prefer), Meaning::Variable(variable));
        self.of.insert(variable, var);
        self.append(variable, var);
        var
    }

    fn create(&mut self, prefer: lbool, meaning: Meaning) -> Var {
        self.meaning.push(meaning);
        self.solver.new_var(prefer, true)
    }

    /// Adds a row to the counter.
    fn append(&mut self, variable: u32, var: Var) {
        let Variable { rest, weight } = self.variables[variable as usize];
        let Some(mut counter) = self.counter.take() else { return };
        if weight > 0 && counter.clauses <= COUNTER {
            let differs = Lit::new(var, !rest);
            let below = std::mem::take(&mut counter.at_least);
            let places = (below.len() as u64 + u64::from(weight)).min(u64::from(counter.most)) as usize;
            for place in 0..places {
                let here = Lit::new(self.create(lbool::FALSE, Meaning::Count), true);
                if let Some(&lit) = below.get(place) {
                    self.solver.add_clause_reuse(&mut vec![!lit, here]);
                }
                if place < weight as usize {
                    self.solver.add_clause_reuse(&mut vec![!differs, here]);
                } else {
                    self.solver.add_clause_reuse(&mut vec![!differs, !below[place - weight as usize], here]);
                }
                counter.at_least.push(here);
                counter.clauses += 2;
            }
        }
        self.counter = Some(counter);
    }
}
