//! A device that `wiring/devices.toml` does not have, or a number beyond its count.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus", "psu.plus -- lmap.plus"]
//! ```
//! ```text
//! error[M002 unknown-device]: there is no device `lmap`
//!  --> wiring/wires.toml:3:73
//!   |
//! 3 | ...s -> psu.minus", "psu.plus -- lmap.plus"]
//!   |                                  ^^^^^^^^^
//!   |
//!   = help: write `lamp`
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus", "psu.plus -- lamp.plus"]
//! ```
//! ## Sources
//! `docs/language.md`, Names, paths, arrows.

use source::{Finding, Rule, Severity, Span};

/// `M002`.
pub static RULE: Rule = Rule {
    code: "M002",
    name: "unknown-device",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unknown_device.rs"),
};

/// No device has this name.
pub fn finding(subject: &str, name: &str, span: Span, near: Option<&str>) -> Finding {
    let finding = Finding::new(&RULE, subject, span, format!("there is no device `{name}`"));
    match near {
        Some(near) => finding.with_help(format!("write `{near}`")),
        None => finding.with_note("devices are named in `[device]`, feeds in `[feed.<id>]`"),
    }
}

/// The group has fewer devices.
pub fn out_of_range(subject: &str, name: &str, group: &str, count: usize, span: Span) -> Finding {
    let has = match count {
        1 => format!("`{group}` is one device, without a number"),
        _ => format!("there are `{group}[1]` to `{group}[{count}]`"),
    };
    Finding::new(&RULE, subject, span, format!("there is no device `{name}`")).with_note(has)
}
