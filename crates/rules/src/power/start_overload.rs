//! When a feed returns, everything on it starts at once, and that is more than the feed gives.
//!
//! Contacts that are closed at rest make no order: after a power cut all computers boot and all motors spin up in the same second. A feed that carries the box for
//! years may open just then, and it stays open until somebody comes.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "0.7 A @ 5 V"
//! port = { out = "barrel-55x21" }
//! [device]
//! lamp = { part = "lamp" }
//! jack = { part = "toy-jack" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4..5.5 V", profile = { worst = "0.5 A @ 5 V" }, inrush = "0.8 A" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml
//! [plug.wall]
//! run = ["wall.out -> jack.in"]
//! [wire.feed]
//! stock = "lead"
//! run = ["jack.plus -> lamp.plus", "lamp.minus -> jack.minus"]
//! ```
//! ```text
//! warning[P030 start-overload]: when feed `wall` returns, everything starts at once with up to 0.8 A, and it gives 0.7 A
//!  --> wiring/devices.toml:2:10
//!   |
//! 2 | limit = "0.7 A @ 5 V"
//!   |          ^^^^^^^^^^^ its limit
//!   |
//!   = note: at their own volts: `lamp.filament` 0.8 A of inrush
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "1 A @ 5 V"
//! port = { out = "barrel-55x21" }
//! [device]
//! lamp = { part = "lamp" }
//! jack = { part = "toy-jack" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4..5.5 V", profile = { worst = "0.5 A @ 5 V" }, inrush = "0.8 A" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml
//! [plug.wall]
//! run = ["wall.out -> jack.in"]
//! [wire.feed]
//! stock = "lead"
//! run = ["jack.plus -> lamp.plus", "lamp.minus -> jack.minus"]
//! ```
//! ## Cases
//! Each load counts with its profile `boot` (else its worst), or with its `inrush` if that is more; coils are at rest, so that what hangs on an open contact
//! waits for its controller and is not counted. The sum is held against the whole limit of the feed: what lasts is held against its derating by `feed-overload`,
//! and where that speaks of a feed, this rule does not. `stagger` spaces what relays restart, and nothing of this. An inrush that is `unstated` is not verified
//! where it decides. What a supply itself takes in its first half cycle to charge its capacitors is tens of amperes for milliseconds: it is no part of the limit, but of
//! the breaker's choice, and is not asked.
//!
//! ## Sources
//! `boot` and `inrush` of the loads, and `limit` of the feed, with their cites.

use analysis::budget;
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::SLACK;

/// `P030`.
pub static RULE: Rule = Rule {
    code: "P030",
    name: "start-overload",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("start_overload.rs"),
};

/// Loads that a finding names.
const SHOWN: usize = 4;

/// Looks at the start of every feed that states its limit and bears what lasts.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for start in budget::starts(build, &facts.rest, &facts.potentials) {
        let feed = &build.feeds[start.feed];
        let told = facts.budget.feeds.iter().filter(|load| load.feed == start.feed).any(|load| {
            let over = load.allowed.is_some_and(|allowed| load.drawn.band.hi.0 > allowed.0 * (1.0 + SLACK));
            over || !load.drawn.is_whole()
        });
        let Some(limit) = feed.limit.known().filter(|_| !told) else { continue };
        let span = feed.limit.span().unwrap_or(feed.span);
        let name = |&(device, index): &(model::DeviceId, u32)| {
            format!("{}.{}", build.device(device).name, build.part_of(device).loads[index as usize].name)
        };
        if start.drawn.band.hi.0 > limit.lo.0 * (1.0 + SLACK) {
            let message = format!(
                "when feed `{}` returns, everything starts at once with up to {}, and it gives {}",
                feed.name, start.drawn.band.hi, limit.lo
            );
            let word = |is_inrush: bool| if is_inrush { " of inrush" } else { "" };
            let shown: Vec<String> = start
                .loads
                .iter()
                .take(SHOWN)
                .map(|one| format!("`{}` {}{}", name(&one.load), one.amperes, word(one.is_inrush)))
                .collect();
            let more = start.loads.len().saturating_sub(SHOWN);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let mut finding = Finding::new(&RULE, &feed.name, span, message)
                .with_label("its limit")
                .with_note(format!("at their own volts: {}{more}", shown.join(", ")));
            if let Some(stagger) = build.control.stagger.span() {
                finding = finding.with_other(stagger, "spaces what relays restart, not this");
            }
            findings.push(finding);
        } else if let Some(&(device, at)) = start.drawn.unknown.first() {
            let message = format!(
                "what the box draws as feed `{}` returns is at least {}: `{}` does not state its inrush",
                feed.name,
                start.drawn.band.hi,
                build.device(device).name
            );
            findings.push(Finding::not_verified(&RULE, &feed.name, at, message));
        }
    }
}
