//! Diodes and LEDs at the corners: the most that each can take, and the resistors that serve them alone.

use crate::circuit::{Circuit, Law, Options};
use crate::desk::{Context, Desk};
use crate::rule::LEAK;
use crate::shop::Shop;
use crate::solve::Prepared;
use crate::validate::Fault;

/// The most amperes of each diode, by element; `None` where some island has no such answer.
///
/// A tree that feeds nothing else leaves a diode its greatest volts, behind the ohms that the tree then shows: both at the corner of
/// most volts. Its line may lie at either end of its slope. `ends` are the corners of fewest and most volts; `idle` is the latter with
/// every diode a load that takes nothing.
pub(crate) fn most(
    ends: [&Circuit; 2],
    idle: &Circuit,
    options: &Options,
    shop: &mut Shop,
) -> Result<Option<Vec<f64>>, Vec<Fault>> {
    let mut most = vec![0.0; idle.elements.len()];
    let is_diode = |element: usize| matches!(ends[0].elements[element].law, Law::Diode { .. });
    if !(0..most.len()).any(is_diode) {
        return Ok(Some(most));
    }
    let prepared = Prepared::new(idle, options, shop)?;
    let context = Context { circuit: idle, plan: &prepared.plan, options, whole: None };
    for island in &prepared.plan.islands {
        let inside: Vec<usize> =
            island.elements.iter().map(|&element| element as usize).filter(|&element| is_diode(element)).collect();
        if inside.is_empty() {
            continue;
        }
        let Ok(mut desk) = Desk::new(context, island, &[], shop) else { return Ok(None) };
        let system = &mut desk.system;
        if !system.hold(|rule, volts| rule.straight(volts).1, shop) {
            return Ok(None);
        }
        for piece in system.pieces.clone().iter().filter(|piece| is_diode(piece.element as usize)) {
            let [Law::Diode { volts, amperes, slope }, Law::Diode { slope: other, .. }] =
                ends.map(|end| end.elements[piece.element as usize].law)
            else {
                continue;
            };
            let open = system.across(piece);
            let response = system.respond(piece.slots);
            let behind = response[piece.slots[0] as usize] - response[piece.slots[1] as usize];
            let at = |slope: f64| ((open - volts + amperes * slope) / (behind + slope)).max(0.0);
            most[piece.element as usize] = at(slope).max(at(other)) + open.max(0.0) * LEAK;
        }
    }
    Ok(Some(most))
}

/// Resistors that carry the current of diodes and nothing else: one of their ends joins them to diodes alone.
pub(crate) fn ballast(circuit: &Circuit) -> Vec<bool> {
    let nodes = circuit.nodes as usize;
    let (mut resistors, mut diodes, mut others) = (vec![0u32; nodes], vec![0u32; nodes], vec![0u32; nodes]);
    for element in circuit.elements.iter().filter(|element| element.ends[0] != element.ends[1]) {
        let count = match element.law {
            Law::Resistor { .. } => &mut resistors,
            Law::Diode { .. } => &mut diodes,
            _ => &mut others,
        };
        element.ends.iter().for_each(|&end| count[end as usize] += 1);
    }
    for &node in &circuit.references {
        others[node as usize] += 1;
    }
    let serves = |&end: &u32| {
        let end = end as usize;
        resistors[end] == 1 && diodes[end] > 0 && others[end] == 0
    };
    let is_ballast = |law: &Law, ends: &[u32; 2]| matches!(law, Law::Resistor { .. }) && ends.iter().any(serves);
    circuit.elements.iter().map(|element| is_ballast(&element.law, &element.ends)).collect()
}
