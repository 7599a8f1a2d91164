//! A line that cannot bring its input to *asserted*, or cannot let it go.
//!
//! The input wants more volts across it (or more current through it) than the pin's guaranteed level leaves, so the relay clicks on one board and not on
//! the next. Where the coil itself gets too little, `P001` tells it and this rule is silent.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-opto" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.coil]
//! stock = "lead"
//! run = ["psu.plus[3] -> relay.plus", "relay.minus -> psu.minus[3]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin1 -> relay.vcc", "board.gpio4 -> relay.in"]
//! ```
//! ```text
//! error[G005 unreachable-level]: board GPIO4 (pin 7) at low cannot be relied on to assert `relay.k`
//!   --> wiring/wires.toml:12:51
//!    |
//! 12 | run = ["board.pin1 -> relay.vcc", "board.gpio4 -> relay.in"]
//!    |                                                   ^^^^^^^^
//!    |
//!    = note: that leaves 2.9 V to 3.3 V across the input, which wants at least
//!            3.4 V
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-opto" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.coil]
//! stock = "lead"
//! run = ["psu.plus[3] -> relay.plus", "relay.minus -> psu.minus[3]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin2 -> relay.vcc", "board.gpio4 -> relay.in"]
//! ```
//! ## Sources
//! Levels of the header: Raspberry Pi documentation, GPIO pads. Thresholds of an opto board, measured: <https://michiel.vanderwulp.be/domotica/Modules/RelayModule2Channel/>.

use analysis::drives::{self, PinState, Verdict3};
use analysis::potentials::Between;
use model::part::{InputVariant, Threshold};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::gpio::subject;
use crate::power::weak_coil;

/// `G005`.
pub static RULE: Rule = Rule {
    code: "G005",
    name: "unreachable-level",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unreachable_level.rs"),
};

/// Looks at every input that a line drives.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    for drive in
        facts.drives.all.iter().filter(|drive| !drive.lines.is_empty() && !subject::shorted(build, facts, drive))
    {
        let (device, index) = drive.input;
        let subject = subject::input(build, device, index);
        let Some(driven) = drive.driven else { continue };
        let span = || subject::wire_on(build, &facts.metal, driven).unwrap_or(build.device(device).span);
        if matches!(drive.feed, Between::Dead | Between::Apart) || weak_coil::is_weak(context, device, index) {
            continue;
        }
        let Some(low) = drives::active_low(build, drive) else {
            let message = format!("which level asserts `{subject}` depends on a jumper that nobody set");
            findings.push(Finding::not_verified(&RULE, subject, span(), message));
            continue;
        };
        let (on, off) = if low { (PinState::Low, PinState::High) } else { (PinState::High, PinState::Low) };
        for (pin, asserts) in [(on, true), (off, false)] {
            let is = drives::asserted_at(build, &facts.rest, &facts.potentials, drive, pin);
            if is == (if asserts { Verdict3::Yes } else { Verdict3::No }) {
                continue;
            }
            let verb = if asserts { "assert" } else { "release" };
            let level = if pin == PinState::High { "high" } else { "low" };
            let shown = subject::line(build, drive.lines[0]);
            let needs = drives::variant(build, drive).and_then(|variant| needs(variant, asserts));
            let across = drives::across(build, &facts.rest, &facts.potentials, drive, pin);
            findings.push(match (across, needs) {
                (Some(across), Some(needs)) => {
                    let message = format!("{shown} at {level} cannot be relied on to {verb} `{subject}`");
                    let note = format!("that leaves {across} across the input, which wants {needs}");
                    Finding::new(&RULE, &subject, span(), message).with_note(note)
                }
                _ => {
                    let message = format!("whether {shown} at {level} can {verb} `{subject}` could not be computed");
                    Finding::not_verified(&RULE, &subject, span(), message)
                        .with_note("a level, a rail or a threshold of it is not stated")
                }
            });
            break;
        }
    }
}

/// What the input wants across or through it, in words.
fn needs(variant: &InputVariant, asserts: bool) -> Option<String> {
    let threshold = if asserts { variant.energises } else { variant.releases };
    let words = |lo: String, hi: String| {
        if asserts { format!("at least {lo}") } else { format!("at most {hi}") }
    };
    match threshold {
        Threshold::Volts(band, _) => Some(words(band.lo.to_string(), band.hi.to_string())),
        Threshold::Amps(band, _) => Some(words(band.lo.to_string(), band.hi.to_string())),
        Threshold::Unknown(_) | Threshold::Absent => None,
    }
}
