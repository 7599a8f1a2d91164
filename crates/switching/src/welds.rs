//! Welds: for each contact, whether a state shorts two rails if this contact is stuck closed, and does not otherwise.
//!
//! A state counts if it is admissible with the weld in place. Where a place (two rails and the contacts between them, as
//! [`shorts()`](crate::shorts()) asks) has a short without any weld, only states count in which this place does not join its rails
//! without this one. What no state closes does not weld.
//!
//! Of a changeover whose throw is welded two things may become: the other throw still moves, or it is stuck open with the
//! armature. The former closes all that the latter closes and more, so it is the worse; [`Short::armature`] says whether
//! the latter is a short as well.

mod ask;
mod demands;
mod judge;
mod search;
mod shapes;
mod trial;
mod whole;

use crate::Effort;
use crate::contract::Contracted;
use crate::islands::Islands;
use crate::limits::Limits;
use crate::network::{Literal, Network, Relation};
use crate::standing::Standing;

/// No record.
const NONE: u32 = u32::MAX;

/// What each contact does if it is welded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Welds {
    /// By contact: its record, or [`NONE`].
    records: Vec<u32>,
    kept: Vec<Record>,
    literals: Vec<Literal>,
    steps: Vec<u32>,
    /// Pairs of rails for which welds elsewhere (that supply a coil, or join references) were not asked for.
    pub unasked: Vec<[u32; 2]>,
    /// Contacts looked at.
    pub work: u64,
}

/// What one contact does if it is welded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer<'a> {
    /// No state gives a short that is not there without the weld.
    Harmless,
    /// Some state does.
    Short(Short<'a>),
    /// Not known.
    Open(Open),
}

/// A short that a weld makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Short<'a> {
    /// The rails that meet.
    pub rails: [u32; 2],
    /// What that is.
    pub relation: Relation,
    /// What differs from rest, ascending.
    pub state: &'a [Literal],
    /// Contacts from the first rail to the second. The weld is not one of them where all it does is to supply a coil, or
    /// to join the references of the two. Of rails on one net: contacts from the first one's reference to the second's.
    pub path: &'a [u32],
    /// What the state costs, with [`crate::Variable::weight`].
    pub actuated: u32,
    /// No state that costs less does it; equal to `actuated` where the state is proved to be the least.
    pub at_least: u32,
    /// What the other throw of the changeover has to do.
    pub armature: Armature,
    /// No state does it that keeps the clauses which are soft; false if that is not proved.
    pub only_software: bool,
}

/// What the other throw of a welded changeover has to do for a short.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Armature {
    /// Nothing: it is a short, perhaps in another state, also with that throw stuck open; or there is no such throw.
    Either,
    /// It still moves, or more: whether it is a short with that throw stuck open is not proved.
    Unproved,
    /// It still moves.
    Moving,
}

/// A weld of which it is not known whether it makes a short.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open {
    /// The first pair of rails for which it is not known.
    pub rails: [u32; 2],
    /// No state that costs less does it.
    pub at_least: u32,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Record {
    /// What is open, for some pair of rails.
    open: Option<Open>,
    short: Option<Kept>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Kept {
    rails: [u32; 2],
    relation: Relation,
    actuated: u32,
    at_least: u32,
    armature: Armature,
    only_software: bool,
    /// Ranges of [`Welds::literals`] and of [`Welds::steps`].
    state: [u32; 2],
    path: [u32; 2],
}

/// What each contact does if it is welded. `effort` bounds the work for each two rails in one island, all contacts together.
pub fn welds(network: &Network, effort: Effort) -> Welds {
    let metal = Contracted::new(network);
    let standing = Standing::new(&metal);
    let limits = Limits::new(&metal, false);
    let soft = network.clauses.iter().any(|clause| clause.soft).then(|| Limits::new(&metal, true));
    let islands = Islands::new(&metal, &standing);
    let mut judge = judge::Judge::new(&limits, soft.as_ref(), &standing, &islands, effort);
    for problem in &islands.problems {
        judge.problem(problem);
    }
    judge.welds
}

impl Welds {
    /// What a contact does, by its index in [`Network::contacts`].
    pub fn answer(&self, contact: u32) -> Answer<'_> {
        let Some(record) = self.kept.get(self.records[contact as usize] as usize) else { return Answer::Harmless };
        let Some(kept) = &record.short else {
            return record.open.map_or(Answer::Harmless, Answer::Open);
        };
        let Kept { rails, relation, actuated, armature, only_software, .. } = *kept;
        let (mut armature, mut only_software, mut at_least) = (armature, only_software, kept.at_least);
        if let Some(open) = record.open {
            at_least = at_least.min(open.at_least);
            only_software = false;
            if armature == Armature::Moving {
                armature = Armature::Unproved;
            }
        }
        let state = &self.literals[kept.state[0] as usize..kept.state[1] as usize];
        let path = &self.steps[kept.path[0] as usize..kept.path[1] as usize];
        Answer::Short(Short { rails, relation, state, path, actuated, at_least, armature, only_software })
    }

    /// Contacts that make a short, ascending.
    pub fn shorts(&self) -> impl Iterator<Item = (u32, Short<'_>)> {
        self.contacts().filter_map(|contact| match self.answer(contact) {
            Answer::Short(short) => Some((contact, short)),
            _ => None,
        })
    }

    /// Contacts that are open, ascending.
    pub fn open(&self) -> impl Iterator<Item = (u32, Open)> {
        self.contacts().filter_map(|contact| match self.answer(contact) {
            Answer::Open(open) => Some((contact, open)),
            _ => None,
        })
    }

    fn contacts(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.records).filter(|(_, record)| **record != NONE).map(|(contact, _)| contact)
    }

    fn new(contacts: usize) -> Self {
        Self {
            records: vec![NONE; contacts],
            kept: Vec::new(),
            literals: Vec::new(),
            steps: Vec::new(),
            unasked: Vec::new(),
            work: 0,
        }
    }

    fn record(&mut self, contact: u32) -> &mut Record {
        let place = &mut self.records[contact as usize];
        if *place == NONE {
            *place = u32::try_from(self.kept.len()).expect("a contact has one record");
            self.kept.push(Record { open: None, short: None });
        }
        &mut self.kept[*place as usize]
    }

    /// Keeps the cheaper of two shorts of one contact; what is true of either is kept of both.
    fn keep(&mut self, contact: u32, short: &Short<'_>) {
        fn push<T: Copy>(to: &mut Vec<T>, items: &[T]) -> [u32; 2] {
            let start = to.len();
            to.extend(items);
            [start, to.len()].map(|index| u32::try_from(index).expect("what is kept is counted in 32 bits"))
        }
        let Short { rails, relation, actuated, at_least, mut armature, mut only_software, .. } = *short;
        if let Some(kept) = &mut self.record(contact).short {
            armature = armature.min(kept.armature);
            only_software &= kept.only_software;
            let contacts = (kept.path[1] - kept.path[0]) as usize;
            if (kept.actuated, contacts) <= (actuated, short.path.len()) {
                (kept.armature, kept.only_software) = (armature, only_software);
                kept.at_least = kept.at_least.min(at_least);
                return;
            }
        }
        let at_least = self.record(contact).short.as_ref().map_or(at_least, |kept| kept.at_least.min(at_least));
        let state = push(&mut self.literals, short.state);
        let path = push(&mut self.steps, short.path);
        self.record(contact).short =
            Some(Kept { rails, relation, actuated, at_least, armature, only_software, state, path });
    }

    fn leave(&mut self, contact: u32, open: Open) {
        let known = &mut self.record(contact).open;
        let at_least = known.map_or(open.at_least, |known| known.at_least.min(open.at_least));
        *known = Some(Open { rails: known.map_or(open.rails, |known| known.rails), at_least });
    }
}

#[cfg(test)]
mod tests;
