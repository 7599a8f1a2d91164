//! A wire whose end is parked and never moved, or cut and never landed.
//!
//! A free end finds metal by itself. If the other end is live by then, that is a short; if it is a return, a load runs on what is left.
//!
//! ## Example
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed/2"]
//! cut = ["feed/1"]
//! land = ["feed/1.from"]
//! insulates = ["psu", "lamp"]
//! ```
//! ```text
//! error[A006 end-parked]: step `build` cuts `feed/1`, and no step lands `feed/1.to`
//!  --> site/guide/steps.toml:4:9
//!   |
//! 4 | cut = ["feed/1"]
//!   |         ^^^^^^ cut here
//!   |
//!  ::: wiring/wires.toml:3:9
//!   |
//! 3 | run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//!   |         --------------------- this run
//!   |
//!   = help: add `land = ["feed/1.to"]` to the step that does it
//! ```
//! ## Instead
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed/2"]
//! cut = ["feed/1"]
//! land = ["feed/1.from", "feed/1.to"]
//! insulates = ["psu", "lamp"]
//! ```
//! ## Cases
//! `park` lands an end for a while, `move` for good. A run that no step touches is `A001`'s.
//!
//! ## Sources
//! A choice of ours: each end is landed for good once.

use source::{Finding, Rule, Severity};

use super::steps;
use crate::Context;

/// `A006`.
pub static RULE: Rule = Rule {
    code: "A006",
    name: "end-parked",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("end_parked.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for (run, work) in steps::runs(facts) {
        for (end, name) in ["from", "to"].into_iter().enumerate() {
            if !work.is_handled() || !work.landed[end].is_empty() {
                continue;
            }
            let path = build.run_path(run);
            let subject = format!("{path}.{name}");
            let (step, message, label) = match work.parked[end].last() {
                Some(&(step, terminal)) => (
                    step,
                    format!(
                        "{} parks `{subject}` at `{}`, and no step moves it",
                        steps::named(build, step),
                        build.path(terminal)
                    ),
                    "parked here",
                ),
                None => {
                    let step = work.cut.first().copied().unwrap_or_else(|| facts.assembly.installs(run)[0]);
                    (
                        step,
                        format!("{} cuts `{path}`, and no step lands `{subject}`", steps::named(build, step)),
                        "cut here",
                    )
                }
            };
            let verb = if work.parked[end].is_empty() { "land" } else { "move" };
            findings.push(
                Finding::new(&RULE, subject.as_str(), steps::mention(build, step, run), message)
                    .with_label(label)
                    .with_other(build.run(run).span, "this run")
                    .with_help(format!("add `{verb} = [\"{subject}\"]` to the step that does it")),
            );
        }
    }
}
