//! An `include` that leads nowhere, in a circle, or out of the repository.
//!
//! A build must be checkable from its repository alone, so that a clone says the same on every machine.
//!
//! ## Example
//! ```toml bom/build.toml
//! name = "bench"
//! title = "Bench"
//! version = "1"
//! currency = "USD"
//! include = ["../elsewhere"]
//! [reference.toy]
//! title = "Toy parts"
//! evidence = "choice"
//! reason = "round numbers"
//! ```
//! ```text
//! error[D005 include-trouble]: the included workspace `../elsewhere` lies outside the repository
//!  --> bom/build.toml:5:13
//!   |
//! 5 | include = ["../elsewhere"]
//!   |             ^^^^^^^^^^^^
//! ```
//! ## Instead
//! ```toml bom/build.toml
//! name = "bench"
//! title = "Bench"
//! version = "1"
//! currency = "USD"
//! include = []
//! [reference.toy]
//! title = "Toy parts"
//! evidence = "choice"
//! reason = "round numbers"
//! ```
//! ## Sources
//! `docs/language.md`, Files.

use crate::finding::{Finding, Rule, Severity};
use crate::span::Span;

/// `D005`.
pub static RULE: Rule = Rule {
    code: "D005",
    name: "include-trouble",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("include_trouble.rs"),
};

/// `what` it does: "lies outside the repository".
pub fn finding(written: &str, what: &str, span: Span) -> Finding {
    Finding::new(&RULE, format!("include:{written}"), span, format!("the included workspace `{written}` {what}"))
}
