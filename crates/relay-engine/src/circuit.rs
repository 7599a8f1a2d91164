//! One outlet at work: where it is between on and off, what it waits for, and what it was promised.

use relay_config::Power;

use crate::action::Ticket;
use crate::journal::Lease;
use crate::snapshot::Phase;

/// One outlet at work; by index of the config's outlets.
#[derive(Clone, Debug)]
pub(crate) struct Circuit {
    pub phase: Phase,
    /// What the phase waits for; reports of other tickets are late ones.
    pub ticket: Option<Ticket>,
    pub commanded: Power,
    pub observed: Option<Power>,
    pub fault: Option<String>,
    /// On since, monotonic.
    pub on_since: u64,
    /// Off since, monotonic; 0 if that was before anybody looked.
    pub off_since: u64,
    /// When its line was last told to give power, monotonic.
    pub told_on: u64,
    pub lease: Option<Lease>,
    /// A longer lease on its way to the disk.
    pub renewal: Option<Lease>,
    /// When power comes back, monotonic; kept free of other outlets' by the stagger.
    pub on_at: Option<u64>,
    /// Somebody wants it on while it is on the way to off.
    pub wanted_on: bool,
    /// The operation that took it down.
    pub running: Option<u64>,
    /// The operation that brings it back, if somebody asked.
    pub returning: Option<u64>,
    /// The operation that waits.
    pub queued: Option<u64>,
    /// When the intent to cut a controller was first shown to the others.
    pub claimed_at: Option<u64>,
}

impl Circuit {
    /// Its line was told to take the power, and not yet seen to give it back.
    pub(crate) fn is_dark(&self) -> bool {
        matches!(self.phase, Phase::Cutting | Phase::Off | Phase::Powering)
    }

    pub(crate) fn new(power: Power, now: u64) -> Self {
        Self {
            phase: if power == Power::On { Phase::On } else { Phase::Off },
            ticket: None,
            commanded: power,
            observed: None,
            fault: None,
            on_since: now,
            off_since: 0,
            told_on: 0,
            lease: None,
            renewal: None,
            on_at: None,
            wanted_on: false,
            running: None,
            returning: None,
            queued: None,
            claimed_at: None,
        }
    }
}
