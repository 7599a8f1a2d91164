//! Racks of any size: one supply, and for nine loads each an eight-channel and a one-channel board in their plus wires.

use switching::{Contact, Guard, Literal, Network, Rail, Supply, Variable};

/// A rack with what is asked of it. Nodes are terminals.
pub struct Rack {
    /// Conductors and contacts.
    pub network: Network,
    /// Pluses of loads, then their minuses.
    pub needs: [Vec<u32>; 2],
    /// The supply's plus and minus.
    pub roots: [u32; 2],
    /// The terminals of each relay.
    pub relays: Vec<Vec<u32>>,
}

/// What makes a rack harder.
#[derive(Clone, Copy, Default)]
pub struct Kind {
    /// Each relay's NO is wired to the return, where a weld of either throw shorts the supply.
    pub tied: bool,
    /// Boards get their supply behind the contact of the ninth load.
    pub supplied: bool,
}

/// Loads on one pair of boards.
const LOADS: u32 = 9;

impl Rack {
    /// At least so many relays, in whole boards.
    pub fn new(relays: u32, kind: Kind) -> Self {
        let mut rack =
            Self { network: Network::default(), needs: [Vec::new(), Vec::new()], roots: [0, 1], relays: Vec::new() };
        rack.nodes(2);
        let rail = |node, level, gives| Rail { node, reference: 0, level, gives, mains: false };
        rack.network.rails = vec![rail(0, 1, true), rail(1, 0, false)];
        rack.network.references = vec![1];
        for _ in 0..relays.div_ceil(LOADS) {
            rack.boards(kind);
        }
        rack
    }

    /// The graph that is closed at rest: conductors, then normally closed contacts.
    pub fn at_rest(&self) -> Vec<[u32; 2]> {
        let rest = self.network.rest();
        let closed = self.network.contacts.iter().filter(|contact| contact.guard.closed(&rest));
        self.network.conductors.iter().copied().chain(closed.map(|contact| contact.ends)).collect()
    }

    fn nodes(&mut self, count: u32) -> u32 {
        self.network.nodes += count;
        self.network.nodes - count
    }

    fn wire(&mut self, a: u32, b: u32) {
        self.network.conductors.push([a, b]);
    }

    /// A terminal block: a row of terminals, fed at both ends.
    fn block(&mut self, from: u32) -> u32 {
        let first = self.nodes(LOADS + 2);
        let last = first + LOADS + 1;
        self.wire(from, first);
        self.wire(from, last);
        for terminal in first..last {
            self.wire(terminal, terminal + 1);
        }
        first + 1
    }

    fn boards(&mut self, kind: Kind) {
        let (plus, minus) = (self.block(self.roots[0]), self.block(self.roots[1]));
        let board = self.nodes(2);
        let mut fed = 0;
        for load in 0..LOADS {
            // Fuse in and out; NC, COM, NO; the coil's ends and the input; the load's ends.
            let [fuse, nc, coil, ends] = [2, 3, 3, 2].map(|count| self.nodes(count));
            let (com, no) = (nc + 1, nc + 2);
            for [a, b] in [[plus + load, fuse], [fuse, fuse + 1], [fuse + 1, nc], [com, ends], [ends + 1, minus + load]]
            {
                self.wire(a, b);
            }
            self.wire(coil, board);
            self.wire(coil + 1, board + 1);
            if kind.tied {
                self.wire(no, minus + load);
            }
            let variable = u32::try_from(self.network.variables.len()).expect("a rack has fewer than 2^32 relays");
            self.network.variables.push(Variable { rest: false, weight: 1 });
            for (throw, energised) in [(nc, false), (no, true)] {
                let guard = Guard::one(Literal::new(variable, energised));
                self.network.contacts.push(Contact { ends: [com, throw], guard });
            }
            if kind.supplied {
                let any_of = vec![vec![[coil, self.roots[0]], [coil + 1, self.roots[1]]]];
                self.network.supplies.push(Supply { when: Literal::new(variable, true), any_of });
            }
            self.needs[0].push(ends);
            self.needs[1].push(ends + 1);
            self.relays.push(vec![nc, com, no, coil, coil + 1, coil + 2]);
            fed = ends;
        }
        self.wire(board, if kind.supplied { fed } else { plus });
        self.wire(board + 1, minus);
    }
}
