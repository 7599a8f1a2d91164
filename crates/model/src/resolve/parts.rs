//! Parts: from merged tables to terminals and elements.

use std::collections::BTreeMap;

use source::fields::Fields;
use source::value::{Datum, Entry, Table};
use source::{Findings, Named, Span, Spanned, Text, Words};

use super::bodies;
use super::connectors::{Chip, Connector};
use super::elements::{self, Bench, NOUNS};
use super::merge::Merged;
use super::names::Names;
use super::paths::{dotted, indexed};
use super::terminals::Terminals;
use super::{colour, purchase, quantity, uncited_number, unknown_connector, unknown_reference};
use crate::build::{Meta, Reference};
use crate::part::{Line, Part, PartId, Port, Pull, Stock};
use crate::units::{Dimension, Number, Ohms};

/// What binding a part may look up.
pub struct Shop<'a> {
    /// Connectors by id.
    pub connectors: &'a BTreeMap<String, Connector>,
    /// Resistance of a joint by the kind of its clamp.
    pub clamps: &'a BTreeMap<String, Number<Ohms>>,
    /// Chips by id.
    pub chips: &'a BTreeMap<String, Chip>,
    /// Vendors and dates.
    pub meta: &'a Meta,
    /// Ids of references that any file may cite.
    pub references: &'a BTreeMap<String, Reference>,
    /// The findings' book.
    pub log: &'a Findings,
}

/// Feeds that a build is expected to have: each becomes a part.
const FEEDS: usize = 8;

/// Binds every part; ids are those that [`Names::announce`] was told.
pub fn bind(merged: &[Merged<'_>], names: &mut Names, shop: &Shop<'_>) -> Vec<Part> {
    for (n, part) in merged.iter().enumerate() {
        names.announce(&part.id, id(n));
    }
    let mut parts = Vec::with_capacity(merged.len() + FEEDS);
    for (n, part) in merged.iter().enumerate() {
        let bound = one(part, names, shop);
        names.add_part(id(n), &bound);
        parts.push(bound);
    }
    parts
}

fn id(n: usize) -> PartId {
    PartId(u32::try_from(n).expect("parts are files, and files are bounded"))
}

fn one(merged: &Merged<'_>, names: &Names, shop: &Shop<'_>) -> Part {
    let log = shop.log;
    let mut part = Part { id: merged.id.clone(), span: Some(merged.span), ..Part::default() };
    let mut fields = Fields::new(&merged.table, &merged.id, ["part `", &merged.id, "`"], log);
    part.name = fields.required_text("name").map_or_else(|| merged.id.clone(), |text| text.value);
    part.kind = fields.text("kind").map(|text| text.value).unwrap_or_default();
    part.section = fields.text("section").map(|text| text.value);
    part.maker = fields.text("maker").map(|text| text.value);
    part.mpn = fields.text("mpn").map(|text| text.value);
    part.note = words(&fields.texts("note"));
    part.optional = fields.text("optional").map(|text| text.value);
    part.consumable = fields.flag("consumable").is_some_and(|flag| flag.value);
    part.cite = fields.text("cite");
    part.links = purchase::links(&mut fields);
    part.offers = purchase::offers(&mut fields, shop.meta, log);
    part.lifecycle = purchase::lifecycle(&mut fields, log);
    part.instead_of = fields.text("instead-of");
    part.spec = purchase::spec(&mut fields, log);
    let _ = fields.take("like");
    includes(&mut part, &mut fields, names, log);
    stock(&mut part, &mut fields);
    let own = fields.table("reference");
    let references = References { own, all: shop.references };
    bodies::body(&mut part, &mut fields, &references);
    part.fails = bodies::fails(&part, &mut fields, &references);
    let mut terminals = Terminals::default();
    if let Some(table) = fields.table("port") {
        ports(&mut part, &mut terminals, table, shop);
    }
    elements::announce(&merged.table, &mut terminals);
    for noun in NOUNS {
        if let Some(table) = fields.table(noun) {
            cites(&part, noun, table, &references, log);
            Bench { id: &merged.id, part: &mut part, terminals: &mut terminals, log }.noun(noun, table);
        }
    }
    if let Some(cite) = &part.cite {
        references.check(&merged.id, &cite.value, cite.span, log);
    }
    if let Some(table) = fields.table("row") {
        cites(&part, "row", table, &references, log);
        part.rows = super::rows::read(&part.id, table, &terminals, log);
    }
    fields.finish();
    part.terminals = terminals.all;
    for terminal in part.terminals.iter_mut().filter(|terminal| terminal.ohms.is_absent()) {
        if let Some(ohms) = terminal.clamp.as_ref().and_then(|clamp| shop.clamps.get(clamp)) {
            terminal.ohms = *ohms;
        }
    }
    if let Some(soc) = &mut part.soc {
        soc.rail = part.sources.iter().position(|source| source.name == "3v3").and_then(|at| u32::try_from(at).ok());
    }
    part
}

fn words(texts: &[Text]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.iter().map(Text::as_str).collect::<Vec<_>>().join(" "))
}

/// Which cites a part may make: its own references, and those of any `bom/*.toml`.
pub(super) struct References<'a> {
    own: Option<&'a Table>,
    all: &'a BTreeMap<String, Reference>,
}

impl References<'_> {
    pub(super) fn check(&self, subject: &(impl Named + ?Sized), cite: &str, span: Span, log: &Findings) {
        if self.own.is_none_or(|own| own.get(cite).is_none()) && !self.all.contains_key(cite) {
            let own = self.own.into_iter().flat_map(|own| &own.entries).map(|entry| entry.key.as_str());
            let known = own.chain(self.all.keys().map(String::as_str));
            let cite = Spanned::new(cite.to_owned(), span);
            log.push(unknown_reference::finding(subject.name(), &cite, known));
        }
    }
}

/// Every element with a number has a cite, or its part has one.
fn cites(part: &Part, noun: &str, table: &Table, references: &References<'_>, log: &Findings) {
    for entry in &table.entries {
        let subject = Words::from([&part.id, ":", noun, ".", &entry.key.value]);
        let mut cited = part.cite.is_some();
        let inner = match &entry.value.value {
            Datum::List(list) => list.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        let mut numbers = None;
        for value in inner {
            let Datum::Table(table) = &value.value else { continue };
            if let Some(Spanned { value: Datum::Text(cite), span }) = table.get("cite") {
                references.check(&subject, cite, *span, log);
                cited = true;
            }
            if !cited {
                numbers = numbers
                    .or_else(|| table.entries.iter().find(|entry| is_number(entry)).map(|entry| entry.value.span));
            }
        }
        if let (false, Some(span)) = (cited, numbers) {
            log.push(uncited_number::finding(&subject, span));
        }
    }
}

fn is_number(entry: &Entry) -> bool {
    let number =
        |text: &str| text.trim_start_matches(['~', '>', '<', '=', ' ']).starts_with(|c: char| c.is_ascii_digit());
    match (&entry.value.value, entry.key.value.as_str()) {
        (_, "wire" | "silk" | "positions") => false,
        (Datum::Text(text), _) => number(text) && text.contains(' '),
        (Datum::List(list), _) => {
            list.iter().any(|value| matches!(&value.value, Datum::Text(text) if number(text) && text.contains(' ')))
        }
        (Datum::Table(table), _) => table.entries.iter().any(is_number),
        _ => false,
    }
}

fn includes(part: &mut Part, fields: &mut Fields<'_>, names: &Names, log: &Findings) {
    let Some(table) = fields.table("includes") else { return };
    for entry in &table.entries {
        let (id, count) = match &entry.value.value {
            Datum::Text(text) => (Some(Spanned::new(text.as_str().to_owned(), entry.value.span)), 1),
            Datum::Table(table) => {
                let mut inner = Fields::new(table, part.id.clone(), ["`includes.", &entry.key.value, "`"], log);
                let id = inner.required_text("part");
                let count = inner.count("count", 1, 10_000).map_or(1, |count| count.value);
                inner.finish();
                (id, count)
            }
            _ => (None, 1),
        };
        if let Some(found) = id.and_then(|id| names.part(&id, &part.id, log)) {
            part.includes.push((entry.key.text(), found, count));
        }
    }
}

fn stock(part: &mut Part, fields: &mut Fields<'_>) {
    let Some(table) = fields.table("stock") else { return };
    let mut inner = Fields::new(table, part.id.clone(), "`stock`", fields.log());
    let gauge = quantity::number(&mut inner, "gauge", Dimension::Gauge);
    let mut colours = Vec::new();
    for text in inner.texts("colours").into_iter().chain(inner.texts("colour")) {
        match colour::code(&text.value) {
            Some(code) => colours.push(code),
            None => fields.log().push(super::unknown_colour::finding(&part.id, &text)),
        }
    }
    let length = quantity::number(&mut inner, "length", Dimension::Length);
    let resistance = quantity::number(&mut inner, "resistance", Dimension::LineResistance);
    let max = quantity::number(&mut inner, "max", Dimension::Current);
    let cores = inner.count("cores", 1, 1000).map_or(1, |count| count.value);
    let lead = inner.flag("lead").is_some_and(|flag| flag.value);
    let _ = (inner.take("cite"), inner.take("note"), inner.take("insulation"), inner.take("rated"));
    inner.finish();
    part.stock = Some(Stock { gauge, colours, length, resistance, max, cores, lead, span: table.span });
}

fn ports(part: &mut Part, terminals: &mut Terminals, table: &Table, shop: &Shop<'_>) {
    for entry in &table.entries {
        let id = part.id.clone();
        let subject = Words::from([&id, ":port.", &entry.key.value]);
        let (kind, plug, accepts, contact_max, ohms, soc) = match &entry.value.value {
            Datum::Text(kind) => {
                let kind = Spanned::new(kind.as_str().to_owned(), entry.value.span);
                (Some(kind), None, Vec::new(), Number::Absent, Number::Absent, None)
            }
            Datum::Table(table) => {
                let mut fields = Fields::new(table, subject.clone(), ["`port.", &entry.key.value, "`"], shop.log);
                let kind = fields.required_text("kind");
                let plug = fields.text("gender").map(|text| text.value == "plug");
                let accepts = fields.texts("accepts").into_iter().map(|text| text.value).collect();
                let contact_max = quantity::number(&mut fields, "contact-max", Dimension::Current);
                let ohms = quantity::number(&mut fields, "ohms", Dimension::Resistance);
                let soc = fields.text("soc");
                for key in ["cite", "note", "count", "silk"] {
                    let _ = fields.take(key);
                }
                fields.finish();
                (kind, plug, accepts, contact_max, ohms, soc)
            }
            _ => (None, None, Vec::new(), Number::Absent, Number::Absent, None),
        };
        let Some(kind) = kind else { continue };
        let Some(connector) = shop.connectors.get(&kind.value) else {
            shop.log.push(unknown_connector::finding(&subject, &kind, shop.connectors.keys().map(String::as_str)));
            continue;
        };
        let chip = soc.and_then(|soc| {
            let chip = shop.chips.get(&soc.value);
            if chip.is_none() {
                shop.log.push(unknown_connector::chip(&subject, &soc, shop.chips.keys().map(String::as_str)));
            }
            chip
        });
        for name in port_names(&entry.key.value) {
            let max = if contact_max.is_absent() { connector.contact_max } else { contact_max };
            let port = Port {
                name,
                kind: kind.value.clone(),
                plug,
                accepts: Vec::clone(&accepts),
                pins: Vec::new(),
                contact_max: max,
                ohms,
                kind_ohms: connector.contact_ohms,
                span: entry.key.span,
            };
            add_port(part, terminals, port, connector, chip);
        }
    }
}

/// `usb3[1..2]` as the names of its ports.
pub(super) fn port_names(key: &str) -> Vec<String> {
    use super::paths::{Index, segments};
    match segments(key) {
        Ok(parts) if parts.len() == 1 && parts[0].index != Index::None && parts[0].index.count() <= 1000 => {
            parts[0].index.numbers().map(|n| indexed(parts[0].name, n)).collect()
        }
        _ => vec![key.to_owned()],
    }
}

fn add_port(part: &mut Part, terminals: &mut Terminals, mut port: Port, connector: &Connector, chip: Option<&Chip>) {
    let index = u32::try_from(part.ports.len()).expect("ports of a part are bounded");
    terminals.port(&port.name, connector.pins.len());
    for (position, pin) in connector.pins.iter().enumerate() {
        let at = u32::try_from(position).expect("pins of a connector are bounded");
        let (name, alias) = match connector.bare {
            true => (pin.clone(), Some(indexed("pin", at + 1))),
            false => (dotted(&port.name, pin), None),
        };
        let local = terminals.pin(name, alias, index, at, connector.bare, port.contact_max, port.span);
        if !connector.bare {
            terminals.also(indexed(&port.name, at + 1), local);
        }
        port.pins.push(local);
        let number = pin.strip_prefix("gpio[").and_then(|rest| rest.trim_end_matches(']').parse().ok());
        if let (Some(number), Some(chip)) = (number, chip) {
            let facts = chip.gpios.get(&number).cloned().unwrap_or_default();
            part.lines.push(Line {
                name: pin.clone(),
                at: Some(vec![local]),
                offset: Some(number),
                reset: if facts.functions.is_empty() { Pull::Float } else { facts.pull },
                functions: facts.functions,
                reserved: facts.reserved,
                span: port.span,
            });
        }
    }
    if let Some(chip) = chip {
        part.soc = Some(chip.soc.clone());
    }
    part.ports.push(port);
}
