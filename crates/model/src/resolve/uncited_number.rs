//! A number of a part without a source.
//!
//! A figure that nobody can trace cannot be checked, and a wrong one looks just like a right one. An estimate is a source too, if
//! it says that it is one and why.
//!
//! ## Example
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! load.l = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", worst = "0.5 A" }
//! ```
//! ```text
//! warning[M012 uncited-number]: this number of `lamp:load.l` has no source
//!  --> bom/parts/lamp.toml:3:53
//!   |
//! 3 | load.l = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", worst = ...
//!   |                                                     ^^^^^^^^^^
//!   |
//!   = note: `cite = "<id>"` on the element or the part names a
//!           `[reference.<id>]`
//!
//! warning[M012 uncited-number]: this number of `narrow-lamp:load.l` has no source
//!  --> bom/parts/lamp.toml:3:53
//!   |
//! 3 | load.l = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", worst = ...
//!   |                                                     ^^^^^^^^^^
//!   |
//!   = note: `cite = "<id>"` on the element or the part names a
//!           `[reference.<id>]`
//! ```
//! ## Instead
//! ```toml bom/parts/lamp.toml
//! cite = "bench"
//! name = "Lamp"
//! kind = "lamp"
//! load.l = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", worst = "0.5 A" }
//! [reference.bench]
//! title = "Bench lamp"
//! ```
//! ## Sources
//! `docs/language.md`, Quantities, unknowns, cites.

use source::{Finding, Rule, Severity, Span};

/// `M012`.
pub static RULE: Rule = Rule {
    code: "M012",
    name: "uncited-number",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("uncited_number.rs"),
};

/// `span`: the first number of the element.
pub fn finding(subject: &str, span: Span) -> Finding {
    Finding::new(&RULE, subject, span, format!("this number of `{subject}` has no source"))
        .with_note("`cite = \"<id>\"` on the element or the part names a `[reference.<id>]`")
}
