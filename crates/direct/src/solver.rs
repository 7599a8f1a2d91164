//! One circuit after another: what was learnt of the shape of one serves the next.

use crate::bounds::Bounds;
use crate::chains::Chains;
use crate::circuit::{Circuit, Options};
use crate::collapse::limits;
use crate::corners::Reach;
use crate::desk::Whole;
use crate::shop::Shop;
use crate::solution::{Limit, NoSolution, Outcome, Work};
use crate::solve::{finish, points};
use crate::spans::{Side, Span, at};
use crate::validate::{Fault, faults};
use crate::{corners, spans};

/// Solves circuits, and remembers how those of one shape are ordered.
///
/// Scenarios of one build have the same nodes and elements and other numbers: states of relays as ohms, loads on and off. One solver for
/// all of them gives the same answers as [`crate::solve()`] for each, in less time. The shape is recognised, not promised: a circuit
/// of another shape is analysed anew. [`Work`] is counted for each call; it counts no analysis that was at hand.
#[derive(Debug)]
pub struct Solver {
    options: Options,
    shop: Shop,
}

impl Solver {
    /// A solver that has seen nothing.
    pub fn new(options: Options) -> Self {
        Self { options, shop: Shop::default() }
    }

    /// As [`crate::solve()`].
    pub fn solve(&mut self, circuit: &Circuit) -> Outcome {
        match self.point(circuit) {
            Ok(outcome) => outcome,
            Err(faults) => Outcome::Bad(faults),
        }
    }

    fn point(&mut self, circuit: &Circuit) -> Result<Outcome, Vec<Fault>> {
        self.shop.work = Work::default();
        check(circuit)?;
        let (mut solution, collapses) = match Chains::new(circuit, &[]) {
            None => points(circuit, None, &self.options, &mut self.shop)?,
            Some(chains) => {
                let whole = Whole { circuit, chains: &chains };
                let (small, collapses) = points(&chains.shrink(circuit), Some(whole), &self.options, &mut self.shop)
                    .map_err(|faults| chains.faults(faults))?;
                let collapses = collapses.into_iter().map(|collapse| chains.collapse(collapse)).collect();
                (chains.expand(circuit, small), collapses)
            }
        };
        finish(circuit, &mut solution);
        solution.work = self.shop.work;
        Ok(if collapses.is_empty() {
            Outcome::Solved(solution)
        } else {
            Outcome::NoSolution(NoSolution { collapses, rest: solution })
        })
    }

    /// As [`crate::headroom()`].
    ///
    /// # Errors
    /// As [`crate::solve()`] for a circuit that makes no sense.
    pub fn headroom(&mut self, circuit: &Circuit) -> Result<Vec<(Vec<u32>, Limit)>, Vec<Fault>> {
        self.shop.work = Work::default();
        check(circuit)?;
        let Some(chains) = Chains::new(circuit, &[]) else {
            return limits(circuit, None, &self.options, &mut self.shop);
        };
        let whole = Whole { circuit, chains: &chains };
        let found = limits(&chains.shrink(circuit), Some(whole), &self.options, &mut self.shop)
            .map_err(|faults| chains.faults(faults))?;
        Ok(found.into_iter().map(|(nodes, limit)| (chains.references(&nodes), chains.limit(limit))).collect())
    }

    /// As [`crate::corners()`].
    ///
    /// # Errors
    /// As [`crate::solve()`] for a circuit that makes no sense at either corner, and [`Fault::Interval`] for a span that makes none.
    pub fn corners(&mut self, circuit: &Circuit, spans: &[Span]) -> Result<Vec<Reach>, Vec<Fault>> {
        let wrong = spans::faults(circuit, spans);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        self.shop.work = Work::default();
        let [low, high] = [at(circuit, spans, Side::Low), at(circuit, spans, Side::High)];
        check(&low.0)?;
        check(&high.0)?;
        let Some(chains) = Chains::new(circuit, &[]) else {
            let (reach, _) = Bounds::new(low, high, &self.options, &mut self.shop).tighten()?;
            return Ok(reach);
        };
        let small = [&low, &high].map(|(end, unknown)| (chains.shrink(end), chains.small_elements(unknown)));
        let [small_low, small_high] = small;
        let (reach, low_is_high) = Bounds::new(small_low, small_high, &self.options, &mut self.shop)
            .tighten()
            .map_err(|faults| chains.faults(faults))?;
        Ok(corners::expand(&chains, [&low.0, &high.0], &low_is_high, &reach))
    }
}

/// Refuses numbers and names that make no sense.
pub(crate) fn check(circuit: &Circuit) -> Result<(), Vec<Fault>> {
    let found = faults(circuit);
    if found.is_empty() { Ok(()) } else { Err(found) }
}
