//! A connector or header chip that nobody described.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! [feed.wall]
//! limit = "1 A @ 5 V"
//! port = { out = "usb-q" }
//! ```
//! ```text
//! error[M014 unknown-connector]: there is no connector `usb-q`
//!  --> wiring/devices.toml:6:17
//!   |
//! 6 | port = { out = "usb-q" }
//!   |                 ^^^^^
//!   |
//!   = help: write `usb-a`
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! [feed.wall]
//! limit = "1 A @ 5 V"
//! port = { out = "usb-a" }
//! ```
//! ## Sources
//! `docs/language.md`, Connectors.

use source::nearest::nearest;
use source::{Finding, Rule, Severity, Text};

/// `M014`.
pub static RULE: Rule = Rule {
    code: "M014",
    name: "unknown-connector",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unknown_connector.rs"),
};

/// No `[connector.<id>]` has this id.
pub fn finding<'a>(subject: &str, kind: &Text, known: impl Iterator<Item = &'a str>) -> Finding {
    missing(subject, "connector", kind, known)
}

/// No chip table has this id.
pub fn chip<'a>(subject: &str, id: &Text, known: impl Iterator<Item = &'a str>) -> Finding {
    missing(subject, "header chip", id, known)
}

/// A cable's part lacks its two ports.
pub fn no_ends(subject: &str, part: &Text) -> Finding {
    Finding::new(
        &RULE,
        subject,
        part.span,
        format!("part `{}` is no cable: it lacks the ports `a` and `b`", part.value),
    )
}

fn missing<'a>(subject: &str, what: &str, id: &Text, known: impl Iterator<Item = &'a str>) -> Finding {
    let known: Vec<&str> = known.take(200).collect();
    let finding = Finding::new(&RULE, subject, id.span, format!("there is no {what} `{}`", id.value));
    match nearest(&id.value, known.iter().copied()) {
        Some(near) => finding.with_help(format!("write `{near}`")),
        None => finding.with_note(format!("there are: {}", known.join(", "))),
    }
}
