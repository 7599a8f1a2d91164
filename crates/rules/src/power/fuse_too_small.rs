//! A fuse carries so much in ordinary use that it ages, or opens without a fault.
//!
//! A fuse is a wire that is nearly hot enough to melt. Close to its rating it sags and oxidises, and opens some summer night with nothing wrong behind it.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-2a" } }
//! lamp = { part = "lamp" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4..5.5 V", profile = { worst = "1.8 A @ 5 V" } }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> fu.a", "fu.b -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! warning[P015 fuse-too-small]: fuse `fu` carries 1.8 A for ever, and is made for 1.5 A (75 % of its 2 A)
//!  --> wiring/devices.toml:3:1
//!   |
//! 3 | fu = { part = "blade-holder", set = { f = "blade-ato-2a" } }
//!   | ^^
//!   |
//!   = note: scenario `load`, everything at rest
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-3a" } }
//! lamp = { part = "lamp" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4..5.5 V", profile = { worst = "1.8 A @ 5 V" } }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> fu.a", "fu.b -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Cases
//! For ever means: with typical numbers and everything at rest, in each scenario that the build declares and in which nothing boots; where it declares
//! none, with every load in its profile `load`. There three quarters of the rating are the bound. A peak (any state, every tolerance, every load at
//! its most) may reach the whole rating, which a blade fuse holds for hours. A fuse whose rating is not known is
//! `unfused-branch`'s to tell, and where what flows depends on numbers that are not stated, `thin-margin` names them.
//!
//! ## Sources
//! Three quarters at 25 °C: Littelfuse, "Fuseology", rerating of fuses for continuous load (remembered, not read again). What a fuse must hold and
//! when it must open (100 %, 135 %, 200 %): the same guide on UL 248-14, <http://electronicscatalogs.littelfuse.com/guide/fuseology-selection-guide/12.php>.

use analysis::power::{Edge, Scenario, What};
use analysis::protection;
use model::Build;
use model::units::Amps;
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::SLACK;
use crate::power::pieces;

/// `P015`.
pub static RULE: Rule = Rule {
    code: "P015",
    name: "fuse-too-small",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("fuse_too_small.rs"),
};

/// Share of its rating that a fuse may carry for ever.
const FOR_EVER: f64 = 0.75;

/// Looks at every fuse that carries something.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let power = &facts.power;
    let fuses: Vec<usize> = (0..power.harness.pieces.len())
        .filter(|&at| matches!(power.harness.pieces[at].what, What::Fuse(..)))
        .filter(|&at| !power.bounds[at].fighting && power.bounds[at].amperes != Edge::Never)
        .collect();
    if fuses.is_empty() {
        return;
    }
    // By fuse: most amperes for ever, and the scenario.
    let mut steady: Vec<(f64, &str)> = vec![(0.0, ""); fuses.len()];
    for (index, scenario) in power.scenarios.iter().enumerate().filter(|(_, scenario)| is_steady(build, scenario)) {
        let point = power.point(facts.world(build), index, 0);
        for (most, &piece) in steady.iter_mut().zip(&fuses) {
            let amperes = point.amperes[piece].map_or(0.0, f64::abs);
            if amperes > most.0 {
                *most = (amperes, scenario.name.as_str());
            }
        }
    }
    for (&at, (steady, scenario)) in fuses.iter().zip(steady) {
        let (piece, bound) = (&power.harness.pieces[at], &power.bounds[at]);
        let What::Fuse(device, index) = piece.what else { continue };
        let Some(rated) = protection::rating(build, device, index) else { continue };
        let name = pieces::name(build, piece.what, piece.at);
        let span = build.device(device).span;
        let fault = |message: String| Finding::new(&RULE, name.clone(), span, message);
        let over = |amperes: f64, share: f64| amperes > rated.0 * share * (1.0 + SLACK);
        if bound.amperes == Edge::Unknown {
            continue;
        }
        if let Some(typical) = bound.typical_amperes.filter(|&typical| over(typical, 1.0)) {
            let typical = Amps(typical);
            findings.push(
                fault(format!("fuse `{name}` has to carry {typical}, and is rated {rated}: it opens in use"))
                    .with_note("with typical numbers and every load at its greatest draw"),
            );
        } else if over(steady, FOR_EVER) {
            let message = format!(
                "fuse `{name}` carries {} for ever, and is made for {} ({:.0} % of its {rated})",
                Amps(steady),
                Amps(rated.0 * FOR_EVER),
                FOR_EVER * 100.0
            );
            findings.push(fault(message).with_note(format!("scenario `{scenario}`, everything at rest")));
        } else if let Edge::Is(most) = bound.amperes
            && over(most, 1.0)
        {
            findings.push(
                fault(format!("fuse `{name}` may have to carry {}, and is rated {rated}", Amps(most)))
                    .with_note("in the worst corner: every load at its most, supplies and contacts at their worst"),
            );
        }
    }
}

/// Whether a scenario may last: declared ones in which nothing boots; `load`, where the build declares none.
fn is_steady(build: &Build, scenario: &Scenario) -> bool {
    let lasts = |at: usize| build.scenarios[at].judged && !analysis::budget::is_start(build, at);
    match scenario.declared {
        Some(at) => lasts(at),
        None => scenario.name == "load" && !(0..build.scenarios.len()).any(lasts),
    }
}
