//! Control: who can cut and restore whom, and what happens when a controller is dead, hung or starting.

pub mod dead_start;
pub mod gpio_mistake;
pub mod lock_out;
pub mod nobody_cycles;
pub mod power_up;
pub mod rest_not_safe;
pub mod self_cut;
pub mod single_point_of_failure;
pub mod watch_without_switch;

mod words;

use crate::Check;

/// In the order of their codes.
pub const CHECKS: &[Check] = &[
    Check { rule: &self_cut::RULE, run: self_cut::run },
    Check { rule: &lock_out::RULE, run: lock_out::run },
    Check { rule: &dead_start::RULE, run: dead_start::run },
    Check { rule: &rest_not_safe::RULE, run: rest_not_safe::run },
    Check { rule: &nobody_cycles::RULE, run: nobody_cycles::run },
    Check { rule: &watch_without_switch::RULE, run: watch_without_switch::run },
    Check { rule: &gpio_mistake::RULE, run: gpio_mistake::run },
    Check { rule: &power_up::RULE, run: power_up::run },
    Check { rule: &single_point_of_failure::RULE, run: single_point_of_failure::run },
];
