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
//! One finding for all that hangs on one dead net, about the device that matters most. A coil counts if its contact is wired. A supply whose
//! inlet is plugged into nothing is told here, and not what hangs on it. Silent for what hangs only on a dead or unplugged terminal
//! (`dead-terminal`), on a plug that does not fit (`wrong-mate`), where sources fight, and where a run that did not bind may have been the feed.
//!
//! ## Sources
//! Current flows in a loop.

use std::collections::{BTreeMap, BTreeSet};

use analysis::nets::{self, Nets};
use analysis::potentials::{self, Between, Potentials, reach};
use model::part::{End, Mover};
use model::{DeviceId, Terminal};
use source::{Finding, Rule, Severity};

use super::loose;
use crate::{Context, story};

/// `N004`.
pub static RULE: Rule = Rule {
    code: "N004",
    name: "no-supply",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("no_supply.rs"),
};

/// What is wrong with one element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lack {
    Supply,
    Return,
    Both,
    Apart,
}

/// Where elements find no supply: what is missing, and the net that it is missing on.
struct Want {
    device: DeviceId,
    what: &'static str,
    lack: Lack,
    plus: Terminal,
    minus: Terminal,
}

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let rest = &facts.rest;
    let wants = wants(context);
    if wants.is_empty() {
        return;
    }
    let loose = loose::loose(context);
    let told = loose.told(build, rest);
    let lost = Lost::of(context);
    // A supply that is itself dead is told of, and not what hangs on it.
    let asleep = |want: &Want| {
        let by = facts
            .potentials
            .at(rest, want.plus)
            .filter(|net| !net.live)
            .and_then(|net| net.by);
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
        let excused = sides
            .iter()
            .any(|side| told.contains(&rest.net(*side).0) || facts.potentials.fights(rest, *side));
        if excused || asleep(&want) || lost.may_feed(want.lack) || !seen.insert(want.device) {
            continue;
        }
        let device = build.device(want.device);
        let count = u32::try_from(build.part(device.part).terminals.len()).expect("terminals are bounded");
        let alone = (device.first..device.first + count).all(|at| !loose.landed.any(Terminal(at)));
        let key = (rest.net(sides[0]).0, alone.then_some(want.device));
        groups.entry(key).or_default().push(want);
    }
    let wires = story::WiresAt::new(build);
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
        let near: &[Terminal] = if first.lack == Lack::Return {
            &[first.minus, first.plus]
        } else {
            &[first.plus, first.minus]
        };
        let wire = near.iter().find_map(|at| wires.first_on(rest, *at));
        let span = wire.map_or(device.span, |(wire, _)| build.wire(wire).span);
        let mut finding = Finding::new(&RULE, name.clone(), span, message);
        if wire.is_some() {
            finding = finding.with_other(device.span, "this device");
        }
        let others: Vec<&str> = group[1..]
            .iter()
            .map(|want| build.device(want.device).name.as_str())
            .collect();
        if !others.is_empty() {
            finding = finding.with_note(format!("the same holds for {}", story::list(&others, 6)));
        }
        findings.push(finding);
    }
}

/// What runs that did not bind may have been about; they were told of where they stand.
struct Lost {
    supply: bool,
    ret: bool,
}

impl Lost {
    fn of(Context { build, facts }: Context<'_>) -> Self {
        let empty = build.bundles.iter().any(|bundle| bundle.runs.0 == bundle.runs.1);
        let mut lost = Self { supply: empty, ret: empty };
        for at in &build.excused {
            if let Some(net) = facts.potentials.at(&facts.rest, *at).filter(|net| net.live) {
                lost.supply |= net.by.is_some();
                lost.ret |= net.returns;
            }
        }
        lost
    }

    fn may_feed(&self, lack: Lack) -> bool {
        match lack {
            Lack::Supply => self.supply,
            Lack::Return => self.ret,
            Lack::Both | Lack::Apart => self.supply || self.ret,
        }
    }
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

/// Every load, feeder, used coil and diode without a loop to a live source in any position of contacts.
fn wants(Context { build, facts }: Context<'_>) -> Vec<Want> {
    let rest = &facts.rest;
    let mut wants = Vec::new();
    let mut later: Option<(Nets, Potentials)> = None;
    let landed = nets::landed(build);
    let has_diodes = build
        .devices
        .iter()
        .any(|device| !build.part(device.part).diodes.is_empty());
    let reach = has_diodes.then(|| {
        let possible = possible(Context { build, facts });
        let could = reach::compute(build, &possible, &potentials::compute(build, &possible));
        (possible, could)
    });
    let mut check = |device: DeviceId, what: &'static str, plus: Terminal, minus: Terminal| {
        let between = facts.potentials.between(rest, plus, minus);
        if matches!(between, Between::Known(_) | Between::Unknown) {
            return;
        }
        let (possible, could) = later.get_or_insert_with(|| {
            let possible = possible(Context { build, facts });
            let could = potentials::compute(build, &possible);
            (possible, could)
        });
        let live = |at: Terminal| could.at(possible, at).is_some_and(|net| net.live);
        let lack = match (live(plus), live(minus)) {
            (true, true) if between == Between::Apart && could.between(possible, plus, minus) == Between::Apart => {
                Lack::Apart
            }
            (true, true) => return,
            (false, true) => Lack::Supply,
            (true, false) => Lack::Return,
            (false, false) => Lack::Both,
        };
        wants.push(Want {
            device,
            what,
            lack,
            plus,
            minus,
        });
    };
    for (id, device, part) in build.each_device() {
        let at = |end: &End| device.terminal(end[0]);
        for load in &part.loads {
            check(id, "load", at(&load.plus), at(&load.minus));
        }
        for source in &part.sources {
            if let Some(from) = &source.from {
                check(id, "source", at(&from.plus), at(&from.minus));
            }
        }
        for (index, coil) in (0..).zip(&part.coils) {
            let (Some(plus), Some(minus)) = (&coil.plus, &coil.minus) else {
                continue;
            };
            let moved = part
                .contacts
                .iter()
                .filter(|contact| contact.by == Some(Mover::Coil(index)));
            if moved
                .flat_map(|contact| std::iter::once(&contact.com).chain(nets::throws(contact)))
                .any(|end| landed.any(at(end)))
            {
                check(id, "coil", at(plus), at(minus));
            }
        }
    }
    let Some((nets, reach)) = reach else { return wants };
    for (id, device, part) in build.each_device() {
        for diode in &part.diodes {
            let (anode, cathode) = (device.terminal(diode.anode[0]), device.terminal(diode.cathode[0]));
            let wired = |at: Terminal| rest.members(rest.net(at)).iter().any(|at| landed.any(*at));
            let backwards = reach.fed(&nets, cathode) && reach.drained(&nets, anode);
            if backwards || (!wired(anode) && !wired(cathode)) {
                continue;
            }
            let lack = match (reach.fed(&nets, anode), reach.drained(&nets, cathode)) {
                (true, true) => continue,
                (false, true) => Lack::Supply,
                (true, false) => Lack::Return,
                (false, false) => Lack::Both,
            };
            wants.push(Want {
                device: id,
                what: "diode",
                lack,
                plus: anode,
                minus: cathode,
            });
        }
    }
    wants
}

/// Whatever can be joined, but for contacts on a control input: no load is fed through a signal.
fn possible(Context { build, facts }: Context<'_>) -> Nets {
    let signals: BTreeSet<u32> = facts
        .drives
        .all
        .iter()
        .filter_map(|drive| drive.driven)
        .map(|driven| facts.metal.net(driven).0)
        .collect();
    nets::possible(build, |(id, index)| {
        let (device, contact) = (build.device(id), &build.part_of(id).contacts[index as usize]);
        let mut ends = std::iter::once(&contact.com).chain(nets::throws(contact));
        !ends.any(|end| signals.contains(&facts.metal.net(device.terminal(end[0])).0))
    })
}
