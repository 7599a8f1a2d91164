//! A resistor turns more into heat than it is rated for.
//!
//! Its lacquer chars, its value drifts, and it glows beside whatever it lies on.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! r = { part = "toy-resistor" }
//! ```
//! ```toml bom/parts/toy-resistor.toml
//! name = "Resistor"
//! kind = "resistor"
//! cite = "toy"
//! resistor.r = { across = ["a", "b"], ohms = "10 ohm", watts = "0.25 W" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> r.a", "r.b -> psu.minus"]
//! ```
//! ```text
//! error[P018 resistor-power]: resistor `r` makes 2.5 W of heat, and is rated 250 mW
//!  --> wiring/devices.toml:3:1
//!   |
//! 3 | r = { part = "toy-resistor" }
//!   | ^ this one
//!   |
//!  ::: bom/parts/toy-resistor.toml:4:63
//!   |
//! 4 | resistor.r = { across = ["a", "b"], ohms = "10 ohm", watts = "0.25 W" }
//!   |                                                               ------ its rating
//!   |
//!   = note: in the worst corner 0.5 A flow at 5 V
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! r = { part = "toy-resistor" }
//! ```
//! ```toml bom/parts/toy-resistor.toml
//! name = "Resistor"
//! kind = "resistor"
//! cite = "toy"
//! resistor.r = { across = ["a", "b"], ohms = "330 ohm", watts = "0.25 W" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> r.a", "r.b -> psu.minus"]
//! ```
//! ## Cases
//! Judged in the worst corner, against the whole rating. Designers for long life stay below half of it; that is left to them.
//!
//! ## Sources
//! `watts` of the resistor, with its part's cite; makers state it for 70 °C around it (IEC 60115-1).

use analysis::power::{Edge, What};
use model::units::{Amps, Volts, Watts};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::SLACK;
use crate::power::pieces::{self, Missing};

/// `P018`.
pub static RULE: Rule = Rule {
    code: "P018",
    name: "resistor-power",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("resistor_power.rs"),
};

/// Looks at every resistor that a supply reaches.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let mut missing = Missing::new(context);
    for (at, (piece, bound)) in facts.power.harness.pieces.iter().zip(&facts.power.bounds).enumerate() {
        let What::Resistor(device, index) = piece.what else { continue };
        if bound.fighting || bound.amperes == Edge::Never {
            continue;
        }
        let resistor = &build.part_of(device).resistors[index as usize];
        let (name, span) = (pieces::name(build, piece.what, piece.at), build.device(device).span);
        let Some(rated) = resistor.watts.known() else {
            let message = format!("how much heat resistor `{name}` bears is not stated");
            findings.push(Finding::not_verified(&RULE, name, resistor.watts.span().unwrap_or(resistor.span), message));
            continue;
        };
        // Each is a bound of the heat; which is the tightest depends on what stands in series.
        let amperes = bound.amperes.get();
        // The corners of volts are those of loads; what a resistor sees at most is its supply.
        let volts = pieces::volts_at(context, piece.at);
        let least = piece.numbers.value.1.low.filter(|ohms| *ohms > 0.0).map(|ohms| volts * volts / ohms);
        let through = amperes.zip(piece.numbers.value.1.high).map(|(amperes, ohms)| amperes * amperes * ohms);
        let both = amperes.map(|amperes| amperes * volts);
        let watts = [least, through, both].into_iter().flatten().fold(f64::INFINITY, f64::min);
        if bound.amperes == Edge::Unknown && watts > rated.lo.0 {
            if let Some((gap, at)) = missing.of(at) {
                let message = format!("how much heat resistor `{name}` makes depends on {gap}");
                findings.push(Finding::not_verified(&RULE, name, at, message).with_other(span, "this one"));
            }
            continue;
        }
        if watts > rated.lo.0 * (1.0 + SLACK) {
            let message = format!("resistor `{name}` makes {} of heat, and is rated {}", Watts(watts), rated.lo);
            let mut finding = Finding::new(&RULE, name, span, message).with_label("this one");
            if let Some(at) = resistor.watts.span() {
                finding = finding.with_other(at, "its rating");
            }
            if let Some(amperes) = amperes {
                finding = finding.with_note(format!("in the worst corner {} flow at {}", Amps(amperes), Volts(volts)));
            }
            findings.push(finding);
        }
    }
}
