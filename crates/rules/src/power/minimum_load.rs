//! A source has to give less than it needs to hold its volts.
//!
//! Supplies that regulate several rails together lose their balance when one of them idles: the idle rail drifts away, or the supply shuts down.
//!
//! ## Example
//! ```toml bom/parts/supply.toml
//! name = "Supply"
//! kind = "psu"
//! cite = "toy"
//! source.out = { plus = "plus", minus = "minus", volts = "5 V", limit = "2 A", least = "1 A" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! warning[P021 minimum-load]: `psu.out` gives 0.5 A, and has to give 1 A to hold its volts
//!  --> wiring/devices.toml:2:1
//!   |
//! 2 | psu = { part = "supply" }
//!   | ^^^ this supply
//!   |
//!  ::: bom/parts/supply.toml:4:87
//!   |
//! 4 | ..., limit = "2 A", least = "1 A" }
//!   |                              --- its least load
//!   |
//!   = note: scenario `idle`, everything at rest
//! ```
//! ## Instead
//! ```toml bom/parts/supply.toml
//! name = "Supply"
//! kind = "psu"
//! cite = "toy"
//! source.out = { plus = "plus", minus = "minus", volts = "5 V", limit = "2 A", least = "0.2 A" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Cases
//! Typical numbers, everything at rest, in every scenario that is judged and in those of `idle`, `load`, `boot` and `worst` that the build does not
//! declare; the least of them counts. A live source on which nothing hangs gives nothing. Where a draw is not stated it is not verified, unless
//! what is known is enough.
//!
//! ## Sources
//! `least` of the source, with its part's cite; ATX12V design guides list a minimum load for each rail.

use analysis::potentials::SourceRef;
use analysis::power::{Edge, What};
use model::units::Amps;
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::SLACK;

/// `P021`.
pub static RULE: Rule = Rule {
    code: "P021",
    name: "minimum-load",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("minimum_load.rs"),
};

/// Looks at every live source that states its least load.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let power = &facts.power;
    let states_least = |source: &&SourceRef| {
        let of = &build.part_of(source.device).sources[source.index as usize];
        !of.ac && !of.least.is_absent()
    };
    let asked: Vec<SourceRef> = facts.potentials.live().iter().filter(states_least).copied().collect();
    if asked.is_empty() {
        return;
    }
    // By source: fewest amperes, and the scenario.
    let mut fewest: Vec<Option<(f64, &str)>> = vec![None; asked.len()];
    let judged = |at: &usize| power.scenarios[*at].declared.is_none_or(|at| build.scenarios[at].judged);
    for scenario in (0..power.scenarios.len()).filter(judged) {
        let point = power.point(facts.world(build), scenario, 0);
        for (fewest, &source) in fewest.iter_mut().zip(&asked) {
            let gives = power.piece(What::Source(source)).and_then(|piece| point.amperes[piece as usize]);
            let gives = gives.map_or(0.0, f64::abs);
            if fewest.is_none_or(|(so_far, _)| gives < so_far) {
                *fewest = Some((gives, power.scenarios[scenario].name.as_str()));
            }
        }
    }
    for (&source, fewest) in asked.iter().zip(fewest) {
        let device = build.device(source.device);
        let of = &build.part_of(source.device).sources[source.index as usize];
        let bound = power.bound(What::Source(source));
        let Some((gives, scenario)) = fewest.filter(|_| bound.is_none_or(|bound| !bound.fighting)) else { continue };
        let subject = format!("{}.{}", device.name, of.name);
        let at = of.least.span().unwrap_or(of.span);
        let Some(least) = of.least.known() else {
            let message = format!("how much `{subject}` has to give at least is not stated");
            findings.push(Finding::not_verified(&RULE, subject, at, message));
            continue;
        };
        if gives >= least.hi.0 * (1.0 - SLACK) {
            continue;
        }
        if bound.is_some_and(|bound| bound.amperes == Edge::Unknown) {
            let message = format!("whether `{subject}` gives the {} that it needs is not known", least.hi);
            findings.push(
                Finding::not_verified(&RULE, subject, at, message)
                    .with_note("what hangs on it depends on numbers that are not stated"),
            );
            continue;
        }
        let message = format!("`{subject}` gives {}, and has to give {} to hold its volts", Amps(gives), least.hi);
        findings.push(
            Finding::new(&RULE, subject, device.span, message)
                .with_label("this supply")
                .with_other(at, "its least load")
                .with_note(format!("scenario `{scenario}`, everything at rest")),
        );
    }
}
