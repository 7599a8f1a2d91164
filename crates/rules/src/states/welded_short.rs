//! A contact that welds makes a short.
//!
//! Welding is how a relay contact dies: a start current above its rating, or a million operations. Then its coil lets go, and the armature stays.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! pair = { part = "toy-pair" }
//! choice = { part = "toy-switch" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus[1] -> pair.no[1]",
//!   "pair.com[1] -> lamp.plus",
//!   "lamp.minus -> psu.minus[1]",
//!   "lamp.plus -- pair.com[2]",
//!   "pair.no[2] -- psu.minus[2]",
//! ]
//! [wire.coils]
//! stock = "lead"
//! run = ["psu.plus[2] -> choice.com", "choice.nc, choice.no -> pair.k[1..2]", "pair.minus -> psu.minus[3]"]
//! ```
//! ```text
//! warning[S005 welded-short]: `out` of `psu` (5 V) is shorted with `pair.no[1]` welded and `pair.k[2]` is energised and `choice.t` stands on right
//!  --> wiring/wires.toml:8:4
//!   |
//! 4 |   "psu.plus[1] -> pair.no[1]",
//!   |    -------------------------
//! 5 |   "pair.com[1] -> lamp.plus",
//!   |    ------------------------
//! 6 |   "lamp.minus -> psu.minus[1]",
//! 7 |   "lamp.plus -- pair.com[2]",
//!   |    ------------------------
//! 8 |   "pair.no[2] -- psu.minus[2]",
//!   |    ^^^^^^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: the way: psu.plus[1] → pair.no[1] → pair.com[1] → lamp.plus →
//!           pair.com[2] → pair.no[2] → psu.minus[2] → psu.minus[1]
//!   = note: no state with fewer than 2 of them moved does it
//!   = note: so with one more contact of `pair`
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! pair = { part = "toy-pair" }
//! choice = { part = "toy-switch" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus[1] -> pair.no[1]",
//!   "pair.com[1] -> lamp.plus",
//!   "lamp.minus -> psu.minus[1]",
//! ]
//! [wire.coils]
//! stock = "lead"
//! run = ["psu.plus[2] -> choice.com", "choice.nc, choice.no -> pair.k[1..2]", "pair.minus -> psu.minus[3]"]
//! ```
//! ## Cases
//! A changeover whose throw welds keeps its other throw open, because both hang on one armature; only what other poles and other relays then do is told. A weld that only keeps a load
//! on is no short: `wireloom faults` lists it. While potentials meet at rest (`dead-short`, `paralleled-supplies`) nothing is told here.
//!
//! ## Sources
//! IEC 61810-1, annex on failure of contacts; EN 50205.

use std::collections::{BTreeMap, BTreeSet};

use source::{Finding, Rule, Severity};

use super::{meeting, switched_short};
use crate::Context;

/// `S005`.
pub static RULE: Rule = Rule {
    code: "S005",
    name: "welded-short",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("welded_short.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    // A device that repeats the same mistake on each of its channels tells it once.
    let mut more: BTreeMap<_, u32> = BTreeMap::new();
    let mut first = Vec::new();
    // With a short at rest every further contact seems to make one: first that one has to go.
    if !facts.potentials.conflicts.is_empty() {
        return;
    }
    // Where energising does it, welding does it too: `switched-short` and `switched-parallel` tell that.
    let shorted: BTreeSet<_> = facts
        .states
        .shorts
        .iter()
        .flat_map(|short| short.contacts.iter().map(|&number| facts.circuit.throws[number as usize].contact))
        .collect();
    let welds = facts.states.welds.iter().filter(|weld| !weld.moving_only && !shorted.contains(&weld.contact));
    for weld in welds {
        let key = (weld.contact.0, weld.side, weld.meeting.ends.map(|(source, _)| source));
        match more.get_mut(&key) {
            Some(count) => *count += 1,
            None => {
                more.insert(key, 0);
                first.push((key, weld));
            }
        }
    }
    for (key, weld) in first {
        let short = &weld.meeting;
        let device = build.device(weld.contact.0);
        let throw = facts.circuit.throws.iter().find(|throw| throw.contact == weld.contact && throw.side == weld.side);
        let stuck = throw.map_or_else(|| device.name.clone(), |throw| build.path(throw.ends[1]));
        let state = facts.circuit.told(build, &short.state).join(" and ");
        let state = if state.is_empty() { String::new() } else { format!(" and {state}") };
        let message = format!("{} with `{stuck}` welded{state}", switched_short::what(context, short));
        let mut finding = meeting::finding(context, &RULE, short, message);
        finding.subject = stuck;
        if let Some(count) = more.get(&key).filter(|count| **count > 0) {
            let more = if *count == 1 { "one more contact".to_owned() } else { format!("{count} more contacts") };
            finding = finding.with_note(format!("so with {more} of `{}`", device.name));
        }
        findings.push(finding);
    }
}
