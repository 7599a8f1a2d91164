//! Potentials that differ meet while some coil is energised or some lever stands otherwise.
//!
//! The drawing is clean, the meter finds nothing, and the day a program sets the wrong line the supply feeds copper. Hardware reaches every combination
//! of outputs sooner or later: a crash, a mistyped number, two commands at once.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! [gpio.board]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.com", "relay.nc -> lamp.plus", "lamp.minus -> psu.minus[1]", "relay.no -> psu.minus[3]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! ```
//! ```text
//! error[S001 switched-short]: `out` of `psu` (5 V) is shorted while `relay.k` is energised: `psu.plus[1]` meets `psu.minus[1]`
//!  --> wiring/wires.toml:3:92
//!   |
//! 3 | ... ["psu.plus[1] -> relay.com", "relay.nc -> lamp.plus", "lamp.minus -> psu.minus[1]", "relay.no -> psu.minus[3]"]
//!   |       ------------------------                                                           ^^^^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: the way: psu.plus[1] → relay.com → relay.no → psu.minus[3] →
//!           psu.minus[1]
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! [gpio.board]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.com", "relay.nc -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! ```
//! ## Cases
//! The state that is told is the smallest: fewest coils and levers that differ from rest, then fewest contacts. One finding tells one cause; the other pairs of potentials that the same
//! state joins are counted in a note. A coil counts as energised only in states in which its supply, and that of its input, is there. What already meets at rest is
//! told by `dead-short`. An interlock that software keeps does not silence this: a note names it.
//!
//! ## Sources
//! Kirchhoff's voltage law, in every state; `docs/how-it-works.md` says how all states are looked at.

use analysis::states::Meeting;
use source::{Finding, Rule, Severity};
use switching::Relation;

use super::meeting;
use crate::Context;
use crate::nets::dead_short::name;

/// `S001`.
pub static RULE: Rule = Rule {
    code: "S001",
    name: "switched-short",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("switched_short.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    for short in facts.states.shorts.iter().filter(|short| short.relation != Relation::Parallel) {
        let [a, b] = short.terminals.map(|terminal| build.path(terminal));
        let what = what(context, short);
        let state = facts.circuit.told(build, &short.state).join(" and ");
        let message = format!("{what} while {state}: `{a}` meets `{b}`");
        findings.push(meeting::finding(context, &RULE, short, message));
    }
}

/// ``12 V of `psu` is shorted``, ``a and b meet``.
pub(super) fn what(context: Context<'_>, short: &Meeting) -> String {
    let [(a, _), (b, _)] = short.ends;
    match short.relation {
        Relation::Mains => format!("mains and low voltage meet ({} and {})", name(context, a), name(context, b)),
        _ if a == b => format!("{} is shorted", name(context, a)),
        _ => format!("{} and {} meet", meeting::end(context, short.ends[0]), meeting::end(context, short.ends[1])),
    }
}
