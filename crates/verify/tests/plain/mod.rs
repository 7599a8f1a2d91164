//! The claim by brute force (and, below, certificates by truth table): written from `docs/certificate.md` alone, as plainly as it can be.

pub mod table;

use std::fmt::Write;

use verify::{Network, Rail};

/// Numbers without a pattern (xorshift).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % bound.max(1)
    }
}

/// The network part of a file with at most five variables.
pub fn random(dice: &mut Dice) -> String {
    let nodes = 3 + dice.below(7);
    let variables = 1 + dice.below(5);
    let mut text = format!("wireloom-certificate 1\nnodes {nodes}\n");
    for _ in 0..variables {
        let _ = writeln!(text, "variable {} 1", dice.below(2));
    }
    for _ in 0..dice.below(3) {
        let _ = writeln!(text, "conductor {} {}", dice.below(nodes), dice.below(nodes));
    }
    let literal = |dice: &mut Dice| format!("{}{}", ["+", "-"][dice.below(2)], 1 + dice.below(variables));
    for _ in 0..1 + dice.below(10) {
        let guard = match dice.below(12) {
            0 => String::new(),
            1..=4 => format!(" {} {}", literal(dice), literal(dice)),
            _ => format!(" {}", literal(dice)),
        };
        let _ = writeln!(text, "contact {} {}{guard}", dice.below(nodes), dice.below(nodes));
    }
    let references = 1 + dice.below(10) / 7;
    for _ in 0..references {
        let _ = writeln!(text, "reference {}", dice.below(nodes));
    }
    let plain = dice.below(2);
    for _ in 0..2 + dice.below(3) {
        let level = dice.below(3) * plain;
        let (gives, mains) = (usize::from(dice.below(3) == 0), usize::from(dice.below(8) == 0));
        let _ = writeln!(text, "rail {} {} {level} {gives} {mains}", dice.below(nodes), dice.below(references));
    }
    for _ in 0..dice.below(4) {
        let _ = writeln!(text, "clause {} {}", literal(dice), literal(dice));
    }
    for _ in 0..dice.below(3) {
        let _ = write!(text, "supply {}", literal(dice));
        for _ in 0..dice.below(3) {
            let pairs: Vec<String> =
                (0..dice.below(3)).map(|_| format!("{} {}", dice.below(nodes), dice.below(nodes))).collect();
            let _ = write!(text, " : {}", pairs.join(" , "));
        }
        text.push('\n');
    }
    text
}

fn holds(literal: i32, state: &[bool]) -> bool {
    state[literal.unsigned_abs() as usize - 1] == (literal > 0)
}

fn labels(nodes: u32, pairs: &[[u32; 2]]) -> Vec<u32> {
    let mut label: Vec<u32> = (0..nodes).collect();
    loop {
        let before = label.clone();
        for &[a, b] in pairs {
            let least = label[a as usize].min(label[b as usize]);
            (label[a as usize], label[b as usize]) = (least, least);
        }
        if label == before {
            return label;
        }
    }
}

fn closed(network: &Network, state: &[bool]) -> Vec<[u32; 2]> {
    let contacts = network
        .contacts
        .iter()
        .filter(|contact| contact.literals.iter().all(|&literal| literal == 0 || holds(literal, state)));
    network.conductors.iter().copied().chain(contacts.map(|contact| contact.ends)).collect()
}

fn states(network: &Network) -> impl Iterator<Item = Vec<bool>> {
    let count = network.variables.len();
    (0..1_u32 << count).map(move |bits| (0..count).map(|at| bits >> at & 1 == 1).collect())
}

fn metal(network: &Network) -> Vec<u32> {
    let fixed = network.contacts.iter().filter(|contact| contact.literals == [0, 0]).map(|contact| contact.ends);
    let pairs: Vec<[u32; 2]> = network.conductors.iter().copied().chain(fixed).collect();
    labels(network.nodes, &pairs)
}

fn excused(network: &Network, net: &[u32], a: &Rail, b: &Rail) -> bool {
    let home = |reference: u32| net[network.references[reference as usize] as usize];
    let at_home = |rail: &Rail| net[rail.node as usize] == home(rail.reference);
    let owned = |of: u32| network.rails.iter().any(|rail| rail.reference == of && at_home(rail));
    a.mains == b.mains
        && a.reference != b.reference
        && (at_home(a) && owned(b.reference) || at_home(b) && owned(a.reference))
}

fn hard(network: &Network, net: &[u32], a: &Rail, b: &Rail) -> bool {
    let home = |rail: &Rail| net[network.references[rail.reference as usize] as usize];
    if a.mains != b.mains {
        true
    } else if a.reference == b.reference {
        a.level != b.level || a.gives && b.gives
    } else {
        home(a) == home(b) && !excused(network, net, a, b)
    }
}

/// An admissible state with a fault.
pub fn fault(network: &Network) -> Option<Vec<bool>> {
    let net = metal(network);
    states(network).find(|state| {
        let label = labels(network.nodes, &closed(network, state));
        let same = |a: u32, b: u32| label[a as usize] == label[b as usize];
        let admissible = network.clauses.iter().all(|clause| clause.iter().any(|&literal| holds(literal, state)))
            && network.supplies.iter().all(|supply| {
                !holds(supply.when, state) || supply.any_of.iter().any(|list| list.iter().all(|&[a, b]| same(a, b)))
            });
        let fault = network.rails.iter().enumerate().any(|(index, a)| {
            network.rails[index + 1..].iter().any(|b| {
                let references = [a, b].map(|rail| network.references[rail.reference as usize]);
                let by_reference =
                    a.reference != b.reference && !excused(network, &net, a, b) && same(references[0], references[1]);
                same(a.node, b.node) && (hard(network, &net, a, b) || by_reference)
            })
        });
        admissible && fault
    })
}
