//! A cursor over one table: what is asked for is known, what nobody asks for is an unknown key.

use crate::finding::Findings;
use crate::reading::{missing_key, unknown_key, wrong_shape};
use crate::span::{Span, Spanned, Text};
use crate::value::{Date, Datum, Entry, Table, Value};
use crate::words::Words;

/// Keys that most tables are asked for at most.
const ASKED: usize = 24;

/// Reads one table; call [`Fields::finish`] when everything has been asked for.
pub struct Fields<'a> {
    table: &'a Table,
    /// [`shape`] of every key: most keys that are asked for are seen to be absent at a glance.
    shapes: u64,
    taken: Taken,
    asked: Vec<&'static str>,
    /// What the table is, for messages: "part `pi-4b`".
    pub place: Words<'a>,
    /// The subject of findings about this table.
    pub subject: Words<'a>,
    log: &'a Findings,
}

/// A bit for a key's length and first byte.
fn shape(length: usize, first: Option<u8>) -> u64 {
    1 << ((5 * length + usize::from(first.unwrap_or(0))) % 64)
}

/// Which entries were taken: a bit each, for few tables have more than 64.
#[derive(Default)]
struct Taken {
    few: u64,
    more: Vec<bool>,
}

impl Taken {
    fn of(entries: usize) -> Self {
        Self { few: 0, more: vec![false; entries.saturating_sub(64)] }
    }

    fn has(&self, at: usize) -> bool {
        if at < 64 { self.few >> at & 1 == 1 } else { self.more[at - 64] }
    }

    fn add(&mut self, at: usize) {
        if at < 64 {
            self.few |= 1 << at;
        } else {
            self.more[at - 64] = true;
        }
    }
}

impl<'a> Fields<'a> {
    /// A cursor; `subject` is the path that findings name, `place` the words for it.
    pub fn new(
        table: &'a Table,
        subject: impl Into<Words<'a>>,
        place: impl Into<Words<'a>>,
        log: &'a Findings,
    ) -> Self {
        Self {
            taken: Taken::of(table.entries.len()),
            shapes: table
                .entries
                .iter()
                .map(|entry| shape(entry.key.value.len(), entry.key.value.first()))
                .fold(0, std::ops::BitOr::bitor),
            table,
            asked: Vec::with_capacity(ASKED),
            place: place.into(),
            subject: subject.into(),
            log,
        }
    }

    /// The findings' book, for whoever reads values out of these fields.
    pub fn log(&self) -> &'a Findings {
        self.log
    }

    /// Where the table stands.
    pub fn span(&self) -> Span {
        self.table.span
    }

    /// Takes a value whatever its shape.
    pub fn take(&mut self, key: &'static str) -> Option<&'a Value> {
        self.asked.push(key);
        if self.shapes & shape(key.len(), key.bytes().next()) == 0 {
            return None;
        }
        let at = self.table.entries.iter().position(|entry| entry.key.value == *key)?;
        self.taken.add(at);
        let value = &self.table.entries[at].value;
        (value.value != Datum::Broken).then_some(value)
    }

    /// The place of a key, if it is there.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.table.entries.iter().find(|entry| entry.key.value == *key).map(|entry| entry.key.span)
    }

    /// Takes everything that nobody took yet, in written order.
    pub fn rest(&mut self) -> Vec<&'a Entry> {
        let mut rest = Vec::new();
        for (at, entry) in self.table.entries.iter().enumerate() {
            if !self.taken.has(at) {
                self.taken.add(at);
                rest.push(entry);
            }
        }
        rest
    }

    fn shape(&self, key: &str, value: &Value, expected: &str) {
        self.log.push(wrong_shape::finding(&self.subject, key, value, expected));
    }

    /// A string.
    pub fn text(&mut self, key: &'static str) -> Option<Text> {
        self.word(key).map(|word| Spanned::new(word.value.to_owned(), word.span))
    }

    /// A string, to be looked at and not kept.
    pub fn word(&mut self, key: &'static str) -> Option<Spanned<&'a str>> {
        let value = self.take(key)?;
        match &value.value {
            Datum::Text(text) => Some(Spanned::new(text.as_str(), value.span)),
            _ => {
                self.shape(key, value, "a string");
                None
            }
        }
    }

    /// A string that must be there.
    pub fn required_text(&mut self, key: &'static str) -> Option<Text> {
        self.required_word(key).map(|word| Spanned::new(word.value.to_owned(), word.span))
    }

    /// A string that must be there, to be looked at and not kept.
    pub fn required_word(&mut self, key: &'static str) -> Option<Spanned<&'a str>> {
        if self.key_span(key).is_none() {
            self.asked.push(key);
            self.log.push(missing_key::finding(&self.subject, &self.place, key, self.table.span));
            return None;
        }
        self.word(key)
    }

    /// A whole number.
    pub fn integer(&mut self, key: &'static str) -> Option<Spanned<i64>> {
        let value = self.take(key)?;
        match value.value {
            Datum::Integer(number) => Some(Spanned::new(number, value.span)),
            _ => {
                self.shape(key, value, "a whole number");
                None
            }
        }
    }

    /// A count: a whole number from `least` to `most`.
    pub fn count(&mut self, key: &'static str, least: u32, most: u32) -> Option<Spanned<u32>> {
        let number = self.integer(key)?;
        match u32::try_from(number.value) {
            Ok(count) if least <= count && count <= most => Some(Spanned::new(count, number.span)),
            _ => {
                let value = Value::new(Datum::Integer(number.value), number.span);
                self.shape(key, &value, &format!("a count from {least} to {most}"));
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &'static str) -> Option<Spanned<bool>> {
        let value = self.take(key)?;
        match value.value {
            Datum::Flag(flag) => Some(Spanned::new(flag, value.span)),
            _ => {
                self.shape(key, value, "true or false");
                None
            }
        }
    }

    /// A date.
    pub fn date(&mut self, key: &'static str) -> Option<Spanned<Date>> {
        let value = self.take(key)?;
        match value.value {
            Datum::Date(date) => Some(Spanned::new(date, value.span)),
            _ => {
                self.shape(key, value, "a date such as 2026-11-23");
                None
            }
        }
    }

    /// A table.
    pub fn table(&mut self, key: &'static str) -> Option<&'a Table> {
        let value = self.take(key)?;
        match &value.value {
            Datum::Table(table) => Some(table),
            _ => {
                self.shape(key, value, "a table");
                None
            }
        }
    }

    /// One value or a list of them.
    pub fn list(&mut self, key: &'static str) -> Vec<&'a Value> {
        match self.take(key) {
            None => Vec::new(),
            Some(Spanned { value: Datum::List(list), .. }) => {
                list.iter().filter(|v| v.value != Datum::Broken).collect()
            }
            Some(value) => vec![value],
        }
    }

    /// One string or a list of strings.
    pub fn texts(&mut self, key: &'static str) -> Vec<Text> {
        self.words(key).into_iter().map(|word| Spanned::new(word.value.to_owned(), word.span)).collect()
    }

    /// One string or a list of strings, to be looked at and not kept.
    pub fn words(&mut self, key: &'static str) -> Vec<Spanned<&'a str>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let values = match &value.value {
            Datum::List(list) => list.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let mut words = Vec::with_capacity(values.len());
        for value in values {
            match &value.value {
                Datum::Text(text) => words.push(Spanned::new(text.as_str(), value.span)),
                Datum::Broken => {}
                _ => self.shape(key, value, "a string"),
            }
        }
        words
    }

    /// Says so if the value is no table, and gives the table if it is.
    pub fn as_table(&self, key: &str, value: &'a Value) -> Option<&'a Table> {
        match &value.value {
            Datum::Table(table) => Some(table),
            Datum::Broken => None,
            _ => {
                self.shape(key, value, "a table");
                None
            }
        }
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self) {
        for (at, entry) in self.table.entries.iter().enumerate() {
            if !self.taken.has(at) {
                self.log.push(unknown_key::finding(&self.subject, &self.place, &entry.key, &self.asked));
            }
        }
    }
}
