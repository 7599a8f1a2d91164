//! Lines of the bill without a price.
//!
//! An unknown price is not zero: the sum is a lower bound until each line has one.
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
//! offer = [{ pack = 1 }]
//! ```
//! ```toml bom/buy.toml
//! [buy]
//! tray = 1
//! ```
//! ```text
//! note[B004 price-unknown]: no line of the bill has a price
//!  --> bom/buy.toml:2:1
//!   |
//! 2 | tray = 1
//!   | ^^^^ no price
//!   |
//!   = note: tray
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
//! offer = [{ pack = 1, price = "4 USD" }]
//! ```
//! ```toml bom/buy.toml
//! [buy]
//! tray = 1
//! ```
//! ## Cases
//! One finding names all such lines. A price in another currency than the build's cannot be added and counts as none.
//!
//! ## Sources
//! A choice of ours: a sum says what it leaves out.

use source::{Finding, Rule, Severity};

use crate::Context;

/// `B004`.
pub static RULE: Rule = Rule {
    code: "B004",
    name: "price-unknown",
    severity: Severity::Note,
    file: file!(),
    text: include_str!("price_unknown.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let unpriced = &facts.purchase.cost.unpriced;
    let line = unpriced.iter().find_map(|part| build.lines.iter().find(|line| line.part == *part));
    let Some(line) = line else { return };
    let known = &facts.purchase.cost.known;
    let message = match unpriced.len() {
        count if count == build.lines.len() => "no line of the bill has a price".to_owned(),
        1 => format!("1 line of the bill has no price; the others come to {known}"),
        count => format!("{count} lines of the bill have no price; the others come to {known}"),
    };
    let finding = Finding::new(&RULE, "cost", line.span, message).with_label("no price");
    findings.push(finding.with_note(super::listed(build, unpriced.iter().copied())));
}
