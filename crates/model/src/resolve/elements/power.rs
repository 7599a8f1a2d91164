//! Sources, shared limits and loads of a part.

use source::fields::Fields;
use source::value::{Datum, Value};
use source::{Named, Span, Spanned};

use super::{Bench, band, number, numbered};
use crate::part::{Draw, Feeder, Limit, Load, Source};
use crate::resolve::parts::port_names as indexed_names;
use crate::resolve::terminals::Ends;
use crate::resolve::{quantity, unknown_element};
use crate::units::{Dimension, Number, Unit};

impl Bench<'_> {
    pub(super) fn source(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let ends = self.pair(fields);
        let volts_value = fields.take("volts");
        let ac = volts_value.is_some_and(|value| matches!(&value.value, Datum::Text(text) if text.contains(" ac")));
        let volts = volts_value.map_or(Number::Absent, |value| {
            quantity::value_number(&fields.subject, "volts", value, Dimension::Voltage, self.log)
        });
        let (limit, limit_watts) = self.amps_or_watts(fields, "limit");
        let ohms = quantity::number(fields, "ohms", Dimension::Resistance);
        let on = self.named(fields, "on", "input", |part| part.inputs.iter().map(|input| input.name.clone()).collect());
        let from = fields.table("from").and_then(|table| {
            let mut inner = Fields::new(table, fields.subject.clone(), ["`source.", name, ".from`"], self.log);
            let (ends, ac) = match self.pair(&mut inner) {
                Some(ends) => ends,
                None => {
                    inner.finish();
                    return None;
                }
            };
            let volts = quantity::number(&mut inner, "volts", Dimension::Voltage);
            let efficiency = quantity::number(&mut inner, "efficiency", Dimension::Ratio);
            let power_factor = quantity::number(&mut inner, "power-factor", Dimension::Ratio);
            let _ = (inner.take("cite"), inner.take("note"));
            inner.finish();
            let [plus, minus] = ends.map(Ends::flat);
            Some(Feeder { plus, minus, ac, volts, efficiency, power_factor, span: table.span })
        });
        let least = quantity::number(fields, "least", Dimension::Current);
        let _ = (fields.take("holds"), fields.take("group"));
        let Some((ends, _)) = ends else { return };
        let count = ends[0].count().max(ends[1].count());
        for n in 0..count {
            let (Some(plus), Some(minus)) = (ends[0].at(n), ends[1].at(n)) else {
                continue;
            };
            let name = numbered(name, n, count);
            let from = from.clone();
            let on = on.first().copied();
            let source = Source { name, plus, minus, ac, volts, limit, limit_watts, ohms, least, on, from, span };
            self.part.sources.push(source);
        }
    }

    /// `plus` and `minus`, or `across`; the flag says that it was `across` (mains).
    pub(super) fn pair(&mut self, fields: &mut Fields<'_>) -> Option<([Ends; 2], bool)> {
        if fields.key_span("across").is_some() {
            return self.across(fields).map(|ends| (ends, true));
        }
        let (plus, minus) = (self.required(fields, "plus"), self.required(fields, "minus"));
        Some(([plus?, minus?], false))
    }

    pub(super) fn amps_or_watts<A: Unit, W: Unit>(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
    ) -> (Number<A>, Number<W>) {
        let Some(value) = fields.take(key) else {
            return (Number::Absent, Number::Absent);
        };
        if let Datum::Text(text) = &value.value
            && let Ok(quantity) = quantity::parse(text, value.span)
            && quantity.dimension == Dimension::Power
        {
            return (Number::Absent, Number::Is(band(&quantity), value.span));
        }
        (quantity::value_number(&fields.subject, key, value, Dimension::Current, self.log), Number::Absent)
    }

    pub(super) fn limit(&mut self, fields: &mut Fields<'_>, name: String, span: Span) {
        let mut sources = Vec::new();
        for text in fields.texts("sources") {
            match self.part.sources.iter().position(|source| source.name == text.value) {
                Some(at) => sources.push(number(at)),
                None => {
                    let known = self.part.sources.iter().map(|source| source.name.as_str());
                    self.log.push(unknown_element::finding(&fields.subject, "source", &text, known));
                }
            }
        }
        let mut ports = Vec::new();
        for text in fields.texts("ports") {
            let named = indexed_names(&text.value);
            let found: Vec<u32> =
                (0..).zip(&self.part.ports).filter(|(_, port)| named.contains(&port.name)).map(|(at, _)| at).collect();
            if found.is_empty() {
                let known = self.part.ports.iter().map(|port| port.name.as_str());
                self.log.push(unknown_element::finding(&fields.subject, "port", &text, known));
            }
            ports.extend(found);
        }
        let (amps, watts) = self.amps_or_watts(fields, "max");
        self.part.limits.push(Limit { name, sources, ports, watts, amps, span });
    }

    pub(super) fn load(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let ends = self.pair(fields);
        let volts = quantity::number(fields, "volts", Dimension::Voltage);
        let mut profile = Vec::new();
        if let Some(table) = fields.table("profile") {
            for entry in &table.entries {
                profile.push((entry.key.text(), self.draw(&fields.subject, &entry.key.value, &entry.value)));
            }
        }
        for key in ["idle", "load", "boot", "worst"] {
            if let Some(value) = fields.take(key) {
                let Some(span) = fields.key_span(key) else { continue };
                profile.push((Spanned::new(key.to_owned(), span), self.draw(&fields.subject, key, value)));
            }
        }
        let inrush = quantity::number(fields, "inrush", Dimension::Current);
        let warns_below = quantity::number(fields, "warns-below", Dimension::Voltage);
        let fails_below = quantity::number(fields, "fails-below", Dimension::Voltage);
        let covers = fields.texts("covers");
        let _ = fields.take("measured");
        let Some((ends, ac)) = ends else { return };
        let count = ends[0].count().max(ends[1].count());
        for n in 0..count {
            let (Some(plus), Some(minus)) = (ends[0].at(n), ends[1].at(n)) else {
                continue;
            };
            self.part.loads.push(Load {
                name: numbered(name, n, count),
                plus,
                minus,
                ac,
                volts,
                profile: profile.clone(),
                inrush,
                warns_below,
                fails_below,
                covers: covers.clone(),
                span,
            });
        }
    }

    pub(super) fn draw(&self, subject: &(impl Named + ?Sized), key: &str, value: &Value) -> Draw {
        match &value.value {
            Datum::Text(text) if text == "unstated" || text.starts_with("choice") => Draw::Unknown(value.span),
            Datum::Text(text) => match quantity::parse(text, value.span) {
                Ok(quantity) if quantity.dimension == Dimension::Power => Draw::Watts(band(&quantity), value.span),
                Ok(quantity) if quantity.dimension == Dimension::Current => Draw::Amps(band(&quantity), value.span),
                _ => {
                    let _ =
                        quantity::value_number::<crate::units::Amps>(subject, key, value, Dimension::Current, self.log);
                    Draw::Unknown(value.span)
                }
            },
            _ => {
                let _ = quantity::value_number::<crate::units::Amps>(subject, key, value, Dimension::Current, self.log);
                Draw::Unknown(value.span)
            }
        }
    }
}
