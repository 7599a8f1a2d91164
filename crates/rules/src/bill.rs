//! Rules of the bill (family B): what is bought against what is used, prices, claims, lengths.

mod claim_differs;
mod cut_differs;
mod never_used;
mod no_rate;
mod not_bought;
mod price_old;
mod price_unknown;
mod stock_short;
mod too_few;

use analysis::purchase::Need;
use model::units::Metres;
use model::{Build, PartId};
use source::{Finding, Span};

use crate::Check;

/// Every rule of the family, in the order of their codes.
pub const CHECKS: &[Check] = &[
    Check { rule: &not_bought::RULE, run: not_bought::run },
    Check { rule: &never_used::RULE, run: never_used::run },
    Check { rule: &too_few::RULE, run: too_few::run },
    Check { rule: &price_unknown::RULE, run: price_unknown::run },
    Check { rule: &price_old::RULE, run: price_old::run },
    Check { rule: &claim_differs::RULE, run: claim_differs::run },
    Check { rule: &cut_differs::RULE, run: cut_differs::run },
    Check { rule: &stock_short::RULE, run: stock_short::run },
    Check { rule: &no_rate::RULE, run: no_rate::run },
];

/// Things that one note lists.
const MOST_LISTED: usize = 12;

/// Where a part is first used: a device, what rides along, a setting, a wire, a step; else its own file.
fn place(build: &Build, part: PartId) -> Option<Span> {
    use model::device::Choice;
    let of_device = |device: &model::Device| {
        let rider = device.with.iter().find(|(rider, _)| *rider == part).map(|&(_, span)| span);
        let insert = device.choices.values().find_map(|choice| match choice {
            Choice::Part(insert, span) if *insert == part => Some(*span),
            _ => None,
        });
        (device.part == part).then_some(device.span).or(rider).or(insert)
    };
    let of_wire = |wire: &model::Wire| {
        let attributes = build.attributes_of(wire);
        let stock = attributes.stock.filter(|(stock, _)| *stock == part).map(|(_, span)| span);
        stock.or_else(|| attributes.ends.contains(&Some(part)).then_some(wire.span))
    };
    let of_step = |step: &model::guide::Step| step.uses.iter().find(|(used, _)| *used == part).map(|&(_, span)| span);
    build
        .devices
        .iter()
        .find_map(of_device)
        .or_else(|| build.wires.iter().find_map(of_wire))
        .or_else(|| build.steps.iter().find_map(of_step))
        .or(build.part(part).span)
}

/// `1 piece`, `3 pieces`, `1.2 m`.
fn amount(need: &Need) -> String {
    match (need.metres, need.pieces) {
        (Some((metres, _)), _) => Metres(metres).to_string(),
        (None, 1) => "1 piece".to_owned(),
        (None, pieces) => format!("{pieces} pieces"),
    }
}

/// `1 is`, `3 are`.
fn are(count: u32) -> String {
    if count == 1 { "1 is".to_owned() } else { format!("{count} are") }
}

/// `1 length`, `3 lengths`.
fn lengths(count: u32) -> String {
    if count == 1 { "1 length".to_owned() } else { format!("{count} lengths") }
}

/// `1 has`, `3 have`.
fn have(count: u32) -> String {
    if count == 1 { "1 has".to_owned() } else { format!("{count} have") }
}

/// A note that says what needs it.
fn reasons(finding: Finding, need: &Need) -> Finding {
    if need.because.is_empty() {
        return finding;
    }
    let mut because: Vec<&str> = need.because.iter().map(String::as_str).take(MOST_LISTED).collect();
    if need.because.len() > MOST_LISTED {
        because.push("…");
    }
    finding.with_note(format!("used by: {}", because.join(", ")))
}

/// Part ids, as one note.
fn listed(build: &Build, parts: impl Iterator<Item = PartId>) -> String {
    let all: Vec<&str> = parts.map(|part| build.part(part).id.as_str()).collect();
    all.join(", ")
}
