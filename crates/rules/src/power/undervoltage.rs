//! A load gets fewer volts than it works at, though its supply gives enough.
//!
//! Every ampere costs volts in every wire, joint, contact and fuse, on the way out and on the way back. A computer below its limit resets, starts,
//! draws, and resets again; a drive beside it loses what it was writing.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "spool"
//! length = "12 m"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! error[P005 undervoltage]: `lamp.filament` gets 4.34 V, and accepts no less than 4.5 V
//!  --> wiring/wires.toml:4:21
//!   |
//! 4 | run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//!   |                     ^^^^^^^^^
//!   |
//!  ::: bom/parts/lamp.toml:4:60
//!   |
//! 4 | ...us = "minus", volts = "4.5..5.5 V", profile = { worst = "0.5 A @ 5 V" } }
//!   |                           ---------- what it needs
//!   |
//!   = note: with every load at its most 0.66 V are lost in 1.33 ohm out and
//!           back: wire `feed/1` 0.33 V, wire `feed/2` 0.33 V
//!   = help: 20 AWG in `feed/1` and `feed/2` gives back 0.25 V and leaves 4.58
//!           V
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "spool"
//! length = "1 m"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Cases
//! Reckoned with typical numbers and every load at the most that it draws in any scenario. The limit is what the part states it fails below, else
//! the least volts that it accepts. Where draws of constant power find no operating point, that is told instead: *proved* says that none exists,
//! not that none was found. A supply whose own volts are too few is `over-volts-load`, one that is asked for more than it gives `rail-overload`,
//! `feed-overload` or `shared-overload`; then this rule is silent about what hangs on it. What only tolerances bring about is `thin-margin`.
//!
//! The help names the thinnest gauge of 20, 18, 16, 14, 12 and 10 AWG that is enough if every wire of the loop that is the builder's own and whose
//! clamps take it had it. It is solved again with those wires, and left out where no gauge is enough.
//!
//! ## Sources
//! Each part cites what it needs. Copper: IEC 60028 and ASTM B258; stranded wire 4 % above solid (an estimate over makers' tables). Joints,
//! contacts and fuses: their parts' `ohms`.

use std::collections::BTreeSet;

use analysis::power::{Cause, Proof};
use model::units::Volts;
use source::{Finding, Rule, Severity};

use super::pieces;
use super::supplied::{self, Fed, Typical};
use crate::Context;

/// `P005`.
pub static RULE: Rule = Rule {
    code: "P005",
    name: "undervoltage",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("undervoltage.rs"),
};

/// Looks at every load, and at every state without an operating point.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let loads = supplied::loads(context);
    let mut typical = Typical::new(context);
    collapses(context, &loads, &mut typical, findings);
    let low: Vec<Fed<'_>> = loads.into_iter().filter(|fed| due(context, fed).is_some()).collect();
    for group in supplied::grouped(context, low, |fed| fed.bound.typical_volts) {
        let fed = &group[0];
        if let Some(due) = due(context, fed) {
            let finding =
                Finding { subject: supplied::subject(context, &group), ..fault(context, fed, due, &mut typical) };
            findings.push(match supplied::others(context, &group, |fed| fed.bound.typical_volts) {
                Some(others) => finding.with_note(others),
                None => finding,
            });
        }
    }
}

/// The volts that a load surely lacks: it gets less, and its supply alone would be enough.
pub fn due(context: Context<'_>, fed: &Fed<'_>) -> Option<f64> {
    let (gets, fails) = (fed.bound.typical_volts?, fed.needs().fails?);
    (gets < fails && fed.open(context).is_none_or(|open| open >= fails)).then_some(fails)
}

fn fault(context: Context<'_>, fed: &Fed<'_>, due: f64, typical: &mut Typical<'_>) -> Finding {
    let name = fed.name(context);
    let (gets, needs) = supplied::apart(fed.bound.typical_volts.unwrap_or(0.0), due);
    let fails = if fed.load.fails_below.known().is_some() { "fails below" } else { "accepts no less than" };
    let message = format!("`{name}` gets {gets}, and {fails} {needs}");
    let mut finding = Finding::new(&RULE, name, fed.span(context), message);
    if let Some(span) = fed.threshold(due) {
        finding = finding.with_other(span, "what it needs");
    }
    let Some((state, path, told)) = typical.way(fed.piece) else { return finding };
    finding = finding.with_note(format!("with every load at its most {told}"));
    match typical.thicker(fed, (&path, state), due) {
        Some(help) => finding.with_help(help),
        None => finding,
    }
}

/// States without an operating point, each first load to fail once.
fn collapses(context: Context<'_>, loads: &[Fed<'_>], typical: &mut Typical<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let harness = &facts.power.harness;
    let mut told = BTreeSet::new();
    let all = facts.power.collapses.iter();
    for (state, collapse) in all.flat_map(|all| all.why.collapses.iter().map(move |one| (all.state as usize, one))) {
        let limit = &collapse.limit;
        // What a shared limit ends is P004's to tell.
        let Some(first) = limit.first_to_fail.filter(|_| limit.cause == Cause::Collapse) else { continue };
        let Some(fed) = loads.iter().find(|fed| fed.piece == first).filter(|_| told.insert(first)) else { continue };
        let name = fed.name(context);
        let none = if collapse.proof == Proof::Proved { "there are no volts" } else { "no volts were found" };
        let message = format!("{none} at which `{name}` and all that shares its supply can draw their most");
        let sure = match collapse.proof {
            Proof::Proved => "proved: it has no operating point",
            Proof::NoneFound => "not proved: none was found",
        };
        let share = format!("{sure} beyond {:.0} % of those draws", limit.load_factor * 100.0);
        let mut finding = Finding::new(&RULE, name, fed.span(context), message).with_note(share);
        if let Some((piece, volts)) = limit.costliest {
            let of = &harness.pieces[piece as usize];
            let costly = format!("{} `{}`", pieces::noun(of.what), pieces::name(build, of.what, of.at));
            finding = finding.with_note(format!("{costly} costs it most: {} just before", Volts(volts)));
        }
        let path = facts.power.path(facts.world(build), first, state);
        if let (Some(path), Some(due)) = (path, fed.needs().least())
            && let Some(help) = typical.thicker(fed, (&path, state), due)
        {
            finding = finding.with_help(help);
        }
        findings.push(finding);
    }
}
