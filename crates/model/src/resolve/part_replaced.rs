//! A part of the workspace stands in place of one of the same id further down.
//!
//! Meant or not, a reader should know: what the library says of that part does not hold here.
//!
//! ## Example
//! ```toml bom/parts/lever-splice-2.toml
//! name = "My own lever splice"
//! kind = "splice"
//! cite = "toy"
//! join.t = ["t[1..2]"]
//! ```
//! ```text
//! note[M011 part-replaced]: part `lever-splice-2` replaces the one of the same id
//!  --> bom/parts/lever-splice-2.toml:1:1
//!   |
//! 1 | name = "My own lever splice"
//!   | ^^^^ this one counts
//!   |
//!  ::: library/parts/lever-splice-2.toml:1:1
//!   |
//! 1 | name = "Lever splice, 2 conductors"
//!   | ---- this one does not
//!   |
//!   = help: add `like = "lever-splice-2"` to keep what is not written here
//! ```
//! ## Instead
//! ```toml bom/parts/lever-splice-2.toml
//! like = "lever-splice-2"
//! name = "My own lever splice"
//! kind = "splice"
//! cite = "toy"
//! join.t = ["t[1..2]"]
//! ```
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
