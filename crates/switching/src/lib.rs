//! Contact networks: nodes, conductors, and contacts that close when coils and levers stand so; and what is asked of them.
//!
//! It knows no parts, volts or files. Every answer is proved, found with a witness, or *not proved* with a bound; work is
//! counted and never timed, so that the same network gets the same answer on any machine.

mod certificate;
mod connect;
mod contract;
mod core;
mod cuts;
#[cfg(test)]
mod dice;
mod effort;
pub mod game;
mod hard;
mod islands;
mod label;
mod limits;
pub mod network;
pub mod opens;
mod path;
mod prover;
mod question;
mod reach;
mod sat;
mod settle;
mod shorts;
mod standing;
#[doc(hidden)]
pub mod synthetic;
pub mod truth;
pub mod welds;

pub use certificate::{Uncertified, certify};
pub use connect::{Joining, Verdict, connectable};
pub use contract::{Nets, joined};
pub use effort::Effort;
pub use limits::admissible;
pub use path::{Hop, Via};
pub use shorts::{Found, Least, Open, Rest, Shorts, shorts};

pub use network::{Clause, Contact, Guard, Literal, Network, Rail, Relation, Supply, Variable};
