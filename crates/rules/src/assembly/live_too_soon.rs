//! A feed is on while a bare terminal is not covered yet, or while a wire hangs loose from a live one.
//!
//! The graph so far is what counts, not the finished one: a screw that a later step covers is bare today, and a probe, a sleeve or a loose
//! lead bridges it. What could be live counts as live: switches on, fuses in.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "desk-supply" }
//! lamp = { part = "lamp" }
//! [feed.wall]
//! limit = "15 A @ 120 V ac"
//! port = { ac = "nema-5-15r" }
//! ```
//! ```toml wiring/wires.toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! [cable.cord]
//! part = "ac-cord-c13"
//! run = ["wall.ac -> psu.ac"]
//! ```
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! [step.power]
//! wires = ["cord"]
//! live = ["wall"]
//! danger = ["Mains: the cord goes in last."]
//! [step.cover]
//! title = "Cover the screws"
//! insulates = ["psu", "lamp"]
//! ```
//! ```text
//! error[A007 live-too-soon]: step `power` is live while `lamp.plus` is bare; step `cover` covers it later
//!   --> site/guide/steps.toml:6:10
//!    |
//!  6 | live = ["wall"]
//!    |          ^^^^ live here
//! ...
//! 10 | insulates = ["psu", "lamp"]
//!    |                      ---- covered here
//!
//! error[A007 live-too-soon]: step `power` is live while `psu.plus` is bare; step `cover` covers it later
//!   --> site/guide/steps.toml:6:10
//!    |
//!  6 | live = ["wall"]
//!    |          ^^^^ live here
//! ...
//! 10 | insulates = ["psu", "lamp"]
//!    |               --- covered here
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "desk-supply" }
//! lamp = { part = "lamp" }
//! [feed.wall]
//! limit = "15 A @ 120 V ac"
//! port = { ac = "nema-5-15r" }
//! ```
//! ```toml wiring/wires.toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! [cable.cord]
//! part = "ac-cord-c13"
//! run = ["wall.ac -> psu.ac"]
//! ```
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! insulates = ["psu", "lamp"]
//! [step.power]
//! wires = ["cord"]
//! live = ["wall"]
//! danger = ["Mains: the cord goes in last."]
//! [step.cover]
//! title = "Cover the screws"
//! ```
//! ## Cases
//! One finding a device, at the first live step that catches it. A terminal that no step ever covers is `N014`'s. Covering in the live step itself
//! counts as covered: the guide's reader does it first.
//!
//! ## Sources
//! Work on dead circuits: NFPA 70E, article 120; a choice of ours to hold a desk to it.

use std::collections::{BTreeMap, BTreeSet};

use model::{DeviceId, Terminal};
use source::{Finding, Rule, Severity};

use super::steps;
use crate::Context;

/// `A007`.
pub static RULE: Rule = Rule {
    code: "A007",
    name: "live-too-soon",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("live_too_soon.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    let mut loose = BTreeSet::new();
    for live in &facts.assembly.live {
        let mut by_device: BTreeMap<DeviceId, Vec<Terminal>> = BTreeMap::new();
        for &terminal in &live.bare {
            if facts.assembly.covered.contains_key(&terminal) {
                by_device.entry(build.owner(terminal)).or_default().push(terminal);
            }
        }
        let step = &build.steps[live.step];
        let here = step.live.first().map_or(step.span, |(_, span)| *span);
        for (device, bare) in by_device {
            if !told.insert(device) {
                continue;
            }
            let covering = facts.assembly.covered[&bare[0]];
            let message = format!(
                "{} is live while `{}` is bare; {} covers it later",
                steps::named(build, live.step),
                build.path(bare[0]),
                steps::named(build, covering)
            );
            let mut finding = Finding::new(&RULE, build.device(device).name.as_str(), here, message)
                .with_label("live here")
                .with_other(steps::covers(build, covering, bare[0]), "covered here");
            if bare.len() > 1 {
                let others: Vec<String> =
                    bare[1..].iter().take(8).map(|&terminal| format!("`{}`", build.path(terminal))).collect();
                let more = if bare.len() > 9 { format!(" and {} more", bare.len() - 9) } else { String::new() };
                finding = finding.with_note(format!("also live and bare then: {}{more}", others.join(", ")));
            }
            findings.push(finding);
        }
        for &(run, end) in &live.hanging {
            if !loose.insert((run, end)) {
                continue;
            }
            let name = if end == 0 { "from" } else { "to" };
            let subject = format!("{}.{name}", build.run_path(run));
            let message = format!(
                "{} is live while `{subject}` hangs loose from a live terminal",
                steps::named(build, live.step)
            );
            findings.push(
                Finding::new(&RULE, subject, here, message)
                    .with_label("live here")
                    .with_other(build.run(run).span, "this wire"),
            );
        }
    }
}
