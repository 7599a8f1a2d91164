//! The relay daemon's edge: what it does to lines, disks, passwords, certificates and whoever asks. What it decides stands elsewhere.

pub mod access;
pub mod audit;
pub mod check;
pub mod clock;
pub mod config;
pub mod confine;
pub mod control;
pub mod digest;
pub mod drawing;
pub mod durable;
pub mod edge;
pub mod firmware;
pub mod http;
pub mod journal;
pub mod lines;
pub mod mqtt;
pub mod peers;
pub mod release;
pub mod settings;
pub mod signed;
pub mod systemd;
pub mod tls;
