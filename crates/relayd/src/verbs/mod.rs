//! The verbs, a file each.

pub mod audit;
pub mod certificate;
pub mod check;
pub mod release;
pub mod user;
