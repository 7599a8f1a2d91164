//! A part that neither this workspace, an included one, nor the library has.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply", with = ["laed"] }
//! lamp = { part = "lamp" }
//! ```
//! ```text
//! error[M001 unknown-part]: there is no part `laed`
//!  --> wiring/devices.toml:2:35
//!   |
//! 2 | psu = { part = "supply", with = ["laed"] }
//!   |                                   ^^^^
//!   |
//!   = help: write `lead`
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply", with = ["lead"] }
//! lamp = { part = "lamp" }
//! ```
//! ## Sources
//! `docs/language.md`, Names, paths, arrows.

use source::{Finding, Rule, Severity, Span, Text};

/// `M001`.
pub static RULE: Rule = Rule {
    code: "M001",
    name: "unknown-part",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unknown_part.rs"),
};

/// No part has this id; `near` is the one that was probably meant.
pub fn finding(subject: &str, id: &Text, near: Option<&str>) -> Finding {
    helped(Finding::new(&RULE, subject, id.span, format!("there is no part `{}`", id.value)), near)
}

/// A part says that it is like one that does not exist.
pub fn like(subject: &str, base: &str, span: Span, near: Option<&str>) -> Finding {
    helped(
        Finding::new(&RULE, subject, span, format!("`{subject}` is like `{base}`, and there is no part `{base}`")),
        near,
    )
}

/// A device is said to arrive in another that does not bring it.
pub fn not_inside<'a>(subject: &str, holder: &str, what: &Text, known: impl Iterator<Item = &'a str>) -> Finding {
    let finding =
        Finding::new(&RULE, subject, what.span, format!("part `{holder}` brings no `{}` with it", what.value));
    let known: Vec<&str> = known.collect();
    if known.is_empty() { finding } else { finding.with_note(format!("it brings: {}", known.join(", "))) }
}

fn helped(finding: Finding, near: Option<&str>) -> Finding {
    match near {
        Some(near) => finding.with_help(format!("write `{near}`")),
        None => finding
            .with_note("a part is a file `bom/parts/<id>.toml`, here, in an included workspace, or in the library"),
    }
}
