//! A header pin named by a bare number.
//!
//! A 40-pin header has two numberings: the chip's GPIO numbers and the places on the header. "Pin 18" means GPIO18
//! to one reader and the eighteenth place, which is GPIO24, to the next. One of them drives the wrong pin.
//!
//! ## Example
//! ```toml
//! [wire.control]
//! stock = "lead"
//! run = ["board.18 -> probe.in", "board.gnd[1] -> probe.gnd"]
//! ```
//! ```text
//! ```
//! ## Instead
//! ```toml
//! [wire.control]
//! stock = "lead"
//! run = ["board.gpio18 -> probe.in", "board.gnd[1] -> probe.gnd"]
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
