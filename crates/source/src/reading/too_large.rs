//! A file, or what its ranges and counts come to, is beyond the stated limits.
//!
//! Ranges and counts are multiplied out on paper first, so that `count = 4000000000` costs a line of text and not the machine's memory.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! spare = { part = "lead", count = 4000000 }
//! ```
//! ```text
//! error[D007 too-large]: the number of devices comes to 4000002, and may come to 500000
//!  --> wiring/devices.toml:4:1
//!   |
//! 4 | spare = { part = "lead", count = 4000000 }
//!   | ^^^^^
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! spare = { part = "lead", count = 4 }
//! ```
//! ## Sources
//! `docs/language.md`, Limits.

use crate::finding::{Finding, Rule, Severity};
use crate::span::Span;

/// `D007`.
pub static RULE: Rule = Rule {
    code: "D007",
    name: "too-large",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("too_large.rs"),
};

/// `what` comes to `is`, and may come to `most`.
pub fn finding(what: &str, is: usize, most: usize, span: Span) -> Finding {
    Finding::new(&RULE, what, span, format!("{what} comes to {is}, and may come to {most}"))
}
