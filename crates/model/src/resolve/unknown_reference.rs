//! A `cite` that names no reference.
//!
//! ## Example
//! ```toml bom/parts/lamp.toml
//! cite = "bnech"
//! name = "Lamp"
//! kind = "lamp"
//! load.l = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", worst = "0.5 A" }
//! [reference.bench]
//! title = "Bench lamp"
//! ```
//! ```text
//! error[M017 unknown-reference]: there is no reference `bnech`
//!  --> bom/parts/lamp.toml:1:9
//!   |
//! 1 | cite = "bnech"
//!   |         ^^^^^
//!   |
//!   = note: the same holds for `narrow-lamp`
//!   = help: write `bench`
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

use source::nearest::nearest;
use source::{Finding, Rule, Severity, Text};

/// `M017`.
pub static RULE: Rule = Rule {
    code: "M017",
    name: "unknown-reference",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unknown_reference.rs"),
};

/// No `[reference.<id>]` in this file or any `bom/*.toml`.
pub fn finding<'a>(subject: &str, cite: &Text, known: impl Iterator<Item = &'a str>) -> Finding {
    let finding = Finding::new(&RULE, subject, cite.span, format!("there is no reference `{}`", cite.value));
    match nearest(&cite.value, known) {
        Some(near) => finding.with_help(format!("write `{near}`")),
        None => finding.with_note("a reference is a `[reference.<id>]` in the same file or in any `bom/*.toml`"),
    }
}
