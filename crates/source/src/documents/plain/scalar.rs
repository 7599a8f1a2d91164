//! Strings on one line, whole numbers, numbers with a point, days, `true` and `false`.

use toml::value::Datetime;

use super::Reader;
use crate::piece::Piece;
use crate::span::{Spanned, Word};
use crate::value::{Date, Datum, Value};

/// Longest whole number that surely fits, digits.
const DIGITS: usize = 18;

/// Whether a byte may stand in a string or a comment.
pub(super) fn printable(byte: u8) -> bool {
    byte == b'\t' || (byte >= 0x20 && byte != 0x7f)
}

/// Whether no byte needs a second look: a control character, a backslash. Without an early end, so that it goes by many at a time.
pub(super) fn simple(bytes: &[u8]) -> bool {
    !bytes.iter().fold(false, |odd, &byte| odd | (byte < 0x20) | (byte == 0x7f) | (byte == b'\\'))
}

impl Reader<'_> {
    /// A string of one line; its span is that of its contents unless an escape moved them.
    pub(super) fn string(&mut self, quote: u8) -> Option<Word> {
        let start = self.at;
        self.at += 1;
        let length = self.text[self.at..].find(char::from(quote))?;
        if simple(&self.text.as_bytes()[self.at..self.at + length]) {
            self.at += length;
        } else {
            self.skip(|byte| byte != quote && byte != b'\\' && printable(byte));
        }
        while self.peek() == Some(b'\\') {
            if quote == b'"' {
                return self.escaped(start);
            }
            self.at += 1;
            self.skip(|byte| byte != quote && byte != b'\\' && printable(byte));
        }
        if self.peek()? != quote {
            return None;
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
                byte if printable(byte) => self.at += 1,
                _ => return None,
            }
        }
        said.push_str(self.text.get(from..self.at)?);
        self.at += 1;
        Some(Spanned::new(Piece::from(said), self.span(start, self.at)))
    }

    /// A number, a day, `true` or `false`.
    pub(super) fn scalar(&mut self) -> Option<Value> {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'_' | b'.' | b':'));
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
