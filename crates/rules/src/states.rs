//! States: what goes wrong only while some coil is energised, some lever stands otherwise, or something is broken.

pub mod lost_return;
pub mod phantom_supply;
pub mod return_asserts;
pub mod switched_parallel;
pub mod switched_short;
pub mod tied_supplies;
pub mod unproved_states;
pub mod welded_short;

mod meeting;
mod ways;

use crate::Check;

/// In the order of their codes.
pub const CHECKS: &[Check] = &[
    Check { rule: &switched_short::RULE, run: switched_short::run },
    Check { rule: &switched_parallel::RULE, run: switched_parallel::run },
    Check { rule: &lost_return::RULE, run: lost_return::run },
    Check { rule: &phantom_supply::RULE, run: phantom_supply::run },
    Check { rule: &welded_short::RULE, run: welded_short::run },
    Check { rule: &tied_supplies::RULE, run: tied_supplies::run },
    Check { rule: &return_asserts::RULE, run: return_asserts::run },
    Check { rule: &unproved_states::RULE, run: unproved_states::run },
];
