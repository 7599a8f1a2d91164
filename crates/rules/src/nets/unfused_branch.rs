//! A wire hangs on a supply that can give more than the wire bears, and no fuse is between them.
//!
//! A pinched wire is a short with a little resistance: too little current for the supply to trip, enough to make a thin wire glow along
//! its whole length. The fuse is there for the wire, not for the load.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-2a" } }
//! lamp = { part = "lamp" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = [
//!   "psu.plus -> lamp.plus",
//!   "lamp.minus -> psu.minus",
//! ]
//! ```
//! ```text
//! error[N012 unfused-branch]: no fuse protects wire `feed/1`: `out` of `psu` gives 20 A, and the wire may carry 7 A
//!  --> wiring/wires.toml:5:4
//!   |
//! 5 |   "psu.plus -> lamp.plus",
//!   |    ^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: it lies between `psu.plus` and `lamp.plus`
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-2a" } }
//! lamp = { part = "lamp" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = [
//!   "psu.plus -> fu.a",
//!   "fu.b -> lamp.plus",
//!   "lamp.minus -> psu.minus",
//! ]
//! ```
//! ## Cases
//! One finding for all that hangs on one wire at the supply. A source that gives no more than the wire bears needs no fuse; nor does a piece of at
//! most 80 mm that ends on a fuse or a resistor, as short taps before an overcurrent device are allowed in building codes too. A fuse larger than the
//! wire is no protection. Returns and signals are not judged.
//!
//! ## Sources
//! What a wire bears: its stock's own figure, else its gauge in the Handbook of Electronic Tables and Formulas (chassis wiring). The 80 mm are a
//! choice of this tool; revision 2 of the shipped build has 75 mm. Taps: NEC 240.21.

use analysis::protection::Branch;
use model::device::Choice;
use model::{Build, DeviceId, Number, WireId};
use source::{Finding, Rule, Severity, Span};

use crate::{Context, story};

/// `N012`.
pub static RULE: Rule = Rule {
    code: "N012",
    name: "unfused-branch",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unfused_branch.rs"),
};

pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for (root, branches) in facts.protection.unfused_roots() {
        let bad: Vec<&Branch> = branches.iter().copied().filter(|branch| branch.protected() == Some(false)).collect();
        let first = |branches: &[&Branch]| {
            branches.iter().copied().find(|branch| branch.wire == root).or(branches.first().copied()).copied()
        };
        let (finding, rest) = if let Some(branch) = first(&bad) {
            (fault(build, &branch), bad)
        } else if let Some(branch) = first(&branches) {
            (unknown(build, &branch), branches)
        } else {
            continue;
        };
        let mut others: Vec<String> = rest
            .iter()
            .map(|branch| story::run_path(build, branch.wire))
            .filter(|path| *path != finding.subject)
            .collect();
        others.dedup();
        let many = others.len();
        let listed = story::list(&others, 4);
        findings.push(if many == 0 {
            finding
        } else {
            finding.with_note(format!("the same holds for what hangs on it: {listed}"))
        });
    }
}

fn ends(build: &Build, wire: WireId) -> String {
    let [a, b] = build.wire(wire).ends.map(|end| build.path(end));
    format!("`{a}` and `{b}`")
}

fn fault(build: &Build, branch: &Branch) -> Finding {
    let (device, path) = (build.device(branch.source.device), story::run_path(build, branch.wire));
    let source = &build.part_of(branch.source.device).sources[branch.source.index as usize];
    let bears = branch.ampacity.map_or_else(|| "an unknown current".to_owned(), |amps| amps.to_string());
    let span = build.wire(branch.wire).span;
    match (branch.fuse, branch.passes) {
        (Some((fuse, _)), Some(passes)) => {
            let message = format!("wire `{path}` may carry {bears}, and the fuses before it let {passes} through");
            Finding::new(&RULE, path, span, message).with_other(build.device(fuse).span, "this fuse")
        }
        _ => {
            let gives = branch.limit.map_or_else(|| "any current".to_owned(), |amps| amps.to_string());
            let message = format!(
                "no fuse protects wire `{path}`: `{}` of `{}` gives {gives}, and the wire may carry {bears}",
                source.name, device.name
            );
            Finding::new(&RULE, path, span, message).with_note(format!("it lies between {}", ends(build, branch.wire)))
        }
    }
}

fn unknown(build: &Build, branch: &Branch) -> Finding {
    let (device, path) = (build.device(branch.source.device), story::run_path(build, branch.wire));
    let source = &build.part_of(branch.source.device).sources[branch.source.index as usize];
    let span = build.wire(branch.wire).span;
    let missing = match (branch.ampacity, branch.fuse, branch.passes, branch.limit) {
        (None, ..) => "the wire has no gauge and its stock no ampacity".to_owned(),
        (_, Some((fuse, _)), None, _) => format!("the rating of fuse `{}` is not known", build.device(fuse).name),
        _ => format!("how much `{}` of `{}` gives is not stated", source.name, device.name),
    };
    let message = format!("nobody can say whether wire `{path}` is protected: {missing}");
    let rating = branch.ampacity.and(branch.fuse).filter(|_| branch.passes.is_none());
    if let Some(at) = rating.and_then(|(fuse, index)| unstated(build, fuse, index)) {
        return Finding::not_verified(&RULE, path, at, message).with_other(span, "this wire");
    }
    let finding = Finding::not_verified(&RULE, path, span, message);
    match branch.fuse {
        None => finding.with_other(source.span, "this source"),
        Some(_) => finding,
    }
}

/// Where the rating of a fuse (or of the one that its holder was given) is left open.
fn unstated(build: &Build, device: DeviceId, index: u32) -> Option<Span> {
    let own = &build.part_of(device).fuses[index as usize];
    let insert = match build.device(device).choices.get(&own.name) {
        Some(Choice::Part(part, _)) => build.part(*part).fuses.first(),
        _ => None,
    };
    let open = [insert, Some(own)].into_iter().flatten().find(|fuse| matches!(fuse.rated, Number::Unstated(_)))?;
    open.rated.span()
}
