//! Cuts of a core in one state: sets of open contacts of which every state that joins the ends closes one.

use std::{collections::VecDeque, rc::Rc};

use crate::{
    contract::Lists,
    core::{Branch, Core, FROM, TO},
};

/// Points on one side, and the branches across; all of them are open.
pub(crate) struct Cut {
    pub side: Side,
    pub across: Vec<u32>,
}

/// Points that are no farther than this.
#[derive(Clone)]
pub(crate) struct Side {
    layer: Rc<Vec<u32>>,
    at: u32,
}

impl Side {
    /// Whether a point is on it.
    pub fn holds(&self, point: u32) -> bool {
        self.layer[point as usize] <= self.at
    }
}

const FAR: u32 = u32::MAX;
/// How many disjoint ways are looked for: a larger cut says little.
const WAYS: usize = 64;

/// By point: how many branches lie between it and `start`; closed ones count `closed_steps`, open ones one step or, without
/// `through_open`, none can be passed.
pub(crate) fn steps(core: &Core, around: &Lists, start: u32, closed: &[bool], through_open: bool) -> Vec<u32> {
    let mut far = vec![FAR; core.nets.len()];
    far[start as usize] = 0;
    let mut queue = VecDeque::from([start]);
    while let Some(point) = queue.pop_front() {
        for &branch in around.of(point) {
            let other = core.branches[branch as usize].across(point) as usize;
            if (through_open || closed[branch as usize]) && far[other] == FAR {
                far[other] = far[point as usize] + 1;
                queue.push_back(other as u32);
            }
        }
    }
    far
}

/// By point: the least number of open branches on a way from `start`.
fn layers(core: &Core, around: &Lists, start: u32, closed: &[bool]) -> Vec<u32> {
    let mut layer = vec![FAR; core.nets.len()];
    layer[start as usize] = 0;
    let mut queue = VecDeque::from([(start, 0)]);
    while let Some((point, at)) = queue.pop_front() {
        if layer[point as usize] < at {
            continue;
        }
        for &branch in around.of(point) {
            let other = core.branches[branch as usize].across(point);
            let price = u32::from(!closed[branch as usize]);
            if at + price < layer[other as usize] {
                layer[other as usize] = at + price;
                if price == 0 {
                    queue.push_front((other, at));
                } else {
                    queue.push_back((other, at + 1));
                }
            }
        }
    }
    layer
}

/// Cuts of a state that leaves the ends apart: disjoint ones by distance from either end, and a smallest one.
/// None where the state joins the ends.
pub(crate) fn cuts(core: &Core, around: &Lists, closed: &[bool], work: &mut u64) -> Vec<Cut> {
    let mut found = Vec::new();
    let mut least = usize::MAX;
    for (start, end) in [(FROM, TO), (TO, FROM)] {
        let layer = Rc::new(layers(core, around, start, closed));
        *work += core.branches.len() as u64;
        let count = layer[end as usize];
        if count == FAR {
            return vec![Cut { side: Side { layer, at: FAR - 1 }, across: Vec::new() }];
        }
        let mut across = vec![Vec::new(); count as usize];
        for (branch, index) in core.branches.iter().zip(0..) {
            let [a, b] = branch.ends.map(|end| layer[end as usize]);
            if a != b && a.min(b) < count {
                across[a.min(b) as usize].push(index);
            }
        }
        for (across, at) in across.into_iter().zip(0..) {
            least = least.min(across.len());
            let side = Side { layer: Rc::clone(&layer), at };
            found.push(Cut { side, across });
        }
        if count <= 1 && start == FROM && found.first().is_none_or(|cut| cut.across.len() == 1) {
            return found;
        }
    }
    if least > 2 {
        found.extend(smaller(core, around, closed, least, work));
    }
    found
}

/// A cut with fewer open branches than `least`, if there is one: as many ways, disjoint in open branches, as it has.
fn smaller(core: &Core, around: &Lists, closed: &[bool], least: usize, work: &mut u64) -> Option<Cut> {
    // By branch: +1 where a way passes it from its first end to its second, -1 the other way. Closed ones take any number.
    let mut flow = vec![0i32; core.branches.len()];
    for _ in 0..least.min(WAYS) {
        let mut by = vec![FAR; core.nets.len()];
        let mut seen = vec![false; core.nets.len()];
        seen[FROM as usize] = true;
        let mut queue = VecDeque::from([FROM]);
        while let Some(point) = queue.pop_front() {
            for &index in around.of(point) {
                let branch = &core.branches[index as usize];
                let other = branch.across(point);
                let along = if branch.ends[0] == point { flow[index as usize] } else { -flow[index as usize] };
                if !seen[other as usize] && (closed[index as usize] || along < 1) {
                    seen[other as usize] = true;
                    by[other as usize] = index;
                    queue.push_back(other);
                }
            }
        }
        *work += core.branches.len() as u64;
        if !seen[TO as usize] {
            let across = |branch: &Branch| seen[branch.ends[0] as usize] != seen[branch.ends[1] as usize];
            let across =
                (0..).zip(&core.branches).filter(|(_, branch)| across(branch)).map(|(index, _)| index).collect();
            let layer = Rc::new(seen.into_iter().map(|seen| u32::from(!seen)).collect());
            let side = Side { layer, at: 0 };
            return Some(Cut { side, across });
        }
        let mut point = TO;
        while point != FROM {
            let index = by[point as usize];
            let branch = &core.branches[index as usize];
            flow[index as usize] += if branch.ends[1] == point { 1 } else { -1 };
            point = branch.across(point);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::cuts;
    use crate::{
        Guard, Literal,
        core::{Branch, Core},
    };

    /// One branch and three long ways to point 2, one branch to point 3, and again four ways from there.
    #[test]
    fn a_neck_between_long_ways_is_found() {
        let mut core = Core { nets: (0..4).collect(), branches: Vec::new() };
        let mut link = |a: u32, b: u32| {
            let contact = core.branches.len() as u32;
            core.branches.push(Branch { ends: [a, b], guard: Guard::one(Literal::new(contact, true)), contact });
        };
        link(2, 3);
        let mut next = 4;
        for [a, b] in [[0, 2], [3, 1]] {
            link(a, b);
            for _ in 0..3 {
                for [from, to] in [[a, next], [next, next + 1], [next + 1, next + 2], [next + 2, b]] {
                    link(from, to);
                }
                next += 3;
            }
        }
        core.nets = (0..next).collect();
        let around = core.around();
        let found = cuts(&core, &around, &vec![false; core.branches.len()], &mut 0);
        assert!(found.iter().any(|cut| cut.across == [0]), "the neck");
        for cut in &found {
            assert!(cut.side.holds(0) != cut.side.holds(1));
            let parts = |branch: &Branch| cut.side.holds(branch.ends[0]) != cut.side.holds(branch.ends[1]);
            let across: Vec<u32> = core.branches.iter().filter(|branch| parts(branch)).map(|b| b.contact).collect();
            assert_eq!(cut.across, across);
        }
        assert!(cuts(&core, &around, &vec![true; core.branches.len()], &mut 0).is_empty());
    }
}
