//! A pin is to have a function that its chip does not give it.
//!
//! Each GPIO has at most six alternate functions (nine on a Pi 5). Hardware PWM, for one, is on four pins of the header only; an
//! overlay that asks for it elsewhere loads without a word and drives nothing.
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
//! firmware = ["dtoverlay=pwm,pin=23"]
//! ```
//! ```text
//! error[G002 wrong-function]: GPIO23 cannot be `PWM`
//!  --> wiring/gpio.toml:2:14
//!   |
//! 2 | firmware = ["dtoverlay=pwm,pin=23"]
//!   |              ^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: it can be: SD0_CMD, SD15, DPI_D19, SD1_CMD, ARM_RTCK, SCL6
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
//! firmware = ["dtoverlay=pwm,pin=12"]
//! ```
//! ## Sources
//! BCM2711 ARM Peripherals, table of alternate functions; overlays README, `pwm`.

use analysis::pins::{Firmware, firmware};
use model::{Build, DeviceId};
use source::{Finding, Rule, Severity, Span};

use crate::Context;

/// `G002`.
pub static RULE: Rule = Rule {
    code: "G002",
    name: "wrong-function",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("wrong_function.rs"),
};

/// Looks at `function` of each pin, and at pins that a PWM overlay names.
pub fn run(Context { build, .. }: Context<'_>, findings: &mut Vec<Finding>) {
    for gpio in &build.gpio {
        let name = &build.device(gpio.device).name;
        for (&number, use_) in &gpio.uses {
            let Some(function) = &use_.function else { continue };
            judge(build, gpio.device, number, &function.value, function.span, name, findings);
        }
        for line in &gpio.firmware {
            if !line.value.starts_with("dtoverlay=pwm") || line.value.starts_with("dtoverlay=pwm-ir") {
                continue;
            }
            if let Firmware::Takes { gpios, .. } = firmware(&build.overlays, &line.value) {
                for number in gpios {
                    judge(build, gpio.device, number, "PWM", line.span, name, findings);
                }
            }
        }
    }
}

fn judge(
    build: &Build,
    device: DeviceId,
    number: u32,
    function: &str,
    span: Span,
    name: &str,
    findings: &mut Vec<Finding>,
) {
    let subject = format!("{name}.gpio[{number}]");
    let Some(line) = build.part_of(device).lines.iter().find(|line| line.offset == Some(number)) else {
        findings.push(Finding::new(&RULE, subject, span, format!("`{name}` has no GPIO{number} on its header")));
        return;
    };
    let wanted = function.to_ascii_uppercase().replace('-', "_");
    if matches!(wanted.as_str(), "INPUT" | "OUTPUT" | "GPIO")
        || line.functions.iter().any(|has| has.starts_with(&wanted))
    {
        return;
    }
    if line.functions.is_empty() {
        let message = format!("the functions of GPIO{number} are not known, so `{function}` could not be checked");
        findings.push(Finding::not_verified(&RULE, subject, span, message));
        return;
    }
    let has: Vec<&str> = line.functions.iter().map(String::as_str).filter(|has| !has.is_empty()).collect();
    findings.push(
        Finding::new(&RULE, subject, span, format!("GPIO{number} cannot be `{function}`"))
            .with_note(format!("it can be: {}", has.join(", "))),
    );
}
