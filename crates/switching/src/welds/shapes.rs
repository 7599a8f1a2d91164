//! Small sites by their shape: the boards of a rack are alike, and what is found for one holds for all.
//!
//! Found here is what contacts and variables allow by themselves; clauses and supplies can only forbid some of it.

use std::collections::HashMap;
use std::rc::Rc;

use super::demands::Demands;
use super::search::{Outcome, search};
use super::trial::Trial;
use crate::core::{Branch, Core};
use crate::network::{Contact, Guard, Literal, Variable};
use crate::standing::NONE;

/// Most contacts of a site that is looked up.
const MOST: usize = 24;

/// Contacts looked at for one weld of a shape.
const WORK: u64 = 20_000;

/// What is known, by shape; its order is never seen.
#[derive(Default)]
pub(super) struct Shapes {
    known: HashMap<Vec<u32>, Rc<Shape>>,
    key: Vec<u32>,
}

/// What can happen in a site.
pub(super) struct Shape {
    /// Some state joins the rails, or that is not known.
    pub joins: bool,
    /// By branch of the site's core, for states that do not join the rails without the weld.
    pub welds: Vec<Seen>,
}

/// What a weld does in a site. Variables are [`Local`]; a path names branches of the site's core.
pub(super) struct Seen {
    /// If the other throw still moves.
    pub moving: Outcome,
    /// If the other throw is stuck open.
    pub stuck: Outcome,
}

/// The variables of a site in order of first mention, each as the network's.
pub(super) struct Local(Vec<u32>);

impl Local {
    /// Literals of the site as the network's, ascending.
    pub fn state(&self, literals: &[Literal]) -> Vec<Literal> {
        let global = |literal: &Literal| Literal::new(self.0[literal.variable() as usize], literal.value());
        let mut state: Vec<Literal> = literals.iter().map(global).collect();
        state.sort_unstable();
        state
    }

    fn guard(&mut self, guard: Guard) -> Guard {
        let mut literals = guard.literals().map(|literal| {
            let known = self.0.iter().position(|known| *known == literal.variable());
            let number = known.unwrap_or_else(|| {
                self.0.push(literal.variable());
                self.0.len() - 1
            });
            Literal::new(u32::try_from(number).expect("a site has few variables"), literal.value())
        });
        match (literals.next(), literals.next()) {
            (Some(a), Some(b)) => Guard::both(a, b),
            (Some(a), None) => Guard::one(a),
            _ => Guard::ALWAYS,
        }
    }
}

/// Whether two contacts are throws of one changeover: one terminal, opposite literals.
pub(super) fn throws(a: &Contact, b: &Contact) -> bool {
    a.ends.iter().any(|end| b.ends.contains(end))
        && a.guard.literals().any(|literal| b.guard.literals().any(|other| other == literal.opposite()))
}

impl Shapes {
    /// What can happen in a site; nothing for a large one.
    pub fn look(&mut self, core: &Core, contacts: &[Contact], variables: &[Variable]) -> Option<(Rc<Shape>, Local)> {
        if core.branches.len() > MOST {
            return None;
        }
        let word = |index: usize| u32::try_from(index).expect("a literal is packed in 32 bits");
        let mut local = Local(Vec::new());
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        key.push(word(core.nets.len()));
        for branch in &core.branches {
            key.extend(branch.ends);
            key.extend(local.guard(branch.guard).literals().map(|literal| word(literal.index())));
            key.extend([u32::MAX, others(core, contacts, branch)]);
        }
        for variable in &local.0 {
            let Variable { rest, weight } = variables[*variable as usize];
            key.extend([u32::from(rest), weight]);
        }
        let shape = self.known.get(&key).map(Rc::clone).unwrap_or_else(|| {
            let shape = Rc::new(explore(core, &mut local, contacts, variables));
            self.known.insert(key.clone(), Rc::clone(&shape));
            shape
        });
        self.key = key;
        Some((shape, local))
    }
}

/// The other throws of a branch among the branches of a site, one bit each.
fn others(core: &Core, contacts: &[Contact], branch: &Branch) -> u32 {
    let contact = &contacts[branch.contact as usize];
    let bits = core.branches.iter().enumerate().filter(|(_, other)| throws(contact, &contacts[other.contact as usize]));
    bits.fold(0, |mask, (bit, _)| mask | 1 << bit)
}

fn explore(core: &Core, local: &mut Local, contacts: &[Contact], variables: &[Variable]) -> Shape {
    let branches = (0u32..).zip(&core.branches).map(|(contact, branch)| {
        let guard = local.guard(branch.guard);
        Branch { guard, contact, ..*branch }
    });
    let site = Core { branches: branches.collect(), nets: core.nets.clone() };
    let named: Vec<Variable> = local.0.iter().map(|variable| variables[*variable as usize]).collect();
    let around = site.around();
    let mut demands = Demands::new(&named);
    let mut one = |weld: u32, stuck: &[u32]| {
        let (core, around, fresh) = (&site, &around, weld != NONE);
        let trial = Trial { core, around, healthy: (core, around), weld, stuck, references: None, fresh };
        search(&trial, &mut demands, &[], |_, _| None, WORK).0
    };
    let joins = one(NONE, &[]) != Outcome::Never;
    let welds = (0u32..).zip(&core.branches).map(|(weld, branch)| {
        let others = others(core, contacts, branch);
        let stuck: Vec<u32> = (0..u32::BITS).filter(|bit| others >> bit & 1 == 1).collect();
        let moving = one(weld, &[]);
        let needless = match &moving {
            Outcome::Never => true,
            Outcome::Joined(way) => !way.path.iter().any(|step| stuck.contains(step)),
            Outcome::Open { .. } => false,
        };
        Seen { stuck: if needless { moving.clone() } else { one(weld, &stuck) }, moving }
    });
    let welds = welds.collect();
    Shape { joins, welds }
}
