//! Certificates by truth table: for each question one clause a state, and a tree of derived clauses over them.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{Dice, closed, excused, hard, holds, labels, metal};
use verify::{Network, Rail};

struct Question {
    nets: [u32; 2],
    island: Option<u32>,
    references: Option<[u32; 2]>,
}

struct Table<'a> {
    network: &'a Network,
    net: Vec<u32>,
    rail_nets: BTreeSet<u32>,
    /// Contacts between nets that some state closes: the nets, the index.
    edges: Vec<([u32; 2], usize)>,
    splits: Vec<bool>,
    island: Vec<u32>,
}

/// Whether one net holds two rails in hard conflict.
pub fn on_one_net(network: &Network) -> bool {
    let net = metal(network);
    network.rails.iter().enumerate().any(|(index, a)| {
        let same = |b: &&Rail| net[b.node as usize] == net[a.node as usize];
        network.rails[index + 1..].iter().filter(same).any(|b| hard(network, &net, a, b))
    })
}

/// The proofs of all questions, and how many there are. None if some state denies one; where `forge`, such states are passed over.
pub fn proofs(network: &Network, dice: &mut Dice, forge: bool) -> Option<(String, u64)> {
    let table = Table::of(network);
    let asked = table.asked();
    let mut text = String::new();
    for question in &asked {
        table.prove(question, dice, forge, &mut text)?;
    }
    Some((text, asked.len() as u64))
}

impl<'a> Table<'a> {
    fn of(network: &'a Network) -> Self {
        let net = metal(network);
        let rail_nets = network.rails.iter().map(|rail| net[rail.node as usize]).collect();
        let all = network.contacts.iter().enumerate();
        let live = all.filter(|(_, contact)| contact.literals[0] != -contact.literals[1]);
        let at_nets = live.map(|(index, contact)| (contact.ends.map(|node| net[node as usize]), index));
        let edges = at_nets.filter(|([a, b], _)| a != b).collect();
        let mut table = Self { network, net, rail_nets, edges, splits: Vec::new(), island: Vec::new() };
        let possible = table.components(&|_| true);
        let apart = |a: u32, b: u32| a == b || possible[a as usize] != possible[b as usize] || table.hard(a, b);
        let splits = |a: u32| table.rail_nets.contains(&a) && table.rail_nets.iter().all(|&b| apart(a, b));
        table.splits = (0..network.nodes).map(splits).collect();
        table.island = table.components(&|net| !table.splits[net as usize]);
        table
    }

    fn components(&self, keep: &dyn Fn(u32) -> bool) -> Vec<u32> {
        let ends = self.edges.iter().map(|(ends, _)| *ends);
        let kept: Vec<[u32; 2]> = ends.filter(|ends| ends.iter().all(|&net| keep(net))).collect();
        labels(self.network.nodes, &kept)
    }

    fn rails(&self, net: u32) -> impl Iterator<Item = &Rail> {
        self.network.rails.iter().filter(move |rail| self.net[rail.node as usize] == net)
    }

    fn hard(&self, a: u32, b: u32) -> bool {
        self.rails(a).any(|a| self.rails(b).any(|b| hard(self.network, &self.net, a, b)))
    }

    fn inside(&self, net: u32, root: u32) -> bool {
        !self.splits[net as usize] && self.island[net as usize] == root
    }

    fn asked(&self) -> Vec<Question> {
        let mut asked = Vec::new();
        let is_root = |&root: &u32| self.net[root as usize] == root && self.inside(root, root);
        let roots: Vec<u32> = (0..self.network.nodes).filter(is_root).collect();
        for &a in &self.rail_nets {
            self.ask(a, a, None, &mut asked);
            for &b in self.rail_nets.range(a + 1..) {
                let direct = self.edges.iter().any(|(ends, _)| *ends == [a, b] || *ends == [b, a]);
                if direct && self.splits[a as usize] && self.splits[b as usize] {
                    self.ask(a, b, None, &mut asked);
                }
                for &root in &roots {
                    let tied = |rail: u32| {
                        let meets =
                            |[x, y]: [u32; 2]| x == rail && self.inside(y, root) || y == rail && self.inside(x, root);
                        self.inside(rail, root)
                            || self.splits[rail as usize] && self.edges.iter().any(|(ends, _)| meets(*ends))
                    };
                    if tied(a) && tied(b) {
                        self.ask(a, b, Some(root), &mut asked);
                    }
                }
            }
        }
        asked
    }

    fn ask(&self, a: u32, b: u32, island: Option<u32>, asked: &mut Vec<Question>) {
        if a != b && self.hard(a, b) {
            asked.push(Question { nets: [a, b], island, references: None });
            return;
        }
        let mut pairs = BTreeSet::new();
        for a in self.rails(a) {
            for b in self.rails(b).filter(|b| a.reference != b.reference && !excused(self.network, &self.net, a, b)) {
                pairs.insert([a.reference.min(b.reference), a.reference.max(b.reference)]);
            }
        }
        asked.extend(pairs.into_iter().map(|pair| Question { nets: [a, b], island, references: Some(pair) }));
    }

    fn prove(&self, question: &Question, dice: &mut Dice, forge: bool, text: &mut String) -> Option<()> {
        let [r, q] = question.nets;
        let _ = match question.island {
            Some(root) => write!(text, "prove {r} {q} in {root}"),
            None => write!(text, "prove {q} {r} direct"),
        };
        if let Some([a, b]) = question.references {
            let _ = write!(text, " refs {b} {a}");
        }
        text.push('\n');
        let mut lines = BTreeSet::new();
        for state in super::states(self.network) {
            match self.denies(question, &state, dice) {
                Some(line) => lines.extend(line),
                None if forge => {}
                None => return None,
            }
        }
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
        self.tree(&mut Vec::new(), text);
        Some(())
    }

    /// Clauses that deny states, from single ones up to none at all.
    fn tree(&self, prefix: &mut Vec<i32>, text: &mut String) {
        let next = prefix.len() as i32 + 1;
        if prefix.len() < self.network.variables.len() {
            for literal in [next, -next] {
                prefix.push(literal);
                self.tree(prefix, text);
                prefix.pop();
            }
        }
        let opposites: Vec<String> = prefix.iter().map(|literal| format!(" {:+}", -literal)).collect();
        let _ = writeln!(text, "rup{}", opposites.concat());
    }

    /// The line that denies one state: some without a line where a clause of the file does, none where nothing does.
    fn denies(&self, question: &Question, state: &[bool], dice: &mut Dice) -> Option<Option<String>> {
        if self.network.clauses.iter().any(|clause| !clause.iter().any(|&literal| holds(literal, state))) {
            return Some(None);
        }
        let label = labels(self.network.nodes, &closed(self.network, state));
        let all: Vec<_> = self.edges.iter().collect();
        let open = |supply: &&(usize, &verify::Supply)| {
            let apart = |list: &Vec<[u32; 2]>| list.iter().any(|&[a, b]| label[a as usize] != label[b as usize]);
            holds(supply.1.when, state) && supply.1.any_of.iter().all(apart)
        };
        if let Some((index, supply)) = self.network.supplies.iter().enumerate().collect::<Vec<_>>().iter().find(open) {
            let (mut literals, mut sides) = (format!(" {:+}", -supply.when), String::new());
            for list in &supply.any_of {
                let &[a, _] = list.iter().find(|[a, b]| label[*a as usize] != label[*b as usize])?;
                let side: Vec<bool> = label.iter().map(|&of| of == label[a as usize]).collect();
                literals += &self.crossing(&all, &side, state, dice);
                sides += &told(&side);
            }
            return Some(Some(format!("need {index}{literals}{sides}")));
        }
        let [r, q] = question.nets;
        let scope = self.scope(question);
        let is_closed = |(_, index): &&&([u32; 2], usize)| {
            self.network.contacts[*index].literals.iter().all(|&literal| literal == 0 || holds(literal, state))
        };
        let local: Vec<[u32; 2]> = scope.iter().filter(is_closed).map(|(ends, _)| *ends).collect();
        let local = labels(self.network.nodes, &local);
        if local[r as usize] != local[q as usize] {
            let of = local[question.nets[dice.below(2)] as usize];
            let side: Vec<bool> = self.net.iter().map(|&net| local[net as usize] == of).collect();
            return Some(Some(format!("cut{}{}", self.crossing(&scope, &side, state, dice), told(&side))));
        }
        let [a, b] = question.references?.map(|of| label[self.network.references[of as usize] as usize]);
        let side: Vec<bool> = label.iter().map(|&of| of == a).collect();
        (a != b).then(|| Some(format!("apart{}{}", self.crossing(&all, &side, state, dice), told(&side))))
    }

    fn scope(&self, question: &Question) -> Vec<&([u32; 2], usize)> {
        let [r, q] = question.nets;
        let third = |net: u32| self.rail_nets.contains(&net) && (self.hard(net, r) || self.hard(net, q));
        let takes = |net: &u32| {
            question.nets.contains(net) || question.island.is_some_and(|root| self.inside(*net, root)) && !third(*net)
        };
        let between_splitters = |ends: &[u32; 2]| ends.iter().all(|&net| self.splits[net as usize]);
        let wanted = |(ends, _): &&([u32; 2], usize)| {
            ends.iter().all(takes) && (question.island.is_none() || !between_splitters(ends))
        };
        self.edges.iter().filter(wanted).collect()
    }

    /// Literals, all false in this state, of the contacts between one side and the other.
    fn crossing(&self, edges: &[&([u32; 2], usize)], side: &[bool], state: &[bool], dice: &mut Dice) -> String {
        let mut literals = BTreeSet::new();
        for ([a, b], index) in edges.iter().filter(|([a, b], _)| side[*a as usize] != side[*b as usize]) {
            let guard = self.network.contacts[*index].literals;
            let open = guard.into_iter().find(|&literal| literal != 0 && !holds(literal, state));
            let open = open.unwrap_or_else(|| panic!("a closed contact crosses between {a} and {b}"));
            let by_edge = guard[1] != 0 && dice.below(2) == 0;
            literals.insert(if by_edge { format!(" +c{index}") } else { format!(" {open:+}") });
        }
        literals.into_iter().collect()
    }
}

fn told(side: &[bool]) -> String {
    let nodes = side.iter().enumerate().filter(|(_, on)| **on).map(|(node, _)| format!(" {node}"));
    format!(" :{}", nodes.collect::<String>())
}
