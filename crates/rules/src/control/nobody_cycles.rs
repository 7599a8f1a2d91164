//! Nobody can power-cycle it.
//!
//! Where some machines can be restarted from afar, a switch or a computer on no relay (or on none but its own) is the one for which somebody has to travel.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! hub = { part = "toy-hub" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "psu.plus[3] -> hub.plus"]
//! [wire.return]
//! stock = "lead"
//! run = ["lamp.minus -> psu.minus[1]", "hub.minus -> psu.minus[3]"]
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
//! note[C005 nobody-cycles]: nobody can power-cycle hub
//!  --> wiring/devices.toml:4:1
//!   |
//! 4 | hub = { part = "toy-hub" }
//!   | ^^^
//!   |
//!   = note: no relay that a controller drives cuts it
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! hub = { part = "toy-hub" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> hub.plus", "psu.plus[3] -> lamp.plus"]
//! [wire.return]
//! stock = "lead"
//! run = ["lamp.minus -> psu.minus[1]", "hub.minus -> psu.minus[3]"]
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
//! Asked of computers, network switches and `essential` loads, and only in a build where software switches something at all. A computer with a hardware
//! watchdog restarts itself and is not told. If the lack has a reason, a waiver says it.
//! ## Sources
//! Reasoning.

use source::{Finding, Rule, Severity};

use crate::Context;

/// `C005`.
pub static RULE: Rule = Rule {
    code: "C005",
    name: "nobody-cycles",
    severity: Severity::Note,
    file: file!(),
    text: include_str!("nobody_cycles.rs"),
};

/// Tells what somebody counts on and no other controller cuts.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let grips = &facts.control.grips;
    for &load in &facts.control.nobody {
        let device = build.device(load);
        let own = grips.iter().any(|grip| grip.load == load);
        let message = format!("nobody can power-cycle {}", device.name);
        let note = if own { "only it could cut itself" } else { "no relay that a controller drives cuts it" };
        findings.push(Finding::new(&RULE, device.name.as_str(), device.span, message).with_note(note));
    }
}
