//! A body that is not inside its box, or is larger than it.
//!
//! It goes through a wall, or stands on it.
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
//! lamp = { x = "56 mm", y = "80 mm", length = "30 mm", width = "30 mm", height = "30 mm" }
//! ```
//! ```text
//! error[F002 body-outside]: `lamp` reaches 12 mm out of `case`
//!  --> wiring/layout.toml:3:1
//!   |
//! 3 | lamp = { x = "56 mm", y = "80 mm", length = "30 mm", width = "30 mm", hei...
//!   | ^^^^
//!   |
//!   = note: `case` is 96 mm deep and 96 mm wide inside
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
//! lamp = { x = "56 mm", y = "60 mm", length = "30 mm", width = "30 mm", height = "30 mm" }
//! ```
//! ## Cases
//! The room is `inside` of the box's `body`, in the middle of its outer measures; without it the outer measures count, which are certainly too
//! large. A body that is longer or wider than the room however it is turned is one, wherever it stands. *Not verified* where a position or
//! a size of what has a place is missing, and where only the `tolerance` of a position decides.
//!
//! ## Sources
//! A choice of ours: bodies are upright boxes, and walls are equally thick on both sides.

use std::collections::BTreeSet;

use analysis::layout::{Outside, Stand};
use source::{Finding, Rule, Severity};

use super::{millimetres, missing, name, span};
use crate::Context;

/// `F002`.
pub static RULE: Rule = Rule {
    code: "F002",
    name: "body-outside",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("body_outside.rs"),
};

pub(super) fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let layout = &facts.layout;
    findings.extend(layout.outside.iter().map(|outside| told(context, outside)));
    for (number, room) in layout.rooms.iter().enumerate().filter(|(_, room)| room.floor.is_none()) {
        let Some(stand) = layout.stands.iter().find(|stand| stand.room == number) else { continue };
        let holder = build.device(room.device);
        let message =
            format!("whether anything fits in `{0}` is not known: the size of `{0}` is not stated", holder.name);
        let finding = Finding::not_verified(&RULE, holder.name.as_str(), span(context, stand), message);
        findings.push(finding.with_other(holder.span, "without length or width"));
    }
    let told: BTreeSet<usize> = layout.outside.iter().map(|outside| outside.stand).collect();
    for (number, stand) in layout.stands.iter().enumerate() {
        if stand.floor.is_none() && !told.contains(&number) {
            findings.extend(unknown(context, stand));
        }
    }
}

fn told(context: Context<'_>, outside: &Outside) -> Finding {
    let layout = &context.facts.layout;
    let stand = &layout.stands[outside.stand];
    let room = &layout.rooms[stand.room];
    let (one, holder) = (name(context, stand), context.build.device(room.device).name.as_str());
    let by = millimetres(outside.by);
    let at = span(context, stand);
    let finding = match (outside.larger, outside.sure) {
        (true, _) => {
            Finding::new(&RULE, one, at, format!("`{one}` is {by} larger than `{holder}`, however it is turned"))
        }
        (false, true) => Finding::new(&RULE, one, at, format!("`{one}` reaches {by} out of `{holder}`")),
        (false, false) => {
            let message = format!("whether `{one}` is inside `{holder}` is not known: it reaches {by} out as written");
            Finding::not_verified(&RULE, one, at, message).with_note("its position may be off by more than that")
        }
    };
    let Some([(x, to_x), (y, to_y)]) = room.floor else { return finding };
    let what = if room.is_inside { "inside" } else { "outside, as its inside is not stated" };
    let room = format!("{} deep and {} wide {what}", millimetres(to_x - x), millimetres(to_y - y));
    finding.with_note(format!("`{holder}` is {room}"))
}

/// What has a line and no rectangle; what stands somewhere on another body needs none.
fn unknown(context: Context<'_>, stand: &Stand) -> Option<Finding> {
    let place = &context.build.places[stand.place];
    let free = place.on.is_some() && place.x.is_absent() && place.y.is_absent();
    let position = [("x", &place.x), ("y", &place.y)].into_iter().filter(|_| !free);
    let lacks = missing(position.chain([("length", &place.size.length), ("width", &place.size.width)]));
    if lacks.is_empty() || free {
        return None;
    }
    let one = name(context, stand);
    let message = format!("where `{one}` stands is not known: without {lacks}");
    Some(Finding::not_verified(&RULE, one, place.span, message))
}
