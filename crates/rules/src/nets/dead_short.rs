//! Two potentials that differ meet.
//!
//! Plus meets minus, or 12 V meets 5 V, or mains meets low voltage: the current is bounded by copper alone. At best a
//! supply trips; at worst a wire glows, or everything on the lower rail dies of the higher one.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> lamp.plus",
//!   "lamp.minus -> psu.minus",
//!   "psu.plus -- psu.minus",
//! ]
//! ```
//! ```text
//! error[N001 dead-short]: `out` of `psu` (5 V) is shorted: `psu.plus` meets `psu.minus`
//!  --> wiring/wires.toml:6:4
//!   |
//! 6 |   "psu.plus -- psu.minus",
//!   |    ^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: the way round: psu.plus → psu.minus
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
//! Judged with every coil and lever at rest and every jumper as set. Line or neutral on an earth contact counts too.
//! Two supplies of like volts are told by `paralleled-supplies`.
//!
//! ## Sources
//! Kirchhoff's voltage law: around a loop of ideal sources the volts must add up to nothing.

use analysis::potentials::{Conflict, Fight, SourceRef};
use source::{Finding, Rule, Severity};

use super::sides;
use crate::{Context, story};

/// `N001`.
pub static RULE: Rule = Rule {
    code: "N001",
    name: "dead-short",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("dead_short.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let short: Vec<&Conflict> =
        facts.potentials.conflicts.iter().filter(|conflict| conflict.kind != Fight::Parallel).collect();
    if short.is_empty() {
        return;
    }
    let sides = sides::sides(build);
    let mut told = std::collections::BTreeSet::new();
    for conflict in short {
        let hops = facts.rest.path(conflict.from, conflict.to).unwrap_or_default();
        let culprit = sides.culprit(build, &hops);
        if !told.insert((culprit, culprit.is_none().then_some((conflict.a, conflict.b)))) {
            continue;
        }
        let plug = hops.iter().rev().find(|hop| matches!(hop.by, analysis::nets::Link::Mate(_)));
        let (subject, span) = match (culprit, plug) {
            (Some(wire), _) => (story::run_path(build, wire), build.wire(wire).span),
            (None, Some(hop)) => (build.path(hop.from), analysis::nets::link_span(build, hop.by)),
            (None, None) => (build.path(conflict.from), build.device(conflict.a.device).span),
        };
        let message = match conflict.kind {
            Fight::Mains => format!(
                "mains and low voltage meet: {} and {}",
                end(context, conflict, true),
                end(context, conflict, false)
            ),
            _ if conflict.a == conflict.b => {
                format!(
                    "{} is shorted: `{}` meets `{}`",
                    name(context, conflict.a),
                    build.path(conflict.from),
                    build.path(conflict.to)
                )
            }
            _ => format!("{} meets {}", end(context, conflict, true), end(context, conflict, false)),
        };
        let finding = Finding::new(&RULE, subject, span, message);
        findings.push(story::told(build, finding, &hops, "the way round: "));
    }
}

/// ``12 V of `psu` (12v)``.
pub fn name(Context { build, .. }: Context<'_>, source: SourceRef) -> String {
    let of = &build.part_of(source.device).sources[source.index as usize];
    let volts = of.volts.known().map_or_else(String::new, |volts| format!(" ({})", volts.typ));
    format!("`{}` of `{}`{volts}", of.name, build.device(source.device).name)
}

fn end(context: Context<'_>, conflict: &Conflict, first: bool) -> String {
    let (source, at) = if first { (conflict.a, conflict.from) } else { (conflict.b, conflict.to) };
    format!("{} at `{}`", name(context, source), context.build.path(at))
}
