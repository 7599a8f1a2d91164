//! An input that the pin's pull asserts, or may assert, before software runs.
//!
//! From power-up until the firmware reads `config.txt`, and again at each reboot, every GPIO is an input with its reset pull: up on GPIO0 to GPIO8, down
//! from GPIO9 on. A low-trigger relay on a pulled-down pin may drop its load at each reboot of the controller.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
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
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin2 -> relay.vcc", "board.gpio18 -> relay.in"]
//! ```
//! ```text
//! error[G007 boot-asserted]: board GPIO18 (pin 12) is pulled down at reset, which may assert `relay.k`
//!   --> wiring/wires.toml:12:52
//!    |
//! 12 | run = ["board.pin2 -> relay.vcc", "board.gpio18 -> relay.in"]
//!    |                                                    ^^^^^^^^
//!    |
//!    = note: 2.14 V to 3.25 V across the input is neither asserted nor released
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
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
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin2 -> relay.vcc", "board.gpio4 -> relay.in"]
//! ```
//! ## Sources
//! Pulls at reset: BCM2835 ARM Peripherals, GPIO pull table; the same on later chips.

use analysis::drives::{self, PinState, Verdict3};
use analysis::potentials::Between;
use model::part::{Pull, Threshold};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::gpio::subject;
use crate::power::weak_coil;

/// `G007`.
pub static RULE: Rule = Rule {
    code: "G007",
    name: "boot-asserted",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("boot_asserted.rs"),
};

/// Looks at every input that a line drives.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    for drive in facts.drives.all.iter().filter(|drive| drive.used && !subject::shorted(build, facts, drive)) {
        let Some(&(driver, line)) = drive.lines.first() else {
            continue;
        };
        let (device, index) = drive.input;
        let Some(driven) = drive.driven else { continue };
        if drive.variant.is_none()
            || matches!(drive.feed, Between::Dead | Between::Apart)
            || weak_coil::is_weak(context, device, index)
        {
            continue;
        }
        let (pin, words) = match build.part_of(driver).lines[line as usize].reset {
            Pull::Up => (PinState::PullUp, "pulled up"),
            Pull::Down => (PinState::PullDown, "pulled down"),
            Pull::Float => (PinState::Float, "floating"),
        };
        let is = drives::asserted_at(build, &facts.rest, &facts.potentials, drive, pin);
        if is == Verdict3::No {
            continue;
        }
        let subject = subject::input(build, device, index);
        let span = subject::wire_on(build, &facts.metal, driven).unwrap_or(build.device(device).span);
        let shown = subject::line(build, (driver, line));
        let stated = drives::variant(build, drive)
            .is_some_and(|variant| matches!(variant.releases, Threshold::Volts(..) | Threshold::Amps(..)));
        let across = drives::across(build, &facts.rest, &facts.potentials, drive, pin);
        findings.push(match (is, across) {
            (Verdict3::Yes, _) => Finding::new(
                &RULE,
                subject.clone(),
                span,
                format!("{shown} is {words} at reset, which asserts `{subject}`"),
            ),
            (_, Some(across)) if stated => {
                let message = format!("{shown} is {words} at reset, which may assert `{subject}`");
                Finding::new(&RULE, subject, span, message)
                    .with_note(format!("{across} across the input is neither asserted nor released"))
            }
            _ => {
                let message = format!("whether {shown}, {words} at reset, asserts `{subject}` could not be computed");
                Finding::not_verified(&RULE, subject, span, message)
            }
        });
    }
}
