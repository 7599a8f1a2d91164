//! A load may get more volts than it accepts when its supply is at the top of its tolerance.
//!
//! A supply of 5 V gives up to 5.25 V and is sound, and an idle wire loses nothing of it. What is built for less has no margin left, and what comes
//! on top, a plug pulled while the others run, finds it without.
//!
//! ## Example
//! ```toml bom/parts/supply.toml
//! name = "Supply"
//! kind = "psu"
//! cite = "toy"
//! source.out = { plus = "plus", minus = "minus", volts = "5..5.8 V", limit = "2 A" }
//! terminal.plus = { clamp = "screw", wires = 2 }
//! terminal.minus = { clamp = "screw", wires = 2 }
//! ```
//! ```text
//! error[P007 overvoltage]: `lamp.filament` may get 5.79 V, and accepts 5.5 V at most
//!  --> wiring/wires.toml:3:21
//!   |
//! 3 | run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//!   |                     ^^^^^^^^^
//!   |
//!  ::: bom/parts/lamp.toml:4:60
//!   |
//! 4 | ...s = "minus", volts = "4.5..5.5 V", profile = { worst = "0.5 A @ 5 V" } }
//!   |                          ---------- what it accepts
//!   |
//!   = note: its supply gives up to 5.79 V while nothing draws
//! ```
//! ## Instead
//! ```toml bom/parts/supply.toml
//! name = "Supply"
//! kind = "psu"
//! cite = "toy"
//! source.out = { plus = "plus", minus = "minus", volts = "5..5.4 V", limit = "2 A" }
//! terminal.plus = { clamp = "screw", wires = 2 }
//! terminal.minus = { clamp = "screw", wires = 2 }
//! ```
//! ## Cases
//! The most volts over all states and draws, the load itself idle: wires then lose nothing. A supply that is too high without any tolerance is
//! `over-volts-load`. Coils are told above 1.3 times their rated volts, as there. Loads of one name in devices of one group are one finding.
//!
//! ## Sources
//! Each part cites what it accepts. Coils of small relays: Songle SRD 1.1 to 1.2 times, Sanyou SRD 1.3 times their rated volts (data sheets, "max.
//! allowable voltage"); 1.3 is the most generous of them.

use analysis::power::{Edge, What};
use model::units::Volts;
use source::{Finding, Rule, Severity};

use super::pieces;
use super::supplied::{self, Fed};
use crate::Context;
use crate::gpio::subject;

/// `P007`.
pub static RULE: Rule = Rule {
    code: "P007",
    name: "overvoltage",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("overvoltage.rs"),
};

/// How far above its rated volts a coil may be fed for ever.
const COIL: f64 = 1.3;

/// Looks at every load and coil that gets the right volts as a rule.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let over: Vec<Fed<'_>> = supplied::loads(context).into_iter().filter(|fed| most(context, fed).is_some()).collect();
    for group in supplied::grouped(context, over, |fed| Some(-high(fed))) {
        let fed = &group[0];
        let Some(most) = most(context, fed) else { continue };
        let name = fed.name(context);
        let (gets, accepts) = supplied::apart(high(fed), most);
        let message = format!("`{name}` may get {gets}, and accepts {accepts} at most");
        let mut finding = Finding::new(&RULE, supplied::subject(context, &group), fed.span(context), message);
        if let Some(span) = fed.load.volts.span() {
            finding = finding.with_other(span, "what it accepts");
        }
        finding = finding.with_note(format!("its supply gives up to {} while nothing draws", Volts(high(fed))));
        if let Some(others) = supplied::others(context, &group, |fed| Some(high(fed))) {
            finding = finding.with_note(others);
        }
        findings.push(finding);
    }
    coils(context, findings);
}

fn high(fed: &Fed<'_>) -> f64 {
    fed.bound.highest.get().unwrap_or(0.0)
}

/// The most that a load accepts, if it may get more, and not from the very volts of its supply.
fn most(context: Context<'_>, fed: &Fed<'_>) -> Option<f64> {
    let most = fed.load.volts.known().map(|volts| volts.hi.0).filter(|most| most.is_finite())?;
    let open = fed.open(context)?;
    (high(fed) > most + 1e-9 && open <= most + 1e-9).then_some(most)
}

fn coils(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for (of, bound) in facts.power.harness.pieces.iter().zip(&facts.power.bounds) {
        let What::Coil(id, index) = of.what else { continue };
        let (device, coil) = (build.device(id), &build.part_of(id).coils[index as usize]);
        let (Some(rated), Edge::Is(volts)) = (coil.rated.known(), bound.highest) else { continue };
        let most = rated.hi.0 * COIL;
        let source = facts.potentials.at(&facts.rest, of.at[0]).and_then(|net| net.by);
        let open = source.and_then(|source| analysis::budget::source_volts(build, source));
        if bound.fighting || volts <= most + 1e-9 || open.is_none_or(|open| open.typ.0.abs() > most) {
            continue;
        }
        let name = pieces::name(build, of.what, of.at);
        let (gets, bears) = supplied::apart(volts, most);
        let message = format!("coil `{name}` may get {gets}, and bears {bears} at most");
        let span = subject::wire_on(build, &facts.metal, of.at[0]).unwrap_or(device.span);
        let finding = Finding::new(&RULE, name, span, message);
        findings.push(finding.with_note(format!("1.3 times the {} that it is rated for", rated.hi)));
    }
}
