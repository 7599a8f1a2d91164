//! Networks made up for measurements and tests: racks of changeovers as large as one likes, and shapes that are hard to search.

use crate::network::{Clause, Contact, Guard, Literal, Network, Rail, Supply, Variable};

/// What a rack has besides its wiring.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Extras {
    /// Coils cannot be energised without their supply; each ninth coil is fed over a contact of its neighbour.
    pub supplies: bool,
    /// Each unused throw lies at the return: with all contacts closed at once everything would be a short.
    pub decoys: bool,
    /// So many pairs of neighbours have their loads tied together and one unused throw at the return.
    pub planted: u32,
}

/// Nodes of one load with its relay.
const LOAD: u32 = 19;
/// Nodes of one board with nine relays.
const BOARD: u32 = 6;
/// Rails of the source, with so many terminals each.
const RAILS: u32 = 13;
const TERMINALS: u32 = 4;

/// A rack: one source, boards of eight and one relays, and a load behind the changed-over contact of each.
///
/// `relays` is rounded up to whole boards of nine.
pub fn rack(relays: u32, extras: Extras) -> Network {
    let boards = relays.div_ceil(9);
    let source = RAILS * TERMINALS;
    let mut rack = Network { nodes: source + boards * (BOARD + 9 * LOAD), ..Network::default() };
    for rail in 0..RAILS {
        let node = rail * TERMINALS;
        rack.conductors.extend((1..TERMINALS).map(|terminal| [node + terminal - 1, node + terminal]));
        rack.rails.push(Rail { node, reference: 0, level: rail, gives: rail > 0, mains: false });
    }
    let minus = 0;
    let plus = TERMINALS;
    rack.references.push(minus);
    let planted_every = boards.checked_div(extras.planted).map_or(u32::MAX, |every| every.max(1));
    for board in 0..boards {
        let base = source + board * (BOARD + 9 * LOAD);
        // Plus and minus of the distribution, of the eight-channel board, of the board with one channel.
        let blocks: Vec<u32> = (0..BOARD).map(|node| base + node).collect();
        rack.conductors.extend([[plus + board % TERMINALS, blocks[0]], [minus + board % TERMINALS, blocks[1]]]);
        rack.conductors.extend([[blocks[0], blocks[2]], [blocks[1], blocks[3]], [blocks[1], blocks[5]]]);
        for channel in 0..9 {
            let node = |place: u32| base + BOARD + channel * LOAD + place;
            let variable = rack.variables.len() as u32;
            let energised = Literal::new(variable, true);
            let (com, no, nc) = (node(0), node(1), node(2));
            rack.variables.push(Variable { rest: false, weight: 1 });
            rack.contacts.push(Contact { ends: [com, nc], guard: Guard::one(energised.opposite()) });
            rack.contacts.push(Contact { ends: [com, no], guard: Guard::one(energised) });
            let coil = if channel < 8 { [blocks[2], blocks[3]] } else { [blocks[4], blocks[5]] };
            rack.conductors.extend([[coil[0], node(3)], [coil[1], node(4)], [nc, blocks[0]], [com, node(5)]]);
            rack.conductors.extend([[node(5), node(6)], [node(7), node(8)], [node(8), node(9)], [node(9), blocks[1]]]);
            if channel == 7 {
                // The single relay is fed by the load beside it.
                rack.conductors.push([com, blocks[4]]);
            }
            if extras.supplies {
                let pairs = vec![[node(3), plus], [node(4), minus]];
                rack.supplies.push(Supply { when: energised, any_of: vec![pairs] });
            }
            let wrong = extras.planted > 0
                && channel < 2
                && board % planted_every == 0
                && board / planted_every < extras.planted;
            if extras.decoys || wrong && channel == 0 {
                rack.conductors.push([no, blocks[1]]);
            }
            if wrong && channel == 1 {
                rack.conductors.push([com, com - LOAD]);
            }
        }
    }
    rack
}

/// A two-terminal network: nodes 0 and 1 are the source's ends.
fn two_terminal(nodes: u32, variables: u32, edges: Vec<([u32; 2], Guard)>) -> Network {
    let rail = |node: u32, gives: bool| Rail { node, reference: 0, level: node, gives, mains: false };
    Network {
        nodes,
        contacts: edges.into_iter().map(|(ends, guard)| Contact { ends, guard }).collect(),
        variables: vec![Variable { rest: false, weight: 1 }; variables as usize],
        rails: vec![rail(0, false), rail(1, true)],
        references: vec![0],
        ..Network::default()
    }
}

fn yes(variable: u32) -> Literal {
    Literal::new(variable, true)
}

/// The node of a place between the ends: node 0, inner ones from 2 on, at last node 1.
fn place(at: u32, last: u32) -> u32 {
    match at {
        0 => 0,
        _ if at == last => 1,
        _ => at + 1,
    }
}

/// Two-pole relays in series, each with a second pole from its contact to nowhere; all energised they join the ends, unless
/// `clean`: then one more contact wants the first at rest.
pub fn chain(relays: u32, clean: bool) -> Network {
    let last = relays + 1;
    let mut edges = Vec::new();
    for relay in 0..relays {
        let [a, b] = [place(relay, last), place(relay + 1, last)];
        let nowhere = last + 1 + relay;
        edges.push(([a, b], Guard::one(yes(relay))));
        edges.push(([b, nowhere], Guard::one(yes(relay))));
        edges.push(([b, nowhere], Guard::one(yes(relay).opposite())));
    }
    edges.push(([place(relays, last), 1], Guard::one(Literal::new(0, !clean))));
    two_terminal(last + 1 + relays, relays, edges)
}

/// As [`chain`], with a way around each contact that no state closes: no contact alone is needed.
pub fn detours(relays: u32, clean: bool) -> Network {
    let mut edges = Vec::new();
    let last = relays + 1;
    for relay in 0..relays {
        let [a, b] = [place(relay, last), place(relay + 1, last)];
        let detour = last + 1 + relay;
        edges.push(([a, b], Guard::one(yes(relay))));
        edges.push(([a, detour], Guard::one(yes(relay).opposite())));
        edges.push(([detour, b], Guard::one(yes(relay))));
    }
    edges.push(([place(relays, last), 1], Guard::one(Literal::new(0, !clean))));
    two_terminal(last + 1 + relays, relays, edges)
}

/// Changeovers with both throws at the next one's common: 2^stages ways, and at the end one that would have to do both.
pub fn ladder(stages: u32) -> Network {
    let last = stages + 2;
    let mut edges = Vec::new();
    for stage in 0..stages {
        let ends = [place(stage, last), place(stage + 1, last)];
        edges.push((ends, Guard::one(yes(stage))));
        edges.push((ends, Guard::one(yes(stage).opposite())));
    }
    edges.push(([place(stages, last), place(stages + 1, last)], Guard::one(yes(stages))));
    edges.push(([place(stages + 1, last), 1], Guard::one(yes(stages).opposite())));
    two_terminal(last + 1, stages + 1, edges)
}

/// Contacts between neighbours of a grid, node 0 at the left column's first row and node 1 at the right column's last.
fn grid(width: u32, mut guard: impl FnMut(u32, bool) -> Guard) -> (u32, Vec<([u32; 2], Guard)>) {
    let node = |x: u32, y: u32| place(y * width + x, width * width - 1);
    let mut edges = Vec::new();
    for y in 0..width {
        for x in 0..width {
            if x + 1 < width {
                edges.push(([node(x, y), node(x + 1, y)], guard(x, true)));
            }
            if y + 1 < width {
                edges.push(([node(x, y), node(x, y + 1)], guard(x, false)));
            }
        }
    }
    (width * width, edges)
}

/// A grid that two columns block: one wants variable 0 true, the other wants it false; all other contacts are their own.
pub fn blocked_grid(width: u32) -> Network {
    let mut variables = 1;
    let (nodes, edges) = grid(width, |x, across| match (x, across) {
        (1, true) => Guard::one(yes(0)),
        (column, true) if column == width - 2 => Guard::one(yes(0).opposite()),
        _ => {
            variables += 1;
            Guard::one(yes(variables - 1))
        }
    });
    two_terminal(nodes, variables, edges)
}

/// A grid with random guards of one or two literals.
pub fn random_grid(width: u32, variables: u32, literals: u32, seed: u64) -> Network {
    let mut random = Random::new(seed);
    let (nodes, edges) = grid(width, |_, _| {
        let mut literal = || Literal::new(random.below(variables), random.below(2) == 0);
        if literals == 1 { Guard::one(literal()) } else { Guard::both(literal(), literal()) }
    });
    two_terminal(nodes, variables, edges)
}

/// Random 3-SAT as contacts: bundles of three in series, `clauses` of them.
pub fn three_sat(variables: u32, clauses: u32, seed: u64) -> Network {
    let mut random = Random::new(seed);
    let mut edges = Vec::new();
    for clause in 0..clauses {
        let mut named: Vec<u32> = Vec::new();
        while named.len() < 3 {
            let variable = random.below(variables);
            if !named.contains(&variable) {
                named.push(variable);
                let guard = Guard::one(Literal::new(variable, random.below(2) == 0));
                edges.push(([place(clause, clauses), place(clause + 1, clauses)], guard));
            }
        }
    }
    two_terminal(clauses + 1, variables, edges)
}

/// Levers with so many positions, in series, with an interlock between neighbours.
pub fn levers(count: u32, positions: u32) -> Network {
    let mut edges = Vec::new();
    let mut clauses = Vec::new();
    for lever in 0..count {
        let taken = |position: u32| yes(lever * positions + position);
        let ends = [place(lever, count), place(lever + 1, count)];
        edges.extend((1..positions).map(|position| (ends, Guard::one(taken(position)))));
        clauses.push(Clause { literals: (0..positions).map(taken).collect(), soft: false });
        for b in 0..positions {
            let pairs = (0..b).map(|a| vec![taken(a).opposite(), taken(b).opposite()]);
            clauses.extend(pairs.map(|literals| Clause { literals, soft: false }));
        }
    }
    let mut network = two_terminal(count + 1, count * positions, edges);
    for lever in 0..count {
        network.variables[(lever * positions) as usize] = Variable { rest: true, weight: 0 };
    }
    network.clauses = clauses;
    network
}

/// A splitmix generator.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % u64::from(limit)) as u32
    }
}
