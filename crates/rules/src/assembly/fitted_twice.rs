//! A device, or a part that rides along, that the steps put in twice.
//!
//! There is one of it. The second step asks for a part that is already screwed down, and hides which place was meant.
//!
//! ## Example
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! insulates = ["psu", "lamp"]
//! [step.finish]
//! fits = ["lamp"]
//! ```
//! ```text
//! error[A005 fitted-twice]: the steps put in `lamp` twice: step `build` and step `finish`
//!  --> site/guide/steps.toml:6:10
//!   |
//! 2 | fits = ["psu", "lamp"]
//!   |                 ---- first here
//! ...
//! 6 | fits = ["lamp"]
//!   |          ^^^^ again here
//! ```
//! ## Instead
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! insulates = ["psu", "lamp"]
//! [step.finish]
//! note = ["Turn the lamp upwards."]
//! ```
//! ## Cases
//! A device inside another may have a step of its own: that is where it leaves its box.
//!
//! ## Sources
//! A choice of ours: each part is put in once.

use model::Build;
use source::{Finding, Rule, Severity, Span};

use super::steps;
use crate::Context;

/// `A005`.
pub static RULE: Rule = Rule {
    code: "A005",
    name: "fitted-twice",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("fitted_twice.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for (id, device, _) in build.each_device() {
        if let all @ [first, second, ..] = facts.assembly.fits(id) {
            let others = (steps::fits(build, *first, id), steps::again(build, *first, *second, id));
            findings.push(twice(build, &device.name, others, all));
        }
    }
    for ((device, part), at) in &facts.assembly.riders {
        if let [first, second, ..] = at.as_slice() {
            let path = format!("{}/{}", build.device(*device).name, build.part(*part).id);
            let others = (steps::rides(build, *first, *device, *part), steps::rides(build, *second, *device, *part));
            findings.push(twice(build, &path, others, at));
        }
    }
}

fn twice(build: &Build, name: &str, (first, second): (Span, Span), at: &[usize]) -> Finding {
    let count = if at.len() == 2 { "twice".to_owned() } else { format!("{} times", at.len()) };
    let message = format!("the steps put in `{name}` {count}: {}", steps::list(build, at));
    let finding = Finding::new(&RULE, name, second, message).with_label("again here");
    if first == second { finding } else { finding.with_other(first, "first here") }
}
