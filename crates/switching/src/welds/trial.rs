//! One weld between two rails, and what a state joins then.

use super::demands::Demands;
use crate::contract::Lists;
use crate::core::{Core, FROM, TO};
use crate::network::{Guard, Literal};

/// Not reached.
pub(super) const FAR: u32 = u32::MAX;

/// What is asked of one contact between two rails.
pub(super) struct Trial<'a> {
    /// What may join the rails; the weld may be outside.
    pub core: &'a Core,
    /// As [`Core::around`] gives it.
    pub around: &'a Lists,
    /// What may join them without the weld.
    pub healthy: (&'a Core, &'a Lists),
    /// The contact that is stuck closed, as in [`crate::core::Branch::contact`].
    pub weld: u32,
    /// Contacts that are stuck open with it.
    pub stuck: &'a [u32],
    /// Nets that must be joined as well, by anything.
    pub references: Option<[u32; 2]>,
    /// Leave out states in which the fault is there without the weld.
    pub fresh: bool,
}

impl Trial<'_> {
    /// The shortest path of a state that the demands describe, if that state counts.
    pub fn way(&self, demands: &Demands<'_>) -> Option<Way> {
        if self.fresh && self.healthy(demands.state()).is_some() {
            return None;
        }
        let closed = |contact: u32, guard: Guard| {
            contact == self.weld || !self.stuck.contains(&contact) && guard.closed(demands.state())
        };
        let (closed, _) = reach(self.core, self.around, FROM, closed);
        (closed.far[TO as usize] != FAR).then(|| closed.way(self.core, demands))
    }

    /// The guards of a path that joins the rails without the weld, if a state has one.
    pub fn healthy(&self, state: &[bool]) -> Option<impl Iterator<Item = Guard> + use<'_>> {
        let (core, around) = self.healthy;
        let (healthy, _) = reach(core, around, FROM, |_, guard| guard.closed(state));
        let path = (healthy.far[TO as usize] != FAR).then(|| healthy.path(core, TO))?;
        Some(path.into_iter().map(|branch| core.branches[branch as usize].guard))
    }
}

/// A state that joins the rails, and by which contacts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Way {
    pub actuated: u32,
    /// What differs from rest, ascending.
    pub state: Vec<Literal>,
    /// Contacts, as in [`crate::core::Branch::contact`], from one rail to the other.
    pub path: Vec<u32>,
}

/// Breadth first from one point.
pub(super) struct Reached {
    /// By point: how many contacts away; [`FAR`] if not reached.
    pub far: Vec<u32>,
    /// By point: the branch that led there.
    by: Vec<u32>,
}

impl Reached {
    /// The path to the other end, with the state that the demands describe.
    pub fn way(&self, core: &Core, demands: &Demands<'_>) -> Way {
        let mut state: Vec<Literal> = demands.other().collect();
        state.sort_unstable();
        let contact = |branch: u32| core.branches[branch as usize].contact;
        let path = self.path(core, TO).into_iter().map(contact).collect();
        Way { actuated: demands.cost(), state, path }
    }

    /// The branches from the start to a point that is reached.
    fn path(&self, core: &Core, to: u32) -> Vec<u32> {
        let mut path = Vec::new();
        let mut at = to;
        while self.far[at as usize] != 0 {
            let by = self.by[at as usize];
            path.push(by);
            at = core.branches[by as usize].across(at);
        }
        path.reverse();
        path
    }
}

/// By contacts that pass; also how many were looked at.
pub(super) fn reach(core: &Core, around: &Lists, start: u32, passes: impl Fn(u32, Guard) -> bool) -> (Reached, u64) {
    let points = core.nets.len();
    let mut reached = Reached { far: vec![FAR; points], by: vec![FAR; points] };
    reached.far[start as usize] = 0;
    let mut queue = vec![start];
    let mut next = 0;
    let mut work = 1;
    while let Some(&point) = queue.get(next) {
        next += 1;
        work += around.of(point).len() as u64;
        for &index in around.of(point) {
            let branch = &core.branches[index as usize];
            let other = branch.across(point);
            if reached.far[other as usize] == FAR && passes(branch.contact, branch.guard) {
                reached.far[other as usize] = reached.far[point as usize] + 1;
                reached.by[other as usize] = index;
                queue.push(other);
            }
        }
    }
    (reached, work)
}
