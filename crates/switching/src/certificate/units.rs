//! Unit propagation over a finished set of clauses: if it ends in a contradiction, which clauses that takes.

use crate::contract::Lists;

/// The clauses, by place and ascending, from which propagation reaches a contradiction; nothing if it does not.
///
/// A literal is twice its variable, plus one where it is negated.
pub(super) fn contradiction(variables: usize, clauses: &[Vec<u32>]) -> Option<Vec<usize>> {
    let named = clauses.iter().zip(0..).flat_map(|(clause, index)| clause.iter().map(move |&literal| (literal, index)));
    let naming = Lists::new(variables * 2, named);
    // By literal: the clause that forces it.
    let mut forced: Vec<Option<u32>> = vec![None; variables * 2];
    let mut queue: Vec<u32> = Vec::new();
    let mut due: Vec<u32> = (0..clauses.len() as u32).filter(|&clause| clauses[clause as usize].len() < 2).collect();
    due.reverse();
    let mut next = 0;
    loop {
        while let Some(index) = due.pop() {
            let clause = &clauses[index as usize];
            if clause.iter().any(|&literal| forced[literal as usize].is_some()) {
                continue;
            }
            let mut left = clause.iter().filter(|&&literal| forced[literal as usize ^ 1].is_none());
            match (left.next(), left.next()) {
                (None, _) => return Some(causes(clauses, &forced, index)),
                (Some(&literal), None) => {
                    forced[literal as usize] = Some(index);
                    queue.push(literal);
                }
                _ => {}
            }
        }
        let &literal = queue.get(next)?;
        next += 1;
        due.extend(naming.of(literal ^ 1).iter().rev());
    }
}

/// A broken clause, and all that forced the opposites of its literals.
fn causes(clauses: &[Vec<u32>], forced: &[Option<u32>], broken: u32) -> Vec<usize> {
    let mut needed = vec![false; clauses.len()];
    let mut stack = vec![broken];
    needed[broken as usize] = true;
    while let Some(index) = stack.pop() {
        for cause in clauses[index as usize].iter().filter_map(|&literal| forced[literal as usize ^ 1]) {
            if !std::mem::replace(&mut needed[cause as usize], true) {
                stack.push(cause);
            }
        }
    }
    (0..clauses.len()).filter(|&index| needed[index]).collect()
}
