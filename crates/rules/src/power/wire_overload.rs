//! A wire carries more than it may carry for ever.
//!
//! Copper warms with the square of the current. Beyond its ampacity the insulation softens, and wires that lie together warm each other, so that
//! each of them may carry less.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! j = { part = "joint", count = 2 }
//! lamp = { part = "lamp" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> j[1].t[1]", "j[1].t[2] -> lamp.plus", "lamp.minus -> j[2].t[1]", "j[2].t[2] -> psu.minus[1]"]
//! ```
//! ```toml bom/parts/bus-supply.toml
//! name = "Supply with a row of terminals"
//! kind = "psu"
//! cite = "toy"
//! source.out = { plus = "plus", minus = "minus", volts = "5 V", limit = "6 A" }
//! terminal."plus[1..4]" = { clamp = "screw", wires = 2 }
//! terminal."minus[1..4]" = { clamp = "screw", wires = 2 }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { worst = "5.8 A @ 5 V" } }
//! terminal.plus = { clamp = "screw", wires = 2 }
//! terminal.minus = { clamp = "screw", wires = 2 }
//! ```
//! ```text
//! error[P008 wire-overload]: wire `feed/1` carries 5.8 A, and may carry 5.6 A
//!  --> wiring/wires.toml:3:9
//!   |
//! 2 | stock = "lead"
//!   |          ---- what it may carry
//! 3 | run = ["psu.plus[1] -> j[1].t[1]", "j[1].t[2] -> lamp.plus", "lamp.minus ...
//!   |         ^^^^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: 7 A on its own, 80 % of it as one of 4 loaded wires of `feed`
//!   = note: also feed/2 5.8 A, feed/3 5.8 A, feed/4 5.8 A
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! j = { part = "joint", count = 2 }
//! lamp = { part = "lamp" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> j[1].t[1]", "j[1].t[2] -> lamp.plus", "lamp.minus -> j[2].t[1]", "j[2].t[2] -> psu.minus[1]"]
//! ```
//! ```toml bom/parts/bus-supply.toml
//! name = "Supply with a row of terminals"
//! kind = "psu"
//! cite = "toy"
//! source.out = { plus = "plus", minus = "minus", volts = "5 V", limit = "6 A" }
//! terminal."plus[1..4]" = { clamp = "screw", wires = 2 }
//! terminal."minus[1..4]" = { clamp = "screw", wires = 2 }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { worst = "5.4 A @ 5 V" } }
//! terminal.plus = { clamp = "screw", wires = 2 }
//! terminal.minus = { clamp = "screw", wires = 2 }
//! ```
//! ## Cases
//! The amperes are those that last: typical numbers, in the scenario that draws most, `boot` and `worst` left out, as a wire takes minutes to warm.
//! What those bring, and what only tolerances bring, is `contact-at-limit`. Wires of one `[wire.x]` count as lying together: of 4 to 6 that are
//! loaded each may carry 80 %, of 7 to 9 70 %, of 10 to 20 50 %, of 21 to 30 45 %, of 31 to 40 40 %, of more 35 %. A wire is loaded from a tenth of
//! its ampacity up: below that it gives less than a hundredth of its heat. The air is taken as the table takes it: a figure for hot air would need
//! the degrees that the insulation bears, and stocks do not state them. A wire without a gauge is `thin-margin` not verified.
//!
//! ## Sources
//! What a wire bears: its stock's own figure, else its gauge in the Handbook of Electronic Tables and Formulas (chassis wiring). Wires that lie
//! together: NEC 310.15(C)(1).

use source::{Finding, Rule, Severity};

use super::carried::{self, Kind, Lasting};
use super::supplied;
use crate::Context;

/// `P008`.
pub static RULE: Rule = Rule {
    code: "P008",
    name: "wire-overload",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("wire_overload.rs"),
};

/// Looks at every wire.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    overloads(context, &RULE, &[Kind::Wire], findings);
}

/// Carriers of some kinds that carry more for long than they may, one finding a bundle or group of devices.
pub fn overloads(context: Context<'_>, rule: &'static Rule, kinds: &[Kind], findings: &mut Vec<Finding>) {
    let mut lasting = Lasting::new(context);
    let mut over = Vec::new();
    for carrier in carried::full(context).into_iter().filter(|carrier| kinds.contains(&carrier.kind)) {
        // What lasts is never more than what is drawn at most.
        if !carrier.bears(carrier.typical) {
            let amperes = lasting.of(&carrier);
            if !carrier.bears(amperes) {
                over.push((carrier, amperes));
            }
        }
    }
    for group in carried::grouped(context, over) {
        let (carrier, amperes) = &group[0];
        let (noun, name) = (carrier.noun(), carrier.name(context));
        let (carries, rated) = supplied::amperes(*amperes, carrier.rated.0);
        let message = format!("{noun} `{name}` carries {carries}, and may carry {rated}");
        let mut finding = Finding::new(rule, carried::subject(context, &group), carrier.span(context), message);
        if let Some(span) = carrier.rating(context) {
            finding = finding.with_other(span, "what it may carry");
        }
        for note in [carrier.why(context), carried::fuse(context, carrier), carried::others(context, &group)]
            .into_iter()
            .flatten()
        {
            finding = finding.with_note(note);
        }
        findings.push(finding);
    }
}
