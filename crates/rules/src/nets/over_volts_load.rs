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
use model::part::Mover;
use model::units::{Band, Number, Volts};
use model::{Device, DeviceId, Terminal};
use source::{Finding, Rule, Severity, Span};

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

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, .. } = context;
    let landed = nets::landed(build);
    let mut told = BTreeSet::new();
    for (id, device, part) in build.each_device() {
        for load in &part.loads {
            judge(
                context,
                (id, device),
                [&load.plus, &load.minus].map(|end| device.terminal(end[0])),
                load.volts,
                load.span,
                &mut told,
                findings,
            );
        }
        for from in part.sources.iter().filter_map(|source| source.from.as_ref()) {
            judge(
                context,
                (id, device),
                [&from.plus, &from.minus].map(|end| device.terminal(end[0])),
                from.volts,
                from.span,
                &mut told,
                findings,
            );
        }
        for (index, coil) in (0..).zip(&part.coils) {
            let (Some(plus), Some(minus), Some(rated)) = (&coil.plus, &coil.minus, coil.rated.known()) else {
                continue;
            };
            let moved = part.contacts.iter().filter(|contact| contact.by == Some(Mover::Coil(index)));
            if !moved
                .flat_map(|contact| std::iter::once(&contact.com).chain(nets::throws(contact)))
                .any(|end| landed.any(device.terminal(end[0])))
            {
                continue;
            }
            let bears = Band::of(f64::NEG_INFINITY, rated.typ.0, rated.hi.0 * COIL);
            let ends = [plus, minus].map(|end| device.terminal(end[0]));
            judge(context, (id, device), ends, Number::Is(bears, coil.span), coil.span, &mut told, findings);
        }
    }
}

fn judge(
    context: Context<'_>,
    (id, device): (DeviceId, &Device),
    [plus, minus]: [Terminal; 2],
    accepts: Number<Volts>,
    span: Span,
    told: &mut BTreeSet<(DeviceId, u32)>,
    findings: &mut Vec<Finding>,
) {
    let Context { build, facts } = context;
    let rest = &facts.rest;
    let between = facts.potentials.between(rest, plus, minus);
    let fights = || facts.potentials.fights(rest, plus) || facts.potentials.fights(rest, minus);
    let unsure = |what: String, at: Span| Finding::not_verified(&RULE, build.path(plus), at, what);
    let name = &device.name;
    let finding = match (between, accepts) {
        (Between::Dead | Between::Apart, _) | (_, Number::Absent) => return,
        _ if fights() => return,
        (_, Number::Unstated(at) | Number::Choice(at)) => {
            unsure(format!("the volts that `{name}` accepts at `{}` are unstated", build.path(plus)), at)
        }
        (Between::Unknown, _) => {
            let source = facts.potentials.at(rest, plus).and_then(|at| at.by);
            let at =
                source.map_or(device.span, |source| build.part_of(source.device).sources[source.index as usize].span);
            unsure(format!("the volts that feed `{name}` at `{}` are not stated", build.path(plus)), at)
        }
        (Between::Known(fed), Number::Is(accepts, at)) => {
            // Fed backwards is another rule's.
            if fed.hi.0 < 0.0 || inside(fed, accepts) {
                return;
            }
            let wires = story::WiresAt::new(build);
            let wire = wires.first_on(rest, plus);
            let place = wire.map_or(device.span, |(wire, _)| build.wire(wire).span);
            let range = if accepts.lo.0.is_finite() {
                format!("accepts {accepts}")
            } else {
                format!("bears at most {}", accepts.hi)
            };
            let message = format!("`{name}` is fed {fed} at `{}`, and {range}", build.path(plus));
            Finding::new(&RULE, build.path(plus), place, message).with_other(at, "what it accepts")
        }
    };
    let _ = span;
    if told.insert((id, rest.net(plus).0)) {
        findings.push(finding);
    }
}

/// Whether at least half of what may be fed is accepted.
fn inside(fed: Band<Volts>, accepts: Band<Volts>) -> bool {
    let width = fed.hi.0 - fed.lo.0;
    let overlap = fed.hi.0.min(accepts.hi.0) - fed.lo.0.max(accepts.lo.0);
    if width < 1e-9 { overlap > -1e-9 } else { overlap >= width / 2.0 }
}
