//! States: what goes wrong only while some coil is energised, some lever stands otherwise, or something is broken.

use crate::Check;

/// In the order of their codes.
pub const CHECKS: &[Check] = &[];
