//! A line drives an input, and the two have no common reference.
//!
//! A signal is volts between two wires. With only one of them joined the input sees whatever leaks, and works by luck or not at all.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply", count = 2 }
//! board = { part = "toy-board" }
//! gate = { part = "gate" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu[1].plus -> board.plus",
//!   "board.minus -> psu[1].minus",
//!   "psu[2].plus -> gate.plus",
//!   "gate.minus -> psu[2].minus",
//!   "board.gpio17 -> gate.in",
//! ]
//! ```
//! ```text
//! error[N005 no-common-reference]: `board` drives `gate`, but their supplies share no wire: `gate.minus` floats for it
//!  --> wiring/wires.toml:7:4
//!   |
//! 7 |   "gate.minus -> psu[2].minus",
//!   |    ^^^^^^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: inputs: `k`
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply", count = 2 }
//! board = { part = "toy-board" }
//! gate = { part = "gate" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu[1].plus -> board.plus",
//!   "board.minus -> psu[1].minus",
//!   "psu[2].plus -> gate.plus",
//!   "gate.minus -> psu[2].minus",
//!   "board.gpio17 -> gate.in",
//!   "psu[1].minus -- psu[2].minus",
//! ]
//! ```
//! ## Cases
//! The other end of an opto input is its supply pin: that must come from the driver's own island of supplies. Silent where the
//! board or its driver has no supply at all (`no-supply`).
//!
//! ## Sources
//! `docs/language.md`, A part: an input's thresholds are volts across it.

use std::collections::BTreeMap;

use analysis::drives;
use analysis::potentials::Between;
use model::{DeviceId, Terminal};
use source::{Finding, Rule, Severity};

use crate::{Context, story};

/// `N005`.
pub static RULE: Rule = Rule {
    code: "N005",
    name: "no-common-reference",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("no_common_reference.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let rest = &facts.rest;
    let mut groups: BTreeMap<(DeviceId, Terminal, bool), Vec<&drives::Drive>> = BTreeMap::new();
    for drive in &facts.drives.all {
        let (Some(variant), Some(driven), Some((driver, _))) =
            (drives::variant(build, drive), drive.driven, drive.lines.first())
        else {
            continue;
        };
        let device = build.device(drive.input.0);
        let ends = [device.terminal(variant.from[0]), device.terminal(variant.to[0])];
        let other = if ends[0] == driven { ends[1] } else { ends[0] };
        let live = |at: Terminal| facts.potentials.at(rest, at).is_some_and(|net| net.live);
        let driver_lives = drives::ground(build, *driver).is_some_and(live) && fed(context, *driver);
        match drive.feed {
            Between::Apart => groups.entry((drive.input.0, other, true)).or_default().push(drive),
            Between::Dead if driver_lives && !live(other) && !also_coil(context, drive.input.0, other) => {
                groups.entry((drive.input.0, other, false)).or_default().push(drive);
            }
            _ => {}
        }
    }
    if groups.is_empty() {
        return;
    }
    let told = context.facts.loose.told(build, rest);
    let wires = story::WiresAt::new(build);
    for ((id, other, apart), drives) in groups {
        if told.contains(&rest.net(other).0) || facts.potentials.fights(rest, other) {
            continue;
        }
        let first = drives[0];
        let (Some(driven), Some((driver, _))) = (first.driven, first.lines.first()) else {
            continue;
        };
        let (driver, part) = (build.device(*driver), build.part_of(id));
        let inputs: Vec<String> = drives.iter().map(|drive| part.inputs[drive.input.1 as usize].name.clone()).collect();
        let device = &build.device(id).name;
        let message = if apart {
            format!(
                "`{}` drives `{device}`, but their supplies share no wire: `{}` floats for it",
                driver.name,
                build.path(other)
            )
        } else {
            format!(
                "`{}` drives `{device}`, but `{}`, the other end of its input, is on no supply",
                driver.name,
                build.path(other)
            )
        };
        let wire = wires.near(rest, other).or_else(|| wires.near(&facts.metal, driven));
        let span = wire.map_or(build.device(id).span, |(wire, _)| build.wire(wire).span);
        let finding = Finding::new(&RULE, build.path(other), span, message);
        findings.push(finding.with_note(format!("inputs: {}", story::list(&inputs, 8))));
    }
}

/// Whether every load of a device has its supply.
fn fed(Context { build, facts }: Context<'_>, id: DeviceId) -> bool {
    let (device, part) = (build.device(id), build.part_of(id));
    part.loads.iter().all(|load| {
        let ends = [&load.plus, &load.minus].map(|end| device.terminal(end[0]));
        !matches!(facts.potentials.between(&facts.rest, ends[0], ends[1]), Between::Dead | Between::Apart)
    })
}

/// Whether a load or used coil of the same device stands on the same dead net, so that `no-supply` tells it.
fn also_coil(Context { build, facts }: Context<'_>, id: DeviceId, other: Terminal) -> bool {
    let (device, part) = (build.device(id), build.part_of(id));
    let loads = part.loads.iter().flat_map(|load| [&load.plus, &load.minus]);
    let used = |coil: &model::part::Coil| {
        facts.drives.all.iter().any(|drive| drive.input.0 == id && Some(drive.input.1) == coil.input && drive.used)
    };
    let coils = part.coils.iter().filter(|coil| used(coil)).flat_map(|coil| coil.plus.iter().chain(&coil.minus));
    loads.chain(coils).any(|end| facts.rest.same(device.terminal(end[0]), other))
}
