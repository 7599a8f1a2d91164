//! How a load fares, in one word: its volts against what it needs.

use analysis::meter::DARK;
use analysis::power::{Bound, Edge};
use model::part::Load;

/// What a load needs, volts.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Needs {
    /// Warns below.
    pub warns: Option<f64>,
    /// Fails below: as stated, or the least that it accepts.
    pub fails: Option<f64>,
    /// Accepts at most.
    pub most: Option<f64>,
}

impl Needs {
    /// Of a load.
    pub fn of(load: &Load) -> Self {
        let accepts = load.volts.known();
        Self {
            warns: load.warns_below.known().map(|volts| volts.hi.0),
            fails: load.fails_below.known().map(|volts| volts.hi.0).or(accepts.map(|volts| volts.lo.0)),
            most: accepts.map(|volts| volts.hi.0),
        }
    }

    /// The higher of both thresholds: what it should never fall below.
    pub fn least(&self) -> Option<f64> {
        match (self.warns, self.fails) {
            (Some(warns), Some(fails)) => Some(warns.max(fails)),
            (warns, fails) => warns.or(fails),
        }
    }
}

/// How a load fares.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// There is no operating point.
    NoPoint,
    /// Below what it works at, with typical numbers.
    Fails,
    /// Below where it warns, with typical numbers, and in the worst corner it fails.
    WarnsMayFail,
    /// Below where it warns, with typical numbers.
    Warns,
    /// More than it accepts is possible.
    Over,
    /// In the worst corner it fails.
    MayFail,
    /// In the worst corner it warns.
    MayWarn,
    /// A number is missing.
    NotVerified,
    /// Nobody states what it needs.
    Unjudged,
    /// It has what it needs, whatever the tolerances.
    Holds,
    /// It has no supply.
    Dark,
}

impl Verdict {
    /// From typical volts and the ends.
    pub fn of(needs: Needs, typical: Option<f64>, bound: &Bound, failed: bool) -> Self {
        let below =
            |volts: Option<f64>, least: Option<f64>| volts.zip(least).is_some_and(|(volts, least)| volts < least);
        let lowest = bound.lowest.get();
        match bound.lowest {
            _ if failed => Self::NoPoint,
            Edge::Never => Self::Dark,
            _ if bound.highest.get().is_some_and(|volts| volts < DARK.0) => Self::Dark,
            _ if below(typical, needs.fails) => Self::Fails,
            Edge::NoPoint if below(typical, needs.warns) => Self::WarnsMayFail,
            _ if below(typical, needs.warns) && below(lowest, needs.fails) => Self::WarnsMayFail,
            _ if below(typical, needs.warns) => Self::Warns,
            Edge::Unknown => Self::NotVerified,
            Edge::NoPoint => Self::MayFail,
            Edge::Is(_) if needs.least().is_none() => Self::Unjudged,
            Edge::Is(_) if below(needs.most, bound.highest.get()) => Self::Over,
            Edge::Is(_) if below(lowest, needs.fails) => Self::MayFail,
            Edge::Is(_) if below(lowest, needs.warns) => Self::MayWarn,
            Edge::Is(_) => Self::Holds,
        }
    }

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoPoint => "no point",
            Self::Fails => "fails",
            Self::WarnsMayFail => "warns, may fail",
            Self::Warns => "warns",
            Self::Over => "too much",
            Self::MayFail => "may fail",
            Self::MayWarn => "may warn",
            Self::NotVerified => "not verified",
            Self::Unjudged => "no limit",
            Self::Holds => "holds",
            Self::Dark => "dark",
        }
    }

    /// What the word means, for whoever reads the table the first time; empty where the word says it.
    pub fn means(self) -> &'static str {
        match self {
            Self::NoPoint => "no point: no volts at which what it draws can flow; it resets or shuts down",
            Self::Fails => "fails: below what it works at, with typical numbers",
            Self::WarnsMayFail | Self::Warns => "warns: below where it reports too few volts, with typical numbers",
            Self::Over => "too much: more volts than it accepts are possible",
            Self::MayFail => "may fail: typically it works, in the worst corner it does not",
            Self::MayWarn => "may warn: typically it has enough, in the worst corner it has not",
            Self::NotVerified => "not verified: it hangs on a number that nobody wrote",
            Self::Unjudged => "no limit: nobody states what it needs",
            Self::Holds | Self::Dark => "",
        }
    }
}
