//! The bill, claims, places to live and roads not taken; and the shop side of a part: offers, links, spec, measures.

pub mod expression;
mod shop;

pub(crate) use shop::{lifecycle, offers};

use foldhash::{HashMap, HashMapExt};
use source::documents::{Documents, Home};
use source::fields::Fields;
use source::reading::wrong_shape;
use source::value::Datum;
use source::{Findings, Span, Spanned, Text};

use super::entries::{own_rank, rows, words};
use super::names::Names;
use super::{bad_expression, bad_quantity, duplicate_name, quantity, roots, unknown_reference, unknown_word};
use crate::build::{Build, Meta};
use crate::part::{Link, PartId, Spec};
use crate::purchase::{Alternative, Claim, Line, Promise, Provider, Similar, Yardstick};
use crate::units::{Band, Dimension, Number, Volts};
use expression::Expression;

/// Most packs of one line.
const MOST_PACKS: i64 = 1_000_000;

/// Reads what `bom/*.toml` says besides parts.
pub(crate) fn read(documents: &Documents, build: &mut Build, find: &Names, log: &Findings) {
    let own = own_rank(documents);
    let is_own = |home: &Home| matches!(home, Home::Bom { rank } if *rank == own);
    bill(documents, is_own, build, find, log);
    claims(documents, is_own, build, find, log);
    shop::terms(documents, is_own, build, log);
    for row in rows(documents, "provider", roots::any_bom, log) {
        let (mut fields, id) = (row.fields, row.id);
        build.providers.push(provider(&mut fields, &id, log));
        fields.finish();
    }
    for row in rows(documents, "option", roots::any_bom, log) {
        let mut fields = row.fields;
        let found = alternative(&mut fields, &row.id, row.rank == own, &build.meta, find, log);
        build.alternatives.push(found);
        fields.finish();
    }
    for row in rows(documents, "versus", is_own, log) {
        let mut fields = row.fields;
        if let Some(cite) = fields.text("cite").filter(|cite| !build.references.contains_key(&cite.value)) {
            let known = build.references.keys().map(String::as_str);
            log.push(unknown_reference::finding(&fields.subject, &cite, known));
        }
        let found = yardstick(&mut fields, &row.id, log);
        build.yardsticks.push(found);
        fields.finish();
    }
    for row in rows(documents, "similar", roots::any_bom, log) {
        let mut fields = row.fields;
        let name = fields.required_text("name").unwrap_or_else(|| row.id.clone());
        let (url, note) = (fields.text("url"), words(&mut fields, "note"));
        build.similar.push(Similar { id: row.id.clone(), name, url, note });
        fields.finish();
    }
}

fn bill(documents: &Documents, is_own: impl Fn(&Home) -> bool, build: &mut Build, find: &Names, log: &Findings) {
    let mut seen: HashMap<PartId, Span> = HashMap::new();
    for entry in roots::tables(documents, "buy", is_own) {
        let subject = format!("buy.{}", entry.key.value);
        let packs = match entry.value.value {
            Datum::Integer(packs) if (1..=MOST_PACKS).contains(&packs) => u32::try_from(packs).unwrap_or(1),
            Datum::Broken => continue,
            _ => {
                log.push(wrong_shape::finding("buy", &entry.key.value, &entry.value, "a count of packs, from 1 on"));
                continue;
            }
        };
        let Some(part) = find.part(&entry.key.text(), &subject, log) else {
            continue;
        };
        if let Some(first) = seen.insert(part, entry.key.span) {
            log.push(duplicate_name::finding("line of the bill", &entry.key, first));
            seen.insert(part, first);
            continue;
        }
        build.lines.push(Line { part, packs, span: entry.key.span });
    }
}

fn claims(documents: &Documents, is_own: impl Fn(&Home) -> bool, build: &mut Build, find: &Names, log: &Findings) {
    for row in rows(documents, "claim", is_own, log) {
        let mut fields = row.fields;
        let text = fields.required_text("text").unwrap_or_else(|| row.id.clone());
        let says = promise(&mut fields, log);
        let is = fields.required_text("is");
        let also = fields.texts("also");
        let known =
            is.iter().chain(&also).all(|expression| computable(&fields.subject, expression, documents, find, log));
        fields.finish();
        if let (Some(says), Some(is), true) = (says, is, known) {
            build.claims.push(Claim { id: row.id.clone(), text, says, is, also, span: row.id.span });
        }
    }
}

/// Whether an expression can be computed; if not, says why.
fn computable(subject: &str, text: &Text, documents: &Documents, find: &Names, log: &Findings) -> bool {
    match expression::parse(&text.value) {
        Err(why) => {
            log.push(bad_expression::finding(subject, text, &why));
            false
        }
        Ok(Expression::CostWithout(parts)) => {
            let at = |part: &String| text.value.find(part.as_str()).unwrap_or(0);
            let known =
                |part: &String| find.part(&super::entries::piece(text, at(part), at(part) + part.len()), subject, log);
            parts.iter().filter(|part| known(part).is_none()).count() == 0
        }
        Ok(Expression::Scenario(id)) => {
            let scenarios = roots::tables(documents, "scenario", roots::wiring);
            let names: Vec<&str> = scenarios.iter().map(|entry| entry.key.value.as_str()).collect();
            let known = names.contains(&id.as_str());
            if !known {
                let at = text.value.find('.').map_or(0, |dot| dot + 1);
                let word = super::entries::piece(text, at, at + id.len());
                log.push(unknown_word::finding(subject, &word, "a scenario", &names));
            }
            known
        }
        Ok(_) => true,
    }
}

/// `says`: a count, `>=` a count, or a quantity.
fn promise(fields: &mut Fields<'_>, log: &Findings) -> Option<Promise> {
    if fields.key_span("says").is_none() {
        return fields.required_text("says").map(|_| Promise::Count(0, fields.span()));
    }
    let value = fields.take("says")?;
    let text = match &value.value {
        Datum::Integer(count) => return Some(Promise::Count(*count, value.span)),
        Datum::Text(text) => text.trim(),
        _ => "",
    };
    if quantity::is_unstated(text) {
        log.push(bad_quantity::unstated(&fields.subject, "says", value.span));
        return None;
    }
    if let Ok(count) = text.parse() {
        return Some(Promise::Count(count, value.span));
    }
    if let Some(Ok(count)) = text.strip_prefix(">=").map(|count| count.trim().parse()) {
        return Some(Promise::AtLeast(count, value.span));
    }
    quantity::value_quantity(&fields.subject, "says", value, None, log).map(Promise::Quantity)
}

fn provider(fields: &mut Fields<'_>, id: &Text, log: &Findings) -> Provider {
    let (feed, feed_volts) = feed(fields, log);
    let mut addresses = None;
    let mut more_addresses = None;
    if let Some(table) = fields.table("ipv4") {
        let mut ipv4 = Fields::new(table, format!("{}:ipv4", fields.subject), "`ipv4`", log);
        addresses = ipv4.integer("included").map(|count| count.value);
        let extra = quantity::money(&mut ipv4, "extra");
        let total = ipv4.integer("total").map(|count| count.value);
        more_addresses = extra.zip(total).map(|((price, _), total)| (price, total));
        ipv4.finish();
    }
    Provider {
        id: id.clone(),
        name: fields.required_text("name").unwrap_or_else(|| id.clone()),
        url: fields.text("url"),
        monthly: quantity::money(fields, "monthly").map(|(money, _)| money),
        feed,
        feed_volts,
        place: words(fields, "place"),
        port: words(fields, "port"),
        rate: words(fields, "rate"),
        transfer: words(fields, "transfer"),
        protection: words(fields, "protection"),
        addresses,
        more_addresses,
        ports: fields.integer("ports").map(|count| count.value),
        plugs: fields.integer("plugs").map(|count| count.value),
        note: words(fields, "note"),
        span: id.span,
    }
}

/// `"1 A @ 120 V ac"`: amperes and volts.
fn feed(fields: &mut Fields<'_>, log: &Findings) -> (Number<crate::units::Amps>, Number<Volts>) {
    let Some(value) = fields.take("feed") else {
        return (Number::Absent, Number::Absent);
    };
    let amps = quantity::value_number(&fields.subject, "feed", value, Dimension::Current, log);
    let Datum::Text(text) = &value.value else {
        return (amps, Number::Absent);
    };
    let at = quantity::parse(text, value.span).ok().and_then(|quantity| quantity.at);
    let volts = at.filter(|at| at.dimension == Dimension::Voltage);
    (amps, volts.map_or(Number::Absent, |at| Number::Is(Band::of(at.lo, at.typ, at.hi), at.span)))
}

fn alternative(
    fields: &mut Fields<'_>,
    id: &Text,
    own: bool,
    meta: &Meta,
    find: &Names,
    log: &Findings,
) -> Alternative {
    let subject = fields.subject.clone();
    let part = |text: Text| {
        if own { find.part(&text, &subject, log) } else { find.find_part(&text.value) }
    };
    let instead_of: Option<PartId> = fields.text("instead-of").and_then(part);
    Alternative {
        id: id.clone(),
        group: words(fields, "group"),
        name: fields.required_text("name").unwrap_or_else(|| id.clone()),
        instead_of,
        offers: offers(fields, meta, log),
        pro: words(fields, "pro"),
        con: words(fields, "con"),
        status: words(fields, "status"),
        note: words(fields, "note"),
        spec: spec(fields, log),
        links: links(fields),
        span: id.span,
    }
}

fn yardstick(fields: &mut Fields<'_>, id: &Text, log: &Findings) -> Yardstick {
    let draw =
        fields.take("draw").and_then(|value| quantity::value_quantity(&fields.subject, "draw", value, None, log));
    Yardstick {
        id: id.clone(),
        name: fields.required_text("name").unwrap_or_else(|| id.clone()),
        kind: words(fields, "kind"),
        price: quantity::money(fields, "price").map(|(money, _)| money),
        monthly: quantity::money(fields, "monthly").map(|(money, _)| money),
        draw,
        count: fields.count("count", 1, 1_000_000).map_or(1, |count| count.value),
        spec: spec(fields, log),
        note: words(fields, "note"),
        span: id.span,
    }
}

/// `links`: addresses, plain or with a title.
pub(crate) fn links(fields: &mut Fields<'_>) -> Vec<Link> {
    let log = fields.log();
    let mut links = Vec::new();
    for value in fields.list("links") {
        if let Datum::Text(url) = &value.value {
            links.push(Link { title: url.as_str().to_owned(), url: Spanned::new(url.as_str().to_owned(), value.span) });
        } else if let Some(table) = fields.as_table("links", value) {
            let mut link = Fields::new(table, format!("{}:links", fields.subject), "a link", log);
            let title = words(&mut link, "title");
            if let Some(url) = link.required_text("url") {
                links.push(Link { title: title.unwrap_or_else(|| url.value.clone()), url });
            }
            link.finish();
        }
    }
    links
}

/// `spec`: counts, quantities, words and flags.
pub(crate) fn spec(fields: &mut Fields<'_>, log: &Findings) -> Vec<(Text, Spec)> {
    let Some(table) = fields.table("spec") else {
        return Vec::new();
    };
    let subject = format!("{}:spec", fields.subject);
    let mut all = Vec::new();
    for entry in &table.entries {
        let span = entry.value.span;
        let spec = match &entry.value.value {
            Datum::Integer(count) => Spec::Count(*count, span),
            Datum::Flag(flag) => Spec::Flag(*flag, span),
            Datum::Text(text) => match quantity::parse(text, span) {
                Ok(quantity) => Spec::Quantity(quantity),
                Err(_) => Spec::Words(Spanned::new(text.as_str().to_owned(), span)),
            },
            Datum::Float(_) => {
                let _ = quantity::value_quantity(&subject, &entry.key.value, &entry.value, None, log);
                continue;
            }
            Datum::Broken => continue,
            _ => {
                log.push(wrong_shape::finding(
                    &subject,
                    &entry.key.value,
                    &entry.value,
                    "a count, a quantity, words or a flag",
                ));
                continue;
            }
        };
        all.push((entry.key.text(), spec));
    }
    all
}
