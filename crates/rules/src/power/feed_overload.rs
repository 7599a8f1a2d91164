//! The box may draw more from its feed than the provider allows for ever.
//!
//! Providers cut a customer who stays above the contract, and a breaker may carry only 80 % of its rating for three hours and more.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "0.6 A @ 5 V"
//! derate = "80%"
//! port = { out = "barrel-55x21" }
//! [device]
//! lamp = { part = "lamp" }
//! jack = { part = "toy-jack" }
//! ```
//! ```toml
//! [plug.wall]
//! run = ["wall.out -> jack.in"]
//! [wire.feed]
//! stock = "lead"
//! run = ["jack.plus -> lamp.plus", "lamp.minus -> jack.minus"]
//! ```
//! ```text
//! error[P003 feed-overload]: the box may draw 0.5 A from feed `wall`, and may draw 0.48 A for ever
//!  --> wiring/devices.toml:2:10
//!   |
//! 2 | limit = "0.6 A @ 5 V"
//!   |          ^^^^^^^^^^^ its limit
//! 3 | derate = "80%"
//!   |           --- for ever
//!   |
//!   = note: everything at worst
//!   = note: 80 % of 0.6 A
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "1 A @ 5 V"
//! derate = "80%"
//! port = { out = "barrel-55x21" }
//! [device]
//! lamp = { part = "lamp" }
//! jack = { part = "toy-jack" }
//! ```
//! ```toml
//! [plug.wall]
//! run = ["wall.out -> jack.in"]
//! [wire.feed]
//! stock = "lead"
//! run = ["jack.plus -> lamp.plus", "lamp.minus -> jack.minus"]
//! ```
//! ## Cases
//! A scenario in which something boots lasts minutes: it is held against the whole limit. What a supply draws in its first half cycle is no scenario, and
//! for the provider's breaker to bear. What the loads take together as they start when the feed returns is told by `start-overload`.
//!
//! ## Sources
//! NEC 210.20(A): continuous load at most 80 % of the device's rating.

use std::collections::BTreeSet;

use analysis::budget::{FeedLoad, is_start};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::{SLACK, scenario};

/// `P003`.
pub static RULE: Rule = Rule {
    code: "P003",
    name: "feed-overload",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("feed_overload.rs"),
};

/// Looks at every feed in every scenario and at worst.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    let mut feeds: Vec<&FeedLoad> = facts.budget.feeds.iter().collect();
    feeds.sort_by(|a, b| b.drawn.band.hi.0.total_cmp(&a.drawn.band.hi.0));
    for load in feeds {
        let feed = &build.feeds[load.feed];
        // A start lasts minutes; the derating is for hours.
        let is_start = is_start(build, load.scenario);
        let allowed = if is_start { load.limit.map(|limit| limit.lo) } else { load.allowed };
        if told.contains(&feed.name) || (load.drawn.band.hi.0 <= 0.0 && load.drawn.unknown.is_empty()) {
            continue;
        }
        let when = scenario(build, load.scenario);
        let Some(allowed) = allowed else {
            told.insert(&feed.name);
            let message =
                format!("feed `{}` gives up to {}, and its limit is not stated", feed.name, load.drawn.band.hi);
            findings.push(Finding::not_verified(&RULE, &feed.name, feed.limit.span().unwrap_or(feed.span), message));
            continue;
        };
        if load.drawn.band.hi.0 > allowed.0 * (1.0 + SLACK) {
            told.insert(&feed.name);
            let length = if is_start { "while it starts" } else { "for ever" };
            let message = format!(
                "the box may draw {} from feed `{}`, and may draw {allowed} {length}",
                load.drawn.band.hi, feed.name
            );
            let mut finding = Finding::new(&RULE, &feed.name, feed.limit.span().unwrap_or(feed.span), message)
                .with_label("its limit")
                .with_note(when);
            if let Some(span) = feed.derate.span().filter(|_| !is_start) {
                finding = finding.with_other(span, "for ever");
            }
            if let (Some(share), Some(limit), false) = (feed.derate.known(), load.limit, is_start) {
                finding = finding.with_note(format!("{} of {}", percent(share.typ.0), limit.typ));
            }
            findings.push(finding);
        } else if !load.drawn.unknown.is_empty() {
            told.insert(&feed.name);
            let names: Vec<&str> =
                load.drawn.unknown.iter().take(6).map(|(id, _)| build.device(*id).name.as_str()).collect();
            let message = format!(
                "what the box draws from feed `{}` is at least {}: not everything states its draw",
                feed.name, load.drawn.band.hi
            );
            let finding = Finding::not_verified(&RULE, &feed.name, load.drawn.unknown[0].1, message);
            findings.push(finding.with_note(format!("unknown: {}", names.join(", "))));
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
