//! A load is fed outside the volts that it accepts.
//!
//! Too much and it burns, too little and it never starts. The band of the supply is laid over the band of the load: where more of the supply's
//! lies outside than inside, it is a fault.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply-12" }
//! lamp = { part = "lamp" }
//! ```
//! ```text
//! error[N015 over-volts-load]: `lamp` is fed 12 V at `lamp.plus`, and accepts 4.5 V to 5.5 V
//!  --> wiring/wires.toml:3:9
//!   |
//! 3 | run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//!   |         ^^^^^^^^^^^^^^^^^^^^^
//!   |
//!  ::: bom/parts/lamp.toml:4:60
//!   |
//! 4 | ...s = "minus", volts = "4.5..5.5 V", profile = { worst = "0.5 A @ 5 V" } }
//!   |                          ---------- what it accepts
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! ```
//! ## Cases
//! Inlets of supplies are judged like loads. A coil is told at more than 1.3 times its rated volts. A load whose volts are `unstated`, or a
//! source whose volts are, is not verified; a load that says nothing of volts is not judged. Mains on low voltage is `dead-short`.
//!
//! ## Sources
//! Each part cites what it accepts. 1.3 times for coils is a choice of this tool: makers of small 5 V relays allow between 1.1 and 1.7 times.

use std::collections::BTreeSet;

use analysis::nets;
use analysis::potentials::Between;
use model::part::{End, Mover};
use model::units::{Band, Number, Volts};
use model::{DeviceId, Terminal};
use source::{Finding, Rule, Severity, Verdict};

use crate::{Context, story};

/// `N015`.
pub static RULE: Rule = Rule {
    code: "N015",
    name: "over-volts-load",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("over_volts_load.rs"),
};

/// How far above its rated volts a coil may be fed.
const COIL: f64 = 1.3;

/// Something that is fed, and the volts that it accepts.
struct Fed {
    device: DeviceId,
    plus: Terminal,
    minus: Terminal,
    accepts: Number<Volts>,
}

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let mut wires = None;
    let mut told = BTreeSet::new();
    let rest = &context.facts.rest;
    for fed in all(context) {
        // What stands on the same two nets is told once, of the computer among them if there is one.
        let nets = (rest.net(fed.plus), rest.net(fed.minus));
        if let Some(finding) = judge(context, &fed, &mut wires)
            && told.insert((nets, (finding.verdict == Verdict::NotVerified).then_some(fed.plus)))
        {
            findings.push(finding);
        }
    }
}

fn all(Context { build, facts }: Context<'_>) -> Vec<Fed> {
    let landed = &facts.loose.landed;
    let mut all = Vec::new();
    for (id, device, part) in build.each_device() {
        let mut add = |plus: &End, minus: &End, accepts| {
            all.push(Fed { device: id, plus: device.terminal(plus[0]), minus: device.terminal(minus[0]), accepts });
        };
        for load in &part.loads {
            add(&load.plus, &load.minus, load.volts);
        }
        for from in part.sources.iter().filter_map(|source| source.from.as_ref()) {
            add(&from.plus, &from.minus, from.volts);
        }
        for (index, coil) in (0..).zip(&part.coils) {
            let (Some(plus), Some(minus), Some(rated)) = (&coil.plus, &coil.minus, coil.rated.known()) else {
                continue;
            };
            let moved = part.contacts.iter().filter(|contact| contact.by == Some(Mover::Coil(index)));
            let mut ends = moved.flat_map(|contact| std::iter::once(&contact.com).chain(nets::throws(contact)));
            if ends.any(|end| landed.any(device.terminal(end[0]))) {
                let bears = Band::of(f64::NEG_INFINITY, rated.typ.0, rated.hi.0 * COIL);
                add(plus, minus, Number::Is(bears, coil.span));
            }
        }
    }
    all.sort_by_key(|fed| build.part_of(fed.device).kind != "computer");
    all
}

fn judge(context: Context<'_>, fed: &Fed, wires: &mut Option<story::WiresAt>) -> Option<Finding> {
    let Context { build, facts } = context;
    let (rest, potentials) = (&facts.rest, &facts.potentials);
    let between = potentials.between(rest, fed.plus, fed.minus);
    if matches!(between, Between::Dead | Between::Apart)
        || fed.accepts.is_absent()
        // A contact that bridges it at rest holds it off, which is no wrong voltage.
        || (rest.same(fed.plus, fed.minus) && !facts.metal.same(fed.plus, fed.minus))
        || potentials.fights(rest, fed.plus)
        || potentials.fights(rest, fed.minus)
    {
        return None;
    }
    let device = build.device(fed.device);
    let name = &device.name;
    match (between, fed.accepts) {
        (_, Number::Unstated(at) | Number::Choice(at)) => {
            let path = build.path(fed.plus);
            let message = format!("the volts that `{name}` accepts at `{path}` are unstated");
            Some(Finding::not_verified(&RULE, path, at, message))
        }
        (Between::Known(volts), Number::Is(accepts, at)) => {
            // Fed backwards is another rule's.
            if volts.hi.0 < 0.0 || inside(volts, accepts) {
                return None;
            }
            let wire = wires.get_or_insert_with(|| story::WiresAt::new(build)).near(rest, fed.plus);
            let place = wire.map_or(device.span, |(wire, _)| build.wire(wire).span);
            let range = if accepts.lo.0.is_finite() {
                format!("accepts {accepts}")
            } else {
                format!("bears at most {}", accepts.hi)
            };
            let path = build.path(fed.plus);
            let message = format!("`{name}` is fed {volts} at `{path}`, and {range}");
            Some(Finding::new(&RULE, path, place, message).with_other(at, "what it accepts"))
        }
        _ => {
            let source = potentials.at(rest, fed.plus).and_then(|at| at.by);
            let of = source.map(|source| &build.part_of(source.device).sources[source.index as usize]);
            let at = of.map_or(device.span, |source| source.volts.span().unwrap_or(source.span));
            let path = build.path(fed.plus);
            let message = format!("the volts that feed `{name}` at `{path}` are not stated");
            Some(Finding::not_verified(&RULE, path, at, message))
        }
    }
}

/// Whether at least half of what may be fed is accepted.
fn inside(fed: Band<Volts>, accepts: Band<Volts>) -> bool {
    let width = fed.hi.0 - fed.lo.0;
    let overlap = fed.hi.0.min(accepts.hi.0) - fed.lo.0.max(accepts.lo.0);
    if width < 1e-9 { overlap > -1e-9 } else { overlap >= width / 2.0 }
}
