//! More volts on a GPIO than it takes.
//!
//! The pins of a Pi are 3.3 V. Five volts, straight or through the resistor and LED of a low-trigger input, push current into the pin's clamp diode:
//! the pin dies at once or after weeks.
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
//! [wire.sense]
//! stock = "lead"
//! run = ["board.pin2 -> board.gpio23"]
//! ```
//! ```text
//! error[G003 pin-over-volts]: GPIO23 gets 5 V, and takes 3.3 V
//!   --> wiring/wires.toml:12:9
//!    |
//! 12 | run = ["board.pin2 -> board.gpio23"]
//!    |         ^^^^^^^^^^^^^^^^^^^^^^^^^^
//!    |
//!    = note: path: psu.plus[1] → psu.plus[2] → board.plus → board.5v[1] →
//!            board.gpio[23]
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
//! [wire.sense]
//! stock = "lead"
//! run = ["board.pin1 -> board.gpio23"]
//! ```
//! ## Sources
//! Raspberry Pi documentation, GPIO on Raspberry Pi: more than 3.3 V on a pin is likely to destroy it.

use analysis::drives;
use analysis::nets;
use analysis::potentials::Between;
use model::Number;
use model::units::Volts;
use source::{Finding, Rule, Severity};

use crate::Context;

/// `G003`.
pub static RULE: Rule = Rule {
    code: "G003",
    name: "pin-over-volts",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("pin_over_volts.rs"),
};

/// A rail's own tolerance is no fault.
const SLACK: f64 = 0.2;

/// Looks at every GPIO that something is wired to: the net itself, then the inputs on it.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    for (&(device, number), pin) in &facts.pins.all {
        let Some(&run) = pin.runs.first() else { continue };
        let part = build.part_of(device);
        let Some(soc) = &part.soc else { continue };
        let Some((index, line)) = (0..).zip(&part.lines).find(|(_, line)| line.offset == Some(number)) else {
            continue;
        };
        let Some(at) = line.at.as_ref().map(|end| build.device(device).terminal(end[0])) else {
            continue;
        };
        let subject = format!("{}.gpio[{number}]", build.device(device).name);
        let span = build.run(run).span;
        let Some(most) = soc.max.known() else {
            findings.push(Finding::not_verified(
                &RULE,
                subject,
                span,
                format!("the most that GPIO{number} takes is not stated"),
            ));
            continue;
        };
        let Some(ground) = drives::ground(build, device) else {
            continue;
        };
        if facts.potentials.at(&facts.rest, at).is_some_and(|net| net.by.is_some()) {
            match facts.potentials.between(&facts.rest, at, ground) {
                Between::Known(volts) if volts.typ.0 > most.hi.0 + SLACK => {
                    let message = format!("GPIO{number} gets {}, and takes {}", volts.typ, most.hi);
                    let path = supply(context, at).map(|path| format!("path: {path}"));
                    findings.push(noted(Finding::new(&RULE, subject, span, message), path));
                    continue;
                }
                Between::Unknown => {
                    let message = format!("GPIO{number} stands on a supply whose volts are not stated");
                    findings.push(Finding::not_verified(&RULE, subject, span, message));
                    continue;
                }
                _ => {}
            }
        }
        for drive in facts.drives.of_line(device, index) {
            let (Some(variant), Some(true)) = (drives::variant(build, drive), drives::active_low(build, drive)) else {
                continue;
            };
            let Between::Known(feed) = drive.feed else { continue };
            let forward = variant.forward.known().map_or(0.0, |forward| forward.lo.0);
            let open = feed.hi.0 - forward;
            let input = format!(
                "{}.{}",
                build.device(drive.input.0).name,
                build.part_of(drive.input.0).inputs[drive.input.1 as usize].name
            );
            if open <= most.hi.0 + SLACK {
                continue;
            }
            let message = format!("input `{input}` pulls GPIO{number} up to {}, and it takes {}", Volts(open), most.hi);
            let note = match variant.forward {
                Number::Is(..) => format!("{} less {} in the input, with the pin open", feed.hi, Volts(forward)),
                _ => format!("{} at the other end; the part states no forward volts of its input", feed.hi),
            };
            findings.push(Finding::new(&RULE, &subject, span, message).with_note(note));
            break;
        }
    }
}

fn noted(finding: Finding, note: Option<String>) -> Finding {
    match note {
        Some(note) => finding.with_note(note),
        None => finding,
    }
}

/// The way from the source on this net to the pin.
fn supply(Context { build, facts }: Context<'_>, at: model::Terminal) -> Option<String> {
    let source = facts.potentials.at(&facts.rest, at)?.by?;
    let device = build.device(source.device);
    let plus = device.terminal(build.part(device.part).sources[source.index as usize].plus[0]);
    Some(nets::told(build, &facts.rest.path(plus, at)?))
}
