//! A string that is no path or no arrow.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus", "psu.plus > lamp.plus"]
//! ```
//! ```text
//! error[M010 bad-path]: `psu.plus > lamp.plus`: a run is `from -> to` or `from -- to`, with spaces around the arrow
//!  --> wiring/wires.toml:3:61
//!   |
//! 3 | ...mp.minus -> psu.minus", "psu.plus > lamp.plus"]
//!   |                             ^^^^^^^^^^^^^^^^^^^^
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus", "psu.plus -- lamp.plus"]
//! ```
//! ## Sources
//! `docs/language.md`, Names, paths, arrows.

use source::{Finding, Rule, Severity, Span};

/// `M010`.
pub static RULE: Rule = Rule {
    code: "M010",
    name: "bad-path",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("bad_path.rs"),
};

/// `what` is wrong with it, in a few words.
pub fn finding(subject: &str, text: &str, span: Span, what: &str) -> Finding {
    let shown: String = text.chars().take(80).collect();
    Finding::new(&RULE, subject, span, format!("`{shown}`: {what}"))
}
