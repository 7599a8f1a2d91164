//! Levers, inputs, coils and contacts of a part.

use source::fields::Fields;
use source::value::{Datum, Value};
use source::{Span, Words};

use super::{Bench, band, expanded, number, numbered};
use crate::part::{Coil, Contact, End, Guard, Input, InputVariant, Lever, Mover, Part, Threshold};
use crate::resolve::terminals::Ends;
use crate::resolve::{quantity, unknown_element};
use crate::units::{Dimension, Number, Volts};

impl Bench<'_> {
    pub(super) fn lever(&mut self, fields: &mut Fields<'_>, name: String, span: Span) {
        let by = fields.text("by").map_or_else(|| "hand".to_owned(), |text| text.value);
        let positions = fields.texts("positions").into_iter().map(|text| text.value).collect();
        let rest = fields.text("rest").map(|text| text.value);
        let shipped = fields.text("shipped").map(|text| text.value).filter(|text| text != "unstated");
        let _ = fields.take("pick");
        self.part.levers.push(Lever { name, by, positions, rest, shipped, span });
    }

    pub(super) fn input(&mut self, subject: &Words<'_>, name: &str, value: &Value, span: Span) {
        let list: Vec<&Value> = match &value.value {
            Datum::List(list) => list.iter().collect(),
            _ => vec![value],
        };
        let mut variants: Vec<Vec<InputVariant>> = Vec::new();
        for item in list {
            let Datum::Table(table) = &item.value else {
                self.log.push(source::reading::wrong_shape::finding(subject, name, item, "a table"));
                continue;
            };
            let mut fields = Fields::new(table, subject.clone(), ["`input.", name, "`"], self.log);
            let mut when = Vec::new();
            if let Some(table) = fields.table("when") {
                for entry in &table.entries {
                    let lever = self.part.levers.iter().position(|lever| entry.key.value == *lever.name);
                    match (lever, &entry.value.value) {
                        (Some(lever), Datum::Text(position)) => {
                            when.push((number(lever), position.as_str().to_owned()));
                        }
                        (None, _) => {
                            let known = self.part.levers.iter().map(|lever| lever.name.as_str());
                            self.log.push(unknown_element::finding(subject, "lever", &entry.key.text(), known));
                        }
                        _ => {}
                    }
                }
            }
            let (from, to) = (self.required(&mut fields, "from"), self.required(&mut fields, "to"));
            let ohms = quantity::number(&mut fields, "ohms", Dimension::Resistance);
            let forward = quantity::number(&mut fields, "forward", Dimension::Voltage);
            let energises = self.threshold(&mut fields, "energises");
            let releases = self.threshold(&mut fields, "releases");
            let draws = quantity::number(&mut fields, "draws", Dimension::Current);
            let _ = (fields.take("cite"), fields.take("note"));
            fields.finish();
            let (Some(from), Some(to)) = (from, to) else { continue };
            let count = from.count().max(to.count());
            let mut these = Vec::new();
            for n in 0..count {
                let (Some(from), Some(to)) = (from.at(n), to.at(n)) else {
                    continue;
                };
                let when = when.clone();
                these.push(InputVariant { when, from, to, ohms, forward, energises, releases, draws, span: item.span });
            }
            variants.push(these);
        }
        let count = variants.iter().map(Vec::len).max().unwrap_or(0);
        for n in 0..count {
            let these = variants.iter().filter_map(|variant| variant.get(n).cloned()).collect();
            self.part.inputs.push(Input { name: numbered(name, n, count), variants: these, span });
        }
    }

    pub(super) fn threshold(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Threshold {
        let Some(value) = fields.take(key) else {
            return Threshold::Absent;
        };
        let read = match &value.value {
            Datum::Text(text) if quantity::is_unstated(text) || quantity::is_choice(text) => {
                return Threshold::Unknown(value.span);
            }
            Datum::Text(text) => quantity::parse(text, value.span).ok(),
            _ => None,
        };
        match read {
            Some(q) if q.dimension == Dimension::Voltage => Threshold::Volts(band(&q), value.span),
            Some(q) if q.dimension == Dimension::Current => Threshold::Amps(band(&q), value.span),
            _ => {
                // Neither volts nor amperes: let the reader of volts say what is wrong with it.
                let subject = &fields.subject;
                let _: Number<Volts> = quantity::value_number(subject, key, value, Dimension::Voltage, self.log);
                Threshold::Unknown(value.span)
            }
        }
    }

    pub(super) fn coil(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let kind = fields.text("kind").map_or_else(|| "winding".to_owned(), |text| text.value);
        let (plus, minus) = (self.ends(fields, "plus"), self.ends(fields, "minus"));
        let inputs =
            self.named(fields, "input", "input", |part| part.inputs.iter().map(|input| input.name.clone()).collect());
        let ohms = quantity::number(fields, "ohms", Dimension::Resistance);
        let draws = quantity::number(fields, "draws", Dimension::Current);
        let rated = quantity::number(fields, "rated", Dimension::Voltage);
        let pull_in = quantity::number(fields, "pull-in", Dimension::Voltage);
        let drop_out = quantity::number(fields, "drop-out", Dimension::Voltage);
        let drop = quantity::number(fields, "drop", Dimension::Voltage);
        for key in ["pulse", "back", "max", "watts"] {
            let _ = fields.take(match key {
                "pulse" => "pulse",
                "back" => "back",
                "max" => "max",
                _ => "watts",
            });
        }
        let counts = [plus.as_ref().map_or(1, Ends::count), minus.as_ref().map_or(1, Ends::count), inputs.len()];
        let count = counts.into_iter().max().unwrap_or(1).max(1);
        for n in 0..count {
            self.part.coils.push(Coil {
                name: numbered(name, n, count),
                kind: kind.clone(),
                plus: plus.as_ref().and_then(|ends| ends.at(n)),
                minus: minus.as_ref().and_then(|ends| ends.at(n)),
                ohms,
                draws,
                rated,
                pull_in,
                drop_out,
                drop,
                input: if inputs.len() == 1 { inputs.first().copied() } else { inputs.get(n).copied() },
                span,
            });
        }
    }

    /// `interlock.reverse = { of = "k[1..2]" }`.
    pub(super) fn guard(&mut self, fields: &mut Fields<'_>, name: String, span: Span) {
        let coils = self.named(fields, "of", "coil", |part| part.coils.iter().map(|coil| coil.name.clone()).collect());
        self.part.guards.push(Guard { name, coils, span });
    }

    /// Indices of the elements that a key such as `by = "k[1..8]"` names.
    pub(super) fn named(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        what: &str,
        all: impl Fn(&Part) -> Vec<String>,
    ) -> Vec<u32> {
        let Some(text) = fields.text(key) else {
            return Vec::new();
        };
        let all = all(self.part);
        let mut found = Vec::new();
        for name in expanded(&text.value) {
            match all.iter().position(|there| *there == name) {
                Some(at) => found.push(number(at)),
                None => {
                    self.log.push(unknown_element::finding(
                        &fields.subject,
                        what,
                        &text,
                        all.iter().map(String::as_str),
                    ));
                    return Vec::new();
                }
            }
        }
        found
    }

    pub(super) fn contact(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let (by, back) = (fields.required_text("by"), fields.text("back"));
        let (movers, backs) = (self.movers(fields, by.as_ref()), self.movers(fields, back.as_ref()));
        let make_first = fields.flag("make-first").is_some_and(|flag| flag.value);
        let com = self.required(fields, "com");
        let (nc, no) = (self.ends(fields, "nc"), self.ends(fields, "no"));
        let to = self.ends(fields, "to");
        let rated = quantity::quantities(fields, "rated");
        let closed = quantity::number(fields, "closed", Dimension::Resistance);
        for key in ["drop", "leak"] {
            let _ = fields.take(key);
        }
        let Some(com) = com else { return };
        let count = [Some(&com), nc.as_ref(), no.as_ref()].into_iter().flatten().map(Ends::count).max().unwrap_or(1);
        let throws: Vec<End> = match to {
            Some(Ends::Each(ends)) => ends,
            Some(Ends::Shared(end)) => vec![end],
            None => Vec::new(),
        };
        for n in 0..count {
            let Some(com) = com.at(n) else { continue };
            self.part.contacts.push(Contact {
                name: numbered(name, n, count),
                by: if movers.len() == 1 { movers.first().copied() } else { movers.get(n).copied() },
                back: if backs.len() == 1 { backs.first().copied() } else { backs.get(n).copied() },
                make_first,
                com,
                nc: nc.as_ref().and_then(|ends| ends.at(n)),
                no: no.as_ref().and_then(|ends| ends.at(n)),
                to: throws.clone(),
                rated: rated.clone(),
                closed,
                span,
            });
        }
    }

    /// What `by` or `back` names.
    fn movers(&mut self, fields: &Fields<'_>, text: Option<&source::Text>) -> Vec<Mover> {
        let Some(text) = text else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for name in expanded(&text.value) {
            let coil = self.part.coils.iter().position(|coil| coil.name == name).map(|at| Mover::Coil(number(at)));
            let lever =
                || self.part.levers.iter().position(|lever| lever.name == name).map(|at| Mover::Lever(number(at)));
            match coil.or_else(lever) {
                Some(mover) => found.push(mover),
                None => {
                    let known = self
                        .part
                        .coils
                        .iter()
                        .map(|c| c.name.as_str())
                        .chain(self.part.levers.iter().map(|l| l.name.as_str()));
                    self.log.push(unknown_element::finding(&fields.subject, "coil or lever", text, known));
                    return Vec::new();
                }
            }
        }
        found
    }
}
