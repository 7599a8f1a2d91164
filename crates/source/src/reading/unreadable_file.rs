//! A file that cannot be read: no permission, not UTF-8, gone in mid-run.
//!
//! ## Cases
//! Tested with a file that is not UTF-8; there is no text to quote.
//!
//! ## Sources
//! TOML 1.0.0: a file is UTF-8, <https://toml.io/en/v1.0.0>.

use crate::finding::{Finding, Rule, Severity};
use crate::span::Span;

/// `D008`.
pub static RULE: Rule = Rule {
    code: "D008",
    name: "unreadable-file",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unreadable_file.rs"),
};

/// `why` in a few words.
pub fn finding(path: &str, why: &str, span: Span) -> Finding {
    Finding::new(&RULE, path, span, format!("`{path}` cannot be read: {why}"))
}
