//! What shops say: offers with packs, least orders and price breaks; rates, spares and what cutting takes.

use rust_decimal::Decimal;
use source::documents::{Documents, Home};
use source::fields::Fields;
use source::reading::wrong_shape;
use source::value::Datum;
use source::{Findings, Span};

use crate::build::{Build, Meta};
use crate::part::{Lifecycle, Offer};
use crate::purchase::{Cutting, Rate, Spares};
use crate::resolve::entries::{rows, words};
use crate::resolve::quantity::{Trouble, TroubleKind};
use crate::resolve::{bad_quantity, quantity, roots, unknown_word};
use crate::units::{Dimension, Metres, Money, Number, Share};

/// Most packs of an order, and most pieces that are kept.
const MOST: u32 = 1_000_000;
/// Dearest pack; sums of what is bought stay far below what an exact decimal holds.
const DEAREST: u64 = 1_000_000_000_000;
/// Currencies that a rate may be of.
const CURRENCIES: &[&str] = &["USD", "EUR", "GBP"];

/// The offers of a part or of a road not taken.
pub(crate) fn offers(fields: &mut Fields<'_>, meta: &Meta, log: &Findings) -> Vec<Offer> {
    let mut offers = Vec::new();
    for value in fields.list("offer") {
        let Some(table) = fields.as_table("offer", value) else {
            continue;
        };
        let mut offer = Fields::new(table, format!("{}:offer", fields.subject), "an offer", log);
        let (at, sku) = (offer.text("at"), offer.text("sku"));
        let vendor = at.as_ref().and_then(|at| meta.vendors.get(&at.value));
        if let (Some(at), None) = (&at, vendor) {
            let known: Vec<&str> = meta.vendors.keys().map(String::as_str).collect();
            log.push(unknown_word::finding(&offer.subject, at, "a vendor of `bom/build.toml`", &known));
        }
        let made = vendor.zip(sku.as_ref()).filter(|((_, url), _)| !url.is_empty());
        let made = made.map(|((_, url), sku)| url.replace("{sku}", &sku.value));
        let price = quantity::money(&mut offer, "price").filter(|(money, span)| sold(money, "price", *span, &offer));
        let breaks = breaks(&mut offer, price.as_ref().map(|(money, _)| money), log);
        offers.push(Offer {
            price,
            pack: offer.count("pack", 1, MOST).map_or(1, |pack| pack.value),
            minimum: offer.count("minimum", 1, MOST).map_or(1, |packs| packs.value),
            breaks,
            seen: offer.date("seen").map(|date| date.value).or(meta.prices_seen),
            url: words(&mut offer, "url").or(made),
            at,
            sku,
            span: value.span,
        });
        offer.finish();
    }
    offers
}

/// An amount that may be nothing, and never so much that a sum of many overflows.
pub(super) fn amount(fields: &mut Fields<'_>, key: &'static str) -> Option<(Money, Span)> {
    quantity::money(fields, key).filter(|(money, span)| money.amount.is_zero() || sold(money, key, *span, fields))
}

/// `0.12 USD`: an exact amount, from nothing to the dearest that is counted.
pub fn price(text: &str) -> Option<Money> {
    let (amount, currency) = text.trim().split_once(' ')?;
    let plain = amount.chars().all(|c| c.is_ascii_digit() || c == '.');
    let amount: Decimal = amount.parse().ok().filter(|amount| plain && *amount <= Decimal::from(DEAREST))?;
    let currency = currency.trim();
    CURRENCIES.contains(&currency).then(|| Money { amount, currency: currency.to_owned() })
}

/// Whether something is sold at such a price: nothing costs nothing, and what nobody knows is `unstated`.
fn sold(money: &Money, key: &str, span: Span, fields: &Fields<'_>) -> bool {
    let what = match money.amount {
        amount if amount.is_zero() => TroubleKind::Free,
        amount if amount > Decimal::from(DEAREST) => TroubleKind::TooLarge,
        _ => return true,
    };
    let trouble = Trouble { at: span, what };
    fields.log().push(bad_quantity::finding(&fields.subject, key, &money.to_string(), &trouble));
    false
}

/// `breaks = [{ from = 10, price = "4 USD" }]`: what a pack costs from so many packs on.
fn breaks(offer: &mut Fields<'_>, price: Option<&Money>, log: &Findings) -> Vec<(u32, Money)> {
    let mut breaks: Vec<(u32, Money)> = Vec::new();
    for value in offer.list("breaks") {
        let Some(table) = offer.as_table("breaks", value) else {
            continue;
        };
        let mut fields = Fields::new(table, format!("{}:breaks", offer.subject), "a price break", log);
        let from = fields.count("from", 2, MOST).map(|from| from.value);
        let money = quantity::money(&mut fields, "price").filter(|(money, span)| sold(money, "price", *span, &fields));
        fields.finish();
        let (Some(from), Some((money, span))) = (from, money) else {
            continue;
        };
        let (before, last) = breaks.last().map_or((1, price), |(from, money)| (*from, Some(money)));
        let falls =
            last.is_some_and(|last| money.currency == last.currency && money.amount < last.amount && before < from);
        if falls {
            breaks.push((from, money));
        } else {
            let trouble = Trouble { at: span, what: TroubleKind::NoFall };
            log.push(bad_quantity::finding(&offer.subject, "price", &money.to_string(), &trouble));
        }
    }
    breaks
}

/// `lifecycle`: whether its maker still makes it.
pub(crate) fn lifecycle(fields: &mut Fields<'_>, log: &Findings) -> Option<Lifecycle> {
    let text = fields.text("lifecycle")?;
    let found = Lifecycle::ALL.iter().find(|(_, word)| *word == text.value).map(|(state, _)| *state);
    if found.is_none() {
        let known: Vec<&str> = Lifecycle::ALL.iter().map(|(_, word)| *word).collect();
        log.push(unknown_word::finding(&fields.subject, &text, "a state of a part's life", &known));
    }
    found
}

/// `[rate.EUR]`, `[spares]` and `[cutting]` of the workspace's own `bom/`.
pub(super) fn terms(documents: &Documents, own: impl Fn(&Home) -> bool, build: &mut Build, log: &Findings) {
    for row in rows(documents, "rate", &own, log) {
        let mut fields = row.fields;
        let worth = quantity::money(&mut fields, "is").filter(|(money, span)| sold(money, "is", *span, &fields));
        if fields.key_span("is").is_none() {
            let _ = fields.required_text("is");
        }
        let seen = fields.date("seen");
        if fields.key_span("seen").is_none() {
            let _ = fields.required_text("seen");
        }
        fields.finish();
        if !CURRENCIES.contains(&row.id.value.as_str()) {
            log.push(unknown_word::finding("rate", &row.id, "a currency", CURRENCIES));
        } else if let (Some((worth, _)), Some(seen)) = (worth, seen) {
            build.rates.insert(row.id.value.clone(), Rate { worth, seen: seen.value, span: row.id.span });
        }
    }
    for entry in roots::tables(documents, "spares", &own) {
        let found = match &entry.value.value {
            Datum::Integer(pieces) => u32::try_from(*pieces).ok().filter(|pieces| *pieces <= MOST).map(Spares::Pieces),
            Datum::Text(text) => text.trim().strip_suffix('%').and_then(percent).map(Spares::Percent),
            Datum::Broken => continue,
            _ => None,
        };
        match found {
            Some(spares) => {
                build.spares.insert(entry.key.value.as_str().to_owned(), spares);
            }
            None => {
                log.push(wrong_shape::finding(
                    "spares",
                    &entry.key.value,
                    &entry.value,
                    "a count of pieces or \"10%\"",
                ));
            }
        }
    }
    for table in roots::whole(documents, "cutting", &own) {
        let mut fields = Fields::new(table, "cutting", "`[cutting]`", log);
        let slack: Number<Share> = quantity::number(&mut fields, "slack", Dimension::Ratio);
        let strip: Number<Metres> = quantity::number(&mut fields, "strip", Dimension::Length);
        build.cutting = Cutting {
            slack: slack.known().map_or(0.0, |band| band.hi.0),
            strip: strip.known().map_or(Metres(0.0), |band| band.hi),
        };
        fields.finish();
    }
}

fn percent(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|percent| *percent <= 1000)
}
