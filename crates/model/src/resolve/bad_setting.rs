//! A lever or jumper is set to a position that it does not have.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! relay = { part = "toy-relay", set = { trigger = "X" } }
//! ```
//! ```text
//! error[M016 bad-setting]: `trigger` has no position `X`
//!  --> wiring/devices.toml:4:50
//!   |
//! 4 | relay = { part = "toy-relay", set = { trigger = "X" } }
//!   |                                                  ^
//!   |
//!   = note: it has: H, L
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! relay = { part = "toy-relay", set = { trigger = "L" } }
//! ```
//! ## Sources
//! `docs/language.md`, Devices.

use source::{Finding, Rule, Severity, Span};

/// `M016`.
pub static RULE: Rule = Rule {
    code: "M016",
    name: "bad-setting",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("bad_setting.rs"),
};

/// `position` is none of `positions`.
pub fn finding(subject: &str, lever: &str, position: &str, positions: &[String], span: Span) -> Finding {
    Finding::new(&RULE, format!("{subject}.{lever}"), span, format!("`{lever}` has no position `{position}`"))
        .with_note(format!("it has: {}", positions.join(", ")))
}
