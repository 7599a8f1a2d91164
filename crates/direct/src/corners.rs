//! Lowest and highest volts at every load, and the most amperes in every element, while numbers lie in intervals.
//!
//! **Which corner is extremal.** Let wires and sources form a tree from the reference (parallel wires count as one), with every load
//! from the feeding to the returning side. Then the volts at the loads are the greatest solution of `u = u0 - Z i(u)`, where `Z` of two
//! loads is the sum of the ohms that they share: never negative, and growing with every resistance. Power and current draws do not grow
//! with `u`, so the right side rises with `u` and falls with every resistance, every draw and every fall of `u0`. By Tarski its
//! greatest fixed point does the same: lowest supplies, most ohms and greatest draws give the fewest volts *at every load at once*, and
//! the opposite corner the most. What draws *more* at more volts (a coil, a clamp, an LED) would break this; it is put in as a
//! constant current, for the lower end the most that it can take at the upper end's volts, and the other way round, which bounds
//! both ends.
//! Amperes are bounded by letting every load draw its most at once, which in a tree adds up along the way to the source.
//!
//! Where the wiring is meshed, several sources feed one tree, or a diode feeds a load, the same corners are computed, and the answer
//! says that they are not proved. Numbers nobody knows make what depends on them [`End::Unknown`].

use crate::bounds::Bounds;
use crate::circuit::{Circuit, Options};
use crate::solution::Work;
use crate::solve::Prepared;
use crate::spans::{Side, Span, at, faults};
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
    let wrong = faults(circuit, spans);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let (low, high) = (at(circuit, spans, Side::Low), at(circuit, spans, Side::High));
    for (end, _) in [&low, &high] {
        Prepared::new(end, options, &mut Work::default())?;
    }
    Bounds::new(low, high, options).tighten()
}
