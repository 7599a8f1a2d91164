//! The direct-current operating point of a circuit: volts at every node, amperes through every element, or the proof that there is none.
//!
//! It knows nodes, elements and their laws; no parts, no units of text, no files. Numbers are volts, amperes, ohms and watts. Work is
//! counted and never timed.
//!
//! ```text
//! Circuit ── solve ──▶ Solution | NoSolution (proved or none found, load factor, what fails first) | Bad (faults)
//!         ── headroom ──▶ how far loads may grow
//!         ── corners ──▶ lowest and highest volts, highest amperes over intervals
//!         ── short_circuits ──▶ prospective amperes and what stops them
//!         ── spice ──▶ a deck for another simulator
//! ```

mod bounds;
mod chains;
pub mod circuit;
mod collapse;
mod corners;
mod desk;
mod diodes;
mod elimination;
mod factor;
mod islands;
mod merge;
mod mesh;
mod plans;
mod prospective;
mod rule;
mod shop;
mod short;
mod sign;
pub mod solution;
mod solve;
mod solver;
mod spans;
mod spice;
mod system;
mod touch;
pub mod validate;

pub use circuit::{Circuit, Element, Group, Law, Options, Share};
pub use collapse::headroom;
pub use corners::{End, Reach, corners};
pub use prospective::{Prospective, short_circuits};
pub use short::{Breaker, Short, short_circuit};
pub use solution::{Cause, Collapse, Flow, Limit, NoSolution, Outcome, Proof, Solution, Undervoltage, Work};
pub use solve::solve;
pub use solver::Solver;
pub use spans::Span;
pub use spice::spice;
pub use validate::{Defect, Fault, Quantity, faults};
