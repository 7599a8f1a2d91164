//! The order of the column: each controller above what it cuts, so that a ring reads downwards and closes with one arrow.

use super::who::{Does, Role, Who};

/// Controllers from top to bottom: those whom nobody else cuts first, each followed by the controllers that it cuts.
pub fn column(who: &Who) -> Vec<usize> {
    let first = |node: usize| who.nodes[node].role == Role::Controller;
    let mut cuts: Vec<Vec<usize>> = vec![Vec::new(); who.nodes.len()];
    let mut held = vec![false; who.nodes.len()];
    for watches in [false, true] {
        for arrow in who.arrows.iter().filter(|arrow| (arrow.does == Does::Watches) == watches) {
            if arrow.from != arrow.to && first(arrow.to) {
                cuts[arrow.from].push(arrow.to);
                held[arrow.to] = true;
            }
        }
    }
    let all = || (0..who.nodes.len()).filter(|&node| first(node));
    let mut column = Vec::new();
    let mut seen = vec![false; who.nodes.len()];
    for root in all().filter(|&node| !held[node]).chain(all()) {
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            if !std::mem::replace(&mut seen[node], true) {
                column.push(node);
                stack.extend(cuts[node].iter().rev().filter(|&&next| !seen[next]));
            }
        }
    }
    column
}
