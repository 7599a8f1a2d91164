//! Two loads with a feed each are tied, so that each feeds the other while its own feed is off.
//!
//! A USB cable from one computer to another joins their 5 V. Whichever is cut off then runs on, over the thin contacts of that plug, and both draws pass the fuse
//! and the relay of the one that is left: what was to be cycled is not, and the wrong fuse blows.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! cut = { part = "cutter", count = 2 }
//! board = { part = "toy-usb-board", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus[1..2] -> cut[1..2].nc",
//!   "cut[1..2].com -> board[1..2].plus",
//!   "board[1..2].minus -> psu.minus[1..2]",
//! ]
//! [cable.tie]
//! part = "toy-usb-cable"
//! run = ["board[1].usb -- board[2].usb"]
//! ```
//! ```text
//! warning[S006 tied-supplies]: `board[1]` and `board[2]` feed each other through `tie/1`
//!   --> wiring/wires.toml:10:9
//!    |
//! 10 | run = ["board[1].usb -- board[2].usb"]
//!    |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
//!    |
//!    = note: `cut[1].k` no longer cuts `board[1]`
//!    = note: `cut[2].k` no longer cuts `board[2]`
//!    = note: from one to the other: board[1].plus → board[1].usb.vbus →
//!            tie/1.a.vbus → tie/1.b.vbus → board[2].usb.vbus → board[2].plus
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! cut = { part = "cutter", count = 2 }
//! board = { part = "toy-usb-board", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus[1..2] -> cut[1..2].nc",
//!   "cut[1..2].com -> board[1..2].plus",
//!   "board[1..2].minus -> psu.minus[1..2]",
//! ]
//! [cable.tie]
//! part = "toy-data-cable"
//! run = ["board[1].usb -- board[2].usb"]
//! ```
//! ## Cases
//! Judged with every outlet on. Two sources side by side are told by `paralleled-supplies`, a contact with metal around it by `contact-bridged`. Two contacts or fuses that feed one load are
//! spare, not tied; two fuses that a builder's own wire joins feed a bus from both ends, and nothing is said.
//!
//! ## Sources
//! USB 2.0 specification, 7.2.1: power never flows from the upstream side of a device to its host; a cable between two hosts is not allowed.

use analysis::nets::Link;
use analysis::sneaks::Tie;
use model::{Build, DeviceId};
use source::{Finding, Rule, Severity};

use super::ways;
use crate::{Context, story};

/// `S006`.
pub static RULE: Rule = Rule {
    code: "S006",
    name: "tied-supplies",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("tied_supplies.rs"),
};

/// How many ties are spelled out terminal by terminal; each costs a search.
const SPELLED: usize = 100;

/// Looks at every piece of a supply that more than one contact or fuse feeds.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for (number, tie) in facts.sneaks.ties.iter().enumerate() {
        let names = tie.loads.map(|id| build.device(id).name.as_str());
        let subject = ways::name(build, tie.link);
        let message = format!("`{}` and `{}` feed each other through `{subject}`", names[0], names[1]);
        let span = analysis::nets::link_span(build, tie.link);
        let mut finding = Finding::new(&RULE, subject, span, message);
        for (fed_by, load) in tie.fed_by.into_iter().zip(tie.loads) {
            finding = finding.with_note(stays(build, fed_by, load));
        }
        let way = (number < SPELLED).then(|| way(facts, tie)).flatten();
        findings.push(match way {
            Some(hops) => finding.with_note(format!("from one to the other: {}", story::shown(build, &hops))),
            None => finding,
        });
    }
}

fn way(facts: &analysis::Facts, tie: &Tie) -> Option<Vec<analysis::nets::Hop>> {
    facts.metal.path(tie.plus[0], tie.plus[1])
}

fn stays(build: &Build, fed_by: Link, load: DeviceId) -> String {
    let (name, load) = (ways::name(build, fed_by), &build.device(load).name);
    match fed_by {
        Link::Fuse(..) => format!("`{name}` blown leaves `{load}` on"),
        _ => format!("`{name}` no longer cuts `{load}`"),
    }
}
