//! The elements of a part: nouns with ends and numbers.

mod contacts;
mod passive;
mod power;

use source::fields::Fields;
use source::value::{Datum, Table, Value};
use source::{Findings, Span, Spanned, Words};

use super::paths::indexed;
use super::terminals::{Ends, Terminals};
use crate::part::Part;
use crate::units::{Bound, Quantity, Unit};

/// Nouns whose values are element tables, in the order in which they are bound.
pub const NOUNS: &[&str] = &[
    "lever",
    "input",
    "coil",
    "interlock",
    "contact",
    "join",
    "source",
    "limit",
    "load",
    "resistor",
    "diode",
    "fuse",
    "line",
    "bus",
    "terminal",
];

/// Where elements go while a part is read.
pub struct Bench<'a> {
    /// The part's id.
    pub id: &'a str,
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
            let _ = terminals.ends("", text, span, &silent);
        }
    };
    for noun in NOUNS {
        let Some(Datum::Table(elements)) = table.get(noun).map(|value| &value.value) else {
            continue;
        };
        for element in &elements.entries {
            if *noun == "terminal" {
                tell(&element.key.value, element.key.span);
            }
            walk(noun, &element.value, &mut tell);
        }
    }
}

fn walk(noun: &str, value: &Value, tell: &mut impl FnMut(&str, Span)) {
    match &value.value {
        Datum::Text(text) if noun == "join" && text.contains(' ') => {
            for side in text.split(" -- ").flat_map(|side| side.split(" -> ")) {
                tell(side.trim(), value.span);
            }
        }
        Datum::List(list) => list.iter().for_each(|value| walk(noun, value, tell)),
        Datum::Table(table) => {
            for entry in &table.entries {
                if let "plus" | "minus" | "across" | "anode" | "cathode" | "com" | "nc" | "no" | "to" | "from" | "at"
                | "of" = entry.key.as_str()
                {
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
    /// The ends that a key names.
    pub(super) fn ends(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Option<Ends> {
        let word = fields.word(key)?;
        self.terminals.ends(&fields.subject, word.value, word.span, self.log)
    }

    pub(super) fn required(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Option<Ends> {
        let word = fields.required_word(key)?;
        self.terminals.ends(&fields.subject, word.value, word.span, self.log)
    }

    /// Both ends of `across = ["a", "b"]`.
    pub(super) fn across(&mut self, fields: &mut Fields<'_>) -> Option<[Ends; 2]> {
        let words = fields.words("across");
        let &[a, b] = words.as_slice() else { return None };
        let mut ends = |word: Spanned<&str>| self.terminals.ends(&fields.subject, word.value, word.span, self.log);
        Some([ends(a)?, ends(b)?])
    }

    /// Reads one noun's table.
    pub fn noun(&mut self, noun: &'static str, elements: &Table) {
        for element in &elements.entries {
            let name = element.key.value.as_str();
            let span = element.key.span;
            let subject = Words::from([self.id, ":", noun, ".", name]);
            if noun == "join" {
                self.join(&subject, name, &element.value, span);
                continue;
            }
            if noun == "input" && matches!(element.value.value, Datum::List(_)) {
                self.input(&subject, name, &element.value, span);
                continue;
            }
            let table = match &element.value.value {
                Datum::Table(table) => table,
                Datum::Broken => continue,
                _ => {
                    self.log.push(source::reading::wrong_shape::finding(&subject, name, &element.value, "a table"));
                    continue;
                }
            };
            if noun == "input" {
                self.input(&subject, name, &element.value, span);
                continue;
            }
            let mut fields = Fields::new(table, subject, ["`", noun, ".", name, "`"], self.log);
            let _ = (fields.take("cite"), fields.take("note"));
            match noun {
                "lever" => self.lever(&mut fields, name.to_owned(), span),
                "coil" => self.coil(&mut fields, name, span),
                "interlock" => self.guard(&mut fields, name.to_owned(), span),
                "contact" => self.contact(&mut fields, name, span),
                "source" => self.source(&mut fields, name, span),
                "limit" => self.limit(&mut fields, name.to_owned(), span),
                "load" => self.load(&mut fields, name, span),
                "resistor" => self.resistor(&mut fields, name, span),
                "diode" => self.diode(&mut fields, name, span),
                "fuse" => self.fuse(&mut fields, name, span),
                "line" => self.line(&mut fields, name, span),
                "terminal" => self.terminal(&mut fields, &element.key),
                _ => {
                    let _ = fields.rest();
                }
            }
            fields.finish();
        }
    }
}

/// `k` for one, `k[3]` for the third of several.
fn numbered(name: &str, n: usize, count: usize) -> String {
    if count == 1 { name.to_owned() } else { indexed(name, number(n + 1)) }
}

/// `k[1..8]` as `k[1]` to `k[8]`.
pub(super) fn expanded(text: &str) -> Vec<String> {
    use super::paths::{Index, segments};
    match segments(text) {
        Ok(parts) if parts.len() == 1 => match &parts[0].index {
            ranges @ Index::Ranges(_) if ranges.count() <= 10_000 => {
                ranges.numbers().map(|n| indexed(parts[0].name, n)).collect()
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
