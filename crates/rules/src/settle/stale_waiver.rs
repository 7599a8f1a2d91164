//! A waiver that matches nothing.
//!
//! What it once accepted is mended or has another name. Left in place, it may one day hide a fault that nobody looked at.
//!
//! ## Example
//! ```toml wiring/waive.toml
//! waive.lamp = { rule = "N010", subject = "feed/9", reason = "The lead came in this colour." }
//! ```
//! ```text
//! warning[M090 stale-waiver]: nothing in this build is `N010` of `feed/9`
//!  --> wiring/waive.toml:1:7
//!   |
//! 1 | waive.lamp = { rule = "N010", subject = "feed/9", reason = "The lead came...
//!   |       ^^^^ waives nothing                ------ this subject
//! ```
//! ## Instead
//! ```toml wiring/waive.toml
//! # Nothing is waived.
//! ```
//! ## Cases
//! A waiver names the rule by its code and the subject as the finding shows it.
//!
//! ## Sources
//! A choice of ours: waivers are read again whenever the build changes.

use model::guide::Waiver;
use source::{Finding, Rule, Severity};

/// `M090`.
pub static RULE: Rule = Rule {
    code: "M090",
    name: "stale-waiver",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("stale_waiver.rs"),
};

/// `known`: whether there is a rule of that code.
pub(super) fn finding(waiver: &Waiver, known: bool) -> Finding {
    let subject = format!("waive.{}", waiver.id.value);
    let what = format!("`{}` of `{}`", waiver.rule.value, waiver.subject.value);
    let finding = Finding::new(&RULE, subject, waiver.span, format!("nothing in this build is {what}"))
        .with_label("waives nothing")
        .with_other(waiver.subject.span, "this subject");
    if known { finding } else { finding.with_note(format!("no rule has the code `{}`", waiver.rule.value)) }
}
