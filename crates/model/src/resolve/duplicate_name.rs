//! A name that stands twice, in one file or in two.
//!
//! ## Example
//! ```toml wiring/z.toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -- lamp.plus"]
//! ```
//! ```text
//! error[M008 duplicate-name]: the bundle `feed` is there twice
//!  --> wiring/z.toml:1:7
//!   |
//! 1 | [wire.feed]
//!   |       ^^^^ again here
//!   |
//!  ::: wiring/wires.toml:1:7
//!   |
//! 1 | [wire.feed]
//!   |       ---- first here
//! ```
//! ## Instead
//! ```toml wiring/z.toml
//! [wire.spare]
//! stock = "lead"
//! run = ["psu.plus -- lamp.plus"]
//! ```
//! ## Sources
//! `docs/language.md`, Names, paths, arrows.

use source::{Finding, Rule, Severity, Span, Spanned};

/// `M008`.
pub static RULE: Rule = Rule {
    code: "M008",
    name: "duplicate-name",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("duplicate_name.rs"),
};

/// `what` it is: "device"; the name stood before at `first`.
pub fn finding(what: &str, again: &Spanned<impl AsRef<str>>, first: Span) -> Finding {
    let name = again.value.as_ref();
    Finding::new(&RULE, name, again.span, format!("the {what} `{name}` is there twice"))
        .with_label("again here")
        .with_other(first, "first here")
}
