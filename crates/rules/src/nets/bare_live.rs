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
//! One finding a device.
//!
//! ## Sources
//! `docs/language.md`, Steps: `insulates`.

use std::collections::BTreeSet;

use model::Terminal;
use source::{Finding, Rule, Severity};

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
    let covered: BTreeSet<Terminal> = build.steps.iter().flat_map(|step| &step.insulates).map(|(at, _)| *at).collect();
    for (_, device, part) in build.each_device() {
        let mut bare = Vec::new();
        for (local, terminal) in (0..).zip(&part.terminals) {
            let touchable = terminal.bare && matches!(terminal.clamp.as_deref(), Some("screw" | "header" | "faston" | "solder"));
            let at = Terminal(device.first + local);
            if !touchable || covered.contains(&at) {
                continue;
            }
            let net = facts.potentials.at(&facts.rest, at).filter(|net| net.live && (net.ac || (net.by.is_some() && !net.returns)));
            if let Some(net) = net {
                bare.push((build.path(at), net.ac));
            }
        }
        let Some((_, ac)) = bare.iter().max_by_key(|(_, ac)| *ac) else { continue };
        let paths: Vec<&str> = bare.iter().map(|(path, _)| path.as_str()).collect();
        let live = if *ac { "carries mains" } else { "is live" };
        let message = match paths.as_slice() {
            [one] => format!("`{one}` {live}, and no step insulates it"),
            [one, ..] => format!("`{one}` and {} more of `{}` are live, and no step insulates them", paths.len() - 1, device.name),
            [] => continue,
        };
        let finding = Finding::new(&RULE, device.name.clone(), device.span, message);
        findings.push(if paths.len() > 1 { finding.with_note(format!("bare: {}", story::list(&paths, 10))) } else { finding });
    }
}
