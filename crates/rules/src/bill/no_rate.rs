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
//! parts, providers and `[versus.…]` of a currency. Where the bill holds such a part, `B004` counts its line among those without a price.
//!
//! ## Sources
//! A choice of ours: a rate without its day is worth as little as a price without one.

use std::collections::BTreeMap;

use analysis::purchase::{converted, currency};
use model::units::Money;
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
    let mut foreign: BTreeMap<String, (Span, Vec<String>)> = BTreeMap::new();
    let mut add = |(price, span): &(Money, Span), name: &str| {
        if converted(build, price).is_none() {
            let (_, names) = foreign.entry(price.currency.clone()).or_insert((*span, Vec::new()));
            if names.last().is_none_or(|last| last != name) {
                names.push(name.to_owned());
            }
        }
    };
    for need in &facts.purchase.needs {
        let part = build.part(need.part);
        for price in part.offers.iter().filter_map(|offer| offer.price.as_ref()) {
            add(price, &part.id);
        }
    }
    for provider in &build.providers {
        if let Some(price) = &provider.monthly {
            add(price, &format!("provider.{}", provider.id.value));
        }
    }
    for yardstick in &build.yardsticks {
        for price in yardstick.price.iter().chain(&yardstick.monthly) {
            add(price, &format!("versus.{}", yardstick.id.value));
        }
    }
    for (of, (span, names)) in foreign {
        let own = currency(build);
        let message = match names.len() {
            1 => format!("`{}` is priced in {of}, and nothing says what that is in {own}", names[0]),
            count => format!("{count} things are priced in {of}, and nothing says what that is in {own}"),
        };
        let finding = Finding::new(&RULE, format!("cost:{of}"), span, message).with_label("this price is in no sum");
        findings.push(finding.with_note(names.join(", ")));
    }
}
