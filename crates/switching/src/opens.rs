//! Opens: which needs lose all their roots when a wire breaks, a terminal loosens, two wires break, or a device is taken out.
//!
//! Power seen as an undirected graph: a *root* is a terminal of the source that feeds, a *need* is an end of a load. One
//! depth-first tree from all roots at once ([`feed()`]) answers for every fault; no fault is tried. What any fault takes
//! stands together in [`Feed::order`], so that answers are ranges and stay linear in the graph, also where their pairs
//! are not. Linear in what the roots reach, without recursion.

mod crossings;
mod feed;
mod groups;
mod pairs;

use std::ops::Range;

pub use feed::{Feed, feed};
pub use groups::{Group, Groups, groups};
pub use pairs::{Class, Cut, Pairs, pairs};

/// What no edge and no node has as its number.
const NONE: u32 = u32::MAX;

/// How many there are.
fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).expect("nodes, edges and needs are counted in 32 bits")
}

/// Undirected, with loops and parallel edges as they come.
#[derive(Clone, Copy, Debug)]
pub struct Graph<'a> {
    /// How many nodes; below `u32::MAX`.
    pub nodes: u32,
    /// The ends of each edge.
    pub edges: &'a [[u32; 2]],
}

/// A graph prepared for many feeds: each costs what its roots reach, not what the graph holds.
pub struct Index {
    /// By node: where its links start; one more at the end.
    starts: Vec<u32>,
    /// The node at the other end, the edge.
    links: Vec<[u32; 2]>,
    /// By node: its number in a tree. All 0 between calls.
    number: Vec<u32>,
}

impl Index {
    /// # Panics
    /// Where an edge ends at a node that is not below [`Graph::nodes`].
    pub fn new(graph: Graph<'_>) -> Self {
        let nodes = graph.nodes as usize;
        let mut starts = vec![0u32; nodes + 1];
        for end in graph.edges.iter().flatten() {
            starts[*end as usize] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut links = vec![[0, 0]; sum as usize];
        for (edge, ends) in (0..length(graph.edges)).zip(graph.edges).rev() {
            for (here, there) in [(ends[0], ends[1]), (ends[1], ends[0])] {
                let start = &mut starts[here as usize];
                *start -= 1;
                links[*start as usize] = [there, edge];
            }
        }
        Self { starts, links, number: vec![0; nodes] }
    }
}

/// A fault that takes needs by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Single {
    /// The edge that opens, or the node that is taken out.
    pub at: u32,
    /// Whose needs are lost: a range of [`Feed::order`], never empty.
    pub lost: Range<u32>,
}

/// Every edge without which some need has no root, in the tree's order.
pub fn single(feed: &Feed) -> Vec<Single> {
    let edge = |at: u32| Single { at: feed.via[at as usize], lost: feed.needs(feed.below(at)) };
    let bridge = |at: &u32| feed.low[*at as usize] == *at && feed.via[*at as usize] != NONE;
    feed.numbers().filter(bridge).map(edge).filter(|single| !single.lost.is_empty()).collect()
}

/// Every node without which some need has no root, in the tree's order. What a node takes includes the needs at itself.
pub fn points(feed: &Feed) -> Vec<Single> {
    let node =
        |at: u32| Single { at: feed.node[at as usize], lost: feed.needs(at..at + 1 + feed.separated[at as usize]) };
    feed.numbers().map(node).filter(|single| !single.lost.is_empty()).collect()
}

#[cfg(test)]
mod tests;
