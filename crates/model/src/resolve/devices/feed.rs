//! Feeds: devices outside the box, with a source between the pins of their power port.

use std::collections::BTreeMap;

use source::fields::Fields;
use source::value::{Datum, Entry};
use source::{Findings, Spanned};

use super::{add, plain};
use crate::build::Build;
use crate::device::{Feed, Origin};
use crate::part::{Part, PartId, Port, Source};
use crate::resolve::connectors::Connector;
use crate::resolve::names::Names;
use crate::resolve::terminals::Terminals;
use crate::resolve::{quantity, unknown_connector};
use crate::units::{Dimension, Number};

/// Binds one `[feed.<id>]`.
pub(super) fn bind(
    build: &mut Build,
    names: &mut Names,
    connectors: &BTreeMap<String, Connector>,
    entry: &Entry,
    log: &Findings,
) {
    let name = entry.key.as_str();
    let Datum::Table(table) = &entry.value.value else {
        return;
    };
    let mut fields = Fields::new(table, name, ["feed `", name, "`"], log);
    let limit_span = fields.key_span("limit").unwrap_or(entry.key.span);
    let limit_value = fields.take("limit");
    let mut volts = Number::Unstated(limit_span);
    let mut ac = false;
    let mut limit = Number::Unstated(limit_span);
    match limit_value.map(|value| (value, &value.value)) {
        Some((_, Datum::Text(text))) if quantity::is_unstated(text) => {}
        Some((value, _)) => {
            if let Some(quantity) = quantity::value_quantity(name, "limit", value, Some(Dimension::Current), log) {
                limit = Number::Is(crate::resolve::elements::band(&quantity), value.span);
                ac = quantity.ac || quantity.at.as_ref().is_some_and(|at| at.ac);
                if let Some(at) = quantity.at.as_ref().filter(|at| at.dimension == Dimension::Voltage) {
                    volts = Number::Is(crate::resolve::elements::band(at), value.span);
                }
            }
        }
        None => {
            log.push(source::reading::missing_key::finding(name, &format!("feed `{name}`"), "limit", table.span));
        }
    }
    let derate = quantity::number(&mut fields, "derate", Dimension::Ratio);
    let always = fields.flag("always").is_some_and(|flag| flag.value);
    let mut part = Part {
        id: format!("feed {name}"),
        span: Some(entry.key.span),
        name: format!("feed {name}"),
        kind: "feed".to_owned(),
        ..Part::default()
    };
    let mut terminals = Terminals::default();
    if let Some(table) = fields.table("port") {
        for port in &table.entries {
            let Datum::Text(kind) = &port.value.value else { continue };
            let Some(connector) = connectors.get(kind.as_str()) else {
                let kind = Spanned::new(kind.clone(), port.value.span);
                log.push(unknown_connector::finding(name, &kind.text(), connectors.keys().map(String::as_str)));
                continue;
            };
            let at = u32::try_from(part.ports.len()).expect("ports are bounded");
            let mut made = Port {
                name: port.key.value.as_str().to_owned(),
                kind: kind.as_str().to_owned(),
                // A power outlet is a socket; what else a provider brings may be either.
                plug: connector.pins.iter().any(|pin| matches!(pin.as_str(), "l" | "plus" | "vbus")).then_some(false),
                accepts: Vec::new(),
                pins: Vec::new(),
                contact_max: connector.contact_max,
                ohms: Number::Absent,
                kind_ohms: connector.contact_ohms,
                span: port.key.span,
            };
            for (position, pin) in connector.pins.iter().enumerate() {
                let position = u32::try_from(position).expect("pins are bounded");
                let local = terminals.pin(
                    format!("{}.{pin}", made.name),
                    None,
                    at,
                    position,
                    false,
                    connector.contact_max,
                    port.key.span,
                );
                made.pins.push(local);
            }
            part.ports.push(made);
        }
    }
    for key in ["note", "cite", "title"] {
        let _ = fields.take(key);
    }
    fields.finish();
    part.terminals = terminals.all;
    let find = |pin: &str| {
        let local = part.terminals.iter().position(|terminal| terminal.name.ends_with(&format!(".{pin}")));
        local.map(|at| vec![crate::part::Local(u32::try_from(at).expect("terminals are bounded"))])
    };
    let ends = match (find("l"), find("n")) {
        (Some(l), Some(n)) => Some((l, n)),
        _ => find("plus").zip(find("minus")).or_else(|| find("vbus").zip(find("gnd"))),
    };
    if let Some((plus, minus)) = ends {
        part.sources.push(Source {
            name: name.to_owned(),
            plus,
            minus,
            ac,
            volts,
            limit,
            limit_watts: Number::Absent,
            ohms: Number::Absent,
            least: Number::Absent,
            on: None,
            from: None,
            span: entry.key.span,
        });
    }
    let part_id = PartId(u32::try_from(build.parts.len()).expect("parts are bounded"));
    names.add_part(part_id, &part);
    build.parts.push(part);
    let index = u32::try_from(build.feeds.len()).expect("feeds are bounded");
    let id = add(build, plain(name.to_owned(), name.to_owned(), None, part_id, Origin::Feed(index), entry.key.span));
    build.feeds.push(Feed {
        name: name.to_owned(),
        device: id,
        limit,
        volts,
        ac,
        derate,
        always,
        span: entry.key.span,
    });
}
