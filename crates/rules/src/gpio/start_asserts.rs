//! A line starts at the level that asserts its input, or a jumper is set against the way the input is driven.
//!
//! With the contact in use, the load drops the moment the firmware (or the daemon) sets the pin up.
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
//! gpio18 = { start = "high" }
//! ```
//! ```text
//! error[G008 start-asserts]: board GPIO18 (pin 12) starts high, which asserts `relay.k`
//!  --> wiring/gpio.toml:2:21
//!   |
//! 2 | gpio18 = { start = "high" }
//!   |                     ^^^^
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
//! gpio18 = { start = "low" }
//! ```
//! ## Sources
//! `gpio=` in config.txt: Raspberry Pi documentation, GPIO control.

use std::collections::BTreeMap;

use analysis::drives::{self, PinState, Verdict3};
use analysis::pins::{Firmware, firmware};
use model::{DeviceId, Gpio};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::gpio::subject;
use crate::power::weak_coil;

/// `G008`.
pub static RULE: Rule = Rule {
    code: "G008",
    name: "start-asserts",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("start_asserts.rs"),
};

/// Looks at `start` in `[gpio]` and at `gpio=` lines of config.txt.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let said_of: BTreeMap<DeviceId, &Gpio> = build.gpio.iter().rev().map(|gpio| (gpio.device, gpio)).collect();
    for drive in facts.drives.all.iter().filter(|drive| drive.used) {
        let Some(&(driver, line)) = drive.lines.first() else {
            continue;
        };
        let (device, index) = drive.input;
        if weak_coil::is_weak(context, device, index) {
            continue;
        }
        let Some(number) = build.part_of(driver).lines[line as usize].offset else {
            continue;
        };
        let Some(gpio) = said_of.get(&driver) else {
            continue;
        };
        let said = gpio.uses.get(&number).and_then(|use_| use_.start.as_ref()).and_then(|start| {
            let pin = match start.value.as_str() {
                "high" => PinState::High,
                "low" => PinState::Low,
                _ => return None,
            };
            Some((pin, start.span))
        });
        let firmware = gpio.firmware.iter().filter_map(|line| match firmware(&build.overlays, &line.value) {
            Firmware::Sets { gpios, words } if gpios.contains(&number) && words.iter().any(|word| word == "op") => {
                let high = words.iter().any(|word| word == "dh");
                Some((if high { PinState::High } else { PinState::Low }, line.span))
            }
            _ => None,
        });
        for (pin, span) in said.into_iter().chain(firmware) {
            let is = drives::asserted_at(build, &facts.rest, &facts.potentials, drive, pin);
            if is != Verdict3::Yes {
                continue;
            }
            let level = if pin == PinState::High { "high" } else { "low" };
            let subject = subject::input(build, device, index);
            let message = format!("{} starts {level}, which asserts `{subject}`", subject::line(build, (driver, line)));
            findings.push(Finding::new(&RULE, subject, span, message));
            break;
        }
    }
}
