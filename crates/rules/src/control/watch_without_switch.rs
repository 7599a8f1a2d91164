//! A watcher that cannot switch what it watches.
//!
//! `[watch]` names who power-cycles whom. If the watcher's lines move no relay that cuts the watched, the daemon on it will see the machine die and can do
//! nothing; and nobody notices before that day.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp", count = 2 }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! ```
//! ```toml
//! [watch]
//! "lamp[2]" = "board"
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp[1].plus", "psu.plus[3] -> lamp[2].plus", "lamp[1..2].minus -> psu.minus[1,3]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! [gpio.board]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ```text
//! error[C006 watch-without-switch]: board is to restart lamp[2], and drives no relay that cuts it
//!  --> wiring/wires.toml:2:2
//!   |
//! 2 | "lamp[2]" = "board"
//!   |  ^^^^^^^
//!   |
//!   = note: no relay that software moves cuts lamp[2]
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp", count = 2 }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! ```
//! ```toml
//! [watch]
//! "lamp[1]" = "board"
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp[1].plus", "psu.plus[3] -> lamp[2].plus", "lamp[1..2].minus -> psu.minus[1,3]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! [gpio.board]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ## Cases
//! Where a relay cuts the watched and no line at all is wired to its input, G006 tells that instead. A watched device that nothing feeds is told by the rules
//! about wiring.
//! ## Sources
//! Reasoning.

use source::{Finding, Rule, Severity};

use super::words;
use crate::Context;

/// `C006`.
pub static RULE: Rule = Rule {
    code: "C006",
    name: "watch-without-switch",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("watch_without_switch.rs"),
};

/// Tells watches whose watcher has no grip on the watched.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for idle in &facts.control.idle_watches {
        let watch = build.control.watches[idle.watch];
        let (watched, watcher) = (&build.device(watch.watched).name, &build.device(watch.watcher).name);
        let message = format!("{watcher} is to restart {watched}, and drives no relay that cuts it");
        let mut finding = Finding::new(&RULE, format!("watch.{watched}"), watch.span, message);
        if idle.others.is_empty() {
            finding = finding.with_note(format!("no relay that software moves cuts {watched}"));
        }
        for grip in idle.others.iter().take(3).map(|&at| &facts.control.grips[at]) {
            let coil = words::coil(build, grip.coil);
            let by = &build.device(grip.controller).name;
            finding = finding.with_other(words::place(build, facts, grip.coil), format!("{by} cuts it, by `{coil}`"));
        }
        findings.push(finding);
    }
}
