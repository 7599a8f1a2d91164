//! An LED gets more than it bears, or so little that nobody sees it.
//!
//! An LED holds its own volts and leaves the rest to its resistor: without one, or with one for another rail, it burns in seconds. One that hangs on
//! too few volts stays dark, and a front panel that is dark tells of a fault that is not there.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! r = { part = "toy-resistor" }
//! panel = { part = "front-panel-led" }
//! ```
//! ```toml bom/parts/toy-resistor.toml
//! name = "Resistor"
//! kind = "resistor"
//! cite = "toy"
//! resistor.r = { across = ["a", "b"], ohms = "100 ohm", watts = "0.5 W" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.led]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> r.a", "r.b -> panel.anode", "panel.cathode -> psu.minus"]
//! ```
//! ```text
//! warning[P017 led-current]: `panel.led` may get 26.8 mA, and bears 20 mA
//!  --> wiring/devices.toml:4:1
//!   |
//! 4 | panel = { part = "front-panel-led" }
//!   | ^^^^^ this one
//!   |
//!  ::: library/parts/front-panel-led.toml:6:84
//!   |
//! 6 | ...d = "1.8..3.2 V", max = "20 mA" }
//!   |                             ----- what it bears
//!   |
//!   = note: typically 21 mA
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! r = { part = "toy-resistor" }
//! panel = { part = "front-panel-led" }
//! ```
//! ```toml bom/parts/toy-resistor.toml
//! name = "Resistor"
//! kind = "resistor"
//! cite = "toy"
//! resistor.r = { across = ["a", "b"], ohms = "330 ohm", watts = "0.5 W" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.led]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> r.a", "r.b -> panel.anode", "panel.cathode -> psu.minus"]
//! ```
//! ## Cases
//! Too much is judged in the worst corner (fewest volts of the LED, least ohms, most volts of the supply), too little with typical numbers, and only for
//! parts of kind `led`. An LED that no supply reaches, or that stands the wrong way round,
//! is told by others.
//!
//! ## Sources
//! `max` of the diode, with its part's cite. 0.5 mA as the least that is seen through a panel is a choice of this tool: indicator LEDs are specified
//! at 10 to 20 mA, and shine with roughly a twentieth at 0.5 mA.

use analysis::power::{Edge, What};
use model::units::Amps;
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::SLACK;
use crate::power::pieces::{self, Missing};

/// `P017`.
pub static RULE: Rule = Rule {
    code: "P017",
    name: "led-current",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("led_current.rs"),
};

/// Amperes below which an LED counts as dark.
const DARK: f64 = 0.5e-3;

/// Amperes below which it counts as not fed, or the wrong way round: other rules tell that.
const DEAD: f64 = 1e-6;

/// Looks at every diode that a supply reaches.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let mut missing = Missing::new(context);
    for (at, (piece, bound)) in facts.power.harness.pieces.iter().zip(&facts.power.bounds).enumerate() {
        let What::Diode(device, index) = piece.what else { continue };
        let diode = &build.part_of(device).diodes[index as usize];
        if bound.fighting || bound.amperes == Edge::Never {
            continue;
        }
        let (name, span) = (pieces::name(build, piece.what, piece.at), build.device(device).span);
        let Some(max) = diode.max.known() else {
            let message = format!("how much `{name}` bears is not stated");
            findings.push(Finding::not_verified(&RULE, name, diode.max.span().unwrap_or(diode.span), message));
            continue;
        };
        match (bound.amperes, bound.typical_amperes) {
            (Edge::Is(most), _) if most > max.lo.0 * (1.0 + SLACK) => {
                let message = format!("`{name}` may get {}, and bears {}", Amps(most), max.lo);
                let mut finding = Finding::new(&RULE, name, span, message).with_label("this one");
                if let Some(max) = diode.max.span() {
                    finding = finding.with_other(max, "what it bears");
                }
                if let Some(typical) = bound.typical_amperes {
                    finding = finding.with_note(format!("typically {}", Amps(typical)));
                }
                findings.push(finding);
            }
            (Edge::Unknown, _) => {
                let Some((gap, at)) = missing.of(at) else { continue };
                let message = format!("what `{name}` gets depends on {gap}");
                findings.push(Finding::not_verified(&RULE, name, at, message).with_other(span, "this one"));
            }
            (_, Some(typical)) if DEAD < typical && typical < DARK && build.part_of(device).kind == "led" => {
                let message = format!("`{name}` gets {}, and stays dark below {}", Amps(typical), Amps(DARK));
                findings.push(Finding::new(&RULE, name, span, message).with_label("this one"));
            }
            _ => {}
        }
    }
}
