//! A controller that loses its minus wire asserts an input with its own current.
//!
//! With its ground open a board floats up to its supply, and what it draws goes home over its pins: through the clamp diode, the signal lead and the input of a
//! relay board that has a return of its own. A few milliamperes are enough to hold the relay, so that one loose screw also switches another load.
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
//! run = ["psu.plus[3] -> relay.plus", "relay.minus -> psu.minus[3]", "board.gpio17 -> relay.in"]
//! ```
//! ```text
//! note[S007 return-asserts]: while wire `board/2` is open, `board` returns through its pins and may assert `relay.k`
//!  --> wiring/wires.toml:9:69
//!   |
//! 6 | ...oard.plus", "board.minus -> psu.minus[2]"]
//!   |                 --------------------------- may open
//! ...
//! 9 | ...elay.plus", "relay.minus -> psu.minus[3]", "board.gpio17 -> relay.in"]
//!   |                                                ^^^^^^^^^^^^
//!   |
//!   = note: the way: board.minus → the clamp diode → board.gpio[17] → relay.in
//!           → the input → relay.minus, up to 2 mA
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
//! run = ["board.pin2 -> relay.plus", "relay.minus -> board.pin14", "board.gpio17 -> relay.in"]
//! ```
//! ## Cases
//! A relay board that is fed by its own driver floats with it. Where nothing limits the current, `lost-return` tells.
//!
//! ## Sources
//! MIL-STD-1543B, sneak circuit analysis: a sneak path energises what nobody asked for, with nothing failed but one ground.

use analysis::sneaks::{Most, Way};
use source::{Finding, Rule, Severity};

use super::ways;
use crate::gpio::subject;
use crate::{Context, story};

/// `S007`.
pub static RULE: Rule = Rule {
    code: "S007",
    name: "return-asserts",
    severity: Severity::Note,
    file: file!(),
    text: include_str!("return_asserts.rs"),
};

/// Looks at every board whose ground hangs on one thing.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    if facts.sneaks.escapes.is_empty() {
        return;
    }
    let wires = story::WiresAt::new(build);
    for escape in &facts.sneaks.escapes {
        let asserting: Vec<(&Way, String)> = escape
            .ways
            .iter()
            .filter(|way| way.most != Most::Nothing)
            .filter_map(|way| Some((way, subject::input(build, way.asserts?.0, way.asserts?.1))))
            .collect();
        let Some((first, _)) = asserting.first() else { continue };
        let device = build.device(escape.device);
        let mut inputs: Vec<&str> = asserting.iter().map(|(_, input)| input.as_str()).collect();
        inputs.sort_unstable();
        inputs.dedup();
        let at = first.steps[0].to;
        let span = ways::wire_on(build, &wires, at).map_or(device.span, |(_, span)| span);
        let message = format!(
            "while {}, `{}` returns through its pins and may assert {}",
            ways::open(build, escape.opened),
            device.name,
            story::list(&inputs, 4)
        );
        let finding = Finding::new(&RULE, &device.name, span, message).with_note(format!(
            "the way: {}, {}",
            ways::told(build, &first.steps),
            ways::amps(first.most)
        ));
        findings.push(match escape.opened {
            analysis::nets::Link::Wire(_) | analysis::nets::Link::Mate(_) => {
                finding.with_other(analysis::nets::link_span(build, escape.opened), "may open")
            }
            _ => finding,
        });
    }
}
