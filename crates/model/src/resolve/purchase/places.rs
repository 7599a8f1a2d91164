//! Places to live and what to measure the box against: `[provider.…]`, `[versus.…]`, `[needs]`, `[electricity]`, `[resale]`.

use rust_decimal::Decimal;
use source::documents::{Documents, Home};
use source::fields::Fields;
use source::reading::wrong_shape;
use source::value::{Date, Datum, Value};
use source::{Findings, Text};

use super::shop::amount;
use super::spec;
use crate::build::Build;
use crate::purchase::{Provider, Upkeep, Yardstick};
use crate::resolve::entries::{rows, words};
use crate::resolve::names::Names;
use crate::resolve::{quantity, roots, unknown_reference};
use crate::units::{Amps, Band, Dimension, Number, Volts};

/// Most addresses, ports and power cords that are counted.
const MOST: u32 = 1_000_000;

/// Reads them; providers and yardsticks also of included workspaces.
pub(super) fn read(
    documents: &Documents,
    own: impl Fn(&Home) -> bool,
    build: &mut Build,
    find: &Names,
    log: &Findings,
) {
    for row in rows(documents, "provider", roots::any_bom, log) {
        let mut fields = row.fields;
        build.providers.push(provider(&mut fields, &row.id, log));
        fields.finish();
    }
    for row in rows(documents, "versus", roots::any_bom, log) {
        let mut fields = row.fields;
        cited(&mut fields, build, log);
        let found = yardstick(&mut fields, &row.id, log);
        build.yardsticks.push(found);
        fields.finish();
    }
    let mut upkeep = Upkeep::default();
    for table in roots::whole(documents, "needs", &own) {
        let mut fields = Fields::new(table, "needs", "`[needs]`", log);
        upkeep.addresses = fields.count("ipv4", 0, MOST).map(|count| (count.value, count.span));
        if let Some(path) = fields.text("ipv4-each") {
            if fields.key_span("ipv4").is_some() {
                let value = Value::new(Datum::Text(path.value.into()), path.span);
                log.push(wrong_shape::finding(
                    "needs",
                    "ipv4-each",
                    &value,
                    "nothing beside `ipv4`, which is the count of the same",
                ));
            } else {
                upkeep.addressed = find.devices(build, &path, "needs", log);
                let count = u32::try_from(upkeep.addressed.len()).ok().filter(|count| *count > 0);
                upkeep.addresses = count.map(|count| (count, path.span));
            }
        }
        cited(&mut fields, build, log);
        let _ = fields.take("note");
        fields.finish();
    }
    for table in roots::whole(documents, "electricity", &own) {
        let mut fields = Fields::new(table, "electricity", "`[electricity]`", log);
        let kwh = due(&mut fields, "kwh", |fields| amount(fields, "kwh").map(|(money, _)| money));
        upkeep.kwh = kwh.zip(seen(&mut fields));
        cited(&mut fields, build, log);
        fields.finish();
    }
    for table in roots::whole(documents, "resale", &own) {
        let mut fields = Fields::new(table, "resale", "`[resale]`", log);
        let share = due(&mut fields, "share", |fields| share(fields, log));
        upkeep.resale = share.zip(seen(&mut fields));
        cited(&mut fields, build, log);
        fields.finish();
    }
    build.upkeep = upkeep;
}

/// A key that must be there; whoever reads it says what is wrong with it.
fn due<T>(fields: &mut Fields<'_>, key: &'static str, read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Option<T> {
    if fields.key_span(key).is_none() {
        let _ = fields.required_text(key);
    }
    read(fields)
}

/// The day of a number.
fn seen(fields: &mut Fields<'_>) -> Option<Date> {
    due(fields, "seen", |fields| fields.date("seen")).map(|date| date.value)
}

fn cited(fields: &mut Fields<'_>, build: &Build, log: &Findings) {
    if let Some(cite) = fields.text("cite").filter(|cite| !build.references.contains_key(&cite.value)) {
        let known = build.references.keys().map(String::as_str);
        log.push(unknown_reference::finding(&fields.subject, &cite, known));
    }
}

/// `"30%"`, exactly.
fn share(fields: &mut Fields<'_>, log: &Findings) -> Option<Decimal> {
    let value = fields.take("share")?;
    let found = match &value.value {
        Datum::Broken => return None,
        Datum::Text(text) => percent(text),
        _ => None,
    };
    if found.is_none() {
        log.push(wrong_shape::finding("resale", "share", value, "a share from \"0%\" to \"100%\""));
    }
    found
}

/// `30%` or `12.5 %` as an exact share, from nothing to all.
pub fn percent(text: &str) -> Option<Decimal> {
    let number = text.trim().strip_suffix('%')?.trim();
    let plain = number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let number: Decimal = number.parse().ok().filter(|_| plain)?;
    (Decimal::ZERO <= number && number <= Decimal::ONE_HUNDRED).then(|| number / Decimal::ONE_HUNDRED)
}

fn provider(fields: &mut Fields<'_>, id: &Text, log: &Findings) -> Provider {
    let (feed, feed_volts) = feed(fields, log);
    let mut addresses = None;
    let mut more_addresses = None;
    if let Some(table) = fields.table("ipv4") {
        let mut ipv4 = Fields::new(table, format!("{}:ipv4", fields.subject), "`ipv4`", log);
        addresses = ipv4.count("included", 0, MOST).map(|count| count.value);
        let extra = amount(&mut ipv4, "extra");
        let total = ipv4.count("total", addresses.unwrap_or(0), MOST).map(|count| count.value);
        more_addresses = extra.zip(total).map(|((price, _), total)| (price, total));
        ipv4.finish();
    }
    Provider {
        id: id.clone(),
        name: fields.required_text("name").unwrap_or_else(|| id.clone()),
        url: fields.text("url"),
        monthly: due(fields, "monthly", |fields| amount(fields, "monthly")),
        feed,
        feed_volts,
        height: quantity::number(fields, "height", Dimension::Rack),
        place: words(fields, "place"),
        port: quantity::number(fields, "port", Dimension::Rate),
        rate: quantity::number(fields, "rate", Dimension::Rate),
        transfer: quantity::number(fields, "transfer", Dimension::Data),
        protection: words(fields, "protection"),
        addresses,
        more_addresses,
        ports: fields.count("ports", 0, MOST).map(|count| count.value),
        plugs: fields.count("plugs", 0, MOST).map(|count| count.value),
        closed: fields.date("closed").map(|date| date.value),
        note: words(fields, "note"),
        span: id.span,
    }
}

/// `"1 A @ 120 V ac"`: amperes and volts.
fn feed(fields: &mut Fields<'_>, log: &Findings) -> (Number<Amps>, Number<Volts>) {
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

fn yardstick(fields: &mut Fields<'_>, id: &Text, log: &Findings) -> Yardstick {
    let draw = fields
        .take("draw")
        .and_then(|value| quantity::value_quantity(&fields.subject, "draw", value, Some(Dimension::Power), log));
    Yardstick {
        id: id.clone(),
        name: fields.required_text("name").unwrap_or_else(|| id.clone()),
        kind: words(fields, "kind"),
        price: amount(fields, "price"),
        monthly: amount(fields, "monthly"),
        draw,
        height: quantity::number(fields, "height", Dimension::Rack),
        count: fields.count("count", 1, MOST).map_or(1, |count| count.value),
        spec: spec(fields, log),
        note: words(fields, "note"),
        span: id.span,
    }
}
