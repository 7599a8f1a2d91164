//! A scenario was never measured, though others were.
//!
//! What a box draws at start or under load is what trips a provider's breaker, and a meter between plug and outlet tells it in minutes.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "1 A @ 5 V"
//! port = { out = "barrel-55x21" }
//! [scenario.dim]
//! measured = "0.5 A"
//! [scenario.bright]
//! [device]
//! lamp = { part = "lamp" }
//! jack = { part = "toy-jack" }
//! ```
//! ```toml
//! [plug.wall]
//! run = ["wall.out -> jack.in"]
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["jack.plus -> lamp.plus", "lamp.minus -> jack.minus"]
//! ```
//! ```text
//! note[P027 never-measured]: scenario `bright` was never measured
//!  --> wiring/devices.toml:6:11
//!   |
//! 6 | [scenario.bright]
//!   |           ^^^^^^
//!   |
//!   = note: measured: `dim`
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "1 A @ 5 V"
//! port = { out = "barrel-55x21" }
//! [scenario.dim]
//! measured = "0.5 A"
//! [scenario.bright]
//! measured = "0.5 A"
//! [device]
//! lamp = { part = "lamp" }
//! jack = { part = "toy-jack" }
//! ```
//! ```toml
//! [plug.wall]
//! run = ["wall.out -> jack.in"]
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["jack.plus -> lamp.plus", "lamp.minus -> jack.minus"]
//! ```
//! ## Cases
//! A scenario that says `judged = false` need not be measured. A build that measures nothing is not judged.
//!
//! ## Sources
//! The build's own scenarios.

use source::{Finding, Rule, Severity};

use crate::Context;
use crate::story;

/// `P027`.
pub static RULE: Rule = Rule {
    code: "P027",
    name: "never-measured",
    severity: Severity::Note,
    file: file!(),
    text: include_str!("never_measured.rs"),
};

/// Looks at every scenario.
pub fn run(Context { build, .. }: Context<'_>, findings: &mut Vec<Finding>) {
    let (done, due): (Vec<_>, Vec<_>) = build
        .scenarios
        .iter()
        .filter(|scenario| scenario.judged)
        .partition(|scenario| scenario.measured.known().is_some());
    if done.is_empty() || build.feeds.is_empty() {
        return;
    }
    let names: Vec<&str> = done.iter().map(|scenario| scenario.id.value.as_str()).collect();
    for scenario in due {
        let message = format!("scenario `{}` was never measured", scenario.id.value);
        findings.push(
            Finding::new(&RULE, &scenario.id.value, scenario.span, message)
                .with_note(format!("measured: {}", story::list(&names, 4))),
        );
    }
}
