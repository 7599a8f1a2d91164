//! A wire, cable or plug that lands on a device which is not there yet.
//!
//! The step cannot be done as it stands; whoever improvises wires a board that lies loose, and shorts it against the case.
//!
//! ## Example
//! ```toml site/guide/steps.toml
//! [step.wire]
//! fits = ["psu"]
//! wires = ["feed"]
//! [step.mount]
//! fits = ["lamp"]
//! insulates = ["psu", "lamp"]
//! ```
//! ```text
//! error[A004 used-before-fitted]: step `wire` lands `feed/1` on `lamp`, which step `mount` puts in later
//!  --> site/guide/steps.toml:3:11
//!   |
//! 3 | wires = ["feed"]
//!   |           ^^^^ landed here
//! 4 | [step.mount]
//! 5 | fits = ["lamp"]
//!   |          ---- put in here
//! ```
//! ## Instead
//! ```toml site/guide/steps.toml
//! [step.wire]
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! [step.mount]
//! insulates = ["psu", "lamp"]
//! ```
//! ## Cases
//! Within one step a device is put in before its wires are landed. One finding a device, at the first such wire. A device that no step puts in at
//! all is `A003`'s.
//!
//! ## Sources
//! A choice of ours: after every step the graph so far is checked.

use std::collections::BTreeMap;

use analysis::assembly::goes_to;
use model::{DeviceId, RunId};
use source::{Finding, Rule, Severity};

use super::steps;
use crate::Context;

/// `A004`.
pub static RULE: Rule = Rule {
    code: "A004",
    name: "used-before-fitted",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("used_before_fitted.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    // Device → first step that uses it, and the run there.
    let mut used: BTreeMap<DeviceId, (usize, RunId)> = BTreeMap::new();
    for (run, work) in steps::runs(facts) {
        for end in 0..2 {
            let home = goes_to(build, run, end);
            let landed = work.landed[end].iter().map(|&step| (step, home));
            let parked = work.parked[end].iter().map(|&(step, terminal)| (step, build.owner(terminal)));
            for (step, device) in landed.chain(parked) {
                let first = used.entry(device).or_insert((step, run));
                if step < first.0 {
                    *first = (step, run);
                }
            }
        }
    }
    for (device, (step, run)) in used {
        let Some(fitted) = facts.assembly.fitted[device.0 as usize] else {
            continue;
        };
        if fitted <= step {
            continue;
        }
        let name = &build.device(device).name;
        let message = format!(
            "{} lands `{}` on `{name}`, which {} puts in later",
            steps::named(build, step),
            build.run_path(run),
            steps::named(build, fitted)
        );
        findings.push(
            Finding::new(&RULE, name.as_str(), steps::mention(build, step, run), message)
                .with_label("landed here")
                .with_other(steps::fits(build, fitted, device), "put in here"),
        );
    }
}
