//! A two-terminal problem's core: the contacts that lie on some simple path between the two, less what bridges rule out.

use crate::{
    contract::{Contracted, Lists},
    limits::{Known, Limits},
    network::{Guard, Literal},
    standing::NONE,
};

/// Where a problem starts and where it ends.
pub(crate) const FROM: u32 = 0;
/// See [`FROM`].
pub(crate) const TO: u32 = 1;

/// How often the core is taken anew from what its bridges force: each time is linear, and stopping early loses nothing but speed.
const ROUNDS: u32 = 64;

/// A contact of a problem.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Branch {
    /// Points of the core.
    pub ends: [u32; 2],
    pub guard: Guard,
    /// Index in [`crate::Network::contacts`].
    pub contact: u32,
}

impl Branch {
    /// The other end.
    pub fn across(&self, point: u32) -> u32 {
        self.ends[usize::from(self.ends[0] == point)]
    }
}

/// Points 0 and 1 are what may be joined; each point is a net.
#[derive(Default)]
pub(crate) struct Core {
    /// By point: its net.
    pub nets: Vec<u32>,
    pub branches: Vec<Branch>,
}

impl Core {
    /// Points 0 and 1 on these nets, and the edges of `metal` whose two ends are `inside`. `local` holds [`NONE`] for each net, and again
    /// afterwards.
    pub fn between(
        [from, to]: [u32; 2],
        metal: &Contracted<'_>,
        edges: &[u32],
        inside: impl Fn(u32) -> bool,
        local: &mut [u32],
    ) -> Self {
        let mut core = Self { nets: vec![from, to], branches: Vec::new() };
        local[from as usize] = FROM;
        local[to as usize] = TO;
        for edge in edges.iter().map(|&edge| metal.edges[edge as usize]) {
            if !edge.ends.iter().all(|&net| inside(net)) {
                continue;
            }
            let ends = edge.ends.map(|net| {
                let point = &mut local[net as usize];
                if *point == NONE {
                    *point = core.nets.len() as u32;
                    core.nets.push(net);
                }
                *point
            });
            core.branches.push(Branch { ends, guard: metal.guard(edge), contact: edge.contact });
        }
        for &net in &core.nets {
            local[net as usize] = NONE;
        }
        core
    }

    /// By point: the branches at it.
    pub fn around(&self) -> Lists {
        let ends = self.branches.iter().zip(0..).flat_map(|(branch, index)| branch.ends.map(|end| (end, index)));
        Lists::new(self.nets.len(), ends)
    }

    /// Leaves only branches that a state may close on a simple path from one end to the other; whether any are left.
    ///
    /// `known` must be clear; it is left with what every state that joins the two must have.
    pub fn prune(&mut self, limits: &Limits<'_>, known: &mut Known, work: &mut u64) -> bool {
        let literals = self.branches.iter().flat_map(|branch| branch.guard.literals());
        for index in literals.flat_map(|literal| limits.naming(literal.variable())) {
            if let &[unit] = limits.clause(*index)
                && !known.set(unit)
            {
                return false;
            }
        }
        if !limits.propagate(known) {
            return false;
        }
        let mut rounds = 0;
        loop {
            self.branches.retain(|branch| branch.guard.literals().all(|literal| known.value(literal) != Some(false)));
            *work += self.branches.len() as u64 * 2;
            self.keep_block();
            if self.branches.is_empty() {
                return false;
            }
            let before = known.trail.len();
            for bridge in self.bridges() {
                for literal in self.branches[bridge as usize].guard.literals() {
                    if !known.set(literal) {
                        return false;
                    }
                }
            }
            if !limits.propagate(known) {
                return false;
            }
            rounds += 1;
            if known.trail.len() == before || rounds == ROUNDS {
                self.drop_points();
                return true;
            }
        }
    }

    /// Keeps the branches in one biconnected block with a branch that would join the ends.
    pub fn keep_block(&mut self) {
        let around = self.around();
        let mut seen = vec![0u32; self.nets.len()];
        let mut low = seen.clone();
        let mut count = 2;
        seen[FROM as usize] = 1;
        seen[TO as usize] = 2;
        low[TO as usize] = 2;
        let mut block: Vec<u32> = Vec::new();
        let mut stack = vec![Step { point: TO, by: u32::MAX, next: 0, mark: 0 }];
        while let Some(top) = stack.last_mut() {
            let point = top.point;
            if let Some(&branch) = around.of(point).get(top.next) {
                top.next += 1;
                let other = self.branches[branch as usize].across(point);
                if branch == top.by || seen[other as usize] > seen[point as usize] {
                    continue;
                }
                let mark = block.len();
                block.push(branch);
                if seen[other as usize] == 0 {
                    count += 1;
                    seen[other as usize] = count;
                    low[other as usize] = count;
                    stack.push(Step { point: other, by: branch, next: 0, mark });
                } else {
                    low[point as usize] = low[point as usize].min(seen[other as usize]);
                }
            } else {
                let mark = top.mark;
                stack.pop();
                if let Some(below) = stack.last() {
                    let below = below.point as usize;
                    low[below] = low[below].min(low[point as usize]);
                    if low[point as usize] >= seen[below] {
                        block.truncate(mark);
                    }
                }
            }
        }
        block.sort_unstable();
        self.branches = block.into_iter().map(|branch| self.branches[branch as usize]).collect();
    }

    /// The branches without which the ends of a core are apart.
    fn bridges(&self) -> Vec<u32> {
        let mut bridges = Vec::new();
        self.walk(|low, seen, step, _| {
            if low > seen {
                bridges.push(step.by);
            }
        });
        bridges
    }

    /// By point: how many single points lie before it on every way from the start, and whether it is such a point itself.
    pub fn series(&self) -> Vec<(u32, bool)> {
        let mut cut = vec![false; self.nets.len()];
        let order = self.walk(|low, seen, _, below| cut[below as usize] |= low >= seen && below != FROM);
        let mut passed = vec![0; self.nets.len()];
        for (point, below) in order {
            passed[point as usize] = passed[below as usize] + u32::from(cut[below as usize]);
        }
        passed.into_iter().zip(cut).collect()
    }

    /// Depth first from the start; tells for each step taken back the child's low point, its parent's number, the step and the
    /// parent. Returns points with their parents, parents first.
    fn walk(&self, mut back: impl FnMut(u32, u32, &Step, u32)) -> Vec<(u32, u32)> {
        let around = self.around();
        let mut seen = vec![0u32; self.nets.len()];
        let mut low = seen.clone();
        let mut order = Vec::new();
        let mut count = 1;
        seen[FROM as usize] = 1;
        low[FROM as usize] = 1;
        let mut stack = vec![Step { point: FROM, by: u32::MAX, next: 0, mark: 0 }];
        while let Some(top) = stack.last_mut() {
            let point = top.point;
            if let Some(&branch) = around.of(point).get(top.next) {
                top.next += 1;
                if branch == top.by {
                    continue;
                }
                let other = self.branches[branch as usize].across(point);
                if seen[other as usize] == 0 {
                    count += 1;
                    seen[other as usize] = count;
                    low[other as usize] = count;
                    order.push((other, point));
                    stack.push(Step { point: other, by: branch, next: 0, mark: 0 });
                } else {
                    low[point as usize] = low[point as usize].min(seen[other as usize]);
                }
            } else {
                let step = stack.pop().expect("the step on top was just looked at");
                if let Some(below) = stack.last() {
                    let below = below.point;
                    low[below as usize] = low[below as usize].min(low[point as usize]);
                    back(low[point as usize], seen[below as usize], &step, below);
                }
            }
        }
        order
    }

    /// Renumbers so that only points with branches, and the two ends, are left.
    fn drop_points(&mut self) {
        let mut point = vec![u32::MAX; self.nets.len()];
        point[FROM as usize] = FROM;
        point[TO as usize] = TO;
        let mut nets = vec![self.nets[FROM as usize], self.nets[TO as usize]];
        for end in self.branches.iter_mut().flat_map(|branch| &mut branch.ends) {
            let known = &mut point[*end as usize];
            if *known == u32::MAX {
                *known = nets.len() as u32;
                nets.push(self.nets[*end as usize]);
            }
            *end = *known;
        }
        self.nets = nets;
    }

    /// The variables that guards name, ascending.
    pub fn variables(&self) -> Vec<u32> {
        let named = self.branches.iter().flat_map(|branch| branch.guard.literals()).map(Literal::variable);
        let mut variables: Vec<u32> = named.collect();
        variables.sort_unstable();
        variables.dedup();
        variables
    }
}

struct Step {
    point: u32,
    /// The branch that led here.
    by: u32,
    /// Index of the next branch to look at.
    next: usize,
    /// How many branches were in the block before this step.
    mark: usize,
}
