//! Scenarios, and what every load draws in them.

use direct::{Law, validate::Quantity};
use model::device::Choice;
use model::part::{Draw, Load};
use model::units::{Band, Dimension};
use model::{Build, DeviceId};

use super::Scenario;
use super::value::Value;
use crate::budget;

/// Scenarios that every build has.
const PROFILES: [&str; 4] = ["idle", "load", "boot", "worst"];

/// Those that the build declares, then those of [`PROFILES`] that it does not.
pub fn scenarios(build: &Build) -> Vec<Scenario> {
    let declared = build.scenarios.iter().enumerate();
    let mut all: Vec<Scenario> =
        declared.map(|(at, scenario)| Scenario { name: scenario.id.value.clone(), declared: Some(at) }).collect();
    for name in PROFILES {
        if all.iter().all(|scenario| scenario.name != name) {
            all.push(Scenario { name: name.to_owned(), declared: None });
        }
    }
    all
}

/// What a load draws, as a law's number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Drawn {
    /// Amperes or watts.
    pub quantity: Quantity,
    /// How much.
    pub value: Value,
}

impl Drawn {
    /// The law with a number of this draw.
    pub fn law(&self, number: f64, minimum: Option<f64>) -> Law {
        match self.quantity {
            Quantity::Watts => Law::Power { watts: number, minimum },
            _ => Law::Current { amperes: number, minimum },
        }
    }
}

fn drawn(draw: Draw, load: &Load) -> Drawn {
    let (quantity, value) = match draw {
        Draw::Amps(band, _) => (Quantity::Amperes, Value::of(band)),
        Draw::Watts(band, _) => (Quantity::Watts, Value::of(band)),
        Draw::Unknown(at) => (Quantity::Amperes, Value::unknown(0.0, "draw", at)),
        Draw::Absent => (Quantity::Amperes, Value::unknown(0.0, "draw", load.span)),
    };
    Drawn { quantity, value: Value { low: value.low.or(Some(0.0)), ..value } }
}

/// What a load of a device draws: what the device was set to, whatever the profile; else its part's word.
pub fn draw_of(build: &Build, device: DeviceId, load: &Load, profile: Option<&str>) -> Draw {
    match build.device(device).choices.get(&load.name) {
        Some(Choice::Quantity(set)) if set.dimension == Dimension::Current => {
            Draw::Amps(Band::of(set.lo, set.typ, set.hi), set.span)
        }
        Some(Choice::Quantity(set)) if set.dimension == Dimension::Power => {
            Draw::Watts(Band::of(set.lo, set.typ, set.hi), set.span)
        }
        _ => budget::draw(load, profile),
    }
}

/// What a load of a device draws in a scenario.
pub fn of(build: &Build, scenario: &Scenario, device: DeviceId, load: &Load) -> Drawn {
    let profile = match scenario.declared {
        Some(at) => build.scenarios[at].profiles.get(&device).map(|name| name.value.as_str()),
        None => Some(scenario.name.as_str()),
    };
    drawn(draw_of(build, device, load, profile), load)
}

/// Over all scenarios that are judged: the least least, the greatest typical, the greatest most. Where the load states amperes in one and watts in
/// another, watts count at the load's own volts.
pub fn over_all(build: &Build, scenarios: &[Scenario], device: DeviceId, load: &Load) -> Drawn {
    let mut all: Option<Drawn> = None;
    let judged = |scenario: &&Scenario| scenario.declared.is_none_or(|at| build.scenarios[at].judged);
    for scenario in scenarios.iter().filter(judged) {
        let next = of(build, scenario, device, load);
        all = Some(match all {
            None => next,
            Some(so_far) => widest(so_far, in_quantity(next, so_far.quantity, load)),
        });
    }
    all.unwrap_or_else(|| drawn(Draw::Absent, load))
}

fn in_quantity(drawn: Drawn, quantity: Quantity, load: &Load) -> Drawn {
    if drawn.quantity == quantity {
        return drawn;
    }
    let volts = load.volts.known().map_or((5.0, 5.0, 5.0), |band| (band.lo.0, band.typ.0, band.hi.0));
    let value = match quantity {
        Quantity::Watts => drawn.value.scaled(volts.0, volts.1, volts.2),
        _ => drawn.value.scaled(1.0 / volts.2, 1.0 / volts.1, 1.0 / volts.0),
    };
    Drawn { quantity, value }
}

fn widest(a: Drawn, b: Drawn) -> Drawn {
    let both = |a: Option<f64>, b: Option<f64>, of: fn(f64, f64) -> f64| Some(of(a?, b?));
    let value = Value {
        low: both(a.value.low, b.value.low, f64::min),
        typical: a.value.typical.max(b.value.typical),
        high: both(a.value.high, b.value.high, f64::max),
        gap: a.value.gap.or(b.value.gap),
    };
    Drawn { quantity: a.quantity, value }
}
