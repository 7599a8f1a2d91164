//! A law made ready for solving: current and slope at given volts.

use crate::circuit::Law;

/// Siemens of a diode that blocks. Without any, a node between two blocking diodes would have no volts at all.
pub(crate) const LEAK: f64 = 1e-9;

/// Current through an element as a function of the volts across it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Rule {
    /// None.
    Nothing,
    /// Ohm's law.
    Linear { siemens: f64 },
    /// A supply with series resistance and limit (infinite where it has none).
    Source { volts: f64, siemens: f64, limit: f64 },
    /// A supply at its limit.
    Push { amperes: f64 },
    /// Knee and line.
    Diode { knee: f64, siemens: f64 },
    /// Line and ceiling.
    Clamp { siemens: f64, limit: f64 },
    /// Constant power.
    Power { watts: f64 },
    /// Constant current.
    Current { amperes: f64 },
}

impl Rule {
    /// The law, with nothing drawn by loads that need volts to draw.
    pub(crate) fn without_draw(law: &Law) -> Self {
        match *law {
            Law::Resistor { ohms } | Law::Resistance { ohms, .. } => Self::Linear { siemens: 1.0 / ohms },
            Law::Source { volts, ohms, limit } => {
                Self::Source { volts, siemens: 1.0 / ohms, limit: limit.unwrap_or(f64::INFINITY) }
            }
            Law::Diode { volts, amperes, slope } => Self::Diode { knee: volts - amperes * slope, siemens: 1.0 / slope },
            Law::Clamp { ohms, amperes } => Self::Clamp { siemens: 1.0 / ohms, limit: amperes },
            Law::Power { .. } | Law::Current { .. } | Law::Converter { .. } => Self::Nothing,
        }
    }

    /// A source of zero ohms that gives all it can.
    pub(crate) fn at_limit(law: &Law) -> Self {
        match *law {
            Law::Source { limit: Some(amperes), .. } => Self::Push { amperes },
            _ => Self::Nothing,
        }
    }

    /// Whether it cannot be without volts.
    pub(crate) fn draws(&self) -> bool {
        matches!(self, Self::Power { .. } | Self::Current { .. })
    }

    /// Whether its slope depends on the volts.
    pub(crate) fn is_bent(&self) -> bool {
        match *self {
            Self::Nothing | Self::Linear { .. } | Self::Push { .. } | Self::Current { .. } => false,
            Self::Source { limit, .. } => limit.is_finite(),
            Self::Diode { .. } | Self::Clamp { .. } | Self::Power { .. } => true,
        }
    }

    /// Amperes and their slope at these volts.
    #[inline]
    pub(crate) fn at(&self, volts: f64) -> (f64, f64) {
        match *self {
            Self::Nothing => (0.0, 0.0),
            Self::Linear { siemens } => (volts * siemens, siemens),
            Self::Source { volts: open, siemens, limit } => {
                let gives = (open - volts) * siemens;
                if gives > limit { (-limit, 0.0) } else { (-gives, siemens) }
            }
            Self::Push { amperes } => (-amperes, 0.0),
            Self::Diode { knee, siemens } => {
                let leak = volts * LEAK;
                if volts > knee { (leak + (volts - knee) * siemens, LEAK + siemens) } else { (leak, LEAK) }
            }
            Self::Clamp { siemens, limit } => {
                let open = volts * siemens;
                if open > limit { (limit, 0.0) } else { (open, siemens) }
            }
            Self::Power { watts } => {
                let amperes = watts / volts;
                (amperes, -amperes / volts)
            }
            Self::Current { amperes } => (amperes, 0.0),
        }
    }

    /// The same on the line that bounds it from below, or near it: no limit acts, every diode conducts, no power is drawn.
    pub(crate) fn straight(&self, volts: f64) -> (f64, f64) {
        match *self {
            Self::Source { volts: open, siemens, .. } => ((volts - open) * siemens, siemens),
            Self::Diode { knee, siemens } => (volts * LEAK + (volts - knee) * siemens, LEAK + siemens),
            Self::Clamp { siemens, .. } => (volts * siemens, siemens),
            Self::Power { .. } => (0.0, 0.0),
            _ => self.at(volts),
        }
    }
}
