//! Where the daemon meets others: probes of nodes, other controllers, a socket for the local command, whom to tell.

pub mod exchange;
pub mod lookup;
pub mod notify;
pub mod probe;
pub mod shapes;
pub mod socket;
pub mod tell;
pub mod webhook;
