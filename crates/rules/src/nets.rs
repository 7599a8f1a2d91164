//! Rules of nets and wiring (family N): what meets, what is missing, what does not fit.

mod bare_live;
mod contact_bridged;
mod crowded_terminal;
pub mod dead_short;
mod dead_terminal;
mod lever_unwired;
mod no_common_reference;
mod no_supply;
mod open_end;
mod over_volts_load;
mod paralleled_supplies;
mod reversed_polarity;
mod unfused_branch;
mod unfused_lead;
mod wrong_colour;
mod wrong_mate;

mod arrows;
mod sides;
mod wants;

use crate::Check;

/// Every rule of the family, in the order of their codes.
pub const CHECKS: &[Check] = &[
    Check { rule: &dead_short::RULE, run: dead_short::run },
    Check { rule: &paralleled_supplies::RULE, run: paralleled_supplies::run },
    Check { rule: &reversed_polarity::RULE, run: reversed_polarity::run },
    Check { rule: &no_supply::RULE, run: no_supply::run },
    Check { rule: &no_common_reference::RULE, run: no_common_reference::run },
    Check { rule: &open_end::RULE, run: open_end::run },
    Check { rule: &dead_terminal::RULE, run: dead_terminal::run },
    Check { rule: &crowded_terminal::RULE, run: crowded_terminal::run },
    Check { rule: &wrong_mate::RULE, run: wrong_mate::run },
    Check { rule: &wrong_colour::RULE, run: wrong_colour::run },
    Check { rule: &lever_unwired::RULE, run: lever_unwired::run },
    Check { rule: &unfused_branch::RULE, run: unfused_branch::run },
    Check { rule: &unfused_lead::RULE, run: unfused_lead::run },
    Check { rule: &bare_live::RULE, run: bare_live::run },
    Check { rule: &over_volts_load::RULE, run: over_volts_load::run },
    Check { rule: &contact_bridged::RULE, run: contact_bridged::run },
];
