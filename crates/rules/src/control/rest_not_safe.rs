//! What must never go dark is dark until a coil pulls in, or goes dark while a controller starts.
//!
//! A dead controller, a blown coil fuse and a power cut all leave relays at rest. A load that `[control]` calls essential then has to have power: on a
//! normally closed contact it has, behind a normally open one it waits for a controller, which may be the very thing that it feeds. The same goes for a pull in
//! `config.txt` that asserts an input from the start of the firmware until software takes the pin.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! big = { part = "supply-12" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! buck = { part = "toy-buck" }
//! lamp = { part = "lamp" }
//! ```
//! ```toml wiring/control.toml
//! [control]
//! essential = ["lamp"]
//! [gpio.board]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ```toml
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[1] -> board.plus", "board.minus -> psu.minus[1]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! [wire.feed]
//! stock = "lead"
//! run = ["big.plus -> relay.no", "relay.com -> buck.in-plus", "buck.in-minus -> big.minus"]
//! [wire.lamp]
//! stock = "lead"
//! run = ["buck.plus -> lamp.plus", "lamp.minus -> buck.minus"]
//! ```
//! ```text
//! error[C004 rest-not-safe]: `lamp` is dark until `relay.k` is energised
//!  --> wiring/wires.toml:9:21
//!   |
//! 9 | run = ["big.plus -> relay.no", "relay.com -> buck.in-plus", "buck.in-minu...
//!   |                     ^^^^^^^^
//!   |
//!  ::: wiring/control.toml:2:15
//!   |
//! 2 | essential = ["lamp"]
//!   |               ---- must have power with every coil at rest
//!   |
//!   = note: open at rest: `relay.no`
//!   = help: land it on `relay.nc`, which is closed at rest
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! big = { part = "supply-12" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! buck = { part = "toy-buck" }
//! lamp = { part = "lamp" }
//! ```
//! ```toml wiring/control.toml
//! [control]
//! essential = ["lamp"]
//! [gpio.board]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ```toml
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[1] -> board.plus", "board.minus -> psu.minus[1]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! [wire.feed]
//! stock = "lead"
//! run = ["big.plus -> relay.nc", "relay.com -> buck.in-plus", "buck.in-minus -> big.minus"]
//! [wire.lamp]
//! stock = "lead"
//! run = ["buck.plus -> lamp.plus", "lamp.minus -> buck.minus"]
//! ```
//! ## Cases
//! Looked at with every supply switched on, so a main switch or PS_ON# does not count. One finding for all that waits for the same contacts. Where no position of
//! any contact feeds the load, `no-supply` tells it; where nobody that has power could close the contact, `dead-start` does. What a reset pull asserts is told by
//! `boot-asserted`, and an output that starts at the wrong level by `start-asserts`; here the pulls that `gpio=` lines set are judged (`gpio=18=pu`). Not verified
//! where that pull may or may not assert the input.
//!
//! ## Sources
//! De-energise to trip, the other way round: what has to stay on must not need a coil. IEC 60204-1, 9.2 on stop by removal of power.

use std::collections::{BTreeMap, BTreeSet};

use analysis::circuit::Side;
use analysis::drives::{PinState, Verdict3};
use analysis::pins::{Firmware, firmware};
use analysis::startup::{Channel, Moment, Wake, mover};
use model::DeviceId;
use model::part::Mover;
use source::{Finding, Rule, Severity, Span};

use crate::gpio::subject;
use crate::{Context, story};

/// `C004`.
pub static RULE: Rule = Rule {
    code: "C004",
    name: "rest-not-safe",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("rest_not_safe.rs"),
};

/// Looks at what `[control]` calls essential.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let mut groups: BTreeMap<&[u32], Vec<&Wake>> = BTreeMap::new();
    let never: BTreeSet<DeviceId> = facts.control.dead_starts.iter().map(|start| start.load).collect();
    for wake in facts.startup.asleep.iter().filter(|wake| !never.contains(&wake.load.0)) {
        let coil = wake.through.iter().any(|throw| matches!(mover(build, throw.contact), Some(Mover::Coil(_))));
        if coil {
            groups.entry(&wake.contacts).or_default().push(wake);
        }
    }
    for wakes in groups.values() {
        findings.push(asleep(context, wakes));
    }
    for channel in &facts.startup.channels {
        pulled(context, channel, findings);
    }
}

fn asleep(context: Context<'_>, wakes: &[&Wake]) -> Finding {
    let Context { build, facts } = context;
    let first = wakes[0];
    let name = &build.device(first.load.0).name;
    let moved = |throw: &analysis::circuit::Throw| {
        let (device, part) = (build.device(throw.contact.0), build.part_of(throw.contact.0));
        let contact = &part.contacts[throw.contact.1 as usize];
        match contact.by {
            Some(Mover::Coil(index)) => format!("{}.{}", device.name, part.coils[index as usize].name),
            Some(Mover::Lever(index)) => format!("{}.{}", device.name, part.levers[index as usize].name),
            None => format!("{}.{}", device.name, contact.name),
        }
    };
    let mut coils: Vec<String> = first
        .through
        .iter()
        .filter(|throw| matches!(mover(build, throw.contact), Some(Mover::Coil(_))))
        .map(moved)
        .collect();
    coils.dedup();
    let count = if coils.len() > 1 { "are" } else { "is" };
    let message = format!("`{name}` is dark until {} {count} energised", story::list(&coils, 4));
    let throw = first.through.iter().find(|throw| throw.side != Side::Nc).unwrap_or(&first.through[0]);
    let wire = throw.ends.iter().rev().find_map(|end| subject::wire_on(build, &facts.metal, *end));
    let span = wire.unwrap_or(build.device(throw.contact.0).span);
    let mut finding = Finding::new(&RULE, name.clone(), span, message);
    if let Some((_, at)) = build.control.essential.iter().find(|(device, _)| *device == first.load.0) {
        finding = finding.with_other(*at, "must have power with every coil at rest");
    }
    let names: BTreeSet<DeviceId> = wakes.iter().map(|wake| wake.load.0).collect();
    let others: Vec<&str> =
        names.iter().filter(|id| **id != first.load.0).map(|id| build.device(*id).name.as_str()).collect();
    if !others.is_empty() {
        finding = finding.with_note(format!("the same holds for {}", story::list(&others, 6)));
    }
    finding = finding.with_note(format!("open at rest: `{}`", build.path(throw.ends[1])));
    let contact = &build.part_of(throw.contact.0).contacts[throw.contact.1 as usize];
    let closed = contact.nc.as_ref().filter(|_| throw.side == Side::No && first.through.len() == 1);
    match closed.map(|nc| build.device(throw.contact.0).terminal(nc[0])) {
        Some(nc) if facts.metal.members(facts.metal.net(nc)).len() == 1 => {
            finding.with_help(format!("land it on `{}`, which is closed at rest", build.path(nc)))
        }
        _ => finding,
    }
}

/// A pull that `config.txt` sets and that asserts the input, although the reset pull does not.
fn pulled(context: Context<'_>, channel: &Channel, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let [reset, pin, _] = channel.pins;
    let words = match pin {
        PinState::PullUp => "pulled up",
        PinState::PullDown => "pulled down",
        PinState::Float => "left floating",
        PinState::High | PinState::Low => return,
    };
    let is = channel.asserted[Moment::Configured as usize];
    if pin == reset || is == Verdict3::No {
        return;
    }
    let essential: BTreeSet<DeviceId> = build.control.essential.iter().map(|(device, _)| *device).collect();
    let off = &facts.startup.dark[Moment::Configured as usize];
    let off: BTreeSet<DeviceId> = off.iter().map(|dark| dark.load.0).filter(|id| essential.contains(id)).collect();
    let own = facts.outlets.iter().filter(|outlet| outlet.input == channel.input);
    let mut loads: Vec<DeviceId> = own.flat_map(|outlet| &outlet.takes_down).copied().collect();
    loads.retain(|load| off.contains(load));
    loads.sort_unstable();
    loads.dedup();
    let names: Vec<&str> = loads.iter().map(|load| build.device(*load).name.as_str()).collect();
    let (Some(first), Some(span)) = (names.first(), line_span(context, channel)) else { return };
    let line = subject::line(build, channel.line);
    let input = subject::input(build, channel.input.0, channel.input.1);
    let rest = if names.len() > 1 { format!(", and with it {}", story::list(&names[1..], 4)) } else { String::new() };
    findings.push(if is == Verdict3::Yes {
        let message = format!("{line} is {words} by `config.txt`, which asserts `{input}`: `{first}` goes dark{rest}");
        Finding::new(&RULE, (*first).to_owned(), span, message)
            .with_note("from the start of the firmware until software takes the pin; for how long is not stated")
    } else {
        let message = format!(
            "whether {line}, {words} by `config.txt`, asserts `{input}` and takes `{first}` down could not be computed"
        );
        Finding::not_verified(&RULE, (*first).to_owned(), span, message)
    });
}

/// The last `gpio=` line that speaks of a channel's pin.
fn line_span(Context { build, .. }: Context<'_>, channel: &Channel) -> Option<Span> {
    let (device, line) = channel.line;
    let offset = build.part_of(device).lines[line as usize].offset?;
    let gpio = build.gpio.iter().find(|gpio| gpio.device == device)?;
    let sets =
        |text: &str| matches!(firmware(&build.overlays, text), Firmware::Sets { gpios, .. } if gpios.contains(&offset));
    gpio.firmware.iter().rev().find(|line| sets(&line.value)).map(|line| line.span)
}
