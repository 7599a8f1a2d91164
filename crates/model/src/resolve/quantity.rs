//! Quantities read out of tables: numbers with units, `unstated`, `choice`, money and dates.

mod grammar;
mod symbols;
#[cfg(test)]
mod tests;

use rust_decimal::Decimal;
use source::fields::Fields;
use source::reading::wrong_shape;
use source::value::{Date, Datum, Value};
use source::{Findings, Named, Span, Spanned};

use super::{bad_quantity, wrong_unit};
use crate::units::{Band, Dimension, Money, Number, Quantity, Seconds, Unit};

pub use grammar::{Trouble, TroubleKind, parse};
pub use symbols::words;

/// Whether a text says that nobody knows the number.
pub fn is_unstated(text: &str) -> bool {
    text.trim() == "unstated"
}

/// Whether a text leaves the number to a device's setting: `choice`, `choice H|L`, `choice 1.25..30 V`.
pub fn is_choice(text: &str) -> bool {
    text.trim().strip_prefix("choice").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// A number under a key; what cannot be read is reported and counts as unstated.
pub fn number<T: Unit>(fields: &mut Fields<'_>, key: &'static str, dimension: Dimension) -> Number<T> {
    match fields.take(key) {
        Some(value) => value_number(&fields.subject, key, value, dimension, fields.log()),
        None => Number::Absent,
    }
}

/// A number out of a value; what cannot be read is reported and counts as unstated.
pub fn value_number<T: Unit>(
    subject: &(impl Named + ?Sized),
    key: &str,
    value: &Value,
    dimension: Dimension,
    log: &Findings,
) -> Number<T> {
    match &value.value {
        Datum::Broken => Number::Unstated(value.span),
        Datum::Text(text) if is_unstated(text) => Number::Unstated(value.span),
        Datum::Text(text) if is_choice(text) => Number::Choice(value.span),
        _ => match value_quantity(subject, key, value, Some(dimension), log) {
            Some(quantity) => {
                band(&quantity, dimension).map_or(Number::Unstated(value.span), |band| Number::Is(band, value.span))
            }
            None => Number::Unstated(value.span),
        },
    }
}

/// The band of a quantity in a dimension; a cross-section also counts as the gauge that has it.
pub fn band<T: Unit>(quantity: &Quantity, dimension: Dimension) -> Option<Band<T>> {
    let same = quantity.dimension == dimension;
    let as_gauge = dimension == Dimension::Gauge && quantity.dimension == Dimension::Area;
    match (same, as_gauge) {
        (true, _) => Some(Band::of(quantity.lo, quantity.typ, quantity.hi)),
        (_, true) => Some(Band::of(gauge(quantity.hi), gauge(quantity.typ), gauge(quantity.lo))),
        _ => None,
    }
}

/// From one gauge number to the next, diameters shrink by this: the 39th root of 92 (ASTM B258).
const STEP: f64 = 1.122_932_196_5;

/// The American gauge number of a cross-section in mm²: 36 is 0.127 mm across; between whole numbers, on a straight line.
fn gauge(area: f64) -> f64 {
    let diameter = (4.0 * area.max(0.0) / std::f64::consts::PI).sqrt();
    let (mut number, mut across) = (60.0, 0.127);
    for _ in 36..60 {
        across /= STEP;
    }
    while number > -10.0 && across * STEP <= diameter {
        across *= STEP;
        number -= 1.0;
    }
    let beyond = (diameter - across) / (across * STEP - across);
    number - beyond.clamp(0.0, 1.0)
}

/// A quantity out of a value, of one dimension if one is given; what cannot be read is reported.
pub fn value_quantity(
    subject: &(impl Named + ?Sized),
    key: &str,
    value: &Value,
    dimension: Option<Dimension>,
    log: &Findings,
) -> Option<Quantity> {
    let text = match &value.value {
        Datum::Text(text) => text,
        Datum::Integer(number) => {
            log.push(wrong_unit::bare(subject.name(), key, &number.to_string(), dimension, value.span));
            return None;
        }
        Datum::Float(number) => {
            log.push(wrong_unit::bare(subject.name(), key, &number.to_string(), dimension, value.span));
            return None;
        }
        Datum::Broken => return None,
        _ => {
            log.push(wrong_shape::finding(subject.name(), key, value, "a quantity such as \"5 V\""));
            return None;
        }
    };
    let quantity = match parse(text, value.span) {
        Ok(quantity) => quantity,
        Err(trouble) if trouble.what == TroubleKind::NoUnit => {
            log.push(wrong_unit::bare(subject.name(), key, text.trim(), dimension, value.span));
            return None;
        }
        Err(trouble) => {
            log.push(bad_quantity::finding(subject.name(), key, text, &trouble));
            return None;
        }
    };
    match dimension {
        Some(due) if band::<Seconds>(&quantity, due).is_none() => {
            log.push(wrong_unit::finding(subject.name(), key, quantity.dimension, due, value.span));
            None
        }
        _ => Some(quantity),
    }
}

/// One quantity or a list of them, of any dimension; `unstated` and `choice` give none.
pub fn quantities(fields: &mut Fields<'_>, key: &'static str) -> Vec<Quantity> {
    let subject = fields.subject.clone();
    let unknown = |value: &Value| matches!(&value.value, Datum::Text(text) if is_unstated(text) || is_choice(text));
    let values = fields.list(key);
    let log = fields.log();
    values
        .into_iter()
        .filter(|value| !unknown(value))
        .filter_map(|value| value_quantity(&subject, key, value, None, log))
        .collect()
}

/// A time.
pub fn duration(fields: &mut Fields<'_>, key: &'static str) -> Number<Seconds> {
    number(fields, key, Dimension::Time)
}

/// A day.
pub fn date(fields: &mut Fields<'_>, key: &'static str) -> Option<Spanned<Date>> {
    fields.date(key)
}

/// An exact amount of money; `unstated` gives none.
pub fn money(fields: &mut Fields<'_>, key: &'static str) -> Option<(Money, Span)> {
    let value = fields.take(key)?;
    value_money(&fields.subject, key, value, fields.log())
}

/// An exact amount of money out of a value; `unstated` gives none.
pub fn value_money(subject: &(impl Named + ?Sized), key: &str, value: &Value, log: &Findings) -> Option<(Money, Span)> {
    if matches!(&value.value, Datum::Text(text) if is_unstated(text)) {
        return None;
    }
    let quantity = value_quantity(subject, key, value, Some(Dimension::Money), log)?;
    let Datum::Text(text) = &value.value else { return None };
    let written = text.trim();
    let end = written.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(written.len());
    // `1e3 USD` and `1 kUSD` are quantities, and their first digits are no amount.
    let plain = Some(written[end..].trim_start()) == quantity.currency.as_deref()
        && quantity.at.is_none()
        && quantity.dwell.is_none()
        && quantity.bound.is_none()
        && quantity.lo.to_bits() == quantity.hi.to_bits();
    match (written[..end].parse::<Decimal>(), quantity.currency) {
        (Ok(amount), Some(currency)) if plain => Some((Money { amount, currency }, value.span)),
        _ => {
            log.push(bad_quantity::finding(
                subject.name(),
                key,
                text,
                &Trouble { at: value.span, what: TroubleKind::NotExact },
            ));
            None
        }
    }
}
