//! The verbs, a file each.

pub mod audit;
pub mod check;
pub mod release;
