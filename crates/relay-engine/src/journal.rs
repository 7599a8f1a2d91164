//! What outlives the daemon: open leases, cuts that still count, maintenance locks; and what a lease is worth after a restart.
//!
//! The edge writes these types as they stand: their names and keys are the journal's format.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::event::{Actor, Now};

/// Leave to be off. In force from before the load goes off until its power is back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lease {
    /// The outlet's name.
    pub outlet: String,
    /// The operation's number.
    pub operation: u64,
    /// The boot that the monotonic times belong to.
    pub boot: String,
    /// Begin, wall.
    pub off_at_ms: u64,
    /// End, wall.
    pub off_until_ms: u64,
    /// Begin, monotonic.
    pub off_at_mono_ms: u64,
    /// End, monotonic.
    pub off_until_mono_ms: u64,
    /// Who.
    pub actor: Actor,
    /// Why.
    pub reason: String,
    /// Of a cycle, not of a plain off.
    pub cycle: bool,
}

/// What a lease that was found at start is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It runs for so much longer.
    Runs {
        /// Never more than the lease's length.
        left_ms: u64,
    },
    /// It has ended.
    Overdue,
    /// It says what cannot be: begun in the future, ended before it began, or longer than any lease may be. Counts as ended.
    Implausible,
}

impl Lease {
    /// What it is worth. In the boot that it was written in only the monotonic clock counts; after a reboot the wall clock has to do.
    ///
    /// `longest_ms` is the longest that a lease may be.
    pub fn standing(&self, now: Now, boot: &str, longest_ms: u64) -> Standing {
        let (from, until, at) = if self.boot == boot {
            (self.off_at_mono_ms, self.off_until_mono_ms, now.mono_ms)
        } else {
            (self.off_at_ms, self.off_until_ms, now.wall_ms)
        };
        if until <= from || until - from > longest_ms || from > at {
            Standing::Implausible
        } else if until <= at {
            Standing::Overdue
        } else {
            Standing::Runs { left_ms: until - at }
        }
    }
}

/// A load's power was taken; counted for `[limits] per-hour` and `[watchdog] budget`. Written as `[1764000000000, false]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "(u64, bool)", into = "(u64, bool)")]
pub struct Cut {
    /// When, wall.
    pub at_ms: u64,
    /// By the watchdog.
    pub watchdog: bool,
}

impl From<(u64, bool)> for Cut {
    fn from((at_ms, watchdog): (u64, bool)) -> Self {
        Self { at_ms, watchdog }
    }
}

impl From<Cut> for (u64, bool) {
    fn from(Cut { at_ms, watchdog }: Cut) -> Self {
        (at_ms, watchdog)
    }
}

/// The cuts of an outlet that still count.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Cuts {
    /// The outlet's name.
    pub outlet: String,
    /// Oldest first.
    pub cuts: Vec<Cut>,
}

/// Nobody but the owner switches the outlet. A lease that ends, ends nevertheless.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lock {
    /// The outlet's name.
    pub outlet: String,
    /// Who.
    pub owner: Actor,
    /// Why.
    pub reason: String,
    /// Begin, wall.
    pub from_ms: u64,
    /// End, wall.
    pub until_ms: u64,
}

/// The journal as a whole; [`crate::Action::Persist`] replaces it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Journal {
    /// At most one an outlet.
    pub leases: Vec<Lease>,
    /// Of the last hour, those by the watchdog of the last day; at most one an outlet. Shared, so that a journal is no copy of them all.
    pub cuts: Vec<Arc<Cuts>>,
    /// At most one an outlet.
    pub locks: Vec<Lock>,
}
