//! Plans: questions about a build that are worked out only when somebody asks.

pub mod cost;
pub mod floor;
pub mod layout;
pub mod packing;
pub mod providers;
pub mod spares;
