//! The most amperes in the wires of a mesh and the fewest volts at its loads, where no corner of all numbers at once is the worst.
//!
//! A wire between two feeds carries most while the loads on one side draw their most and those on the other their least, and while
//! what lies in its way is at its least ohms and what lies beside it at its most; and what one load draws may lift another. Which is
//! which follows from one response: by reciprocity the volts across every element for an ampere through the ends of the wire or load
//! are what that element does to it. The signs are taken at the corner of most ohms and greatest draws, and one point is solved for
//! each wire and load: an estimate, not a bound.

use crate::circuit::{Circuit, Law, Options};
use crate::rule::Rule;
use crate::shop::Shop;
use crate::sign::runs_one_way;
use crate::solve::Prepared;
use crate::system::System;
use crate::validate::Fault;

/// Most numbers that are computed before the corners must do.
const NUMBERS: usize = 4_000_000;

/// What the corners of all numbers at once may miss, by element.
#[derive(Default)]
pub(crate) struct Worst {
    /// The most amperes through resistors.
    pub amperes: Vec<(u32, f64)>,
    /// The fewest volts across loads.
    pub volts: Vec<(u32, f64)>,
}

/// The worst for each resistor and load of each meshed island of `circuit`, whose loads draw nothing.
///
/// `thick` is the same circuit with resistors at their least ohms; `draws` the least and most amperes of a load.
pub(crate) fn worst(
    circuit: &Circuit,
    thick: &Circuit,
    options: &Options,
    draws: &[[f64; 2]],
    shop: &mut Shop,
) -> Result<Worst, Vec<Fault>> {
    let prepared = Prepared::new(circuit, options, shop)?;
    let mut answers = Worst::default();
    for island in &prepared.plan.islands {
        let Ok(mut system) = System::new(circuit, &prepared.plan, island, &[], shop) else { continue };
        let law = |element: u32| &circuit.elements[element as usize].law;
        let seen = seen(circuit, &system);
        if seen.is_empty()
            || seen.len() * (system.slots + system.pieces.len()) > NUMBERS
            || system.settle(true, options.steps, shop).is_err()
        {
            continue;
        }
        // The passive part has one factor for all of them.
        let Ok(mut held) = System::new(circuit, &prepared.plan, island, &[], shop) else { continue };
        if !held.hold(|rule, volts| rule.straight(volts).1, shop) {
            continue;
        }
        let base: Vec<Rule> = (0..system.pieces.len())
            .map(|at| match law(system.pieces[at].element) {
                law if law.draws() => Rule::Current { amperes: draws[system.pieces[at].element as usize][1] },
                _ => system.pieces[at].rule,
            })
            .collect();
        let set = |system: &mut System, rules: &[Rule]| {
            system.pieces.iter_mut().zip(rules).for_each(|(piece, rule)| piece.rule = *rule);
        };
        set(&mut system, &base);
        if system.settle(true, options.steps, shop).is_err() {
            continue;
        }
        let volts: Vec<f64> = system.pieces.iter().map(|piece| system.across(piece)).collect();
        for at in seen {
            let one = system.pieces[at];
            let response = held.respond(one.slots);
            let across = |[a, b]: [u32; 2]| response[a as usize] - response[b as usize];
            // More volts across a wire are more amperes; of a load the fewest are asked.
            let forward = match base[at] {
                Rule::Linear { siemens } if across(one.slots) * siemens > 1.0 - 1e-9 => {
                    // No way around it: ohms do not matter, and what passes it in one direction takes from what passes in the other.
                    let mut passes = [0.0, 0.0];
                    for piece in system.pieces.iter().filter(|piece| law(piece.element).draws()) {
                        let share = across(piece.slots) * siemens;
                        let [least, most] = draws[piece.element as usize];
                        let along = usize::from(share < 0.0);
                        passes[along] += share.abs() * most;
                        passes[1 - along] -= share.abs() * least;
                    }
                    answers.amperes.push((one.element, passes[0].max(passes[1])));
                    continue;
                }
                Rule::Linear { .. } if volts[at] >= 0.0 => 1.0,
                _ => -1.0,
            };
            let mut rules = base.clone();
            for ((rule, piece), &volts) in rules.iter_mut().zip(&system.pieces).zip(&volts) {
                let helps = across(piece.slots) * forward;
                match *law(piece.element) {
                    law if law.draws() => {
                        let [least, most] = draws[piece.element as usize];
                        *rule = Rule::Current { amperes: if helps < 0.0 { most } else { least } };
                    }
                    Law::Resistor { .. } if piece.element == one.element || helps * volts < 0.0 => {
                        *rule = Rule::without_draw(&thick.elements[piece.element as usize].law);
                    }
                    _ => {}
                }
            }
            set(&mut system, &rules);
            if system.settle(true, options.steps, shop).is_ok() {
                let volts = system.across(&one);
                if let Rule::Linear { .. } = base[at] {
                    answers.amperes.push((one.element, system.pieces[at].rule.at(volts).0.abs()));
                } else {
                    answers.volts.push((one.element, volts));
                }
            }
        }
    }
    Ok(answers)
}

/// The pieces that are looked at: of a tree that all pass in one direction only wires side by side, which count as one there; but how they
/// share what flows hangs on each one's ohms.
fn seen(circuit: &Circuit, system: &System) -> Vec<usize> {
    let law = |at: usize| &circuit.elements[system.pieces[at].element as usize].law;
    let joins = |at: &usize| system.pieces[*at].slots[0] != system.pieces[*at].slots[1];
    let all = || (0..system.pieces.len()).filter(joins);
    let wires = || all().filter(|&at| matches!(law(at), Law::Resistor { .. }));
    if !runs_one_way(circuit, system) {
        return wires().chain(all().filter(|&at| law(at).draws())).collect();
    }
    let ends = |at: usize| {
        let [a, b] = system.pieces[at].slots;
        [a.min(b), a.max(b)]
    };
    let mut both: Vec<[u32; 2]> = wires().map(ends).collect();
    both.sort_unstable();
    let mut beside: Vec<[u32; 2]> = both.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    beside.dedup();
    wires().filter(|&at| beside.binary_search(&ends(at)).is_ok()).collect()
}
