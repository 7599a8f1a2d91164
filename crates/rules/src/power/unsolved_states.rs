//! Some states of coils and levers were not solved, as there are too many of them, or the worst of a meshed network is too near to a limit to tell.
//!
//! Every changeover doubles the states in which a load may find itself. Beyond a bound of work only rest, each changeover alone, and all together are
//! solved; a load may get fewer volts in one that was left out than is said anywhere.
//!
//! Where returns meet in more than one way, the worst corner is worked out to first order and not proved. That is enough while the limit is far; at a
//! load whose margin is less than a tenth of its drop, or a wire within a tenth of its rating, it is not.
//!
//! ## Cases
//! Tested with sixteen changeovers on one supply, in `crates/cli/tests/left_out.rs`. Contacts of which only one throw leads somewhere do not
//! count: for them one case bounds all states. The tenth is a choice: no sample of the
//! meshes in `crates/direct/tests/corners.rs` passes what is worked out by more than a millivolt.
//!
//! ## Sources
//! `docs/how-it-works.md`, "Currents".

use analysis::power::{Edge, What};
use analysis::protection;
use model::units::{Amps, Volts};
use source::{Finding, Rule, Severity};

use super::supplied;
use crate::{Context, story};

/// `P026`.
pub static RULE: Rule = Rule {
    code: "P026",
    name: "unsolved-states",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("unsolved_states.rs"),
};

/// How far from a limit an estimate tells, as a share of the drop or the rating.
const NEAR: f64 = 0.1;

/// Says how many were left out, and what is too near to tell.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let power = &facts.power;
    if let Some(span) = build.meta.span.filter(|_| power.left_out > 0) {
        let message = format!("{} states of coils and levers were left out when currents were solved", power.left_out);
        findings.push(Finding::not_verified(&RULE, build.meta.name.as_str(), span, message));
    }
    if !power.bounds.iter().any(|bound| bound.estimated) {
        return;
    }
    let note = "its returns meet in more than one way: the worst corner is an estimate";
    for fed in supplied::loads(context).into_iter().filter(|fed| fed.bound.estimated) {
        let (Edge::Is(lowest), Some(due), Some(open)) = (fed.bound.lowest, fed.needs().least(), fed.open(context))
        else {
            continue;
        };
        if lowest >= due && lowest - due < NEAR * (open - lowest) {
            let message = format!(
                "whether `{}` gets its {} in every corner could not be proved: it gets about {} at worst",
                fed.name(context),
                Volts(due),
                Volts(lowest)
            );
            findings.push(Finding::not_verified(&RULE, fed.name(context), fed.span(context), message).with_note(note));
        }
    }
    for (piece, bound) in power.harness.pieces.iter().zip(&power.bounds).filter(|(_, bound)| bound.estimated) {
        let (What::Wire(wire), Edge::Is(most)) = (piece.what, bound.amperes) else { continue };
        let Some(rated) = protection::ampacity(build, wire).map(|rated| rated.0) else { continue };
        if most <= rated && most > (1.0 - NEAR) * rated {
            let path = story::run_path(build, wire);
            let message = format!(
                "whether `{path}` stays within its {} in every corner could not be proved: it carries about {} at worst",
                Amps(rated),
                Amps(most)
            );
            let span = super::pieces::span(build, piece.what);
            findings.push(Finding::not_verified(&RULE, path, span, message).with_note(note));
        }
    }
}
