//! A table lacks a key that it cannot do without.
//!
//! ## Example
//! ```toml bom/claims.toml
//! [claim.lamps]
//! text = "One lamp"
//! says = 1
//! ```
//! ```text
//! error[D003 missing-key]: `[claim.lamps]` has no `is`
//!  --> bom/claims.toml:1:1
//!   |
//! 1 | [claim.lamps]
//!   | ^^^^^^^^^^^^^
//! ```
//! ## Instead
//! ```toml bom/claims.toml
//! [claim.lamps]
//! text = "One lamp"
//! says = 1
//! is = "count(lamp)"
//! ```
//! ## Sources
//! The keys of each table: `docs/language.md`.

use crate::finding::{Finding, Rule, Severity};
use crate::span::Span;

/// `D003`.
pub static RULE: Rule = Rule {
    code: "D003",
    name: "missing-key",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("missing_key.rs"),
};

/// `span`: the table that lacks `key`.
pub fn finding(subject: &str, place: &str, key: &str, span: Span) -> Finding {
    Finding::new(&RULE, format!("{subject}:{key}"), span, format!("{place} has no `{key}`"))
}
