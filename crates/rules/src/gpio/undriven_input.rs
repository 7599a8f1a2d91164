//! The input of a relay channel in use hangs free.
//!
//! The contact is wired, so somebody counts on switching it, and nothing can. A free input is also an aerial: on some boards a hand near it is enough.
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
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14"]
//! ```
//! ```text
//! error[G006 undriven-input]: nothing drives relay.in, and its contact is in use
//!  --> wiring/devices.toml:5:1
//!   |
//! 5 | relay = { part = "toy-relay" }
//!   | ^^^^^
//!   |
//!  ::: wiring/wires.toml:3:36
//!   |
//! 3 | run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "lamp.minus -...
//!   |                                    --------- its contact is wired here
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
//! Application notes of opto-coupled relay boards: inputs are held by their driver, not by the board.

use model::part::Mover;
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::gpio::subject;

/// `G006`.
pub static RULE: Rule = Rule {
    code: "G006",
    name: "undriven-input",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("undriven_input.rs"),
};

/// Looks at every input whose contact is wired.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for drive in facts.drives.all.iter().filter(|drive| drive.used && drive.lines.is_empty()) {
        let (device, index) = drive.input;
        let Some(driven) = drive.driven else { continue };
        let net = facts.metal.net(driven);
        if facts.metal.members(net).iter().any(|there| build.excused.contains(there)) {
            continue;
        }
        // Levels that come from a switch or a supply are levels too; only a net of nothing is free.
        let held = facts.metal.members(net).iter().any(|&there| there != driven && build.owner(there) != device);
        if held {
            continue;
        }
        let part = build.part_of(device);
        let contact = part.contacts.iter().find(|contact| {
            matches!(contact.by, Some(Mover::Coil(coil)) if part.coils.get(coil as usize).is_some_and(|coil| coil.input == Some(index)))
        });
        let used = contact.and_then(|contact| {
            let ends = [Some(&contact.com), contact.nc.as_ref(), contact.no.as_ref()];
            ends.into_iter()
                .flatten()
                .find_map(|end| subject::wire_on(build, &facts.metal, build.device(device).terminal(end[0])))
        });
        let subject = subject::input(build, device, index);
        let message = format!("nothing drives {}, and its contact is in use", build.shown(driven));
        let finding = Finding::new(&RULE, subject, build.device(device).span, message);
        findings.push(match used {
            Some(span) => finding.with_other(span, "its contact is wired here"),
            None => finding,
        });
    }
}
