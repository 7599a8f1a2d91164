//! What hangs on a rail may draw more than the source gives.
//!
//! A supply in overload folds back or shuts down, and takes every other load on the rail with it.
//!
//! ## Example
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { worst = "2.5 A @ 5 V" } }
//! terminal.plus = { clamp = "screw", wires = 2 }
//! terminal.minus = { clamp = "screw", wires = 2 }
//! ```
//! ```text
//! error[P002 rail-overload]: `psu.out` may have to give 2.5 A, and gives 2 A
//!  --> wiring/devices.toml:2:1
//!   |
//! 2 | psu = { part = "supply" }
//!   | ^^^ this supply
//!   |
//!  ::: bom/parts/supply.toml:4:72
//!   |
//! 4 | ...s", volts = "5 V", limit = "2 A" }
//!   |                                --- its limit
//!   |
//!   = note: everything at worst: lamp 2.5 A
//! ```
//! ## Instead
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { worst = "0.5 A @ 5 V" } }
//! terminal.plus = { clamp = "screw", wires = 2 }
//! terminal.minus = { clamp = "screw", wires = 2 }
//! ```
//! ## Sources
//! Rating of the source: its part's `limit`, with its cite.

use std::collections::BTreeSet;

use analysis::budget::RailLoad;
use model::device::Origin;
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::{SLACK, scenario};

/// `P002`.
pub static RULE: Rule = Rule {
    code: "P002",
    name: "rail-overload",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("rail_overload.rs"),
};

/// Looks at every source in every scenario and at worst; tells the worst of them.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    let mut rails: Vec<&RailLoad> = facts.budget.rails.iter().collect();
    rails.sort_by(|a, b| b.drawn.band.hi.0.total_cmp(&a.drawn.band.hi.0));
    for rail in rails {
        let device = build.device(rail.source.device);
        let source = &build.part(device.part).sources[rail.source.index as usize];
        // What a feed gives is P003's to tell.
        if matches!(device.origin, Origin::Feed(_)) {
            continue;
        }
        if rail.drawn.band.hi.0 <= 0.0 && rail.drawn.unknown.is_empty() {
            continue;
        }
        let subject = format!("{}.{}", device.name, source.name);
        let when = scenario(build, rail.scenario);
        let limit = rail.limit.known();
        let by = || {
            let shares =
                rail.by.iter().take(6).map(|(id, total)| format!("{} {}", build.device(*id).name, total.band.hi));
            format!("{when}: {}", shares.collect::<Vec<_>>().join(", "))
        };
        match limit {
            Some(limit) if rail.drawn.band.hi.0 > limit.lo.0 * (1.0 + SLACK) => {
                if told.insert(subject.clone()) {
                    let message =
                        format!("`{subject}` may have to give {}, and gives {}", rail.drawn.band.hi, limit.lo);
                    let finding =
                        Finding::new(&RULE, subject, device.span, message).with_label("this supply").with_note(by());
                    findings.push(match rail.limit.span() {
                        Some(span) => finding.with_other(span, "its limit"),
                        None => finding,
                    });
                }
            }
            Some(limit) if rail.drawn.unknown.is_empty() => {
                let _ = limit;
            }
            Some(_) => {
                if told.insert(subject.clone()) {
                    let names: Vec<&str> =
                        rail.drawn.unknown.iter().take(6).map(|(id, _)| build.device(*id).name.as_str()).collect();
                    let message = format!(
                        "what `{subject}` has to give is at least {}: not every load states its draw",
                        rail.drawn.band.hi
                    );
                    let span = rail.drawn.unknown[0].1;
                    findings.push(
                        Finding::not_verified(&RULE, subject, span, message)
                            .with_note(format!("unknown: {}", names.join(", "))),
                    );
                }
            }
            None => {
                if told.insert(subject.clone()) {
                    let span = rail.limit.span().unwrap_or(device.span);
                    let message =
                        format!("`{subject}` has to give up to {}, and its limit is not stated", rail.drawn.band.hi);
                    findings.push(Finding::not_verified(&RULE, subject, span, message));
                }
            }
        }
    }
}
