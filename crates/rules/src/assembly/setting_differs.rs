//! A step sets a jumper otherwise than the wiring says, or a jumper that must leave its factory position is set by no step.
//!
//! The check judged the box with the position in `wiring/`. Whoever follows the guide builds the other one: a relay that trips on the wrong
//! level, two supplies joined by a cap of 3 mm.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "two-tone-lamp", set = { tone = "warm" } }
//! ```
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! sets = { "lamp.tone" = "cold" }
//! insulates = ["psu", "lamp"]
//! ```
//! ```text
//! warning[A009 setting-differs]: the steps leave `lamp.tone` at cold, and the wiring has it at warm
//!  --> site/guide/steps.toml:4:25
//!   |
//! 4 | sets = { "lamp.tone" = "cold" }
//!   |                         ^^^^ set here
//!   |
//!  ::: wiring/devices.toml:3:50
//!   |
//! 3 | lamp = { part = "two-tone-lamp", set = { tone = "warm" } }
//!   |                                                  ---- as the wiring has it
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "two-tone-lamp", set = { tone = "warm" } }
//! ```
//! ```toml site/guide/steps.toml
//! [step.build]
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! sets = { "lamp.tone" = "warm" }
//! insulates = ["psu", "lamp"]
//! ```
//! ## Cases
//! Only levers that the build sets (`by = "build"`) are judged: a hand switch is worked all day. The last step that sets one counts.
//!
//! ## Sources
//! A choice of ours: the box as built equals the box as checked.

use std::collections::BTreeMap;

use model::DeviceId;
use source::{Finding, Rule, Severity, Text};

use crate::Context;

/// `A009`.
pub static RULE: Rule = Rule {
    code: "A009",
    name: "setting-differs",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("setting_differs.rs"),
};

pub(super) fn run(Context { build, facts: _ }: Context<'_>, findings: &mut Vec<Finding>) {
    if build.steps.is_empty() {
        return;
    }
    let mut last: BTreeMap<(DeviceId, u32), &Text> = BTreeMap::new();
    for (device, lever, position) in build.steps.iter().flat_map(|step| &step.sets) {
        last.insert((*device, *lever), position);
    }
    for (id, device, part) in build.each_device() {
        for (&lever, (position, span)) in &device.positions {
            let info = &part.levers[lever as usize];
            if info.by != "build" {
                continue;
            }
            let path = format!("{}.{}", device.name, info.name);
            match last.get(&(id, lever)) {
                Some(set) if set.value != *position => {
                    let message =
                        format!("the steps leave `{path}` at {}, and the wiring has it at {position}", set.value);
                    findings.push(
                        Finding::new(&RULE, path, set.span, message)
                            .with_label("set here")
                            .with_other(span.unwrap_or(device.span), "as the wiring has it"),
                    );
                }
                None if info.shipped.as_ref().is_some_and(|shipped| shipped != position) => {
                    let shipped = info.shipped.as_deref().unwrap_or_default();
                    let message = format!("no step sets `{path}` to {position}; it is shipped at {shipped}");
                    findings.push(
                        Finding::new(&RULE, path.as_str(), span.unwrap_or(device.span), message)
                            .with_label("as the wiring has it")
                            .with_help(format!("add `sets = {{ \"{path}\" = \"{position}\" }}` to a step")),
                    );
                }
                _ => {}
            }
        }
    }
}
