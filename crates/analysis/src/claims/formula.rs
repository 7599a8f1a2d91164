//! Works a formula out on a stack: money exactly, quantities as intervals.

use model::resolve::expression::{Expression, Formula, Operator, Step};
use model::units::{Dimension, Money};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::{Gap, Known, Value};

/// Bytes of a gigabyte: a price for each unit of data is one for each GB.
const GIGABYTE: f64 = 1e9;

/// What a formula comes to, of what its terms come to. Several terms that are not known are all told.
pub(super) fn value(formula: &Formula, term: impl Fn(&Expression) -> Known) -> Result<Value, Gap> {
    let mut unknown: Vec<String> = Vec::new();
    let mut stack: Vec<Option<Value>> = Vec::new();
    for step in &formula.steps {
        let value = match step {
            Step::Number(number) => Some(whole(*number)),
            Step::Term(of) => match term(of) {
                Ok(value) => Some(value),
                Err(more) => {
                    unknown.extend(more.into_iter().filter(|one| !unknown.contains(one)).collect::<Vec<_>>());
                    None
                }
            },
            Step::Operator(operator) => {
                let (b, a) = (stack.pop().flatten(), stack.pop().flatten());
                // Nothing is divided by nothing, whatever the other is.
                if let (Operator::Divide, Some(by)) = (operator, b.as_ref().filter(|by| is_nothing(by))) {
                    return Err(Gap::Zero(by.to_string()));
                }
                match a.zip(b) {
                    Some((a, b)) => Some(worked(*operator, &a, &b)?),
                    None => None,
                }
            }
        };
        stack.push(value);
    }
    stack.pop().flatten().ok_or(Gap::Unknown(unknown))
}

fn whole(number: Decimal) -> Value {
    match number.to_i64().filter(|count| Decimal::from(*count) == number) {
        Some(count) => Value::Count(count),
        None => Value::Number(number.to_f64().unwrap_or(f64::MAX)),
    }
}

fn worked(operator: Operator, a: &Value, b: &Value) -> Result<Value, Gap> {
    let unlike = || Gap::Unknown(vec![format!("what {a} and {b} come to: they are unlike things")]);
    let beyond = || Gap::Unknown(vec!["a number beyond what is counted with".to_owned()]);
    let money = |amount: Option<Decimal>, money: &Money| {
        let amount = amount.ok_or_else(beyond)?;
        Ok(Value::Money(Money { amount, currency: money.currency.clone() }))
    };
    match (operator, a, b) {
        (Operator::Add, Value::Money(a), Value::Money(b)) if a.currency == b.currency => {
            money(a.amount.checked_add(b.amount), a)
        }
        (Operator::Subtract, Value::Money(a), Value::Money(b)) if a.currency == b.currency => {
            money(a.amount.checked_sub(b.amount), a)
        }
        (Operator::Divide, Value::Money(a), Value::Money(b)) if a.currency == b.currency => {
            let ratio = a.amount.checked_div(b.amount).and_then(|ratio| ratio.to_f64());
            ratio.map(Value::Number).ok_or_else(beyond)
        }
        (Operator::Divide, Value::Money(a), Value::Quantity { lo, hi, dimension: Dimension::Data }) => {
            money(Decimal::from_f64(f64::midpoint(*lo, *hi) / GIGABYTE).and_then(|giga| a.amount.checked_div(giga)), a)
        }
        (Operator::Multiply, Value::Money(of), times) | (Operator::Multiply, times, Value::Money(of)) => {
            let times = number(times).ok_or_else(unlike)?;
            money(exact(times).and_then(|times| of.amount.checked_mul(times)), of)
        }
        (Operator::Divide, Value::Money(of), by) => {
            let by = number(by).ok_or_else(unlike)?;
            money(exact(by).and_then(|by| of.amount.checked_div(by)), of)
        }
        (Operator::Add, Value::Count(a), Value::Count(b)) => a.checked_add(*b).map(Value::Count).ok_or_else(beyond),
        (Operator::Subtract, Value::Count(a), Value::Count(b)) => {
            a.checked_sub(*b).map(Value::Count).ok_or_else(beyond)
        }
        (Operator::Multiply, Value::Count(a), Value::Count(b)) => {
            a.checked_mul(*b).map(Value::Count).ok_or_else(beyond)
        }
        _ => banded(operator, a, b).ok_or_else(unlike),
    }
}

/// Numbers and quantities, end by end.
fn banded(operator: Operator, a: &Value, b: &Value) -> Option<Value> {
    let ((a_lo, a_hi, of), (b_lo, b_hi, by)) = (band(a)?, band(b)?);
    let dimension = match operator {
        Operator::Add | Operator::Subtract if of == by => of,
        Operator::Multiply if of.is_none() || by.is_none() => of.or(by),
        Operator::Divide if by.is_none() => of,
        Operator::Divide if of == by => None,
        _ => return None,
    };
    let ends = match operator {
        Operator::Add => [a_lo + b_lo, a_hi + b_hi, a_lo + b_lo, a_hi + b_hi],
        Operator::Subtract => [a_lo - b_hi, a_hi - b_lo, a_lo - b_hi, a_hi - b_lo],
        Operator::Multiply => [a_lo * b_lo, a_lo * b_hi, a_hi * b_lo, a_hi * b_hi],
        Operator::Divide => [a_lo / b_lo, a_lo / b_hi, a_hi / b_lo, a_hi / b_hi],
    };
    let (lo, hi) = ends.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), end| (lo.min(*end), hi.max(*end)));
    Some(match dimension {
        Some(dimension) => Value::Quantity { lo, hi, dimension },
        None => Value::Number(f64::midpoint(lo, hi)),
    })
}

fn band(value: &Value) -> Option<(f64, f64, Option<Dimension>)> {
    match value {
        Value::Quantity { lo, hi, dimension } => Some((*lo, *hi, Some(*dimension))),
        _ => number(value).map(|number| (number, number, None)),
    }
}

/// A number to fifteen places; what a binary fraction adds behind them is noise.
fn exact(number: f64) -> Option<Decimal> {
    Decimal::from_f64(number)
}

#[allow(clippy::cast_precision_loss)] // counts of parts
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Count(count) => Some(*count as f64),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Quantity { lo, hi, .. } => *lo <= 0.0 && 0.0 <= *hi,
        Value::Money(money) => money.amount.is_zero(),
        _ => number(value) == Some(0.0),
    }
}

#[cfg(test)]
mod tests {
    use model::resolve::expression::formula;

    use super::{Value, value};
    use crate::claims::Gap;

    fn shown(text: &str) -> String {
        match value(&formula(text).expect("it is a formula"), |_| Err(vec!["a term".to_owned()])) {
            Ok(value) => value.to_string(),
            Err(Gap::Zero(by)) => format!("divides by {by}"),
            Err(Gap::Unknown(unknown)) => unknown.join(", "),
        }
    }

    #[test]
    fn numbers_are_worked_out_and_nothing_is_divided_by_nothing() {
        assert_eq!(shown("1 + 2 * 3"), "7");
        assert_eq!(shown("(1 + 2) * 3 - 10"), "-1");
        assert_eq!(shown("7 / 2"), "3.5");
        assert_eq!(shown("7 / (2 - 2)"), "divides by 0");
        assert_eq!(shown("cost.total / 0"), "divides by 0");
        assert_eq!(shown("9223372036854775807 + 1"), "a number beyond what is counted with");
        assert_eq!(shown("cost.total + cost.priced"), "a term");
    }

    #[test]
    fn a_gap_in_one_term_hides_no_division_by_nothing_in_another() {
        assert!(matches!(
            value(&formula("1 / 0 + cost.total").expect("it is a formula"), |_| Ok(Value::Count(1))),
            Err(Gap::Zero(_))
        ));
    }
}
