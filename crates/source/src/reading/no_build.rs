//! A folder without `bom/build.toml` is no workspace.
//!
//! ## Cases
//! Tested with an empty folder; there is no text to quote.
//!
//! ## Sources
//! `docs/language.md`, Files.

use crate::finding::{Finding, Rule, Severity};
use crate::span::Span;

/// `D006`.
pub static RULE: Rule = Rule {
    code: "D006",
    name: "no-build",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("no_build.rs"),
};

/// `span`: the start of the file that is not there.
pub fn finding(span: Span) -> Finding {
    Finding::new(
        &RULE,
        "bom/build.toml",
        span,
        "this folder holds no `bom/build.toml`, which marks the root of a workspace",
    )
    .with_help("name the workspace with `-w FOLDER`, or run `wireloom` inside it")
}
