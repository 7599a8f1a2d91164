//! Promises and values as people read them.

use model::purchase::Promise;
use model::units::{Bound, Dimension, Money, shown};

use super::SAME;

/// What an expression comes to.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A count.
    Count(i64),
    /// A number in base units.
    Quantity {
        /// Least.
        lo: f64,
        /// Most.
        hi: f64,
        /// What it measures.
        dimension: Dimension,
    },
    /// A number without a unit.
    Number(f64),
    /// Whether something is so.
    Flag(bool),
    /// An amount of money.
    Money(Money),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Money(money) => write!(f, "{money}"),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Number(number) if !number.is_finite() => f.write_str("never"),
            Self::Number(number) => {
                let number = format!("{number:.3}");
                f.write_str(number.trim_end_matches('0').trim_end_matches('.'))
            }
            Self::Quantity { lo, hi, dimension } if (hi - lo).abs() <= SAME * hi.abs() => {
                f.write_str(&told(*lo, *dimension))
            }
            Self::Quantity { lo, hi, dimension } => write!(f, "{} to {}", told(*lo, *dimension), told(*hi, *dimension)),
        }
    }
}

/// A number in base units as people read it.
fn told(base: f64, dimension: Dimension) -> String {
    let (symbol, steps): (&str, &[(f64, &str)]) = match dimension {
        Dimension::Voltage => return shown(base, "V"),
        Dimension::Current => return shown(base, "A"),
        Dimension::Power => return shown(base, "W"),
        Dimension::ApparentPower => return shown(base, "VA"),
        Dimension::Resistance => return shown(base, "ohm"),
        Dimension::LineResistance => return shown(base, "ohm/m"),
        Dimension::Length => return shown(base, "m"),
        Dimension::Time => return shown(base, "s"),
        Dimension::Frequency => ("Hz", &[(1e9, "G"), (1e6, "M"), (1e3, "k")]),
        Dimension::Data => ("B", &[(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]),
        Dimension::Rate => ("bit/s", &[(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]),
        Dimension::Energy => ("Wh", &[(1e3, "k")]),
        Dimension::Charge => ("Ah", &[]),
        Dimension::Gauge => ("AWG", &[]),
        Dimension::Area => ("mm2", &[]),
        Dimension::Mass => ("kg", &[]),
        Dimension::Temperature => ("degC", &[]),
        Dimension::Ratio => return shown(base * 100.0, "%"),
        Dimension::Melting => ("A2s", &[]),
        Dimension::Rack => ("U", &[]),
        Dimension::Money => ("", &[]),
    };
    let (size, prefix) = steps.iter().find(|(size, _)| base.abs() >= *size).copied().unwrap_or((1.0, ""));
    let number = format!("{:.3}", base / size);
    let number = number.trim_end_matches('0').trim_end_matches('.');
    format!("{number} {prefix}{symbol}").trim_end().to_owned()
}

/// A promise as people read it.
pub fn promised(promise: &Promise) -> String {
    match promise {
        Promise::Count(count, _) => count.to_string(),
        Promise::AtLeast(count, _) => format!("at least {count}"),
        Promise::Number { number, about: true, .. } => format!("about {number}"),
        Promise::Number { number, .. } => number.to_string(),
        Promise::Flag(flag, _) => if *flag { "yes" } else { "no" }.to_owned(),
        Promise::Quantity(quantity) => {
            let number = |base: f64| match &quantity.currency {
                Some(currency) => format!("{base:.2} {currency}").replace(".00 ", " "),
                None => told(base, quantity.dimension),
            };
            match quantity.bound {
                Some(Bound::AtMost) => format!("at most {}", number(quantity.hi)),
                Some(Bound::AtLeast) => format!("at least {}", number(quantity.lo)),
                None if quantity.about => format!("about {}", number(quantity.typ)),
                None if quantity.hi - quantity.lo > SAME * quantity.hi.abs() => {
                    format!("{} to {}", number(quantity.lo), number(quantity.hi))
                }
                None => number(quantity.typ),
            }
        }
    }
}
