//! Two supplies of like volts stand side by side.
//!
//! They never agree to the millivolt: the higher one carries everything until it limits, and pushes current back into the lower one,
//! also while that one is switched off.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply", count = 2 }
//! lamp = { part = "lamp", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu[1..2].plus -> lamp[1..2].plus",
//!   "lamp[1..2].minus -> psu[1..2].minus",
//!   "psu[1].minus -- psu[2].minus",
//!   "psu[1].plus -- psu[2].plus",
//! ]
//! ```
//! ```text
//! error[N002 paralleled-supplies]: `out` of `psu[1]` (5 V) and `out` of `psu[2]` (5 V) stand side by side
//!  --> wiring/wires.toml:7:4
//!   |
//! 7 |   "psu[1].plus -- psu[2].plus",
//!   |    ^^^^^^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: from one to the other: psu[1].plus → psu[2].plus
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply", count = 2 }
//! lamp = { part = "lamp", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu[1..2].plus -> lamp[1..2].plus",
//!   "lamp[1..2].minus -> psu[1..2].minus",
//!   "psu[1].minus -- psu[2].minus",
//! ]
//! ```
//! ## Cases
//! Several contacts of one rail are one source and may be joined. A common minus alone is fine.
//!
//! ## Sources
//! Kirchhoff's voltage law; makers' notes allow parallel outputs only with means that share the current.

use analysis::potentials::Fight;
use source::{Finding, Rule, Severity};

use super::{dead_short, sides};
use crate::{Context, story};

/// `N002`.
pub static RULE: Rule = Rule {
    code: "N002",
    name: "paralleled-supplies",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("paralleled_supplies.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let mut parallel = facts.potentials.conflicts.iter().filter(|conflict| conflict.kind == Fight::Parallel).peekable();
    if parallel.peek().is_none() {
        return;
    }
    let sides = sides::sides(build);
    for conflict in parallel {
        let hops = facts.rest.path(conflict.from, conflict.to).unwrap_or_default();
        let culprit = sides.culprit(build, &hops);
        let subject = culprit.map_or_else(|| build.path(conflict.from), |wire| story::run_path(build, wire));
        let span = culprit.map_or(build.device(conflict.b.device).span, |wire| build.wire(wire).span);
        let (a, b) = (dead_short::name(context, conflict.a), dead_short::name(context, conflict.b));
        let finding = Finding::new(&RULE, subject, span, format!("{a} and {b} stand side by side"));
        findings.push(story::told(build, finding, &hops, "from one to the other: "));
    }
}
