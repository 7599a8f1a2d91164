//! The elements of a part: nouns with ends and numbers.

use source::fields::Fields;
use source::value::{Datum, Table, Value};
use source::{Findings, Span, Spanned, Text};

use super::terminals::{Ends, Terminals};
use super::{quantity, unknown_element};
use crate::part::{
    Coil, Contact, Diode, Draw, End, Feeder, Fuse, Input, InputVariant, Join, Lever, Limit, Line, Load, Mover, Part, Pull, Resistor, Role,
    Source, Threshold,
};
use crate::units::{Bound, Dimension, Number, Quantity, Unit};

/// Nouns whose values are element tables, in the order in which they are bound.
pub const NOUNS: &[&str] =
    &["lever", "input", "coil", "contact", "join", "source", "limit", "load", "resistor", "diode", "fuse", "line", "bus", "terminal"];

/// Where elements go while a part is read.
pub struct Bench<'a> {
    /// The part.
    pub part: &'a mut Part,
    /// Its terminals.
    pub terminals: &'a mut Terminals,
    /// The findings' book.
    pub log: &'a Findings,
}

/// First makes every terminal that a range names, so that a bare group means all of them wherever it stands.
pub fn announce(table: &Table, terminals: &mut Terminals) {
    let silent = Findings::default();
    let mut tell = |text: &str, span: Span| {
        if text.contains('[') {
            let _ = terminals.ends("", &Text { value: text.to_owned(), span }, &silent);
        }
    };
    for noun in NOUNS {
        let Some(Datum::Table(elements)) = table.get(noun).map(|value| &value.value) else { continue };
        for element in &elements.entries {
            if *noun == "terminal" {
                tell(&element.key.value, element.key.span);
            }
            walk(noun, &element.value, &mut tell);
        }
    }
}

fn walk(noun: &str, value: &Value, tell: &mut impl FnMut(&str, Span)) {
    const ENDS: &[&str] =
        &["plus", "minus", "across", "anode", "cathode", "com", "nc", "no", "to", "from", "at", "of"];
    match &value.value {
        Datum::Text(text) if noun == "join" => {
            for side in text.split(" -- ").flat_map(|side| side.split(" -> ")) {
                tell(side.trim(), value.span);
            }
        }
        Datum::List(list) => list.iter().for_each(|value| walk(noun, value, tell)),
        Datum::Table(table) => {
            for entry in &table.entries {
                if ENDS.contains(&entry.key.value.as_str()) {
                    ends(&entry.value, tell);
                }
            }
        }
        _ => {}
    }
}

fn ends(value: &Value, tell: &mut impl FnMut(&str, Span)) {
    match &value.value {
        Datum::Text(text) => tell(text, value.span),
        Datum::List(list) => list.iter().for_each(|value| ends(value, tell)),
        Datum::Table(table) => table.entries.iter().for_each(|entry| match entry.key.value.as_str() {
            "plus" | "minus" | "across" => ends(&entry.value, tell),
            _ => {}
        }),
        _ => {}
    }
}

impl Bench<'_> {
    fn subject(&self, noun: &str, name: &str) -> String {
        format!("{}:{noun}.{name}", self.part.id)
    }

    /// The ends that a key names.
    fn ends(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Option<Ends> {
        let text = fields.text(key)?;
        self.terminals.ends(&fields.subject, &text, self.log)
    }

    fn required(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Option<Ends> {
        let text = fields.required_text(key)?;
        self.terminals.ends(&fields.subject, &text, self.log)
    }

    /// Both ends of `across = ["a", "b"]`.
    fn across(&mut self, fields: &mut Fields<'_>) -> Option<[Ends; 2]> {
        let texts = fields.texts("across");
        let [a, b] = texts.as_slice() else { return None };
        Some([self.terminals.ends(&fields.subject, a, self.log)?, self.terminals.ends(&fields.subject, b, self.log)?])
    }

    /// Reads one noun's table.
    pub fn noun(&mut self, noun: &'static str, elements: &Table) {
        for element in &elements.entries {
            let name = element.key.value.clone();
            let span = element.key.span;
            let subject = self.subject(noun, &name);
            if noun == "join" {
                self.join(&subject, &name, &element.value, span);
                continue;
            }
            if noun == "input" && matches!(element.value.value, Datum::List(_)) {
                self.input(&subject, &name, &element.value, span);
                continue;
            }
            let table = match &element.value.value {
                Datum::Table(table) => table,
                Datum::Broken => continue,
                _ => {
                    self.log.push(source::reading::wrong_shape::finding(&subject, &name, &element.value, "a table"));
                    continue;
                }
            };
            if noun == "input" {
                self.input(&subject, &name, &element.value, span);
                continue;
            }
            let mut fields = Fields::new(table, subject, format!("`{noun}.{name}`"), self.log);
            let _ = (fields.take("cite"), fields.take("note"));
            match noun {
                "lever" => self.lever(&mut fields, name, span),
                "coil" => self.coil(&mut fields, &name, span),
                "contact" => self.contact(&mut fields, &name, span),
                "source" => self.source(&mut fields, &name, span),
                "limit" => self.limit(&mut fields, name, span),
                "load" => self.load(&mut fields, &name, span),
                "resistor" => self.resistor(&mut fields, &name, span),
                "diode" => self.diode(&mut fields, &name, span),
                "fuse" => self.fuse(&mut fields, &name, span),
                "line" => self.line(&mut fields, &name, span),
                "terminal" => self.terminal(&mut fields, &element.key),
                _ => {
                    let _ = fields.rest();
                }
            }
            fields.finish();
        }
    }

    fn lever(&mut self, fields: &mut Fields<'_>, name: String, span: Span) {
        let by = fields.text("by").map_or_else(|| "hand".to_owned(), |text| text.value);
        let positions = fields.texts("positions").into_iter().map(|text| text.value).collect();
        let rest = fields.text("rest").map(|text| text.value);
        let shipped = fields.text("shipped").map(|text| text.value).filter(|text| text != "unstated");
        let _ = fields.take("pick");
        self.part.levers.push(Lever { name, by, positions, rest, shipped, span });
    }

    fn join(&mut self, subject: &str, name: &str, value: &Value, span: Span) {
        let mut ohms = Number::Absent;
        let list: Vec<&Value> = match &value.value {
            Datum::Table(table) => {
                let mut fields = Fields::new(table, subject, format!("`join.{name}`"), self.log);
                ohms = quantity::number(&mut fields, "ohms", Dimension::Resistance);
                let of = fields.list("of");
                let _ = (fields.take("cite"), fields.take("note"));
                fields.finish();
                of
            }
            Datum::List(list) => list.iter().collect(),
            _ => vec![value],
        };
        let mut together = Vec::new();
        for item in list {
            let Datum::Text(text) = &item.value else { continue };
            let arrow = text.find(" -- ").or_else(|| text.find(" -> "));
            let Some(at) = arrow else {
                let text = Text { value: text.clone(), span: item.span };
                if let Some(ends) = self.terminals.ends(subject, &text, self.log) {
                    together.extend(ends.flat());
                }
                continue;
            };
            let side = |from: usize, to: usize| Spanned::new(text[from..to].trim().to_owned(), item.span.part(from, to));
            let (Some(a), Some(b)) = (
                self.terminals.ends(subject, &side(0, at), self.log),
                self.terminals.ends(subject, &side(at + 4, text.len()), self.log),
            ) else {
                continue;
            };
            if a.count() != b.count() {
                self.log.push(super::unequal_ends::of_part(subject, a.count(), b.count(), item.span));
                continue;
            }
            for n in 0..a.count() {
                let of: Vec<_> = a.at(n).into_iter().chain(b.at(n)).flatten().collect();
                self.part.joins.push(Join { of, ohms, span: item.span });
            }
        }
        if together.len() > 1 {
            self.part.joins.push(Join { of: together, ohms, span });
        }
    }

    fn input(&mut self, subject: &str, name: &str, value: &Value, span: Span) {
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
            let mut fields = Fields::new(table, subject, format!("`input.{name}`"), self.log);
            let mut when = Vec::new();
            if let Some(table) = fields.table("when") {
                for entry in &table.entries {
                    let lever = self.part.levers.iter().position(|lever| lever.name == entry.key.value);
                    match (lever, &entry.value.value) {
                        (Some(lever), Datum::Text(position)) => when.push((number(lever), position.clone())),
                        (None, _) => {
                            let known = self.part.levers.iter().map(|lever| lever.name.as_str());
                            self.log.push(unknown_element::finding(subject, "lever", &entry.key, known));
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
                let (Some(from), Some(to)) = (from.at(n), to.at(n)) else { continue };
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

    fn threshold(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Threshold {
        let Some(value) = fields.take(key) else { return Threshold::Absent };
        let quantity = match &value.value {
            Datum::Text(text) if text == "unstated" || text.starts_with("choice") => return Threshold::Unknown(value.span),
            Datum::Text(text) => quantity::parse(text, value.span),
            _ => {
                let _ = quantity::value_number::<crate::units::Volts>(&fields.subject, key, value, Dimension::Voltage, self.log);
                return Threshold::Unknown(value.span);
            }
        };
        match quantity {
            Ok(q) if q.dimension == Dimension::Voltage => Threshold::Volts(band(&q), value.span),
            Ok(q) if q.dimension == Dimension::Current => Threshold::Amps(band(&q), value.span),
            _ => {
                let _ = quantity::value_number::<crate::units::Volts>(&fields.subject, key, value, Dimension::Voltage, self.log);
                Threshold::Unknown(value.span)
            }
        }
    }

    fn coil(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let kind = fields.text("kind").map_or_else(|| "winding".to_owned(), |text| text.value);
        let (plus, minus) = (self.ends(fields, "plus"), self.ends(fields, "minus"));
        let inputs = self.named(fields, "input", "input", |part| part.inputs.iter().map(|input| input.name.clone()).collect());
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

    /// Indices of the elements that a key such as `by = "k[1..8]"` names.
    fn named(&mut self, fields: &mut Fields<'_>, key: &'static str, what: &str, all: impl Fn(&Part) -> Vec<String>) -> Vec<u32> {
        let Some(text) = fields.text(key) else { return Vec::new() };
        let all = all(self.part);
        let mut found = Vec::new();
        for name in expanded(&text.value) {
            match all.iter().position(|there| *there == name) {
                Some(at) => found.push(number(at)),
                None => {
                    self.log.push(unknown_element::finding(&fields.subject, what, &text, all.iter().map(String::as_str)));
                    return Vec::new();
                }
            }
        }
        found
    }

    fn contact(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let movers = self.movers(fields);
        let com = self.required(fields, "com");
        let (nc, no) = (self.ends(fields, "nc"), self.ends(fields, "no"));
        let to = self.ends(fields, "to");
        let rated = quantity::quantities(fields, "rated");
        let closed = quantity::number(fields, "closed", Dimension::Resistance);
        for key in ["back", "make-first", "drop", "leak"] {
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

    fn movers(&mut self, fields: &mut Fields<'_>) -> Vec<Mover> {
        let Some(text) = fields.required_text("by") else { return Vec::new() };
        let mut found = Vec::new();
        for name in expanded(&text.value) {
            let coil = self.part.coils.iter().position(|coil| coil.name == name).map(|at| Mover::Coil(number(at)));
            let lever = || self.part.levers.iter().position(|lever| lever.name == name).map(|at| Mover::Lever(number(at)));
            match coil.or_else(lever) {
                Some(mover) => found.push(mover),
                None => {
                    let known = self.part.coils.iter().map(|c| c.name.as_str()).chain(self.part.levers.iter().map(|l| l.name.as_str()));
                    self.log.push(unknown_element::finding(&fields.subject, "coil or lever", &text, known));
                    return Vec::new();
                }
            }
        }
        found
    }

    fn source(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
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
            let mut inner = Fields::new(table, fields.subject.clone(), format!("`source.{name}.from`"), self.log);
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
        let _ = (fields.take("holds"), fields.take("group"));
        let Some((ends, _)) = ends else { return };
        let count = ends[0].count().max(ends[1].count());
        for n in 0..count {
            let (Some(plus), Some(minus)) = (ends[0].at(n), ends[1].at(n)) else { continue };
            let name = numbered(name, n, count);
            let from = from.clone();
            let on = on.first().copied();
            self.part.sources.push(Source { name, plus, minus, ac, volts, limit, limit_watts, ohms, on, from, span });
        }
    }

    /// `plus` and `minus`, or `across`; the flag says that it was `across` (mains).
    fn pair(&mut self, fields: &mut Fields<'_>) -> Option<([Ends; 2], bool)> {
        if fields.key_span("across").is_some() {
            return self.across(fields).map(|ends| (ends, true));
        }
        let (plus, minus) = (self.required(fields, "plus"), self.required(fields, "minus"));
        Some(([plus?, minus?], false))
    }

    fn amps_or_watts<A: Unit, W: Unit>(&mut self, fields: &mut Fields<'_>, key: &'static str) -> (Number<A>, Number<W>) {
        let Some(value) = fields.take(key) else { return (Number::Absent, Number::Absent) };
        if let Datum::Text(text) = &value.value {
            if let Ok(quantity) = quantity::parse(text, value.span) {
                if quantity.dimension == Dimension::Power {
                    return (Number::Absent, Number::Is(band(&quantity), value.span));
                }
            }
        }
        (quantity::value_number(&fields.subject, key, value, Dimension::Current, self.log), Number::Absent)
    }

    fn limit(&mut self, fields: &mut Fields<'_>, name: String, span: Span) {
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
        let _ = fields.take("ports");
        let (amps, watts) = self.amps_or_watts(fields, "max");
        self.part.limits.push(Limit { name, sources, watts, amps, span });
    }

    fn load(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let ends = self.pair(fields);
        let volts = quantity::number(fields, "volts", Dimension::Voltage);
        let mut profile = Vec::new();
        if let Some(table) = fields.table("profile") {
            for entry in &table.entries {
                profile.push((entry.key.clone(), self.draw(&fields.subject, &entry.key.value, &entry.value)));
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
            let (Some(plus), Some(minus)) = (ends[0].at(n), ends[1].at(n)) else { continue };
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

    fn draw(&self, subject: &str, key: &str, value: &Value) -> Draw {
        match &value.value {
            Datum::Text(text) if text == "unstated" || text.starts_with("choice") => Draw::Unknown(value.span),
            Datum::Text(text) => match quantity::parse(text, value.span) {
                Ok(quantity) if quantity.dimension == Dimension::Power => Draw::Watts(band(&quantity), value.span),
                Ok(quantity) if quantity.dimension == Dimension::Current => Draw::Amps(band(&quantity), value.span),
                _ => {
                    let _ = quantity::value_number::<crate::units::Amps>(subject, key, value, Dimension::Current, self.log);
                    Draw::Unknown(value.span)
                }
            },
            _ => {
                let _ = quantity::value_number::<crate::units::Amps>(subject, key, value, Dimension::Current, self.log);
                Draw::Unknown(value.span)
            }
        }
    }

    fn resistor(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let ends = self.across(fields);
        let ohms = quantity::number(fields, "ohms", Dimension::Resistance);
        let watts = quantity::number(fields, "watts", Dimension::Power);
        let Some(ends) = ends else { return };
        let ends = ends.map(Ends::flat);
        self.part.resistors.push(Resistor { name: name.to_owned(), ends, ohms, watts, span });
    }

    fn diode(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let (anode, cathode) = (self.required(fields, "anode"), self.required(fields, "cathode"));
        let forward = quantity::number(fields, "forward", Dimension::Voltage);
        let max = quantity::number(fields, "max", Dimension::Current);
        let _ = fields.take("rated");
        let (Some(anode), Some(cathode)) = (anode, cathode) else { return };
        let (anode, cathode) = (anode.flat(), cathode.flat());
        self.part.diodes.push(Diode { name: name.to_owned(), anode, cathode, forward, max, span });
    }

    fn fuse(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let ends = self.across(fields);
        let rated = quantity::number(fields, "rated", Dimension::Current);
        let holder = fields.take("insert").map(|value| value.span);
        let ohms = quantity::number(fields, "ohms", Dimension::Resistance);
        let volts = quantity::number(fields, "volts", Dimension::Voltage);
        for key in ["kind", "opens", "max", "breaking", "melting"] {
            let _ = fields.take(key);
        }
        let Some(ends) = ends else {
            self.part.fuses.push(Fuse { name: name.to_owned(), ends: None, rated, holder, ohms, volts, span });
            return;
        };
        let count = ends[0].count().max(ends[1].count());
        for n in 0..count {
            let (Some(a), Some(b)) = (ends[0].at(n), ends[1].at(n)) else { continue };
            let name = numbered(name, n, count);
            self.part.fuses.push(Fuse { name, ends: Some([a, b]), rated, holder, ohms, volts, span });
        }
    }

    fn line(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let at = self.ends(fields, "at");
        let reset = match fields.text("reset").as_ref().map(Text::as_str) {
            Some("up") => Pull::Up,
            Some("down") => Pull::Down,
            _ => Pull::Float,
        };
        for key in ["over", "levels", "drive", "limit"] {
            let _ = fields.take(key);
        }
        let count = at.as_ref().map_or(1, Ends::count);
        for n in 0..count {
            let at = at.as_ref().and_then(|ends| ends.at(n));
            let offset = u32::try_from(self.part.lines.len()).ok();
            let name = numbered(name, n, count);
            self.part.lines.push(Line { name, at, offset, reset, functions: Vec::new(), reserved: None, span });
        }
    }

    fn terminal(&mut self, fields: &mut Fields<'_>, key: &Text) {
        let role = fields.text("role");
        let clamp = fields.text("clamp").map(|text| text.value);
        let wire = quantity::number(fields, "wire", Dimension::Gauge);
        let wires = fields.count("wires", 1, 1000);
        let bare = fields.flag("bare");
        let silk = fields.text("silk").map(|text| text.value);
        let max = quantity::number(fields, "max", Dimension::Current);
        let _ = (fields.take("drive"), fields.take("torque"), fields.take("strip"));
        let Some(ends) = self.terminals.ends(&fields.subject, key, self.log) else { return };
        let role = role.map(|text| match text.value.as_str() {
            "supply" => Role::Supply,
            "return" => Role::Return,
            "earth" => Role::Earth,
            "load" => Role::Load,
            "contact" => Role::Contact,
            "input" => Role::Input,
            "output" => Role::Output,
            "io" => Role::Io,
            _ => Role::Passive,
        });
        for local in ends.flat() {
            let terminal = &mut self.terminals.all[local.0 as usize];
            if let Some(role) = role {
                terminal.role = role;
            }
            if let Some(clamp) = &clamp {
                terminal.bare = clamp != "lever";
                terminal.clamp = Some(clamp.clone());
            }
            if let Some(bare) = &bare {
                terminal.bare = bare.value;
            }
            if let Some(wires) = &wires {
                terminal.wires = wires.value;
            }
            if !wire.is_absent() {
                terminal.wire = wire;
            }
            if !max.is_absent() {
                terminal.max = max;
            }
            if silk.is_some() {
                terminal.silk.clone_from(&silk);
            }
        }
    }
}

/// `k` for one, `k[3]` for the third of several.
fn numbered(name: &str, n: usize, count: usize) -> String {
    if count == 1 { name.to_owned() } else { format!("{name}[{}]", n + 1) }
}

/// `k[1..8]` as `k[1]` to `k[8]`.
fn expanded(text: &str) -> Vec<String> {
    use super::paths::{Index, segments};
    match segments(text) {
        Ok(parts) if parts.len() == 1 => match &parts[0].index {
            ranges @ Index::Ranges(_) if ranges.count() <= 10_000 => {
                ranges.numbers().map(|n| format!("{}[{n}]", parts[0].name)).collect()
            }
            _ => vec![parts[0].name.to_owned()],
        },
        _ => vec![text.to_owned()],
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("elements of a part are bounded")
}

/// The band of a quantity; `>= x` starts at x without end, `<= x` ends there.
pub fn band<T: Unit>(quantity: &Quantity) -> crate::units::Band<T> {
    match quantity.bound {
        Some(Bound::AtLeast) => crate::units::Band::of(quantity.lo, quantity.lo, f64::INFINITY),
        Some(Bound::AtMost) => crate::units::Band::of(f64::NEG_INFINITY, quantity.hi, quantity.hi),
        None => crate::units::Band::of(quantity.lo, quantity.typ, quantity.hi),
    }
}
