//! One dead short, solved with limits and diodes as they are: what flows, and what stops it.
//!
//! Loads are taken off (they feed nothing back) and sources behind converters as fed: both can only make a short less than is said
//! here.

use crate::circuit::{Circuit, Law, Options, Share};
use crate::shop::Shop;
use crate::solution::{Flow, Outcome};
use crate::solve::Prepared;
use crate::solver::{Solver, check};
use crate::validate::Fault;

/// A part that opens: a fuse, or anything whose rating is asked about.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Breaker {
    /// The element.
    pub element: u32,
    /// Amperes it carries without end.
    pub amperes: f64,
}

/// What a dead short between two nodes does.
#[derive(Clone, PartialEq, Debug)]
pub struct Short {
    /// Amperes through the short; `None` where a source of zero ohms without limit stands right across it.
    pub amperes: Option<f64>,
    /// Breakers that carry more than their rating, with how many times of it; the most overloaded, which opens first, in front.
    pub opens: Vec<(u32, f64)>,
    /// Sources whose limit holds the current down.
    pub limited: Vec<u32>,
    /// Shared limits that are passed: the supply shuts down.
    pub groups: Vec<u32>,
    /// What each element carries meanwhile.
    pub flows: Vec<Flow>,
}

/// The circuit as a short sees it: nothing is drawn and no shared limit acts.
pub(crate) fn without_draws(circuit: &Circuit) -> Circuit {
    let mut bare = circuit.clone();
    for element in bare.elements.iter_mut().filter(|element| element.law.draws()) {
        element.law = Law::Power { watts: 0.0, minimum: None };
    }
    bare.groups.clear();
    bare
}

/// Refuses a circuit that makes no sense.
pub(crate) fn sound(circuit: &Circuit, options: &Options, shop: &mut Shop) -> Result<(), Vec<Fault>> {
    check(circuit)?;
    Prepared::new(circuit, options, shop).map(|_| ())
}

/// Solves a dead short between two nodes.
///
/// # Errors
/// As [`crate::solve()`] for a circuit that makes no sense, with [`Fault::NoSuchReference`] for an end that is not there.
pub fn short_circuit(
    circuit: &Circuit,
    ends: [u32; 2],
    breakers: &[Breaker],
    options: &Options,
) -> Result<Short, Vec<Fault>> {
    let missing = ends.iter().filter(|&&node| node >= circuit.nodes);
    let missing: Vec<Fault> = missing.map(|&node| Fault::NoSuchReference { node }).collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let mut solver = Solver::new(*options);
    sound(circuit, options, &mut Shop::default())?;
    let mut shorted = without_draws(circuit);
    let short = shorted.resistor(ends[0], ends[1], 0.0);
    let mut outcome = solver.solve(&shorted);
    if matches!(outcome, Outcome::Bad(_)) {
        // A source of zero ohms right across the short: one with a limit gives that, and nearly no ohms show it.
        shorted.elements[short as usize].law = Law::Resistor { ohms: 1e-6 };
        outcome = solver.solve(&shorted);
    }
    let solution = match outcome {
        Outcome::Solved(solution) => solution,
        Outcome::NoSolution(none) => none.rest,
        Outcome::Bad(faults) => return Err(faults),
    };
    let carried = |element: u32| solution.flows[element as usize].amperes.unwrap_or(0.0).abs();
    let mut opens: Vec<(u32, f64)> = breakers
        .iter()
        .map(|breaker| (breaker.element, carried(breaker.element) / breaker.amperes))
        .filter(|&(_, times)| times > 1.0)
        .collect();
    opens.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let sum = |sources: &[u32], of: fn(&Flow) -> Option<f64>| {
        -sources.iter().filter_map(|&source| of(&solution.flows[source as usize])).sum::<f64>()
    };
    let passed = |share: Share, sources: &[u32]| match share {
        Share::Watts(limit) => sum(sources, Flow::watts) > limit,
        Share::Amperes(limit) => sum(sources, |flow| flow.amperes) > limit,
    };
    let groups = (0u32..).zip(&circuit.groups).filter(|(_, group)| passed(group.share, &group.sources));
    let groups = groups.map(|(index, _)| index).collect();
    let unbounded = circuit.elements.iter().enumerate().any(|(index, element)| {
        matches!(element.law, Law::Source { ohms: 0.0, limit: None, .. })
            && shorted.elements[short as usize].law != (Law::Resistor { ohms: 0.0 })
            && solution.flows[index].amperes.is_some_and(|amperes| amperes.abs() > 1e5)
    });
    Ok(Short {
        amperes: if unbounded { None } else { solution.flows[short as usize].amperes.map(f64::abs) },
        opens,
        limited: solution.limited,
        groups,
        flows: solution.flows[..short as usize].to_vec(),
    })
}
