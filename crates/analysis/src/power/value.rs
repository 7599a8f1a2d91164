//! Numbers of pieces: least, typical, most, and what is missing.

use model::part::Stock;
use model::units::{Awg, Band, Number, Ohms, OhmsPerMetre, Unit};
use model::{Build, Wire, WireId};
use source::Span;

/// Degrees Celsius between which copper is reckoned where `[power] wires-at` does not say. A choice: a cold start in a cool hall, and
/// 60 °C beside a warm supply in a closed 1U box.
pub const COPPER_AT: (f64, f64) = (20.0, 60.0);

/// Resistivity of annealed copper at 20 °C, ohm metres (IEC 60028; 100 % IACS).
const RHO: f64 = 1.7241e-8;
/// Change of copper's resistance a kelvin, at 20 °C (IEC 60028 rounds it to 0.00393).
const PER_KELVIN: f64 = 0.003_93;
/// Stranded wire against solid of the same gauge: 0 to 6 % more resistance, 4 % typical. An estimate over makers' tables of stranded
/// hook-up wire (2 % for few strands, 5 to 6 % for fine silicone wire).
const STRANDED: (f64, f64, f64) = (1.0, 1.04, 1.06);

/// Where a number is missing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Gap {
    /// What is missing: `length`, `gauge`, `closed resistance`.
    pub what: &'static str,
    /// Where it says `unstated`, or where it would stand.
    pub at: Span,
}

/// A number in base units; an end that nobody knows is `None`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Value {
    /// Least.
    pub low: Option<f64>,
    /// Typical; where it is not known, a stand-in that no result may be drawn from.
    pub typical: f64,
    /// Most.
    pub high: Option<f64>,
    /// Why an end is not known.
    pub gap: Option<Gap>,
}

impl Value {
    /// A number that is exactly known.
    pub fn exact(number: f64) -> Self {
        Self { low: Some(number), typical: number, high: Some(number), gap: None }
    }

    /// Nobody knows; `stands` keeps the network solvable.
    pub fn unknown(stands: f64, what: &'static str, at: Span) -> Self {
        Self { low: None, typical: stands, high: None, gap: Some(Gap { what, at }) }
    }

    /// A band.
    pub fn of<T: Unit>(band: Band<T>) -> Self {
        let finite = |number: f64| number.is_finite().then_some(number);
        let typical = finite(band.typ.base()).or(finite(band.lo.base())).unwrap_or(0.0);
        Self { low: finite(band.lo.base()), typical, high: finite(band.hi.base()), gap: None }
    }

    /// A number of the build: its band, nothing where no such key stands, or unknown.
    pub fn read<T: Unit>(number: &Number<T>, absent: f64, what: &'static str) -> Self {
        match number {
            Number::Is(band, _) => Self::of(*band),
            Number::Absent => Self::exact(absent),
            Number::Unstated(at) | Number::Choice(at) => Self::unknown(absent, what, *at),
        }
    }

    /// A number that has to be written: an absent one is unknown as well, and would stand at `at`.
    pub fn due<T: Unit>(number: &Number<T>, what: &'static str, at: Span) -> Self {
        match number {
            Number::Absent => Self::unknown(0.0, what, at),
            number => Self::read(number, 0.0, what),
        }
    }

    /// Both in series, or one more of a sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let sum = |a: Option<f64>, b: Option<f64>| Some(a? + b?);
        Self {
            low: sum(self.low, other.low),
            typical: self.typical + other.typical,
            high: sum(self.high, other.high),
            gap: self.gap.or(other.gap),
        }
    }

    /// Times a factor of its own at each end; factors are above zero.
    #[must_use]
    pub fn scaled(self, low: f64, typical: f64, high: f64) -> Self {
        Self {
            low: self.low.map(|number| number * low),
            typical: self.typical * typical,
            high: self.high.map(|number| number * high),
            gap: self.gap,
        }
    }

    /// Whether both ends are known.
    pub fn is_known(&self) -> bool {
        self.low.is_some() && self.high.is_some()
    }
}

/// How much more copper resists at the least, typical and most degrees than at 20 °C. Typical is 20 °C, or what the build's range
/// has nearest to it.
pub fn copper(build: &Build) -> (f64, f64, f64) {
    let (low, high) = build.power.wires_at.known().map_or(COPPER_AT, |band| (band.lo.0, band.hi.0));
    let factor = |celsius: f64| (1.0 + PER_KELVIN * (celsius - 20.0)).max(0.05);
    (factor(low), factor(20.0_f64.clamp(low, high.max(low))), factor(high))
}

/// From one gauge number to the next, diameters shrink by this: the 39th root of 92 (ASTM B258).
const STEP: f64 = 1.122_932_196_5;

/// Ohms a metre of a solid conductor of a gauge at 20 °C: number 36 is 0.127 mm across (ASTM B258); between whole numbers the diameter
/// lies on a straight line.
fn by_gauge(gauge: Awg) -> f64 {
    let number = gauge.0.clamp(-10.0, 60.0);
    let (mut at, mut diameter) = (60.0, 0.127e-3);
    for _ in 36..60 {
        diameter /= STEP;
    }
    while at - 1.0 >= number {
        diameter *= STEP;
        at -= 1.0;
    }
    let diameter = diameter + (at - number) * (diameter * STEP - diameter);
    RHO / (std::f64::consts::PI * diameter * diameter / 4.0)
}

/// Ohms a metre of a conductor at 20 °C.
fn line(stock: Option<&Stock>, gauge: &Number<Awg>, at: Span) -> Value {
    if let Some(Number::Is(band, _)) = stock.map(|stock| stock.resistance) {
        return Value::of::<OhmsPerMetre>(band);
    }
    match gauge {
        Number::Is(band, _) => Value {
            low: Some(by_gauge(band.lo) * STRANDED.0),
            typical: by_gauge(band.typ) * STRANDED.1,
            high: Some(by_gauge(band.hi) * STRANDED.2),
            gap: None,
        },
        Number::Unstated(at) | Number::Choice(at) => Value::unknown(0.0, "gauge", *at),
        Number::Absent => Value::unknown(0.0, "gauge", at),
    }
}

/// Length of a wire, metres: its own, or that of a ready-made lead.
fn length(build: &Build, wire: &Wire) -> Value {
    let attributes = build.attributes_of(wire);
    let stock = attributes.stock.and_then(|(part, _)| build.part(part).stock.as_ref());
    let lead = || stock.filter(|stock| stock.lead).map_or(Number::Absent, |stock| stock.length);
    let length = if attributes.length.is_absent() { lead() } else { attributes.length };
    Value::due(&length, "length", wire.span)
}

/// Ohms of one wire's copper.
pub fn wire(build: &Build, wire: &Wire, copper: (f64, f64, f64)) -> Value {
    let attributes = build.attributes_of(wire);
    let stock = attributes.stock.and_then(|(part, _)| build.part(part).stock.as_ref());
    let length = length(build, wire);
    let line = line(stock, &attributes.gauge, wire.span);
    let product = |a: Option<f64>, b: Option<f64>| Some(a? * b?);
    Value {
        low: product(length.low, line.low),
        typical: length.typical * line.typical,
        high: product(length.high, line.high),
        gap: length.gap.or(line.gap),
    }
    .scaled(copper.0, copper.1, copper.2)
}

/// Typical ohms of a wire with its joints if it were of another gauge; `None` where its length is not known.
pub fn rewired(build: &Build, id: WireId, gauge: Awg) -> Option<f64> {
    let wire = build.wire(id);
    let length = length(build, wire);
    let joints = wire.ends.iter().map(|end| joint(&build.terminal(*end).ohms).typical).sum::<f64>();
    length.is_known().then(|| length.typical * by_gauge(gauge) * STRANDED.1 * copper(build).1 + joints)
}

/// Ohms of the joint between a wire and a terminal.
pub fn joint(ohms: &Number<Ohms>) -> Value {
    Value::read(ohms, 0.0, "resistance of the joint")
}

#[cfg(test)]
mod tests {
    use model::units::Awg;

    use super::by_gauge;

    #[test]
    fn gauges_have_the_resistance_of_the_copper_table() {
        // Milliohms a metre at 20 °C, ASTM B258 solid annealed copper.
        for (gauge, table) in
            [(10.0, 3.28), (18.0, 20.95), (22.0, 52.96), (24.0, 84.21), (28.0, 212.92), (30.0, 338.55)]
        {
            let ohms = by_gauge(Awg(gauge)) * 1e3;
            assert!((ohms - table).abs() < 0.002 * table, "{gauge} AWG: {ohms} and {table} is due");
        }
        assert!(by_gauge(Awg(19.5)) > by_gauge(Awg(19.0)) && by_gauge(Awg(19.5)) < by_gauge(Awg(20.0)));
        assert!(by_gauge(Awg(1e9)).is_finite() && by_gauge(Awg(-1e9)) > 0.0);
    }
}
