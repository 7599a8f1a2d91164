//! A controller that can cut its own supply.
//!
//! The relay pulls in, the controller loses power in the same instant, its output falls and the relay lets go: the controller restarts without a word in
//! its log, and with a file system that nobody closed. A latching relay does not let go. The way may lead round: what it cuts may be what keeps it up.
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
//! [wire.lamp]
//! stock = "lead"
//! run = ["psu.plus[1] -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> relay.nc", "relay.com -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! ```
//! ```text
//! error[C001 self-cut]: board cuts its own supply when it energises `relay.k`
//!  --> wiring/wires.toml:9:83
//!   |
//! 9 | ...board.pin14", "board.gpio18 -> relay.in"]
//!   |                                   ^^^^^^^^
//!   |
//!   = note: it restarts as soon as the relay lets go
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
//! [wire.lamp]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! ```
//! ## Cases
//! Looked at in service, when all that can have power have it: one output changes, and the power of its own controller goes on the way. A supply that only
//! two outputs together cut is not told. C007 tells of one output that cuts something else for good.
//! ## Sources
//! Reasoning; a commanded output of an unpowered chip falls.

use source::{Finding, Rule, Severity};

use super::words;
use crate::Context;

/// `C001`.
pub static RULE: Rule = Rule {
    code: "C001",
    name: "self-cut",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("self_cut.rs"),
};

/// Tells each output that cuts its own controller.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for cut in &facts.control.self_cuts {
        let Some(&first) = cut.coils.first() else { continue };
        let name = &build.device(cut.controller).name;
        let coils = words::coils(build, &cut.coils);
        let does = if cut.releases { "lets go of" } else { "energises" };
        let message = format!("{name} cuts its own supply when it {does} {coils}");
        let mut finding = Finding::new(&RULE, words::coil(build, first), words::place(build, facts, first), message);
        if !cut.around.is_empty() {
            let around = words::coils(build, &cut.around);
            finding =
                finding.with_note(format!("the way round: {around} feeds {name}, and falls with what {coils} moves"));
        }
        let then = if cut.for_good { "nobody can bring it back" } else { "it restarts as soon as the relay lets go" };
        findings.push(finding.with_note(then));
    }
}
