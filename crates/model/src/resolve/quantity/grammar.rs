//! One quantity, from text to base units: `["~"] [">=" | "<="] n[..n[..n]] unit [tolerance] ["ac"] ["@" quantity] ["for" quantity]`.

use source::Span;
use source::nearest::nearest;

use super::symbols;
use crate::units::{Bound, Dimension, Quantity};

/// Largest magnitude in base units: products of two stay far from overflow.
const LARGEST: f64 = 1e18;
/// What `~` allows, either way.
const ABOUT: f64 = 0.05;

/// Why a text is no quantity, and which of its bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Trouble {
    /// The bytes.
    pub at: Span,
    /// What is wrong with them.
    pub what: TroubleKind,
}

/// What can be wrong with a quantity.
#[derive(Clone, PartialEq, Debug)]
pub enum TroubleKind {
    /// There is no number where one is due.
    NoNumber,
    /// A number without a unit.
    NoUnit,
    /// A symbol that is no unit; one that is near.
    UnknownUnit(String, Option<&'static str>),
    /// A range whose first number is the larger one.
    Downwards,
    /// Beyond what is counted with.
    TooLarge,
    /// Below zero, where that has no meaning.
    Negative,
    /// A tolerance that is none.
    BadTolerance,
    /// A tolerance or the end of a range in another dimension.
    MixedUnits,
    /// A range, bound or tolerance where one exact amount is due.
    NotExact,
    /// A price of nothing.
    Free,
    /// A price break that does not make a pack cheaper.
    NoFall,
    /// Text behind the quantity.
    Trailing(String),
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
    span: Span,
}

/// Reads a quantity; `span` is the place of `text`.
///
/// # Errors
/// The first bytes that cannot be read, and why.
pub fn parse(text: &str, span: Span) -> Result<Quantity, Trouble> {
    let mut cursor = Cursor { text, at: 0, span };
    let mut quantity = cursor.simple()?;
    if cursor.eat("@") {
        quantity.at = Some(Box::new(cursor.simple()?));
    }
    if cursor.word("for") {
        quantity.dwell = Some(Box::new(cursor.simple()?));
    }
    cursor.blank();
    if cursor.at < text.len() {
        let rest = cursor.rest().trim_end().to_owned();
        return Err(cursor.trouble(cursor.at, TroubleKind::Trailing(rest)));
    }
    quantity.span = span;
    Ok(quantity)
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn blank(&mut self) {
        // Nearly always there is a letter, a digit or nothing.
        if self.text.as_bytes().get(self.at).is_none_or(u8::is_ascii_graphic) {
            return;
        }
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.blank();
        let there = self.text.as_bytes()[self.at..].starts_with(token.as_bytes());
        self.at += if there { token.len() } else { 0 };
        there
    }

    fn word(&mut self, word: &str) -> bool {
        self.blank();
        if self.at == self.text.len() {
            return false;
        }
        let whole =
            self.rest().strip_prefix(word).is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric()));
        whole && self.eat(word)
    }

    fn trouble(&self, from: usize, what: TroubleKind) -> Trouble {
        let end = if self.at > from { self.at } else { self.text.len() };
        Trouble { at: self.span.part(from, end), what }
    }

    /// The bytes of a number here (sign, digits, point, exponent), or none.
    fn digits(&self, sign: bool) -> usize {
        let bytes = self.rest().as_bytes();
        let run = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = usize::from(sign && bytes.first() == Some(&b'-'));
        let whole = run(end);
        if whole == 0 {
            return 0;
        }
        end += whole;
        if bytes.get(end) == Some(&b'.') && run(end + 1) > 0 {
            end += 1 + run(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if run(end + 1 + sign) > 0 {
                end += 1 + sign + run(end + 1 + sign);
            }
        }
        end
    }

    fn number(&mut self, sign: bool) -> Result<f64, Trouble> {
        self.blank();
        let (from, length) = (self.at, self.digits(sign));
        let written = &self.rest()[..length];
        self.at += length;
        match written.parse::<f64>() {
            Ok(number) if number.abs() <= LARGEST => Ok(number),
            Ok(_) => Err(self.trouble(from, TroubleKind::TooLarge)),
            Err(_) => Err(self.trouble(from, TroubleKind::NoNumber)),
        }
    }

    /// A unit symbol: its dimension, its size, and the symbol.
    fn unit(&mut self) -> Result<(Dimension, f64, &'a str), Trouble> {
        self.blank();
        let (from, rest) = (self.at, self.rest());
        let symbol = if rest.starts_with('%') {
            "%"
        } else {
            let stop = |c: char| c.is_whitespace() || matches!(c, '±' | '+' | '-' | '@' | '~' | '<' | '>');
            &rest[..rest.find(stop).unwrap_or(rest.len())]
        };
        self.at += symbol.len();
        match symbols::meaning(symbol) {
            Some((dimension, size)) => Ok((dimension, size, symbol)),
            None if symbol.is_empty() => Err(self.trouble(from, TroubleKind::NoUnit)),
            None => {
                let near = nearest(symbol, symbols::all());
                let near = near.or_else(|| symbols::all().find(|known| known.eq_ignore_ascii_case(symbol)));
                Err(self.trouble(from, TroubleKind::UnknownUnit(symbol.to_owned(), near)))
            }
        }
    }

    /// Everything but `@` and `for`.
    fn simple(&mut self) -> Result<Quantity, Trouble> {
        let about = self.eat("~");
        let bound = match (self.eat(">="), self.eat("<=")) {
            (true, false) => Some(Bound::AtLeast),
            (false, true) => Some(Bound::AtMost),
            (false, false) => None,
            (true, true) => return Err(self.trouble(0, TroubleKind::NoNumber)),
        };
        self.blank();
        let from = self.at;
        let first = self.number(true)?;
        let mut more = [first, first];
        let mut count = 1;
        while count < 3 && self.rest().starts_with("..") {
            self.at += 2;
            more = [more[1], self.number(true)?];
            count += 1;
        }
        let [middle, last] = more;
        let numbers_end = self.at;
        let (dimension, size, symbol) = self.unit()?;
        let downwards = first > last || count == 3 && !(first..=last).contains(&middle);
        if downwards && dimension != Dimension::Gauge {
            return Err(Trouble { at: self.span.part(from, numbers_end), what: TroubleKind::Downwards });
        }
        let signed = matches!(dimension, Dimension::Voltage | Dimension::Temperature | Dimension::Gauge);
        if first < 0.0 && !signed {
            return Err(Trouble { at: self.span.part(from, numbers_end), what: TroubleKind::Negative });
        }
        let (mut lo, mut hi) = (first.min(last) * size, first.max(last) * size);
        let typ = match count {
            1 => lo,
            2 => f64::midpoint(lo, hi),
            _ => middle * size,
        };
        match self.tolerance(dimension)? {
            Some((less, more)) => (lo, hi) = (lo - less.of(lo), hi + more.of(hi)),
            None if about => (lo, hi) = (lo - ABOUT * lo.abs(), hi + ABOUT * hi.abs()),
            None => {}
        }
        if lo.abs() > LARGEST || hi.abs() > LARGEST {
            return Err(self.trouble(from, TroubleKind::TooLarge));
        }
        match bound {
            Some(Bound::AtLeast) => hi = f64::INFINITY,
            Some(Bound::AtMost) if signed => lo = f64::NEG_INFINITY,
            Some(Bound::AtMost) => lo = 0.0,
            None => {}
        }
        let currency = (dimension == Dimension::Money).then(|| symbol.to_owned());
        let ac = self.word("ac");
        let span = self.span.part(from, self.at);
        Ok(Quantity { about, bound, lo, typ, hi, dimension, currency, ac, at: None, dwell: None, span })
    }

    /// `±5%`, `±0.3 V`, `+10% -5%`: how much less, how much more.
    fn tolerance(&mut self, dimension: Dimension) -> Result<Option<(Slack, Slack)>, Trouble> {
        self.blank();
        let from = self.at;
        if from == self.text.len() {
            return Ok(None);
        }
        if self.eat("±") {
            let both = self.slack(dimension, from)?;
            return Ok(Some((both, both)));
        }
        if self.eat("+") {
            let more = self.slack(dimension, from)?;
            let less = if self.eat("-") { self.slack(dimension, from)? } else { Slack { share: 0.0, plain: 0.0 } };
            return Ok(Some((less, more)));
        }
        if self.eat("-") {
            let less = self.slack(dimension, from)?;
            let more = if self.eat("+") { self.slack(dimension, from)? } else { Slack { share: 0.0, plain: 0.0 } };
            return Ok(Some((less, more)));
        }
        Ok(None)
    }

    fn slack(&mut self, dimension: Dimension, from: usize) -> Result<Slack, Trouble> {
        let bad = |trouble: Trouble| Trouble { what: TroubleKind::BadTolerance, ..trouble };
        let number = self.number(false).map_err(bad)?;
        let (measures, size, _) = self.unit().map_err(bad)?;
        match measures {
            Dimension::Ratio if number > 100.0 => Err(self.trouble(from, TroubleKind::BadTolerance)),
            Dimension::Ratio => Ok(Slack { share: number * size, plain: 0.0 }),
            same if same == dimension => Ok(Slack { share: 0.0, plain: number * size }),
            _ => Err(self.trouble(from, TroubleKind::MixedUnits)),
        }
    }
}

/// One side of a tolerance.
#[derive(Clone, Copy)]
struct Slack {
    share: f64,
    plain: f64,
}

impl Slack {
    fn of(self, number: f64) -> f64 {
        self.share * number.abs() + self.plain
    }
}
