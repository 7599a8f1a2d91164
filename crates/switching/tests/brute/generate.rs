//! Small random networks: changeovers, two-pole relays, levers, interlocks, supplies, references, mains.

use switching::{Clause, Contact, Guard, Literal, Network, Rail, Supply, Variable};

/// A xorshift generator; any seed but 0.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, limit: u32) -> u32 {
        (self.next().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as u32 % limit
    }

    pub fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }
}

/// A network of at most 12 variables and 32 nodes.
pub fn network(random: &mut Random) -> Network {
    for _ in 0..4 {
        random.next();
    }
    let nodes = 4 + random.below(14);
    let mut network = Network { nodes, ..Network::default() };
    for _ in 0..random.below(nodes / 2) {
        network.conductors.push([random.below(nodes), random.below(nodes)]);
    }
    let most = if random.one_in(40) { 12 } else { 3 + random.below(4) };
    while (network.variables.len() as u32) < most {
        let variable = network.variables.len() as u32;
        match random.below(8) {
            0..5 => {
                let rest = random.one_in(12);
                network
                    .variables
                    .push(Variable { rest, weight: u32::from(!random.one_in(8)) + u32::from(random.one_in(9)) });
                for _ in 0..1 + random.below(2) {
                    let [com, no, nc] = [0; 3].map(|_| random.below(nodes));
                    network.contacts.push(contact(com, no, Guard::one(Literal::new(variable, true))));
                    network.contacts.push(contact(com, nc, Guard::one(Literal::new(variable, false))));
                }
            }
            5 => lever(&mut network, random),
            _ => {
                network.variables.push(Variable { rest: false, weight: 1 });
                let other = Literal::new(random.below(variable + 1), random.one_in(2));
                let guard = Guard::both(Literal::new(variable, true), other);
                network.contacts.push(contact(random.below(nodes), random.below(nodes), guard));
            }
        }
    }
    if random.one_in(6) {
        network.contacts.push(contact(random.below(nodes), random.below(nodes), Guard::ALWAYS));
    }
    rails(&mut network, random);
    limits(&mut network, random);
    network
}

fn contact(a: u32, b: u32, guard: Guard) -> Contact {
    Contact { ends: [a, b], guard }
}

/// Exclusive positions, one of them taken.
fn lever(network: &mut Network, random: &mut Random) {
    let first = network.variables.len() as u32;
    let com = random.below(network.nodes);
    let weight = random.below(2);
    for position in 0..3 {
        let rest = position == 0;
        network.variables.push(Variable { rest, weight: if rest { weight } else { 1 } });
        let taken = Literal::new(first + position, true);
        network.contacts.push(contact(com, random.below(network.nodes), Guard::one(taken)));
        for other in 0..position {
            let literals = vec![taken.opposite(), Literal::new(first + other, false)];
            network.clauses.push(Clause { literals, soft: false });
        }
    }
    let literals = (0..3).map(|position| Literal::new(first + position, true)).collect();
    network.clauses.push(Clause { literals, soft: false });
}

fn rails(network: &mut Network, random: &mut Random) {
    let references = if random.one_in(3) { 2 } else { 1 };
    network.references = (0..references).map(|_| random.below(network.nodes)).collect();
    let distinct = !random.one_in(3);
    let mains = random.one_in(5);
    for level in 0..2 + random.below(3) {
        let reference = random.below(references);
        let at_home = level == 0 && random.one_in(2);
        network.rails.push(Rail {
            node: if at_home { network.references[reference as usize] } else { random.below(network.nodes) },
            reference,
            level: if distinct { level } else { random.below(2) },
            gives: random.one_in(2),
            mains: mains && random.one_in(2),
        });
    }
}

fn limits(network: &mut Network, random: &mut Random) {
    let variables = network.variables.len() as u32;
    if random.one_in(2) {
        for _ in 0..random.below(4) {
            let literals =
                (0..1 + random.below(3)).map(|_| Literal::new(random.below(variables), random.one_in(3))).collect();
            network.clauses.push(Clause { literals, soft: random.one_in(2) });
        }
    }
    if random.one_in(2) {
        for _ in 0..random.below(4) {
            let lists = random.below(3);
            let pair = |random: &mut Random| [random.below(network.nodes), random.below(network.nodes)];
            let any_of = (0..lists).map(|_| (0..random.below(3)).map(|_| pair(random)).collect()).collect();
            network.supplies.push(Supply { when: Literal::new(random.below(variables), !random.one_in(6)), any_of });
        }
    }
}
