//! Metal that has to be earthed is not, or by way of what may open or melt first.
//!
//! When the line touches a case, the earth conductor carries what blows the fuse; without it the case waits at mains volts for a hand. So nothing may stand in its
//! way: no switch, no relay, no fuse, and no wire thinner than the line that it has to outlast.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "10 A @ 120 V ac"
//! port = { ac = "nema-5-15r" }
//! [device]
//! inlet = { part = "toy-inlet" }
//! case = { part = "toy-case" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-3a" } }
//! ```
//! ```toml bom/parts/toy-inlet.toml
//! name = "Inlet with screws"
//! kind = "inlet"
//! cite = "toy"
//! port.ac = { kind = "iec-c14", gender = "socket", accepts = ["iec-c13"] }
//! join.pe = ["ac.pe", "pe"]
//! terminal.pe = { role = "earth", clamp = "screw" }
//! ```
//! ```toml bom/parts/toy-case.toml
//! name = "Metal case with a stud"
//! kind = "enclosure"
//! cite = "toy"
//! terminal.stud = { role = "earth", clamp = "screw" }
//! ```
//! ```toml
//! [cable.mains]
//! part = "ac-cord-c13"
//! run = ["wall.ac -> inlet.ac"]
//! [wire.earth]
//! stock = "lead"
//! colour = "GNYE"
//! run = ["inlet.pe -- fu.a", "fu.b -- case.stud"]
//! ```
//! ```text
//! error[P029 weak-earth]: `case.stud` is earthed only by way of fuse `fu.f`
//!  --> wiring/wires.toml:7:29
//!   |
//! 7 | run = ["inlet.pe -- fu.a", "fu.b -- case.stud"]
//!   |                             ^^^^^^^^^^^^^^^^^
//!   |
//!  ::: wiring/devices.toml:6:1
//!   |
//! 6 | case = { part = "toy-case" }
//!   | ---- this device
//!   |
//!  ::: library/parts/blade-holder.toml:7:6
//!   |
//! 7 | fuse.f = { across = ["a", "b"], insert = "choice", volts = "32 V" }
//!   |      - this opens
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "10 A @ 120 V ac"
//! port = { ac = "nema-5-15r" }
//! [device]
//! inlet = { part = "toy-inlet" }
//! case = { part = "toy-case" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-3a" } }
//! ```
//! ```toml bom/parts/toy-inlet.toml
//! name = "Inlet with screws"
//! kind = "inlet"
//! cite = "toy"
//! port.ac = { kind = "iec-c14", gender = "socket", accepts = ["iec-c13"] }
//! join.pe = ["ac.pe", "pe"]
//! terminal.pe = { role = "earth", clamp = "screw" }
//! ```
//! ```toml bom/parts/toy-case.toml
//! name = "Metal case with a stud"
//! kind = "enclosure"
//! cite = "toy"
//! terminal.stud = { role = "earth", clamp = "screw" }
//! ```
//! ```toml
//! [cable.mains]
//! part = "ac-cord-c13"
//! run = ["wall.ac -> inlet.ac"]
//! [wire.earth]
//! stock = "lead"
//! colour = "GNYE"
//! run = ["inlet.pe -- case.stud"]
//! ```
//! ## Cases
//! Every terminal of role `earth` is asked for once mains is live: that of a device that mains feeds, and that of a case or a stud. Only wires, plugs and metal
//! inside parts count as a way to the earth contact (`pe`) of a feed, in every state alike, because contacts, jumpers and fuses do not. The
//! earth wires of a device are held against the thickest wire that carries line or neutral to it; a cord brings its own. Their colour is told by `wrong-colour`.
//! Silent where no part declares such a terminal: a closed supply with an inlet of its own earths itself and the case that it is screwed to, which
//! is a measurement of the guide and no wire. Whether the return of its outputs is bonded to earth is the supply's own affair, and not asked.
//!
//! ## Sources
//! IEC 60364-5-54, 543.1 and 543.3: the protective conductor is no thinner than the line up to 16 mm2, and no switching device is in it.

use analysis::earth::{self, Joined};
use analysis::nets::{self, Link};
use source::{Finding, Rule, Severity};

use crate::{Context, story};

/// `P029`.
pub static RULE: Rule = Rule {
    code: "P029",
    name: "weak-earth",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("weak_earth.rs"),
};

/// Looks at every earth terminal, then at the wires that join it.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let earth = earth::of(build, &facts.rest, &facts.potentials);
    let mut wires = None;
    for &(at, joined) in &earth.terminals {
        if joined == Joined::Solidly || facts.potentials.fights(&facts.rest, at) {
            continue;
        }
        let path = build.path(at);
        let device = build.device(build.owner(at));
        let near = wires.get_or_insert_with(|| story::WiresAt::new(build)).near(&facts.metal, at);
        let span = near.map_or(device.span, |(wire, _)| build.wire(wire).span);
        let finding = match joined {
            Joined::Through(link) => {
                let what = through(build, link);
                let message = format!("`{path}` is earthed only by way of {what}");
                Finding::new(&RULE, path, span, message).with_other(nets::link_span(build, link), "this opens")
            }
            _ if earth.is_brought => {
                let message = format!("`{path}` is joined to the earth of no feed");
                Finding::new(&RULE, path, span, message)
            }
            _ => {
                let message = format!("`{path}` has to be earthed, and no feed brings an earth");
                Finding::new(&RULE, path, span, message)
            }
        };
        findings.push(if span == device.span { finding } else { finding.with_other(device.span, "this device") });
    }
    for &(wire, line) in &earth.wires {
        let Some(line) = line else { continue };
        let gauge = |wire| build.attributes_of(build.wire(wire)).gauge;
        let (subject, other) = (story::run_path(build, wire), story::run_path(build, line));
        let (span, beside) = (build.wire(wire).span, build.wire(line).span);
        match (gauge(wire).known(), gauge(line).known()) {
            (Some(own), Some(line)) if own.typ.0 > line.typ.0 => {
                let message = format!("earth wire `{subject}` is {}, thinner than `{other}`: {}", own.typ, line.typ);
                findings.push(Finding::new(&RULE, subject, span, message).with_other(beside, "line or neutral"));
            }
            (Some(_), Some(_)) => {}
            (own, _) => {
                let (unknown, at) = if own.is_none() { (&subject, span) } else { (&other, beside) };
                let message = format!(
                    "whether earth wire `{subject}` outlasts `{other}` is not known: `{unknown}` states no gauge"
                );
                findings.push(Finding::not_verified(&RULE, subject.clone(), at, message));
            }
        }
    }
}

/// What stands in the way of an earth.
fn through(build: &model::Build, link: Link) -> String {
    match link {
        Link::Fuse(device, index) => {
            format!("fuse `{}.{}`", build.device(device).name, build.part_of(device).fuses[index as usize].name)
        }
        Link::Contact(device, index) => {
            format!("contact `{}.{}`", build.device(device).name, build.part_of(device).contacts[index as usize].name)
        }
        _ => "what opens".to_owned(),
    }
}
