//! The guide has more or fewer lengths cut than there are wires.
//!
//! Ten lengths on the table and places for five: either wires are missing from the graph, or half of them are waste.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! cut = 4
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! error[B007 cut-differs]: `feed` has 4 lengths cut, and 2 have a place
//!  --> wiring/wires.toml:3:7
//!   |
//! 1 | [wire.feed]
//!   |       ---- these runs
//! 2 | stock = "lead"
//! 3 | cut = 4
//!   |       ^ 2 too many
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! cut = 2
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Cases
//! A wire with a part in its middle is one length. A bundle without `cut` says nothing about lengths.
//!
//! ## Sources
//! A choice of ours: each wire is cut once.

use source::{Finding, Rule, Severity};

use crate::Context;

/// `B007`.
pub static RULE: Rule = Rule {
    code: "B007",
    name: "cut-differs",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("cut_differs.rs"),
};

pub(super) fn run(Context { build, .. }: Context<'_>, findings: &mut Vec<Finding>) {
    for bundle in &build.bundles {
        let Some((cut, span)) = bundle.cut else { continue };
        let runs = bundle.runs.1 - bundle.runs.0;
        if cut == runs {
            continue;
        }
        let name = &bundle.name.value;
        let message = format!("`{name}` has {} cut, and {} a place", super::lengths(cut), super::have(runs));
        let label = if cut > runs { format!("{} too many", cut - runs) } else { format!("{} missing", runs - cut) };
        findings.push(
            Finding::new(&RULE, name.as_str(), span, message).with_label(label).with_other(bundle.span, "these runs"),
        );
    }
}
