//! The tree that a file becomes: tables in written order, a span on every key and value.

use crate::piece::Piece;
use crate::span::{Span, Spanned, Word};

/// A value and its place.
pub type Value = Spanned<Datum>;

/// What a value can be.
#[derive(Clone, PartialEq, Debug)]
pub enum Datum {
    /// A string.
    Text(Piece),
    /// A whole number.
    Integer(i64),
    /// A number with a point.
    Float(f64),
    /// `true` or `false`.
    Flag(bool),
    /// A day.
    Date(Date),
    /// A list.
    List(Vec<Value>),
    /// A table.
    Table(Table),
    /// What a syntax error left behind; whoever meets it stays silent, the error was told.
    Broken,
}

impl Datum {
    /// The kind in words, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Flag(_) => "true or false",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Broken => "nothing",
        }
    }
}

/// A civil date, as TOML writes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Date {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
}

impl Date {
    /// Days since 1 March of year 0, proleptic Gregorian (so that differences are exact).
    pub fn days(self) -> i64 {
        let (month, year) = match self.month {
            0..=2 => (i64::from(self.month) + 9, i64::from(self.year) - 1),
            _ => (i64::from(self.month) - 3, i64::from(self.year)),
        };
        365 * year + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + i64::from(self.day) - 1
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A table, its entries in the order in which they were written.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// Keys and values.
    pub entries: Vec<Entry>,
    /// Where the table stands (for a table made by dotted keys: its first key).
    pub span: Span,
}

/// A key and its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key.
    pub key: Word,
    /// The value.
    pub value: Value,
}

impl Table {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|entry| entry.key.value == *key).map(|entry| &entry.value)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_between_dates_are_exact_across_leap_years() {
        let days = |year, month, day| Date { year, month, day }.days();
        assert_eq!(days(2024, 3, 1) - days(2024, 2, 28), 2);
        assert_eq!(days(2023, 3, 1) - days(2023, 2, 28), 1);
        assert_eq!(days(2026, 11, 23) - days(2021, 6, 28), 1974);
    }
}
