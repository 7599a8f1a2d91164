//! Two outputs on one wire.
//!
//! When one drives high and the other low, both pins carry the short-circuit current of their drivers, several times what they may.
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
//! [wire.loop]
//! stock = "lead"
//! run = ["board.gpio23 -> board.gpio24"]
//! ```
//! ```toml wiring/gpio.toml
//! [gpio.board]
//! gpio23 = { start = "low" }
//! gpio24 = { start = "high" }
//! ```
//! ```text
//! error[G004 fighting-outputs]: board GPIO23 (pin 16) and board GPIO24 (pin 18) both drive this wire
//!   --> wiring/wires.toml:12:9
//!    |
//! 12 | run = ["board.gpio23 -> board.gpio24"]
//!    |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
//!    |
//!    = note: path: board.gpio[23] → board.gpio[24]
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
//! [wire.loop]
//! stock = "lead"
//! run = ["board.gpio23 -> board.gpio24"]
//! ```
//! ```toml wiring/gpio.toml
//! [gpio.board]
//! gpio23 = { start = "low" }
//! gpio24 = { start = "input" }
//! ```
//! ## Sources
//! Raspberry Pi documentation, GPIO pads: 16 mA a pin.

use std::collections::BTreeMap;

use analysis::nets::{self, NetId};
use analysis::pins::Claimant;
use model::{Role, Terminal};
use source::{Finding, Rule, Severity, Span};

use crate::Context;

/// `G004`.
pub static RULE: Rule = Rule {
    code: "G004",
    name: "fighting-outputs",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("fighting_outputs.rs"),
};

/// Looks at every net with two lines that are set as outputs, or with an output terminal beside one.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut outputs: BTreeMap<NetId, Vec<(Terminal, Span)>> = BTreeMap::new();
    for (&(device, number), pin) in &facts.pins.all {
        let Some(&run) = pin.runs.first() else { continue };
        let declared = build.gpio.iter().filter(|gpio| gpio.device == device).find_map(|gpio| gpio.uses.get(&number));
        let starts = declared.and_then(|use_| use_.start.as_ref()).is_some_and(|start| start.value != "input");
        let set = pin.claims.iter().any(|claim| claim.by == Claimant::Plain { output: true });
        let drives_input = pin.plain && declared.is_none_or(|use_| use_.start.is_none());
        let line = build.part_of(device).lines.iter().find(|line| line.offset == Some(number));
        if let (true, Some(at)) = (starts || set || drives_input, line.and_then(|line| line.at.as_ref())) {
            let at = build.device(device).terminal(at[0]);
            outputs.entry(facts.metal.net(at)).or_default().push((at, build.run(run).span));
        }
    }
    for wire in &build.wires {
        for end in wire.ends {
            if build.terminal(end).role == Role::Output {
                let all = outputs.entry(facts.metal.net(end)).or_default();
                if all.iter().all(|(there, _)| *there != end) {
                    all.push((end, wire.span));
                }
            }
        }
    }
    for all in outputs.values() {
        let [(first, _), (second, span), ..] = all.as_slice() else {
            continue;
        };
        let mut finding = Finding::new(
            &RULE,
            build.path(*first),
            *span,
            format!("{} and {} both drive this wire", build.shown(*first), build.shown(*second)),
        );
        if let Some(path) = facts.metal.path(*first, *second) {
            finding = finding.with_note(format!("path: {}", nets::told(build, &path)));
        }
        findings.push(finding);
    }
}
