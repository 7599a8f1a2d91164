//! A load hangs on a supply by factory leads alone, and the supply gives more than their contacts bear.
//!
//! No wire of the build is at fault, and there may be reasons to leave a fan without a fuse; but a short in such a lead is bounded only by
//! the supply.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-bay-supply" }
//! ctl = { part = "fan-controller-sata" }
//! fan = { part = "blower-12v-4pin" }
//! ```
//! ```toml
//! [plug.fan]
//! run = ["psu.sata -> ctl.in", "ctl.out -> fan.lead"]
//! ```
//! ```text
//! warning[N013 unfused-lead]: no fuse protects the leads to `fan`: `12v` of `psu` gives 20 A, and the contacts at `ctl.out.12v` may carry 4 A
//!  --> wiring/wires.toml:2:9
//!   |
//! 2 | run = ["psu.sata -> ctl.in", "ctl.out -> fan.lead"]
//!   |         ^^^^^^^^^^^^^^^^^^    -------------------
//!   |
//!   = note: the way: psu.sata.12v[1] → ctl.in.12v[1] → ctl.out.12v →
//!           fan.lead.12v
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "weak-bay-supply" }
//! ctl = { part = "fan-controller-sata" }
//! fan = { part = "blower-12v-4pin" }
//! ```
//! ```toml
//! [plug.fan]
//! run = ["psu.sata -> ctl.in", "ctl.out -> fan.lead"]
//! ```
//! ## Cases
//! Loads behind a wire of the build are told by `unfused-branch`. Leads whose connectors state no current are not judged.
//!
//! ## Sources
//! `contact-max` of each connector, with its cite.

use std::collections::BTreeSet;

use analysis::nets::{Hop, Link, Nets};
use analysis::potentials::Between;
use analysis::protection;
use model::units::Amps;
use model::{Build, Terminal};
use source::{Finding, Rule, Severity};

use crate::{Context, story};

/// `N013`.
pub static RULE: Rule = Rule {
    code: "N013",
    name: "unfused-lead",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("unfused_lead.rs"),
};

pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    if build.runs.is_empty() {
        return;
    }
    let forest = protection::ways(build, &facts.rest, &facts.potentials);
    let mut told = BTreeSet::new();
    for (id, device, part) in build.each_device() {
        for load in part.loads.iter().filter(|load| !load.ac) {
            let (plus, minus) = (device.terminal(load.plus[0]), device.terminal(load.minus[0]));
            if !matches!(facts.potentials.between(&facts.rest, plus, minus), Between::Known(_) | Between::Unknown) {
                continue;
            }
            let Some(source) = facts.potentials.at(&facts.rest, plus).and_then(|at| at.by) else {
                continue;
            };
            // The forest walks back hop by hop: stop at the first wire, fuse or contact.
            let mut hops: Vec<Hop> = Vec::new();
            let mut at = plus;
            while let Some(hop) = forest.last(at) {
                hops.push(hop);
                at = hop.from;
                if matches!(hop.by, Link::Wire(_) | Link::Fuse(..)) {
                    break;
                }
            }
            let factory = hops.iter().all(|hop| !matches!(hop.by, Link::Wire(_) | Link::Fuse(..)));
            if !factory || !hops.iter().any(|hop| matches!(hop.by, Link::Mate(_))) {
                continue;
            }
            let Some((bears, weakest)) = weakest(build, &facts.rest, &hops) else {
                continue;
            };
            let of = &build.part_of(source.device).sources[source.index as usize];
            let name = format!("`{}` of `{}`", of.name, build.device(source.device).name);
            hops.reverse();
            let span = hops
                .iter()
                .find_map(|hop| if let Link::Mate(run) = hop.by { Some(build.run(run).span) } else { None })
                .unwrap_or(device.span);
            let finding = match protection::most(of) {
                Some(gives) if gives.0 > bears.0 => {
                    let message = format!(
                        "no fuse protects the leads to `{}`: {name} gives {gives}, and the contacts at `{}` may carry {bears}",
                        device.name,
                        build.path(weakest)
                    );
                    Finding::new(&RULE, device.name.clone(), span, message)
                }
                Some(_) => continue,
                None => {
                    let message = format!(
                        "nobody can say whether the leads to `{}` need a fuse: how much {name} gives is not stated",
                        device.name
                    );
                    Finding::not_verified(&RULE, device.name.clone(), span, message).with_other(of.span, "this source")
                }
            };
            if told.insert(id) {
                findings.push(story::told(build, finding, &hops, "the way: "));
            }
        }
    }
}

/// The smallest current that the contacts of a plug on the way may carry; contacts side by side add up.
fn weakest(build: &Build, rest: &Nets, hops: &[Hop]) -> Option<(Amps, Terminal)> {
    let bears = |at: Terminal| {
        let (pin, _) = build.terminal(at).pin?;
        let owner = build.device(build.owner(at));
        let port = build.part(owner.part).ports.get(pin as usize)?;
        let beside = port.pins.iter().filter(|pin| rest.same(owner.terminal(**pin), at)).count();
        let beside = f64::from(u32::try_from(beside).unwrap_or(u32::MAX));
        port.contact_max.known().map(|max| (Amps(max.lo.0 * beside), at))
    };
    let mates = hops.iter().filter(|hop| matches!(hop.by, Link::Mate(_)));
    mates.flat_map(|hop| [hop.from, hop.to]).filter_map(bears).reduce(|a, b| if a.0.0 <= b.0.0 { a } else { b })
}
