//! A terminal holds more conductors than it takes, or thicker or thinner ones.
//!
//! Two wires under a screw made for one loosen each other; a thin wire in a wide clamp pulls out; a thick one leaves strands outside.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "narrow-lamp", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> lamp[1].plus",
//!   "lamp[1].plus -> lamp[2].plus",
//!   "each lamp[1..2].minus -> psu.minus",
//! ]
//! ```
//! ```text
//! error[N008 crowded-terminal]: `lamp[1].plus` holds 2 wires, and takes 1
//!  --> wiring/wires.toml:5:4
//!   |
//! 4 |   "psu.plus -> lamp[1].plus",
//!   |                ------------
//! 5 |   "lamp[1].plus -> lamp[2].plus",
//!   |    ^^^^^^^^^^^^
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "narrow-lamp", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> lamp[1].plus",
//!   "psu.plus -> lamp[2].plus",
//!   "each lamp[1..2].minus -> psu.minus",
//! ]
//! ```
//! ## Cases
//! A terminal whose part gives no range of gauges is not judged by gauge; one that says `unstated`, or a wire without a gauge on a
//! terminal with a range, is not verified.
//!
//! ## Sources
//! Each part cites the range and the number of conductors of its own terminals; one conductor a clamp is the practice where two were not tested.

use std::collections::BTreeSet;

use model::units::Number;
use model::{Terminal, WireId};
use source::{Finding, Rule, Severity};

use crate::{Context, story};

/// `N008`.
pub static RULE: Rule = Rule {
    code: "N008",
    name: "crowded-terminal",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("crowded_terminal.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    count(context, findings);
    gauge(context, findings);
}

fn count(Context { build, .. }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut wires = vec![0_u32; build.terminals as usize];
    for end in build.wires.iter().flat_map(|wire| wire.ends) {
        wires[end.0 as usize] += 1;
    }
    let crowded = |at: Terminal| wires[at.0 as usize] > 1 && wires[at.0 as usize] > build.terminal(at).wires.max(1);
    let mut told = BTreeSet::new();
    let mut index: Option<story::WiresAt> = None;
    for end in build.wires.iter().flat_map(|wire| wire.ends) {
        if !crowded(end) || !told.insert(end) {
            continue;
        }
        let on = index.get_or_insert_with(|| story::WiresAt::new(build)).on(end);
        let takes = build.terminal(end).wires.max(1);
        let last = on[on.len() - 1];
        let message = format!("`{}` holds {} wires, and takes {takes}", build.path(end), on.len());
        let mut finding = Finding::new(&RULE, build.path(end), story::end_span(build, last, end), message);
        for wire in &on[..on.len() - 1] {
            let span = story::end_span(build, *wire, end);
            if span != finding.primary.span && finding.secondary.len() < 6 {
                finding = finding.with_other(span, "");
            }
        }
        findings.push(finding);
    }
}

fn gauge(Context { build, .. }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut unknown = BTreeSet::new();
    for (index, wire) in (0..).zip(&build.wires) {
        let id = WireId(index);
        let attributes = build.attributes_of(wire);
        for end in wire.ends {
            let place = || (build.path(end), story::end_span(build, id, end));
            let range = match build.terminal(end).wire {
                Number::Is(range, _) => range,
                Number::Absent => continue,
                Number::Unstated(at) | Number::Choice(at) => {
                    if unknown.insert(at) {
                        let (path, span) = place();
                        let message = format!("which wires `{path}` takes is unstated");
                        findings
                            .push(Finding::not_verified(&RULE, path, span, message).with_other(at, "unstated here"));
                    }
                    continue;
                }
            };
            let Some(gauge) = attributes.gauge.known() else {
                let at = attributes.gauge.span().unwrap_or(wire.span);
                if unknown.insert(at) {
                    let (path, span) = place();
                    let message = format!(
                        "the gauge of `{}` is not stated, and `{path}` takes {}",
                        story::run_path(build, id),
                        shown(range)
                    );
                    findings.push(Finding::not_verified(&RULE, path, span, message));
                }
                continue;
            };
            // A larger number is a thinner wire.
            let (thick, thin) = (range.lo.0.min(range.hi.0), range.lo.0.max(range.hi.0));
            let how = match gauge {
                gauge if gauge.lo.0 < thick - 1e-9 => "thicker",
                gauge if gauge.hi.0 > thin + 1e-9 => "thinner",
                _ => continue,
            };
            let (path, span) = place();
            let message = format!(
                "`{}` is {}, {how} than `{path}` takes: {}",
                story::run_path(build, id),
                gauge.typ,
                shown(range)
            );
            findings.push(Finding::new(&RULE, path, span, message));
        }
    }
}

fn shown(range: model::Band<model::units::Awg>) -> String {
    let (thick, thin) = (range.lo.0.min(range.hi.0), range.lo.0.max(range.hi.0));
    if thick.is_finite() && thin.is_finite() { format!("{thin} to {thick} AWG") } else { format!("{range}") }
}
