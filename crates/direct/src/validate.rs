//! What is wrong with a circuit before anything is computed: values no part can have, and names of nothing.

use crate::circuit::{Circuit, Law, Share};

/// A number of an element or group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Quantity {
    /// Volts of a source, of a diode's datasheet point, or a load's minimum.
    Volts,
    /// Ohms.
    Ohms,
    /// Amperes: a draw, a limit, a clamp, a diode's datasheet point.
    Amperes,
    /// Watts.
    Watts,
    /// Watts out over watts in.
    Efficiency,
}

/// Why a number cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Defect {
    /// Not a number.
    NotANumber,
    /// Infinite.
    Infinite,
    /// Below zero.
    Negative,
    /// Zero where something is needed.
    Zero,
    /// Beyond what any part of a build has.
    Absurd,
}

/// Something that keeps a circuit from being solved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// A number of an element cannot be used.
    Value {
        /// The element.
        element: u32,
        /// Which of its numbers.
        quantity: Quantity,
        /// Why.
        defect: Defect,
    },
    /// An element ends at a node that is not there.
    NoSuchNode {
        /// The element.
        element: u32,
        /// The node.
        node: u32,
    },
    /// A reference is a node that is not there.
    NoSuchReference {
        /// The node.
        node: u32,
    },
    /// A converter feeds something that is not a source.
    FeedsNoSource {
        /// The converter.
        element: u32,
    },
    /// Two converters feed one source.
    FedTwice {
        /// The later converter.
        element: u32,
        /// The source.
        source: u32,
    },
    /// A converter's output reaches the input of a converter that feeds it.
    ConverterCycle {
        /// The converters of the cycle.
        converters: Vec<u32>,
    },
    /// A source whose two ends are one piece of zero ohms: its current has no bound.
    ShortedSource {
        /// The source.
        element: u32,
    },
    /// A loop of sources and wires of zero ohms: how they share the current is undefined.
    ParallelSources {
        /// The sources of zero ohms on the loop.
        sources: Vec<u32>,
    },
    /// A group names something that is not a source.
    GroupMember {
        /// The group.
        group: u32,
        /// What it names.
        element: u32,
    },
    /// A group's limit cannot be used.
    GroupValue {
        /// The group.
        group: u32,
        /// Why.
        defect: Defect,
    },
    /// An interval of a number that the element does not have, or that ends before it begins.
    Interval {
        /// The element.
        element: u32,
        /// Which of its numbers.
        quantity: Quantity,
    },
    /// One island has two references.
    TwoReferences {
        /// Both.
        nodes: [u32; 2],
    },
}

/// Greatest number of volts, amperes and watts that is taken seriously.
const MOST: f64 = 1e9;
/// Least and greatest resistance other than zero, ohms.
const OHMS: [f64; 2] = [1e-6, 1e10];

/// Why a number does not lie from `low` to `high`; `zero` allows zero as well.
fn defect(value: f64, zero: bool, [low, high]: [f64; 2]) -> Option<Defect> {
    if value.is_nan() {
        Some(Defect::NotANumber)
    } else if value.is_infinite() {
        Some(Defect::Infinite)
    } else if value < 0.0 {
        Some(Defect::Negative)
    } else if value == 0.0 {
        (!zero).then_some(Defect::Zero)
    } else {
        (value < low || high < value).then_some(Defect::Absurd)
    }
}

/// Shows the numbers of a law, each with whether it may be zero and its range.
fn numbers(law: &Law, mut see: impl FnMut(Quantity, f64, bool, [f64; 2])) {
    use Quantity::{Amperes, Efficiency, Ohms, Volts, Watts};
    let any = [1e-15, MOST];
    // What a converter draws for next to nothing may be as little as rounding leaves of it.
    let draw = [0.0, MOST];
    match *law {
        Law::Resistor { ohms } => see(Ohms, ohms, true, OHMS),
        Law::Source { volts, ohms, limit } => {
            see(Volts, volts, false, any);
            see(Ohms, ohms, true, OHMS);
            if let Some(limit) = limit {
                see(Amperes, limit, false, any);
            }
        }
        Law::Diode { volts, amperes, slope } => {
            see(Volts, volts, false, any);
            see(Amperes, amperes, false, any);
            see(Ohms, slope, false, OHMS);
        }
        Law::Power { watts, .. } => see(Watts, watts, true, draw),
        Law::Current { amperes, .. } => see(Amperes, amperes, true, draw),
        Law::Resistance { ohms, .. } => see(Ohms, ohms, false, OHMS),
        Law::Clamp { ohms, amperes } => {
            see(Ohms, ohms, false, OHMS);
            see(Amperes, amperes, false, any);
        }
        Law::Converter { efficiency, idle, .. } => {
            see(Efficiency, efficiency, false, [1e-6, 1.0]);
            see(Watts, idle, true, draw);
        }
    }
    if let Some(minimum) = law.minimum() {
        see(Volts, minimum, true, any);
    }
}

/// Everything that is wrong with the numbers and names of a circuit, in the circuit's order.
pub fn faults(circuit: &Circuit) -> Vec<Fault> {
    let mut faults = Vec::new();
    let is_source = |element: u32| {
        circuit.elements.get(element as usize).is_some_and(|element| matches!(element.law, Law::Source { .. }))
    };
    let mut fed = vec![false; circuit.elements.len()];
    for (index, element) in (0u32..).zip(&circuit.elements) {
        for node in element.ends {
            if node >= circuit.nodes {
                faults.push(Fault::NoSuchNode { element: index, node });
            }
        }
        numbers(&element.law, |quantity, value, zero, range| {
            if let Some(defect) = defect(value, zero, range) {
                faults.push(Fault::Value { element: index, quantity, defect });
            }
        });
        if let Law::Converter { feeds, .. } = element.law {
            if !is_source(feeds) {
                faults.push(Fault::FeedsNoSource { element: index });
            } else if std::mem::replace(&mut fed[feeds as usize], true) {
                faults.push(Fault::FedTwice { element: index, source: feeds });
            }
        }
        if matches!(element.law, Law::Source { .. }) && element.ends[0] == element.ends[1] {
            faults.push(Fault::ShortedSource { element: index });
        }
    }
    for (index, group) in (0u32..).zip(&circuit.groups) {
        for &element in group.sources.iter().filter(|&&element| !is_source(element)) {
            faults.push(Fault::GroupMember { group: index, element });
        }
        let (Share::Watts(limit) | Share::Amperes(limit)) = group.share;
        if let Some(defect) = defect(limit, false, [1e-15, MOST]) {
            faults.push(Fault::GroupValue { group: index, defect });
        }
    }
    let missing = circuit.references.iter().filter(|&&node| node >= circuit.nodes);
    faults.extend(missing.map(|&node| Fault::NoSuchReference { node }));
    faults
}
