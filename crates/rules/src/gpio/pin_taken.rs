//! A GPIO that two things claim.
//!
//! An overlay that takes the pin for infra-red turns it into an input, or toggles it, whenever its driver likes; the relay on it
//! follows. Pins of one bus (I2C, SPI, UART, I2S) may be claimed by several overlays that share the bus.
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
//! firmware = ["dtoverlay=gpio-ir,gpio_pin=18", "gpio=18=op,dl"]
//! ```
//! ```text
//! error[G001 pin-taken]: GPIO18 is taken by `gpio-ir` and used as a plain line
//!  --> wiring/gpio.toml:2:14
//!   |
//! 2 | firmware = ["dtoverlay=gpio-ir,gpio_pin=18", "gpio=18=op,dl"]
//!   |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^    ------------- used here
//!   |              |
//!   |              `gpio-ir`
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
//! firmware = ["dtoverlay=gpio-ir,gpio_pin=23", "gpio=18=op,dl"]
//! ```
//! ## Sources
//! Overlays README of the Raspberry Pi kernel; HAT EEPROM on GPIO0 and GPIO1: <https://github.com/raspberrypi/hats>.

use analysis::pins::{Claim, Claimant};
use source::{Finding, Rule, Severity};

use crate::Context;

/// `G001`.
pub static RULE: Rule = Rule {
    code: "G001",
    name: "pin-taken",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("pin_taken.rs"),
};

/// Buses whose pins several claimants share.
const SHARED: &[&[u32]] = &[&[0, 1], &[2, 3], &[9, 10, 11], &[14, 15], &[18, 19, 20, 21]];

/// Looks at every claimed pin.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for (&(device, number), pin) in &facts.pins.all {
        let taking: Vec<&Claim> =
            pin.claims.iter().filter(|claim| !matches!(claim.by, Claimant::Plain { .. })).collect();
        let plain = pin.claims.iter().find(|claim| matches!(claim.by, Claimant::Plain { .. }));
        let subject = format!("{}.gpio[{number}]", build.device(device).name);
        let wire = pin.runs.first().map(|&run| build.run(run).span);
        let user = plain.map(|claim| claim.span).or(wire);
        let mut told = false;
        if let (true, Some(taker), Some(user)) = (pin.plain || plain.is_some(), taking.first(), user) {
            let message = format!("GPIO{number} is taken by {} and used as a plain line", words(taker));
            // A firmware line can be changed; what the board does cannot, and the line that uses the pin can.
            findings.push(match taker.by {
                Claimant::Board(_) => Finding::new(&RULE, &subject, user, message)
                    .with_label("used here")
                    .with_other(taker.span, words(taker)),
                _ => Finding::new(&RULE, &subject, taker.span, message)
                    .with_label(words(taker))
                    .with_other(user, "used here"),
            });
            told = true;
        }
        if let (false, [board, ..], Some(wire)) = (told, taking.as_slice(), wire)
            && matches!(board.by, Claimant::Board(_))
        {
            let message = format!("GPIO{number} belongs to the board: {}", words(board));
            findings.push(Finding::new(&RULE, &subject, wire, message));
            told = true;
        }
        for (at, first) in taking.iter().enumerate().filter(|_| !told) {
            let Some(second) = taking[at + 1..].iter().find(|second| fights(first, second, number)) else {
                continue;
            };
            let message = format!("GPIO{number} is taken by {} and by {}", words(first), words(second));
            findings.push(Finding::new(&RULE, &subject, second.span, message).with_other(first.span, words(first)));
            break;
        }
    }
}

fn fights(a: &Claim, b: &Claim, pin: u32) -> bool {
    let same = matches!((&a.by, &b.by), (Claimant::Firmware(a), Claimant::Firmware(b)) if a == b);
    let whole = |claim: &Claim, bus: &[u32]| bus.iter().all(|pin| claim.group.contains(pin));
    let shares =
        SHARED.iter().any(|bus| whole(a, bus) && whole(b, bus) && (bus.contains(&pin) || (7..=8).contains(&pin)));
    !same && !shares
}

fn words(claim: &Claim) -> String {
    match &claim.by {
        Claimant::Firmware(name) => format!("`{name}`"),
        Claimant::Console => "the serial console".to_owned(),
        Claimant::Board(why) => why.clone(),
        Claimant::Wire(_) => "a wire".to_owned(),
        Claimant::Plain { .. } => "a `gpio=` line".to_owned(),
    }
}
