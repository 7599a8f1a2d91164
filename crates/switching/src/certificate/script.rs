//! The certificate's text: the network line by line, then the proofs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use crate::{
    contract::{Contracted, Joiner},
    core::Core,
    limits::{Limits, Source},
    network::{Guard, Literal},
    question::{Lack, Why},
    reach::Walker,
    sat::{Learnt, Meaning},
    standing::NONE,
};

use super::proof::Step;

/// A certificate as it grows.
pub(super) struct Script<'a> {
    limits: &'a Limits<'a>,
    metal: &'a Contracted<'a>,
    /// By net: its first node.
    first: Vec<u32>,
    /// By guard of two literals: the contact that stands for all that have it.
    paired: BTreeMap<Guard, u32>,
    /// Contacts of which the open proof says already that they close with the one that stands for them.
    twins: BTreeSet<u32>,
    /// By net: what all contacts, closed at once, join it to; found when first asked for.
    possible: Option<Vec<u32>>,
    pub text: String,
}

/// Appends to the text; a `String` takes all that is written to it.
macro_rules! say {
    ($to:expr, $($what:tt)*) => {
        write!($to, $($what)*).expect("a string takes all text")
    };
}

impl<'a> Script<'a> {
    pub fn new(limits: &'a Limits<'a>) -> Self {
        let metal = limits.metal;
        let mut first = vec![NONE; metal.nets.count as usize];
        for (&net, node) in metal.nets.of.iter().zip(0..) {
            if first[net as usize] == NONE {
                first[net as usize] = node;
            }
        }
        let mut paired = BTreeMap::new();
        for (contact, index) in metal.network.contacts.iter().zip(0..) {
            if contact.guard.literals().count() == 2 {
                paired.entry(contact.guard).or_insert(index);
            }
        }
        let mut script =
            Self { limits, metal, first, paired, twins: BTreeSet::new(), possible: None, text: String::new() };
        script.head();
        script
    }

    /// Version and network.
    fn head(&mut self) {
        let network = self.metal.network;
        let to = &mut self.text;
        say!(to, "wireloom-certificate 1\nnodes {}\n", network.nodes);
        for variable in &network.variables {
            say!(to, "variable {} {}\n", u8::from(variable.rest), variable.weight);
        }
        for [a, b] in &network.conductors {
            say!(to, "conductor {a} {b}\n");
        }
        for contact in &network.contacts {
            say!(to, "contact {} {}", contact.ends[0], contact.ends[1]);
            for literal in contact.guard.literals() {
                say!(to, " {}", signed(literal));
            }
            to.push('\n');
        }
        for node in &network.references {
            say!(to, "reference {node}\n");
        }
        for rail in &network.rails {
            let (gives, mains) = (u8::from(rail.gives), u8::from(rail.mains));
            say!(to, "rail {} {} {} {gives} {mains}\n", rail.node, rail.reference, rail.level);
        }
        for clause in network.clauses.iter().filter(|clause| !clause.soft) {
            to.push_str("clause");
            for &literal in &clause.literals {
                say!(to, " {}", signed(literal));
            }
            to.push('\n');
        }
        for supply in &network.supplies {
            say!(to, "supply {}", signed(supply.when));
            for pairs in &supply.any_of {
                to.push_str(" :");
                for ([a, b], at) in pairs.iter().zip(0..) {
                    say!(to, "{} {a} {b}", if at == 0 { "" } else { "," });
                }
            }
            to.push('\n');
        }
    }

    /// Opens the proof about two nets, in the island of a third.
    pub fn open(&mut self, nets: [u32; 2], island: Option<u32>, references: Option<[u32; 2]>) {
        let [a, b] = nets.map(|net| self.first[net as usize]);
        self.twins.clear();
        say!(self.text, "prove {a} {b} ");
        match island {
            Some(net) => say!(self.text, "in {}", self.first[net as usize]),
            None => self.text.push_str("direct"),
        }
        if let Some([a, b]) = references {
            say!(self.text, " refs {a} {b}");
        }
        self.text.push('\n');
    }

    /// All steps of a proof, to the contradiction. `hanging` holds the nets that go with each point of the core.
    pub fn proof(&mut self, steps: &[Step], core: &Core, hanging: &[Vec<u32>], walker: &mut Walker) {
        let mut ended = false;
        for step in steps {
            match step {
                Step::Given(lack) => self.given(lack, core, hanging, walker),
                Step::Learnt(clause) => {
                    self.learnt(clause);
                    ended = clause.is_empty();
                }
            }
        }
        if !ended {
            self.text.push_str("rup\n");
        }
    }

    fn learnt(&mut self, clause: &Learnt) {
        self.text.push_str("rup");
        for &(meaning, holds) in clause {
            let sign = if holds { '+' } else { '-' };
            match meaning {
                Meaning::Variable(variable) => say!(self.text, " {sign}{}", variable + 1),
                Meaning::Closed(guard) => say!(self.text, " {sign}c{}", self.paired[&guard]),
                Meaning::Count => unreachable!("nothing is counted where a proof is kept"),
            }
        }
        self.text.push('\n');
    }

    fn given(&mut self, lack: &Lack, core: &Core, hanging: &[Vec<u32>], walker: &mut Walker) {
        match &lack.why {
            Why::Cut(side, across) => {
                let contacts = across.iter().map(|&branch| core.branches[branch as usize].contact).collect();
                let part = |inside: bool| -> Vec<u32> {
                    let points = (0..).zip(hanging).filter(|&(point, _)| side.holds(point) == inside);
                    points.flat_map(|(_, nets)| nets.iter().copied()).collect()
                };
                let (inner, outer) = (part(true), part(false));
                let nets = if inner.len() <= outer.len() { inner } else { outer };
                self.line("cut", None, contacts, &[nets]);
            }
            Why::Apart(side) => {
                let contacts = self.boundary(side, walker);
                self.line("apart", None, contacts, std::slice::from_ref(side));
            }
            Why::Clause(clause) => {
                let Source::Supply(supply) = self.limits.source(*clause) else { return };
                self.need(supply, &[], walker);
            }
            Why::Need(need, sides) => self.need(self.limits.needs[*need as usize].supply, sides, walker),
            Why::Long => unreachable!("no bound is set where a proof is kept"),
        }
    }

    /// A supply that is not met: `sides` belong to those of its lists that some state can have.
    fn need(&mut self, supply: u32, sides: &[Vec<u32>], walker: &mut Walker) {
        let network = self.metal.network;
        let stated = &network.supplies[supply as usize];
        let of = self.possible.get_or_insert_with(|| {
            let mut joiner = Joiner::new(self.metal.nets.count);
            for edge in &self.metal.edges {
                joiner.join(edge.ends[0], edge.ends[1]);
            }
            joiner.finish().of
        });
        let class = |node: u32| of[self.metal.net(node) as usize];
        let mut sides = sides.iter();
        let mut lists: Vec<Vec<u32>> = Vec::new();
        let mut contacts = Vec::new();
        for pairs in &stated.any_of {
            match pairs.iter().find(|&&[a, b]| class(a) != class(b)) {
                Some(&[a, _]) => {
                    let apart = class(a);
                    lists
                        .push((0..).zip(of.iter()).filter(|&(_, &other)| other == apart).map(|(net, _)| net).collect());
                }
                None => lists.push(sides.next().expect("each list that can be had has a side").clone()),
            }
        }
        for side in &lists {
            contacts.extend(boundary(self.limits, side, walker));
        }
        self.line(&format!("need {supply}"), Some(stated.when.opposite()), contacts, &lists);
    }

    fn boundary(&self, side: &[u32], walker: &mut Walker) -> Vec<u32> {
        boundary(self.limits, side, walker)
    }

    /// A line with the literals of some contacts, and the same clause with one name a guard where that is another one.
    fn line(&mut self, verb: &str, first: Option<Literal>, contacts: Vec<u32>, lists: &[Vec<u32>]) {
        let mut named: Vec<String> = first.into_iter().map(signed).collect();
        let mut usual = named.clone();
        for contact in contacts {
            let guard = self.metal.network.contacts[contact as usize].guard;
            let literals: Vec<Literal> = guard.literals().collect();
            if let &[literal] = literals.as_slice() {
                named.push(signed(literal));
                usual.push(signed(literal));
            } else {
                let usual_one = self.paired[&guard];
                named.push(format!("+c{contact}"));
                usual.push(format!("+c{usual_one}"));
                if usual_one != contact && self.twins.insert(contact) {
                    say!(self.text, "rup -c{contact} +c{usual_one}\n");
                }
            }
        }
        for words in [&mut named, &mut usual] {
            words.sort_unstable();
            words.dedup();
        }
        say!(self.text, "{verb}");
        for word in &named {
            say!(self.text, " {word}");
        }
        for nets in lists {
            self.text.push_str(" :");
            for &net in nets {
                say!(self.text, " {}", self.first[net as usize]);
            }
        }
        self.text.push('\n');
        if usual != named {
            say!(self.text, "rup {}\n", usual.join(" "));
        }
    }

    /// Some nodes between the ends of a core.
    pub fn some_nodes(&self, core: &Core) -> Vec<u32> {
        core.nets.iter().skip(2).take(16).map(|&net| self.first[net as usize]).collect()
    }
}

/// Contacts between some nets and the others.
fn boundary(limits: &Limits<'_>, side: &[u32], walker: &mut Walker) -> Vec<u32> {
    walker.across(limits, side).into_iter().map(|edge| limits.metal.edges[edge as usize].contact).collect()
}

/// A literal as the file writes it.
fn signed(literal: Literal) -> String {
    format!("{}{}", if literal.value() { '+' } else { '-' }, literal.variable() + 1)
}
