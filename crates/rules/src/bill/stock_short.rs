//! A spool that is shorter than the wires cut from it.
//!
//! The last wire is then made of two, with a joint that nobody planned, or of whatever lay on the bench.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "200 mm"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```toml bom/parts/lead.toml
//! name = "Lead"
//! kind = "wire"
//! cite = "toy"
//! stock = { gauge = "22 AWG", colours = ["RD", "BK"], length = "300 mm", max = "7 A" }
//! ```
//! ```toml bom/buy.toml
//! [buy]
//! supply = 1
//! lamp = 1
//! lead = 1
//! ```
//! ```text
//! error[B008 stock-short]: the wires take 400 mm of `lead`, and 300 mm is bought
//!  --> bom/buy.toml:4:1
//!   |
//! 4 | lead = 1
//!   | ^^^^
//!   |
//!  ::: bom/parts/lead.toml:4:63
//!   |
//! 4 | ... = ["RD", "BK"], length = "300 mm", max = "7 A" }
//!   |                               ------ one spool
//!   |
//!   = note: used by: feed
//!   = help: write `lead = 2`
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "200 mm"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```toml bom/parts/lead.toml
//! name = "Lead"
//! kind = "wire"
//! cite = "toy"
//! stock = { gauge = "22 AWG", colours = ["RD", "BK"], length = "300 mm", max = "7 A" }
//! ```
//! ```toml bom/buy.toml
//! [buy]
//! supply = 1
//! lamp = 1
//! lead = 2
//! ```
//! ## Cases
//! *Not verified* where the spool's length, or that of a wire, is not stated. A lead of a fixed length may be 5 % shorter than the
//! wire that it makes: leads are sold by round numbers. Offcuts too short for a wire are not counted out.
//!
//! ## Sources
//! A choice of ours: lengths add up, without an allowance for offcuts.

use std::collections::HashSet;

use analysis::purchase::{Need, packs_due};
use model::Build;
use model::units::{Metres, Number};
use source::{Finding, Rule, Severity, Verdict};

use crate::Context;

/// `B008`.
pub static RULE: Rule = Rule {
    code: "B008",
    name: "stock-short",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("stock_short.rs"),
};

/// How much longer than its lead a wire may be written.
const ROUND: f64 = 1.05;

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for need in &facts.purchase.needs {
        spool(build, need, findings);
    }
    leads(build, findings);
}

fn spool(build: &Build, need: &Need, findings: &mut Vec<Finding>) {
    let (Some((needed, bought)), Some(line)) = (need.metres, need.line) else {
        return;
    };
    let (part, line) = (build.part(need.part), &build.lines[line]);
    let Some(stock) = &part.stock else { return };
    let at = stock.length.span().unwrap_or(stock.span);
    let total = Metres(needed);
    match bought {
        Some(bought) if needed > bought * (1.0 + 1e-9) => {
            let message = format!("the wires take {total} of `{}`, and {} is bought", part.id, Metres(bought));
            let finding = Finding::new(&RULE, part.id.as_str(), line.span, message).with_other(at, "one spool");
            let help = format!("write `{} = {}`", part.id, packs_due(build, need));
            findings.push(super::reasons(finding.with_help(help), need));
        }
        None => {
            let message = format!("the wires take {total} of `{}`, and the length of its spool is not stated", part.id);
            findings.push(super::reasons(Finding::not_verified(&RULE, part.id.as_str(), at, message), need));
        }
        Some(bought) if !need.unknown.is_empty() => {
            let bundles: Vec<String> = need.unknown.iter().map(|bundle| format!("`{bundle}`")).collect();
            let message =
                format!("{} of `{}` is bought, and wires cut from it have no length", Metres(bought), part.id);
            let finding = Finding::not_verified(&RULE, part.id.as_str(), line.span, message);
            findings.push(finding.with_note(format!("without a length: {}", bundles.join(", "))));
        }
        Some(_) => {}
    }
}

/// Wires longer than the lead that each is made of; one finding a bundle and part.
fn leads(build: &Build, findings: &mut Vec<Finding>) {
    let mut told = HashSet::new();
    for wire in &build.wires {
        let attributes = build.attributes_of(wire);
        let Some((stock, _)) = attributes.stock.filter(|_| !attributes.own) else {
            continue;
        };
        let part = build.part(stock);
        let Some(lead) = part.stock.as_ref().filter(|stock| stock.lead) else {
            continue;
        };
        let path = build.run_path(wire.run);
        let at = attributes.length.span().unwrap_or(wire.span);
        let finding = match (attributes.length, lead.length) {
            (Number::Is(length, _), Number::Is(most, _)) if length.lo.0 <= most.hi.0 * ROUND => continue,
            (Number::Is(length, _), Number::Is(most, _)) => {
                let message = format!("wire `{path}` is {} long, and its lead `{}` {}", length.lo, part.id, most.hi);
                Finding::new(&RULE, path, at, message)
            }
            (length, most) if length.is_unknown() || (most.is_unknown() && !length.is_absent()) => {
                let message = format!("whether its lead `{}` is long enough for wire `{path}` is not known", part.id);
                Finding::not_verified(&RULE, path, at, message)
            }
            _ => continue,
        };
        if told.insert((build.run(wire.run).bundle, stock, finding.verdict == Verdict::Fault)) {
            findings.push(finding.with_other(lead.length.span().unwrap_or(lead.span), "length of the lead"));
        }
    }
}
