//! More current out of a pin, or out of all pins together, than the chip allows.
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
//! ```toml bom/parts/toy-relay.toml
//! name = "Toy relay board"
//! kind = "relay-board"
//! cite = "toy"
//! lever.trigger = { by = "build", positions = ["H", "L"], shipped = "H" }
//! input.k = [
//!     { when = { trigger = "H" }, from = "in", to = "minus", ohms = "1 kohm", forward = "1.2 V", energises = ">= 2.5 V", releases = "<= 1.5 V", draws = "20 mA" },
//!     { when = { trigger = "L" }, from = "plus", to = "in", ohms = "1 kohm", forward = "2.2..3.2 V", energises = ">= 3.4 V", releases = "<= 2.8 V", draws = "2 mA" },
//! ]
//! coil.k = { plus = "plus", minus = "minus", input = "k", ohms = "70 ohm", rated = "5 V", pull-in = "3.75 V", drop = "0.2 V" }
//! contact.k = { by = "k", com = "com", nc = "nc", no = "no", rated = "10 A @ 30 V", closed = "30 mohm" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! terminal.in = { clamp = "screw" }
//! terminal.com = { clamp = "screw" }
//! terminal.nc = { clamp = "screw" }
//! terminal.no = { clamp = "screw" }
//! ```
//! ```text
//! error[G009 gpio-current]: GPIO18 of board drives 20 mA, and may drive 16 mA
//!  --> wiring/wires.toml:9:83
//!   |
//! 9 | ...board.pin14", "board.gpio18 -> relay.in"]
//!   |                                   ^^^^^^^^
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
//! ```toml bom/parts/toy-relay.toml
//! name = "Toy relay board"
//! kind = "relay-board"
//! cite = "toy"
//! lever.trigger = { by = "build", positions = ["H", "L"], shipped = "H" }
//! input.k = [
//!     { when = { trigger = "H" }, from = "in", to = "minus", ohms = "1 kohm", forward = "1.2 V", energises = ">= 2.5 V", releases = "<= 1.5 V", draws = "2 mA" },
//!     { when = { trigger = "L" }, from = "plus", to = "in", ohms = "1 kohm", forward = "2.2..3.2 V", energises = ">= 3.4 V", releases = "<= 2.8 V", draws = "2 mA" },
//! ]
//! coil.k = { plus = "plus", minus = "minus", input = "k", ohms = "70 ohm", rated = "5 V", pull-in = "3.75 V", drop = "0.2 V" }
//! contact.k = { by = "k", com = "com", nc = "nc", no = "no", rated = "10 A @ 30 V", closed = "30 mohm" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! terminal.in = { clamp = "screw" }
//! terminal.com = { clamp = "screw" }
//! terminal.nc = { clamp = "screw" }
//! terminal.no = { clamp = "screw" }
//! ```
//! ## Sources
//! Raspberry Pi documentation, GPIO pads: 16 mA a pin, 50 mA for all pins together.

use analysis::drives::{self, Drive};
use model::units::Amps;
use model::{Build, Number, Terminal};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::gpio::subject;

/// `G009`.
pub static RULE: Rule = Rule {
    code: "G009",
    name: "gpio-current",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("gpio_current.rs"),
};

/// Adds up what asserted inputs draw from each pin and each chip.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for (id, device, part) in build.each_device() {
        let Some(soc) = &part.soc else { continue };
        let mut total = Sum::default();
        for (index, line) in (0..).zip(&part.lines) {
            let mut sum = Sum::default();
            for drive in facts.drives.of_line(id, index) {
                sum.add(build, drive);
            }
            total.most += sum.most;
            total.unknown |= sum.unknown;
            total.driven = total.driven.or(sum.driven);
            let Some(driven) = sum.driven else { continue };
            let span = || subject::wire_on(build, &facts.metal, driven).unwrap_or(device.span);
            let number = line.offset.unwrap_or_default();
            let subject = format!("{}.{}", device.name, line.name);
            match soc.per_pin.known() {
                Some(most) if sum.most > most.lo.0 => {
                    let message =
                        format!("GPIO{number} of {} drives {}, and may drive {}", device.name, Amps(sum.most), most.lo);
                    findings.push(Finding::new(&RULE, subject, span(), message));
                }
                Some(_) if !sum.unknown => {}
                _ => {
                    let message =
                        format!("what GPIO{number} of {} drives is not stated, or what it may drive", device.name);
                    findings.push(Finding::not_verified(&RULE, subject, span(), message));
                }
            }
        }
        if let (Some(driven), Some(most)) = (total.driven, soc.total.known()) {
            let span = || subject::wire_on(build, &facts.metal, driven).unwrap_or(device.span);
            if total.most > most.lo.0 {
                let message = format!(
                    "the pins of {} drive {} together, and may drive {}",
                    device.name,
                    Amps(total.most),
                    most.lo
                );
                findings.push(Finding::new(&RULE, format!("{}.header", device.name), span(), message));
            }
        }
    }
}

#[derive(Default)]
struct Sum {
    most: f64,
    unknown: bool,
    driven: Option<Terminal>,
}

impl Sum {
    fn add(&mut self, build: &Build, drive: &Drive) {
        self.driven = self.driven.or(drive.driven);
        let variant = drives::variant(build, drive);
        match variant.map(|variant| variant.draws) {
            Some(Number::Is(band, _)) => self.most += band.hi.0,
            _ => self.unknown = true,
        }
    }
}
