//! A part that the build or the guide uses and the bill does not buy.
//!
//! The evening stops at the step that needs it, and the price of the whole was too low.
//!
//! ## Example
//! ```toml
//! # Nothing here is wired.
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! tray = { part = "tray" }
//! lid = { part = "lid" }
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
//! ```text
//! error[B001 not-bought]: the build needs 1 piece of `lid`, and none is bought
//!  --> wiring/devices.toml:3:1
//!   |
//! 3 | lid = { part = "lid" }
//!   | ^^^ Lid
//!   |
//!   = note: used by: lid
//!   = help: add `lid = 1` to `[buy]`
//! ```
//! ## Instead
//! ```toml
//! # Nothing here is wired.
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! tray = { part = "tray" }
//! lid = { part = "lid" }
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
//! ## Cases
//! What arrives inside another part, what a wire's `stock = "own"` came with, tools and parts with a reason under `optional` need not be
//! bought. A build without any `[buy]` has no bill, and nothing is said.
//!
//! ## Sources
//! A choice of ours: the bill covers the build.

use analysis::purchase::packs_due;
use source::{Finding, Rule, Severity};

use crate::Context;

/// `B001`.
pub static RULE: Rule = Rule {
    code: "B001",
    name: "not-bought",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("not_bought.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    if build.lines.is_empty() {
        return;
    }
    for need in facts.purchase.needs.iter().filter(|need| need.is_needed() && need.line.is_none()) {
        let part = build.part(need.part);
        if part.optional.is_some() || part.kind == "tool" {
            continue;
        }
        let Some(span) = super::place(build, need.part) else {
            continue;
        };
        let message = match part.consumable {
            true => format!("the guide uses `{}`, and none is bought", part.id),
            false => format!("the build needs {} of `{}`, and none is bought", super::amount(need), part.id),
        };
        let finding = Finding::new(&RULE, part.id.as_str(), span, message)
            .with_label(part.name.as_str())
            .with_help(format!("add `{} = {}` to `[buy]`", part.id, packs_due(build, need)));
        findings.push(super::reasons(finding, need));
    }
}
