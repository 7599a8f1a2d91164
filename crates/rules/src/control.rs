//! Control: who can cut and restore whom, and what happens when a controller is dead, hung or starting.

use crate::Check;

/// In the order of their codes.
pub const CHECKS: &[Check] = &[];
