//! Quantities as people write them, and as they slip.

use source::value::{Datum, Value};
use source::{Findings, SourceMap, Span, Spanned};

use super::{TroubleKind, parse, value_money, value_number};
use crate::units::{Awg, Bound, Dimension, Number, Volts};

fn span(text: &str) -> Span {
    let file = SourceMap::default().add("a", text);
    Span { file, start: 0, end: u32::try_from(text.len()).expect("short") }
}

fn value(text: &str) -> Value {
    Spanned::new(Datum::Text(text.into()), span(text))
}

fn check(text: &str, dimension: Dimension, lo: f64, typ: f64, hi: f64) {
    let quantity = parse(text, span(text)).unwrap_or_else(|trouble| panic!("{text}: {trouble:?}"));
    let near = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
    let got = (quantity.lo, quantity.typ, quantity.hi);
    assert_eq!(quantity.dimension, dimension, "{text}");
    assert!(near(got.0, lo) && near(got.1, typ) && near(got.2, hi), "{text}: {got:?}, and ({lo}, {typ}, {hi}) is due");
}

fn trouble(text: &str) -> TroubleKind {
    parse(text, span(text)).expect_err(text).what
}

#[test]
fn every_form_of_the_language_is_read() {
    let inf = f64::INFINITY;
    check("5 V", Dimension::Voltage, 5.0, 5.0, 5.0);
    check("-12 V ±10%", Dimension::Voltage, -13.2, -12.0, -10.8);
    check("5 V ±0.3 V", Dimension::Voltage, 4.7, 5.0, 5.3);
    check("12 V +10% -5%", Dimension::Voltage, 11.4, 12.0, 13.2);
    check("~800 USD", Dimension::Money, 760.0, 800.0, 840.0);
    check(">= 3.4 V", Dimension::Voltage, 3.4, 3.4, inf);
    check("<= 2.8 V", Dimension::Voltage, -inf, 2.8, 2.8);
    check("<= 1 A", Dimension::Current, 0.0, 1.0, 1.0);
    check("0.30..0.32 A @ 120 V ac", Dimension::Current, 0.30, 0.31, 0.32);
    check("10..30..100 mohm", Dimension::Resistance, 0.01, 0.03, 0.1);
    check("24..12 AWG", Dimension::Gauge, 12.0, 18.0, 24.0);
    check("65..80%", Dimension::Ratio, 0.65, 0.725, 0.80);
    check("57 mohm/m", Dimension::LineResistance, 0.057, 0.057, 0.057);
    check("33..73 kohm", Dimension::Resistance, 33e3, 53e3, 73e3);
    check("1.8 mA", Dimension::Current, 1.8e-3, 1.8e-3, 1.8e-3);
    check("6 in", Dimension::Length, 0.1524, 0.1524, 0.1524);
    check("138 mm", Dimension::Length, 0.138, 0.138, 0.138);
    check("0.5 mm2", Dimension::Area, 0.5, 0.5, 0.5);
    check("1 U", Dimension::Rack, 1.0, 1.0, 1.0);
    check("10 Mbit/s", Dimension::Rate, 1e7, 1e7, 1e7);
    check("1.5 Tbit/s", Dimension::Rate, 1.5e12, 1.5e12, 1.5e12);
    check("240 GB", Dimension::Data, 2.4e11, 2.4e11, 2.4e11);
    check("365 d", Dimension::Time, 31_536_000.0, 31_536_000.0, 31_536_000.0);
    check("20 ms", Dimension::Time, 0.02, 0.02, 0.02);
    check("5 A2s", Dimension::Melting, 5.0, 5.0, 5.0);
    check("-20..85 degC", Dimension::Temperature, -20.0, 32.5, 85.0);
    check("10 uA", Dimension::Current, 1e-5, 1e-5, 1e-5);
    check("1.5e3 W", Dimension::Power, 1500.0, 1500.0, 1500.0);
}

#[test]
fn a_condition_and_a_time_stand_behind() {
    let text = "10 A @ 250 V ac for 2 min";
    let quantity = parse(text, span(text)).expect(text);
    let at = quantity.at.expect("a voltage");
    assert!(at.ac && !quantity.ac);
    assert_eq!((at.typ, at.dimension), (250.0, Dimension::Voltage));
    assert_eq!(quantity.dwell.expect("a time").typ, 120.0);
    assert_eq!(parse(">= 1 m", span(">= 1 m")).expect("a bound").bound, Some(Bound::AtLeast));
}

#[test]
fn what_is_no_quantity_says_which_bytes() {
    assert_eq!(trouble("five volts"), TroubleKind::NoNumber);
    assert_eq!(trouble(""), TroubleKind::NoNumber);
    assert_eq!(trouble("5"), TroubleKind::NoUnit);
    assert_eq!(trouble("5 volt"), TroubleKind::UnknownUnit("volt".into(), None));
    assert_eq!(trouble("5 v"), TroubleKind::UnknownUnit("v".into(), Some("V")));
    assert_eq!(trouble("8..5 V"), TroubleKind::Downwards);
    assert_eq!(trouble("1e300 V"), TroubleKind::TooLarge);
    assert_eq!(trouble("999999999999999999 GB"), TroubleKind::TooLarge);
    assert_eq!(trouble("-3 A"), TroubleKind::Negative);
    assert_eq!(trouble("5 V ±x"), TroubleKind::BadTolerance);
    assert_eq!(trouble("5 V ±300%"), TroubleKind::BadTolerance);
    assert_eq!(trouble("5 V ±1 A"), TroubleKind::MixedUnits);
    assert_eq!(trouble("5 V dc"), TroubleKind::Trailing("dc".into()));
    assert_eq!(trouble("nan V"), TroubleKind::NoNumber);
    let at = parse("8 A @ 5 foo", span("8 A @ 5 foo")).expect_err("foo").at;
    assert_eq!((at.start, at.end), (8, 11));
}

#[test]
fn unknown_numbers_are_values_and_faults_are_told_once() {
    let log = Findings::default();
    let read = |text: &str| value_number::<Volts>("psu", "volts", &value(text), Dimension::Voltage, &log);
    assert!(matches!(read("unstated"), Number::Unstated(_)));
    assert!(matches!(read("choice 1.25..30 V"), Number::Choice(_)));
    assert!(log.is_empty());
    assert!(matches!(read("5 A"), Number::Unstated(_)));
    assert!(matches!(read("5"), Number::Unstated(_)));
    assert!(matches!(read("choicest"), Number::Unstated(_)));
    assert_eq!(log.into_vec().iter().map(|finding| finding.rule.code).collect::<Vec<_>>(), ["M003", "M003", "M004"]);
}

#[test]
fn a_cross_section_is_a_gauge_too() {
    let log = Findings::default();
    let read =
        value_number::<Awg>("x", "wire", &value("0.5..2.08 mm2"), Dimension::Gauge, &log).known().expect("a gauge");
    assert!((read.lo.0 - 14.0).abs() < 0.05 && (read.hi.0 - 20.2).abs() < 0.1, "{read:?}");
}

#[test]
fn money_is_exact() {
    let log = Findings::default();
    let read = |text: &str| value_money("x", "price", &value(text), &log).map(|(money, _)| money.to_string());
    assert_eq!(read("867.98 USD").as_deref(), Some("867.98 USD"));
    assert_eq!(read("unstated"), None);
    assert!(log.is_empty());
    assert_eq!(read("~800 USD"), None);
    assert_eq!(log.into_vec()[0].rule.code, "M004");
}
