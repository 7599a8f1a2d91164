//! A part that is bought and that nothing uses.
//!
//! Money for a drawer, or the trace of a device that somebody forgot to write down or to wire.
//!
//! ## Example
//! ```toml
//! # A tray has no wires.
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! tray = { part = "tray" }
//! ```
//! ```toml bom/parts/tray.toml
//! name = "Tray"
//! ```
//! ```toml bom/parts/lid.toml
//! name = "Lid"
//! ```
//! ```toml bom/buy.toml
//! [buy]
//! tray = 1
//! lid = 1
//! ```
//! ```text
//! warning[B002 never-used]: `lid` is bought, and no device, wire or step uses it
//!  --> bom/buy.toml:3:1
//!   |
//! 3 | lid = 1
//!   | ^^^ Lid
//! ```
//! ## Instead
//! ```toml
//! # A tray has no wires.
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! tray = { part = "tray" }
//! ```
//! ```toml bom/parts/tray.toml
//! name = "Tray"
//! ```
//! ```toml bom/parts/lid.toml
//! name = "Lid"
//! ```
//! ```toml bom/buy.toml
//! [buy]
//! tray = 1
//! ```
//! ## Cases
//! Tools are bought to be had. A consumable is used by a step; where a build has no steps, nothing is said of consumables. Spare
//! pieces of a part that is used are no fault.
//!
//! ## Sources
//! A choice of ours: every line of the bill has a reason.

use source::{Finding, Rule, Severity};

use crate::Context;

/// `B002`.
pub static RULE: Rule = Rule {
    code: "B002",
    name: "never-used",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("never_used.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for need in facts.purchase.needs.iter().filter(|need| !need.is_needed()) {
        let part = build.part(need.part);
        let Some(line) = need.line.map(|line| &build.lines[line]) else {
            continue;
        };
        if part.kind == "tool" || (part.consumable && build.steps.is_empty()) {
            continue;
        }
        let by = if part.consumable { "no step uses it" } else { "no device, wire or step uses it" };
        let message = format!("`{}` is bought, and {by}", part.id);
        findings.push(Finding::new(&RULE, part.id.as_str(), line.span, message).with_label(part.name.as_str()));
    }
}
