//! A board that a relay or a blown fuse cuts off is fed through its pins by what stays on.
//!
//! A pull-up to a rail that stays, a resistor from another board, a splice between two chips: each leads current through the clamp diode of a pin to the 3.3 V of
//! the dark board. It stays half alive, keeps what it was to lose, and may not start again.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! cut = { part = "cutter" }
//! board = { part = "toy-board", count = 2 }
//! pull = { part = "toy-resistor" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus[1] -> cut.nc",
//!   "cut.com, psu.plus[2] -> board[1..2].plus",
//!   "board[1..2].minus -> psu.minus[1..2]",
//! ]
//! [wire.pull]
//! stock = "lead"
//! run = ["board[2].pin1 -- pull.a", "pull.b -- board[1].gpio17"]
//! ```
//! ```text
//! warning[S004 phantom-supply]: while `cut.k` is energised, `board[1]` is cut off, and fed through board[1] GPIO17 (pin 11): up to 9.09 mA
//!   --> wiring/wires.toml:10:46
//!    |
//! 10 | run = ["board[2].pin1 -- pull.a", "pull.b -- board[1].gpio17"]
//!    |                                              ^^^^^^^^^^^^^^^
//!    |
//!    = note: the way: board[2].3v3[1] → pull.a → the resistor → pull.b →
//!            board[1].gpio[17] → the clamp diode → board[1].3v3[1]
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! cut = { part = "cutter" }
//! board = { part = "toy-board", count = 2 }
//! pull = { part = "toy-resistor" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   "psu.plus[1] -> cut.nc",
//!   "cut.com, psu.plus[2] -> board[1..2].plus",
//!   "board[1..2].minus -> psu.minus[1..2]",
//! ]
//! [wire.pull]
//! stock = "lead"
//! run = ["board[1].pin1 -- pull.a", "pull.b -- board[1].gpio17"]
//! ```
//! ## Cases
//! Told from 1 mA upwards while a relay cuts the board; while only a fuse does, where nothing limits the current. The supply of an input whose first line is the board's, and a
//! wire from pin to pin, are told by `phantom-power`, in whatever state. What is fed past the relay by metal is told by `contact-bridged` or `tied-supplies`.
//!
//! ## Sources
//! Back-powering through GPIO clamp diodes: <https://forums.raspberrypi.com/viewtopic.php?t=289220>. 1 mA is a choice: less does not lift the 3.3 V of a
//! computer by more than some tenths of a volt.

use analysis::nets::Link;
use analysis::sneaks::Most;
use source::{Finding, Rule, Severity};

use super::ways;
use crate::{Context, story};

/// `S004`.
pub static RULE: Rule = Rule {
    code: "S004",
    name: "phantom-supply",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("phantom_supply.rs"),
};

/// How many ways are spelled out back to their supply; each costs a search.
const SPELLED: usize = 100;

/// Looks at every board that a relay or a fuse cuts off.
pub fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    if facts.sneaks.phantoms.is_empty() {
        return;
    }
    let wires = story::WiresAt::new(build);
    for (number, phantom) in facts.sneaks.phantoms.iter().enumerate() {
        let (own, most) = ways::feeding(build, facts, &wires, phantom);
        let Some(first) = own.first() else { continue };
        let device = build.device(phantom.device);
        let Some(line) = ways::pin(first, phantom.device) else { continue };
        let at = ways::terminal(build, phantom.device, line);
        let span = at.and_then(|at| ways::wire_on(build, &wires, at)).map_or(device.span, |(_, span)| span);
        let mut pins: Vec<u32> = own.iter().filter_map(|way| ways::pin(way, phantom.device)).collect();
        pins.sort_unstable();
        pins.dedup();
        let more = if pins.len() > 1 { format!(" and {} more pins", pins.len() - 1) } else { String::new() };
        let while_off = match phantom.cut {
            Link::Contact(id, index) => {
                let nc = facts.outlets.iter().find(|outlet| outlet.contact == (id, index)).is_none_or(|at| at.throw_nc);
                format!("`{}` is {}", ways::name(build, phantom.cut), if nc { "energised" } else { "at rest" })
            }
            _ => ways::open(build, phantom.cut),
        };
        let pin = ways::shown(build, phantom.device, line);
        let fed = format!("while {while_off}, `{}` is cut off, and fed through {pin}{more}", device.name);
        let finding = match most {
            Most::Unknown => Finding::not_verified(&RULE, &device.name, span, format!("{fed}: {}", ways::amps(most))),
            _ => Finding::new(&RULE, &device.name, span, format!("{fed}: {}", ways::amps(most))),
        };
        let supply = if number < SPELLED { ways::supply(build, facts, first) } else { String::new() };
        findings.push(finding.with_note(format!("the way: {supply}{}", ways::told(build, &first.steps))));
    }
}
