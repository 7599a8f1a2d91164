//! Edges outside the tree as points (from, to), and whether any lies in a rectangle: a wavelet matrix.

use std::ops::Range;

use super::feed::Feed;

/// Points of a feed's tree.
pub(super) struct Crossings {
    /// By number: how many edges start before it; one more at the end.
    starts: Vec<u32>,
    /// From the highest bit of `to` down.
    levels: Vec<Level>,
}

/// One bit of every point, in the order that the higher bits leave.
struct Level {
    words: Vec<u64>,
    /// By word: ones before it.
    ranks: Vec<u32>,
    zeros: u32,
}

impl Crossings {
    pub fn of(feed: &Feed) -> Self {
        let mut starts = vec![0u32; feed.node.len() + 1];
        for back in &feed.back {
            starts[back.from as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut points = vec![0u32; feed.back.len()];
        for back in &feed.back {
            let place = &mut next[back.from as usize];
            points[*place as usize] = back.to;
            *place += 1;
        }
        let bits = usize::BITS - feed.node.len().leading_zeros();
        let mut levels = Vec::new();
        for bit in (0..bits).rev() {
            let one = |point: &u32| point >> bit & 1 == 1;
            levels.push(Level::of(points.iter().map(one)));
            let (ones, zeros): (Vec<u32>, Vec<u32>) = points.iter().partition(|point| one(point));
            points = zeros;
            points.extend(ones);
        }
        Self { starts, levels }
    }

    /// How many edges lead from numbers of one range to numbers of the other.
    pub fn count(&self, from: &Range<u32>, to: &Range<u32>) -> u32 {
        let (start, end) = (self.starts[from.start as usize], self.starts[from.end as usize]);
        self.below(start, end, to.end) - self.below(start, end, to.start)
    }

    /// How many points of a range of positions lead below a number.
    fn below(&self, mut start: u32, mut end: u32, bound: u32) -> u32 {
        let mut below = 0;
        for (bit, level) in (0..self.levels.len()).rev().zip(&self.levels) {
            let ones = [level.ones(start), level.ones(end)];
            let zeros = [start - ones[0], end - ones[1]];
            if bound >> bit & 1 == 1 {
                below += zeros[1] - zeros[0];
                [start, end] = ones.map(|ones| level.zeros + ones);
            } else {
                [start, end] = zeros;
            }
        }
        below
    }
}

impl Level {
    fn of(bits: impl ExactSizeIterator<Item = bool>) -> Self {
        let length = bits.len();
        let mut words = vec![0u64; length / 64 + 1];
        for (position, bit) in bits.enumerate() {
            words[position / 64] |= u64::from(bit) << (position % 64);
        }
        let mut sum = 0;
        let mut ranks = Vec::with_capacity(words.len());
        for word in &words {
            ranks.push(sum);
            sum += word.count_ones();
        }
        Self { words, ranks, zeros: u32::try_from(length).expect("edges are counted in 32 bits") - sum }
    }

    /// How many ones stand before a position.
    fn ones(&self, position: u32) -> u32 {
        let (word, bit) = (position as usize / 64, position % 64);
        self.ranks[word] + (self.words[word] & ((1 << bit) - 1)).count_ones()
    }
}
