//! The facts of a run: a wire, a cable, a plug.

use analysis::nets::Hop;
use model::units::{Number, Unit};
use model::wire::{RunKind, Wire};
use model::{Build, RunId};

use super::device::switching;
use super::net::carries;
use super::part::{MOST, findings, place, price, step_name};
use super::sheet::Sheet;
use crate::{View, bom_csv, wires_csv};

/// A wire, cable or plug.
pub(super) fn run(view: View<'_>, id: RunId) -> String {
    let build = view.build;
    let run = build.run(id);
    let name = format!("{} {}", build.tag(id), build.run_path(id));
    let mut sheet = match &run.what {
        RunKind::Cable(device, from, to) => {
            let ends = [from, to].map(|mate| {
                let far = usize::from(mate.ends[0].0 == *device);
                wires_csv::end(view, mate, far)
            });
            let mut sheet = Sheet::new(&format!("{name}: cable from {} to {}", ends[0], ends[1]));
            let part = build.device(*device).part;
            sheet.say("part", &format!("{}: {}", build.part(part).id, build.part(part).name));
            sheet.say("price", &price(view, part));
            sheet
        }
        RunKind::Plug(mate) => {
            let mut sheet = Sheet::new(&format!(
                "{name}: {} plugged into {}",
                wires_csv::end(view, mate, 0),
                wires_csv::end(view, mate, 1)
            ));
            let pins = mate.pairs.len();
            sheet.say("meets", &format!("{pins} {}", if pins == 1 { "pin" } else { "pins" }));
            sheet
        }
        RunKind::Wire(_) | RunKind::Inline(..) => {
            let wires = wires(build, id);
            let (from, to) = (wires[0].ends[0], wires[wires.len() - 1].ends[1]);
            let arrow = if run.directed { "from" } else { "between" };
            let and = if run.directed { "to" } else { "and" };
            let mut sheet =
                Sheet::new(&format!("{name}: wire {arrow} {} {and} {}", build.shown(from), build.shown(to)));
            if let RunKind::Inline(_, device, _) = &run.what {
                sheet.say("inline", &format!("{}: {}", build.part_of(*device).id, build.part_of(*device).name));
            }
            sheet.say("made of", &made_of(build, wires[0]));
            carries(view, from, &mut sheet);
            sheet.say("protected", &protected(view, id));
            let through =
                |hop: &Hop| wires.iter().any(|wire| wire.ends.contains(&hop.from) && wire.ends.contains(&hop.to));
            let cut = view.facts.outlets.iter().filter(|outlet| outlet.path.iter().any(through));
            sheet.list("relay", cut.map(|outlet| switching(view, outlet)), MOST);
            let length = wires
                .iter()
                .filter_map(|wire| build.attributes_of(wire).length.known())
                .map(|band| band.typ.base())
                .sum();
            sheet.say("price", &wire_price(view, wires[0], length));
            sheet
        }
    };
    sheet.say("step", &installed(view, id));
    sheet.say("why", build.bundle(run.bundle).note.as_deref().unwrap_or_default());
    sheet.say("written at", &place(view, run.span));
    findings(view, &build.run_path(id), &mut sheet);
    sheet.text()
}

fn made_of(build: &Build, wire: &Wire) -> String {
    let attributes = build.attributes_of(wire);
    let mut words = Vec::new();
    words.push(match attributes.gauge {
        Number::Is(band, _) => format!("{} AWG", band.typ.base()),
        _ => "gauge not known".to_owned(),
    });
    words.extend(attributes.colour.as_ref().map(|colour| colour.value.clone()));
    words.push(match attributes.length {
        Number::Is(band, _) => format!("{:.0} mm", band.typ.base() * 1000.0),
        _ => "length not known".to_owned(),
    });
    match &attributes.stock {
        Some((part, _)) => words.push(format!("cut from {}", build.part(*part).id)),
        None if attributes.own => words.push("came with its device".to_owned()),
        None => {}
    }
    for (part, end) in attributes.ends.iter().zip(["first", "last"]) {
        words.extend(part.map(|part| format!("{} at its {end} end", build.part(part).id)));
    }
    words.join(", ")
}

/// What bounds the current of a wire that stands on the plus side of a source.
fn protected(view: View<'_>, run: RunId) -> String {
    let build = view.build;
    let (first, last) = match &build.run(run).what {
        RunKind::Wire(wire) => (*wire, *wire),
        RunKind::Inline(first, _, last) => (*first, *last),
        RunKind::Cable(..) | RunKind::Plug(_) => return String::new(),
    };
    let protection = &view.facts.protection;
    let Some(branch) = protection.of(first).or(protection.of(last)) else { return String::new() };
    let may = branch.ampacity.map_or_else(String::new, |most| format!("; the wire may carry {most}"));
    match (branch.fuse, branch.limited) {
        (Some((device, _)), _) => {
            let passes = branch.passes.map_or_else(|| "of unknown rating".to_owned(), |most| format!("at {most}"));
            format!("{} blows {passes}{may}", build.device(device).name)
        }
        (None, true) => format!("its source, a resistor or its own shortness bounds the current{may}"),
        (None, false) => format!("by nothing{may}"),
    }
}

fn wire_price(view: View<'_>, wire: &Wire, metres: f64) -> String {
    let Some((part, _)) = view.build.attributes_of(wire).stock else {
        return String::new();
    };
    let whole = price(view, part);
    let stock = view.build.part(part).stock.as_ref();
    let spool = stock.filter(|stock| !stock.lead).and_then(|stock| stock.length.known());
    let offer = bom_csv::offer(view.build.part(part)).and_then(|offer| offer.price.as_ref());
    match (spool, offer) {
        (Some(spool), Some((money, _))) if metres > 0.0 && spool.typ.base() > 0.0 => {
            let amount: f64 = money.amount.try_into().unwrap_or(f64::NAN);
            format!("{:.2} {} of a spool: {whole}", amount * metres / spool.typ.base(), money.currency)
        }
        _ => whole,
    }
}

fn installed(view: View<'_>, run: RunId) -> String {
    let steps = view.facts.assembly.installs(run);
    let names: Vec<String> =
        steps.iter().filter(|&&step| step < view.build.steps.len()).map(|&step| step_name(view, step)).collect();
    names.join("; ")
}

/// The wires of a run: none for cables and plugs.
pub(super) fn wires(build: &Build, run: RunId) -> Vec<&Wire> {
    match &build.run(run).what {
        RunKind::Wire(wire) => vec![build.wire(*wire)],
        RunKind::Inline(first, _, second) => vec![build.wire(*first), build.wire(*second)],
        RunKind::Cable(..) | RunKind::Plug(_) => Vec::new(),
    }
}
