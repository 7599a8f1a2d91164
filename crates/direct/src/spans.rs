//! Numbers known as intervals, and the circuits at their ends.

use crate::circuit::{Circuit, Law};
use crate::validate::{Fault, Quantity};

/// One number of one element as an interval. An end that nobody knows is `None`.
///
/// Which number is meant follows from the law: ohms of a resistor, source, coil, clamp or diode (its slope); volts of a source or
/// diode; amperes of a draw, a clamp or a source's limit; watts of a draw or a converter's idle input; a converter's efficiency.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Span {
    /// The element.
    pub element: u32,
    /// Which of its numbers.
    pub quantity: Quantity,
    /// Its least value.
    pub low: Option<f64>,
    /// Its greatest value.
    pub high: Option<f64>,
}

/// An end of all intervals at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    /// Where volts at loads are fewest and draws greatest.
    Low,
    /// Where volts at loads are most and draws least.
    High,
}

/// The number of a law, where it has it.
fn number(law: &mut Law, quantity: Quantity) -> Option<&mut f64> {
    match (law, quantity) {
        (
            Law::Resistor { ohms }
            | Law::Source { ohms, .. }
            | Law::Diode { slope: ohms, .. }
            | Law::Resistance { ohms, .. }
            | Law::Clamp { ohms, .. },
            Quantity::Ohms,
        ) => Some(ohms),
        (Law::Source { volts, .. } | Law::Diode { volts, .. }, Quantity::Volts) => Some(volts),
        (Law::Diode { amperes, .. } | Law::Current { amperes, .. } | Law::Clamp { amperes, .. }, Quantity::Amperes) => {
            Some(amperes)
        }
        (Law::Source { limit, .. }, Quantity::Amperes) => Some(limit.get_or_insert(f64::INFINITY)),
        (Law::Power { watts, .. } | Law::Converter { idle: watts, .. }, Quantity::Watts) => Some(watts),
        (Law::Converter { efficiency, .. }, Quantity::Efficiency) => Some(efficiency),
        _ => None,
    }
}

/// Whether more of it means fewer volts at loads.
fn lowers(law: &Law, quantity: Quantity) -> bool {
    match (law, quantity) {
        (Law::Resistor { .. } | Law::Source { .. }, Quantity::Ohms) => true,
        (Law::Source { .. }, _) | (_, Quantity::Efficiency | Quantity::Ohms | Quantity::Volts) => false,
        (_, Quantity::Amperes | Quantity::Watts) => true,
    }
}

/// What stands for an end that nobody knows and nature gives: no draw, hardly any ohms, no limit, no loss.
fn natural(law: &Law, quantity: Quantity) -> Option<f64> {
    match (law, quantity) {
        (Law::Resistor { .. } | Law::Source { .. }, Quantity::Ohms) => Some(1e-6),
        (Law::Resistance { .. }, Quantity::Ohms) => Some(1e10),
        (Law::Source { .. }, Quantity::Amperes) => Some(f64::INFINITY),
        (Law::Power { .. } | Law::Current { .. } | Law::Converter { .. }, Quantity::Watts | Quantity::Amperes) => {
            Some(0.0)
        }
        (Law::Clamp { .. }, Quantity::Amperes) => Some(1e-15),
        (_, Quantity::Efficiency) => Some(1.0),
        _ => None,
    }
}

/// The circuit at one end of all intervals, and the elements for which no value could stand in: they keep what they have.
pub(crate) fn at(circuit: &Circuit, spans: &[Span], side: Side) -> (Circuit, Vec<u32>) {
    let (mut circuit, mut unknown) = (circuit.clone(), Vec::new());
    for span in spans {
        let Some(element) = circuit.elements.get_mut(span.element as usize) else { continue };
        let end = if lowers(&element.law, span.quantity) == (side == Side::Low) { span.high } else { span.low };
        let natural = natural(&element.law, span.quantity).filter(|_| side == Side::High);
        let Some(number) = number(&mut element.law, span.quantity) else { continue };
        match end.or(natural) {
            Some(value) => *number = value,
            None => unknown.push(span.element),
        }
        if let Law::Source { limit, .. } = &mut element.law
            && *limit == Some(f64::INFINITY)
        {
            *limit = None;
        }
    }
    unknown.sort_unstable();
    unknown.dedup();
    (circuit, unknown)
}

/// Intervals of nothing, or whose least value is above their greatest.
pub(crate) fn faults(circuit: &Circuit, spans: &[Span]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for span in spans {
        let law = circuit.elements.get(span.element as usize).map(|element| element.law);
        let is_there = law.is_some_and(|mut law| number(&mut law, span.quantity).is_some());
        let is_empty = matches!((span.low, span.high), (Some(low), Some(high)) if low > high);
        if !is_there || is_empty {
            faults.push(Fault::Interval { element: span.element, quantity: span.quantity });
        }
    }
    faults
}
