//! A name that stands twice, in one file or in two.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! [feed.lamp]
//! limit = "1 A @ 5 V"
//! ```
//! ```text
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! [feed.wall]
//! limit = "1 A @ 5 V"
//! ```
//! ## Sources
//! `docs/language.md`, Names, paths, arrows.

use source::{Finding, Rule, Severity, Span, Text};

/// `M008`.
pub static RULE: Rule = Rule {
    code: "M008",
    name: "duplicate-name",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("duplicate_name.rs"),
};

/// `what` it is: "device"; the name stood before at `first`.
pub fn finding(what: &str, again: &Text, first: Span) -> Finding {
    Finding::new(&RULE, again.value.clone(), again.span, format!("the {what} `{}` is there twice", again.value))
        .with_label("again here")
        .with_other(first, "first here")
}
