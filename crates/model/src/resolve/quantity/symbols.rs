//! Unit symbols: what each measures and how many base units it is.

use crate::units::Dimension;

/// Symbols that take no prefix, with their size in the base unit.
const PLAIN: &[(&str, Dimension, f64)] = &[
    ("min", Dimension::Time, 60.0),
    ("h", Dimension::Time, 3600.0),
    ("d", Dimension::Time, 86_400.0),
    ("cm", Dimension::Length, 0.01),
    ("in", Dimension::Length, 0.0254),
    ("ft", Dimension::Length, 0.3048),
    ("AWG", Dimension::Gauge, 1.0),
    ("mm2", Dimension::Area, 1.0),
    ("g", Dimension::Mass, 0.001),
    ("kg", Dimension::Mass, 1.0),
    ("mg", Dimension::Mass, 1e-6),
    ("U", Dimension::Rack, 1.0),
    ("degC", Dimension::Temperature, 1.0),
    ("%", Dimension::Ratio, 0.01),
    ("A2s", Dimension::Melting, 1.0),
    ("TB", Dimension::Data, 1e12),
    ("Tbit/s", Dimension::Rate, 1e12),
    ("USD", Dimension::Money, 1.0),
    ("EUR", Dimension::Money, 1.0),
    ("GBP", Dimension::Money, 1.0),
];

/// Symbols that take an SI prefix.
const PREFIXED: &[(&str, Dimension)] = &[
    ("V", Dimension::Voltage),
    ("A", Dimension::Current),
    ("W", Dimension::Power),
    ("VA", Dimension::ApparentPower),
    ("ohm", Dimension::Resistance),
    ("ohm/m", Dimension::LineResistance),
    ("Hz", Dimension::Frequency),
    ("Wh", Dimension::Energy),
    ("Ah", Dimension::Charge),
    ("s", Dimension::Time),
    ("m", Dimension::Length),
    ("B", Dimension::Data),
    ("bit/s", Dimension::Rate),
];

const PREFIXES: &[(&str, f64)] = &[
    ("p", 1e-12),
    ("n", 1e-9),
    ("u", 1e-6),
    ("µ", 1e-6),
    ("μ", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
];

/// What a symbol measures, and how many base units one of it is.
pub fn meaning(symbol: &str) -> Option<(Dimension, f64)> {
    let plain = PLAIN.iter().find(|(name, ..)| *name == symbol).map(|&(_, dimension, size)| (dimension, size));
    let bare = || PREFIXED.iter().find(|(name, _)| *name == symbol).map(|&(_, dimension)| (dimension, 1.0));
    let prefixed = || {
        PREFIXES.iter().find_map(|&(prefix, size)| {
            let rest = symbol.strip_prefix(prefix)?;
            let &(_, dimension) = PREFIXED.iter().find(|(name, _)| *name == rest)?;
            let whole = matches!(dimension, Dimension::Data | Dimension::Rate);
            (!whole || size > 1.0).then_some((dimension, size))
        })
    };
    plain.or_else(bare).or_else(prefixed)
}

/// Every symbol without a prefix, for did-you-mean.
pub fn all() -> impl Iterator<Item = &'static str> {
    let usual = ["mV", "mA", "mW", "mohm", "kohm", "ms", "mm", "kB", "MB", "GB", "Mbit/s", "Gbit/s", "kWh", "mohm/m"];
    PREFIXED.iter().map(|&(name, _)| name).chain(PLAIN.iter().map(|&(name, ..)| name)).chain(usual)
}

/// A dimension in words, and units that it may be written in.
pub fn words(dimension: Dimension) -> (&'static str, &'static str) {
    match dimension {
        Dimension::Voltage => ("a voltage", "V or mV"),
        Dimension::Current => ("a current", "A or mA"),
        Dimension::Power => ("a power", "W or mW"),
        Dimension::ApparentPower => ("an apparent power", "VA"),
        Dimension::Resistance => ("a resistance", "ohm, mohm or kohm"),
        Dimension::LineResistance => ("a resistance for each metre", "ohm/m or mohm/m"),
        Dimension::Frequency => ("a frequency", "Hz, kHz or MHz"),
        Dimension::Energy => ("an energy", "Wh or kWh"),
        Dimension::Charge => ("a charge", "Ah or mAh"),
        Dimension::Time => ("a time", "ms, s, min, h or d"),
        Dimension::Length => ("a length", "mm, cm, m, in or ft"),
        Dimension::Gauge => ("a wire gauge", "AWG or mm2"),
        Dimension::Area => ("a cross-section", "mm2"),
        Dimension::Mass => ("a mass", "g or kg"),
        Dimension::Temperature => ("a temperature", "degC"),
        Dimension::Ratio => ("a share", "%"),
        Dimension::Melting => ("a melting integral", "A2s"),
        Dimension::Rack => ("a height in rack units", "U"),
        Dimension::Data => ("an amount of data", "B, kB, MB, GB or TB"),
        Dimension::Rate => ("a data rate", "Mbit/s or Gbit/s"),
        Dimension::Money => ("an amount of money", "USD, EUR or GBP"),
    }
}
