//! A relay board's inputs have their feed before the pins that drive them are held up, so that a channel may move at power-up.
//!
//! The 5 V of a header stand as soon as its board has power, the 3.3 V that its pins are held up from some milliseconds later. An input that a low line
//! asserts sees 5 V at one end and a dead pin at the other meanwhile: current flows, and the relay of a computer may drop it for an instant, each time that
//! the controller gets its power back.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-opto" }
//! ```
//! ```toml wiring/control.toml
//! [control]
//! essential = ["lamp"]
//! [gpio.board]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.coil]
//! stock = "lead"
//! run = ["psu.plus[3] -> relay.plus", "relay.minus -> psu.minus[3]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin2 -> relay.vcc", "board.gpio4 -> relay.in"]
//! ```
//! ```text
//! warning[C008 power-up]: `relay.vcc` has its 5 V before the pins of `board` are held up: `lamp` may drop out for an instant
//!   --> wiring/wires.toml:12:23
//!    |
//! 12 | run = ["board.pin2 -> relay.vcc", "board.gpio4 -> relay.in"]
//!    |                       ^^^^^^^^^
//!    |
//!    = note: each time that `board` gets its power back, `relay.k` may move
//!    = note: for how long is not stated: try it, and name the board under
//!            `[weak]` with what came out
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! ```
//! ```toml wiring/control.toml
//! [control]
//! essential = ["lamp"]
//! [gpio.board]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.coil]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> psu.minus[3]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.gpio18 -> relay.in"]
//! ```
//! ## Cases
//! Told once a board, and only where a contact that is closed at rest feeds a computer, a switch or what `[control]` calls essential. Silent where the inputs are fed
//! from the same 3.3 V as the pins, where a high line asserts them, and where a `[weak]` names the relay board: then the builder knows, and a test at the bench tells
//! more than a rule can, for neither the time between the two rails nor that of the relay is stated. A feed that does not die with the controller at all is
//! told by `phantom-power`, an input that its reset pull asserts by `boot-asserted`.
//!
//! ## Sources
//! The 3.3 V of a Raspberry Pi 4 are made from its 5 V, and its pins are clamped to them: Raspberry Pi documentation, Power supplies and GPIO pads.

use std::collections::{BTreeMap, BTreeSet};

use analysis::drives;
use model::DeviceId;
use source::{Finding, Rule, Severity};

use crate::gpio::subject;
use crate::{Context, story};

/// `C008`.
pub static RULE: Rule = Rule {
    code: "C008",
    name: "power-up",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("power_up.rs"),
};

/// Looks at channels whose feed stands before their pins do.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let startup = &facts.startup;
    let known: BTreeSet<DeviceId> = build.weak.iter().flat_map(|weak| &weak.what).map(|(device, _)| *device).collect();
    let essential: BTreeSet<DeviceId> = build.control.essential.iter().map(|(device, _)| *device).collect();
    let matters = |device: DeviceId| {
        essential.contains(&device) || matches!(build.part_of(device).kind.as_str(), "computer" | "switch")
    };
    let mut boards: BTreeMap<DeviceId, (BTreeSet<u32>, BTreeSet<DeviceId>)> = BTreeMap::new();
    for flicker in startup.flickers.iter().filter(|flicker| flicker.at.is_none() && matters(flicker.load)) {
        let board = startup.channels[flicker.channel as usize].input.0;
        if !known.contains(&board) {
            let (channels, loads) = boards.entry(board).or_default();
            channels.insert(flicker.channel);
            loads.insert(flicker.load);
        }
    }
    for (board, (channels, loads)) in boards {
        let of = |number: &u32| &startup.channels[*number as usize];
        let Some(first) = channels.first().map(of) else { continue };
        let Some(drive) = facts.drives.of_input(first.input.0, first.input.1) else { continue };
        let Some(shape) = drives::variant(build, drive) else { continue };
        let feed = build.device(board).terminal(shape.from[0]);
        let names: Vec<&str> = loads.iter().map(|load| build.device(*load).name.as_str()).collect();
        let driver = &build.device(first.line.0).name;
        let message = format!(
            "`{}` has its 5 V before the pins of `{driver}` are held up: {} may drop out for an instant",
            build.path(feed),
            story::list(&names, 4)
        );
        let span = subject::wire_on(build, &facts.metal, feed).unwrap_or(build.device(board).span);
        let inputs: Vec<String> =
            channels.iter().map(of).map(|channel| subject::input(build, channel.input.0, channel.input.1)).collect();
        let finding = Finding::new(&RULE, build.device(board).name.clone(), span, message)
            .with_note(format!("each time that `{driver}` gets its power back, {} may move", story::list(&inputs, 8)))
            .with_note("for how long is not stated: try it, and name the board under `[weak]` with what came out");
        findings.push(finding);
    }
}
