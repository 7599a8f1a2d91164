//! A part that is like itself, or like one that is like it.
//!
//! ## Example
//! ```toml bom/parts/lamp.toml
//! like = "lamp"
//! cite = "bench"
//! name = "Lamp"
//! kind = "lamp"
//! load.l = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", worst = "0.5 A" }
//! [reference.bench]
//! title = "Bench lamp"
//! ```
//! ```text
//! error[M015 like-circle]: part `lamp` is like itself, and no other part has that id
//!  --> bom/parts/lamp.toml:1:9
//!   |
//! 1 | like = "lamp"
//!   |         ^^^^
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
//! `docs/language.md`, Files.

use source::{Finding, Rule, Severity, Span};

/// `M015`.
pub static RULE: Rule = Rule {
    code: "M015",
    name: "like-circle",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("like_circle.rs"),
};

/// `base` leads back to `id`.
pub fn finding(id: &str, base: &str, span: Span) -> Finding {
    let message = match id == base {
        true => format!("part `{id}` is like itself, and no other part has that id"),
        false => format!("part `{id}` is like `{base}`, which leads back to it"),
    };
    Finding::new(&RULE, id, span, message)
}
