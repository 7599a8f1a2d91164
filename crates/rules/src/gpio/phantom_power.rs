//! A signal between two boards that can feed the one that is off.
//!
//! When the controller is off and the board that it drives is not, current flows from that board through its input into the controller's pin and through
//! the clamp diode to its 3.3 V rail: enough to keep the chip half alive, to assert the input, or to stop the controller from starting.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! spare = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-opto" }
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
//! [wire.common]
//! stock = "lead"
//! run = ["spare.minus[1] -- psu.minus[4]"]
//! [wire.control]
//! stock = "lead"
//! run = ["spare.plus[1] -> relay.vcc", "board.gpio4 -> relay.in"]
//! ```
//! ```text
//! warning[G010 phantom-power]: relay.vcc is fed while board is off, and feeds it through `relay.k`
//!   --> wiring/wires.toml:15:54
//!    |
//! 15 | run = ["spare.plus[1] -> relay.vcc", "board.gpio4 -> relay.in"]
//!    |                          ---------                   ^^^^^^^^
//!    |                          |
//!    |                          this supply does not die with the controller
//!    |
//!    = note: the way: relay.vcc → the input → board GPIO4 (pin 7) → its clamp
//!            diode
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! spare = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-opto" }
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
//! [wire.common]
//! stock = "lead"
//! run = ["spare.minus[1] -- psu.minus[4]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin2 -> relay.vcc", "board.gpio4 -> relay.in"]
//! ```
//! ## Sources
//! Back-powering through GPIO clamp diodes: <https://forums.raspberrypi.com/viewtopic.php?t=289220>.

use analysis::Facts;
use analysis::drives;
use analysis::potentials::Between;
use model::{Build, DeviceId, Terminal};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::gpio::subject;

/// `G010`.
pub static RULE: Rule = Rule {
    code: "G010",
    name: "phantom-power",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("phantom_power.rs"),
};

/// Looks at inputs whose other end has a supply of its own, and at wires from chip to chip.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for drive in &facts.drives.all {
        let (Some(&(driver, line)), Some(driven)) = (drive.lines.first(), drive.driven) else {
            continue;
        };
        let (device, index) = drive.input;
        let (Some(variant), Some(true)) = (drives::variant(build, drive), drives::active_low(build, drive)) else {
            continue;
        };
        let other = build.device(device).terminal(variant.from[0]);
        if matches!(drive.feed, Between::Dead | Between::Apart) || dies_with(build, facts, other, driver) {
            continue;
        }
        let subject = subject::input(build, device, index);
        let span = subject::wire_on(build, &facts.metal, driven).unwrap_or(build.device(device).span);
        let message = format!(
            "{} is fed while {} is off, and feeds it through `{subject}`",
            build.path(other),
            build.device(driver).name
        );
        let finding = Finding::new(&RULE, subject, span, message).with_note(format!(
            "the way: {} → the input → {} → its clamp diode",
            build.path(other),
            subject::line(build, (driver, line))
        ));
        findings.push(match subject::wire_on(build, &facts.metal, other) {
            Some(span) => finding.with_other(span, "this supply does not die with the controller"),
            None => finding,
        });
    }
    for wire in &build.wires {
        let chip = |end| {
            let id = build.owner(end);
            let info = build.terminal(end);
            (build.part_of(id).soc.is_some() && info.name.starts_with("gpio[")).then_some(id)
        };
        let (Some(a), Some(b)) = (chip(wire.ends[0]), chip(wire.ends[1])) else {
            continue;
        };
        if a != b {
            let message = format!(
                "{} and {} are joined: either can feed the other when that is off",
                build.shown(wire.ends[0]),
                build.shown(wire.ends[1])
            );
            findings.push(Finding::new(&RULE, build.run_path(wire.run), wire.span, message));
        }
    }
}

/// Whether a terminal hangs on the controller's own supply, so that both are off together.
fn dies_with(build: &Build, facts: &Facts, terminal: Terminal, controller: DeviceId) -> bool {
    let (device, part) = (build.device(controller), build.part_of(controller));
    let own = part.loads.iter().map(|load| &load.plus).chain(part.sources.iter().map(|source| &source.plus));
    own.filter_map(|end| end.first()).any(|&end| facts.metal.same(device.terminal(end), terminal))
}
