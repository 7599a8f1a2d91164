//! Rails that share a limit may draw more than it allows, though each alone is within its own.
//!
//! A supply's label gives amperes a rail and watts for some rails together; the second bound is usually the one that trips.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "twin-supply" }
//! lamp = { part = "lamp" }
//! heater = { part = "heater" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.a -> lamp.plus", "lamp.minus -> psu.minus", "psu.b -> heater.plus", "heater.minus -> psu.minus"]
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { worst = "1.8 A @ 5 V" } }
//! terminal.plus = { clamp = "screw", wires = 2 }
//! terminal.minus = { clamp = "screw", wires = 2 }
//! ```
//! ```text
//! error[P004 shared-overload]: the rails of `psu.both` may have to give 21 W together, and give 20 W
//!  --> wiring/devices.toml:2:1
//!   |
//! 2 | psu = { part = "twin-supply" }
//!   | ^^^
//!   |
//!  ::: bom/parts/twin-supply.toml:6:45
//!   |
//! 6 | limit.both = { sources = ["a", "b"], max = "20 W" }
//!   |                                             ---- their limit
//!   |
//!   = note: everything at worst
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "twin-supply" }
//! lamp = { part = "lamp" }
//! heater = { part = "heater" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.a -> lamp.plus", "lamp.minus -> psu.minus", "psu.b -> heater.plus", "heater.minus -> psu.minus"]
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { worst = "0.5 A @ 5 V" } }
//! terminal.plus = { clamp = "screw", wires = 2 }
//! terminal.minus = { clamp = "screw", wires = 2 }
//! ```
//! ## Sources
//! ATX12V design guides: combined power of the 3.3 V and 5 V rails.

use std::collections::BTreeSet;

use analysis::budget::LimitLoad;
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::{SLACK, scenario};

/// `P004`.
pub static RULE: Rule = Rule {
    code: "P004",
    name: "shared-overload",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("shared_overload.rs"),
};

/// Looks at every shared limit in every scenario and at worst.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    let mut limits: Vec<&LimitLoad> = facts.budget.limits.iter().collect();
    limits.sort_by(|a, b| b.watts.band.hi.0.total_cmp(&a.watts.band.hi.0));
    for load in limits {
        let device = build.device(load.device);
        let limit = &build.part(device.part).limits[load.index as usize];
        let subject = format!("{}.{}", device.name, limit.name);
        if told.contains(&subject) || (load.watts.band.hi.0 <= 0.0 && load.watts.unknown.is_empty()) {
            continue;
        }
        let over = match (load.most_watts.known(), load.most_amps.known()) {
            (Some(most), _) if load.watts.band.hi.0 > most.lo.0 * (1.0 + SLACK) => {
                Some((load.watts.band.hi.to_string(), most.lo.to_string()))
            }
            (_, Some(most)) if load.amps.band.hi.0 > most.lo.0 * (1.0 + SLACK) => {
                Some((load.amps.band.hi.to_string(), most.lo.to_string()))
            }
            (None, None) => {
                let span = load.most_watts.span().or(load.most_amps.span()).unwrap_or(limit.span);
                let message = format!("`{subject}` shares a limit that is not stated");
                findings.push(Finding::not_verified(&RULE, subject.clone(), span, message));
                told.insert(subject);
                continue;
            }
            _ => None,
        };
        if let Some((is, may)) = over {
            let message = format!("the rails of `{subject}` may have to give {is} together, and give {may}");
            findings.push(
                Finding::new(&RULE, subject.clone(), device.span, message)
                    .with_other(load.most_watts.span().or(load.most_amps.span()).unwrap_or(limit.span), "their limit")
                    .with_note(scenario(build, load.scenario)),
            );
            told.insert(subject);
        } else if let Some((_, span)) = load.watts.unknown.first().or(load.amps.unknown.first()) {
            let message =
                format!("what the rails of `{subject}` give together is not known: not every load states its draw");
            findings.push(Finding::not_verified(&RULE, subject.clone(), *span, message));
            told.insert(subject);
        }
    }
}
