//! Family G: pins of controllers, their levels, and what they do before software runs.

pub mod subject;

pub mod boot_asserted;
pub mod fighting_outputs;
pub mod gpio_current;
pub mod phantom_power;
pub mod pin_over_volts;
pub mod pin_taken;
pub mod start_asserts;
pub mod undriven_input;
pub mod unknown_overlay;
pub mod unreachable_level;
pub mod wrong_function;

use crate::Check;

/// The family's checks, in the order of their codes.
pub const CHECKS: &[Check] = &[
    Check { rule: &pin_taken::RULE, run: pin_taken::run },
    Check { rule: &wrong_function::RULE, run: wrong_function::run },
    Check { rule: &pin_over_volts::RULE, run: pin_over_volts::run },
    Check { rule: &fighting_outputs::RULE, run: fighting_outputs::run },
    Check { rule: &unreachable_level::RULE, run: unreachable_level::run },
    Check { rule: &undriven_input::RULE, run: undriven_input::run },
    Check { rule: &boot_asserted::RULE, run: boot_asserted::run },
    Check { rule: &start_asserts::RULE, run: start_asserts::run },
    Check { rule: &gpio_current::RULE, run: gpio_current::run },
    Check { rule: &phantom_power::RULE, run: phantom_power::run },
    Check { rule: &unknown_overlay::RULE, run: unknown_overlay::run },
];
