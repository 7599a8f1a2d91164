//! A switch for a hand is in the box, and its contact is wired to nothing.
//!
//! Somebody will throw it in an emergency and find that it does nothing.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! sw = { part = "toggle-spst" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> lamp.plus",
//!   "lamp.minus -> psu.minus",
//! ]
//! ```
//! ```text
//! error[N011 lever-unwired]: `sw` is in the box, and nothing is wired to its contact
//!  --> wiring/devices.toml:4:1
//!   |
//! 4 | sw = { part = "toggle-spst" }
//!   | ^^
//!   |
//!   = note: without a wire: `sw.a` and `sw.b`
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! sw = { part = "toggle-spst" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> sw.a",
//!   "sw.b -> lamp.plus",
//!   "lamp.minus -> psu.minus",
//! ]
//! ```
//! ## Cases
//! Wired at one end only counts as well. Contacts that a part joins to its own plugs (a push button on a breakout board) are wired by the plug.
//!
//! ## Sources
//! `docs/language.md`, A part: `lever` with `by = "hand"`.

use analysis::nets;
use model::part::{End, Mover};
use source::{Finding, Rule, Severity};

use crate::Context;

/// `N011`.
pub static RULE: Rule = Rule {
    code: "N011",
    name: "lever-unwired",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("lever_unwired.rs"),
};

pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let by_hand = |part: &model::Part| part.levers.iter().any(|lever| lever.by == "hand");
    if !build.devices.iter().any(|device| by_hand(build.part(device.part))) {
        return;
    }
    let (solid, landed) = (&facts.loose.solid, &facts.loose.landed);
    for (_, device, part) in build.each_device() {
        for (index, lever) in (0..).zip(&part.levers).filter(|(_, lever)| lever.by == "hand") {
            let own = part.contacts.iter().filter(|contact| contact.by == Some(Mover::Lever(index)));
            let ends: Vec<&End> =
                own.flat_map(|contact| std::iter::once(&contact.com).chain(nets::throws(contact))).collect();
            let wired =
                |end: &&&End| solid.members(solid.net(device.terminal(end[0]))).iter().any(|at| landed.any(*at));
            let with = ends.iter().filter(wired).count();
            let excused = ends.iter().any(|end| build.excused.contains(&device.terminal(end[0])));
            if ends.is_empty() || with >= 2 || excused {
                continue;
            }
            let name = &device.name;
            let message = match ends.iter().find(wired) {
                None => format!("`{name}` is in the box, and nothing is wired to its contact"),
                Some(end) => {
                    format!("the contact of `{name}` is wired at `{}` only", build.path(device.terminal(end[0])))
                }
            };
            let free: Vec<String> =
                ends.iter().filter(|end| !wired(end)).map(|end| build.path(device.terminal(end[0]))).collect();
            let finding = Finding::new(&RULE, format!("{name}.{}", lever.name), device.span, message);
            findings.push(finding.with_note(format!("without a wire: {}", crate::story::list(&free, 4))));
        }
    }
}
