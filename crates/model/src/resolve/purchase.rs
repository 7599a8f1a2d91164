//! The bill, claims, places to live and roads not taken; and the shop side of a part: offers, links, spec, measures.

pub mod expression;

mod claims;
mod places;
mod shop;

pub use places::percent;
pub use shop::price;
pub(crate) use shop::{lifecycle, offers};

use foldhash::{HashMap, HashMapExt};
use source::documents::{Documents, Home};
use source::fields::Fields;
use source::reading::wrong_shape;
use source::value::Datum;
use source::{Findings, Span, Spanned, Text};

use super::entries::{own_rank, rows, words};
use super::names::Names;
use super::{duplicate_name, quantity, roots};
use crate::build::{Build, Meta};
use crate::part::{Link, PartId, Spec};
use crate::purchase::{Alternative, Line, Similar};

/// Most packs of one line.
const MOST_PACKS: i64 = 1_000_000;

/// Reads what `bom/*.toml` says besides parts.
pub(crate) fn read(documents: &Documents, build: &mut Build, find: &Names, log: &Findings) {
    let own = own_rank(documents);
    let is_own = |home: &Home| matches!(home, Home::Bom { rank } if *rank == own);
    bill(documents, is_own, build, find, log);
    places::read(documents, is_own, build, find, log);
    claims::read(documents, is_own, build, find, log);
    shop::terms(documents, is_own, build, log);
    for row in rows(documents, "option", roots::any_bom, log) {
        let mut fields = row.fields;
        let found = alternative(&mut fields, &row.id, row.rank == own, &build.meta, find, log);
        build.alternatives.push(found);
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
