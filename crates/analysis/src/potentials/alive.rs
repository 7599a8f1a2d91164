//! Which sources are live: those without a feeder, and those whose feeder stands on live nets.

use std::collections::VecDeque;

use super::Edge;

/// Marks the live sources; gives them in the order in which they come alive, feeders first.
pub(super) fn enliven(edges: &mut [Edge], slots: usize) -> Vec<usize> {
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); slots];
    let mut queue = VecDeque::new();
    for (number, edge) in edges.iter().enumerate() {
        match edge.from {
            None => queue.push_back(number),
            Some((plus, minus)) => {
                waiting[plus].push(number);
                waiting[minus].push(number);
            }
        }
    }
    let mut on = vec![false; slots];
    let mut group: Vec<usize> = (0..slots).collect();
    fn root(group: &mut [usize], mut at: usize) -> usize {
        while group[at] != at {
            group[at] = group[group[at]];
            at = group[at];
        }
        at
    }
    let mut order = Vec::new();
    while let Some(number) = queue.pop_front() {
        if edges[number].live {
            continue;
        }
        if let Some((plus, minus)) = edges[number].from
            && (!on[plus] || !on[minus] || plus == minus || root(&mut group, plus) != root(&mut group, minus))
        {
            continue;
        }
        edges[number].live = true;
        order.push(number);
        let (plus, minus) = (edges[number].plus, edges[number].minus);
        let (a, b) = (root(&mut group, plus), root(&mut group, minus));
        group[a.max(b)] = a.min(b);
        let joined = on[plus] && on[minus] && a != b;
        for slot in [plus, minus] {
            if !std::mem::replace(&mut on[slot], true) || joined {
                queue.extend(waiting[slot].iter().copied());
            }
        }
    }
    order
}
