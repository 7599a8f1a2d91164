//! A wire lands on a terminal behind which there is no live contact.
//!
//! A 24-pin socket takes a 20-pin plug, and four of its contacts then meet nothing: their screws look like all the others. The same
//! holds for a socket that nothing is plugged into.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bay-supply" }
//! atx = { part = "atx-breakout-24" }
//! lamp = { part = "lamp" }
//! [plug.main]
//! run = ["psu.main -> atx.in"]
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "atx.5v[5] -> lamp.plus",
//!   "lamp.minus -> atx.com[1]",
//! ]
//! ```
//! ```text
//! error[N007 dead-terminal]: `atx.5v[5]` is dead: no contact of the plug in use reaches it
//!  --> wiring/wires.toml:4:4
//!   |
//! 4 |   "atx.5v[5] -> lamp.plus",
//!   |    ^^^^^^^^^
//!   |
//!   = help: land it on `atx.5v[1]`, which is live and free
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bay-supply" }
//! atx = { part = "atx-breakout-24" }
//! lamp = { part = "lamp" }
//! [plug.main]
//! run = ["psu.main -> atx.in"]
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "atx.5v[4] -> lamp.plus",
//!   "lamp.minus -> atx.com[1]",
//! ]
//! ```
//! ## Cases
//! All wires that lead into one unplugged port are one finding. What hangs only on a dead terminal is not told again by `no-supply`.
//!
//! ## Sources
//! Which position of a plug meets which of a socket: `mates` and `accepts` in `docs/language.md`, Connectors.

use std::collections::{BTreeMap, BTreeSet};

use model::{DeviceId, Terminal, WireId};
use source::{Finding, Rule, Severity};

use crate::{Context, story};
use analysis::loose::Leads;

/// `N007`.
pub static RULE: Rule = Rule {
    code: "N007",
    name: "dead-terminal",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("dead_terminal.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, .. } = context;
    let loose = &context.facts.loose;
    let mut unplugged: BTreeMap<(DeviceId, u32), Vec<(WireId, Terminal)>> = BTreeMap::new();
    let mut told = BTreeSet::new();
    let mut wires = None;
    for (index, wire) in (0..).zip(&build.wires) {
        let id = WireId(index);
        for end in wire.ends.into_iter().filter(|end| !build.excused.contains(end)) {
            match loose.leads(end) {
                Leads::DeadPin if told.insert(end) => {
                    let wires = wires.get_or_insert_with(|| story::WiresAt::new(build));
                    findings.push(dead(context, wires, id, end));
                }
                Leads::Unplugged(device, port) => unplugged.entry((device, port)).or_default().push((id, end)),
                _ => {}
            }
        }
    }
    for ((device, port), ends) in unplugged {
        let name = format!("{}.{}", build.device(device).name, build.part_of(device).ports[port as usize].name);
        let mut paths: Vec<String> = ends.iter().map(|(_, end)| build.path(*end)).collect();
        paths.dedup();
        let (wire, end) = ends[0];
        let message = format!("nothing is plugged into `{name}`, and wires land on {}", story::list(&paths, 4));
        let span = story::end_span(build, wire, end);
        findings.push(Finding::new(&RULE, name, span, message).with_other(build.device(device).span, "this device"));
    }
}

fn dead(context: Context<'_>, wires: &story::WiresAt, wire: WireId, end: Terminal) -> Finding {
    let Context { build, facts } = context;
    let message = format!("`{}` is dead: no contact of the plug in use reaches it", build.path(end));
    let finding = Finding::new(&RULE, build.path(end), story::end_span(build, wire, end), message);
    let device = build.device(build.owner(end));
    let part = build.part(device.part);
    let stem = |name: &str| name.split('[').next().unwrap_or_default().to_owned();
    let group = stem(&build.terminal(end).name);
    let mut free = Vec::new();
    let mut used = Vec::new();
    for (local, terminal) in (0..).zip(&part.terminals) {
        let at = Terminal(device.first + local);
        if at == end
            || terminal.pin.is_some()
            || stem(&terminal.name) != group
            || !facts.potentials.at(&facts.rest, at).is_some_and(|net| net.live)
        {
            continue;
        }
        match wires.on(at).first() {
            Some(by) => used.push(format!("{} ({})", build.path(at), story::run_path(build, *by))),
            None => free.push(build.path(at)),
        }
    }
    let finding = if used.is_empty() {
        finding
    } else {
        finding.with_note(format!("live and in use: {}", story::list(&used, 8)))
    };
    match free.first() {
        Some(free) => finding.with_help(format!("land it on `{free}`, which is live and free")),
        None if used.is_empty() => finding,
        None => finding.with_note(format!("no live `{group}` terminal of `{}` is free", device.name)),
    }
}
