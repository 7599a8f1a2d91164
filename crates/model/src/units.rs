//! Units as types, numbers with tolerance, and numbers that nobody knows.

use source::Span;

macro_rules! unit {
    ($(#[$doc:meta])* $name:ident, $symbol:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
        pub struct $name(pub f64);
        impl $name {
            /// The unit's symbol.
            pub const SYMBOL: &'static str = $symbol;
        }
        impl Unit for $name {
            fn new(base: f64) -> Self {
                Self(base)
            }
            fn base(self) -> f64 {
                self.0
            }
        }
        impl std::ops::Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl std::ops::Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
                Self(all.map(|one| one.0).sum())
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&shown(self.0, $symbol))
            }
        }
    };
}

/// A physical unit over `f64`, in the SI unit without prefix.
pub trait Unit: Copy + PartialOrd {
    /// From a number in the base unit.
    fn new(base: f64) -> Self;
    /// The number in the base unit.
    fn base(self) -> f64;
}

unit!(/** Volts. */ Volts, "V");
unit!(/** Amperes. */ Amps, "A");
unit!(/** Ohms. */ Ohms, "ohm");
unit!(/** Watts. */ Watts, "W");
unit!(/** Volt-amperes. */ VoltAmps, "VA");
unit!(/** Metres. */ Metres, "m");
unit!(/** Seconds. */ Seconds, "s");
unit!(/** American wire gauge number; a larger number is a thinner wire. */ Awg, "AWG");
unit!(/** Ohms per metre of one conductor. */ OhmsPerMetre, "ohm/m");
unit!(/** A share; 1.0 is 100 %. */ Share, "");
unit!(/** Bits a second. */ BitRate, "bit/s");
unit!(/** Bytes. */ Bytes, "B");
unit!(/** Rack units, of 44.45 mm. */ RackUnits, "U");
unit!(/** Degrees Celsius. */ Celsius, "degC");

/// `0.0712 A` as `71.2 mA`: at most three significant figures, prefix where it helps.
pub fn shown(base: f64, symbol: &str) -> String {
    let size = base.abs();
    let prefixed = matches!(symbol, "V" | "A" | "ohm" | "W" | "s" | "ohm/m" | "m" | "Hz" | "VA");
    let (scale, prefix) = match size {
        _ if matches!(symbol, "bit/s" | "B") => match size {
            _ if size >= 1e12 => (1e-12, "T"),
            _ if size >= 1e9 => (1e-9, "G"),
            _ if size >= 1e6 => (1e-6, "M"),
            _ if size >= 1e3 => (1e-3, "k"),
            _ => (1.0, ""),
        },
        _ if !prefixed || size == 0.0 => (1.0, ""),
        _ if size < 1e-3 => (1e6, "µ"),
        _ if size < (if symbol == "V" || symbol == "A" { 0.1 } else { 1.0 }) => (1e3, "m"),
        _ if size >= 1e6 => (1e-6, "M"),
        _ if size >= 1e4 => (1e-3, "k"),
        _ => (1.0, ""),
    };
    let number = base * scale;
    let digits = match number.abs() {
        n if n >= 100.0 => 0,
        n if n >= 10.0 => 1,
        _ => 2,
    };
    let mut text = format!("{number:.digits$}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    let space = if symbol.is_empty() { "" } else { " " };
    format!("{text}{space}{prefix}{symbol}")
}

/// A number with what it may lie between.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Band<T> {
    /// Least.
    pub lo: T,
    /// What was written, or the middle of a written range.
    pub typ: T,
    /// Most.
    pub hi: T,
}

impl<T: Unit> Band<T> {
    /// A band from its three numbers in the base unit.
    pub fn of(lo: f64, typ: f64, hi: f64) -> Self {
        Self { lo: T::new(lo), typ: T::new(typ), hi: T::new(hi) }
    }

    /// One exact number.
    pub fn exact(value: T) -> Self {
        Self { lo: value, typ: value, hi: value }
    }

    /// Sum, end by end.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self::of(self.lo.base() + other.lo.base(), self.typ.base() + other.typ.base(), self.hi.base() + other.hi.base())
    }

    /// `n` times.
    #[must_use]
    pub fn times(self, n: f64) -> Self {
        Self::of(self.lo.base() * n, self.typ.base() * n, self.hi.base() * n)
    }
}

impl<T: Unit + std::fmt::Display> std::fmt::Display for Band<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if (self.hi.base() - self.lo.base()).abs() < 1e-12 {
            write!(f, "{}", self.typ)
        } else {
            write!(f, "{} to {}", self.lo, self.hi)
        }
    }
}

/// A number of a build: known, or known to be unknown.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Number<T> {
    /// Written, with its place.
    Is(Band<T>, Span),
    /// `"unstated"`: nobody knows.
    Unstated(Span),
    /// `"choice"` that no device setting made.
    Choice(Span),
    /// No such key.
    #[default]
    Absent,
}

impl<T: Copy> Number<T> {
    /// The band, if it is known.
    pub fn known(&self) -> Option<Band<T>> {
        match self {
            Self::Is(band, _) => Some(*band),
            _ => None,
        }
    }

    /// Where it was written (also `unstated` and `choice`).
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Is(_, span) | Self::Unstated(span) | Self::Choice(span) => Some(*span),
            Self::Absent => None,
        }
    }

    /// Whether the key stands there but gives no number.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unstated(_) | Self::Choice(_))
    }

    /// Whether there is no such key.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// An amount of money, exact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Money {
    /// The amount.
    pub amount: rust_decimal::Decimal,
    /// `USD`, `EUR`, `GBP`.
    pub currency: String,
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} {}", self.amount, self.currency)
    }
}

/// What a quantity measures.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dimension {
    /// V.
    Voltage,
    /// A.
    Current,
    /// W.
    Power,
    /// VA.
    ApparentPower,
    /// ohm.
    Resistance,
    /// ohm/m.
    LineResistance,
    /// Hz.
    Frequency,
    /// Wh.
    Energy,
    /// Ah.
    Charge,
    /// s.
    Time,
    /// m.
    Length,
    /// AWG.
    Gauge,
    /// mm2, in mm2.
    Area,
    /// kg.
    Mass,
    /// degC.
    Temperature,
    /// %, 1.0 is 100 %.
    Ratio,
    /// A2s.
    Melting,
    /// Rack units.
    Rack,
    /// Bytes.
    Data,
    /// bit/s.
    Rate,
    /// Money, the amount as f64; exact amounts use [`Money`].
    Money,
}

/// A quantity as written, in base units; see `docs/language.md`.
#[derive(Clone, PartialEq, Debug)]
pub struct Quantity {
    /// `~` stood in front (5 % either way, already in `lo` and `hi`).
    pub about: bool,
    /// `>=` (at least) or `<=` (at most) stood in front: the other end is then infinite.
    pub bound: Option<Bound>,
    /// Least.
    pub lo: f64,
    /// What was written, or the middle of the range.
    pub typ: f64,
    /// Most.
    pub hi: f64,
    /// What it measures.
    pub dimension: Dimension,
    /// For money: which.
    pub currency: Option<String>,
    /// `ac` stood behind.
    pub ac: bool,
    /// `@ …`.
    pub at: Option<Box<Quantity>>,
    /// `for …`.
    pub dwell: Option<Box<Quantity>>,
    /// Where.
    pub span: Span,
}

/// The side that a quantity bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// `>=`.
    AtLeast,
    /// `<=`.
    AtMost,
}
