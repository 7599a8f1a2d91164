//! What the edge tells the engine.

use std::fmt;

use relay_config::{Level, Power, RelayConfig};
use serde::{Deserialize, Serialize};

use crate::action::Ticket;
use crate::journal::Journal;

/// The time of a step. `mono_ms` decides everything while the daemon runs; `wall_ms` only dates records, judges leases after a reboot, and says when quiet hours are.
///
/// A jump of the wall clock changes no running lease.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Now {
    /// Milliseconds since boot, suspended time included (`CLOCK_BOOTTIME`): never goes back, and counts on through a restart of the daemon.
    pub mono_ms: u64,
    /// Milliseconds since 1970, UTC.
    pub wall_ms: u64,
}

/// Who asks. In records and in the journal as `account mary`, `watchdog`, `daemon`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Actor {
    /// Somebody with an account, or a token of one.
    Account(String),
    /// The engine's own watch over nodes.
    Watchdog,
    /// The daemon: start, lease ends, reload.
    Daemon,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(name) => write!(f, "account {name}"),
            Self::Watchdog => f.write_str("watchdog"),
            Self::Daemon => f.write_str("daemon"),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl From<String> for Actor {
    /// Reads what `Display` writes. Other words are taken as an account of that name: what a lease allows does not hang on who wanted it.
    fn from(words: String) -> Self {
        match words.as_str() {
            "watchdog" => Self::Watchdog,
            "daemon" => Self::Daemon,
            _ => Self::Account(words.strip_prefix("account ").map(str::to_owned).unwrap_or(words)),
        }
    }
}

/// The caller's number: the edge chooses it, [`crate::Action::Answer`] bears it again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Call(pub u64);

/// What is asked of one outlet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// Power it; ends its lease.
    On,
    /// Take its power, for `for_ms` or for `[limits] off-default-ms`; on an outlet that is off, a fresh lease from now.
    Off {
        /// Length of the lease.
        for_ms: Option<u64>,
    },
    /// Take its power and give it back after `off_ms`, or after the outlet's `off-ms`.
    Cycle {
        /// Time without power.
        off_ms: Option<u64>,
    },
}

/// A request for one outlet. Roles, grants and idempotency keys are the edge's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// For the answer.
    pub call: Call,
    /// Name or slug.
    pub outlet: String,
    /// What.
    pub verb: Verb,
    /// Who.
    pub actor: Actor,
    /// Why; goes into journal and audit. The edge bounds its length.
    pub reason: String,
    /// Past soft interlocks and `needs-alive`. Never past what would lock everybody out.
    pub force: bool,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// Why an action was not carried out, in words for the audit: `No space left on device`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure(pub String);

/// How an outlet's line was found, before the edge requested it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The outlet's name.
    pub outlet: String,
    /// Its level if it was an output (the edge requests it at that level); `None` if not (the edge requests it at `safe`, and the coil is at rest).
    pub level: Option<Level>,
}

/// The first event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Start {
    /// What the journal held; the default if it was missing or unreadable.
    pub journal: Journal,
    /// Every outlet's line as found. One that is missing here counts as at rest.
    pub found: Vec<Found>,
    /// An id of this boot of the kernel, as in `/proc/sys/kernel/random/boot_id`.
    pub boot: String,
    /// The number of the next operation; larger than any that was given out.
    pub next_operation: u64,
}

/// Something that was heard from another controller, authenticated by the edge.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Heard {
    /// Its name: `pi[1]`.
    pub controller: String,
    /// Controllers whose power it is about to take ([`crate::Snapshot::claims`] there).
    pub claims: Vec<String>,
    /// Controllers whose power it has taken ([`crate::Snapshot::cutting`] there).
    pub cutting: Vec<String>,
    /// Its outlets.
    pub outlets: Vec<(String, Power)>,
}

/// Everything that can happen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The first event, and only that. The API opens after its actions are done.
    Start(Start),
    /// Somebody asks for power on, off or a cycle.
    Request(Request),
    /// A probe of a node came back; `node` is an outlet's name or another controller's.
    Probe {
        /// The node.
        node: String,
        /// Whether it answered.
        alive: bool,
    },
    /// A node said by itself that it lives.
    Heartbeat {
        /// The node.
        node: String,
    },
    /// Another controller told its state.
    Heard(Heard),
    /// An action with a ticket was carried out, or not.
    Done {
        /// Whose.
        ticket: Ticket,
        /// For [`crate::Action::ReadBack`] the level that was read; for all others the level means nothing and is `None`.
        result: Result<Option<Level>, Failure>,
    },
    /// Time passed.
    Tick,
    /// Keep everybody but the owner from an outlet, for maintenance. The owner may renew it.
    Lock {
        /// For the answer.
        call: Call,
        /// Name or slug.
        outlet: String,
        /// Who.
        owner: Actor,
        /// Why.
        reason: String,
        /// For how long.
        for_ms: u64,
    },
    /// Take a lock away; by its owner, or by anybody with `force` (the edge lets administrators only).
    Unlock {
        /// For the answer.
        call: Call,
        /// Name or slug.
        outlet: String,
        /// Who.
        actor: Actor,
        /// Not the owner, and allowed to.
        force: bool,
    },
    /// Hold the watchdog of a node still for a time (`Some`), or let it go on and forget that it gave up (`None`).
    Pause {
        /// For the answer.
        call: Call,
        /// Name or slug of the node's outlet.
        outlet: String,
        /// Who.
        actor: Actor,
        /// For how long.
        for_ms: Option<u64>,
    },
    /// Drop an operation that waits; one that has begun is left alone.
    Cancel {
        /// For the answer.
        call: Call,
        /// Its number.
        operation: u64,
        /// Who.
        actor: Actor,
    },
    /// A config that was read and checked. It is taken whole or refused whole.
    Reload {
        /// For the answer.
        call: Call,
        /// Who.
        actor: Actor,
        /// The config.
        config: Box<RelayConfig>,
    },
    /// The daemon is asked to end: what waits is dropped, what runs keeps its lease and its line, and [`crate::Action::Exit`] follows the last write.
    Stop,
}
