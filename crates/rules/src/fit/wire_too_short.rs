//! A wire or cable that is shorter than the straight way between what it joins.
//!
//! It is cut, and then thrown away; or a board moves to where nobody planned it.
//!
//! ## Example
//! ```toml bom/parts/case.toml
//! name = "Case"
//! kind = "chassis"
//! body = { length = "100 mm", width = "100 mm", height = "50 mm", inside = { length = "96 mm", width = "96 mm", height = "46 mm" } }
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! case = { part = "case" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "30 mm"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```toml wiring/layout.toml
//! [place.case]
//! psu = { x = "4 mm", y = "4 mm", length = "20 mm", width = "60 mm", height = "30 mm" }
//! lamp = { x = "64 mm", y = "20 mm", length = "30 mm", width = "30 mm", height = "30 mm" }
//! ```
//! ```text
//! error[F004 wire-too-short]: `feed/1` is 30 mm long at most, and from `psu` to `lamp` it is 40 mm at least
//!  --> wiring/wires.toml:3:11
//!   |
//! 3 | length = "30 mm"
//!   |           ^^^^^
//!   |
//!  ::: wiring/layout.toml:2:1
//!   |
//! 2 | psu = { x = "4 mm", y = "4 mm", length = "20 mm", width = "60 mm", height...
//!   | --- from here
//! 3 | lamp = { x = "64 mm", y = "20 mm", length = "30 mm", width = "30 mm", hei...
//!   | ---- to here
//!
//! error[F004 wire-too-short]: `feed/2` is 30 mm long at most, and from `lamp` to `psu` it is 40 mm at least
//!  --> wiring/wires.toml:3:11
//!   |
//! 3 | length = "30 mm"
//!   |           ^^^^^
//!   |
//!  ::: wiring/layout.toml:2:1
//!   |
//! 2 | psu = { x = "4 mm", y = "4 mm", length = "20 mm", width = "60 mm", height...
//!   | --- to here
//! 3 | lamp = { x = "64 mm", y = "20 mm", length = "30 mm", width = "30 mm", hei...
//!   | ---- from here
//! ```
//! ## Instead
//! ```toml bom/parts/case.toml
//! name = "Case"
//! kind = "chassis"
//! body = { length = "100 mm", width = "100 mm", height = "50 mm", inside = { length = "96 mm", width = "96 mm", height = "46 mm" } }
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! case = { part = "case" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```toml wiring/layout.toml
//! [place.case]
//! psu = { x = "4 mm", y = "4 mm", length = "20 mm", width = "60 mm", height = "30 mm" }
//! lamp = { x = "64 mm", y = "20 mm", length = "30 mm", width = "30 mm", height = "30 mm" }
//! ```
//! ## Cases
//! The way is straight, between the nearest points of the two bodies, in the plan alone; a real wire goes around things and up and down, so
//! that one which passes may still be too short. Of a wire the slack of `[cutting]` counts as well. Only wires and cables between two devices
//! with a place in one box are judged. *Not verified* where a length is `unstated`, and where the `tolerance` of the positions decides.
//!
//! ## Sources
//! A choice of ours: nothing is shorter than the straight line.

use analysis::layout::Reach;
use model::wire::RunKind;
use model::{Build, RunId};
use source::{Finding, Rule, Severity, Span};

use super::{millimetres, name, span};
use crate::Context;

/// `F004`.
pub static RULE: Rule = Rule {
    code: "F004",
    name: "wire-too-short",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("wire_too_short.rs"),
};

pub(super) fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    for reach in &facts.layout.reaches {
        if reach.is_short() || reach.is_unsure() {
            findings.push(told(context, reach));
        }
    }
    for &run in &facts.layout.unmeasured {
        let path = build.run_path(run);
        let message = format!("whether `{path}` reaches is not known: its length is not stated");
        findings.push(Finding::not_verified(&RULE, path, at(build, run), message));
    }
}

fn told(context: Context<'_>, reach: &Reach) -> Finding {
    let path = context.build.run_path(reach.run);
    let [a, b] = reach.ends.map(|end| &context.facts.layout.stands[end]);
    let ends = format!("from `{}` to `{}`", name(context, a), name(context, b));
    let length = millimetres(reach.length.hi.0);
    let finding = match reach.is_short() {
        true => {
            let least = millimetres(reach.least);
            let message = format!("`{path}` is {length} long at most, and {ends} it is {least} at least");
            Finding::new(&RULE, path, at(context.build, reach.run), message)
        }
        false => {
            let straight = millimetres(reach.straight);
            let message = format!(
                "whether `{path}` reaches is not known: it is {length} long, and {ends} it is {straight} as written"
            );
            Finding::not_verified(&RULE, path, at(context.build, reach.run), message)
                .with_note("positions may be off by more than the difference")
        }
    };
    finding.with_other(span(context, a), "from here").with_other(span(context, b), "to here")
}

fn at(build: &Build, run: RunId) -> Span {
    let run = build.run(run);
    match run.what {
        RunKind::Wire(wire) => build.attributes_of(build.wire(wire)).length.span().unwrap_or(run.span),
        _ => run.span,
    }
}
