//! A number that no part can have.
//!
//! A supply of 0 V, a limit of 0 A, a converter that gives more than it takes: each is a slip of the pen, and nothing that hangs on it can be
//! reckoned.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply-12" }
//! buck = { part = "toy-buck" }
//! lamp = { part = "lamp" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> buck.in-plus", "buck.in-minus -> psu.minus", "buck.plus -> lamp.plus", "lamp.minus -> buck.minus"]
//! ```
//! ```toml bom/parts/toy-buck.toml
//! name = "Toy step-down converter"
//! kind = "converter"
//! cite = "toy"
//! join.minus = ["in-minus", "minus"]
//! source.out = { plus = "plus", minus = "minus", volts = "5 V", limit = "2 A", from = { plus = "in-plus", minus = "in-minus", volts = "9..15 V", efficiency = "190%" } }
//! terminal.in-plus = { clamp = "screw" }
//! terminal.in-minus = { clamp = "screw" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```text
//! error[P025 absurd-number]: `buck.out` has an efficiency beyond all reason, which no part can have
//!  --> bom/parts/toy-buck.toml:5:158
//!   |
//! 5 | ...volts = "9..15 V", efficiency = "190%" } }
//!   |                                     ^^^^
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply-12" }
//! buck = { part = "toy-buck" }
//! lamp = { part = "lamp" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> buck.in-plus", "buck.in-minus -> psu.minus", "buck.plus -> lamp.plus", "lamp.minus -> buck.minus"]
//! ```
//! ```toml bom/parts/toy-buck.toml
//! name = "Toy step-down converter"
//! kind = "converter"
//! cite = "toy"
//! join.minus = ["in-minus", "minus"]
//! source.out = { plus = "plus", minus = "minus", volts = "5 V", limit = "2 A", from = { plus = "in-plus", minus = "in-minus", volts = "9..15 V", efficiency = "90%" } }
//! terminal.in-plus = { clamp = "screw" }
//! terminal.in-minus = { clamp = "screw" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ## Cases
//! Volts, amperes and watts beyond 1e9, ohms beyond 1e10, an efficiency of nothing or above 100 %, a source of 0 V, a winding of 0 ohm, forward volts
//! of 0 V or less, and converters that feed each other in a ring. A number that stands in a part is told once, whatever devices are of it. Sources
//! that are shorted or fight are `dead-short` and `paralleled-supplies`. Numbers below zero where none can be are `bad-quantity`.
//!
//! ## Sources
//! The limits are choices of this tool: far beyond any part of a box, and near enough that sums of such numbers mean nothing.

use std::collections::BTreeSet;

use analysis::power::{Absurd, Defect, Fault, Quantity, What};
use model::part::{Draw, Load};
use model::units::{Number, Unit};
use model::{Build, DeviceId};
use source::{Finding, Rule, Severity, Span};

use super::pieces;
use crate::Context;

/// `P025`.
pub static RULE: Rule = Rule {
    code: "P025",
    name: "absurd-number",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("absurd_number.rs"),
};

/// Greatest resistance that is taken seriously, ohms.
const OHMS: f64 = 1e10;

/// Looks at what the analysis refused, and at numbers that it puts right in silence.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let mut told: BTreeSet<Span> = BTreeSet::new();
    let mut tell = |name: String, span: Span, what: &str| {
        if told.insert(span) {
            let message = format!("`{name}` has {what}, which no part can have");
            findings.push(Finding::new(&RULE, name, span, message));
        }
    };
    silent(context, &mut tell);
    for absurd in &context.facts.power.absurd {
        refused(context, absurd, &mut tell);
    }
}

type Tell<'a> = dyn FnMut(String, Span, &str) + 'a;

/// What would be solved all the same, as nothing, or as next to nothing.
fn silent(Context { build, facts }: Context<'_>, tell: &mut Tell<'_>) {
    for (_, device, part) in build.each_device() {
        let path = |element: &str| format!("{}.{element}", device.name);
        for source in part.sources.iter().filter(|source| !source.ac) {
            if let Some(span) = written(&source.volts, |low, high| low == 0.0 && high == 0.0) {
                tell(path(&source.name), span, "0 V");
            }
        }
        for coil in &part.coils {
            if let Some(span) = written(&coil.ohms, |_, high| high <= 0.0) {
                tell(path(&coil.name), span, "a winding of 0 ohm");
            }
        }
        for diode in &part.diodes {
            if let Some(span) = written(&diode.forward, |low, _| low <= 0.0) {
                tell(path(&diode.name), span, "forward volts of 0 V or less");
            }
        }
    }
    for piece in &facts.power.harness.pieces {
        if piece.numbers.value.0 == Quantity::Ohms && piece.numbers.value.1.high.is_some_and(|ohms| ohms >= OHMS) {
            let span = number(build, piece.what, Quantity::Ohms);
            tell(pieces::name(build, piece.what, piece.at), span, "more than 1e10 ohm");
        }
    }
}

/// Where a number stands that is so.
fn written<T: Unit>(number: &Number<T>, is_so: impl Fn(f64, f64) -> bool) -> Option<Span> {
    let band = number.known()?;
    number.span().filter(|_| is_so(band.lo.base(), band.hi.base()))
}

fn refused(Context { build, facts }: Context<'_>, absurd: &Absurd, tell: &mut Tell<'_>) {
    let piece = absurd.piece.map(|piece| &facts.power.harness.pieces[piece as usize]);
    match (&absurd.fault, piece) {
        (Fault::Value { quantity, defect, .. }, Some(piece)) => {
            let how = match defect {
                Defect::NotANumber => "that are no number",
                Defect::Infinite => "without end",
                Defect::Negative => "below zero",
                Defect::Zero => "of zero",
                Defect::Absurd => "beyond all reason",
            };
            let what = format!("{} {how}", words(piece.what, *quantity));
            tell(pieces::name(build, piece.what, piece.at), number(build, piece.what, *quantity), &what);
        }
        (Fault::Interval { quantity, .. }, Some(piece)) => {
            let what = format!("{} of which the least is more than the most", words(piece.what, *quantity));
            tell(pieces::name(build, piece.what, piece.at), number(build, piece.what, *quantity), &what);
        }
        (Fault::ConverterCycle { .. } | Fault::FedTwice { .. }, Some(piece)) => {
            let span = pieces::span(build, piece.what);
            tell(pieces::name(build, piece.what, piece.at), span, "its own output for a supply");
        }
        (Fault::GroupValue { .. }, _) => {
            let groups = facts.power.harness.groups.iter();
            for (device, index) in groups.map(|group| group.of) {
                limit(build, device, index, tell);
            }
        }
        _ => {}
    }
}

/// A shared bound of nothing, or beyond all reason.
fn limit(build: &Build, device: DeviceId, index: u32, tell: &mut Tell<'_>) {
    let limit = &build.part_of(device).limits[index as usize];
    let is_absurd = |low: f64, _: f64| !(low > 0.0 && low <= 1e9);
    let span = written(&limit.watts, is_absurd).or_else(|| written(&limit.amps, is_absurd));
    if let Some(span) = span {
        tell(format!("{}.{}", build.device(device).name, limit.name), span, "a limit of nothing or beyond all reason");
    }
}

fn words(what: What, quantity: Quantity) -> &'static str {
    match (what, quantity) {
        (What::Source(_), Quantity::Amperes) => "a limit",
        (What::Load(..), Quantity::Amperes | Quantity::Watts) => "a draw",
        (_, Quantity::Volts) => "volts",
        (_, Quantity::Ohms) => "ohms",
        (_, Quantity::Amperes) => "amperes",
        (_, Quantity::Watts) => "watts",
        (_, Quantity::Efficiency) => "an efficiency",
    }
}

/// Where the greatest draw of a load is written.
fn greatest(load: &Load) -> Option<Span> {
    let draws = load.profile.iter().filter_map(|(_, draw)| match draw {
        Draw::Amps(band, at) => Some((band.hi.0, *at)),
        Draw::Watts(band, at) => Some((band.hi.0, *at)),
        Draw::Unknown(_) | Draw::Absent => None,
    });
    draws.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, at)| at)
}

/// Where a number of a piece is written; else where its device or wire is.
fn number(build: &Build, what: What, quantity: Quantity) -> Span {
    let own = match what {
        What::Source(of) => {
            let source = &build.part_of(of.device).sources[of.index as usize];
            let feed = || build.feeds.iter().find(|feed| feed.device == of.device)?.limit.span();
            match quantity {
                Quantity::Volts => source.volts.span(),
                Quantity::Ohms => source.ohms.span(),
                _ => source.limit.span().or(source.limit_watts.span()).or_else(feed),
            }
        }
        What::Converter(of) => {
            let from = build.part_of(of.device).sources[of.index as usize].from.as_ref();
            from.and_then(|from| if quantity == Quantity::Volts { from.volts.span() } else { from.efficiency.span() })
        }
        What::Load(device, index) => {
            let load = &build.part_of(device).loads[index as usize];
            if quantity == Quantity::Volts { load.fails_below.span() } else { greatest(load) }
        }
        What::Coil(device, index) => {
            let coil = &build.part_of(device).coils[index as usize];
            coil.ohms.span().or(coil.draws.span())
        }
        What::Resistor(device, index) => build.part_of(device).resistors[index as usize].ohms.span(),
        What::Diode(device, index) => build.part_of(device).diodes[index as usize].forward.span(),
        What::Contact(device, index, _) => build.part_of(device).contacts[index as usize].closed.span(),
        What::Fuse(device, index) => build.part_of(device).fuses[index as usize].ohms.span(),
        What::Join(device, index, _) => build.part_of(device).joins[index as usize].ohms.span(),
        What::Wire(wire) => build.attributes_of(build.wire(wire)).length.span(),
        What::Mate(..) | What::Input(..) => None,
    };
    own.unwrap_or_else(|| pieces::span(build, what))
}
