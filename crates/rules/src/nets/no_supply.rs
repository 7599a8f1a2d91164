//! A load or a coil has no supply, no return, or the two of different supplies.
//!
//! It does not run, and nothing says why. A load that hangs behind a switch or a relay is fed if some position feeds it.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> lamp.plus",
//! ]
//! ```
//! ```text
//! error[N004 no-supply]: `lamp` has no return: nothing leads from `lamp.minus` back to a supply
//!  --> wiring/wires.toml:4:4
//!   |
//! 4 |   "psu.plus -> lamp.plus",
//!   |    ^^^^^^^^^^^^^^^^^^^^^
//!   |
//!  ::: wiring/devices.toml:3:1
//!   |
//! 3 | lamp = { part = "lamp" }
//!   | ---- this device
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> lamp.plus",
//!   "lamp.minus -> psu.minus",
//! ]
//! ```
//! ## Cases
//! One finding for all that hangs on one dead net, about the device that matters most. A coil counts if its contact is wired. What `[control]` calls
//! essential and is fed only while a coil is energised is told by `rest-not-safe`. A supply whose
//! inlet is plugged into nothing is told here, and not what hangs on it. Silent for what hangs only on a dead or unplugged terminal
//! (`dead-terminal`), on a plug that does not fit (`wrong-mate`), where sources fight, and where a run that did not bind may have been the feed.
//! An output that only says something, such as PWR_OK, is no supply; what it gives is its terminal's `max`.
//!
//! ## Sources
//! Current flows in a loop.

use std::collections::{BTreeMap, BTreeSet};

use analysis::nets;
use model::{DeviceId, Role, Terminal};
use source::{Finding, Rule, Severity};

use super::wants::{Lack, Lost, Want, wants};
use crate::{Context, story};

/// `N004`.
pub static RULE: Rule = Rule {
    code: "N004",
    name: "no-supply",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("no_supply.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let rest = &facts.rest;
    let wants = wants(context);
    if wants.is_empty() {
        return;
    }
    let loose = &context.facts.loose;
    let told = loose.told(build, rest);
    let lost = Lost::of(context);
    let mates = build.runs.iter().flat_map(|run| nets::mates(&run.what));
    let misfits: BTreeSet<DeviceId> =
        mates.filter(|mate| !mate.fits).flat_map(|mate| mate.ends).map(|(id, _)| id).collect();
    // A supply that is itself dead is told of, and not what hangs on it.
    let asleep = |want: &Want| {
        let by = facts.potentials.at(rest, want.plus).filter(|net| !net.live).and_then(|net| net.by);
        by.is_some_and(|source| source.device != want.device)
    };
    let mut groups: BTreeMap<(u32, Option<DeviceId>), Vec<Want>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for want in wants {
        let sides: &[Terminal] = match want.lack {
            Lack::Supply => &[want.plus],
            Lack::Return => &[want.minus],
            Lack::Both | Lack::Apart => &[want.plus, want.minus],
        };
        let fights = [want.plus, want.minus].iter().any(|side| facts.potentials.fights(rest, *side));
        let excused = fights || sides.iter().any(|side| told.contains(&rest.net(*side).0));
        if excused
            || misfits.contains(&want.device)
            || asleep(&want)
            || lost.may_feed(want.lack)
            || !seen.insert(want.device)
        {
            continue;
        }
        let device = build.device(want.device);
        let count = u32::try_from(build.part(device.part).terminals.len()).expect("terminals are bounded");
        let alone = (device.first..device.first + count).all(|at| !loose.landed.any(Terminal(at)));
        let key = (rest.net(sides[0]).0, alone.then_some(want.device));
        groups.entry(key).or_default().push(want);
    }
    let wires = story::WiresAt::new(build);
    let mut metal = None;
    for ((_, alone), mut group) in groups {
        group.sort_by_key(|want| rank(context, want));
        let first = &group[0];
        let device = build.device(first.device);
        let (plus, minus) = (build.path(first.plus), build.path(first.minus));
        let name = &device.name;
        let message = match (alone, first.lack) {
            (Some(_), _) => format!("`{name}` needs a supply, and nothing is wired or plugged to it"),
            (None, Lack::Supply) => format!("`{name}` has no supply: nothing live reaches `{plus}`"),
            (None, Lack::Return) => format!("`{name}` has no return: nothing leads from `{minus}` back to a supply"),
            (None, Lack::Both) => {
                format!("`{name}` has neither supply nor return: nothing live reaches `{plus}` and `{minus}`")
            }
            (None, Lack::Apart) => {
                format!("`{name}` hangs between two supplies without a common reference: `{plus}` and `{minus}`")
            }
        };
        let (supply, ret) = ((first.plus, false), (first.minus, true));
        let near = if first.lack == Lack::Return { [ret, supply] } else { [supply, ret] };
        let metal = metal.get_or_insert_with(|| nets::rest_without_wires(build));
        let bound = near.iter().find_map(|&(at, leaving)| wires.bound(build, metal, at, leaving));
        let wire = bound.or_else(|| near.iter().find_map(|(at, _)| Some(wires.near(rest, *at)?.0)));
        let span = wire.map_or(device.span, |wire| build.wire(wire).span);
        let mut finding = Finding::new(&RULE, name.clone(), span, message);
        if wire.is_some() {
            finding = finding.with_other(device.span, "this device");
        }
        let others: Vec<&str> = group[1..].iter().map(|want| build.device(want.device).name.as_str()).collect();
        if let Some(signal) = signal(context, first) {
            finding = finding.with_note(signal);
        }
        if !others.is_empty() {
            finding = finding.with_note(format!("the same holds for {}", story::list(&others, 6)));
        }
        findings.push(finding);
    }
}

/// That a signal's output stands where the supply should, and what it gives.
fn signal(Context { build, facts }: Context<'_>, want: &Want) -> Option<String> {
    let is_output = |at: &&Terminal| build.terminal(**at).role == Role::Output;
    let output = *facts.rest.members(facts.rest.net(want.plus)).iter().find(is_output)?;
    let gives = build.terminal(output).max.known().map_or_else(String::new, |max| format!(", and gives {}", max.lo));
    Some(format!("`{}` stands there: it is a signal, no supply{gives}", build.path(output)))
}

fn rank(Context { build, .. }: Context<'_>, want: &Want) -> (u8, DeviceId) {
    let rank = match (build.part_of(want.device).kind.as_str(), want.what) {
        ("computer", _) => 0,
        ("switch", _) => 1,
        (_, "load") => 2,
        _ => 3,
    };
    (rank, want.device)
}
