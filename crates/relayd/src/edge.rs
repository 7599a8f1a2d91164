//! Where the daemon meets others: probes of nodes, a socket for the local command, whom to tell.

pub mod notify;
pub mod probe;
pub mod shapes;
pub mod socket;
pub mod webhook;
