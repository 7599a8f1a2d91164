//! The relay daemon's edge: what it does to lines, disks, passwords and certificates. What it decides stands elsewhere.

pub mod audit;
pub mod clock;
pub mod digest;
pub mod durable;
pub mod journal;
pub mod lines;
