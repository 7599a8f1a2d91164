//! Two supplies of like volts stand side by side while some coil is energised or some lever stands otherwise.
//!
//! The higher one feeds the lower one, also while that one is off: a supply that is off is a load of a few ohms, and a Pi that should be dark stays half alive.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply", count = 2 }
//! lamp = { part = "lamp", count = 2 }
//! cross = { part = "toy-switch" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu[1..2].plus -> lamp[1..2].plus",
//!   "lamp[1..2].minus -> psu[1..2].minus",
//!   "psu[1].minus -- psu[2].minus",
//!   "psu[1].plus -- cross.com",
//!   "cross.no -- psu[2].plus",
//! ]
//! ```
//! ```text
//! error[S002 switched-parallel]: `out` of `psu[1]` (5 V) and `out` of `psu[2]` (5 V) stand side by side while `cross.t` stands on right
//!  --> wiring/wires.toml:8:4
//!   |
//! 7 |   "psu[1].plus -- cross.com",
//!   |    ------------------------
//! 8 |   "cross.no -- psu[2].plus",
//!   |    ^^^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: the way: psu[1].plus → cross.com → cross.no → psu[2].plus
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply", count = 2 }
//! lamp = { part = "lamp", count = 2 }
//! cross = { part = "toy-switch" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu[1].plus -> cross.no",
//!   "cross.com -> lamp[1].plus",
//!   "psu[2].plus -> lamp[2].plus",
//!   "lamp[1..2].minus -> psu[1..2].minus",
//!   "psu[1].minus -- psu[2].minus",
//! ]
//! ```
//! ## Cases
//! A changeover that brings a load from one supply to the other never has both: its two throws exclude each other. A make-first contact has both while it moves.
//!
//! ## Sources
//! Makers' notes allow outputs side by side only with means that share the current or block its return.

use source::{Finding, Rule, Severity};
use switching::Relation;

use super::meeting;
use crate::Context;
use crate::nets::dead_short::name;

/// `S002`.
pub static RULE: Rule = Rule {
    code: "S002",
    name: "switched-parallel",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("switched_parallel.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    for short in facts.states.shorts.iter().filter(|short| short.relation == Relation::Parallel) {
        let [(a, _), (b, _)] = short.ends;
        let state = facts.circuit.told(build, &short.state).join(" and ");
        let message = format!("{} and {} stand side by side while {state}", name(context, a), name(context, b));
        findings.push(meeting::finding(context, &RULE, short, message));
    }
}
