//! A waiver of something that cannot be waived.
//!
//! A file that cannot be read, a name that does not bind and a number that nobody knows are not opinions: accepting them would
//! only hide that the rest was never judged. And a waiver of every error of a rule would also accept the ones to come.
//!
//! ## Example
//! ```toml wiring/waive.toml
//! waive.shorts = { rule = "N001", subject = "*", reason = "They are all harmless." }
//! ```
//! ```text
//! error[M092 waiver-refused]: `waive.shorts` waives `N001` of `*`, and an error is waived one subject at a time
//!  --> wiring/waive.toml:1:26
//!   |
//! 1 | waive.shorts = { rule = "N001", subject = "*", reason = "They are all har...
//!   |                          ^^^^
//! ```
//! ## Instead
//! ```toml wiring/waive.toml
//! # Nothing is waived.
//! ```
//! ## Cases
//! Refused are: rules of reading (D) and binding (M), every *not verified*, and `*` for a rule whose findings are errors. A single
//! subject of any other rule may be waived, and stays in every output with its reason.
//!
//! ## Sources
//! `docs/language.md`, "Findings and waivers".

use model::guide::Waiver;
use source::{Finding, Rule, Severity};

/// `M092`.
pub static RULE: Rule = Rule {
    code: "M092",
    name: "waiver-refused",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("waiver_refused.rs"),
};

/// `why`: what cannot be waived, as the end of a sentence.
pub(super) fn finding(waiver: &Waiver, why: &str) -> Finding {
    let subject = format!("waive.{}", waiver.id.value);
    let message = format!("`{subject}` waives `{}` of `{}`, and {why}", waiver.rule.value, waiver.subject.value);
    Finding::new(&RULE, subject, waiver.rule.span, message)
}
