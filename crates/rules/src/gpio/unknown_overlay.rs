//! A firmware line that the table of overlays does not list.
//!
//! Which pins it takes could not be checked against the wiring.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! ```
//! ```toml wiring/gpio.toml
//! [gpio.board]
//! firmware = ["dtoverlay=my-own-hat"]
//! ```
//! ```text
//! not verified[G011 unknown-overlay]: which pins `dtoverlay=my-own-hat` takes on board is not known
//!  --> wiring/gpio.toml:2:14
//!   |
//! 2 | firmware = ["dtoverlay=my-own-hat"]
//!   |              ^^^^^^^^^^^^^^^^^^^^
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! ```
//! ```toml wiring/gpio.toml
//! [gpio.board]
//! firmware = ["dtoverlay=gpio-fan"]
//! ```
//! ## Sources
//! Overlays README of the Raspberry Pi kernel.

use source::{Finding, Rule, Severity};

use crate::Context;

/// `G011`.
pub static RULE: Rule = Rule {
    code: "G011",
    name: "unknown-overlay",
    severity: Severity::Note,
    file: file!(),
    text: include_str!("unknown_overlay.rs"),
};

/// One *not verified* a line.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for &(device, index) in &facts.pins.unknown {
        let Some(line) = build.gpio.iter().find(|gpio| gpio.device == device).and_then(|gpio| gpio.firmware.get(index))
        else {
            continue;
        };
        let name = &build.device(device).name;
        let message = format!("which pins `{}` takes on {name} is not known", line.value);
        findings.push(Finding::not_verified(&RULE, format!("{name}.firmware"), line.span, message));
    }
}
