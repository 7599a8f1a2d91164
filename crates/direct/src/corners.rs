//! Lowest and highest volts at every load, and the most amperes in every element, while numbers lie in intervals.
//!
//! **Which corner is extremal.** Let wires and sources form a tree from the reference (parallel wires count as one), with every load
//! from the feeding to the returning side, or at least each wire passed in one direction by the currents of all loads. Then the volts
//! at the loads are the greatest solution of `u = u0 - Z i(u)`, where `Z` of two loads is the sum of the ohms that they share: never
//! negative, and growing with every resistance. Power and current draws do not grow
//! with `u`, so the right side rises with `u` and falls with every resistance, every draw and every fall of `u0`. By Tarski its
//! greatest fixed point does the same: lowest supplies, most ohms and greatest draws give the fewest volts *at every load at once*, and
//! the opposite corner the most. What draws *more* at more volts (a coil, a clamp, an LED) would break this; it is put in as a
//! constant current, for the lower end the most that it can take at the upper end's volts, and the other way round, which bounds
//! both ends.
//! Amperes are bounded by letting every load draw its most at once, which in a tree adds up along the way to the source.
//!
//! Where the wiring is meshed, several sources feed one tree, or a diode feeds a load, the same corners are computed, and the answer
//! says that they are not proved. Numbers nobody knows make what depends on them [`End::Unknown`].

use crate::chains::Chains;
use crate::circuit::{Circuit, Options};
use crate::solver::Solver;
use crate::spans::Span;
use crate::validate::Fault;

/// One end of what a value can be.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum End {
    /// The value is never beyond this.
    Is(f64),
    /// It depends on a number nobody knows.
    Unknown,
    /// At this corner there is no operating point.
    NoPoint,
    /// The element floats or is stranded: it has no volts.
    Floats,
}

impl End {
    /// The number, where there is one.
    pub fn get(self) -> Option<f64> {
        match self {
            Self::Is(value) => Some(value),
            Self::Unknown | Self::NoPoint | Self::Floats => None,
        }
    }
}

/// What one element can see.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reach {
    /// Fewest volts across it; meant for loads.
    pub lowest: End,
    /// Most volts across it; meant for loads.
    pub highest: End,
    /// Most amperes through it, in either direction.
    pub amperes: End,
    /// Whether the bounds are proved; else they are the values at the extremal corners of a circuit like it.
    pub proved: bool,
}

/// By element: what it can see, whatever the numbers in their intervals.
///
/// # Errors
/// As [`crate::solve()`] for a circuit that makes no sense at either corner, and [`Fault::Interval`] for a span that makes none.
pub fn corners(circuit: &Circuit, spans: &[Span], options: &Options) -> Result<Vec<Reach>, Vec<Fault>> {
    Solver::new(*options).corners(circuit, spans)
}

/// What the elements of a circuit can see, from what its reduction's do.
///
/// `ends` are the circuits at the corners of fewest and most volts; `has_least_ohms` tells the small elements that have the ohms of
/// the second at the first.
pub(crate) fn expand(chains: &Chains, ends: [&Circuit; 2], has_least_ohms: &[bool], small: &[Reach]) -> Vec<Reach> {
    let nothing = Reach { lowest: End::Unknown, highest: End::Unknown, amperes: End::Unknown, proved: false };
    let mut reach = vec![nothing; ends[0].elements.len()];
    let part = |end: End, share: f64| match end {
        End::Is(volts) => End::Is(volts * share),
        other => other,
    };
    for ((element, whole, at_low), (.., at_high)) in chains.shares(ends[0]).zip(chains.shares(ends[1])) {
        let seen = &small[whole];
        let at_low = if has_least_ohms[whole] { at_high } else { at_low };
        reach[element as usize] =
            Reach { lowest: part(seen.lowest, at_low), highest: part(seen.highest, at_high), ..*seen };
    }
    reach
}
