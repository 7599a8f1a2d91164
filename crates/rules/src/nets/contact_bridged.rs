//! A relay's contact is bridged: wires join its common with one of its throws.
//!
//! The coil clicks and nothing is switched. A load that is to be cycled from afar stays on, and nobody notices before the day it hangs.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! cut = { part = "cutter" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> lamp.plus",
//!   "cut.com -- cut.nc",
//!   "lamp.minus -> psu.minus",
//! ]
//! ```
//! ```text
//! error[N016 contact-bridged]: `cut.com` and `cut.nc` are joined, so the relay switches nothing
//!  --> wiring/wires.toml:5:4
//!   |
//! 5 |   "cut.com -- cut.nc",
//!   |    ^^^^^^^^^^^^^^^^^
//!   |
//!   = note: by: cut.nc → cut.com
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! cut = { part = "cutter" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> cut.nc",
//!   "cut.com -> lamp.plus",
//!   "lamp.minus -> psu.minus",
//! ]
//! ```
//! ## Cases
//! Contacts of levers are not judged: to bridge a switch for good is a choice. A bridge through another relay's contact is not one.
//!
//! ## Sources
//! A contact in parallel with a wire carries nothing that the wire does not.

use analysis::nets;
use model::part::Mover;
use source::{Finding, Rule, Severity};

use super::sides;
use crate::{Context, story};

/// `N016`.
pub static RULE: Rule = Rule {
    code: "N016",
    name: "contact-bridged",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("contact_bridged.rs"),
};

pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut known = None;
    for (_, device, part) in build.each_device() {
        for contact in part.contacts.iter().filter(|contact| matches!(contact.by, Some(Mover::Coil(_)))) {
            let com = device.terminal(contact.com[0]);
            let Some(throw) =
                nets::throws(contact).map(|end| device.terminal(end[0])).find(|throw| facts.metal.same(com, *throw))
            else {
                continue;
            };
            let hops = facts.metal.path(throw, com).unwrap_or_default();
            let culprit = known.get_or_insert_with(|| sides::sides(build)).culprit(build, &hops);
            let span = culprit.map_or(device.span, |wire| build.wire(wire).span);
            let subject = build.path(com);
            let message = format!("`{subject}` and `{}` are joined, so the relay switches nothing", build.path(throw));
            findings.push(story::told(build, Finding::new(&RULE, subject, span, message), &hops, "by: "));
        }
    }
}
