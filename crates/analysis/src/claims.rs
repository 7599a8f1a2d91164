//! What each public statement comes to, and the nearest reading under which it holds.

mod formula;
mod held;
mod told;

use model::Build;
use model::device::Origin;
use model::part::{Part, Spec};
use model::purchase::Claim;
use model::resolve::expression::{self, Expression};
use model::units::{Amps, Band, Dimension, Money, Number, Quantity};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::budget::{Budget, FeedLoad};
use crate::capacity::Capacity;
use crate::plan::cost::{self, Cost, Payoff, Question};
use crate::plan::providers::{Verdict, needs, place_in};
use crate::purchase::Purchase;

pub use held::difference;
pub use told::{Value, promised};

use held::{distance, holds, middle};

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
    /// What it divides by where that is nothing.
    pub zero: Option<String>,
}

/// Why an expression comes to nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Gap {
    /// This is not known.
    Unknown(Vec<String>),
    /// It divides by this, which is nothing.
    Zero(String),
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
        let mut reading = Reading {
            claim: at,
            value: None,
            holds: None,
            nearest: None,
            nearest_holds: false,
            unknown: Vec::new(),
            zero: None,
        };
        match self.text(&claim.is.value) {
            Ok(value) => {
                reading.holds = Some(holds(&claim.says, &value));
                reading.value = Some(value);
            }
            Err(Gap::Unknown(unknown)) => reading.unknown = unknown,
            Err(Gap::Zero(by)) => reading.zero = Some(by),
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

    fn text(&self, text: &str) -> Result<Value, Gap> {
        match expression::formula(text) {
            Ok(formula) => formula::value(&formula, |term| self.value(term)),
            Err(why) => Err(Gap::Unknown(vec![format!("`{text}` {why}")])),
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
            Expression::MaxWatts => self.most().and_then(|amps| self.watts(&amps)),
            Expression::CostMonth => self.month(),
            Expression::Payoff(id) => self.payoff(id),
            Expression::Fits(id) => self.fits(id),
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

    /// Amperes at the feeds times their volts: the watts are no more.
    fn watts(&self, amps: &Value) -> Known {
        match (amps, needs(self.build, self.budget, None).volts) {
            (Value::Quantity { lo, hi, .. }, Some(volts)) => {
                let (lo, hi) = (lo * volts.typ.0, hi * volts.typ.0);
                Ok(Value::Quantity { lo, hi, dimension: Dimension::Power })
            }
            _ => Err(vec!["the volts of the feed".to_owned()]),
        }
    }

    fn cost_of(&self) -> Cost {
        cost::compute(self.build, self.purchase, self.budget, &Question::default())
    }

    fn month(&self) -> Known {
        let cost = self.cost_of();
        match &cost.sides[0].monthly {
            Ok(monthly) if monthly.whole => {
                let currency = crate::purchase::currency(self.build).to_owned();
                Ok(Value::Money(Money { amount: monthly.amount, currency }))
            }
            _ => Err(vec!["what the box costs a month".to_owned()]),
        }
    }

    fn payoff(&self, id: &str) -> Known {
        let cost = self.cost_of();
        let named = |side: &&cost::Side| side.yardstick.is_some_and(|at| self.build.yardsticks[at].id.value == *id);
        match cost.sides.iter().find(named).and_then(|side| side.payoff) {
            Some(Payoff::After { months, exact: true }) => Ok(Value::Number(months.to_f64().unwrap_or(f64::MAX))),
            Some(Payoff::AtOnce) => Ok(Value::Number(0.0)),
            Some(Payoff::Never) => Ok(Value::Number(f64::INFINITY)),
            _ => Err(vec![format!("when it has paid off against `{id}`")]),
        }
    }

    fn fits(&self, id: &str) -> Known {
        let at = self.build.providers.iter().position(|provider| provider.id.value == *id);
        let needs = needs(self.build, self.budget, None);
        match at.map(|at| place_in(self.build, &needs, at).verdict) {
            Some(Verdict::Fits) => Ok(Value::Flag(true)),
            Some(Verdict::No) => Ok(Value::Flag(false)),
            _ => Err(vec![format!("whether `{id}` takes the box")]),
        }
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
