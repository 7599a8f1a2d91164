//! From text to a tree with a span on every key and value; syntax errors become findings and the rest is kept.

use toml::de::{DeTable, DeValue};

use super::{DEEPEST, plain};
use crate::finding::Findings;
use crate::piece::Piece;
use crate::reading::invalid_toml;
use crate::span::{FileId, SourceMap, Span, Spanned};
use crate::value::{Date, Datum, Entry, Table, Value};

/// The tree of a file; syntax errors become findings and the rest is kept.
pub fn tree(file: FileId, sources: &SourceMap, log: &Findings) -> Table {
    let text = sources.text(file);
    if let Some(table) = plain::tree(file, sources.shared(file)) {
        return table;
    }
    whole(file, text, sources, log)
}

/// The same by the full parser, which takes all of TOML and knows what is wrong.
pub(super) fn whole(file: FileId, text: &str, sources: &SourceMap, log: &Findings) -> Table {
    if let Some(at) = too_deep(text) {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let span = Span { file, start: at.min(end), end: at.saturating_add(1).min(end) };
        log.push(invalid_toml::finding(sources, span, "brackets nest deeper than 64"));
        return Table { entries: Vec::new(), span: Span { file, start: 0, end: 0 } };
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    for error in &errors {
        let at = error.span().unwrap_or(0..0);
        let start = u32::try_from(at.start).unwrap_or(end).min(end);
        let span = Span { file, start, end: u32::try_from(at.end).unwrap_or(end).clamp(start, end) };
        log.push(invalid_toml::finding(sources, span, error.message()));
    }
    let walk = Walk { file, text, broken: !errors.is_empty() };
    walk.table(root.get_ref(), walk.span(root.span()))
}

/// The first byte at which brackets nest too deep, outside strings and comments.
fn too_deep(text: &str) -> Option<u32> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0usize, 0usize);
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at = text[at..].find('\n').map_or(bytes.len(), |n| at + n),
            quote @ (b'"' | b'\'') => {
                let triple = bytes[at..].starts_with(&[quote; 3]);
                at += if triple { 3 } else { 1 };
                while at < bytes.len() {
                    match bytes[at] {
                        b'\\' if quote == b'"' => at += 1,
                        b'\n' if !triple => break,
                        byte if byte == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) => break,
                        _ => {}
                    }
                    at += 1;
                }
                at += if triple { 2 } else { 0 };
            }
            b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return u32::try_from(at).ok();
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    text.lines()
        .position(|line| line.split('=').next().is_some_and(|key| key.matches('.').count() > DEEPEST))
        .map(|_| 0)
}

struct Walk<'a> {
    file: FileId,
    text: &'a str,
    broken: bool,
}

impl Walk<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        let number = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: number(range.start), end: number(range.end) }
    }

    /// The span of a string's contents where no escape moves them, else of the whole literal.
    fn inner(&self, range: std::ops::Range<usize>, contents: &str) -> Span {
        let raw = self.text.get(range.clone()).unwrap_or("");
        let quoted = raw.starts_with(['"', '\'']);
        if quoted && raw.len() == contents.len() + 2 {
            self.span(range.start + 1..range.end - 1)
        } else {
            self.span(range)
        }
    }

    fn table(&self, table: &DeTable<'_>, span: Span) -> Table {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| Entry {
                key: Spanned::new(Piece::from(key.get_ref().as_ref()), self.inner(key.span(), key.get_ref())),
                value: self.value(value.get_ref(), value.span()),
            })
            .collect();
        entries.sort_by_key(|entry| entry.key.span);
        Table { entries, span }
    }

    fn value(&self, value: &DeValue<'_>, range: std::ops::Range<usize>) -> Value {
        if range.is_empty() && self.broken && !matches!(value, DeValue::Table(_)) {
            return Spanned::new(Datum::Broken, self.span(range));
        }
        let datum = match value {
            DeValue::String(text) => {
                return Spanned::new(Datum::Text(Piece::from(text.as_ref())), self.inner(range, text));
            }
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).map_or(Datum::Float(f64::MAX), Datum::Integer)
            }
            DeValue::Float(number) => number.as_str().parse().map_or(Datum::Broken, Datum::Float),
            DeValue::Boolean(flag) => Datum::Flag(*flag),
            DeValue::Datetime(moment) => match (&moment.date, &moment.time) {
                (Some(date), None) => Datum::Date(Date { year: date.year, month: date.month, day: date.day }),
                _ => Datum::Text(Piece::from(moment.to_string())),
            },
            DeValue::Array(list) => {
                Datum::List(list.iter().map(|value| self.value(value.get_ref(), value.span())).collect())
            }
            DeValue::Table(table) => Datum::Table(self.table(table, self.span(range.clone()))),
        };
        Spanned::new(datum, self.span(range))
    }
}
