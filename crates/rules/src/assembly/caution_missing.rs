//! A step that is live or handles the mains says nothing of danger.
//!
//! The words stand before the action or they are not read at all. Mains kills; a bare 12 V rail of an ATX supply welds a ring to a finger.
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
//! insulates = ["psu", "lamp"]
//! [step.power]
//! wires = ["cord"]
//! live = ["wall"]
//! ```
//! ```text
//! error[A008 caution-missing]: step `power` has `wall` on and no `danger`
//!  --> site/guide/steps.toml:7:10
//!   |
//! 7 | live = ["wall"]
//!   |          ^^^^ on during this step
//!   |
//!   = help: add `danger = ["…"]` that says what hurts and how to stay clear of
//!           it
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
//! ```
//! ## Cases
//! Any `danger` will do; what it says is the writer's. A step that touches no mains and has no feed on needs none.
//!
//! ## Sources
//! ANSI Z535.6 grades what may hurt a person above what may break a thing; `danger` and `warning` follow it.

use source::{Finding, Rule, Severity};

use super::steps;
use crate::Context;

/// `A008`.
pub static RULE: Rule = Rule {
    code: "A008",
    name: "caution-missing",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("caution_missing.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for (index, step) in build.steps.iter().enumerate() {
        if !step.danger.is_empty() {
            continue;
        }
        let name = steps::named(build, index);
        let (message, span, label) = match (step.live.first(), facts.assembly.mains[index].first()) {
            (Some((feed, span)), _) => {
                (format!("{name} has `{}` on and no `danger`", build.device(*feed).name), *span, "on during this step")
            }
            (None, Some(run)) => (
                format!("{name} handles mains with `{}` and has no `danger`", build.run_path(*run)),
                steps::mention(build, index, *run),
                "mains",
            ),
            (None, None) => continue,
        };
        findings.push(
            Finding::new(&RULE, step.id.as_str(), span, message)
                .with_label(label)
                .with_help("add `danger = [\"…\"]` that says what hurts and how to stay clear of it"),
        );
    }
}
