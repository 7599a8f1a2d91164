//! A build without a single device: nothing was checked, and nothing is clean.
//!
//! A folder named `wirings/`, or a clone without its wiring, would otherwise pass.
//!
//! ## Cases
//! Tested with a workspace that is a `bom/build.toml` and no more; there is no line to quote but its first.
//!
//! ## Sources
//! `docs/language.md`, Files.

use source::{Finding, Rule, Severity, Span};

/// `M019`.
pub static RULE: Rule = Rule {
    code: "M019",
    name: "empty-build",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("empty_build.rs"),
};

/// `span`: the start of `bom/build.toml`.
pub fn finding(span: Span) -> Finding {
    Finding::not_verified(&RULE, "build", span, "this build has no device, so nothing was checked")
        .with_note("devices stand in `[device]` of a file `wiring/*.toml`")
}
