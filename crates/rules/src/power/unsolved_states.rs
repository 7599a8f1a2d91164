//! Some states of coils and levers were not solved, as there are too many of them.
//!
//! Every changeover doubles the states in which a load may find itself. Beyond a bound of work only rest, each changeover alone, and all together are
//! solved; a load may get fewer volts in one that was left out than is said anywhere.
//!
//! ## Cases
//! Tested with sixteen changeovers on one supply, in `crates/cli/tests/left_out.rs`. Contacts of which only one throw leads somewhere do not
//! count: for them one case bounds all states.
//!
//! ## Sources
//! `docs/how-it-works.md`, "Currents".

use source::{Finding, Rule, Severity};

use crate::Context;

/// `P026`.
pub static RULE: Rule = Rule {
    code: "P026",
    name: "unsolved-states",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("unsolved_states.rs"),
};

/// Says how many were left out.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let Some(span) = build.meta.span.filter(|_| facts.power.left_out > 0) else { return };
    let message =
        format!("{} states of coils and levers were left out when currents were solved", facts.power.left_out);
    findings.push(Finding::not_verified(&RULE, build.meta.name.as_str(), span, message));
}
