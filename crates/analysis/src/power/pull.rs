//! Ways between a pin and what can pull it: through wires, contacts, resistors and diodes, with what each resists and drops.
//!
//! For signals of a milliampere, where a diode or a resistor decides, and every contact counts whatever its mover does. Loads, coils and
//! inputs are no way.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use model::Terminal;

use super::harness::{Harness, Piece};
use super::{Gap, What};

/// Nodes that are looked at for one pin. A signal hangs on a handful of wires.
const MOST: usize = 20_000;
/// Contacts through which a way is looked for, each with a search of its own.
const CONTACTS: usize = 256;

/// One way of a current.
#[derive(Clone, Debug, Default)]
pub struct Pull {
    /// Pieces, in the order in which current runs through them.
    pub pieces: Vec<u32>,
    /// Sum of what resists, ohms: least, most.
    pub ohms: [f64; 2],
    /// Sum of what drops whatever flows, volts: least, most.
    pub forward: [f64; 2],
    /// A resistor or diode on it whose number nobody wrote, and that number.
    pub gap: Option<(u32, Gap)>,
}

impl Pull {
    /// Volts above its far end that a pull-up of so many volts and ohms leaves at the near one: `side` 0 is the least, 1 the most.
    pub fn leaves(&self, volts: f64, ohms: f64, side: usize) -> f64 {
        let (forward, own) = (self.forward[side].min(volts), self.ohms[side]);
        if ohms + own > 0.0 { forward + (volts - forward) * own / (ohms + own) } else { forward }
    }
}

/// Finds ways in one network.
pub struct Pulls<'a> {
    harness: &'a Harness,
    /// By node: its pieces that conduct.
    at: BTreeMap<u32, Vec<u32>>,
    /// Nodes on which the plus of a source stands.
    supplies: BTreeSet<u32>,
}

/// The best way to a node so far.
#[derive(Clone, Copy, Default)]
struct Reached {
    /// The piece that led there; none at the start.
    by: Option<u32>,
    ohms: [f64; 2],
    forward: [f64; 2],
    gap: Option<(u32, Gap)>,
}

impl Reached {
    fn joined(self, more: Self) -> Self {
        let sum = |a: [f64; 2], b: [f64; 2]| [a[0] + b[0], a[1] + b[1]];
        Self {
            by: more.by,
            ohms: sum(self.ohms, more.ohms),
            forward: sum(self.forward, more.forward),
            gap: self.gap.or(more.gap),
        }
    }
}

impl<'a> Pulls<'a> {
    /// Of a network.
    pub fn new(harness: &'a Harness) -> Self {
        let (mut at, mut supplies): (BTreeMap<u32, Vec<u32>>, _) = (BTreeMap::new(), BTreeSet::new());
        for (number, piece) in (0..).zip(&harness.pieces) {
            if conducts(piece) {
                piece.ends.iter().for_each(|&node| at.entry(node).or_default().push(number));
            }
            if matches!(piece.what, What::Source(_)) {
                supplies.insert(piece.ends[0]);
            }
        }
        Self { harness, at, supplies }
    }

    /// The node of a terminal.
    pub fn node(&self, terminal: Terminal) -> u32 {
        self.harness.node[terminal.0 as usize]
    }

    /// Ways of a current of so many amperes from one node to another, past no supply: first the one without a contact, then the
    /// best through each contact. `None` where too much hangs on the start to say.
    pub fn ways(&self, [from, to]: [u32; 2], amperes: f64) -> Option<Vec<Pull>> {
        let stop = |node: u32| node == to || self.supplies.contains(&node);
        let out = self.reach((from, amperes), &stop, (true, true), &BTreeSet::new())?;
        if !out.contains_key(&to) {
            return Some(Vec::new());
        }
        let lasting = self.reach((from, amperes), &stop, (true, false), &BTreeSet::new())?;
        let mut ways: Vec<Pull> =
            lasting.get(&to).map(|end| pull(*end, self.trail(&lasting, to).0)).into_iter().collect();
        let of = |node: &u32| self.at.get(node).into_iter().flatten().copied();
        let contacts: BTreeSet<u32> = out.keys().flat_map(of).filter(|&number| self.is_contact(number)).collect();
        if contacts.len() > CONTACTS {
            return None;
        }
        for number in contacts {
            let [a, b] = self.harness.pieces[number as usize].ends;
            let mut best: Option<(Reached, Vec<u32>)> = None;
            for (near, far) in [(a, b), (b, a)] {
                let Some(start) = out.get(&near).filter(|_| near != to && far != from) else { continue };
                // On from there without coming back: else a closed contact beside it would seem its way.
                let (mut pieces, seen) = self.trail(&out, near);
                if seen.contains(&far) {
                    continue;
                }
                let onward = self.reach((far, amperes), &stop, (true, true), &seen)?;
                let Some(end) = onward.get(&to).filter(|_| far == to || !stop(far)) else { continue };
                let sum = self.step(*start, number).joined(*end);
                if best.as_ref().is_none_or(|(so_far, _)| cost(&sum, amperes) < cost(so_far, amperes)) {
                    pieces.push(number);
                    pieces.extend(self.trail(&onward, to).0);
                    best = Some((sum, pieces));
                }
            }
            ways.extend(best.map(|(sum, pieces)| pull(sum, pieces)));
        }
        Some(ways)
    }

    /// The best way of a current of so many amperes from each supply to a pin, not through its return; by the supply's node. `None` as above.
    pub fn feeders(&self, pin: u32, ret: u32, amperes: f64) -> Option<BTreeMap<u32, Pull>> {
        let stop = |node: u32| node == ret || self.supplies.contains(&node);
        let back = self.reach((pin, amperes), &stop, (false, true), &BTreeSet::new())?;
        let supplies = back.iter().filter(|(node, _)| **node != ret && **node != pin && self.supplies.contains(node));
        let led = |(&node, &reached): (&u32, &Reached)| {
            let (mut pieces, _) = self.trail(&back, node);
            pieces.reverse();
            (node, pull(reached, pieces))
        };
        Some(supplies.map(led).collect())
    }

    /// Dijkstra by volts at these amperes, over contacts or without; nodes that `stop` are reached and not left, those of
    /// `past` are not reached. Forwards, or against the current.
    fn reach(
        &self,
        (start, amperes): (u32, f64),
        stop: &impl Fn(u32) -> bool,
        (forwards, contacts): (bool, bool),
        past: &BTreeSet<u32>,
    ) -> Option<BTreeMap<u32, Reached>> {
        let mut found: BTreeMap<u32, Reached> = BTreeMap::new();
        let mut open: BTreeMap<u32, Reached> = BTreeMap::from([(start, Reached::default())]);
        let mut queue = BinaryHeap::from([(Reverse(0_u64), start)]);
        while let Some((Reverse(_), node)) = queue.pop() {
            let Some(here) = open.remove(&node) else { continue };
            found.insert(node, here);
            if found.len() > MOST {
                return None;
            }
            if node != start && stop(node) {
                continue;
            }
            for &number in self.at.get(&node).into_iter().flatten() {
                let piece = &self.harness.pieces[number as usize];
                let next = piece.ends[usize::from(piece.ends[0] == node)];
                let against = matches!(piece.what, What::Diode(..)) && (piece.ends[0] == node) != forwards;
                if against
                    || found.contains_key(&next)
                    || past.contains(&next)
                    || (!contacts && self.is_contact(number))
                {
                    continue;
                }
                let there = self.step(here, number);
                if open.get(&next).is_none_or(|so_far| cost(&there, amperes) < cost(so_far, amperes)) {
                    open.insert(next, there);
                    // Of numbers that are not negative the bits are in their order.
                    queue.push((Reverse(cost(&there, amperes).to_bits()), next));
                }
            }
        }
        Some(found)
    }

    /// One piece further.
    fn step(&self, here: Reached, number: u32) -> Reached {
        let piece = &self.harness.pieces[number as usize];
        let value = piece.numbers.value.1;
        let span = [value.low.unwrap_or(value.typical), value.high.unwrap_or(value.typical)];
        let (ohms, forward) = if matches!(piece.what, What::Diode(..)) { ([0.0; 2], span) } else { (span, [0.0; 2]) };
        // What joints and contacts resist is next to nothing here, stated or not.
        let decides = matches!(piece.what, What::Resistor(..) | What::Diode(..));
        let gap = value.gap.filter(|_| decides).map(|gap| (number, gap));
        here.joined(Reached { by: Some(number), ohms, forward, gap })
    }

    /// The pieces from where a search started to a node, and the nodes that they touch.
    fn trail(&self, found: &BTreeMap<u32, Reached>, mut node: u32) -> (Vec<u32>, BTreeSet<u32>) {
        let (mut pieces, mut seen) = (Vec::new(), BTreeSet::from([node]));
        while let Some(number) = found.get(&node).and_then(|reached| reached.by) {
            pieces.push(number);
            let [a, b] = self.harness.pieces[number as usize].ends;
            node = if a == node { b } else { a };
            seen.insert(node);
        }
        pieces.reverse();
        (pieces, seen)
    }

    fn is_contact(&self, number: u32) -> bool {
        matches!(self.harness.pieces[number as usize].what, What::Contact(..))
    }
}

fn pull(sum: Reached, pieces: Vec<u32>) -> Pull {
    Pull { pieces, ohms: sum.ohms, forward: sum.forward, gap: sum.gap }
}

fn conducts(piece: &Piece) -> bool {
    piece.what.conducts() || matches!(piece.what, What::Resistor(..) | What::Diode(..))
}

/// Most volts along a way at these amperes.
fn cost(reached: &Reached, amperes: f64) -> f64 {
    (reached.forward[1] + reached.ohms[1] * amperes).max(0.0)
}
