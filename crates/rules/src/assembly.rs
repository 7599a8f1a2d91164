//! Rules of assembly (family A): the guide's steps against the wiring. All are silent when a build has no steps.

mod caution_missing;
mod end_parked;
mod fitted_twice;
mod live_too_soon;
mod part_not_fitted;
mod setting_differs;
mod used_before_fitted;
mod wire_installed_twice;
mod wire_not_installed;

mod steps;

use crate::Check;

/// Every rule of the family, in the order of their codes.
pub const CHECKS: &[Check] = &[
    Check { rule: &wire_not_installed::RULE, run: wire_not_installed::run },
    Check { rule: &wire_installed_twice::RULE, run: wire_installed_twice::run },
    Check { rule: &part_not_fitted::RULE, run: part_not_fitted::run },
    Check { rule: &used_before_fitted::RULE, run: used_before_fitted::run },
    Check { rule: &fitted_twice::RULE, run: fitted_twice::run },
    Check { rule: &end_parked::RULE, run: end_parked::run },
    Check { rule: &live_too_soon::RULE, run: live_too_soon::run },
    Check { rule: &caution_missing::RULE, run: caution_missing::run },
    Check { rule: &setting_differs::RULE, run: setting_differs::run },
];
