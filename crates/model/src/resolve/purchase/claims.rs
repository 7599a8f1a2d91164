//! `[claim.…]`: what people read, the number in it, and the expression that it must equal.

use rust_decimal::Decimal;
use source::documents::{Documents, Home};
use source::fields::Fields;
use source::value::Datum;
use source::{Findings, Span, Text};

use super::expression::{self, Expression};
use crate::build::Build;
use crate::purchase::{Claim, Promise};
use crate::resolve::entries::{piece, rows};
use crate::resolve::names::Names;
use crate::resolve::{bad_expression, bad_quantity, quantity, roots, unknown_word};
use crate::units::{Dimension, Number, Share};

/// What "about" allows, unless a claim says what.
const ABOUT: f64 = 0.05;

/// Reads them; providers and yardsticks are read before.
pub(super) fn read(
    documents: &Documents,
    is_own: impl Fn(&Home) -> bool,
    build: &mut Build,
    find: &Names,
    log: &Findings,
) {
    for row in rows(documents, "claim", is_own, log) {
        let mut fields = row.fields;
        let text = fields.required_text("text").unwrap_or_else(|| row.id.clone());
        let within: Number<Share> = quantity::number(&mut fields, "within", Dimension::Ratio);
        let says = promise(&mut fields, within.known().map(|share| share.hi.0), log);
        let is = fields.required_text("is");
        let also = fields.texts("also");
        let reading = Reading { documents, build, find, log };
        let known = is.iter().chain(&also).all(|expression| reading.is_computable(&fields.subject, expression));
        fields.finish();
        if let (Some(says), Some(is), true) = (says, is, known) {
            build.claims.push(Claim { id: row.id.clone(), text, says, is, also, span: row.id.span });
        }
    }
}

struct Reading<'a> {
    documents: &'a Documents,
    build: &'a Build,
    find: &'a Names,
    log: &'a Findings,
}

impl Reading<'_> {
    /// Whether an expression can be computed; if not, says why.
    fn is_computable(&self, subject: &str, text: &Text) -> bool {
        match expression::formula(&text.value) {
            Err(why) => {
                self.log.push(bad_expression::finding(subject, text, &why));
                false
            }
            // Each unknown name is told, not only the first.
            Ok(formula) => formula.terms().filter(|term| !self.is_known(subject, text, term)).count() == 0,
        }
    }

    fn is_known(&self, subject: &str, text: &Text, term: &Expression) -> bool {
        match term {
            Expression::CostWithout(parts) => {
                let at = |part: &String| text.value.find(part.as_str()).unwrap_or(0);
                let known =
                    |part: &String| self.find.part(&piece(text, at(part), at(part) + part.len()), subject, self.log);
                parts.iter().filter(|part| known(part).is_none()).count() == 0
            }
            Expression::Scenario(id) => {
                let scenarios = roots::tables(self.documents, "scenario", roots::wiring);
                let names: Vec<&str> = scenarios.iter().map(|entry| entry.key.value.as_str()).collect();
                self.is_one_of(subject, text, ("scenario.", id), "a scenario", &names)
            }
            Expression::Payoff(id) => {
                let names: Vec<&str> = self.build.yardsticks.iter().map(|one| one.id.value.as_str()).collect();
                self.is_one_of(subject, text, ("payoff.", id), "a `[versus.…]`", &names)
            }
            Expression::Fits(id) => {
                let names: Vec<&str> = self.build.providers.iter().map(|one| one.id.value.as_str()).collect();
                self.is_one_of(subject, text, ("fits.", id), "a provider", &names)
            }
            _ => true,
        }
    }

    fn is_one_of(&self, subject: &str, text: &Text, (head, id): (&str, &str), what: &str, names: &[&str]) -> bool {
        let known = names.contains(&id);
        if !known {
            let at = text.value.find(&format!("{head}{id}")).map_or(0, |at| at + head.len());
            let word = piece(text, at, at + id.len());
            self.log.push(unknown_word::finding(subject, &word, what, names));
        }
        known
    }
}

/// `says`: a count, a number, `>=` a count, a quantity, true or false; `~` or `about` in front allows 5 %, or what `within` says.
fn promise(fields: &mut Fields<'_>, within: Option<f64>, log: &Findings) -> Option<Promise> {
    if fields.key_span("says").is_none() {
        return fields.required_text("says").map(|_| Promise::Count(0, fields.span()));
    }
    let value = fields.take("says")?;
    let (text, span) = match &value.value {
        Datum::Integer(count) if within.is_none() => return Some(Promise::Count(*count, value.span)),
        Datum::Integer(count) => (count.to_string(), value.span),
        Datum::Flag(flag) => return Some(Promise::Flag(*flag, value.span)),
        Datum::Text(text) => (text.trim().to_owned(), value.span),
        _ => (String::new(), value.span),
    };
    if quantity::is_unstated(&text) {
        log.push(bad_quantity::unstated(&fields.subject, "says", span));
        return None;
    }
    let about = text.strip_prefix('~').or_else(|| text.strip_prefix("about ")).map(str::trim);
    if let Some(number) = number(about.unwrap_or(&text), about.is_some(), within, span) {
        return Some(number);
    }
    if let Some(Ok(count)) = text.strip_prefix(">=").map(|count| count.trim().parse()) {
        return Some(Promise::AtLeast(count, span));
    }
    let found = match (&value.value, text.starts_with("about ")) {
        (Datum::Text(_), true) => {
            let written = format!("~{}", about.unwrap_or_default());
            match quantity::parse(&written, span) {
                Ok(quantity) => Some(quantity),
                Err(trouble) => {
                    log.push(bad_quantity::finding(&fields.subject, "says", &text, &trouble));
                    None
                }
            }
        }
        _ => quantity::value_quantity(&fields.subject, "says", value, None, log),
    };
    let mut quantity = found?;
    if let (Some(share), None) = (within, quantity.bound) {
        let slack = share * quantity.typ.abs();
        (quantity.about, quantity.lo, quantity.hi) = (true, quantity.typ - slack, quantity.typ + slack);
    }
    Some(Promise::Quantity(quantity))
}

/// A bare number: a count is meant to the last one, `5.4` to half its last place.
fn number(text: &str, about: bool, within: Option<f64>, span: Span) -> Option<Promise> {
    let plain = text.strip_prefix('-').unwrap_or(text).chars().all(|c| c.is_ascii_digit() || c == '.');
    let number: Decimal = text.parse().ok().filter(|_| plain)?;
    let is_about = about || within.is_some();
    if number.scale() == 0 && !is_about {
        return i64::try_from(number).ok().map(|count| Promise::Count(count, span));
    }
    let slack = if is_about {
        number.abs() * Decimal::try_from(within.unwrap_or(ABOUT)).ok()?
    } else {
        Decimal::new(5, (number.scale() + 1).min(28))
    };
    Some(Promise::Number { number, slack, about: is_about, span })
}
