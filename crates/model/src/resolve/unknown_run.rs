//! A wire, cable or plug that no bundle has.
//!
//! ## Example
//! ```toml site/guide/steps.toml
//! [step.wire-it]
//! do = "Wire the lamp."
//! fits = ["psu", "lamp"]
//! wires = ["feed", "fed"]
//! insulates = ["psu", "lamp"]
//! ```
//! ```text
//! error[M006 unknown-run]: there is no bundle `fed`
//!  --> site/guide/steps.toml:4:19
//!   |
//! 4 | wires = ["feed", "fed"]
//!   |                   ^^^
//!   |
//!   = help: write `feed`
//! ```
//! ## Instead
//! ```toml site/guide/steps.toml
//! [step.wire-it]
//! do = "Wire the lamp."
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! insulates = ["psu", "lamp"]
//! ```
//! ## Sources
//! `docs/language.md`, Names, paths, arrows.

use source::{Finding, Rule, Severity, Span};

/// `M006`.
pub static RULE: Rule = Rule {
    code: "M006",
    name: "unknown-run",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unknown_run.rs"),
};

/// No bundle has this name.
pub fn no_bundle(subject: &str, name: &str, span: Span, near: Option<&str>) -> Finding {
    let finding = Finding::new(&RULE, subject, span, format!("there is no bundle `{name}`"));
    match near {
        Some(near) => finding.with_help(format!("write `{near}`")),
        None => finding.with_note("bundles are `[wire.<id>]`, `[cable.<id>]` and `[plug.<id>]`"),
    }
}

/// The bundle has fewer runs.
pub fn out_of_range(subject: &str, run: &str, bundle: &str, count: u32, span: Span) -> Finding {
    Finding::new(&RULE, subject, span, format!("there is no run `{run}`"))
        .with_note(format!("`{bundle}` has {count} run{}", if count == 1 { "" } else { "s" }))
}

/// `bundle@end` names no run or several.
pub fn ends(subject: &str, text: &str, count: usize, span: Span) -> Finding {
    Finding::new(&RULE, subject, span, format!("`{text}` names {count} runs, and must name one"))
}
