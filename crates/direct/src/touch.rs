//! How far the current or volts of one element reach: what an unknown number leaves unknown.

use crate::circuit::{Circuit, Options};
use crate::desk::{Context, Desk};
use crate::shop::Shop;
use crate::solve::Prepared;
use crate::validate::Fault;

/// What an unknown number may move at an element.
#[derive(Clone, Copy, Default)]
pub(crate) struct Touched {
    pub volts: bool,
    pub amperes: bool,
}

/// Below this share of an ampere, or of the volts across the port itself, a response is rounding.
const NOTHING: f64 = 1e-12;

/// Most unknown numbers times pieces of an island that are followed one by one; beyond it the whole island counts as moved.
const MOST: usize = 2_000_000;

/// What moves when the current or volts of some elements move, by element: where an ampere through them reaches.
pub(crate) fn touched(
    circuit: &Circuit,
    ports: &[u32],
    options: &Options,
    shop: &mut Shop,
) -> Result<Vec<Touched>, Vec<Fault>> {
    let mut all = vec![Touched::default(); circuit.elements.len()];
    if ports.is_empty() {
        return Ok(all);
    }
    let prepared = Prepared::new(circuit, options, shop)?;
    let context = Context { circuit, plan: &prepared.plan, options, whole: None };
    for island in &prepared.plan.islands {
        let inside: Vec<u32> =
            ports.iter().copied().filter(|port| island.elements.binary_search(port).is_ok()).collect();
        if inside.is_empty() {
            continue;
        }
        let whole = Touched { volts: true, amperes: true };
        let mut touch_all = || island.elements.iter().for_each(|&element| all[element as usize] = whole);
        let Ok(mut desk) = Desk::new(context, island, &[], shop) else {
            touch_all();
            continue;
        };
        let system = &mut desk.system;
        let found: Option<Vec<usize>> =
            inside.iter().map(|port| system.pieces.binary_search_by_key(port, |piece| piece.element).ok()).collect();
        let held = system.hold(|rule, volts| rule.straight(volts).1, shop);
        let is_much = inside.len().saturating_mul(system.pieces.len()) > MOST;
        let Some(found) = found.filter(|_| held && !is_much) else {
            touch_all();
            continue;
        };
        for at in found {
            let port = system.pieces[at];
            let response = system.respond(port.slots);
            let across = |slots: [u32; 2]| response[slots[0] as usize] - response[slots[1] as usize];
            let own = across(port.slots).abs();
            let carried = |slots: [u32; 2], slope: f64| across(slots) * slope;
            for piece in &system.pieces {
                let slope = if piece.rule.draws() { 0.0 } else { piece.rule.straight(system.across(piece)).1 };
                let touched = &mut all[piece.element as usize];
                touched.volts |= across(piece.slots).abs() > own * NOTHING;
                touched.amperes |= carried(piece.slots, slope).abs() > NOTHING;
            }
            all[port.element as usize].amperes = true;
            let sums = system.joint_sums(
                |piece| carried(piece.slots, if piece.rule.draws() { 0.0 } else { piece.rule.straight(0.0).1 }),
                port.nodes,
                1.0,
            );
            for (joint, amperes) in system.joints.iter().zip(sums) {
                all[joint.element as usize].amperes |= amperes.is_none_or(|amperes| amperes.abs() > NOTHING);
            }
        }
    }
    Ok(all)
}
