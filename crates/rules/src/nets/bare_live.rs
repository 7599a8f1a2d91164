//! A live screw or header pin stays bare: no step covers it.
//!
//! A dropped screw, a loose strand or a ring on a finger bridges two of them. Terminals without a wire are as live as those with one.
//!
//! ## Example
//! ```toml site/guide/steps.toml
//! [step.wire]
//! title = "Wire the lamp"
//! do = "Land both leads, then put the caps on."
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! insulates = ["psu"]
//! ```
//! ```text
//! error[N014 bare-live]: `lamp.plus` is live, and no step insulates it
//!  --> wiring/devices.toml:3:1
//!   |
//! 3 | lamp = { part = "lamp" }
//!   | ^^^^
//! ```
//! ## Instead
//! ```toml site/guide/steps.toml
//! [step.wire]
//! title = "Wire the lamp"
//! do = "Land both leads, then put the caps on."
//! fits = ["psu", "lamp"]
//! wires = ["feed"]
//! insulates = ["psu", "lamp"]
//! ```
//! ## Cases
//! Only builds with steps are judged. Terminals of a return are not live; mains always is. A part says `bare = false` where no metal can be touched.
//! Devices of one group are one finding.
//!
//! ## Sources
//! `docs/language.md`, Steps: `insulates`.

use std::collections::BTreeMap;

use model::{DeviceId, Terminal};
use source::{Finding, Rule, Severity, Span};

use crate::{Context, story};

/// `N014`.
pub static RULE: Rule = Rule {
    code: "N014",
    name: "bare-live",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("bare_live.rs"),
};

pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    if build.steps.is_empty() {
        return;
    }
    let insulated = build.steps.iter().flat_map(|step| &step.insulates);
    let covered: BTreeMap<Terminal, Span> = insulated.map(|(at, span)| (*at, *span)).collect();
    // Where a step insulates others of the group: the list that the bare ones are missing from.
    let mut beside: BTreeMap<&str, Span> = BTreeMap::new();
    // By group, so that five terminal blocks alike are one finding.
    let mut groups: BTreeMap<&str, Bare> = BTreeMap::new();
    for (id, device, part) in build.each_device() {
        for (local, terminal) in (0..).zip(&part.terminals) {
            let touchable =
                terminal.bare && matches!(terminal.clamp.as_deref(), Some("screw" | "header" | "faston" | "solder"));
            let at = Terminal(device.first + local);
            if let Some(span) = covered.get(&at) {
                beside.entry(&device.group).or_insert(*span);
            }
            if !touchable || covered.contains_key(&at) {
                continue;
            }
            let net = facts
                .potentials
                .at(&facts.rest, at)
                .filter(|net| net.live && (net.ac || (net.by.is_some() && !net.returns)));
            if let Some(net) = net {
                let bare =
                    groups.entry(&device.group).or_insert(Bare { first: id, terminals: Vec::new(), mains: false });
                bare.terminals.push(at);
                bare.mains |= net.ac;
            }
        }
    }
    for (group, bare) in groups {
        let device = build.device(bare.first);
        let paths: Vec<String> = bare.terminals.iter().take(10).map(|at| build.path(*at)).collect();
        let live = if bare.mains { "carries mains" } else { "is live" };
        let more = bare.terminals.len() - 1;
        let one = &paths[0];
        let message = match more {
            0 => format!("`{one}` {live}, and no step insulates it"),
            _ => format!("`{one}` {live} like {more} more of `{group}`, and no step insulates them"),
        };
        let finding = match beside.get(group) {
            Some(span) => Finding::new(&RULE, device.name.clone(), *span, message)
                .with_label("others of it are insulated here")
                .with_other(device.span, "this device"),
            None => Finding::new(&RULE, device.name.clone(), device.span, message),
        };
        let rest = bare.terminals.len() - paths.len();
        let tail = if rest == 0 { String::new() } else { format!(" and {rest} more") };
        let listed = if rest == 0 {
            story::list(&paths, 10)
        } else {
            paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
        };
        findings.push(if more == 0 { finding } else { finding.with_note(format!("bare: {listed}{tail}")) });
    }
}

/// What stays bare of a group of devices.
struct Bare {
    first: DeviceId,
    terminals: Vec<Terminal>,
    mains: bool,
}
