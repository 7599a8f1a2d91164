//! A build as rows by aspect: a key that stays when lines move, and what it says.

use analysis::bill::{Bill, Line, compute, each};
use model::device::Origin;
use model::wire::{Mate, RunKind};
use model::{BundleKind, WireId};

use crate::bom::{self, metres};
use crate::wires_csv::end;
use crate::{View, summary};

/// One row.
pub struct Row {
    pub key: String,
    pub says: String,
}

fn row(key: impl Into<String>, says: impl Into<String>) -> Row {
    Row { key: key.into(), says: says.into() }
}

/// The same aspects in the same order for every build.
pub fn aspects(view: View<'_>) -> Vec<(&'static str, Vec<Row>)> {
    let bill = compute(view.build, &view.facts.purchase, 1);
    vec![
        ("parts", parts(view, &bill)),
        ("devices", devices(view)),
        ("wires", wires(view)),
        ("gpio", gpio(view)),
        ("money", money(view, &bill)),
        ("power", power(view)),
        ("room", room(view)),
    ]
}

/// What is needed and bought of each part, and what it costs.
fn parts(view: View<'_>, bill: &Bill) -> Vec<Row> {
    let build = view.build;
    let line = |line: &Line| {
        let part = build.part(line.part);
        let need = match line.metres {
            Some(long) => metres(long),
            None => format!("{} needed", line.pieces),
        };
        let cost = line.cost.as_ref().map_or_else(|| "price unknown".to_owned(), ToString::to_string);
        row(part.id.as_str(), format!("{}: {need}, {} bought, {cost}", part.name, line.bought))
    };
    bill.lines.iter().map(line).collect()
}

/// Which device is of which part, with what rides along and how it is set.
fn devices(view: View<'_>) -> Vec<Row> {
    let build = view.build;
    let written = build.each_device().filter(|(_, device, _)| !matches!(device.origin, Origin::Cable | Origin::Inline));
    let one = |(_, device, part): (_, &model::Device, &model::Part)| {
        let mut says = part.id.clone();
        for (rider, _) in &device.with {
            says.push_str(&format!(" with {}", build.part(*rider).id));
        }
        for (lever, (position, _)) in &device.positions {
            let lever = part.levers.get(*lever as usize).map_or("?", |lever| lever.name.as_str());
            says.push_str(&format!(", {lever} = {position}"));
        }
        for (name, choice) in &device.choices {
            let choice = match choice {
                model::device::Choice::Part(part, _) => build.part(*part).id.clone(),
                model::device::Choice::Quantity(quantity) => format!("{} to {}", quantity.lo, quantity.hi),
            };
            says.push_str(&format!(", {name} = {choice}"));
        }
        row(device.name.as_str(), says)
    };
    written.map(one).collect()
}

/// What is joined to what, by which wire, cable or plug.
fn wires(view: View<'_>) -> Vec<Row> {
    let build = view.build;
    let wire = |id: WireId| {
        let wire = build.wire(id);
        let attributes = build.attributes_of(wire);
        let mut says = Vec::new();
        if let Some((stock, _)) = attributes.stock {
            says.push(build.part(stock).id.clone());
        }
        says.extend(attributes.colour.as_ref().map(|colour| colour.value.clone()));
        says.extend(attributes.gauge.known().map(|gauge| gauge.typ.to_string()));
        says.extend(attributes.length.known().map(|length| length.typ.to_string()));
        let mut ends = wire.ends.map(|end| build.shown(end));
        ends.sort();
        let says = if says.is_empty() { "a wire".to_owned() } else { says.join(", ") };
        row(ends.join(" – "), says)
    };
    let far = |mates: [&Mate; 2], cable| {
        let mut ends = mates.map(|mate| {
            let nth = mate.ends.iter().position(|&(device, _)| device != cable).unwrap_or(0);
            end(view, mate, nth)
        });
        ends.sort();
        ends.join(" – ")
    };
    let mut rows = Vec::new();
    for run in &build.runs {
        debug_assert!(build.bundle(run.bundle).kind != BundleKind::Plug || matches!(run.what, RunKind::Plug(_)));
        match &run.what {
            RunKind::Wire(id) => rows.push(wire(*id)),
            RunKind::Inline(first, device, last) => {
                let (from, to) = (build.wire(*first).ends[0], build.wire(*last).ends[1]);
                let mut ends = [from, to].map(|end| build.shown(end));
                ends.sort();
                let says = wire(*first).says;
                rows.push(row(ends.join(" – "), format!("{says}, through {}", build.part_of(*device).id)));
            }
            RunKind::Cable(device, from, to) => {
                rows.push(row(far([from, to], *device), format!("cable {}", build.part_of(*device).id)));
            }
            RunKind::Plug(mate) => {
                rows.push(row(format!("{} – {}", end(view, mate, 0), end(view, mate, 1)), "plugged"));
            }
        }
    }
    rows
}

/// What each line drives, how pins start, and the firmware's lines.
fn gpio(view: View<'_>) -> Vec<Row> {
    let build = view.build;
    let mut rows = Vec::new();
    for drive in &view.facts.drives.all {
        let (device, input) = drive.input;
        let input = build.part_of(device).inputs.get(input as usize).map_or("?", |input| input.name.as_str());
        for &(controller, line) in &drive.lines {
            let line = build.part_of(controller).lines.get(line as usize).map_or("?", |line| line.name.as_str());
            let says = format!("drives {}.{input}", build.device(device).name);
            let line = line
                .strip_prefix("gpio[")
                .map_or(line.to_owned(), |number| format!("GPIO{}", number.trim_end_matches(']')));
            rows.push(row(format!("{} {line}", build.device(controller).name), says));
        }
    }
    for gpio in &build.gpio {
        let device = &build.device(gpio.device).name;
        for (pin, of) in &gpio.uses {
            let start = of.start.as_ref().map(|start| format!("starts {}", start.value));
            let function = of.function.as_ref().map(|function| format!("is {}", function.value));
            let says: Vec<String> = start.into_iter().chain(function).collect();
            rows.push(row(format!("{device} GPIO{pin} at the start"), says.join(", ")));
        }
        for line in &gpio.firmware {
            rows.push(row(format!("{device} `{}`", line.value), "in its firmware's file"));
        }
    }
    rows
}

fn money(view: View<'_>, bill: &Bill) -> Vec<Row> {
    let mut rows = vec![
        row("the bill", bom::total(&bill.total)),
        row("what is needed, bought the cheapest way", bom::at_least(&bill.cheapest)),
    ];
    rows.extend(
        each(view.build, &bill.total, 1).into_iter().map(|one| row(format!("a {}", one.what), one.cost.to_string())),
    );
    rows
}

fn power(view: View<'_>) -> Vec<Row> {
    let feeds = view.facts.budget.feeds.iter().map(|load| {
        let feed = &view.build.feeds[load.feed];
        row(format!("{}, {}", feed.name, summary::scenario(view, load)), summary::drawn(load))
    });
    feeds.collect()
}

fn room(view: View<'_>) -> Vec<Row> {
    let capacity = &view.facts.capacity;
    let more = capacity.more.map_or_else(|| "unknown".to_owned(), |more| more.to_string());
    let mut rows = vec![row("more computers", more)];
    rows.extend(capacity.binds().into_iter().map(|(what, left)| row(what, format!("{left} more"))));
    rows
}
