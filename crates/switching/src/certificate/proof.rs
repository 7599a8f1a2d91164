//! The proof that a question has no answer: cuts and learnt clauses in order, less what it does without.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Effort,
    network::{Guard, Literal},
    question::{Bench, Lack, Question},
    sat::{Learnt, Meaning, Sat},
};

use super::units::contradiction;

/// One line of a proof.
pub(super) enum Step {
    /// A clause that holds for a reason.
    Given(Lack),
    /// A clause that follows by propagation.
    Learnt(Learnt),
}

/// How far a proof came.
pub(super) enum Outcome {
    /// These steps end in a contradiction.
    Proved(Vec<Step>),
    /// Some state is an answer.
    Joined,
    /// The effort is spent.
    Spent,
}

/// Looks for the proof that no admissible state is an answer.
pub(super) fn prove(question: &Question<'_>, effort: Effort, bench: &mut Bench) -> Outcome {
    let variables = &question.limits.metal.network.variables;
    let mut sat = Sat::new(variables, question.preferences(), true);
    let mut steps: Vec<Step> = Vec::new();
    let give = |lack: Lack, sat: &mut Sat<'_>, steps: &mut Vec<Step>| {
        sat.add(&lack.clause);
        steps.push(Step::Given(lack));
    };
    for lack in question.clauses() {
        give(lack, &mut sat, &mut steps);
    }
    for _ in 0..effort.rounds {
        let found = sat.solve(None, effort.conflicts);
        steps.extend(sat.learnt().into_iter().map(Step::Learnt));
        match found {
            None => return Outcome::Spent,
            Some(false) => return Outcome::Proved(needed(steps)),
            Some(true) => {}
        }
        let lacks = question.lacks(&sat.model(), None, bench);
        if lacks.is_empty() {
            return Outcome::Joined;
        }
        for lack in lacks {
            give(lack, &mut sat, &mut steps);
        }
    }
    Outcome::Spent
}

/// Only the given clauses that propagation needs, where that is enough; else all steps.
fn needed(steps: Vec<Step>) -> Vec<Step> {
    let mut numbers: BTreeMap<Meaning, u32> = BTreeMap::new();
    let mut number = |meaning: Meaning| {
        let count = numbers.len() as u32;
        *numbers.entry(meaning).or_insert(count) * 2
    };
    let mut clauses: Vec<Vec<u32>> = Vec::new();
    // By clause: its step; the meanings of guards with two literals belong to none.
    let mut given: Vec<Option<usize>> = Vec::new();
    let mut paired: BTreeSet<Guard> = BTreeSet::new();
    for (step, at) in steps.iter().zip(0usize..) {
        let Step::Given(lack) = step else { continue };
        let mut clause = Vec::new();
        for &guard in &lack.clause {
            let literals: Vec<Literal> = guard.literals().collect();
            let single = |literal: Literal, number: &mut dyn FnMut(Meaning) -> u32| {
                number(Meaning::Variable(literal.variable())) + u32::from(!literal.value())
            };
            if let &[literal] = literals.as_slice() {
                clause.push(single(literal, &mut number));
                continue;
            }
            let closed = number(Meaning::Closed(guard));
            clause.push(closed);
            if paired.insert(guard) {
                for literal in literals {
                    clauses.push(vec![closed + 1, single(literal, &mut number)]);
                    given.push(None);
                }
            }
        }
        clause.sort_unstable();
        clause.dedup();
        clauses.push(clause);
        given.push(Some(at));
    }
    let Some(core) = contradiction(numbers.len(), &clauses) else { return steps };
    let mut keep = vec![false; steps.len()];
    for at in core.into_iter().filter_map(|clause| given[clause]) {
        keep[at] = true;
    }
    steps.into_iter().zip(keep).filter_map(|(step, keep)| keep.then_some(step)).collect()
}
