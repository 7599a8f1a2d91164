//! The depth-first tree from all roots at once, numbered so that what any edge or node takes is one range.

use std::ops::Range;

use super::{Index, NONE, length};

/// What one set of roots feeds. Every vector below is by *number*: 0 is the source behind the roots, then depth first.
pub struct Feed {
    /// Needs that no root reaches with everything in place, as indices in the list that was given, ascending.
    pub dark: Vec<u32>,
    /// The other needs, as indices in that list; any single fault takes neighbours.
    pub order: Vec<u32>,
    /// The node that has a number; [`NONE`] for the source.
    pub(super) node: Vec<u32>,
    pub(super) parent: Vec<u32>,
    /// The edge to the parent; [`NONE`] where that is the source, which nothing can cut off.
    pub(super) via: Vec<u32>,
    /// How many numbers stand below, itself included: what is below a number is a range from it.
    pub(super) size: Vec<u32>,
    /// The topmost number that an edge from below reaches; its own number if none leads further up.
    pub(super) low: Vec<u32>,
    /// How many of the numbers right after it hang on this node alone.
    pub(super) separated: Vec<u32>,
    /// Edges outside the tree; all lead up.
    pub(super) back: Vec<Back>,
    /// By number: how many needs stand before it; one more at the end.
    before: Vec<u32>,
}

/// An edge outside the tree.
#[derive(Clone, Copy)]
pub(super) struct Back {
    pub from: u32,
    /// An ancestor of `from`; 0 where `from` is one more root.
    pub to: u32,
    /// [`NONE`] where it leads to the source.
    pub edge: u32,
}

impl Feed {
    /// All numbers but the source.
    pub(super) fn numbers(&self) -> Range<u32> {
        1..length(&self.node)
    }

    /// The numbers below one, itself included.
    pub(super) fn below(&self, at: u32) -> Range<u32> {
        at..at + self.size[at as usize]
    }

    /// Numbers as a range of [`Feed::order`].
    pub(super) fn needs(&self, numbers: Range<u32>) -> Range<u32> {
        self.before[numbers.start as usize]..self.before[numbers.end as usize]
    }
}

/// Walks from the roots. `needs` may name a node twice: each entry is a need of its own.
///
/// # Panics
/// Where a root or a need is no node of the graph.
pub fn feed(index: &mut Index, roots: &[u32], needs: &[u32]) -> Feed {
    let mut feed = walk(index, roots);
    feed.propagate();
    let number = feed.renumber();
    for node in &feed.node[1..] {
        let entry = &mut index.number[*node as usize];
        *entry = number[*entry as usize];
    }
    feed.place(index, needs);
    for node in &feed.node[1..] {
        index.number[*node as usize] = 0;
    }
    feed
}

/// The tree in order of discovery; `low` knows each node's own edges only.
fn walk(index: &mut Index, roots: &[u32]) -> Feed {
    let mut feed = Feed {
        dark: Vec::new(),
        order: Vec::new(),
        node: vec![NONE],
        parent: vec![0],
        via: vec![NONE],
        size: Vec::new(),
        low: vec![0],
        separated: Vec::new(),
        back: Vec::new(),
        before: Vec::new(),
    };
    let Index { starts, links, number } = index;
    for root in roots {
        number[*root as usize] = NONE;
    }
    // A number, and the next of its node's links.
    let mut stack: Vec<[u32; 2]> = Vec::new();
    for root in roots {
        if number[*root as usize] != NONE {
            continue;
        }
        number[*root as usize] = feed.discover(*root, 0, NONE);
        stack.push([number[*root as usize], starts[*root as usize]]);
        while let Some([here, next]) = stack.last_mut() {
            let here = *here;
            let node = feed.node[here as usize];
            if *next == starts[node as usize + 1] {
                stack.pop();
                continue;
            }
            let [there, edge] = links[*next as usize];
            *next += 1;
            let met = number[there as usize];
            if met == 0 || met == NONE {
                let found = feed.discover(there, here, edge);
                number[there as usize] = found;
                if met == NONE {
                    feed.lead_back(Back { from: found, to: 0, edge: NONE });
                }
                stack.push([found, starts[there as usize]]);
            } else if met < here && edge != feed.via[here as usize] {
                feed.lead_back(Back { from: here, to: met, edge });
            }
        }
    }
    feed
}

impl Feed {
    fn discover(&mut self, node: u32, parent: u32, via: u32) -> u32 {
        let number = length(&self.node);
        self.node.push(node);
        self.parent.push(parent);
        self.via.push(via);
        self.low.push(number);
        number
    }

    fn lead_back(&mut self, back: Back) {
        let low = &mut self.low[back.from as usize];
        *low = (*low).min(back.to);
        self.back.push(back);
    }

    /// Fills `size`, `low` and `separated`, from the leaves up.
    fn propagate(&mut self) {
        self.size = vec![1; self.node.len()];
        self.separated = vec![0; self.node.len()];
        for at in self.numbers().rev() {
            let (at, parent) = (at as usize, self.parent[at as usize]);
            let above = parent as usize;
            self.size[above] += self.size[at];
            self.low[above] = self.low[above].min(self.low[at]);
            if self.low[at] >= parent {
                self.separated[above] += self.size[at];
            }
        }
    }

    /// Numbers again, below each node first what hangs on it alone. Returns the number that each number became.
    fn renumber(&mut self) -> Vec<u32> {
        let mut becomes = vec![0; self.node.len()];
        // By old number: the next free number for a child that hangs on it alone, and for one that does not.
        let mut alone = vec![1; self.node.len()];
        let mut other = vec![1 + self.separated[0]; self.node.len()];
        for at in self.numbers() {
            let (at, parent) = (at as usize, self.parent[at as usize]);
            let hangs = if self.low[at] >= parent { &mut alone } else { &mut other };
            let number = hangs[parent as usize];
            hangs[parent as usize] += self.size[at];
            becomes[at] = number;
            alone[at] = number + 1;
            other[at] = number + 1 + self.separated[at];
        }
        let place = |old: &[u32], to: &mut Vec<u32>| {
            for (number, value) in becomes.iter().zip(old) {
                to[*number as usize] = *value;
            }
        };
        // The two scratch vectors take turns with the five that move.
        let mut spare = alone;
        drop(other);
        for moved in [&mut self.node, &mut self.via, &mut self.size, &mut self.separated] {
            place(moved, &mut spare);
            std::mem::swap(moved, &mut spare);
        }
        for moved in [&mut self.parent, &mut self.low] {
            for value in moved.iter_mut() {
                *value = becomes[*value as usize];
            }
            place(moved, &mut spare);
            std::mem::swap(moved, &mut spare);
        }
        for back in &mut self.back {
            back.from = becomes[back.from as usize];
            back.to = becomes[back.to as usize];
        }
        becomes
    }

    fn place(&mut self, index: &Index, needs: &[u32]) {
        let mut before = vec![0; self.node.len() + 1];
        for (need, node) in (0u32..).zip(needs) {
            match index.number[*node as usize] {
                0 => self.dark.push(need),
                number => before[number as usize] += 1,
            }
        }
        let mut sum = 0;
        for count in &mut before {
            sum += *count;
            *count = sum;
        }
        self.order = vec![0; sum as usize];
        for (need, node) in (0..length(needs)).zip(needs).rev() {
            let number = index.number[*node as usize];
            if number != 0 {
                let start = &mut before[number as usize];
                *start -= 1;
                self.order[*start as usize] = need;
            }
        }
        self.before = before;
    }
}
