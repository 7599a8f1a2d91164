//! A price in another currency, and no rate that says what it is worth.
//!
//! Dollars and euros do not add up. Without a rate, and the day that it held, the line is in no sum, and the total is only a least one.
//!
//! ## Example
//! ```toml
//! # Nothing here is wired.
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! tray = { part = "tray" }
//! ```
//! ```toml bom/parts/tray.toml
//! name = "Tray"
//! offer = [{ price = "4 EUR" }]
//! ```
//! ```text
//! warning[B009 no-rate]: `tray` is priced in EUR, and nothing says what that is in USD
//!  --> bom/parts/tray.toml:2:21
//!   |
//! 2 | offer = [{ price = "4 EUR" }]
//!   |                     ^^^^^ this price is in no sum
//!   |
//!   = note: tray
//! ```
//! ## Instead
//! ```toml
//! # Nothing here is wired.
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! tray = { part = "tray" }
//! ```
//! ```toml bom/parts/tray.toml
//! name = "Tray"
//! offer = [{ price = "4 USD" }]
//! ```
//! ## Cases
//! A rate is written in any `bom/*.toml`, into the currency of the build: `[rate.EUR]` with `is = "1.0837 USD"` and `seen = 2026-11-20`. One finding names all
//! parts of a currency. Where the bill holds such a part, `B004` counts its line among those without a price.
//!
//! ## Sources
//! A choice of ours: a rate without its day is worth as little as a price without one.

use std::collections::BTreeMap;

use analysis::purchase::{converted, currency};
use model::part::PartId;
use source::{Finding, Rule, Severity, Span};

use crate::Context;

/// `B009`.
pub static RULE: Rule = Rule {
    code: "B009",
    name: "no-rate",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("no_rate.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut foreign: BTreeMap<&str, (Span, Vec<PartId>)> = BTreeMap::new();
    for need in &facts.purchase.needs {
        let prices = build.part(need.part).offers.iter().filter_map(|offer| offer.price.as_ref());
        for (price, span) in prices.filter(|(price, _)| converted(build, price).is_none()) {
            let (_, parts) = foreign.entry(&price.currency).or_insert((*span, Vec::new()));
            if parts.last() != Some(&need.part) {
                parts.push(need.part);
            }
        }
    }
    for (of, (span, parts)) in foreign {
        let own = currency(build);
        let message = match parts.len() {
            1 => format!("`{}` is priced in {of}, and nothing says what that is in {own}", build.part(parts[0]).id),
            count => format!("{count} parts are priced in {of}, and nothing says what that is in {own}"),
        };
        let finding = Finding::new(&RULE, format!("cost:{of}"), span, message).with_label("this price is in no sum");
        findings.push(finding.with_note(super::listed(build, parts.into_iter())));
    }
}
