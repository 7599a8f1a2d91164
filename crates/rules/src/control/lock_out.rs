//! One controller that hangs can keep something dark, and nobody alive can restart it.
//!
//! A hung controller keeps its outputs as they stood. What it holds dark stays dark until somebody cuts its own power; if the only one who could is what it
//! holds dark, or nobody could in the first place, a person has to travel. Three in a ring are enough: who restarts a controller is never switched by it.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! board = { part = "toy-board", count = 2 }
//! relay = { part = "toy-relay", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1..2] -> relay[1..2].nc", "relay[1..2].com -> board[2,1].plus", "board[1..2].minus -> psu.minus[1..2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board[1..2].pin4 -> relay[1..2].plus", "relay[1..2].minus -> board[1..2].pin14", "board[1..2].gpio18 -> relay[1..2].in"]
//! ```
//! ```text
//! error[C002 lock-out]: if board[1] hangs while it holds `relay[1].k` energised, board[2] stays off and nobody can restart board[1]
//!  --> wiring/wires.toml:6:113
//!   |
//! 6 | ...14", "board[1..2].gpio18 -> relay[1..2].in"]
//!   |                                ^^^^^^^^^^^^^^
//!   |
//!   = note: only board[2] could cut board[1]
//!   = note: in order: board[1] energises `relay[1].k` (board[2] off); board[1]
//!           hangs
//!   = note: never energising `relay[1].k` prevents it too
//!   = note: the same holds for `board[2]`
//!   = help: let the chip's watchdog restart board[1]: `dtparam=watchdog=on` in
//!           its `firmware`, `RuntimeWatchdogSec=` in its system
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! board = { part = "toy-board", count = 2 }
//! relay = { part = "toy-relay", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1..2] -> relay[1..2].nc", "relay[1..2].com -> board[2,1].plus", "board[1..2].minus -> psu.minus[1..2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board[1..2].pin4 -> relay[1..2].plus", "relay[1..2].minus -> board[1..2].pin14", "board[1..2].gpio18 -> relay[1..2].in"]
//! [gpio."board[1..2]"]
//! firmware = ["dtparam=watchdog=on"]
//! ```
//! ## Cases
//! Every state is looked at that hardware permits: any outputs, one controller hung in any of them, what an unpowered driver leaves open standing as it
//! pleases. The living may then do what they like. Told are loads that somebody counts on: computers, network switches, `essential` and watched ones.
//! A controller that nobody can restart and that holds nothing dark is C005's. What needs two that hang at once is in the facts, not here.
//!
//! `dtparam=watchdog=on` lets the chip restart itself, if the system feeds the watchdog and stops when it hangs (`RuntimeWatchdogSec=` of systemd).
//! It does not help against a daemon that stops while the system lives on: that is what leases and the daemon's own supervision are for.
//!
//! *Not verified*: a supply that hangs on more than six coils, or a group of controllers with too many states.
//! Not judged: controllers whose power depends on something that nothing feeds as wired (N004) or whose contact is bridged (N016); mend that first.
//! ## Sources
//! `systemd-system.conf(5)`, `RuntimeWatchdogSec=`; the overlays README of Raspberry Pi, parameter `watchdog`.

use std::collections::BTreeMap;

use analysis::control::{CoilRef, LockOut, Remedy};
use model::{Build, DeviceId};
use source::{Finding, Rule, Severity};

use super::words;
use crate::Context;

/// `C002`.
pub static RULE: Rule = Rule {
    code: "C002",
    name: "lock-out",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("lock_out.rs"),
};

/// Tells one lock-out a controller, and what could not be decided.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    for found in &facts.control.lock_outs {
        findings.extend(told(context, found));
    }
    let control = &facts.control;
    let open = control.unproved.iter().chain(control.undecided.iter().filter(|_| !control.controllers.is_empty()));
    let open: Vec<_> = open.copied().collect();
    if let Some(&first) = open.first() {
        let device = build.device(first);
        let message = format!("whether a hang can lock out {} was not decided", words::devices(build, &open));
        let note = "its supply hangs on more than six coils, or its group of controllers has too many states";
        findings.push(Finding::not_verified(&RULE, device.name.as_str(), device.span, message).with_note(note));
    }
}

fn told(Context { build, facts }: Context<'_>, found: &LockOut) -> Option<Finding> {
    let hung = *found.hung.first()?;
    let &(first, energised) = found.held.first()?;
    let name = &build.device(hung).name;
    let held: Vec<_> = found.held.iter().filter(|(_, on)| *on == energised).map(|(coil, _)| *coil).collect();
    let held = words::coils(build, &held);
    let does = if energised { format!("holds {held} energised") } else { format!("leaves {held} at rest") };
    let dark = words::devices(build, &found.dark);
    let stays = if found.dark.len() == 1 { "stays" } else { "stay" };
    let message = format!("if {name} hangs while it {does}, {dark} {stays} off and nobody can restart {name}");
    let mut finding = Finding::new(&RULE, name.as_str(), words::place(build, facts, first), message);
    let grips = facts.control.grips.iter();
    let rescuers: Vec<_> = grips.filter(|grip| grip.load == hung && grip.controller != hung).collect();
    if let Some(grip) = rescuers.first() {
        let span = words::place(build, facts, grip.coil);
        let mut by: Vec<_> = rescuers.iter().map(|grip| grip.controller).collect();
        by.dedup();
        let by = words::devices(build, &by);
        let words = format!("only {by} could cut {name}");
        let apart = span != finding.primary.span;
        finding = if apart { finding.with_other(span, words) } else { finding.with_note(words) };
    }
    finding = finding.with_note(format!("in order: {}", words::events(build, &found.events)));
    if rescuers.is_empty() {
        finding = finding.with_note(format!("no relay that somebody else drives cuts {name}"));
    }
    if !found.likewise.is_empty() {
        finding = finding.with_note(format!("{} by itself does the like", words::coils(build, &found.likewise)));
    }
    for &coil in &found.declared {
        if let Some(input) = words::input(build, facts, coil) {
            finding = finding.with_note(format!("nothing is wired to {input} yet; `[watch]` says who is meant"));
        }
    }
    Some(remedies(build, finding, found))
}

fn remedies(build: &Build, mut finding: Finding, found: &LockOut) -> Finding {
    let mut drivers: BTreeMap<CoilRef, Vec<DeviceId>> = BTreeMap::new();
    for remedy in &found.remedies {
        match remedy {
            Remedy::Watchdog(device) => {
                let name = &build.device(*device).name;
                finding = finding.with_help(format!(
                    "let the chip's watchdog restart {name}: `dtparam=watchdog=on` in its `firmware`, `RuntimeWatchdogSec=` in its system"
                ));
            }
            Remedy::OtherDriver(coil, device) => drivers.entry(*coil).or_default().push(*device),
            Remedy::LeaveAtRest(coil) => {
                finding =
                    finding.with_note(format!("never energising `{}` prevents it too", words::coil(build, *coil)));
            }
        }
    }
    for (coil, by) in drivers {
        let names: Vec<&str> = by.iter().map(|&id| build.device(id).name.as_str()).collect();
        let (coil, by) = (words::coil(build, coil), names.join(" or "));
        finding = finding.with_note(format!("no lock-out is left if {by} drives `{coil}`, and feeds its board"));
    }
    finding
}
