//! Contact networks: nodes, conductors, and contacts that close when coils and levers stand so; and what is asked of them.
//!
//! It knows no parts, volts or files. Every answer is proved, found with a witness, or *not proved* with a bound; work is
//! counted and never timed, so that the same network gets the same answer on any machine.

pub mod network;

pub use network::{Clause, Contact, Guard, Literal, Network, Rail, Relation, Supply, Variable};
