//! The engine's state as plain data, for API, web page, metrics and the other controllers.

use relay_config::Power;

use crate::event::{Actor, Verb};
use crate::journal::{Lease, Lock};
use crate::refusal::Rule;

/// Where an outlet is between on and off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Powered.
    On,
    /// A lease is being written; still powered.
    Intent,
    /// The audit record is being written; still powered.
    Audit,
    /// The line is being driven or read, towards off.
    Cutting,
    /// Without power until its lease ends.
    Off,
    /// The line is being driven or read, towards on.
    Powering,
}

/// What is known of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Health {
    /// Nobody looked, or it was off, or it is within its grace.
    Unknown,
    /// The last look found it alive.
    Alive,
    /// So many looks in a row found it silent.
    Silent(u32),
}

/// How far an operation is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OperationState {
    /// It waits.
    Queued {
        /// For what.
        rule: Rule,
        /// A sentence.
        sentence: String,
        /// When it goes at the earliest, monotonic, if that is known.
        at_mono_ms: Option<u64>,
    },
    /// It has begun.
    Running,
    /// It is done.
    Done,
    /// It came to nothing; power is on, or will be with the lease's end.
    Failed {
        /// Why.
        rule: Rule,
        /// A sentence.
        sentence: String,
    },
    /// Somebody, or a request for the opposite, took it back while it waited.
    Cancelled,
}

/// One operation; the last 256 that ended are kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operation {
    /// Its number.
    pub id: u64,
    /// The outlet's name.
    pub outlet: String,
    /// What.
    pub verb: Verb,
    /// Who.
    pub actor: Actor,
    /// Why.
    pub reason: String,
    /// Past soft interlocks.
    pub force: bool,
    /// Asked at, monotonic.
    pub asked_mono_ms: u64,
    /// How far.
    pub state: OperationState,
}

/// One outlet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutletState {
    /// `pi[2]`.
    pub name: String,
    /// `pi-2`.
    pub slug: String,
    /// What the line was last told.
    pub commanded: Power,
    /// What the line last read back; it says nothing of the contact.
    pub observed: Option<Power>,
    /// Between on and off.
    pub phase: Phase,
    /// Its node.
    pub health: Health,
    /// Its lease, if it is off or on the way there.
    pub lease: Option<Lease>,
    /// When its power is to come back, monotonic; never after the lease's end.
    pub on_at_mono_ms: Option<u64>,
    /// Its lock.
    pub lock: Option<Lock>,
    /// The operation that waits.
    pub queued: Option<u64>,
    /// Why its line cannot be trusted.
    pub fault: Option<String>,
    /// Cuts within the last hour.
    pub cuts_last_hour: u32,
}

/// The watch over one node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WatchState {
    /// The outlet's name.
    pub outlet: String,
    /// Silent looks in a row.
    pub streak: u32,
    /// Looks that make it hung.
    pub fails: u32,
    /// No judgement before, monotonic: it is starting.
    pub grace_until_mono_ms: Option<u64>,
    /// No restart before, monotonic.
    pub backoff_until_mono_ms: Option<u64>,
    /// Restarts left today.
    pub budget_left: u32,
    /// It stays silent, and restarts do not help: somebody has to look.
    pub gave_up: bool,
    /// Paused until, monotonic.
    pub paused_until_mono_ms: Option<u64>,
}

/// Everything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// This controller.
    pub controller: String,
    /// [`crate::Event::Start`] was seen.
    pub started: bool,
    /// [`crate::Event::Stop`] was seen.
    pub stopping: bool,
    /// In the order of the config.
    pub outlets: Vec<OutletState>,
    /// Waiting and running ones, then the last that ended; by number.
    pub operations: Vec<Operation>,
    /// Nodes under watch.
    pub watches: Vec<WatchState>,
    /// Controllers that this one is about to cut; for [`crate::Heard::claims`] at the others.
    pub claims: Vec<String>,
    /// Controllers without power by this one; for [`crate::Heard::cutting`] at the others.
    pub cutting: Vec<String>,
}
