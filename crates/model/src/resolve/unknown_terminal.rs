//! A terminal that the device's part does not have.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus", "psu.plus -- lamp.pluss"]
//! ```
//! ```text
//! error[M005 unknown-terminal]: there is no terminal `lamp.pluss`
//!  --> wiring/wires.toml:3:73
//!   |
//! 3 | ...s -> psu.minus", "psu.plus -- lamp.pluss"]
//!   |                                  ^^^^^^^^^^
//!   |
//!   = note: part `lamp` has: plus, minus
//!   = help: write `lamp.plus`
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus", "psu.plus -- lamp.plus"]
//! ```
//! ## Sources
//! `docs/language.md`, Names, paths, arrows.

use source::nearest::nearest;
use source::{Finding, Rule, Severity, Span};

use crate::build::Build;
use crate::device::DeviceId;
use crate::part::Part;

/// `M005`.
pub static RULE: Rule = Rule {
    code: "M005",
    name: "unknown-terminal",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unknown_terminal.rs"),
};

/// The device has no such terminal.
pub fn finding(build: &Build, device: DeviceId, subject: &str, name: &str, span: Span) -> Finding {
    let part = build.part_of(device);
    let path = format!("{}.{name}", build.device(device).name);
    let finding = Finding::new(&RULE, subject, span, format!("there is no terminal `{path}`"));
    let finding = listed(finding, part);
    match nearest(name, part.terminals.iter().map(|terminal| terminal.name.as_str())) {
        Some(near) => finding.with_help(format!("write `{}.{near}`", build.device(device).name)),
        None => finding,
    }
}

/// A path stops at the device.
pub fn none_named(build: &Build, device: DeviceId, subject: &str, path: &str, span: Span) -> Finding {
    let finding = Finding::new(&RULE, subject, span, format!("`{path}` names a device and no terminal of it"));
    listed(finding, build.part_of(device))
}

/// An element of a part names a pin that its port does not have.
pub fn of_part(subject: &str, name: &str, span: Span) -> Finding {
    Finding::new(&RULE, subject, span, format!("this part has no terminal `{name}`"))
}

fn listed(finding: Finding, part: &Part) -> Finding {
    let mut groups: Vec<(&str, usize)> = Vec::new();
    for terminal in &part.terminals {
        let base = terminal.name.strip_suffix(']').and_then(|name| name.rfind('[').map(|at| &name[..at]));
        let base = base.unwrap_or(&terminal.name);
        match groups.iter_mut().rev().take(60).find(|(there, _)| *there == base) {
            Some((_, count)) => *count += 1,
            None => groups.push((base, 1)),
        }
    }
    let shown: Vec<String> = groups
        .iter()
        .take(24)
        .map(|&(base, count)| if count == 1 { base.to_owned() } else { format!("{base}[1..{count}]") })
        .collect();
    if shown.is_empty() { finding } else { finding.with_note(format!("part `{}` has: {}", part.id, shown.join(", "))) }
}
