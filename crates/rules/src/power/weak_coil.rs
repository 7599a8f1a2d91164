//! A coil is fed below its pull-in.
//!
//! A 5 V relay surely pulls in at 3.75 V, and its transistor takes some of what it is fed. From 3.3 V it may click on the bench when it is cold, and not in a
//! warm rack. Then the load cannot be cut, or chatters.
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
//! run = ["board.pin1 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! ```
//! ```text
//! error[P001 weak-coil]: coil `relay.k` gets 3.1 V, and pulls in at 3.75 V
//!  --> wiring/wires.toml:9:23
//!   |
//! 9 | run = ["board.pin1 -> relay.plus", "relay.minus -> board.pin14", "board.g...
//!   |                       ^^^^^^^^^^
//!   |
//!   = note: 3.3 V at its supply, less 0.2 V in its transistor
//!   = note: fed by: board.3v3[1] → relay.plus
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
//! Songle SRD series: must operate at 75 % of the rated volts.

use analysis::nets;
use analysis::potentials::Between;
use model::part::Coil;
use model::units::Volts;
use model::{DeviceId, Terminal};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::gpio::subject;

/// `P001`.
pub static RULE: Rule = Rule {
    code: "P001",
    name: "weak-coil",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("weak_coil.rs"),
};

/// Looks at every coil whose contact is wired.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    for drive in facts.drives.all.iter().filter(|drive| drive.used && !subject::shorted(build, facts, drive)) {
        let (device, index) = drive.input;
        for (coil, fed) in coils(context, device, index) {
            let subject = format!("{}.{}", build.device(device).name, coil.name);
            let Some(plus) = coil.plus.as_ref().map(|end| build.device(device).terminal(end[0])) else {
                continue;
            };
            let span = || subject::wire_on(build, &facts.metal, plus).unwrap_or(build.device(device).span);
            let (fed, pull_in) = match (fed, coil.pull_in.known()) {
                (Between::Known(fed), Some(pull_in)) => (fed, pull_in),
                (Between::Known(_) | Between::Unknown, _) => {
                    let message = format!("whether coil `{subject}` pulls in could not be computed");
                    let finding = match (coil.pull_in.known(), coil.pull_in.span()) {
                        (None, Some(unstated)) => Finding::not_verified(&RULE, subject, unstated, message)
                            .with_other(span(), "the wire that feeds it")
                            .with_note("its pull-in is not stated"),
                        (None, None) => Finding::not_verified(&RULE, subject, span(), message)
                            .with_note("its pull-in is not stated"),
                        (Some(_), _) => Finding::not_verified(&RULE, subject, span(), message)
                            .with_note("the volts of its supply are not stated"),
                    };
                    findings.push(finding);
                    continue;
                }
                // No supply at all is N004's to tell.
                _ => continue,
            };
            let drop = coil.drop.known().map_or(0.0, |drop| drop.hi.0);
            let gets = Volts(fed.lo.0 - drop);
            if gets.0 >= pull_in.hi.0 {
                continue;
            }
            let message = format!("coil `{subject}` gets {gets}, and pulls in at {}", pull_in.hi);
            let mut finding = Finding::new(&RULE, subject, span(), message);
            if drop > 0.0 {
                finding =
                    finding.with_note(format!("{} at its supply, less {} in its transistor", fed.lo, Volts(drop)));
            }
            if let Some(path) = path(context, plus) {
                finding = finding.with_note(format!("fed by: {path}"));
            }
            findings.push(finding);
        }
    }
}

/// The coils that an input moves, and the volts between their ends at rest.
fn coils<'a>(
    Context { build, facts }: Context<'a>,
    device: DeviceId,
    input: u32,
) -> impl Iterator<Item = (&'a Coil, Between)> {
    let own = build.device(device);
    build.part_of(device).coils.iter().filter(move |coil| coil.input == Some(input)).filter_map(move |coil| {
        let ends = coil.plus.as_ref()?.first().zip(coil.minus.as_ref()?.first())?;
        Some((coil, facts.potentials.between(&facts.rest, own.terminal(*ends.0), own.terminal(*ends.1))))
    })
}

/// Whether the coil behind an input surely gets too little; then rules about its input are silent.
pub fn is_weak(context: Context<'_>, device: DeviceId, input: u32) -> bool {
    coils(context, device, input).any(|(coil, fed)| match (fed, coil.pull_in.known()) {
        (Between::Known(fed), Some(pull_in)) => {
            fed.lo.0 - coil.drop.known().map_or(0.0, |drop| drop.hi.0) < pull_in.hi.0
        }
        _ => false,
    })
}

fn path(Context { build, facts }: Context<'_>, plus: Terminal) -> Option<String> {
    let source = facts.potentials.at(&facts.rest, plus)?.by?;
    let device = build.device(source.device);
    let from = device.terminal(build.part(device.part).sources[source.index as usize].plus[0]);
    Some(nets::told(build, &facts.rest.path(from, plus)?))
}
