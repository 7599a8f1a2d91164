//! Two bodies that would stand in one place.
//!
//! The second one does not go in, or goes in bent, on the terminals of the first.
//!
//! ## Example
//! ```toml bom/parts/case.toml
//! name = "Case"
//! kind = "chassis"
//! body = { length = "100 mm", width = "100 mm", height = "50 mm", inside = { length = "96 mm", width = "96 mm", height = "46 mm" } }
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! case = { part = "case" }
//! ```
//! ```toml wiring/layout.toml
//! [place.case]
//! psu = { x = "4 mm", y = "4 mm", length = "50 mm", width = "60 mm", height = "30 mm" }
//! lamp = { x = "40 mm", y = "20 mm", length = "30 mm", width = "30 mm", height = "30 mm" }
//! ```
//! ```text
//! error[F001 bodies-overlap]: `lamp` stands in `psu`: they overlap by 14 mm x 30 mm
//!  --> wiring/layout.toml:3:1
//!   |
//! 2 | psu = { x = "4 mm", y = "4 mm", length = "50 mm", width = "60 mm", height...
//!   | --- stands there as well
//! 3 | lamp = { x = "40 mm", y = "20 mm", length = "30 mm", width = "30 mm", hei...
//!   | ^^^^
//! ```
//! ## Instead
//! ```toml bom/parts/case.toml
//! name = "Case"
//! kind = "chassis"
//! body = { length = "100 mm", width = "100 mm", height = "50 mm", inside = { length = "96 mm", width = "96 mm", height = "46 mm" } }
//! ```
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! case = { part = "case" }
//! ```
//! ```toml wiring/layout.toml
//! [place.case]
//! psu = { x = "4 mm", y = "4 mm", length = "50 mm", width = "60 mm", height = "30 mm" }
//! lamp = { x = "56 mm", y = "20 mm", length = "30 mm", width = "30 mm", height = "30 mm" }
//! ```
//! ## Cases
//! Positions are as good as their `tolerance`: an overlap that it could explain is *not verified*. What stands above another body (`on`, or
//! a `gap` higher than that one) does not overlap it, and what stands on something without a position of its own is somewhere on it
//! and is not judged here. Room for plugs beside a board is kept free by `wireloom plan layout`, not by this rule.
//!
//! ## Sources
//! A choice of ours: bodies are upright boxes.

use analysis::layout::Overlap;
use source::{Finding, Rule, Severity};

use super::{millimetres, name, span};
use crate::Context;

/// `F001`.
pub static RULE: Rule = Rule {
    code: "F001",
    name: "bodies-overlap",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("bodies_overlap.rs"),
};

pub(super) fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let layout = &context.facts.layout;
    findings.extend(layout.overlaps.iter().map(|overlap| told(context, overlap)));
    if let (true, Some(stand)) = (layout.open, layout.stands.first()) {
        let message = "whether more bodies overlap is not known: the counted work ran out";
        findings.push(Finding::not_verified(&RULE, name(context, stand), span(context, stand), message));
    }
}

fn told(context: Context<'_>, overlap: &Overlap) -> Finding {
    let [first, other] = overlap.of.map(|stand| &context.facts.layout.stands[stand]);
    let (a, b) = (name(context, first), name(context, other));
    let by = overlap.by.map(millimetres).join(" x ");
    let at = span(context, other);
    let finding = match overlap.sure {
        true => Finding::new(&RULE, b, at, format!("`{b}` stands in `{a}`: they overlap by {by}")),
        false => {
            let message = format!("whether `{b}` stands in `{a}` is not known: they overlap by {by} as written");
            Finding::not_verified(&RULE, b, at, message).with_note("positions or heights may be off by more than that")
        }
    };
    finding.with_other(span(context, first), "stands there as well")
}
