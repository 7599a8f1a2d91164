//! One thing opens, and the current that it carried takes a lead or a pin that is not made for it.
//!
//! A loose minus screw does not stop a computer: its amperes go home over whatever else is joined to its ground. A second ground lead beside a
//! signal, the shield of a cable, or the clamp diode of a GPIO then carries what an 18 AWG wire was chosen for, and glows or dies
//! while everything seems to work.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! board = { part = "hungry-board" }
//! gate = { part = "ground-gate" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus[1..2] -> board.plus, gate.plus",
//!   "board.minus, gate.minus -> psu.minus[1..2]",
//! ]
//! [wire.signal]
//! stock = "thin-lead"
//! run = [
//!   "board.gpio17 -> gate.in",
//!   "board.pin14 -- gate.gnd",
//! ]
//! ```
//! ```text
//! warning[S003 lost-return]: `signal/2` carries the return of `board` while wire `feed/3` is open: 2 A, and may carry 1.4 A
//!   --> wiring/wires.toml:11:4
//!    |
//!  5 |   "board.minus, gate.minus -> psu.minus[1..2]",
//!    |    ------------------------------------------ may open
//! ...
//! 11 |   "board.pin14 -- gate.gnd",
//!    |    ^^^^^^^^^^^^^^^^^^^^^^^
//!    |
//!    = note: around it: board.minus → board.gnd[3] → gate.gnd → gate.minus →
//!            psu.minus[2] → psu.minus[1]
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! board = { part = "hungry-board" }
//! gate = { part = "ground-gate" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus[1..2] -> board.plus, gate.plus",
//!   "board.minus, gate.minus -> psu.minus[1..2]",
//! ]
//! [wire.signal]
//! stock = "thin-lead"
//! run = [
//!   "board.gpio17 -> gate.in",
//! ]
//! ```
//! ## Cases
//! Plus and minus alike, with every outlet on, and one wire, fuse, contact or pin of a plug open at a time. Two ways that each bear the whole current are
//! spare, not a fault; where three or more share it, nothing is said. A fuse on the detour that opens in time makes it harmless. Through the pin of a chip it is told where
//! no resistor and no input keeps the current below what the pin bears. What only asserts an input is told by `return-asserts`; a wire from chip to chip by
//! `phantom-power`; a pin that also feeds the board while it is cut off by `phantom-supply`; a loop through a plug that ties two feeds by `tied-supplies`, one around a contact by
//! `contact-bridged`.
//!
//! ## Sources
//! MIL-STD-1543B, sneak circuit analysis: a loss of ground is the first clue to ask for.

use std::collections::BTreeSet;

use analysis::nets::{self, Link, Nets};
use analysis::sneaks::{Detour, Escape, Most, Through, Way};
use model::part::Mover;
use model::{Build, DeviceId, Terminal};
use source::{Finding, Rule, Severity, Span};

use super::ways;
use crate::{Context, story};

/// `S003`.
pub static RULE: Rule = Rule {
    code: "S003",
    name: "lost-return",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("lost_return.rs"),
};

/// How many ways are spelled out terminal by terminal; each costs a search.
const SPELLED: usize = 100;

/// Looks at every loop of a supply, and at every board whose ground hangs on one thing.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let tied: BTreeSet<Link> = facts.sneaks.ties.iter().map(|tie| tie.link).collect();
    let own = facts.sneaks.detours.iter().filter(|detour| !elsewhere(context, &tied, detour));
    for (number, detour) in own.enumerate() {
        findings.push(told(build, &facts.rest, detour, number < SPELLED));
    }
    if !facts.sneaks.escapes.is_empty() {
        let wires = story::WiresAt::new(build);
        let mut fed: BTreeSet<(DeviceId, Option<u32>)> = BTreeSet::new();
        for phantom in &facts.sneaks.phantoms {
            let feeding = ways::feeding(build, facts, &wires, phantom).0.into_iter();
            fed.extend(feeding.map(|way| (phantom.device, ways::pin(way, phantom.device))));
        }
        findings.extend(facts.sneaks.escapes.iter().filter_map(|escape| through_a_pin(build, &wires, &fed, escape)));
    }
    for &device in &facts.sneaks.open {
        let of = build.device(device);
        let message = format!("not every way that current could take from `{}` was searched", of.name);
        findings.push(Finding::not_verified(&RULE, &of.name, of.span, message));
    }
}

/// Whether what closes the loop is told by itself: as a tie of two feeds, or as a bridged contact.
fn elsewhere(Context { build, facts }: Context<'_>, tied: &BTreeSet<Link>, detour: &Detour) -> bool {
    detour.ring.iter().any(|&link| match link {
        Link::Contact(device, index) => {
            let (device, contact) = (build.device(device), &build.part_of(device).contacts[index as usize]);
            let com = device.terminal(contact.com[0]);
            matches!(contact.by, Some(Mover::Coil(_)))
                && nets::throws(contact).any(|throw| facts.metal.same(com, device.terminal(throw[0])))
        }
        _ => tied.contains(&link),
    })
}

fn told(build: &Build, rest: &Nets, detour: &Detour, spelled: bool) -> Finding {
    let subject = ways::name(build, detour.thin);
    let whose: Vec<&str> = detour.of.iter().map(|id| build.device(*id).name.as_str()).collect();
    let side = if detour.plus { "supply" } else { "return" };
    let open = ways::open(build, detour.opened);
    let over = match detour.thin {
        Link::Mate(_) => format!("a contact of `{subject}`"),
        _ => format!("`{subject}`"),
    };
    let may = match detour.may {
        Some(may) => format!("may carry {may}"),
        None => "what it may carry is not stated".to_owned(),
    };
    let message =
        format!("{over} carries the {side} of {} while {open}: {}, and {may}", story::list(&whose, 2), detour.carries);
    let span = span(build, detour.thin, detour.over[0]);
    let finding = match detour.may {
        Some(_) => Finding::new(&RULE, subject, span, message),
        None => Finding::not_verified(&RULE, subject, span, message),
    };
    let finding = finding.with_other(self::span(build, detour.opened, detour.at[0]), "may open");
    let hops = spelled.then(|| rest.path_where(detour.at[0], detour.at[1], |link| link != detour.opened)).flatten();
    match hops {
        Some(hops) => finding.with_note(format!("around it: {}", story::shown(build, &hops))),
        None => finding,
    }
}

/// Where a link is written: of what stands in a part, the device.
fn span(build: &Build, link: Link, at: Terminal) -> Span {
    match link {
        Link::Wire(_) | Link::Mate(_) => nets::link_span(build, link),
        _ => build.device(build.owner(at)).span,
    }
}

fn through_a_pin(
    build: &Build,
    wires: &story::WiresAt,
    fed: &BTreeSet<(DeviceId, Option<u32>)>,
    escape: &Escape,
) -> Option<Finding> {
    let bears = |way: &&Way| {
        let line = way.steps.iter().find_map(|step| match step.by {
            Through::Clamp(device, line) => Some((device, line)),
            _ => None,
        });
        let pin = line.and_then(|(device, _)| build.part_of(device).soc.as_ref()).and_then(|soc| soc.per_pin.known());
        match (way.most, pin) {
            (Most::Amps(amps), Some(pin)) => amps.0 <= pin.lo.0,
            (Most::Amps(_), None) => true,
            (Most::Nothing | Most::Unknown, _) => false,
        }
    };
    let elsewhere = |way: &&Way| {
        ways::chip_to_chip(build, wires, way) || fed.contains(&(escape.device, ways::pin(way, escape.device)))
    };
    let worst = escape.ways.iter().find(|way| !bears(way) && !elsewhere(way))?;
    let name = &build.device(escape.device).name;
    let open = ways::open(build, escape.opened);
    let at = worst.steps[0].to;
    let primary = ways::wire_on(build, wires, at).map_or(build.device(escape.device).span, |(_, span)| span);
    let message = match worst.most {
        Most::Amps(amps) => format!("while {open}, up to {amps} of `{name}` return through {}", build.shown(at)),
        _ => format!("while {open}, `{name}` returns through {}, and nothing limits it", build.shown(at)),
    };
    let finding = match worst.most {
        Most::Unknown => {
            let message =
                format!("while {open}, `{name}` returns through {}: {}", build.shown(at), ways::amps(worst.most));
            Finding::not_verified(&RULE, name, primary, message)
        }
        _ => Finding::new(&RULE, name, primary, message),
    };
    let finding = finding.with_other(span(build, escape.opened, escape.at[0]), "may open");
    Some(finding.with_note(format!("the way: {}", ways::told(build, &worst.steps))))
}
