//! A wire ends on a terminal that leads nowhere.
//!
//! Nothing is behind the terminal and no second wire goes on from it, so the wire is live for nothing, or its other half was forgotten.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! joint = { part = "joint" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> joint.t[1]",
//!   "psu.plus -> lamp.plus",
//!   "lamp.minus -> psu.minus",
//! ]
//! ```
//! ```text
//! warning[N006 open-end]: `feed/1` ends on `joint.t[1]`, which leads nowhere
//!  --> wiring/wires.toml:4:16
//!   |
//! 4 |   "psu.plus -> joint.t[1]",
//!   |                ^^^^^^^^^^
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! lamp = { part = "lamp" }
//! joint = { part = "joint" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus -> joint.t[1]",
//!   "joint.t[2] -> lamp.plus",
//!   "lamp.minus -> psu.minus",
//! ]
//! ```
//! ## Cases
//! Contacts, inputs, loads and pins that carry a signal are not nowhere. Silent where the whole net is dead and something hangs on
//! it: `no-supply` tells that.
//!
//! ## Sources
//! Current flows in a loop.

use analysis::nets;
use model::WireId;
use source::{Finding, Rule, Severity};

use crate::{Context, story};
use analysis::loose::Leads;

/// `N006`.
pub static RULE: Rule = Rule {
    code: "N006",
    name: "open-end",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("open_end.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let loose = &context.facts.loose;
    let open = |at| loose.leads(at) == Leads::Nowhere && !build.excused.contains(&at);
    if !build.wires.iter().flat_map(|wire| wire.ends).any(open) {
        return;
    }
    let mut consumers = vec![false; facts.rest.len()];
    for device in &build.devices {
        nets::each_end(build.part(device.part), |end| {
            consumers[facts.rest.net(device.terminal(end[0])).0 as usize] = true;
        });
    }
    for (index, wire) in (0..).zip(&build.wires) {
        for end in wire.ends.into_iter().filter(|end| open(*end)) {
            let live = facts.potentials.at(&facts.rest, end).is_some_and(|net| net.live);
            if !live && consumers[facts.rest.net(end).0 as usize] {
                continue;
            }
            let id = WireId(index);
            let message =
                format!("`{}` ends on `{}`, which leads nowhere", story::run_path(build, id), build.path(end));
            findings.push(Finding::new(&RULE, build.path(end), story::end_span(build, id, end), message));
        }
    }
}
