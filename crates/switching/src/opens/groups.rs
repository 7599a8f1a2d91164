//! Several nodes taken out at once: a dead device, a board pulled from its sockets.
//!
//! Taking k nodes out leaves the tree in pieces, one for each child of such a node and one at the source. Edges outside
//! the tree lead from a piece only to pieces above it, so that few questions ("does any edge lead from here to there?")
//! say which pieces still hang together. Exact; the work is pieces times the nodes taken out above each.

use std::ops::Range;

use super::crossings::Crossings;
use super::feed::Feed;
use super::{Index, NONE, length};

/// What every group takes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Groups {
    /// Groups that take at least one need, in the order given.
    pub lost: Vec<Group>,
    /// The ranges of all groups, each of [`Feed::order`].
    pub ranges: Vec<Range<u32>>,
    /// Groups that needed more work than one may have, in the order given; of these nothing is known.
    pub open: Vec<u32>,
}

/// A group that takes needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Its position in the list that was given.
    pub group: u32,
    /// A range of [`Groups::ranges`], which ascend and do not touch.
    pub ranges: Range<u32>,
}

impl Groups {
    /// What a group takes, as ranges of [`Feed::order`].
    pub fn of(&self, group: &Group) -> &[Range<u32>] {
        &self.ranges[group.ranges.start as usize..group.ranges.end as usize]
    }
}

/// What is lost without all nodes of a group, for each group by itself; needs at these nodes are lost.
///
/// `limit` bounds the work for one group, counted in pieces and in questions about edges.
///
/// # Panics
/// Where a group names what is no node of the graph that the feed was made from.
pub fn groups(index: &mut Index, feed: &Feed, groups: &[impl AsRef<[u32]>], limit: u64) -> Groups {
    for number in feed.numbers() {
        index.number[feed.node[number as usize] as usize] = number;
    }
    let crossings = Crossings::of(feed);
    let mut answer = Groups::default();
    for (position, group) in (0u32..).zip(groups) {
        let group = group.as_ref().iter();
        let mut taken: Vec<u32> = group.map(|node| index.number[*node as usize]).filter(|at| *at != 0).collect();
        if taken.is_empty() {
            continue;
        }
        taken.sort_unstable();
        taken.dedup();
        let mut pieces =
            Pieces { feed, crossings: &crossings, list: vec![Piece::source()], taken: Vec::new(), work: 0 };
        let Some(lost) = pieces.lost(&taken, limit) else {
            answer.open.push(position);
            continue;
        };
        let start = length(&answer.ranges);
        answer.ranges.extend(lost);
        let ranges = start..length(&answer.ranges);
        if !ranges.is_empty() {
            answer.lost.push(Group { group: position, ranges });
        }
    }
    for node in &feed.node[1..] {
        index.number[*node as usize] = 0;
    }
    answer
}

/// A connected part of the tree without the nodes taken out.
struct Piece {
    /// Its topmost number.
    top: u32,
    /// Which of [`Pieces::taken`] is its parent.
    under: u32,
    /// Nodes taken out whose parents are in it.
    holes: Vec<u32>,
    /// Union-find: a piece that this one hangs together with.
    with: u32,
}

impl Piece {
    fn source() -> Self {
        Self { top: 0, under: NONE, holes: Vec::new(), with: 0 }
    }
}

/// A node taken out.
struct Taken {
    number: u32,
    /// The next one above; [`NONE`] if there is none.
    over: u32,
    /// The piece of its parent; [`NONE`] if that is taken out too.
    piece: u32,
    /// The pieces below it, a range of [`Pieces::list`].
    pieces: Range<u32>,
}

struct Pieces<'a> {
    feed: &'a Feed,
    crossings: &'a Crossings,
    list: Vec<Piece>,
    taken: Vec<Taken>,
    work: u64,
}

impl Pieces<'_> {
    /// What is lost, ascending; nothing if the work runs out.
    fn lost(&mut self, numbers: &[u32], limit: u64) -> Option<Vec<Range<u32>>> {
        let mut over: Vec<u32> = Vec::new();
        for (position, number) in (0u32..).zip(numbers) {
            while over.last().is_some_and(|last| !self.feed.below(numbers[*last as usize]).contains(number)) {
                over.pop();
            }
            self.take(*number, over.last().copied(), numbers);
            over.push(position);
            if self.work > limit {
                return None;
            }
        }
        for piece in 1..self.list.len() {
            self.tie(piece);
            if self.work > limit {
                return None;
            }
        }
        Some(self.collect())
    }

    fn take(&mut self, number: u32, over: Option<u32>, numbers: &[u32]) {
        let position = length(&self.taken);
        let piece = match over {
            None => 0,
            Some(over) if self.feed.parent[number as usize] == self.taken[over as usize].number => NONE,
            Some(over) => {
                let Range { start, end } = self.taken[over as usize].pieces;
                let below = &self.list[start as usize..end as usize];
                start + u32::try_from(below.partition_point(|piece| piece.top < number)).expect("a part of a list") - 1
            }
        };
        if piece != NONE {
            self.list[piece as usize].holes.push(number);
        }
        let start = length(&self.list);
        let Range { start: mut child, end } = self.feed.below(number);
        child += 1;
        while child < end {
            self.work += 1;
            if numbers.binary_search(&child).is_err() {
                let with = length(&self.list);
                self.list.push(Piece { top: child, under: position, holes: Vec::new(), with });
            }
            child += self.feed.size[child as usize];
        }
        let pieces = start..length(&self.list);
        self.taken.push(Taken { number, over: over.unwrap_or(NONE), piece, pieces });
    }

    /// Unites a piece with the pieces above that edges lead to.
    fn tie(&mut self, piece: usize) {
        let feed = self.feed;
        let top = self.list[piece].top;
        let mut at = self.list[piece].under;
        while let Some(Taken { number, over, piece: above, .. }) = self.taken.get(at as usize) {
            let (number, over, above) = (*number, *over, *above);
            at = over;
            if feed.low[top as usize] >= number {
                continue;
            }
            if above == NONE {
                continue;
            }
            let start = self.taken.get(over as usize).map_or(0, |over| over.number + 1);
            let target = start..number;
            let holes = &self.list[piece].holes;
            self.work += 1 + holes.len() as u64;
            let crossing = |at: u32| self.crossings.count(&feed.below(at), &target);
            let joined = if over == NONE && holes.is_empty() {
                true
            } else {
                crossing(top) > holes.iter().map(|hole| crossing(*hole)).sum()
            };
            if joined {
                let [a, b] = [self.find(piece), self.find(above as usize)];
                self.list[a.max(b)].with = u32::try_from(a.min(b)).expect("pieces are numbered in 32 bits");
            }
        }
    }

    fn find(&mut self, mut piece: usize) -> usize {
        while self.list[piece].with as usize != piece {
            let next = self.list[self.list[piece].with as usize].with;
            self.list[piece].with = next;
            piece = next as usize;
        }
        piece
    }

    fn collect(&mut self) -> Vec<Range<u32>> {
        let feed = self.feed;
        let mut ranges: Vec<Range<u32>> =
            self.taken.iter().map(|taken| feed.needs(taken.number..taken.number + 1)).collect();
        for piece in 1..self.list.len() {
            if self.find(piece) == 0 {
                continue;
            }
            let Range { mut start, end } = feed.below(self.list[piece].top);
            for hole in &self.list[piece].holes {
                let hole = feed.below(*hole);
                ranges.push(feed.needs(start..hole.start));
                start = hole.end;
            }
            ranges.push(feed.needs(start..end));
        }
        ranges.retain(|range| !range.is_empty());
        ranges.sort_unstable_by_key(|range| range.start);
        ranges.dedup_by(|next, last| {
            let touches = last.end == next.start;
            if touches {
                last.end = next.end;
            }
            touches
        });
        ranges
    }
}
