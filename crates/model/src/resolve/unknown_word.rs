//! A word that is none of those that its key knows.
//!
//! Some keys take one word of a few: how a pin starts, what kind of evidence a source is, which profile a scenario runs. A
//! word outside the list would be read as nothing at all.
//!
//! ## Example
//! ```toml wiring/power.toml
//! [scenario.dim]
//! loads = { lamp = "dimm" }
//! ```
//! ```text
//! error[M030 unknown-word]: `dimm` is not a profile of `lamp`
//!  --> wiring/power.toml:2:19
//!   |
//! 2 | loads = { lamp = "dimm" }
//!   |                   ^^^^
//!   |
//!   = note: known: worst
//! ```
//! ## Instead
//! ```toml wiring/power.toml
//! [scenario.dim]
//! loads = { lamp = "worst" }
//! ```
//! ## Cases
//! The same for a lever's position in a step, for the vendor of an offer, for `from` and `to` behind a wire's name, and for a
//! part that a step fits although it does not ride along with that device.
//!
//! ## Sources
//! The words of each key: `docs/language.md`.

use source::nearest::nearest;
use source::{Finding, Rule, Severity, Text};

/// `M030`.
pub static RULE: Rule = Rule {
    code: "M030",
    name: "unknown-word",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unknown_word.rs"),
};

/// `what`: what the word would have to be, with its article ("a profile of `lamp`"); `known`: the words that are.
pub fn finding(subject: &str, word: &Text, what: &str, known: &[&str]) -> Finding {
    let finding =
        Finding::new(&RULE, format!("{subject}:{}", word.value), word.span, format!("`{}` is not {what}", word.value));
    match nearest(&word.value, known.iter().copied()) {
        Some(near) => finding.with_help(format!("write `{near}`")),
        None if known.is_empty() => finding,
        None => {
            let mut known = known.to_vec();
            known.sort_unstable();
            known.dedup();
            known.truncate(12);
            finding.with_note(format!("known: {}", known.join(", ")))
        }
    }
}
