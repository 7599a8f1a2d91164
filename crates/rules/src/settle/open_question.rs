//! A question that the build leaves open.
//!
//! A question that is written down is half answered; one that the tool repeats in every run is not forgotten.
//!
//! ## Example
//! ```toml wiring/open.toml
//! open.shade = { ask = "Which way does the lamp point?", where = "wiring/devices.toml" }
//! ```
//! ```text
//! note[M091 open-question]: Which way does the lamp point?
//!  --> wiring/open.toml:1:23
//!   |
//! 1 | open.shade = { ask = "Which way does the lamp point?", where = "wiring/de...
//!   |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: an answer belongs in `wiring/devices.toml`
//! ```
//! ## Instead
//! ```toml wiring/open.toml
//! # Nothing is open.
//! ```
//! ## Sources
//! A choice of ours: what is not known is said.

use model::guide::Question;
use source::{Finding, Rule, Severity};

/// `M091`.
pub static RULE: Rule = Rule {
    code: "M091",
    name: "open-question",
    severity: Severity::Note,
    file: file!(),
    text: include_str!("open_question.rs"),
};

/// The question as it was asked.
pub(super) fn finding(question: &Question) -> Finding {
    let subject = format!("open.{}", question.id.value);
    let mut finding =
        Finding::new(&RULE, subject, question.ask.span, question.ask.value.trim_end_matches('.').to_owned());
    if let Some(hint) = &question.hint {
        finding = finding.with_note(hint.as_str());
    }
    match &question.place {
        Some(place) => finding.with_note(format!("an answer belongs in `{place}`")),
        None => finding,
    }
}
