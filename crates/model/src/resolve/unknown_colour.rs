//! A word that is no colour.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! colour = "rde"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! error[M018 unknown-colour]: `rde` is no colour
//!  --> wiring/wires.toml:3:11
//!   |
//! 3 | colour = "rde"
//!   |           ^^^
//!   |
//!   = help: write `red`
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! colour = "red"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Sources
//! IEC 60757 letter codes.

use source::nearest::nearest;
use source::{Finding, Rule, Severity, Text};

use super::colour;

/// `M018`.
pub static RULE: Rule = Rule {
    code: "M018",
    name: "unknown-colour",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unknown_colour.rs"),
};

/// Neither an English colour nor IEC 60757 letters.
pub fn finding(subject: &str, text: &Text) -> Finding {
    let finding = Finding::new(&RULE, subject, text.span, format!("`{}` is no colour", text.value));
    match nearest(&text.value, colour::words()) {
        Some(near) => finding.with_help(format!("write `{near}`")),
        None => finding.with_note("colours are English words or IEC 60757 letters, one (`RD`) or two (`BKWH`)"),
    }
}
