//! A load, a diode, a coil or a directed wire is fed backwards.
//!
//! Boards without a diode at their input do not survive plus and minus swapped. An arrow that runs against the current is a wire
//! drawn the wrong way round, or landed at the wrong ends.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> lamp.minus",
//!   "lamp.plus -> psu.minus",
//! ]
//! ```
//! ```text
//! error[N003 reversed-polarity]: `lamp` is fed backwards: plus arrives at `lamp.minus`
//!  --> wiring/wires.toml:4:4
//!   |
//! 4 |   "psu.plus -> lamp.minus",
//!   |    ^^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: from plus: psu.plus → lamp.minus
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
//! An arrow is judged on nets of a supply and its return: from the source outwards on one, towards the source on the other, by how many
//! wires lie between. An arrow of a signal is judged only where its current and its meaning agree: from the line to an input that a high
//! level asserts. Silent where sources fight: `dead-short` tells that.
//!
//! ## Sources
//! `docs/language.md`, Names, paths, arrows: `->` follows the current.

use std::collections::{BTreeMap, BTreeSet};

use analysis::nets::NetId;
use analysis::potentials::{Between, reach};
use model::{DeviceId, Terminal};
use source::{Finding, Rule, Severity};

use super::arrows;
use super::sides::{self, Sides};
use crate::{Context, story};

/// `N003`.
pub static RULE: Rule = Rule {
    code: "N003",
    name: "reversed-polarity",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("reversed_polarity.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let told = elements(context, findings);
    diodes(context, findings);
    arrows::run(context, &told, findings);
}

/// How much a device matters, the device, and the plus and minus of one of its elements.
type Fed = (u8, DeviceId, Terminal, Terminal);

/// Loads, feeders and coils with less than nothing from plus to minus; those on the same two nets are one finding. Gives these nets.
fn elements(context: Context<'_>, findings: &mut Vec<Finding>) -> BTreeSet<NetId> {
    let Context { build, facts } = context;
    let mut groups: BTreeMap<(NetId, NetId), Vec<Fed>> = BTreeMap::new();
    for (id, device, part) in build.each_device() {
        let rank = match part.kind.as_str() {
            "computer" => 0,
            "switch" => 1,
            _ => 2,
        };
        let loads = part.loads.iter().filter(|load| !load.ac).map(|load| (&load.plus, &load.minus));
        let feeders = part.sources.iter().filter_map(|source| source.from.as_ref()).filter(|from| !from.ac);
        let feeders = feeders.map(|from| (&from.plus, &from.minus));
        let coils = part.coils.iter().filter_map(|coil| Some((coil.plus.as_ref()?, coil.minus.as_ref()?)));
        for (plus, minus) in loads.chain(feeders).chain(coils) {
            let (plus, minus) = (device.terminal(plus[0]), device.terminal(minus[0]));
            if backwards(context, plus, minus) {
                let key = (facts.rest.net(plus), facts.rest.net(minus));
                groups.entry(key).or_default().push((rank, id, plus, minus));
            }
        }
    }
    let mut known: Option<Sides> = None;
    for group in groups.values_mut() {
        group.sort_unstable();
        let (_, id, plus, minus) = group[0];
        let device = build.device(id);
        let sides = known.get_or_insert_with(|| sides::sides(build));
        let from = facts.potentials.at(&facts.rest, minus).and_then(|at| at.by).map(|source| {
            let of = &build.part_of(source.device).sources[source.index as usize];
            build.device(source.device).terminal(of.plus[0])
        });
        let hops = from.and_then(|from| facts.rest.path(from, minus)).unwrap_or_default();
        let span = sides.culprit(build, &hops).map_or(device.span, |wire| build.wire(wire).span);
        let message = format!("`{}` is fed backwards: plus arrives at `{}`", device.name, build.path(minus));
        let finding = Finding::new(&RULE, build.path(plus), span, message);
        let mut finding = story::told(build, finding, &hops, "from plus: ");
        let mut others: Vec<&str> = Vec::new();
        for (_, other, ..) in &group[1..] {
            let name = build.device(*other).name.as_str();
            if *other != id && !others.contains(&name) {
                others.push(name);
            }
        }
        if !others.is_empty() {
            finding = finding.with_note(format!("the same holds for {}", story::list(&others, 6)));
        }
        findings.push(finding);
    }
    groups.into_keys().flat_map(|(plus, minus)| [plus, minus]).collect()
}

fn backwards(Context { facts, .. }: Context<'_>, plus: Terminal, minus: Terminal) -> bool {
    let (rest, potentials) = (&facts.rest, &facts.potentials);
    if potentials.fights(rest, plus) || potentials.fights(rest, minus) {
        return false;
    }
    match potentials.between(rest, plus, minus) {
        Between::Known(volts) => volts.hi.0 < 0.0,
        Between::Unknown => {
            let (Some(above), Some(below)) = (potentials.at(rest, plus), potentials.at(rest, minus)) else {
                return false;
            };
            above.returns && above.by.is_none() && below.by.is_some() && !below.returns
        }
        Between::Apart | Between::Dead => false,
    }
}

/// Diodes that current reaches at the cathode and could leave at the anode, and not the other way round.
fn diodes(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    if build.devices.iter().all(|device| build.part(device.part).diodes.is_empty()) {
        return;
    }
    let reach = reach::compute(build, &facts.rest, &facts.potentials);
    let rest = &facts.rest;
    let mut wires = None;
    for (_, device, part) in build.each_device() {
        for diode in &part.diodes {
            let (anode, cathode) = (device.terminal(diode.anode[0]), device.terminal(diode.cathode[0]));
            let against = reach.fed(rest, cathode) && reach.drained(rest, anode);
            let along = reach.fed(rest, anode) && reach.drained(rest, cathode);
            // On a return nothing arrives but what flows to it anyway: its anode hangs on a signal, such as PS_ON#.
            let at = |end| facts.potentials.at(rest, end);
            let is_sunk =
                at(cathode).is_some_and(|net| net.live && net.returns && net.by.is_none()) && at(anode).is_none();
            if !against
                || along
                || is_sunk
                || facts.potentials.fights(rest, anode)
                || facts.potentials.fights(rest, cathode)
            {
                continue;
            }
            let wires = wires.get_or_insert_with(|| story::WiresAt::new(build));
            let span = wires.near(rest, cathode).map_or(device.span, |(wire, _)| build.wire(wire).span);
            let message =
                format!("`{}` is fed backwards: plus arrives at its cathode, `{}`", device.name, build.path(cathode));
            findings.push(Finding::new(&RULE, build.path(anode), span, message));
        }
    }
}
