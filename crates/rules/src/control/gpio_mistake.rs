//! One output set wrongly does what nobody can undo.
//!
//! Somebody types 18 for 24, or tries a line by hand. As a rule the wrong level is taken back and nothing is lost. A latching relay that no line sets back, or
//! a cut that takes away whoever could undo it, makes one slip a journey.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! hub = { part = "toy-hub" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-latch" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> hub.plus", "hub.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.supply]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.gpio18 -> relay.set"]
//! [gpio.board]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ```text
//! warning[C007 gpio-mistake]: one wrong level on board GPIO18 (pin 12) turns hub off, and nobody can undo it
//!   --> wiring/wires.toml:12:25
//!    |
//! 12 | run = ["board.gpio18 -> relay.set"]
//!    |                         ^^^^^^^^^
//!    |
//!    = note: it moves `relay.set`
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! hub = { part = "toy-hub" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-latch" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> hub.plus", "hub.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.supply]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.gpio[18,17] -> relay.set, relay.reset"]
//! [gpio.board]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ## Cases
//! Each line that moves a relay is set, one at a time, as it is not in service. A line that cuts its own controller is C001's, also where that is for good.
//! Two outputs on one net are G004's.
//! ## Sources
//! Reasoning.

use source::{Finding, Rule, Severity};

use super::words;
use crate::Context;
use crate::gpio::subject;

/// `C007`.
pub static RULE: Rule = Rule {
    code: "C007",
    name: "gpio-mistake",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("gpio_mistake.rs"),
};

/// Tells lines of which one wrong level is for good.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for mistake in facts.control.mistakes.iter().filter(|mistake| mistake.for_good && !mistake.own) {
        let Some(&first) = mistake.coils.first() else { continue };
        let line = subject::line(build, (mistake.controller, mistake.line));
        let dark = words::devices(build, &mistake.dark);
        let coils = words::coils(build, &mistake.coils);
        let message = format!("one wrong level on {line} turns {dark} off, and nobody can undo it");
        let place = words::place(build, facts, first);
        findings.push(
            Finding::new(&RULE, words::coil(build, first), place, message).with_note(format!("it moves {coils}")),
        );
    }
}
