//! The truth table: level at the pin, coil, contact, power at the load. The only place in the daemon that knows polarity.
//!
//! | `active` | `contact` | level | coil | load |
//! |---|---|---|---|---|
//! | low | nc | low | energised | off |
//! | low | nc | high | at rest | on |
//! | low | no | low | energised | on |
//! | low | no | high | at rest | off |
//! | high | nc | high | energised | off |
//! | high | nc | low | at rest | on |
//! | high | no | high | energised | on |
//! | high | no | low | at rest | off |

use relay_config::{Contact, Level, Outlet, Power};

/// A coil.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coil {
    /// Current flows; the contact stands on NO.
    Energised,
    /// No current; the contact stands on NC.
    Rest,
}

/// The coil at a level of the pin.
pub fn coil(active: Level, level: Level) -> Coil {
    if level == active { Coil::Energised } else { Coil::Rest }
}

/// Whether a load on this throw has power.
pub fn power(contact: Contact, coil: Coil) -> Power {
    match (contact, coil) {
        (Contact::Nc, Coil::Rest) | (Contact::No, Coil::Energised) => Power::On,
        (Contact::Nc, Coil::Energised) | (Contact::No, Coil::Rest) => Power::Off,
    }
}

/// What an outlet's load gets at a level of its pin.
pub fn power_at(outlet: &Outlet, level: Level) -> Power {
    power(outlet.contact, coil(outlet.active, level))
}

/// The level that gives (or takes) an outlet's power.
pub fn level_for(outlet: &Outlet, wanted: Power) -> Level {
    if power_at(outlet, outlet.active) == wanted { outlet.active } else { outlet.active.other() }
}
