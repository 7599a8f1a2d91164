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
//! that one which passes may still be too short. Of a wire the slack of `[cutting]` counts as well. Wires and cables between two devices with a
//! place in one box are judged one by one. Those that meet at something without a place (a splice, a fuse holder, a socket on its leads, an
//! `inline` part) are judged together: such a chain reaches no farther than its pieces, so the shortest from one body to another must be as
//! long as the way between the two. *Not verified* where a length is `unstated`, where the `tolerance` of the positions decides, and where the
//! wires of a chain reach only if a part in it is long enough, whose size nobody states. What leads to something without a place that leads no
//! farther cannot be judged, nor can what has no length: `wireloom plan layout` lists them.
//!
//! ## Sources
//! A choice of ours: nothing is shorter than the straight line.

use analysis::layout::{Chain, Reach};
use model::wire::RunKind;
use model::{Build, DeviceId, RunId};
use source::{Finding, Rule, Severity, Span};

use super::{millimetres, name, span};
use crate::{Context, story};

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
    let chains = facts.layout.chains.iter().filter(|chain| chain.is_short() || chain.is_unsure());
    findings.extend(chains.map(|chain| together(context, chain)));
    for &run in &facts.layout.unmeasured {
        let path = build.run_path(run);
        let message = format!("whether `{path}` reaches is not known: its length is not stated");
        findings.push(Finding::not_verified(&RULE, path, at(build, run), message));
    }
    if let (true, Some(stand)) = (facts.layout.untraced, facts.layout.stands.first()) {
        let message = "whether every chain of wires reaches is not known: the counted work ran out";
        findings.push(Finding::not_verified(&RULE, name(context, stand), span(context, stand), message));
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

fn together(context: Context<'_>, chain: &Chain) -> Finding {
    let Context { build, facts } = context;
    let paths: Vec<String> = chain.runs.iter().map(|&run| build.run_path(run)).collect();
    let all = story::list(&paths, 4);
    let [a, b] = chain.ends.map(|end| &facts.layout.stands[end]);
    let ends = format!("from `{}` to `{}`", name(context, a), name(context, b));
    let (length, first) = (millimetres(chain.length), at(build, chain.runs[0]));
    let subject = paths[0].clone();
    let mut finding = if chain.is_short() {
        let least = millimetres(chain.least);
        let message = format!("{all} together are {length} long at most, and {ends} it is {least} at least");
        Finding::new(&RULE, subject, first, message)
    } else {
        let straight = millimetres(chain.straight);
        let message = format!(
            "whether {all} together reach is not known: they are {length} long, and {ends} it is {straight} as written"
        );
        let why = if chain.whole {
            "positions may be off by more than the difference".to_owned()
        } else {
            sizeless(context, chain)
        };
        Finding::not_verified(&RULE, subject, first, message).with_note(why)
    };
    for &run in &chain.runs[1..] {
        finding = finding.with_other(at(build, run), "and this");
    }
    finding.with_other(span(context, a), "from here").with_other(span(context, b), "to here")
}

/// What of a chain has no stated size.
fn sizeless(context: Context<'_>, chain: &Chain) -> String {
    let stated = |device: &&DeviceId| {
        let body = context.build.part_of(**device).body.as_ref();
        body.is_some_and(|body| [&body.length, &body.width, &body.height].iter().all(|side| side.known().is_some()))
    };
    let names = chain.through.iter().filter(|device| !stated(device));
    let names: Vec<String> = names.map(|device| context.build.device(*device).name.clone()).collect();
    format!("the size of {} is not stated", story::list(&names, 4))
}

fn at(build: &Build, run: RunId) -> Span {
    let run = build.run(run);
    match run.what {
        RunKind::Wire(wire) => build.attributes_of(build.wire(wire)).length.span().unwrap_or(run.span),
        _ => run.span,
    }
}
