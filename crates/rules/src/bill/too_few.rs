//! Fewer pieces bought than the build needs.
//!
//! A pack is not a piece: three packs of two sockets are six, and three packs of one are three.
//!
//! ## Example
//! ```toml
//! # Trays have no wires.
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! tray = { part = "tray", count = 3 }
//! ```
//! ```toml bom/parts/tray.toml
//! name = "Tray"
//! offer = [{ pack = 2, price = "4 USD" }]
//! ```
//! ```toml bom/buy.toml
//! [buy]
//! tray = 1
//! ```
//! ```text
//! error[B003 too-few]: the build needs 3 pieces of `tray`, and 2 are bought in 1 pack
//!  --> bom/buy.toml:2:1
//!   |
//! 2 | tray = 1
//!   | ^^^^ Tray
//!   |
//!   = note: used by: tray[1..3]
//!   = help: write `tray = 2`
//! ```
//! ## Instead
//! ```toml
//! # Trays have no wires.
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! tray = { part = "tray", count = 3 }
//! ```
//! ```toml bom/parts/tray.toml
//! name = "Tray"
//! offer = [{ pack = 2, price = "4 USD" }]
//! ```
//! ```toml bom/buy.toml
//! [buy]
//! tray = 2
//! ```
//! ## Cases
//! Wire by the metre is judged by `B008`. Leads of a fixed length are pieces.
//!
//! ## Sources
//! A choice of ours: the bill covers the build.

use analysis::purchase::packs_due;
use source::{Finding, Rule, Severity};

use crate::Context;

/// `B003`.
pub static RULE: Rule =
    Rule { code: "B003", name: "too-few", severity: Severity::Error, file: file!(), text: include_str!("too_few.rs") };

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for need in facts.purchase.needs.iter().filter(|need| need.pieces > need.bought) {
        let Some(line) = need.line.map(|line| &build.lines[line]) else {
            continue;
        };
        let part = build.part(need.part);
        let packs = match need.packs {
            packs if packs == need.bought => String::new(),
            1 => " in 1 pack".to_owned(),
            packs => format!(" in {packs} packs"),
        };
        let message = format!(
            "the build needs {} of `{}`, and {} bought{packs}",
            super::amount(need),
            part.id,
            super::are(need.bought)
        );
        let finding = Finding::new(&RULE, part.id.as_str(), line.span, message)
            .with_label(part.name.as_str())
            .with_help(format!("write `{} = {}`", part.id, packs_due(build, need)));
        findings.push(super::reasons(finding, need));
    }
}
