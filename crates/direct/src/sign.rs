//! When a failed Newton step proves that no operating point exists: the sign condition.
//!
//! Count volts on the feeding side upwards and on the returning side downwards. Where every wire joins nodes of one side and
//! every load stands from the feeding to the returning side, the conductance matrix has no positive entry off its diagonal and
//! every current is convex in the unknowns. The monotone Newton theorem then holds: from any start the second iterate lies above
//! every operating point, the iterates fall, and they reach the highest operating point if there is one; on the way the matrix is
//! positive definite. So a matrix that is not, or a load without volts, shows that there is none.
//!
//! Passive elements that bridge the two sides spoil it. They only draw: with `u = u0 - Z i(u)` and `Z >= 0`, whatever point the
//! whole circuit has lies below one of the circuit without them (Tarski), so a collapse without them is a proof for the whole. An
//! operating point here is one in which every live load has volts of the right sign.
//!
//! Where wiring between the two sides is more than bridges, `Z` itself is computed, column by column, for the ports of everything
//! that draws the more the fewer volts it has: power and current loads, converters, and limited sources (what a limit withholds is
//! such a draw). With no negative entry, `u -> u0 - Z i(u)` rises with `u`, and the same theorem holds in the ports' volts. Signs are
//! judged to rounding.

use crate::circuit::{Circuit, Law};
use crate::merge::Forest;
use crate::shop::Shop;
use crate::system::System;

/// What the sign condition says about an island.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Gauge {
    /// It holds.
    Holds,
    /// It holds once these elements, which only draw, are left out.
    HoldsWithout(Vec<u32>),
    /// It does not hold.
    Fails,
}

/// Tests the sign condition by union-find over the unknowns and the two sides. `dead` loads take nothing.
pub(crate) fn gauge(circuit: &Circuit, system: &System, dead: &[u32]) -> Gauge {
    let slots = u32::try_from(system.slots).expect("unknowns are counted in 32 bits");
    let (pinned, feeding, returning) = (slots, slots + 1, slots + 2);
    let mut forest = Forest::new(system.slots + 3);
    let mut take = |a: u32, b: u32| {
        if a != pinned && b != pinned {
            forest.join(a, b, 0.0);
        }
    };
    let mut spoil = Vec::new();
    let mut backward = Vec::new();
    let mut fed: Vec<[u32; 2]> = Vec::new();
    for piece in &system.pieces {
        let [a, b] = piece.slots;
        if a == b || dead.binary_search(&piece.element).is_ok() {
            continue;
        }
        let is_bridge = a != pinned && b != pinned;
        let law = &circuit.elements[piece.element as usize].law;
        if law.is_load() {
            fed.push([a, b]);
        }
        match *law {
            Law::Resistor { .. } => take(a, b),
            Law::Power { .. } | Law::Current { .. } | Law::Converter { .. } => {
                take(a, feeding);
                take(b, returning);
            }
            Law::Source { limit, ohms, .. } => match (is_bridge, limit.is_some() && ohms > 0.0) {
                (true, true) => return Gauge::Fails,
                (true, false) if ohms > 0.0 => take(a, b),
                (_, false) => {}
                (false, true) => {
                    take(a, feeding);
                    take(b, returning);
                }
            },
            Law::Diode { .. } => backward.push((piece.element, [a, b])),
            Law::Resistance { .. } if !is_bridge => {}
            Law::Resistance { .. } | Law::Clamp { .. } => {
                take(a, feeding);
                take(b, returning);
                spoil.push(piece.element);
            }
        }
    }
    fed.sort_unstable();
    for (element, [a, b]) in backward {
        if fed.binary_search(&[b, a]).is_ok() {
            // Across a load, against its volts: it never conducts where the load has volts of the right sign.
            spoil.push(element);
            continue;
        }
        if a != pinned && b != pinned {
            spoil.push(element);
        }
        if a != pinned {
            forest.join(a, feeding, 0.0);
        }
        if b != pinned {
            forest.join(b, returning, 0.0);
        }
    }
    if forest.find(feeding).0 == forest.find(returning).0 {
        Gauge::Fails
    } else if spoil.is_empty() {
        Gauge::Holds
    } else {
        spoil.sort_unstable();
        Gauge::HoldsWithout(spoil)
    }
}

/// Whether resistors and sources form a tree from the reference, parallel ones counted once.
pub(crate) fn is_tree(circuit: &Circuit, system: &System) -> bool {
    let conducts =
        |element: u32| matches!(circuit.elements[element as usize].law, Law::Resistor { .. } | Law::Source { .. });
    let wires = system.pieces.iter().filter(|piece| conducts(piece.element) && piece.slots[0] != piece.slots[1]);
    let mut edges: Vec<[u32; 2]> =
        wires.map(|piece| [piece.slots[0].min(piece.slots[1]), piece.slots[0].max(piece.slots[1])]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut forest = Forest::new(system.slots + 1);
    edges.into_iter().all(|[a, b]| forest.join(a, b, 0.0))
}

/// Most numbers of [`falls_together`], and most wires of [`runs_one_way`], before it gives up.
const NUMBERS: usize = 20_000_000;

/// Whether resistors and sources form a tree, parallel ones counted once, in which everything that draws sends its current through each of
/// them in the same direction. Then the ohms that two of them share are never negative and grow with every resistance: what the sign
/// condition asks of sides, asked of wires.
pub(crate) fn runs_one_way(circuit: &Circuit, system: &System) -> bool {
    if !is_tree(circuit, system) {
        return false;
    }
    let law = |element: u32| &circuit.elements[element as usize].law;
    let joins = |element: u32| matches!(law(element), Law::Resistor { .. } | Law::Source { .. });
    let mut near: Vec<Vec<u32>> = vec![Vec::new(); system.slots + 1];
    for piece in system.pieces.iter().filter(|piece| joins(piece.element)) {
        let [a, b] = piece.slots;
        near[a as usize].push(b);
        near[b as usize].push(a);
    }
    // From the reference outwards; what is not reached has no parent.
    let root = u32::try_from(system.slots).expect("unknowns are counted in 32 bits");
    let (mut above, mut depth) = (vec![u32::MAX; system.slots + 1], vec![0u32; system.slots + 1]);
    above[root as usize] = root;
    let mut reached = vec![root];
    let mut next = 0;
    while let Some(&at) = reached.get(next) {
        next += 1;
        for &far in &near[at as usize] {
            if above[far as usize] == u32::MAX {
                above[far as usize] = at;
                depth[far as usize] = depth[at as usize] + 1;
                reached.push(far);
            }
        }
    }
    // By node: whether current runs from it towards the reference, once some does.
    let mut homewards: Vec<Option<bool>> = vec![None; system.slots + 1];
    let mut work = 0;
    for piece in system.pieces.iter().filter(|piece| !joins(piece.element)) {
        // What is drawn at the first end comes back at the second.
        let [mut to, mut from] = piece.slots;
        if above[to as usize] == u32::MAX || above[from as usize] == u32::MAX {
            return false;
        }
        while to != from {
            let is_back = depth[from as usize] >= depth[to as usize];
            let at = if is_back { &mut from } else { &mut to };
            if *homewards[*at as usize].get_or_insert(is_back) != is_back {
                return false;
            }
            *at = above[*at as usize];
            work += 1;
        }
        if work > NUMBERS {
            return false;
        }
    }
    true
}

/// Whether one ampere more at any port that draws, or through any element that is left out, lowers the volts of every port that draws.
///
/// `without` are elements of the island that the system leaves out, each with a current that never flows backward; `dead` loads take
/// nothing.
pub(crate) fn falls_together(
    circuit: &Circuit,
    system: &mut System,
    [without, dead]: [&[u32]; 2],
    shop: &mut Shop,
) -> bool {
    let is_port = |element: u32| match circuit.elements[element as usize].law {
        Law::Source { limit: Some(_), .. } => true,
        law => law.draws() && dead.binary_search(&element).is_err(),
    };
    if system.joints.iter().any(|joint| is_port(joint.element)) {
        return false;
    }
    let ports: Vec<[u32; 2]> =
        system.pieces.iter().filter(|piece| is_port(piece.element)).map(|piece| piece.slots).collect();
    let columns: Vec<[u32; 2]> = system
        .pieces
        .iter()
        .filter(|piece| is_port(piece.element) || without.binary_search(&piece.element).is_ok())
        .map(|piece| piece.slots)
        .collect();
    if columns.len() * (system.slots + ports.len()) > NUMBERS
        || !system.hold(|rule, volts| rule.straight(volts).1, shop)
    {
        return false;
    }
    columns.into_iter().all(|column| {
        let volts = system.respond(column);
        let at = |[a, b]: [u32; 2]| volts[a as usize] - volts[b as usize];
        let own = at(column).abs();
        ports.iter().all(|&port| at(port) >= -1e-12 * own)
    })
}
