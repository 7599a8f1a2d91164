//! The relay daemon's decisions as one pure function: `step(event, now) -> actions`. No clock, no files, no sockets, no GPIO, no randomness.
//!
//! **Contract with the edge.** The edge feeds [`Event`]s one at a time, carries out the [`Action`]s in order, and reports each one that bears a
//! [`Ticket`] as [`Event::Done`]. It steps with [`Event::Tick`] no later than the last [`Action::WakeAt`] said. That is all that the safety rules need:
//!
//! - *Off is a lease.* An outlet is cut only after its lease is durable (`Persist`) and then the audit record is (`Audit`); it is powered again at the
//!   lease's end. Power comes back without waiting for any disk.
//! - *A crash ends in powered.* [`Event::Start`] with the journal and the levels as found gives the writes that power whatever has no running lease.
//! - *What the engine calls off or on is the load's power*; [`truth`] alone knows coils and levels.

pub mod truth;

pub mod event;

pub mod action;
pub mod journal;
pub mod refusal;
pub mod snapshot;

mod circuit;
mod cuts;
mod engine;
mod judge;
mod reload;
mod request;
mod run;
mod start;
mod state;

pub mod failure;
mod plan;
mod range;
mod watch;

pub use action::{Action, Answer, Notice, Record, Ticket};
pub use engine::{Engine, SLACK_MS};
pub use event::{Actor, Call, Event, Failure, Found, Heard, Now, Request, Start, Verb};
pub use journal::{Cut, Cuts, Journal, Lease, Lock, Standing};
pub use plan::{Plan, PlanStep};
pub use range::{NoOutlets, expand};
pub use refusal::{Kind, Refusal, Rule};
pub use snapshot::{Health, Operation, OperationState, OutletState, Phase, Snapshot, WatchState};
pub use start::power_order;
