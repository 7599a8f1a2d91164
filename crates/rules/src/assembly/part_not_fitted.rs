//! A device, or a part that rides along with one, that no step puts in.
//!
//! It is bought, counted and wired, and whoever follows the guide still holds it in the hand at the end.
//!
//! ## Example
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu"]
//! wires = ["feed"]
//! insulates = ["psu", "lamp"]
//! ```
//! ```text
//! error[A003 part-not-fitted]: no step puts in `lamp`
//!  --> wiring/devices.toml:3:1
//!   |
//! 3 | lamp = { part = "lamp" }
//!   | ^^^^ Lamp
//!   |
//!   = help: add `"lamp"` to the `fits` of a step
//! ```
//! ## Instead
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! insulates = ["psu", "lamp"]
//! ```
//! ## Cases
//! A device inside another is there when the other is. Feeds, cables and inline parts need no step of their own; tools are used, not fitted.
//! A part named `with` a device is put in by `device/part`.
//!
//! ## Sources
//! A choice of ours: after the last step the box equals `wiring/`.

use model::device::Origin;
use source::{Finding, Rule, Severity};

use crate::Context;

/// `A003`.
pub static RULE: Rule = Rule {
    code: "A003",
    name: "part-not-fitted",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("part_not_fitted.rs"),
};

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    if build.steps.is_empty() {
        return;
    }
    for (id, device, part) in build.each_device() {
        if !matches!(device.origin, Origin::Bought | Origin::Inside(_)) || part.kind == "tool" {
            continue;
        }
        if facts.assembly.fitted[id.0 as usize].is_none() {
            let inside = matches!(device.origin, Origin::Inside(_));
            // What sits in a box that is not fitted either is told with the box.
            if !inside {
                let message = format!("no step puts in `{}`", device.name);
                let help = format!("add `\"{}\"` to the `fits` of a step", device.name);
                let label = part.name.clone();
                findings.push(
                    Finding::new(&RULE, device.name.as_str(), device.span, message).with_label(label).with_help(help),
                );
            }
        }
        for (rider, span) in &device.with {
            let rides = build.part(*rider);
            if rides.kind != "tool" && !rides.consumable && !facts.assembly.riders.contains_key(&(id, *rider)) {
                let path = format!("{}/{}", device.name, rides.id);
                let message = format!("no step puts in `{path}`");
                let help = format!("add `\"{path}\"` to the `fits` of a step");
                findings
                    .push(Finding::new(&RULE, path, *span, message).with_label(rides.name.as_str()).with_help(help));
            }
        }
    }
}
