//! A header pin named by a bare number.
//!
//! A 40-pin header has two numberings: the chip's GPIO numbers and the places on the header. "Pin 18" means GPIO18
//! to one reader and the eighteenth place, which is GPIO24, to the next. One of them drives the wrong pin.
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
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.18 -> relay.in"]
//! ```
//! ```text
//! error[M007 ambiguous-pin]: `18` does not say which numbering
//!  --> wiring/wires.toml:9:67
//!   |
//! 9 | ...n14", "board.18 -> relay.in"]
//!   |           ^^^^^^^^ board GPIO18 (pin 12), or board GPIO24 (pin 18)
//!   |
//!   = help: write `board.gpio18` or `board.pin18`
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
//! ## Sources
//! Header numbering: <https://www.raspberrypi.com/documentation/computers/raspberry-pi.html#gpio>.

use source::{Finding, Rule, Severity, Span};

/// `M007`.
pub static RULE: Rule = Rule {
    code: "M007",
    name: "ambiguous-pin",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("ambiguous_pin.rs"),
};

/// `pins`: what the number means as a GPIO and as a place on the header, if either exists.
pub fn finding(subject: &str, device: &str, number: u32, pins: [Option<String>; 2], span: Span) -> Finding {
    let finding = Finding::new(&RULE, subject, span, format!("`{number}` does not say which numbering"));
    match pins {
        [Some(gpio), Some(pin)] => finding
            .with_label(format!("{gpio}, or {pin}"))
            .with_help(format!("write `{device}.gpio{number}` or `{device}.pin{number}`")),
        [Some(_), None] => finding.with_help(format!("write `{device}.gpio{number}`")),
        [None, Some(_)] => finding.with_help(format!("write `{device}.pin{number}`")),
        [None, None] => finding.with_note("no numbering of this header has that number"),
    }
}
