//! After a power cut these wait for each other, and stay dark.
//!
//! With every coil at rest an NO contact is open. If what it feeds is the controller that would have to close the NO contact of the other, neither ever gets
//! power: the box works for years, and does not come back after the first power cut. On NC both start.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! board = { part = "toy-board", count = 2 }
//! relay = { part = "toy-opto", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1..2] -> relay[1..2].no", "relay[1..2].com -> board[2,1].plus", "board[1..2].minus -> psu.minus[1..2]"]
//! [wire.coil]
//! stock = "lead"
//! run = ["board[1..2].pin4 -> relay[1..2].plus", "relay[1..2].minus -> board[1..2].pin14"]
//! [wire.control]
//! stock = "lead"
//! run = ["board[1..2].pin2 -> relay[1..2].vcc", "board[1..2].gpio4 -> relay[1..2].in"]
//! [weak.start]
//! what = ["relay[*]"]
//! why = "A channel may move for an instant when its board gets power; tried ten times, and none did."
//! ```
//! ```text
//! error[C003 dead-start]: after a power cut board[1] and board[2] stay dark
//!  --> wiring/wires.toml:9:69
//!   |
//! 9 | ...vcc", "board[1..2].gpio4 -> relay[1..2].in"]
//!   |                                ^^^^^^^^^^^^^^
//!   |
//!   = note: board[1] waits for `relay[2].k`, which board[2] would have to
//!           energise
//!   = note: board[2] waits for `relay[1].k`, which board[1] would have to
//!           energise
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! board = { part = "toy-board", count = 2 }
//! relay = { part = "toy-opto", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1..2] -> relay[1..2].nc", "relay[1..2].com -> board[2,1].plus", "board[1..2].minus -> psu.minus[1..2]"]
//! [wire.coil]
//! stock = "lead"
//! run = ["board[1..2].pin4 -> relay[1..2].plus", "relay[1..2].minus -> board[1..2].pin14"]
//! [wire.control]
//! stock = "lead"
//! run = ["board[1..2].pin2 -> relay[1..2].vcc", "board[1..2].gpio4 -> relay[1..2].in"]
//! [weak.start]
//! what = ["relay[*]"]
//! why = "A channel may move for an instant when its board gets power; tried ten times, and none did."
//! [gpio."board[1..2]"]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ## Cases
//! A load on NO that a controller with power at rest can bring up is no deadlock; whether it is essential is C004's. What no line moves at all is G006's, and
//! what nothing feeds in any state is told by the rules about wiring.
//! ## Sources
//! Reasoning, over every state that can be reached from all coils at rest.

use std::collections::BTreeMap;

use analysis::control::DeadStart;
use source::{Finding, Rule, Severity};

use super::words;
use crate::Context;

/// `C003`.
pub static RULE: Rule = Rule {
    code: "C003",
    name: "dead-start",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("dead_start.rs"),
};

/// Tells each group that waits for itself once.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut groups: BTreeMap<u32, Vec<&DeadStart>> = BTreeMap::new();
    for start in &facts.control.dead_starts {
        groups.entry(start.group).or_default().push(start);
    }
    for group in groups.values() {
        let loads: Vec<_> = group.iter().map(|start| start.load).collect();
        let first = group[0];
        let span = first.waits_for.first().map(|(coil, _)| words::place(build, facts, *coil));
        let device = build.device(first.load);
        let stay = if loads.len() == 1 { "stays" } else { "stay" };
        let message = format!("after a power cut {} {stay} dark", words::devices(build, &loads));
        let mut finding = Finding::new(&RULE, device.name.as_str(), span.unwrap_or(device.span), message);
        for start in group.iter().take(6) {
            for (coil, by) in start.waits_for.iter().take(2) {
                finding = finding.with_note(format!(
                    "{} waits for `{}`, which {} would have to energise",
                    build.device(start.load).name,
                    words::coil(build, *coil),
                    build.device(*by).name
                ));
            }
        }
        findings.push(finding);
    }
}
