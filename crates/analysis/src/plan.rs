//! Plans: questions about a build that are worked out only when somebody asks.

pub mod cost;
pub mod providers;
