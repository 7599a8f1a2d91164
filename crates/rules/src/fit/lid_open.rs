//! A lid that does not close over what stands below it.
//!
//! It bulges, or somebody presses it shut and a header or a solder point meets the lid, which is earthed.
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
//! ```toml wiring/layout.toml
//! [place.case]
//! psu = { x = "4 mm", y = "4 mm", length = "50 mm", width = "60 mm", height = "30 mm" }
//! lamp = { on = "psu", gap = "2 mm", length = "30 mm", width = "30 mm", height = "20 mm" }
//! ```
//! ```text
//! error[F003 lid-open]: the lid does not close over `lamp`: it is 6 mm too high
//!  --> wiring/layout.toml:3:1
//!   |
//! 2 | psu = { x = "4 mm", y = "4 mm", length = "50 mm", width = "60 mm", height...
//!   | --- below it
//! 3 | lamp = { on = "psu", gap = "2 mm", length = "30 mm", width = "30 mm", hei...
//!   | ^^^^
//!   |
//!   = note: from the floor: `psu` 30 mm, a gap of 2 mm, `lamp` 20 mm
//!   = note: `case` is 46 mm high inside
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
//! ```toml wiring/layout.toml
//! [place.case]
//! psu = { x = "4 mm", y = "4 mm", length = "50 mm", width = "60 mm", height = "30 mm" }
//! lamp = { on = "psu", gap = "2 mm", length = "30 mm", width = "30 mm", height = "10 mm" }
//! ```
//! ## Cases
//! Heights add up: what lies under a body (`gap`), the body or the case around it, and what stands on that. The error stands at the lowest one
//! of a stack that is too high. Heights with a range are an error if even the least does not fit, and *not verified* if only the most does
//! not; so is a body without a height, and a box whose `body` does not say its `inside` height (what is higher than its outside is an error).
//!
//! ## Sources
//! A choice of ours: heights add up without pressing anything together.

use analysis::layout::{Lid, Stand};
use source::{Finding, Rule, Severity};

use super::{millimetres, missing, name, span};
use crate::Context;

/// `F003`.
pub static RULE: Rule = Rule {
    code: "F003",
    name: "lid-open",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("lid_open.rs"),
};

pub(super) fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let layout = &context.facts.layout;
    for (number, room) in layout.rooms.iter().enumerate().filter(|(_, room)| room.lid.is_none()) {
        let under = |stand: &&Stand| stand.room == number;
        let open = layout.stands.iter().filter(under).any(|stand| matches!(layout.lid(stand), Lid::Open(_)));
        if let (Some(stand), false) = (layout.stands.iter().find(under), open) {
            let holder = context.build.device(room.device);
            let message =
                format!("whether the lid of `{}` closes is not known: its inside height is not stated", holder.name);
            let finding = Finding::not_verified(&RULE, holder.name.as_str(), span(context, stand), message);
            findings.push(finding.with_other(holder.span, "without an inside height"));
        }
    }
    for stand in &layout.stands {
        let lid = layout.lid(stand);
        // What stands below is told instead, if that alone is too much.
        let base = stand.on.map_or(Lid::Closes, |on| layout.lid(&layout.stands[on]));
        match (lid, base) {
            (Lid::Open(by), Lid::Closes | Lid::Unsure(_) | Lid::Unknown) => findings.push(open(context, stand, by)),
            (Lid::Unsure(by), Lid::Closes) => findings.push(unsure(context, stand, by)),
            (Lid::Unknown, _) => findings.extend(unknown(context, stand)),
            _ => {}
        }
    }
}

fn open(context: Context<'_>, stand: &Stand, by: i64) -> Finding {
    let one = name(context, stand);
    let message = format!("the lid does not close over `{one}`: it is {} too high", millimetres(by));
    sums(context, stand, Finding::new(&RULE, one, span(context, stand), message))
}

fn unsure(context: Context<'_>, stand: &Stand, by: i64) -> Finding {
    let one = name(context, stand);
    let message = format!("whether the lid closes over `{one}` is not known: it may be {} too high", millimetres(by));
    sums(context, stand, Finding::not_verified(&RULE, one, span(context, stand), message))
}

/// The stack from the floor up, and the room for it.
fn sums(context: Context<'_>, stand: &Stand, finding: Finding) -> Finding {
    let layout = &context.facts.layout;
    let mut pile = vec![stand];
    while let Some(on) = pile.last().and_then(|above| above.on) {
        pile.push(&layout.stands[on]);
    }
    let mut words: Vec<String> = Vec::new();
    for part in pile.iter().rev().filter(|part| part.top.is_some()) {
        let place = &context.build.places[part.place];
        if let Some(gap) = place.gap.known().filter(|gap| gap.hi.0 > 0.0) {
            words.push(format!("a gap of {gap}"));
        }
        if let Some(height) = place.size.height.known() {
            words.push(format!("`{}` {height}", name(context, part)));
        }
    }
    let room = &layout.rooms[stand.room];
    let holder = context.build.device(room.device).name.as_str();
    let height = room.lid.or(room.outer).map(|lid| millimetres(lid.typ.0)).unwrap_or_default();
    let what = if room.lid.is_some() { "inside" } else { "outside, as its inside is not stated" };
    let finding = pile.iter().skip(1).fold(finding, |told, below| told.with_other(span(context, below), "below it"));
    finding
        .with_note(format!("from the floor: {}", words.join(", ")))
        .with_note(format!("`{holder}` is {height} high {what}"))
}

fn unknown(context: Context<'_>, stand: &Stand) -> Option<Finding> {
    let room = &context.facts.layout.rooms[stand.room];
    let place = &context.build.places[stand.place];
    room.lid?;
    let gap = [("gap", &place.gap)].into_iter().filter(|(_, gap)| gap.is_unknown());
    let lacks = missing([("height", &place.size.height)].into_iter().chain(gap));
    if lacks.is_empty() {
        return None;
    }
    let one = name(context, stand);
    let message = format!("whether the lid closes over `{one}` is not known: without {lacks}");
    Some(Finding::not_verified(&RULE, one, place.span, message))
}
