//! A wire, cable or plug that no step installs.
//!
//! The guide ends with a box that is not the one that was checked: whatever hangs on the missing run is dead, or, if it is a return
//! or a guard, worse than dead.
//!
//! ## Example
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed/1"]
//! insulates = ["psu", "lamp"]
//! ```
//! ```text
//! error[A001 wire-not-installed]: no step installs `feed/2`
//!  --> wiring/wires.toml:3:34
//!   |
//! 3 | run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//!   |                                  ^^^^^^^^^^^^^^^^^^^^^^^ wire #02
//!   |
//!   = help: add `"feed/2"` to the `wires` of the step that lands it
//! ```
//! ## Instead
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! insulates = ["psu", "lamp"]
//! ```
//! ## Cases
//! A build without steps is not judged. A run that is cut and never landed is `A006`'s; one that is landed without ever having been cut is
//! told here.
//!
//! ## Sources
//! A choice of ours: after the last step the box equals `wiring/`.

use source::{Finding, Rule, Severity};

use super::steps;
use crate::Context;

/// `A001`.
pub static RULE: Rule = Rule {
    code: "A001",
    name: "wire-not-installed",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("wire_not_installed.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    if build.steps.is_empty() {
        return;
    }
    for (run, work) in steps::runs(facts) {
        if !work.cut.is_empty() {
            continue;
        }
        let path = build.run_path(run);
        let (message, help) = if work.is_handled() {
            (
                format!("no step cuts `{path}`, and a step lands an end of it"),
                format!("add `\"{path}\"` to the `cut` of that step"),
            )
        } else {
            (format!("no step installs `{path}`"), format!("add `\"{path}\"` to the `wires` of the step that lands it"))
        };
        let finding = Finding::new(&RULE, path, build.run(run).span, message)
            .with_label(steps::words(build, run))
            .with_help(help);
        findings.push(finding);
    }
}
