//! Small systems: an elimination whose every step is laid out beforehand, so that factoring is one walk along a list.
//!
//! Unknowns go by least degree. Nothing is permuted: a step names its unknowns as the system does.

use crate::factor::Indefinite;

/// Most unknowns. Neighbours are sets of bits, one row of words an unknown.
const UNKNOWNS: usize = 256;

/// Most updates of a step by another; above it blocks of columns pay, and those are faer's.
const UPDATES: usize = 40_000;

/// Numbers stand as: the diagonal by unknown, then what is below it, step by step.
#[derive(Debug)]
pub(crate) struct Elimination {
    /// Unknowns in the order in which they go.
    order: Vec<u32>,
    /// Unknown → its step.
    step: Vec<u32>,
    /// Step → where its neighbours begin.
    start: Vec<u32>,
    /// Neighbours of each unknown when it goes, ascending.
    rows: Vec<u32>,
    /// For each step and each two of its neighbours (last first, the second from the first on): the number they meet at.
    targets: Vec<u32>,
}

/// Who neighbours whom among the unknowns that are left.
struct Graph {
    words: usize,
    near: Vec<u64>,
    degree: Vec<u32>,
    gone: Vec<bool>,
    /// Unknowns of at most two neighbours; some of them stale.
    slight: Vec<u32>,
}

impl Graph {
    fn new(size: usize, pairs: &[[u32; 2]]) -> Self {
        let words = size.div_ceil(64);
        let mut near = vec![0u64; size * words];
        for &[a, b] in pairs {
            let [a, b] = [a as usize, b as usize];
            if a != b && a.max(b) < size {
                near[a * words + b / 64] |= 1 << (b % 64);
                near[b * words + a / 64] |= 1 << (a % 64);
            }
        }
        let degree: Vec<u32> = near.chunks_exact(words.max(1)).map(ones).collect();
        let slight = (0..count(size)).rev().filter(|&at| degree[at as usize] <= 2).collect();
        Self { words, near, degree, gone: vec![false; size], slight }
    }

    /// Who goes next: one of at most two neighbours, or the first of the fewest.
    fn next(&mut self) -> usize {
        while let Some(at) = self.slight.pop() {
            if !self.gone[at as usize] && self.degree[at as usize] <= 2 {
                return at as usize;
            }
        }
        let left = (0..self.degree.len()).filter(|&at| !self.gone[at]);
        left.min_by_key(|&at| self.degree[at]).expect("as many are asked for as there are")
    }

    /// Takes an unknown out and joins its neighbours, which are appended to `rows`.
    fn take(&mut self, at: usize, rows: &mut Vec<u32>) {
        let words = self.words;
        let row: Vec<u64> = self.near[at * words..(at + 1) * words].to_vec();
        self.gone[at] = true;
        for (word, &bits) in (0u32..).zip(&row) {
            let mut left = bits;
            while left != 0 {
                let near = word * 64 + left.trailing_zeros();
                left &= left - 1;
                rows.push(near);
                let own = near as usize;
                let joined = &mut self.near[own * words..(own + 1) * words];
                joined.iter_mut().zip(&row).for_each(|(joined, bits)| *joined |= bits);
                joined[at / 64] &= !(1 << (at % 64));
                joined[own / 64] &= !(1 << (own % 64));
                self.degree[own] = ones(joined);
                if self.degree[own] <= 2 {
                    self.slight.push(near);
                }
            }
        }
    }
}

fn ones(words: &[u64]) -> u32 {
    words.iter().map(|word| word.count_ones()).sum()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("small systems have few numbers")
}

impl Elimination {
    /// Orders the unknowns of a system of `size` with these pairs of neighbours; `None` where it is too large or fills too much.
    pub(crate) fn new(size: usize, pairs: &[[u32; 2]]) -> Option<Self> {
        if size > UNKNOWNS {
            return None;
        }
        let mut graph = Graph::new(size, pairs);
        let mut made = Self {
            order: Vec::with_capacity(size),
            step: vec![0; size],
            start: Vec::with_capacity(size + 1),
            rows: Vec::with_capacity(2 * size),
            targets: Vec::new(),
        };
        let mut updates = 0;
        for step in 0..size {
            let at = graph.next();
            made.order.push(count(at));
            made.step[at] = count(step);
            made.start.push(count(made.rows.len()));
            let from = made.rows.len();
            graph.take(at, &mut made.rows);
            let width = made.rows.len() - from;
            updates += width * (width + 1) / 2;
            if updates > UPDATES {
                return None;
            }
        }
        made.start.push(count(made.rows.len()));
        made.targets.reserve_exact(updates);
        for step in 0..size {
            let rows = made.start[step] as usize..made.start[step + 1] as usize;
            for first in rows.clone().rev() {
                for second in rows.start..=first {
                    let target = made.position(made.rows[first], made.rows[second]);
                    made.targets.push(target);
                }
            }
        }
        Some(made)
    }

    /// How many numbers there are.
    pub(crate) fn entries(&self) -> usize {
        self.order.len() + self.rows.len()
    }

    /// Where the number of two neighbours, or of an unknown and itself, stands.
    pub(crate) fn position(&self, a: u32, b: u32) -> u32 {
        if a == b {
            return a;
        }
        let [step_a, step_b] = [a, b].map(|at| self.step[at as usize]);
        let (step, other) = if step_a < step_b { (step_a, b) } else { (step_b, a) };
        let from = self.start[step as usize];
        let rows = &self.rows[from as usize..self.start[step as usize + 1] as usize];
        let found = rows.binary_search(&other).expect("neighbours stay neighbours");
        count(self.order.len()) + from + count(found)
    }

    /// Factors in place into `L D Lᵀ`, with one over `D` on the diagonal.
    pub(crate) fn factor(&self, numbers: &mut [f64]) -> Result<(), Indefinite> {
        let (diagonal, below) = numbers.split_at_mut(self.order.len());
        let size = diagonal.len();
        let mut targets = self.targets.as_slice();
        for (&at, range) in self.order.iter().zip(self.start.windows(2)) {
            let pivot = diagonal[at as usize];
            if !(pivot > 0.0 && pivot.is_finite()) {
                return Err(Indefinite);
            }
            let over = 1.0 / pivot;
            diagonal[at as usize] = over;
            let [from, to] = [range[0] as usize, range[1] as usize];
            for first in (from..to).rev() {
                let share = below[first] * over;
                let (now, rest) = targets.split_at(first - from + 1);
                targets = rest;
                // The last target is the neighbour's own diagonal; the others stand below it.
                let (own, others) = now.split_last().expect("a neighbour meets itself");
                for (&target, second) in others.iter().zip(from..) {
                    below[target as usize - size] -= share * below[second];
                }
                diagonal[*own as usize] -= share * below[first];
                below[first] = share;
            }
        }
        Ok(())
    }

    /// Solves with such a factor, in place.
    pub(crate) fn solve(&self, numbers: &[f64], right: &mut [f64]) {
        let (diagonal, below) = numbers.split_at(self.order.len());
        let steps = || self.order.iter().zip(self.start.windows(2));
        for (&at, range) in steps() {
            let range = range[0] as usize..range[1] as usize;
            let own = right[at as usize];
            for (&row, share) in self.rows[range.clone()].iter().zip(&below[range]) {
                right[row as usize] -= share * own;
            }
        }
        for (&at, range) in steps().rev() {
            let range = range[0] as usize..range[1] as usize;
            let mut own = right[at as usize] * diagonal[at as usize];
            for (&row, share) in self.rows[range.clone()].iter().zip(&below[range]) {
                own -= share * right[row as usize];
            }
            right[at as usize] = own;
        }
    }
}
