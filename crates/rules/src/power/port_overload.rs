//! More may be drawn through the ports of a device than it gives them together.
//!
//! The four USB sockets of a computer share one switch of 1.2 A. Two drives that write at once trip it, and both vanish.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! hub = { part = "toy-usb-hub" }
//! drive = { part = "toy-drive", count = 2 }
//! ```
//! ```toml bom/parts/toy-usb-hub.toml
//! name = "USB hub"
//! kind = "hub"
//! cite = "toy"
//! port."usb[1..2]" = { kind = "usb-a", gender = "socket", contact-max = "3 A" }
//! join.5v = ["plus", "usb[1..2].vbus"]
//! join.gnd = ["minus", "usb[1..2].gnd"]
//! limit.usb = { ports = ["usb[1..2]"], max = "1.2 A" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml bom/parts/toy-drive.toml
//! name = "Drive with a USB plug"
//! kind = "ssd"
//! cite = "toy"
//! port.usb = { kind = "usb-a", gender = "plug", contact-max = "3 A" }
//! load.drive = { plus = "usb.vbus", minus = "usb.gnd", volts = "4..5.5 V", profile = { worst = "0.8 A @ 5 V" } }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> hub.plus", "hub.minus -> psu.minus"]
//! [plug.drive]
//! run = ["hub.usb[1..2] -> drive[1..2].usb"]
//! ```
//! ```text
//! error[P020 port-overload]: the ports of `hub.usb` may have to pass 1.6 A together, and pass 1.2 A
//!  --> wiring/devices.toml:3:1
//!   |
//! 3 | hub = { part = "toy-usb-hub" }
//!   | ^^^ this device
//!   |
//!  ::: bom/parts/toy-usb-hub.toml:7:45
//!   |
//! 7 | limit.usb = { ports = ["usb[1..2]"], max = "1.2 A" }
//!   |                                             ----- their limit
//!   |
//!   = note: through `hub.usb[1].vbus` and `hub.usb[2].vbus`; typically 1.6 A
//!           at the greatest draws
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! hub = { part = "toy-usb-hub" }
//! drive = { part = "toy-drive", count = 2 }
//! ```
//! ```toml bom/parts/toy-usb-hub.toml
//! name = "USB hub"
//! kind = "hub"
//! cite = "toy"
//! port."usb[1..2]" = { kind = "usb-a", gender = "socket", contact-max = "3 A" }
//! join.5v = ["plus", "usb[1..2].vbus"]
//! join.gnd = ["minus", "usb[1..2].gnd"]
//! limit.usb = { ports = ["usb[1..2]"], max = "1.2 A" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml bom/parts/toy-drive.toml
//! name = "Drive with a USB plug"
//! kind = "ssd"
//! cite = "toy"
//! port.usb = { kind = "usb-a", gender = "plug", contact-max = "3 A" }
//! load.drive = { plus = "usb.vbus", minus = "usb.gnd", volts = "4..5.5 V", profile = { worst = "0.4 A @ 5 V" } }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> hub.plus", "hub.minus -> psu.minus"]
//! [plug.drive]
//! run = ["hub.usb[1..2] -> drive[1..2].usb"]
//! ```
//! ## Cases
//! The sum of what leaves through the supply contacts of all ports of the limit, in the worst corner: every load at its most, as with rails. Sources
//! that share a limit are `shared-overload`'s to tell. What depends on numbers that are not stated adds nothing; `thin-margin` names them. One contact of a plug that carries too much is another rule's.
//!
//! ## Sources
//! `max` of the limit, with its part's cite: 1.2 A for the USB sockets of a Raspberry Pi 3 and 4 (Raspberry Pi documentation, power supplies).

use std::collections::BTreeMap;

use analysis::power::{Edge, What};
use model::units::Amps;
use model::{DeviceId, Terminal};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::SLACK;
use crate::story;

/// `P020`.
pub static RULE: Rule = Rule {
    code: "P020",
    name: "port-overload",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("port_overload.rs"),
};

/// What leaves through the ports of one limit.
#[derive(Default)]
struct Leaves {
    most: f64,
    typical: f64,
    through: Vec<String>,
}

/// Looks at every limit of ports.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let mut all: BTreeMap<(DeviceId, usize), Leaves> = BTreeMap::new();
    for (piece, bound) in facts.power.harness.pieces.iter().zip(&facts.power.bounds) {
        if !matches!(piece.what, What::Wire(_) | What::Mate(..)) || bound.fighting || bound.amperes == Edge::Never {
            continue;
        }
        for at in piece.at {
            let Some(limit) = limit(context, at) else { continue };
            let leaves = all.entry((build.owner(at), limit)).or_default();
            leaves.most += bound.amperes.get().unwrap_or(0.0);
            leaves.typical += bound.typical_amperes.unwrap_or(0.0);
            leaves.through.push(build.path(at));
        }
    }
    for ((device, index), leaves) in all {
        let (limit, device) = (&build.part_of(device).limits[index], build.device(device));
        let subject = format!("{}.{}", device.name, limit.name);
        let Some(max) = limit.amps.known() else {
            if limit.watts.known().is_none() {
                let message = format!("how much the ports of `{subject}` give together is not stated");
                let span = limit.amps.span().or(limit.watts.span()).unwrap_or(limit.span);
                findings.push(Finding::not_verified(&RULE, subject, span, message));
            }
            continue;
        };
        let through = story::list(&leaves.through, 4);
        if leaves.most > max.lo.0 * (1.0 + SLACK) {
            let message = format!(
                "the ports of `{subject}` may have to pass {} together, and pass {}",
                Amps(leaves.most),
                max.lo
            );
            let mut finding = Finding::new(&RULE, subject, device.span, message).with_label("this device");
            if let Some(span) = limit.amps.span() {
                finding = finding.with_other(span, "their limit");
            }
            let typical = format!("through {through}; typically {} at the greatest draws", Amps(leaves.typical));
            findings.push(finding.with_note(typical));
        }
    }
}

/// The limit of ports that a terminal's port is under, if current leaves there and does not come back.
fn limit(Context { build, facts }: Context<'_>, at: Terminal) -> Option<usize> {
    let (port, _) = build.terminal(at).pin?;
    let limits = &build.part_of(build.owner(at)).limits;
    let limit = limits.iter().position(|limit| limit.ports.contains(&port))?;
    let net = facts.potentials.at(&facts.rest, at)?;
    (net.live && !net.returns && !net.ac).then_some(limit)
}
