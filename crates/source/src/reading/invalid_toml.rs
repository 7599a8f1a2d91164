//! A line is not TOML.
//!
//! What stands on it is left out; everything else in the file is still read, so one slip hides nothing else.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! colour = RD
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! error[D001 invalid-toml]: this is not TOML: string values must be quoted, expected literal string
//!  --> wiring/wires.toml:3:10
//!   |
//! 3 | colour = RD
//!   |          ^^
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! colour = "RD"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Sources
//! TOML 1.0.0, <https://toml.io/en/v1.0.0>.

use crate::finding::{Finding, Rule, Severity};
use crate::span::{SourceMap, Span};

/// `D001`.
pub static RULE: Rule = Rule {
    code: "D001",
    name: "invalid-toml",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("invalid_toml.rs"),
};

/// `message` is the parser's own sentence.
pub fn finding(sources: &SourceMap, span: Span, message: &str) -> Finding {
    let path = sources.path(span.file);
    let place = sources.place(span.file, span.start);
    let said = message.lines().next().unwrap_or("not TOML").trim_end_matches('.');
    Finding::new(&RULE, format!("{path}:{}", place.line), span, format!("this is not TOML: {said}"))
}
