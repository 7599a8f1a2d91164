//! How far the loads may grow, what fails first, and which element costs it most.

use crate::circuit::{Circuit, Law, Options};
use crate::desk::{Context, Refusal, Whole};
use crate::rule::Rule;
use crate::shop::Shop;
use crate::solution::{Cause, Limit, Proof};
use crate::solve::{Cluster, Failure, Prepared};
use crate::solver::Solver;
use crate::validate::Fault;

/// Load factors beyond this are called none.
const MOST: f64 = 1e6;

/// What is known where even the passive part has no point.
pub(crate) fn without_load() -> Limit {
    Limit {
        load_factor: 0.0,
        fails_at: Some(0.0),
        proved_at: None,
        cause: Cause::Collapse,
        first_to_fail: None,
        costliest: None,
    }
}

/// Halves between a factor that has an operating point and one that has none.
///
/// A factor that has one is shown by a converged solution with a positive definite matrix; one that has none, by a failure that is
/// proved or not. `low` must have one.
pub(crate) fn limit(cluster: &mut Cluster<'_>, low: f64, high: (f64, Failure), shop: &mut Shop) -> Limit {
    let (mut low, (mut high, mut failure)) = (low, high);
    let mut proved_at = (failure.proof == Proof::Proved).then_some(high);
    for _ in 0..cluster.context.options.halvings {
        if high - low <= 1e-9 * high {
            break;
        }
        let middle = low + (high - low) / 2.0;
        match cluster.settle(middle, shop) {
            Ok(()) => low = middle,
            Err(found) => {
                if found.proof == Proof::Proved {
                    proved_at = Some(middle);
                }
                (high, failure) = (middle, found);
            }
        }
    }
    let (first_to_fail, costliest) = blame(cluster, low, shop);
    Limit { load_factor: low, fails_at: Some(high), proved_at, cause: failure.cause, first_to_fail, costliest }
}

/// What is known of a cluster that has no operating point at full load.
pub(crate) fn diagnose(cluster: &mut Cluster<'_>, failure: Failure, shop: &mut Shop) -> Limit {
    match cluster.settle(0.0, shop) {
        Ok(()) => limit(cluster, 0.0, (1.0, failure), shop),
        Err(idle) => Limit { cause: idle.cause, ..without_load() },
    }
}

/// The load nearest to half its volts without load, and what takes most of its drop.
///
/// With `w` the volts when one ampere goes in at the load's plus and out at its minus through the passive part, reciprocity
/// gives the drop as a sum over elements: each one's own change of volts times the current `g w` that the ampere sends through it.
fn blame(cluster: &mut Cluster<'_>, factor: f64, shop: &mut Shop) -> (Option<u32>, Option<(u32, f64)>) {
    if cluster.settle(factor, shop).is_err() {
        return (None, None);
    }
    let mut worst: Option<(f64, usize, usize)> = None;
    for (at, desk) in cluster.desks.iter().enumerate() {
        for (index, piece) in desk.system.pieces.iter().enumerate().filter(|(_, piece)| piece.rule.draws()) {
            let Some(open) = desk.open(piece.element) else { continue };
            let share = desk.system.across(piece) / open;
            if worst.is_none_or(|(least, ..)| share < least) {
                worst = Some((share, at, index));
            }
        }
    }
    let Some((_, at, index)) = worst else { return (None, None) };
    let load = cluster.desks[at].system.pieces[index];
    let system = &mut cluster.desks[at].system;
    if !system.hold(|rule, volts| rule.at(volts).1, shop) {
        return (Some(load.element), None);
    }
    let response = system.respond(load.slots);
    let desk = &cluster.desks[at];
    let mut costliest: Option<(u32, f64)> = None;
    for piece in &desk.system.pieces {
        let siemens = match piece.rule {
            Rule::Linear { siemens } | Rule::Source { siemens, .. } => siemens,
            _ => continue,
        };
        let Some(open) = desk.open(piece.element) else { continue };
        let [a, b] = piece.slots.map(|slot| response[slot as usize]);
        let (element, of) = desk.context.dearest(piece.element);
        let share = (open - desk.system.across(piece)) * siemens * (a - b) * of;
        if share > costliest.map_or(0.0, |(_, most)| most) {
            costliest = Some((element, share));
        }
    }
    (Some(load.element), costliest)
}

/// How far the loads of each group of islands may grow: reference nodes of its islands, and its limit.
///
/// All power and current draws of a group grow by one factor. A limit without [`Limit::fails_at`] is beyond a million.
///
/// # Errors
/// As [`crate::solve()`] for a circuit that makes no sense.
pub fn headroom(circuit: &Circuit, options: &Options) -> Result<Vec<(Vec<u32>, Limit)>, Vec<Fault>> {
    Solver::new(*options).headroom(circuit)
}

/// The same for a circuit whose numbers are sound.
pub(crate) fn limits(
    circuit: &Circuit,
    whole: Option<Whole<'_>>,
    options: &Options,
    shop: &mut Shop,
) -> Result<Vec<(Vec<u32>, Limit)>, Vec<Fault>> {
    let mut prepared = Prepared::new(circuit, options, shop)?;
    let mut rests = std::mem::take(&mut prepared.rests);
    let context = Context { circuit, plan: &prepared.plan, options, whole };
    let mut limits = Vec::new();
    for islands in &prepared.plan.clusters {
        let references = islands.iter().map(|&island| prepared.plan.islands[island as usize].reference).collect();
        let limit = match Cluster::new(context, islands, &mut rests, shop) {
            Err(Refusal::Faults(faults)) => return Err(faults),
            Err(Refusal::Stopped) => without_load(),
            Ok(mut cluster) => grow(&mut cluster, shop),
        };
        limits.push((references, limit));
    }
    Ok(limits)
}

fn grow(cluster: &mut Cluster<'_>, shop: &mut Shop) -> Limit {
    let circuit = cluster.context.circuit;
    let draws = |element: &u32| {
        let law = &circuit.elements[*element as usize].law;
        matches!(law, Law::Power { watts, .. } if *watts > 0.0)
            || matches!(law, Law::Current { amperes, .. } if *amperes > 0.0)
    };
    let unlimited = Limit { load_factor: MOST, fails_at: None, ..without_load() };
    if !cluster.desks.iter().any(|desk| desk.island.elements.iter().any(draws)) {
        return unlimited;
    }
    if let Err(failure) = cluster.settle(0.0, shop) {
        return Limit { cause: failure.cause, ..without_load() };
    }
    let (mut low, mut high) = (0.0, 1.0);
    while high <= MOST {
        match cluster.settle(high, shop) {
            Ok(()) => (low, high) = (high, high * 2.0),
            Err(failure) => return limit(cluster, low, (high, failure), shop),
        }
    }
    unlimited
}
