//! Which sources are live: those without a feeder, and those whose feeder stands on live nets.

use std::collections::VecDeque;

use petgraph::unionfind::UnionFind;

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
    let mut group: UnionFind<usize> = UnionFind::new(slots);
    let mut order = Vec::new();
    while let Some(number) = queue.pop_front() {
        if edges[number].live {
            continue;
        }
        if let Some((plus, minus)) = edges[number].from
            && (!on[plus] || !on[minus] || plus == minus || !group.equiv(plus, minus))
        {
            continue;
        }
        edges[number].live = true;
        order.push(number);
        let (plus, minus) = (edges[number].plus, edges[number].minus);
        let joined = group.union(plus, minus) && on[plus] && on[minus];
        for slot in [plus, minus] {
            if !std::mem::replace(&mut on[slot], true) || joined {
                queue.extend(waiting[slot].iter().copied());
            }
        }
    }
    order
}
