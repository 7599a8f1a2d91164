//! Shortest ways, searched only when somebody asks.

use std::collections::VecDeque;

use model::Terminal;

use super::{Hop, Link, Nets};

impl Nets {
    pub(crate) fn search(
        &self,
        roots: impl Iterator<Item = Terminal>,
        stop: impl Fn(Terminal) -> bool,
        allow: impl Fn(Link) -> bool,
    ) -> Forest {
        let mut forest = Forest {
            parent: vec![0; self.terminals as usize],
            by: vec![None; 0],
            slot: vec![0; self.terminals as usize],
            order: vec![],
        };
        let mut seen = vec![false; self.hubs as usize];
        let mut queue = VecDeque::new();
        for root in roots {
            if forest.reach(root.0, root.0, None) {
                queue.push_back(root.0);
            }
        }
        while let Some(at) = queue.pop_front() {
            if stop(Terminal(at)) {
                break;
            }
            for (next, edge) in self.around(at) {
                if !allow(edge.by) {
                    continue;
                }
                if next < self.terminals {
                    if forest.reach(next, at, Some(edge.by)) {
                        queue.push_back(next);
                    }
                } else if !std::mem::replace(&mut seen[(next - self.terminals) as usize], true) {
                    for (far, edge) in self.around(next) {
                        if forest.reach(far, at, Some(edge.by)) {
                            queue.push_back(far);
                        }
                    }
                }
            }
        }
        forest
    }
}

/// Shortest ways from some roots, as parents.
pub struct Forest {
    /// By terminal: its parent plus one; zero where nothing leads.
    parent: Vec<u32>,
    /// By terminal: its place in `order`.
    slot: Vec<u32>,
    /// By place in `order`: how it was reached.
    by: Vec<Option<Link>>,
    /// Terminals, nearest first.
    order: Vec<Terminal>,
}

impl Forest {
    fn reach(&mut self, at: u32, from: u32, by: Option<Link>) -> bool {
        if self.parent[at as usize] != 0 {
            return false;
        }
        self.parent[at as usize] = from + 1;
        self.slot[at as usize] = u32::try_from(self.order.len()).expect("terminals are bounded");
        self.by.push(by);
        self.order.push(Terminal(at));
        true
    }

    /// Terminals, nearest first.
    pub fn order(&self) -> &[Terminal] {
        &self.order
    }

    /// The last hop of the way to a terminal; none for a root and where nothing leads.
    pub fn last(&self, to: Terminal) -> Option<Hop> {
        let from = self.parent[to.0 as usize].checked_sub(1)?;
        let by = self.by[self.slot[to.0 as usize] as usize]?;
        Some(Hop { from: Terminal(from), to, by })
    }

    /// The way from the nearest root.
    pub fn path(&self, to: Terminal) -> Option<Vec<Hop>> {
        if self.parent[to.0 as usize] == 0 {
            return None;
        }
        let mut hops = Vec::new();
        let mut at = to;
        while let Some(hop) = self.last(at) {
            hops.push(hop);
            at = hop.from;
        }
        hops.reverse();
        Some(hops)
    }
}
