//! One contact, joint or wire turns much into heat.
//!
//! Half a watt in a plug contact is more than its few millimetres of metal can shed: the plastic around it softens, the spring tires, its resistance rises,
//! and with it the heat.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-5a" } }
//! sw = { part = "tired-switch" }
//! lamp = { part = "lamp" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "3..5.5 V", profile = { worst = "3 A @ 5 V" } }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml bom/parts/tired-switch.toml
//! name = "Switch"
//! kind = "toggle"
//! cite = "toy"
//! lever.t = { by = "hand" }
//! contact.t = { by = "t", com = "a", no = "b", rated = "10 A @ 30 V", closed = "20..50..100 mohm" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> fu.a", "fu.b -> sw.a", "sw.b -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! note[P028 hot-spot]: contact `sw.b` may turn 900 mW into heat
//!  --> wiring/devices.toml:4:1
//!   |
//! 4 | sw = { part = "tired-switch" }
//!   | ^^
//!   |
//!   = note: 3 A through 100 mohm, in the worst corner
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-5a" } }
//! sw = { part = "tired-switch" }
//! lamp = { part = "lamp" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "3..5.5 V", profile = { worst = "3 A @ 5 V" } }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml bom/parts/tired-switch.toml
//! name = "Switch"
//! kind = "toggle"
//! cite = "toy"
//! lever.t = { by = "hand" }
//! contact.t = { by = "t", com = "a", no = "b", rated = "10 A @ 30 V", closed = "5..10..30 mohm" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> fu.a", "fu.b -> sw.a", "sw.b -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Cases
//! Most amperes through most ohms: the worst corner. One finding names the three hottest. A wire counts with its two joints, and by the half watt on a
//! decimetre, as it sheds heat along its length. Fuses are made to be warm and are not judged.
//!
//! ## Sources
//! Half a watt is a choice of this tool: 1.5 A through the 100 mohm that a new relay contact may have are 0.23 W, and 3 A through them 0.9 W.

use analysis::power::What;
use model::units::{Amps, Ohms, Watts};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::pieces;

/// `P028`.
pub static RULE: Rule =
    Rule { code: "P028", name: "hot-spot", severity: Severity::Note, file: file!(), text: include_str!("hot_spot.rs") };

/// Watts in one place that are told.
const HOT: f64 = 0.5;
/// Metres of wire that count as one place.
const PLACE: f64 = 0.1;

/// Looks at everything that only conducts.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut hot: Vec<(f64, f64, f64, usize)> = Vec::new();
    for (at, (piece, bound)) in facts.power.harness.pieces.iter().zip(&facts.power.bounds).enumerate() {
        if !piece.what.conducts() || matches!(piece.what, What::Fuse(..)) || bound.fighting {
            continue;
        }
        let (Some(amperes), Some(ohms)) = (bound.amperes.get(), piece.numbers.value.1.high) else { continue };
        let places = match piece.what {
            What::Wire(wire) => {
                let length = build.attributes_of(build.wire(wire)).length.known();
                length.map_or(1.0, |length| (length.lo.0 / PLACE).max(1.0))
            }
            _ => 1.0,
        };
        let watts = amperes * amperes * ohms;
        if watts > HOT * places {
            hot.push((watts, amperes, ohms, at));
        }
    }
    hot.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.3.cmp(&b.3)));
    let Some(&(watts, amperes, ohms, at)) = hot.first() else { return };
    let named = |at: usize| {
        let piece = &facts.power.harness.pieces[at];
        (pieces::noun(piece.what), pieces::name(build, piece.what, piece.at))
    };
    let (noun, name) = named(at);
    let message = format!("{noun} `{name}` may turn {} into heat", Watts(watts));
    let span = pieces::span(build, facts.power.harness.pieces[at].what);
    let mut finding = Finding::new(&RULE, name, span, message).with_note(format!(
        "{} through {}, in the worst corner",
        Amps(amperes),
        Ohms(ohms)
    ));
    for &(watts, .., at) in hot.iter().skip(1).take(2) {
        let (noun, name) = named(at);
        finding = finding.with_note(format!("then {noun} `{name}`: {}", Watts(watts)));
    }
    if hot.len() > 3 {
        finding = finding.with_note(format!("and {} more above {}", hot.len() - 3, Watts(HOT)));
    }
    findings.push(finding);
}
