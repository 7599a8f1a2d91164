//! One tree over every net that a live source stands on: what hangs below each joint, and which joints lie on a loop together.

use model::{Build, Terminal};

use super::pieces::Pieces;
use crate::potentials::{Potentials, SourceRef};

/// No joint, no piece, no tree.
pub(super) const NONE: u32 = u32::MAX;

/// How many converters in a row behind outlets that are off at rest are followed.
const MOST_ROUNDS: usize = 16;

/// A net that a live DC source stands on.
#[derive(Clone, Copy)]
pub(super) struct Root {
    /// The first source, and whether it is its plus.
    pub source: SourceRef,
    pub plus: bool,
    pub at: Terminal,
}

pub(super) struct Tree {
    /// One a net.
    pub roots: Vec<Root>,
    /// By piece: index in `roots`, or [`NONE`].
    pub root: Vec<u32>,
    /// By piece: the joint towards the root, or [`NONE`].
    pub up: Vec<u32>,
    /// Pieces, parents before what hangs on them.
    pub order: Vec<u32>,
    /// By piece: its place in `order`, and one past the last place below it.
    span: Vec<[u32; 2]>,
    /// By joint: zero for one without which its far side is cut off; equal for joints that cut a loop twice.
    pub label: Vec<u64>,
}

/// Trees from the sources that live at rest, then from those which live once every outlet is on.
pub(super) fn grow(build: &Build, pieces: &Pieces, potentials: &Potentials) -> Tree {
    let count = pieces.count as usize;
    let mut tree = Tree {
        roots: Vec::new(),
        root: vec![NONE; count],
        up: vec![NONE; count],
        order: Vec::new(),
        span: vec![[0, 0]; count],
        label: vec![0; pieces.joints.len()],
    };
    let mut known: std::collections::BTreeSet<SourceRef> = potentials.live().iter().copied().collect();
    let mut round = potentials.live().to_vec();
    for _ in 0..MOST_ROUNDS {
        for &source in &round {
            let of = &build.part_of(source.device).sources[source.index as usize];
            let device = build.device(source.device);
            if !of.ac {
                for (end, plus) in [(&of.plus, true), (&of.minus, false)] {
                    tree.from(pieces, Root { source, plus, at: device.terminal(end[0]) });
                }
            }
        }
        if round.is_empty() {
            break;
        }
        round.clear();
        for (id, device, part) in build.each_device() {
            for (index, source) in (0..).zip(&part.sources) {
                let of = SourceRef { device: id, index };
                let fed = source.from.as_ref().filter(|from| !from.ac && !source.ac).is_some_and(|from| {
                    let ends = [&from.plus, &from.minus].map(|end| pieces.of(device.terminal(end[0])));
                    ends.iter().all(|&piece| tree.root[piece as usize] != NONE)
                });
                if fed && known.insert(of) {
                    round.push(of);
                }
            }
        }
    }
    tree.number(pieces);
    tree
}

impl Tree {
    fn from(&mut self, pieces: &Pieces, root: Root) {
        let first = pieces.of(root.at);
        if self.root[first as usize] != NONE {
            return;
        }
        let number = u32::try_from(self.roots.len()).expect("sources are bounded");
        self.roots.push(root);
        self.root[first as usize] = number;
        let mut ways = vec![(first, 0)];
        self.enter(first);
        while let Some((at, next)) = ways.last_mut() {
            let at = *at;
            let Some(&joint) = pieces.around(at).get(*next) else {
                ways.pop();
                self.span[at as usize][1] = u32::try_from(self.order.len()).expect("pieces are bounded");
                continue;
            };
            *next += 1;
            let far = pieces.across(joint, at);
            if self.root[far as usize] == NONE {
                self.root[far as usize] = number;
                self.up[far as usize] = joint;
                self.enter(far);
                ways.push((far, 0));
            }
        }
    }

    fn enter(&mut self, piece: u32) {
        self.span[piece as usize][0] = u32::try_from(self.order.len()).expect("pieces are bounded");
        self.order.push(piece);
    }

    /// Random labels of joints outside the tree; a joint of the tree gets the sum of those that bridge it.
    fn number(&mut self, pieces: &Pieces) {
        let mut bridged = vec![0_u64; pieces.count as usize];
        for (number, joint) in (0_u32..).zip(&pieces.joints) {
            let [a, b] = joint.pieces;
            let in_tree = self.up[a as usize] == number || self.up[b as usize] == number;
            if !in_tree && self.root[a as usize] != NONE {
                let label = mixed(u64::from(number));
                self.label[number as usize] = label;
                bridged[a as usize] ^= label;
                bridged[b as usize] ^= label;
            }
        }
        for &piece in self.order.iter().rev() {
            let joint = self.up[piece as usize];
            if joint != NONE {
                self.label[joint as usize] = bridged[piece as usize];
                let parent = pieces.across(joint, piece);
                bridged[parent as usize] ^= bridged[piece as usize];
            }
        }
    }

    /// Whether a source stands on the net of a piece.
    pub fn rooted(&self, piece: u32) -> bool {
        self.root[piece as usize] != NONE
    }

    /// The net's first source.
    pub fn root_of(&self, piece: u32) -> Option<&Root> {
        self.roots.get(self.root[piece as usize] as usize)
    }

    /// Whether a piece is `below` itself or hangs on it.
    pub fn hangs(&self, piece: u32, below: u32) -> bool {
        let [from, to] = self.span[below as usize];
        self.root[piece as usize] == self.root[below as usize]
            && self.rooted(piece)
            && (from..to).contains(&self.span[piece as usize][0])
    }

    /// Its place in `order`, and one past the last place below it.
    pub fn span(&self, piece: u32) -> [u32; 2] {
        self.span[piece as usize]
    }

    /// Place of a piece in `order`.
    pub fn place(&self, piece: u32) -> u32 {
        self.span[piece as usize][0]
    }

    /// Whether the joint above a piece is the only way to its root.
    pub fn only_way(&self, piece: u32) -> bool {
        let joint = self.up[piece as usize];
        joint != NONE && self.label[joint as usize] == 0
    }
}

/// SplitMix64: distinct, the same on any machine, and never zero for a number of a joint.
fn mixed(number: u64) -> u64 {
    let mut mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
