//! Prices that were seen longer ago than the build allows.
//!
//! An old price is a memory. What it says of the total is worth less every month.
//!
//! ## Example
//! ```toml
//! # A tray has no wires.
//! ```
//! ```toml bom/build.toml
//! name = "bench"
//! title = "A tray"
//! as-of = 2026-11-23
//! price-max-age = "365 d"
//! [reference.toy]
//! title = "Toy parts of the bench"
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! tray = { part = "tray" }
//! ```
//! ```toml bom/parts/tray.toml
//! name = "Tray"
//! offer = [{ price = "4 USD", seen = 2021-06-28 }]
//! ```
//! ```toml bom/buy.toml
//! [buy]
//! tray = 1
//! ```
//! ```text
//! warning[B005 price-old]: the price of `tray` is 1974 days old, and may be 365
//!  --> bom/parts/tray.toml:2:10
//!   |
//! 2 | offer = [{ price = "4 USD", seen = 2021-06-28 }]
//!   |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this price
//!   |
//!  ::: bom/build.toml:3:9
//!   |
//! 3 | as-of = 2026-11-23
//!   |         ---------- counted to 2026-11-23
//!   |
//!   = note: tray
//! ```
//! ## Instead
//! ```toml
//! # A tray has no wires.
//! ```
//! ```toml bom/build.toml
//! name = "bench"
//! title = "A tray"
//! as-of = 2026-11-23
//! price-max-age = "365 d"
//! [reference.toy]
//! title = "Toy parts of the bench"
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! tray = { part = "tray" }
//! ```
//! ```toml bom/parts/tray.toml
//! name = "Tray"
//! offer = [{ price = "4 USD", seen = 2026-06-28 }]
//! ```
//! ```toml bom/buy.toml
//! [buy]
//! tray = 1
//! ```
//! ## Cases
//! One finding names all such prices. There is no clock: the age is counted to the build's `as-of`, and without `as-of` or
//! `price-max-age` nothing is said.
//!
//! ## Sources
//! A choice of ours; the age that is allowed stands in `bom/build.toml`.

use source::{Finding, Rule, Severity};

use crate::Context;

/// `B005`.
pub static RULE: Rule = Rule {
    code: "B005",
    name: "price-old",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("price_old.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let stale = &facts.purchase.stale;
    let Some(&(oldest, days)) = stale.iter().rev().max_by_key(|(_, days)| *days) else {
        return;
    };
    let Some(offer) = analysis::purchase::offer(build.part(oldest)) else {
        return;
    };
    let most = build.meta.price_max_age.unwrap_or_default();
    let message = match stale.len() {
        1 => format!("the price of `{}` is {days} days old, and may be {most}", build.part(oldest).id),
        count => format!("{count} prices are up to {days} days old, and may be {most}"),
    };
    let label = if stale.len() == 1 { "this price" } else { "the oldest" };
    let mut finding = Finding::new(&RULE, "cost", offer.span, message).with_label(label);
    if let Some((today, span)) = build.meta.as_of {
        finding = finding.with_other(span, format!("counted to {today}"));
    }
    findings.push(finding.with_note(super::listed(build, stale.iter().map(|(part, _)| *part))));
}
