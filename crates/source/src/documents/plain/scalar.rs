//! Strings on one line, whole numbers, numbers with a point, days, `true` and `false`.

use toml::value::Datetime;

use super::Reader;
use crate::piece::Piece;
use crate::span::{Spanned, Word};
use crate::value::{Date, Datum, Value};

/// Longest whole number that surely fits, digits.
const DIGITS: usize = 18;

/// Whether a byte may stand in a string or a comment.
pub(super) fn printable(byte: u8) -> Option<()> {
    (byte == b'\t' || (byte >= 0x20 && byte != 0x7f)).then_some(())
}

impl Reader<'_> {
    /// A string of one line; its span is that of its contents unless an escape moved them.
    pub(super) fn string(&mut self, quote: u8) -> Option<Word> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek()? {
                byte if byte == quote => break,
                b'\\' if quote == b'"' => return self.escaped(start),
                byte => printable(byte)?,
            }
            self.at += 1;
        }
        self.at += 1;
        // Two quotes and a third begin a string of several lines.
        if self.at - start == 2 && self.peek() == Some(quote) {
            return None;
        }
        Some(Spanned::new(self.piece(start + 1, self.at - 1)?, self.span(start + 1, self.at - 1)))
    }

    /// The same from its first backslash on.
    fn escaped(&mut self, start: usize) -> Option<Word> {
        let mut said = String::new();
        let mut from = start + 1;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    said.push_str(self.text.get(from..self.at)?);
                    said.push(match self.text.as_bytes().get(self.at + 1)? {
                        b'n' => '\n',
                        b't' => '\t',
                        b'"' => '"',
                        b'\\' => '\\',
                        _ => return None,
                    });
                    self.at += 2;
                    from = self.at;
                }
                byte => {
                    printable(byte)?;
                    self.at += 1;
                }
            }
        }
        said.push_str(self.text.get(from..self.at)?);
        self.at += 1;
        Some(Spanned::new(Piece::from(said), self.span(start, self.at)))
    }

    /// A number, a day, `true` or `false`.
    pub(super) fn scalar(&mut self) -> Option<Value> {
        let start = self.at;
        while let Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'_' | b'.' | b':') = self.peek() {
            self.at += 1;
        }
        let word = self.text.get(start..self.at)?;
        let datum = match word {
            "true" => Datum::Flag(true),
            "false" => Datum::Flag(false),
            _ if word.len() == 10 && word.as_bytes()[4] == b'-' => self.day(word)?,
            _ => number(word)?,
        };
        Some(Spanned::new(datum, self.span(start, self.at)))
    }

    fn day(&self, word: &str) -> Option<Datum> {
        // A blank and a digit behind a day are a time of day.
        let next = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if let [b' ', b'0'..=b'9', ..] = next {
            return None;
        }
        match word.parse::<Datetime>().ok()? {
            Datetime { date: Some(day), time: None, offset: None } => {
                Some(Datum::Date(Date { year: day.year, month: day.month, day: day.day }))
            }
            _ => None,
        }
    }
}

fn number(word: &str) -> Option<Datum> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let (whole, part) = match digits.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (digits, None),
    };
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = all(whole) && (whole == "0" || !whole.starts_with('0')) && part.is_none_or(all);
    match (plain, part) {
        (false, _) => None,
        (true, None) if whole.len() <= DIGITS => word.parse().ok().map(Datum::Integer),
        (true, None) => None,
        (true, Some(_)) => word.parse().ok().map(Datum::Float),
    }
}
