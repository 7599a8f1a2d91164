//! A part of the workspace stands in place of one of the same id further down.
//!
//! Meant or not, a reader should know: what the library says of that part does not hold here.
//!
//! ## Example
//! ```toml bom/parts/lamp.toml
//! name = "Another lamp"
//! kind = "lamp"
//! cite = "bench"
//! load.l = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", worst = "0.5 A" }
//! [reference.bench]
//! title = "Bench"
//! evidence = "choice"
//! reason = "a toy"
//! ```
//! ## Cases
//! Tested where two workspaces have one id; the bench has no second workspace.
//!
//! ## Sources
//! `docs/language.md`, Files.

use source::{Finding, Rule, Severity, Span};

/// `M011`.
pub static RULE: Rule = Rule {
    code: "M011",
    name: "part-replaced",
    severity: Severity::Note,
    file: file!(),
    text: include_str!("part_replaced.rs"),
};

/// `under` is the part that does not count any more.
pub fn finding(id: &str, span: Span, under: Span) -> Finding {
    Finding::new(&RULE, id, span, format!("part `{id}` replaces the one of the same id"))
        .with_label("this one counts")
        .with_other(under, "this one does not")
        .with_help(format!("add `like = \"{id}\"` to keep what is not written here"))
}
