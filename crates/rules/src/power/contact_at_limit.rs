//! A wire, clamp, plug or contact is within its rating as a rule, and beyond it at the peak or in the worst corner.
//!
//! A rating is for years. Peaks of seconds do no harm; a peak that becomes the rule does, and a fuse before it need not notice: it is sized for the
//! wire, and holds a tenth more than is written on it.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-2a" } }
//! lamp = { part = "lamp" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus[1] -> fu.a", "fu.b -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { load = "0.8 A @ 5 V", worst = "1.5 A @ 5 V" } }
//! terminal.plus = { clamp = "screw", wires = 2, max = "1 A" }
//! terminal.minus = { clamp = "screw", wires = 2, max = "1 A" }
//! ```
//! ```text
//! warning[P010 contact-at-limit]: terminal `lamp.plus` carries 1.5 A at the peak, and may carry 1 A
//!  --> wiring/wires.toml:4:40
//!   |
//! 4 | run = ["psu.plus[1] -> fu.a", "fu.b -> lamp.plus", "lamp.minus -> psu.min...
//!   |                                        ^^^^^^^^^
//!   |
//!  ::: bom/parts/lamp.toml:5:54
//!   |
//! 5 | terminal.plus = { clamp = "screw", wires = 2, max = "1 A" }
//!   |                                                      --- what it may carry
//!   |
//!   = note: 0.8 A for long, 1.5 A with every load at its most, 1.5 A in the
//!           worst corner
//!   = note: fuse `fu` of 2 A holds 2.2 A for ever: it does not keep this
//!           terminal within 1 A
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-2a" } }
//! lamp = { part = "lamp" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus[1] -> fu.a", "fu.b -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { load = "0.8 A @ 5 V", worst = "1.5 A @ 5 V" } }
//! terminal.plus = { clamp = "screw", wires = 2, max = "2.5 A" }
//! terminal.minus = { clamp = "screw", wires = 2, max = "2.5 A" }
//! ```
//! ## Cases
//! The peak is every load at the most that it draws in any scenario, all at once; the worst corner adds tolerances, worn contacts and hot copper.
//! What is too much for long is `wire-overload`, `contact-overload` or, for a relay's contact, `contact-rating`. Where a fuse is before it and holds
//! more than it may carry, the note says so. One finding for the wires of a bundle, and for the clamps, plugs or contacts of one group of devices.
//!
//! A clamp or plug that carries 0.1 A or more and says `unstated` of what it may carry is not verified.
//!
//! ## Sources
//! Ratings as in `wire-overload`, `contact-overload` and `contact-rating`. A fuse of a vehicle type holds 110 % of its rating for 100 hours and more:
//! ISO 8820-3.

use std::collections::{BTreeMap, BTreeSet};

use analysis::power::{Edge, What};
use model::Terminal;
use model::units::Amps;
use source::{Finding, Rule, Severity, Span};

use super::carried::{self, Carrier, Kind, Lasting};
use super::ratings;
use super::supplied::{self, Typical};
use crate::Context;

/// `P010`.
pub static RULE: Rule = Rule {
    code: "P010",
    name: "contact-at-limit",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("contact_at_limit.rs"),
};

/// Looks at everything with a rating.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let (mut typical, mut lasting) = (Typical::new(context), Lasting::new(context));
    let mut at_limit: Vec<(Carrier, f64)> = Vec::new();
    for mut carrier in carried::full(context) {
        let worst = |carrier: &Carrier| carrier.worst.get().unwrap_or(0.0).max(carrier.typical);
        if carrier.bears(worst(&carrier)) {
            continue;
        }
        (carrier.typical, carrier.worst) = carried::settled(context, &carrier, &mut typical);
        let most = worst(&carrier);
        // What lasts beyond the rating is told elsewhere, and a relay's contact is judged by its peak there.
        let told = match carrier.kind {
            Kind::Contact => !carrier.bears(carrier.typical),
            _ => !carrier.bears(carrier.typical) && !carrier.bears(lasting.of(&carrier)),
        };
        if !carrier.bears(most) && !told {
            at_limit.push((carrier, most));
        }
    }
    for group in carried::grouped(context, at_limit) {
        let (carrier, amperes) = &group[0];
        let (noun, name) = (carrier.noun(), carrier.name(context));
        let (carries, rated) = supplied::amperes(*amperes, carrier.rated.0);
        let when = if carrier.bears(carrier.typical) { "in the worst corner" } else { "at the peak" };
        let message = format!("{noun} `{name}` carries {carries} {when}, and may carry {rated}");
        let mut finding = Finding::new(&RULE, carried::subject(context, &group), carrier.span(context), message);
        if let Some(span) = carrier.rating(context) {
            finding = finding.with_other(span, "what it may carry");
        }
        let lasts = if carrier.kind == Kind::Contact { carrier.typical } else { lasting.of(carrier) };
        let mut peak = format!("{} for long", Amps(lasts));
        if carrier.typical > lasts * 1.001 {
            peak = format!("{peak}, {} with every load at its most", Amps(carrier.typical));
        }
        if let Edge::Is(worst) = carrier.worst {
            peak = format!("{peak}, {} in the worst corner", Amps(worst));
        }
        for note in
            [Some(peak), carrier.why(context), carried::fuse(context, carrier), carried::others(context, &group)]
        {
            finding = match note {
                Some(note) => finding.with_note(note),
                None => finding,
            };
        }
        findings.push(finding);
    }
    unstated(context, findings);
}

/// Amperes below which no clamp or contact is asked what it may carry. A choice: the least rating of any connector in the library is 1 A.
const ASKED: f64 = 0.1;

/// Clamps and plugs that carry a current and say `unstated` of what they may: one finding for each place that says so.
fn unstated(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut asked: BTreeMap<Span, BTreeSet<Terminal>> = BTreeMap::new();
    for (piece, bound) in facts.power.harness.pieces.iter().zip(&facts.power.bounds) {
        let carries = match bound.amperes {
            Edge::Is(amperes) => amperes >= ASKED,
            Edge::Unknown | Edge::NoPoint => true,
            Edge::Never => false,
        };
        let ends: &[Terminal] = match piece.what {
            What::Wire(_) if carries && !bound.fighting => &piece.at,
            What::Mate(..) if carries && !bound.fighting => &piece.at[..1],
            _ => continue,
        };
        for &end in ends {
            let span = match piece.what {
                What::Mate(..) => ratings::unstated_plug(build, piece.at),
                _ => ratings::unstated(build, end),
            };
            if let Some(span) = span {
                asked.entry(span).or_default().insert(end);
            }
        }
    }
    for (span, at) in asked {
        let names: Vec<String> = at.iter().take(TOLD).map(|&at| build.path(at)).collect();
        let more = at.len().saturating_sub(TOLD);
        let message =
            format!("whether `{}` bears its current could not be verified: what it may carry is not stated", names[0]);
        let finding = Finding::not_verified(&RULE, names[0].clone(), span, message);
        findings.push(match (&names[1..], more) {
            ([], _) => finding,
            (others, 0) => finding.with_note(format!("also {}", others.join(", "))),
            (others, more) => finding.with_note(format!("also {} and {more} more", others.join(", "))),
        });
    }
}

/// Terminals that one finding names.
const TOLD: usize = 8;
