//! A number in a unit that its key cannot have, or without a unit.
//!
//! `0.5` may be amperes, milliamperes or watts; whoever guesses wrongly sizes a fuse by it. So a number that stands for a
//! quantity carries its unit, and the unit has to measure what the key is about.
//!
//! ## Example
//! ```toml wiring/power.toml
//! [power]
//! wires-at = "20..60 mA"
//! ```
//! ```text
//! error[M003 wrong-unit]: `wires-at` takes a temperature, and this is a current
//!  --> wiring/power.toml:2:13
//!   |
//! 2 | wires-at = "20..60 mA"
//!   |             ^^^^^^^^^
//!   |
//!   = note: a temperature is written in degC
//! ```
//! ## Instead
//! ```toml wiring/power.toml
//! [power]
//! wires-at = "20..60 degC"
//! ```
//! ## Cases
//! Counts (`count`, `pack`, `cut`) are bare whole numbers and take no unit. Where a gauge is due, a cross-section in mm2 is
//! taken too and turned into the gauge that has it.
//!
//! ## Sources
//! Units by dimension: `docs/language.md`, "Quantities, unknowns, cites".

use source::{Finding, Rule, Severity, Span};

use super::quantity::words;
use crate::units::Dimension;

/// `M003`.
pub static RULE: Rule = Rule {
    code: "M003",
    name: "wrong-unit",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("wrong_unit.rs"),
};

/// `is`: what was written; `due`: what the key takes.
pub fn finding(subject: &str, key: &str, is: Dimension, due: Dimension, span: Span) -> Finding {
    let ((is, _), (due, units)) = (words(is), words(due));
    Finding::new(&RULE, format!("{subject}:{key}"), span, format!("`{key}` takes {due}, and this is {is}"))
        .with_note(format!("{due} is written in {units}"))
}

/// A number without a unit, as it was written.
pub fn bare(subject: &str, key: &str, written: &str, due: Option<Dimension>, span: Span) -> Finding {
    let finding = Finding::new(&RULE, format!("{subject}:{key}"), span, format!("`{key} = {written}` has no unit"));
    match due.map(words) {
        Some((due, units)) => finding.with_note(format!("`{key}` takes {due}, in {units}")),
        None => finding,
    }
}
