//! Family P: what flows, as intervals, against what coils, rails and feeds need and give.

pub mod weak_coil;

pub mod feed_overload;
pub mod rail_overload;
pub mod shared_overload;

use analysis::budget::WORST;
use model::Build;

use crate::Check;

/// Sums within this share of a limit do not count as over it: they are rounding.
pub(crate) const SLACK: f64 = 1e-9;

/// The family's checks, in the order of their codes.
pub const CHECKS: &[Check] = &[
    Check { rule: &weak_coil::RULE, run: weak_coil::run },
    Check { rule: &rail_overload::RULE, run: rail_overload::run },
    Check { rule: &feed_overload::RULE, run: feed_overload::run },
    Check { rule: &shared_overload::RULE, run: shared_overload::run },
];

/// A scenario in words.
pub(crate) fn scenario(build: &Build, index: usize) -> String {
    match build.scenarios.get(index) {
        Some(scenario) if index != WORST => format!("scenario `{}`", scenario.id.value),
        _ => "everything at worst".to_owned(),
    }
}
