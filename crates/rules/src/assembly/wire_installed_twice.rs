//! A wire, cable or plug that the steps install twice.
//!
//! Whoever follows the guide cuts a second piece, finds its screws taken, and has to guess which of the two was meant.
//!
//! ## Example
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! insulates = ["psu", "lamp"]
//! [step.finish]
//! wires = ["feed/2"]
//! ```
//! ```text
//! error[A002 wire-installed-twice]: `feed/2` is cut twice: in step `build` and step `finish`
//!  --> site/guide/steps.toml:6:11
//!   |
//! 3 | wires = ["feed"]
//!   |           ---- first here
//! ...
//! 6 | wires = ["feed/2"]
//!   |           ^^^^^^ again here
//! ```
//! ## Instead
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed/1"]
//! insulates = ["psu", "lamp"]
//! [step.finish]
//! wires = ["feed/2"]
//! ```
//! ## Cases
//! An end that is landed for good twice counts too; one that is parked and then moved does not.
//!
//! ## Sources
//! A choice of ours: each wire is cut once and each end landed for good once.

use source::{Finding, Rule, Severity};

use super::steps;
use crate::Context;

/// `A002`.
pub static RULE: Rule = Rule {
    code: "A002",
    name: "wire-installed-twice",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("wire_installed_twice.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for (run, work) in steps::runs(facts) {
        let path = build.run_path(run);
        let twice = [
            ("cut", &work.cut),
            ("landed at its first end", &work.landed[0]),
            ("landed at its second end", &work.landed[1]),
        ];
        let Some((what, at)) = twice.into_iter().find(|(_, at)| at.len() > 1) else {
            continue;
        };
        let count = if at.len() == 2 { "twice".to_owned() } else { format!("{} times", at.len()) };
        let mut finding = Finding::new(
            &RULE,
            path.as_str(),
            steps::mention(build, at[1], run),
            format!("`{path}` is {what} {count}: in {}", steps::list(build, at)),
        )
        .with_label("again here");
        if at[0] != at[1] {
            finding = finding.with_other(steps::mention(build, at[0], run), "first here");
        }
        findings.push(finding);
    }
}
