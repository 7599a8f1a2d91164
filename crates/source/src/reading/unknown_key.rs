//! A key that nothing takes.
//!
//! A misspelt key is as good as a missing one: `gage = "18 AWG"` would leave a wire without a gauge and nobody would
//! notice. So no key is ignored, at any depth.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! colur = "RD"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! error[D002 unknown-key]: wire `feed` has no key `colur`
//!  --> wiring/wires.toml:3:1
//!   |
//! 3 | colur = "RD"
//!   | ^^^^^
//!   |
//!   = help: write `colour`
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! colour = "RD"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Sources
//! The keys of each table: `docs/language.md`.

use crate::finding::{Finding, Rule, Severity};
use crate::nearest::nearest;
use crate::span::Word;

/// `D002`.
pub static RULE: Rule = Rule {
    code: "D002",
    name: "unknown-key",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unknown_key.rs"),
};

/// `known`: what may stand there.
pub fn finding(subject: &str, place: &str, key: &Word, known: &[&str]) -> Finding {
    let finding = Finding::new(
        &RULE,
        format!("{subject}:{}", key.value),
        key.span,
        format!("{place} has no key `{}`", key.value),
    );
    match nearest(&key.value, known.iter().copied()) {
        Some(near) => finding.with_help(format!("write `{near}`")),
        None if known.is_empty() => finding,
        None => {
            let mut keys: Vec<_> = known.to_vec();
            keys.sort_unstable();
            keys.dedup();
            finding.with_note(format!("it may have: {}", keys.join(", ")))
        }
    }
}
