//! Whether two potentials can meet in some state was not decided: the counted work ran out.
//!
//! Asking for every state is as hard as the hardest puzzles, as soon as relays have two poles and are wired to each other. Hand-made boxes never come near; where one does,
//! it is said, with what is known: no state with fewer than so many moved.
//!
//! ## Cases
//! Tested with a network of 250 coils in each other's way, in `crates/switching`; no hand-made page could hold one.
//!
//! ## Sources
//! `docs/how-it-works.md`: contact networks, and why no tool can promise both speed and a verdict.

use analysis::states::Welded;
use source::{Finding, Rule, Severity};

use super::meeting;
use crate::Context;

/// `S008`.
pub static RULE: Rule = Rule {
    code: "S008",
    name: "unproved-states",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("unproved_states.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    if let Some(span) = build.meta.span.filter(|_| !facts.states.rest_admissible) {
        let message = "the state at rest breaks an interlock of metal or leaves a supply out, so that nothing said of states counts";
        findings.push(Finding::not_verified(&RULE, build.meta.name.as_str(), span, message));
    }
    for open in &facts.states.open {
        let [a, b] = open.ends.map(|end| meeting::end(context, end));
        let device = if let Welded::Contact(device, _) = open.weld { device } else { open.ends[1].0.device };
        let (subject, with) = match open.weld {
            Welded::Nothing => (build.device(device).name.clone(), String::new()),
            Welded::Contact(device, contact) => {
                let subject = meeting::moved(context, (device, contact));
                let with = format!(" with a contact of `{subject}` welded");
                (subject, with)
            }
            Welded::Elsewhere => (build.device(device).name.clone(), " with some contact welded".to_owned()),
        };
        let message = format!("whether {a} and {b} can meet{with} was not decided");
        let mut finding = Finding::not_verified(&RULE, subject, build.device(device).span, message);
        finding = finding.with_note(format!("they do not with fewer than {} moved", open.at_least));
        if open.contacts > 0 {
            let (contacts, variables) = (open.contacts, open.variables);
            finding = finding.with_note(format!(
                "{contacts} contacts of {variables} coils and levers lie between; {} steps spent",
                open.work
            ));
        }
        findings.push(finding);
    }
}
