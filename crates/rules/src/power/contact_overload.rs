//! A clamp, a header pin or a contact of a plug carries more than it is rated for.
//!
//! A contact touches in a few small spots, and those grow hot first. Hot contacts oxidise, resist more, and grow hotter, until the plastic around
//! them melts.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! fu = { part = "blade-holder", count = 2, set = { f = "blade-ato-2a" } }
//! lamp = { part = "lamp", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = [
//!   "psu.plus[1] -> fu[1].a",
//!   "psu.plus[1] -> fu[2].a",
//!   "fu[1..2].b -> lamp[1..2].plus",
//!   "lamp[1..2].minus -> psu.minus[1..2]",
//! ]
//! ```
//! ```toml bom/parts/bus-supply.toml
//! name = "Supply with a row of terminals"
//! kind = "psu"
//! cite = "toy"
//! source.out = { plus = "plus", minus = "minus", volts = "5 V", limit = "5 A" }
//! terminal."plus[1..4]" = { clamp = "screw", wires = 2, max = "2.5 A" }
//! terminal."minus[1..4]" = { clamp = "screw", wires = 2 }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { worst = "1.4 A @ 5 V" } }
//! terminal.plus = { clamp = "screw", wires = 2 }
//! terminal.minus = { clamp = "screw", wires = 2 }
//! ```
//! ```text
//! error[P009 contact-overload]: terminal `psu.plus[1]` carries 2.8 A, and may carry 2.5 A
//!  --> wiring/wires.toml:5:4
//!   |
//! 5 |   "psu.plus[1] -> fu[1].a",
//!   |    ^^^^^^^^^^^
//!   |
//!  ::: bom/parts/bus-supply.toml:5:62
//!   |
//! 5 | terminal."plus[1..4]" = { clamp = "screw", wires = 2, max = "2.5 A" }
//!   |                                                              ----- what it may carry
//!   |
//!   = note: on it: feed/1 1.4 A, feed/2 1.4 A
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! fu = { part = "blade-holder", count = 2, set = { f = "blade-ato-2a" } }
//! lamp = { part = "lamp", count = 2 }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = [
//!   "psu.plus[1] -> fu[1].a",
//!   "psu.plus[2] -> fu[2].a",
//!   "fu[1..2].b -> lamp[1..2].plus",
//!   "lamp[1..2].minus -> psu.minus[1..2]",
//! ]
//! ```
//! ```toml bom/parts/bus-supply.toml
//! name = "Supply with a row of terminals"
//! kind = "psu"
//! cite = "toy"
//! source.out = { plus = "plus", minus = "minus", volts = "5 V", limit = "5 A" }
//! terminal."plus[1..4]" = { clamp = "screw", wires = 2, max = "2.5 A" }
//! terminal."minus[1..4]" = { clamp = "screw", wires = 2 }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { worst = "1.4 A @ 5 V" } }
//! terminal.plus = { clamp = "screw", wires = 2 }
//! terminal.minus = { clamp = "screw", wires = 2 }
//! ```
//! ## Cases
//! The amperes are those that last: typical numbers, in the scenario that draws most, `boot` and `worst` left out, as a contact takes minutes to
//! warm. Those, and what only tolerances bring, are `contact-at-limit`. Of several wires on one clamp what flows in or what flows out counts, whichever is
//! more. Contacts of a plug are each taken by themselves, as the current divides between them. Contacts of relays are `contact-rating`.
//! Those of devices of one group are one finding.
//!
//! ## Sources
//! The terminal's `max`; for pins and plugs the connector's `contact-max`, each with its cite.

use source::{Finding, Rule, Severity};

use super::carried::Kind;
use super::wire_overload;
use crate::Context;

/// `P009`.
pub static RULE: Rule = Rule {
    code: "P009",
    name: "contact-overload",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("contact_overload.rs"),
};

/// Looks at every clamp, pin and plug.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    wire_overload::overloads(context, &RULE, &[Kind::Terminal, Kind::Plug], findings);
}
