//! `body` and `fails` of a part: how much room it takes, how much a box has inside, and how often a piece fails.

use source::fields::Fields;
use source::value::Datum;
use source::{Spanned, Text};

use super::parts::References;
use super::{quantity, uncited_number, unknown_word};
use crate::part::{Body, Fails, Part};
use crate::units::{Band, Dimension, Metres, Number, Seconds, Share, Unit};

/// Hours of a year, with its share of leap days.
const HOURS: f64 = 8766.0;
/// Seconds of an hour.
const HOUR: f64 = 3600.0;
/// No body and no room is longer, and nothing stands further away, in metres.
const MOST: f64 = 1000.0;

/// What a length may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Least {
    /// A measure of a body.
    Above,
    /// A gap, room beside something.
    Zero,
    /// A position.
    Any,
}

/// A length that a floor plan can use; anything else is reported and counts as unstated.
pub fn length(fields: &mut Fields<'_>, key: &'static str, least: Least) -> Number<Metres> {
    let Some(value) = fields.take(key) else { return Number::Absent };
    let number: Number<Metres> = quantity::value_number(&fields.subject, key, value, Dimension::Length, fields.log());
    let Number::Is(band, span) = number else { return number };
    let (what, fits) = match least {
        Least::Above => ("a length above nothing and up to 1 km", band.lo.0 > 0.0),
        Least::Zero => ("a length from nothing up to 1 km", band.lo.0 >= 0.0),
        Least::Any => ("a position within 1 km", band.lo.0 >= -MOST),
    };
    if fits && band.hi.0 <= MOST {
        return number;
    }
    let word = match &value.value {
        Datum::Text(text) => Spanned::new(text.as_str().to_owned(), span),
        _ => Spanned::new(key.to_owned(), span),
    };
    fields.log().push(unknown_word::finding(source::Named::name(&fields.subject), &word, what, &[]));
    Number::Unstated(span)
}

/// Length, width and height of a table.
pub fn measures(fields: &mut Fields<'_>) -> Body {
    Body {
        length: length(fields, "length", Least::Above),
        width: length(fields, "width", Least::Above),
        height: length(fields, "height", Least::Above),
    }
}

/// `body`.
pub fn body(part: &mut Part, fields: &mut Fields<'_>, references: &References<'_>) {
    let Some(table) = fields.table("body") else { return };
    let mut inner = Fields::new(table, part.id.clone(), "`body`", fields.log());
    let own = measures(&mut inner);
    cited(part, &mut inner, references);
    if let Some(table) = inner.table("inside") {
        let mut room = Fields::new(table, part.id.clone(), "`body.inside`", fields.log());
        part.inside = Some(measures(&mut room));
        cited(part, &mut room, references);
        let _ = room.take("note");
        room.finish();
    }
    if let Some(table) = inner.table("keep-out") {
        let mut sides = Fields::new(table, part.id.clone(), "`body.keep-out`", fields.log());
        part.keep_out = ["left", "right", "top", "bottom"].map(|side| length(&mut sides, side, Least::Zero));
        cited(part, &mut sides, references);
        let _ = sides.take("note");
        sides.finish();
    }
    let _ = inner.take("note");
    inner.finish();
    part.body = Some(own);
}

fn cited(part: &Part, fields: &mut Fields<'_>, references: &References<'_>) -> Option<Text> {
    let cite = fields.text("cite")?;
    references.check(&part.id, &cite.value, cite.span, fields.log());
    Some(cite)
}

/// `fails = { yearly = "2%", cite = "…" }`, or `mtbf = "50000 h"`.
pub fn fails(part: &Part, fields: &mut Fields<'_>, references: &References<'_>) -> Option<Fails> {
    let table = fields.table("fails")?;
    let mut inner = Fields::new(table, part.id.clone(), "`fails`", fields.log());
    let yearly = share(&mut inner);
    let between: Number<Seconds> = quantity::number(&mut inner, "mtbf", Dimension::Time);
    let cite = cited(part, &mut inner, references).or_else(|| part.cite.clone());
    let _ = inner.take("note");
    inner.finish();
    let yearly = match (yearly, between) {
        (Number::Absent, Number::Is(band, span)) if band.lo.base() > 0.0 && band.hi.base().is_finite() => {
            let rate = |seconds: Seconds| HOURS * HOUR / seconds.base();
            Number::Is(Band::of(rate(band.hi), rate(band.typ), rate(band.lo)), span)
        }
        (Number::Absent, Number::Is(_, span)) => {
            let word = Spanned::new("mtbf".to_owned(), span);
            fields.log().push(unknown_word::finding(&part.id, &word, "a time above nothing", &[]));
            Number::Unstated(span)
        }
        (Number::Absent, Number::Unstated(span) | Number::Choice(span)) => Number::Unstated(span),
        (yearly, _) => yearly,
    };
    if yearly.is_absent() {
        let word = Spanned::new("fails".to_owned(), table.span);
        fields.log().push(unknown_word::finding(&part.id, &word, "a rate without `yearly` or `mtbf`", &[]));
        return None;
    }
    if let (None, Number::Is(_, span)) = (&cite, &yearly) {
        fields.log().push(uncited_number::finding(&part.id, *span));
    }
    Some(Fails { yearly, cite, span: table.span })
}

/// Failures of a piece in a year: from nothing to a hundred.
fn share(fields: &mut Fields<'_>) -> Number<Share> {
    let number: Number<Share> = quantity::number(fields, "yearly", Dimension::Ratio);
    match number {
        Number::Is(band, span) if band.lo.base() < 0.0 || band.hi.base() > 100.0 => {
            let word = Spanned::new("yearly".to_owned(), span);
            let subject = source::Named::name(&fields.subject).to_string();
            fields.log().push(unknown_word::finding(&subject, &word, "a share from 0% to 10000%", &[]));
            Number::Unstated(span)
        }
        number => number,
    }
}
