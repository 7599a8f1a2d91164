//! Two edges at once: pairs that take needs although neither edge alone takes any.
//!
//! Two edges of the tree that are no bridges are such a cut exactly if the same edges outside the tree lead past both;
//! then one stands below the other, and what lies between is lost. Equal sets are told by two numbers: how many
//! edges lead past, and the lowest place that they lead to. With one edge outside the tree, that edge is of the class too.

use std::ops::Range;

use super::feed::{Back, Feed};
use super::{NONE, length};

/// All pairs, by class.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pairs {
    /// Any two edges of a class cut something off.
    pub classes: Vec<Class>,
    /// The edges of all classes.
    pub cuts: Vec<Cut>,
}

/// Edges around one ring: opening any two parts it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Class {
    /// A range of [`Pairs::cuts`], at least two, from the roots on.
    pub cuts: Range<u32>,
    /// How many pairs take at least one need; never 0.
    pub pairs: u64,
}

/// An edge of a class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut {
    /// Which.
    pub edge: u32,
    /// The needs on its far side, a range of [`Feed::order`]; it holds the ranges of the later edges of its class.
    pub far: Range<u32>,
}

impl Pairs {
    /// The edges of a class, from the roots on.
    pub fn edges(&self, class: &Class) -> &[Cut] {
        &self.cuts[class.cuts.start as usize..class.cuts.end as usize]
    }

    /// How many pairs there are.
    pub fn count(&self) -> u64 {
        self.classes.iter().map(|class| class.pairs).sum()
    }
}

impl Cut {
    /// What is lost with a later edge of the same class: two ranges of [`Feed::order`]. Both are empty where no need
    /// stands between the two edges.
    pub fn lost(&self, later: &Self) -> [Range<u32>; 2] {
        [self.far.start..later.far.start, later.far.end..self.far.end]
    }
}

/// Every pair of edges that takes needs together, and none alone; in the tree's order.
pub fn pairs(feed: &Feed) -> Pairs {
    let passing = Passing::of(feed);
    let mut pairs = Pairs::default();
    passing.each_class(feed, |class| pairs.close(feed, &passing, class));
    pairs
}

impl Pairs {
    /// Takes a class of the tree's edges, given by the numbers below them, unless no pair of it takes anything.
    fn close(&mut self, feed: &Feed, passing: &Passing, class: &[u32]) {
        let [first, last] = [class.first(), class.last()].map(|at| *at.expect("a class has an edge"));
        let far = |at: u32| feed.needs(feed.below(at));
        let beside = passing.only(feed, last);
        let kept = if beside == NONE { far(last).len() } else { 0 };
        if far(first).len() == kept {
            return;
        }
        let start = length(&self.cuts);
        self.cuts.extend(class.iter().map(|at| Cut { edge: feed.via[*at as usize], far: far(*at) }));
        if beside != NONE {
            let end = far(last).start;
            self.cuts.push(Cut { edge: beside, far: end..end });
        }
        let pairs = taking(&self.cuts[start as usize..]);
        self.classes.push(Class { cuts: start..length(&self.cuts), pairs });
    }
}

/// How many pairs of a class have a need between them.
fn taking(cuts: &[Cut]) -> u64 {
    let two = |of: u64| of * (of - 1) / 2;
    let idle: u64 = cuts.chunk_by(|a, b| a.far == b.far).map(|alike| two(alike.len() as u64)).sum();
    two(cuts.len() as u64) - idle
}

/// By number: what leads past the edge to its parent.
struct Passing {
    /// How many edges.
    count: Vec<u32>,
    /// The lowest place that one of them leads to; [`NONE`] at a bridge.
    reaches: Vec<u32>,
    /// Which of [`Feed::back`] leads there.
    by: Vec<u32>,
}

impl Passing {
    fn of(feed: &Feed) -> Self {
        let numbers = feed.node.len();
        let mut passing = Self { count: vec![0; numbers], reaches: vec![NONE; numbers], by: vec![NONE; numbers] };
        for Back { from, to, .. } in &feed.back {
            let count = &mut passing.count;
            count[*from as usize] = count[*from as usize].wrapping_add(1);
            count[*to as usize] = count[*to as usize].wrapping_sub(1);
        }
        for at in feed.numbers().rev() {
            let above = feed.parent[at as usize] as usize;
            passing.count[above] = passing.count[above].wrapping_add(passing.count[at as usize]);
        }
        // From the lowest place up, so that what is reached first is lowest; `next` leads past what is done.
        let mut next: Vec<u32> = (0..length(&feed.node)).collect();
        for index in sorted(numbers, feed.back.iter().map(|back| back.to)).into_iter().rev() {
            let Back { from, to, .. } = feed.back[index as usize];
            let mut at = find(&mut next, from);
            while at > to {
                passing.reaches[at as usize] = to;
                passing.by[at as usize] = index;
                next[at as usize] = feed.parent[at as usize];
                at = find(&mut next, at);
            }
        }
        passing
    }

    /// The only edge outside the tree that leads past; [`NONE`] if there are several, or it is no edge of the graph.
    fn only(&self, feed: &Feed, at: u32) -> u32 {
        if self.count[at as usize] == 1 { feed.back[self.by[at as usize] as usize].edge } else { NONE }
    }

    /// Gives each list of numbers whose edges have the same edges leading past, from the top down.
    fn each_class(&self, feed: &Feed, mut class: impl FnMut(&[u32])) {
        let cuttable: Vec<u32> =
            feed.numbers().filter(|at| self.count[*at as usize] > 0 && feed.via[*at as usize] != NONE).collect();
        let place = |at: u32| self.reaches[at as usize];
        let order = sorted(feed.node.len(), cuttable.iter().map(|at| place(*at)));
        let mut order: Vec<u32> = order.into_iter().map(|index| cuttable[index as usize]).collect();
        for alike in order.chunk_by_mut(|a, b| place(*a) == place(*b)) {
            alike.sort_by_key(|at| self.count[*at as usize]);
            let same =
                |a: &u32, b: &u32| self.count[*a as usize] == self.count[*b as usize] && feed.below(*a).contains(b);
            alike.chunk_by(same).for_each(&mut class);
        }
    }
}

/// The positions of keys below `bound`, by key, equal keys as they came.
fn sorted(bound: usize, keys: impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + Clone) -> Vec<u32> {
    let mut ends = vec![0u32; bound];
    let mut order = vec![0; keys.len()];
    for key in keys.clone() {
        ends[key as usize] += 1;
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    for (position, key) in (0..length(&order)).zip(keys).rev() {
        ends[key as usize] -= 1;
        order[ends[key as usize] as usize] = position;
    }
    order
}

/// The first that is not done, from one on upwards.
fn find(next: &mut [u32], mut at: u32) -> u32 {
    while next[at as usize] != at {
        let over = next[next[at as usize] as usize];
        next[at as usize] = over;
        at = over;
    }
    at
}
