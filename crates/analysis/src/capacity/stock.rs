//! Pieces that one more takes, against what the bill has bought beyond the need.

use std::collections::BTreeMap;

use model::device::{Choice, Origin};
use model::part::PartId;
use model::units::Number;
use model::wire::{RunKind, Wire};

use super::places::Places;
use super::{Capacity, Ground, Mark, Rung, Slice, Sum};
use crate::purchase::cut;

/// What one more takes of each part: pieces, metres off a spool.
pub(super) type Takes = BTreeMap<PartId, (u32, f64)>;

/// Counts what one more takes.
pub(super) fn takes(ground: &Ground<'_>, slice: &Slice, places: &Places, unknown: &mut Vec<String>) -> Takes {
    let build = ground.build;
    let mut takes = Takes::new();
    for &id in &slice.devices {
        let device = build.device(id);
        let mut piece = |part: PartId| takes.entry(part).or_default().0 += 1;
        let bought = matches!(device.origin, Origin::Bought | Origin::Cable | Origin::Inline);
        if bought && !build.part(device.part).consumable {
            piece(device.part);
        }
        device.with.iter().for_each(|(rider, _)| piece(*rider));
        for choice in device.choices.values() {
            if let Choice::Part(insert, _) = choice {
                piece(*insert);
            }
        }
    }
    let worked = places.worked.iter().flat_map(|worked| worked.like.first().copied().flatten());
    let control = worked.map(|like| (build.wire(like.wire), build.wire(like.wire)));
    let of_run = |run: &model::RunId| match build.run(*run).what {
        RunKind::Wire(wire) => Some((build.wire(wire), build.wire(wire))),
        RunKind::Inline(first, _, last) => Some((build.wire(first), build.wire(last))),
        RunKind::Cable(..) | RunKind::Plug(_) => None,
    };
    let wires: Vec<(&Wire, &Wire)> = slice.runs.iter().filter_map(of_run).chain(control).collect();
    for (first, last) in wires {
        let crimped = [build.attributes_of(first).ends[0], build.attributes_of(last).ends[1]];
        for end in crimped.into_iter().flatten() {
            takes.entry(end).or_default().0 += 1;
        }
        let halves = if first.ends == last.ends { vec![first] } else { vec![first, last] };
        for (at, wire) in halves.into_iter().enumerate() {
            let attributes = build.attributes_of(wire);
            let Some((stock, _)) = attributes.stock.filter(|_| !attributes.own) else { continue };
            let take = takes.entry(stock).or_default();
            if build.part(stock).stock.as_ref().is_some_and(|stock| stock.lead) {
                take.0 += u32::from(at == 0);
                continue;
            }
            match attributes.length {
                Number::Is(length, _) => take.1 += cut(build, length.hi.0),
                _ => unknown.push(format!("the length of wires of `{}`", build.part(stock).id)),
            }
        }
    }
    takes
}

/// A rung for each part on the bill; none where there is no bill.
pub(super) fn rungs(ground: &Ground<'_>, slice: &Slice, places: &Places, capacity: &mut Capacity) {
    let build = ground.build;
    if build.lines.is_empty() {
        return;
    }
    for (id, (pieces, metres)) in takes(ground, slice, places, &mut capacity.unknown) {
        let part = build.part(id);
        let Some(need) = ground.purchase.needs.iter().find(|need| need.part == id) else { continue };
        let sum = |used: f64, limit: f64, need: f64, unit| Sum { used, limit, need, unit, scenario: None };
        let name = part.name.clone();
        if pieces > 0 {
            let sum = sum(f64::from(need.pieces), f64::from(need.bought), f64::from(pieces), "");
            capacity.rungs.push(Rung::new(name, Mark::Buy, sum));
        } else if metres > 0.0 {
            match need.metres {
                Some((used, Some(bought))) => {
                    capacity.rungs.push(Rung::new(name, Mark::Buy, sum(used, bought, metres, "m")));
                }
                _ => capacity.unknown.push(format!("how much `{}` is on the spool", part.id)),
            }
        }
    }
}
