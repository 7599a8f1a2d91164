//! The verbs, a file each.

pub mod audit;
pub mod certificate;
pub mod check;
pub mod complete;
pub mod ctl;
pub mod heartbeat;
pub mod mqtt;
pub mod release;
pub mod run;
pub mod user;
pub mod web;
