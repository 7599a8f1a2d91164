//! What each public statement comes to, and the nearest reading under which it holds.

mod told;

use model::Build;
use model::device::Origin;
use model::part::{Part, Spec};
use model::purchase::{Claim, Promise};
use model::resolve::expression::{self, Expression};
use model::units::{Amps, Band, Bound, Dimension, Money, Number, Quantity};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::budget::{Budget, FeedLoad};
use crate::capacity::Capacity;
use crate::purchase::Purchase;

pub use told::{Value, promised};

/// Two numbers this near each other, relatively, are the same.
const SAME: f64 = 1e-6;

/// A claim and what the build says to it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Index in [`Build::claims`].
    pub claim: usize,
    /// What its expression comes to; `None` if something is not known.
    pub value: Option<Value>,
    /// Whether the claim holds; `None` if that cannot be told.
    pub holds: Option<bool>,
    /// Where it does not hold: the reading of `also` that holds, else the nearest of them.
    pub nearest: Option<(String, Value)>,
    /// Whether that nearest reading makes it hold.
    pub nearest_holds: bool,
    /// What is not known.
    pub unknown: Vec<String>,
}

/// Computes every claim.
pub fn compute(build: &Build, purchase: &Purchase, budget: &Budget, capacity: &Capacity) -> Vec<Reading> {
    let sums = Sums { build, purchase, budget, capacity };
    build.claims.iter().enumerate().map(|(at, claim)| sums.reading(at, claim)).collect()
}

struct Sums<'a> {
    build: &'a Build,
    purchase: &'a Purchase,
    budget: &'a Budget,
    capacity: &'a Capacity,
}

/// A value, or what is not known of it.
type Known = Result<Value, Vec<String>>;

impl Sums<'_> {
    fn reading(&self, at: usize, claim: &Claim) -> Reading {
        let mut reading =
            Reading { claim: at, value: None, holds: None, nearest: None, nearest_holds: false, unknown: Vec::new() };
        match self.text(&claim.is.value) {
            Ok(value) => {
                reading.holds = Some(holds(&claim.says, &value));
                reading.value = Some(value);
            }
            Err(unknown) => reading.unknown = unknown,
        }
        if reading.holds == Some(false) {
            let mut others: Vec<(f64, bool, String, Value)> = Vec::new();
            for also in &claim.also {
                if let Ok(value) = self.text(&also.value) {
                    others.push((
                        distance(&claim.says, &value),
                        !holds(&claim.says, &value),
                        also.value.clone(),
                        value,
                    ));
                }
            }
            others.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.total_cmp(&b.0)));
            if let Some((_, missed, text, value)) = others.into_iter().next() {
                reading.nearest = Some((text, value));
                reading.nearest_holds = !missed;
            }
        }
        reading
    }

    fn text(&self, text: &str) -> Known {
        match expression::parse(text) {
            Ok(expression) => self.value(&expression),
            Err(why) => Err(vec![format!("`{text}` {why}")]),
        }
    }

    fn value(&self, expression: &Expression) -> Known {
        match expression {
            Expression::CostTotal => self.cost(&[]),
            Expression::CostPriced => Ok(Value::Money(self.purchase.cost.known.clone())),
            Expression::CostWithout(parts) => self.cost(parts),
            Expression::Sum { kind, spec } => self.specs(kind, spec).map(|values| sum(&values))?,
            Expression::Min { kind, spec } => self.specs(kind, spec).map(|values| least(&values, kind))?,
            Expression::MaxScenario => self.most(),
            Expression::Scenario(id) => {
                let at = self.build.scenarios.iter().position(|scenario| scenario.id.value == *id);
                at.map_or_else(|| Err(vec![format!("there is no scenario `{id}`")]), |at| self.scenario(at))
            }
            Expression::Count(kind) => Ok(Value::Count(i64::try_from(self.of_kind(kind).count()).unwrap_or(i64::MAX))),
            Expression::Computers => match self.capacity.more {
                Some(more) => {
                    let there = i64::try_from(self.of_kind("computer").count()).unwrap_or(i64::MAX);
                    Ok(Value::Count(there.saturating_add(i64::from(more))))
                }
                None if self.capacity.unknown.is_empty() => Err(vec!["how many computers fit".to_owned()]),
                None => Err(self.capacity.unknown.clone()),
            },
        }
    }

    /// The whole cost but for some lines; unknown while one of the rest has no price.
    fn cost(&self, without: &[String]) -> Known {
        let mut sum = Money { amount: Decimal::ZERO, currency: self.purchase.cost.known.currency.clone() };
        let mut unknown = Vec::new();
        for (part, price) in &self.purchase.cost.lines {
            let id = &self.build.part(*part).id;
            match price {
                _ if without.contains(id) => {}
                Some(price) => sum.amount = sum.amount.saturating_add(price.amount),
                None => unknown.push(format!("the price of `{id}`")),
            }
        }
        if unknown.is_empty() { Ok(Value::Money(sum)) } else { Err(unknown) }
    }

    /// Parts of a kind: devices in the box, and what rides along with them.
    fn of_kind<'k>(&'k self, kind: &'k str) -> impl Iterator<Item = &'k Part> {
        let inside = |origin: Origin| !matches!(origin, Origin::Feed(_));
        self.build.each_device().filter(move |(_, device, _)| inside(device.origin)).flat_map(
            move |(_, device, part)| {
                let riders = device.with.iter().map(|&(rider, _)| self.build.part(rider));
                std::iter::once(part).chain(riders).filter(move |part| part.kind == kind)
            },
        )
    }

    fn specs(&self, kind: &str, spec: &str) -> Result<Vec<Value>, Vec<String>> {
        let (mut values, mut unknown) = (Vec::new(), Vec::new());
        for part in self.of_kind(kind) {
            let found = part.spec.iter().find(|(name, _)| name.value == spec).and_then(|(_, spec)| of_spec(spec));
            match found {
                Some(value) => values.push(value),
                None => {
                    let what = format!("`{spec}` of `{}`", part.id);
                    if unknown.last() != Some(&what) {
                        unknown.push(what);
                    }
                }
            }
        }
        if unknown.is_empty() { Ok(values) } else { Err(unknown) }
    }

    /// Amperes at the feed in one scenario: as measured, else as computed.
    fn scenario(&self, at: usize) -> Known {
        let scenario = &self.build.scenarios[at];
        match scenario.measured {
            Number::Is(band, _) => return Ok(amps(band)),
            Number::Unstated(_) | Number::Choice(_) => {
                return Err(vec![format!("what scenario `{}` measured", scenario.id.value)]);
            }
            Number::Absent => {}
        }
        let loads: Vec<&FeedLoad> = self.budget.feeds.iter().filter(|load| load.scenario == at).collect();
        self.largest(&loads, &scenario.id.value)
    }

    fn most(&self) -> Known {
        if !self.build.scenarios.iter().any(|scenario| scenario.judged) {
            let loads: Vec<&FeedLoad> = self.budget.feeds.iter().collect();
            return self.largest(&loads, "worst");
        }
        let (mut all, mut unknown) = (Vec::new(), Vec::new());
        for at in (0..self.build.scenarios.len()).filter(|at| self.build.scenarios[*at].judged) {
            match self.scenario(at) {
                Ok(value) => all.push(value),
                Err(mut more) => unknown.append(&mut more),
            }
        }
        if !unknown.is_empty() {
            return Err(unknown);
        }
        all.into_iter()
            .max_by(|a, b| middle(a).total_cmp(&middle(b)))
            .ok_or_else(|| vec!["the draw at a feed".to_owned()])
    }

    fn largest(&self, loads: &[&FeedLoad], scenario: &str) -> Known {
        let mut unknown = Vec::new();
        for load in loads {
            let names = load.drawn.unknown.iter().map(|&(device, _)| &self.build.device(device).name);
            unknown.extend(names.map(|name| format!("the draw of `{name}` in scenario `{scenario}`")));
        }
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let largest = loads.iter().map(|load| load.drawn.band).max_by(|a, b| a.hi.0.total_cmp(&b.hi.0));
        largest.map(amps).ok_or_else(|| vec![format!("the draw at a feed in scenario `{scenario}`")])
    }
}

fn amps(band: Band<Amps>) -> Value {
    Value::Quantity { lo: band.lo.0, hi: band.hi.0, dimension: Dimension::Current }
}

fn of_spec(spec: &Spec) -> Option<Value> {
    match spec {
        Spec::Count(count, _) => Some(Value::Count(*count)),
        Spec::Quantity(Quantity { lo, hi, dimension, .. }) => {
            Some(Value::Quantity { lo: *lo, hi: *hi, dimension: *dimension })
        }
        Spec::Words(_) | Spec::Flag(..) => None,
    }
}

fn sum(values: &[Value]) -> Known {
    let mut total: Option<Value> = None;
    for value in values {
        total = Some(match (total, value) {
            (None, value) => value.clone(),
            (Some(Value::Count(a)), Value::Count(b)) => Value::Count(a.saturating_add(*b)),
            (Some(Value::Quantity { lo: a, hi: b, dimension }), Value::Quantity { lo, hi, dimension: other })
                if dimension == *other =>
            {
                Value::Quantity { lo: a + lo, hi: b + hi, dimension }
            }
            _ => return Err(vec!["a sum of unlike things".to_owned()]),
        });
    }
    Ok(total.unwrap_or(Value::Count(0)))
}

fn least(values: &[Value], kind: &str) -> Known {
    let least = values.iter().min_by(|a, b| middle(a).total_cmp(&middle(b)));
    least.cloned().ok_or_else(|| vec![format!("there is no part of kind `{kind}`")])
}

fn middle(value: &Value) -> f64 {
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
        Value::Money(money) => money.amount.to_f64().unwrap_or(f64::MAX),
    }
}

/// Whether a value keeps a promise.
fn holds(promise: &Promise, value: &Value) -> bool {
    match (promise, value) {
        (Promise::Count(count, _), Value::Count(value)) => value == count,
        (Promise::AtLeast(count, _), Value::Count(value)) => value >= count,
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
fn distance(promise: &Promise, value: &Value) -> f64 {
    let due = match promise {
        #[allow(clippy::cast_precision_loss)] // counts of parts
        Promise::Count(count, _) | Promise::AtLeast(count, _) => *count as f64,
        Promise::Quantity(quantity) => quantity.typ,
    };
    (middle(value) - due).abs()
}
