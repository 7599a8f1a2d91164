//! Whether two nets are joined in one state, asked from both sides so that a great hub is walked only when nothing else is left.

use crate::{
    limits::Limits,
    network::{Guard, Literal},
};

/// Marks and queues for walks over the whole network, used again and again.
pub(crate) struct Walker {
    /// By net: the walk and side that came here last.
    mark: Vec<u32>,
    walk: u32,
    /// Edges looked at.
    pub work: u64,
}

impl Walker {
    pub fn new(nets: u32) -> Self {
        Self { mark: vec![0; nets as usize], walk: 0, work: 0 }
    }

    /// `None` where the state joins two nets, else all that it joins to one of them.
    pub fn apart(&mut self, limits: &Limits<'_>, state: &[bool], a: u32, b: u32) -> Option<Vec<u32>> {
        if a == b {
            return None;
        }
        let around = limits.around();
        let marks = self.begin();
        let mut sides = [vec![a], vec![b]];
        let mut next = [0; 2];
        let mut spent = [0usize; 2];
        self.mark[a as usize] = marks[0];
        self.mark[b as usize] = marks[1];
        loop {
            let due = [0, 1].map(|side| sides[side].get(next[side]).map(|&net| spent[side] + around.of(net).len()));
            let side = match due {
                [Some(x), Some(y)] => usize::from(x > y),
                [None, _] => return Some(std::mem::take(&mut sides[0])),
                [_, None] => return Some(std::mem::take(&mut sides[1])),
            };
            let net = sides[side][next[side]];
            next[side] += 1;
            spent[side] += around.of(net).len() + 1;
            self.work += around.of(net).len() as u64;
            for &index in around.of(net) {
                let edge = limits.metal.edges[index as usize];
                let other = edge.ends[usize::from(edge.ends[0] == net)];
                let mark = self.mark[other as usize];
                if mark == marks[side] || !limits.metal.guard(edge).closed(state) {
                    continue;
                }
                if mark == marks[1 - side] {
                    return None;
                }
                self.mark[other as usize] = marks[side];
                sides[side].push(other);
            }
        }
    }

    /// The edges between some nets and the others.
    pub fn across(&mut self, limits: &Limits<'_>, nets: &[u32]) -> Vec<u32> {
        let [inside, _] = self.begin();
        for &net in nets {
            self.mark[net as usize] = inside;
        }
        let mut across = Vec::new();
        for &net in nets {
            self.work += limits.around().of(net).len() as u64;
            let ends = |edge: u32| limits.metal.edges[edge as usize].ends;
            let crosses = |edge: &&u32| ends(**edge).iter().any(|&end| self.mark[end as usize] != inside);
            across.extend(limits.around().of(net).iter().filter(crosses));
        }
        across
    }

    /// The guards of all contacts between some nets and the others, sorted.
    pub fn boundary(&mut self, limits: &Limits<'_>, nets: &[u32]) -> Vec<Guard> {
        let across = self.across(limits, nets).into_iter();
        let mut guards: Vec<Guard> = across.map(|edge| limits.metal.guard(limits.metal.edges[edge as usize])).collect();
        guards.sort_unstable();
        guards.dedup();
        guards
    }

    fn begin(&mut self) -> [u32; 2] {
        if self.walk >= u32::MAX - 2 {
            self.mark.fill(0);
            self.walk = 0;
        }
        self.walk += 2;
        [self.walk - 1, self.walk]
    }
}

/// Makes a state differ from rest, does something, and puts rest back.
pub(crate) fn with_state<T>(state: &mut [bool], other: &[Literal], run: impl FnOnce(&[bool]) -> T) -> T {
    for literal in other {
        state[literal.variable() as usize] = literal.value();
    }
    let result = run(state);
    for literal in other {
        state[literal.variable() as usize] = !literal.value();
    }
    result
}
