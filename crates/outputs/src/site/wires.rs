//! The cut list and the labels.

use std::collections::BTreeMap;

use askama::Template;
use model::wire::{Attributes, RunKind, Wire};
use model::{PartId, RunId, WireId};

use super::Site;
use super::colour::paint;
use super::shell::{self, Page, Shell};
use super::text::length;

/// A row of a from-to table.
pub struct Row {
    /// `#07`.
    pub tag: String,
    /// Its net on the wiring page; empty for cables.
    pub net: String,
    /// From, as people read it.
    pub from: String,
    /// To.
    pub to: String,
    /// Words of its colour.
    pub colour: String,
    /// Swatch: ground, stripe or ground again.
    pub swatch: (&'static str, &'static str),
    /// Gauge.
    pub gauge: String,
    /// Length.
    pub length: String,
    /// What is crimped on: from, to.
    pub ends: [String; 2],
    /// What it is, for cables and plugs.
    pub what: String,
    /// Steps that handle it: number, address.
    pub steps: Vec<(usize, String)>,
    /// What a step does with it; empty outside a step.
    pub done: String,
}

/// What is cut from one stock.
pub struct Stock {
    /// Name, or where it came with.
    pub title: String,
    /// `2.4 m in 9 pieces, of 7.6 m bought`.
    pub sum: String,
    /// Rows.
    pub rows: Vec<Row>,
}

/// What is cut from one stock, as it adds up.
#[derive(Default)]
struct Sum {
    metres: f64,
    pieces: usize,
    /// Some length is not known.
    open: bool,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "wires.html")]
struct Wires<'a> {
    shell: &'a Shell,
    stocks: Vec<Stock>,
    cables: Vec<Row>,
    wires: usize,
}

#[derive(Template)]
#[template(path = "labels.html")]
struct Labels<'a> {
    shell: &'a Shell,
    rows: Vec<Row>,
}

/// The row of a run.
pub fn row(site: &Site<'_>, id: RunId) -> Row {
    let build = site.view.build;
    let run = build.run(id);
    let empty = || Row {
        tag: build.tag(id),
        net: String::new(),
        from: String::new(),
        to: String::new(),
        colour: String::new(),
        swatch: ("#dfe5ea", "#dfe5ea"),
        gauge: String::new(),
        length: String::new(),
        ends: [String::new(), String::new()],
        what: String::new(),
        steps: site
            .view
            .facts
            .assembly
            .installs(id)
            .iter()
            .map(|&step| (step + 1, super::steps::href(site, step)))
            .collect(),
        done: String::new(),
    };
    let port = |(device, port): (model::DeviceId, u32)| {
        format!(
            "{}.{}",
            build.device(device).name,
            build.part_of(device).ports.get(port as usize).map_or("?", |port| &port.name)
        )
    };
    match &run.what {
        RunKind::Wire(wire) => of_wire(site, *wire, *wire, empty()),
        RunKind::Inline(first, device, second) => {
            let inside = build.part_of(*device).name.clone();
            Row { what: format!("with {inside} in it"), ..of_wire(site, *first, *second, empty()) }
        }
        RunKind::Cable(cable, one, two) => {
            let far = |mate: &model::wire::Mate| {
                mate.ends.iter().copied().find(|end| end.0 != *cable).map_or(String::new(), port)
            };
            Row { from: far(one), to: far(two), what: build.part_of(*cable).name.clone(), ..empty() }
        }
        RunKind::Plug(mate) => {
            Row { from: port(mate.ends[0]), to: port(mate.ends[1]), what: "plugged straight in".to_owned(), ..empty() }
        }
    }
}

fn of_wire(site: &Site<'_>, first: WireId, last: WireId, row: Row) -> Row {
    let build = site.view.build;
    let (from, to): (&Wire, &Wire) = (build.wire(first), build.wire(last));
    let attributes: &Attributes = build.attributes_of(from);
    let paint = paint(attributes.colour.as_ref().map(|text| text.value.as_str()));
    let crimped = |end: usize| attributes.ends[end].map_or(String::new(), |part| build.part(part).name.clone());
    Row {
        net: site.nets.of_terminal(site.view, from.ends[0]).unwrap_or_default(),
        from: site.shown(from.ends[0]),
        to: site.shown(to.ends[1]),
        swatch: (paint.ground, paint.stripe.unwrap_or(paint.ground)),
        colour: paint.words,
        gauge: attributes
            .gauge
            .known()
            .map_or("gauge not said".to_owned(), |gauge| gauge.to_string().replace(".0 ", " ")),
        length: attributes.length.known().map_or("length not said".to_owned(), |metres| length(metres.typ.0)),
        ends: [crimped(0), crimped(1)],
        ..row
    }
}

/// `wires.html`.
pub fn page(site: &Site<'_>) -> Page {
    let build = site.view.build;
    let shell = Shell::new(
        site,
        "wires.html",
        "Wires",
        format!(
            "Cut list of {}: every wire with its length, colour, gauge, ends and both places it joins.",
            build.meta.title
        ),
    )
    .wide();
    let mut stocks: BTreeMap<(Option<PartId>, bool), Sum> = BTreeMap::new();
    let mut cables = Vec::new();
    let mut wires = 0;
    for n in 0..build.runs.len() {
        let id = RunId(u32::try_from(n).expect("runs are bounded"));
        let row = row(site, id);
        let (RunKind::Wire(wire) | RunKind::Inline(wire, ..)) = build.run(id).what else {
            cables.push(row);
            continue;
        };
        wires += 1;
        let attributes = build.attributes_of(build.wire(wire));
        let stock = stocks.entry((attributes.stock.as_ref().map(|stock| stock.0), attributes.own)).or_default();
        match attributes.length.known() {
            Some(metres) => stock.metres += metres.typ.0,
            None => stock.open = true,
        }
        stock.pieces += 1;
        stock.rows.push(row);
    }
    let stocks = stocks.into_iter().map(|((part, own), Sum { metres, pieces, open, rows })| {
        let title = match part {
            Some(part) => build.part(part).name.clone(),
            None if own => "Leads that come with a device".to_owned(),
            None => "Wire of no stock".to_owned(),
        };
        let bought = part
            .and_then(|part| site.view.facts.purchase.needs.iter().find(|need| need.part == part))
            .and_then(|need| need.metres)
            .and_then(|metres| metres.1);
        let pieces = super::text::count(pieces, "piece", "pieces");
        let sum = format!("{}{} in {pieces}", if open { "at least " } else { "" }, length(metres));
        Stock { title, sum: bought.map_or(sum.clone(), |bought| format!("{sum}, of {} bought", length(bought))), rows }
    });
    let stocks = stocks.collect();
    shell::page(&shell, &Wires { shell: &shell, stocks, cables, wires })
}

/// `labels.html`: one flag for each end of each wire.
pub fn labels(site: &Site<'_>) -> Page {
    let build = site.view.build;
    let shell = Shell::new(
        site,
        "labels.html",
        "Labels",
        format!("Labels to print for both ends of every wire and cable of {}.", build.meta.title),
    )
    .wide();
    let rows = (0..build.runs.len()).map(|n| row(site, RunId(u32::try_from(n).expect("runs are bounded")))).collect();
    shell::page(&shell, &Labels { shell: &shell, rows })
}
