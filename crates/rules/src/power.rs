//! Family P: what flows, as intervals, against what coils, rails and feeds need and give.

pub mod weak_coil;

pub mod feed_overload;
pub mod rail_overload;
pub mod shared_overload;

pub mod absurd_number;
pub mod coil_out_of_range;
pub mod contact_at_limit;
pub mod contact_overload;
pub mod overvoltage;
pub mod thin_margin;
pub mod undervoltage;
pub mod unsolved_states;
pub mod wire_overload;

pub(crate) mod carried;
pub(crate) mod lost;
pub(crate) mod pieces;
pub(crate) mod ratings;
pub(crate) mod starts;
pub(crate) mod supplied;

pub mod contact_rating;
pub mod fuse_too_small;
pub mod hot_spot;
pub mod inrush;
pub mod led_current;
pub mod measured_mismatch;
pub mod minimum_load;
pub mod never_measured;
pub mod odd_resistor;
pub mod port_overload;
pub mod resistor_power;
pub mod start_overload;
pub mod uncleared_short;
pub mod unsure_start;
pub mod voltage_drop;
pub mod weak_earth;

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
    Check { rule: &undervoltage::RULE, run: undervoltage::run },
    Check { rule: &thin_margin::RULE, run: thin_margin::run },
    Check { rule: &overvoltage::RULE, run: overvoltage::run },
    Check { rule: &wire_overload::RULE, run: wire_overload::run },
    Check { rule: &contact_overload::RULE, run: contact_overload::run },
    Check { rule: &contact_at_limit::RULE, run: contact_at_limit::run },
    Check { rule: &coil_out_of_range::RULE, run: coil_out_of_range::run },
    Check { rule: &contact_rating::RULE, run: contact_rating::run },
    Check { rule: &inrush::RULE, run: inrush::run },
    Check { rule: &unsure_start::RULE, run: unsure_start::run },
    Check { rule: &fuse_too_small::RULE, run: fuse_too_small::run },
    Check { rule: &uncleared_short::RULE, run: uncleared_short::run },
    Check { rule: &led_current::RULE, run: led_current::run },
    Check { rule: &resistor_power::RULE, run: resistor_power::run },
    Check { rule: &odd_resistor::RULE, run: odd_resistor::run },
    Check { rule: &port_overload::RULE, run: port_overload::run },
    Check { rule: &minimum_load::RULE, run: minimum_load::run },
    Check { rule: &voltage_drop::RULE, run: voltage_drop::run },
    Check { rule: &measured_mismatch::RULE, run: measured_mismatch::run },
    Check { rule: &absurd_number::RULE, run: absurd_number::run },
    Check { rule: &unsolved_states::RULE, run: unsolved_states::run },
    Check { rule: &never_measured::RULE, run: never_measured::run },
    Check { rule: &hot_spot::RULE, run: hot_spot::run },
    Check { rule: &weak_earth::RULE, run: weak_earth::run },
    Check { rule: &start_overload::RULE, run: start_overload::run },
];

/// A scenario in words.
pub(crate) fn scenario(build: &Build, index: usize) -> String {
    match build.scenarios.get(index) {
        Some(scenario) if index != WORST => format!("scenario `{}`", scenario.id.value),
        _ => "everything at worst".to_owned(),
    }
}
