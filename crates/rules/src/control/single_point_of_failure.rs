//! One thing takes several computers down, the whole network or the last control, and the build's own list of weak spots does not name it.
//!
//! Everything has such points; what hurts is the one that nobody thought of. `[weak]` is where a build says what it knows and why that is borne.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! board = { part = "toy-board", count = 2 }
//! ```
//! ```toml wiring/weak.toml
//! [weak.supply]
//! what = ["board[1]"]
//! why = "The first board holds the only copy."
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1..2] -> board[1..2].plus"]
//! [wire.return]
//! stock = "lead"
//! run = ["board[1..2].minus -> psu.minus[1..2]"]
//! ```
//! ```text
//! note[C009 single-point-of-failure]: `psu` alone takes 2 computers down, and no `[weak]` names it
//!  --> wiring/devices.toml:2:1
//!   |
//! 2 | psu = { part = "bus-supply" }
//!   | ^^^
//!   |
//!   = note: dark: `board[1]` and `board[2]`
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! board = { part = "toy-board", count = 2 }
//! ```
//! ```toml wiring/weak.toml
//! [weak.supply]
//! what = ["psu"]
//! why = "There is one supply."
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1..2] -> board[1..2].plus"]
//! [wire.return]
//! stock = "lead"
//! run = ["board[1..2].minus -> psu.minus[1..2]"]
//! ```
//! ## Cases
//! Looked at in service, coils at rest: devices, plugs, wires, fuses, contacts and terminals, each alone. One finding for all that has the same consequence; what takes
//! less than something told or listed is not told. Whoever lists the supply knows of its cord, its plugs and the board that it comes out at, but not of the switch: a
//! network that is gone is told for itself. A build with one computer has nothing but single points, and is not told. *Not verified* where the build is too large for
//! every device to be looked at.
//!
//! ## Sources
//! Failure mode and effects analysis (IEC 60812): one failure at a time, ranked by what it takes.

use analysis::failures::{Cause, Group};
use model::{Build, DeviceId};
use source::{Finding, Rule, Severity, Span};

use crate::{Context, story};

/// `C009`.
pub static RULE: Rule = Rule {
    code: "C009",
    name: "single-point-of-failure",
    severity: Severity::Note,
    file: file!(),
    text: include_str!("single_point_of_failure.rs"),
};

/// Compares what takes most with what `[weak]` lists.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    let failures = &facts.failures;
    for number in &failures.unnamed {
        findings.push(told(build, &failures.groups[*number as usize]));
    }
    let open = failures.open.causes.first().map(|cause| (path(build, *cause), span(build, *cause)));
    let parted = failures.open.parted.then(|| {
        let first = DeviceId(0);
        (build.device(first).name.clone(), build.device(first).span)
    });
    if let Some((subject, span)) = open.or(parted) {
        let message = format!(
            "what the loss of {} takes could not be computed",
            match failures.open.causes.len() {
                0 => "a joint between two supplies".to_owned(),
                1 => format!("`{subject}`"),
                count => format!("`{subject}` and {} more", count - 1),
            }
        );
        findings.push(Finding::not_verified(&RULE, subject, span, message));
    }
}

fn told(build: &Build, group: &Group) -> Finding {
    let first = group.causes.iter().min_by_key(|cause| rank(build, group, **cause)).expect("a group has causes");
    let subject = path(build, *first);
    let takes = &group.takes;
    let names = |devices: &[DeviceId]| -> Vec<String> {
        devices.iter().map(|device| build.device(*device).name.clone()).collect()
    };
    let computer = |device: &&DeviceId| build.part_of(**device).kind == "computer";
    let dark = takes.dark.iter().filter(computer).count();
    let message = match (dark, takes.unreachable.len()) {
        (0, 0) => {
            format!("`{subject}` alone leaves nobody who can switch {}", story::list(&names(&takes.uncontrollable), 4))
        }
        (0, apart) => format!("`{subject}` alone takes {apart} computers off the network, and no `[weak]` names it"),
        (dark, 0) => format!("`{subject}` alone takes {dark} computers down, and no `[weak]` names it"),
        (dark, apart) => format!(
            "`{subject}` alone takes {dark} {} down and {apart} more off the network, and no `[weak]` names it",
            if dark == 1 { "computer" } else { "computers" }
        ),
    };
    let mut finding = Finding::new(&RULE, subject, span(build, *first), message);
    for (lead, devices) in
        [("dark: ", &takes.dark), ("out of reach: ", &takes.unreachable), ("beyond control: ", &takes.uncontrollable)]
    {
        if !devices.is_empty() {
            finding = finding.with_note(format!("{lead}{}", story::list(&names(devices), 8)));
        }
    }
    let mut others: Vec<String> =
        group.causes.iter().filter(|cause| *cause != first).map(|cause| path(build, *cause)).collect();
    others.dedup();
    if !others.is_empty() {
        finding = finding.with_note(format!("so does {}", story::list(&others, 8)));
    }
    finding
}

/// What people name first: the switch that goes dark itself, the supply, a device of the box, one outside, the rest.
fn rank(build: &Build, group: &Group, cause: Cause) -> u8 {
    match cause {
        Cause::Out(id) if build.feeds.iter().any(|feed| feed.device == id) => 3,
        Cause::Out(id) => match build.part_of(id).kind.as_str() {
            "switch" | "computer" if group.takes.dark.contains(&id) => 0,
            "psu" => 1,
            _ => 2,
        },
        _ => 4,
    }
}

/// What fails, by its path.
fn path(build: &Build, cause: Cause) -> String {
    let of = |id: DeviceId, name: &str| format!("{}.{name}", build.device(id).name);
    match cause {
        Cause::Out(id) | Cause::Silent(id) => build.device(id).name.clone(),
        Cause::Plug(run) => build.run_path(run),
        Cause::Wire(wire) => story::run_path(build, wire),
        Cause::Fuse(id, index) => of(id, &build.part_of(id).fuses[index as usize].name),
        Cause::Open(id, index) | Cause::Welded(id, index, _) => {
            of(id, &build.part_of(id).contacts[index as usize].name)
        }
        Cause::Loose(terminal) => build.path(terminal),
    }
}

fn span(build: &Build, cause: Cause) -> Span {
    match cause {
        Cause::Out(id) | Cause::Silent(id) => build.device(id).span,
        Cause::Plug(run) => build.run(run).span,
        Cause::Wire(wire) => build.wire(wire).span,
        Cause::Fuse(id, _) | Cause::Open(id, _) | Cause::Welded(id, ..) => build.device(id).span,
        Cause::Loose(terminal) => build.device(build.owner(terminal)).span,
    }
}
