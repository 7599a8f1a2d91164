//! Whether a value keeps a promise, and how far off it is.

use model::purchase::Promise;
use model::units::{Bound, Quantity};
use rust_decimal::prelude::ToPrimitive;

use super::{SAME, Value};

/// The middle of what it may be.
pub(super) fn middle(value: &Value) -> f64 {
    match value {
        #[allow(clippy::cast_precision_loss)] // counts of parts
        Value::Count(count) => *count as f64,
        Value::Quantity { lo, hi, .. } => {
            if lo.is_finite() && hi.is_finite() {
                f64::midpoint(*lo, *hi)
            } else if hi.is_finite() {
                *hi
            } else {
                *lo
            }
        }
        Value::Number(number) => *number,
        Value::Flag(flag) => f64::from(u8::from(*flag)),
        Value::Money(money) => money.amount.to_f64().unwrap_or(f64::MAX),
    }
}

/// Whether a value keeps a promise.
pub(super) fn holds(promise: &Promise, value: &Value) -> bool {
    match (promise, value) {
        (Promise::Count(count, _), Value::Count(value)) => value == count,
        (Promise::AtLeast(count, _), Value::Count(value)) => value >= count,
        #[allow(clippy::cast_precision_loss)] // counts of parts
        (Promise::Count(count, _), Value::Number(value)) => {
            (value - *count as f64).abs() <= SAME * value.abs().max(1.0)
        }
        #[allow(clippy::cast_precision_loss)] // counts of parts
        (Promise::AtLeast(count, _), Value::Number(value)) => *value >= *count as f64 * (1.0 - SAME),
        (Promise::Number { number, slack, .. }, Value::Number(_) | Value::Count(_)) => {
            let (number, slack) = (number.to_f64().unwrap_or(f64::MAX), slack.to_f64().unwrap_or(0.0));
            (middle(value) - number).abs() <= slack + SAME * number.abs()
        }
        (Promise::Flag(flag, _), Value::Flag(value)) => flag == value,
        (Promise::Quantity(quantity), Value::Money(money)) => {
            let cents = 0.005;
            let amount = middle(value);
            quantity.currency.as_ref() == Some(&money.currency)
                && quantity.lo - cents < amount
                && amount < quantity.hi + cents
        }
        (Promise::Quantity(quantity), Value::Quantity { lo, hi, dimension }) if quantity.dimension == *dimension => {
            let slack = |number: f64| SAME * number.abs();
            match quantity.bound {
                Some(Bound::AtMost) => *hi <= quantity.hi + slack(quantity.hi),
                Some(Bound::AtLeast) => *lo >= quantity.lo - slack(quantity.lo),
                None => {
                    let typ = middle(value);
                    quantity.lo - slack(quantity.lo) <= typ && typ <= quantity.hi + slack(quantity.hi)
                }
            }
        }
        _ => false,
    }
}

/// How far a value is from a promise.
pub(super) fn distance(promise: &Promise, value: &Value) -> f64 {
    let due = match promise {
        #[allow(clippy::cast_precision_loss)] // counts of parts
        Promise::Count(count, _) | Promise::AtLeast(count, _) => *count as f64,
        Promise::Number { number, .. } => number.to_f64().unwrap_or(f64::MAX),
        Promise::Flag(flag, _) => f64::from(u8::from(*flag)),
        Promise::Quantity(quantity) => quantity.typ,
    };
    (middle(value) - due).abs()
}

/// By how much a value differs from a promise, and whether it is more: `62.00 USD (7.8 %)`; `None` where they are not of one kind.
pub fn difference(promise: &Promise, value: &Value) -> Option<(String, bool)> {
    let due = match (promise, value) {
        #[allow(clippy::cast_precision_loss)] // counts of parts
        (Promise::Count(count, _) | Promise::AtLeast(count, _), Value::Count(_) | Value::Number(_)) => *count as f64,
        (Promise::Number { number, .. }, Value::Count(_) | Value::Number(_)) => number.to_f64()?,
        (Promise::Quantity(quantity), Value::Money(money)) if quantity.currency.as_ref() == Some(&money.currency) => {
            bound(quantity)
        }
        (Promise::Quantity(quantity), Value::Quantity { dimension, .. }) if quantity.dimension == *dimension => {
            bound(quantity)
        }
        _ => return None,
    };
    let differs = match (promise, value) {
        (Promise::Quantity(quantity), Value::Quantity { lo, hi, .. }) => match quantity.bound {
            Some(Bound::AtMost) => hi - due,
            Some(Bound::AtLeast) => lo - due,
            None => middle(value) - due,
        },
        _ => middle(value) - due,
    };
    if !differs.is_finite() || differs == 0.0 {
        return None;
    }
    let size = differs.abs();
    let shown = match value {
        Value::Money(money) => format!("{size:.2} {}", money.currency),
        Value::Quantity { dimension, .. } => Value::Quantity { lo: size, hi: size, dimension: *dimension }.to_string(),
        _ => Value::Number(size).to_string(),
    };
    let share = if due == 0.0 { String::new() } else { format!(" ({:.1} %)", size / due.abs() * 100.0) };
    Some((format!("{shown}{share}"), differs > 0.0))
}

/// What a value is held against.
fn bound(quantity: &Quantity) -> f64 {
    match quantity.bound {
        Some(Bound::AtMost) => quantity.hi,
        Some(Bound::AtLeast) => quantity.lo,
        None => quantity.typ,
    }
}
