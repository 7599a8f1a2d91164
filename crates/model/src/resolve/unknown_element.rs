//! A setting or an element names another element that the part does not have.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp", set = { mode = "L" } }
//! ```
//! ```text
//! error[M013 unknown-element]: there is no lever or choice `mode` here
//!  --> wiring/devices.toml:3:33
//!   |
//! 3 | lamp = { part = "lamp", set = { mode = "L" } }
//!   |                                 ^^^^
//!   |
//!   = note: there are: filament
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! ```
//! ## Sources
//! `docs/language.md`, Names, paths, arrows.

use source::nearest::nearest;
use source::{Finding, Rule, Severity, Text};

/// `M013`.
pub static RULE: Rule = Rule {
    code: "M013",
    name: "unknown-element",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unknown_element.rs"),
};

/// `what` was looked for: "coil", "lever"; `known` are those there are.
pub fn finding<'a>(subject: &str, what: &str, name: &Text, known: impl Iterator<Item = &'a str>) -> Finding {
    let known: Vec<&str> = known.take(200).collect();
    let finding = Finding::new(&RULE, subject, name.span, format!("there is no {what} `{}` here", name.value));
    match nearest(&name.value, known.iter().copied()) {
        Some(near) => finding.with_help(format!("write `{near}`")),
        None if known.is_empty() => finding,
        None => finding.with_note(format!("there are: {}", known.join(", "))),
    }
}
