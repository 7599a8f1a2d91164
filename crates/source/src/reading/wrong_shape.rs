//! A value of another kind than its key takes.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! cut = "two"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! error[D004 wrong-shape]: `cut` takes a whole number, and this is a string
//!  --> wiring/wires.toml:3:8
//!   |
//! 3 | cut = "two"
//!   |        ^^^
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! cut = 2
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Sources
//! The keys of each table: `docs/language.md`.

use crate::finding::{Finding, Rule, Severity};
use crate::value::Value;

/// `D004`.
pub static RULE: Rule = Rule {
    code: "D004",
    name: "wrong-shape",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("wrong_shape.rs"),
};

/// `expected`: what the key takes, in words ("a string").
pub fn finding(subject: &str, key: &str, value: &Value, expected: &str) -> Finding {
    let message = format!("`{key}` takes {expected}, and this is {}", value.value.kind());
    Finding::new(&RULE, format!("{subject}:{key}"), value.span, message)
}
