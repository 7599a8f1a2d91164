//! What the engine tells the edge to do.

use relay_config::{Level, Power};

use crate::event::Call;
use crate::journal::Journal;
use crate::refusal::{Refusal, Rule};

/// Ties an action to the [`crate::Event::Done`] that reports it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Ticket(pub u64);

/// A line of the audit log, to be appended and fsynced. Before and after are the load's power.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// What happened, a fixed word: `accepted`, `queued`, `refused`, `dropped`, `cut`, `powered`, `lease-ended`, `fault`, `would`, `gave-up`, `locked`, ...
    pub what: &'static str,
    /// The outlet's name.
    pub outlet: Option<String>,
    /// The operation's number.
    pub operation: Option<u64>,
    /// Who, as [`crate::Actor`] writes itself.
    pub actor: String,
    /// Why, in the words of whoever asked.
    pub reason: String,
    /// The rule that refused or held it up.
    pub rule: Option<Rule>,
    /// Power before.
    pub before: Option<Power>,
    /// Power after.
    pub after: Option<Power>,
    /// A sentence.
    pub detail: String,
    /// Nothing was done: a dry run.
    pub dry_run: bool,
}

/// Something that a person should hear of, by webhook or command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// A fixed word, as [`Record::what`].
    pub what: &'static str,
    /// The outlet's name.
    pub outlet: Option<String>,
    /// A sentence.
    pub sentence: String,
    /// Nothing mends it but a person.
    pub urgent: bool,
}

/// What a caller is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It is under way; intent and audit are on disk.
    Accepted {
        /// Its number.
        operation: u64,
        /// A sentence: what, and when the power is back.
        sentence: String,
    },
    /// It waits and goes by itself; the audit is on disk.
    Queued {
        /// Its number.
        operation: u64,
        /// What it waits for.
        rule: Rule,
        /// A sentence.
        sentence: String,
        /// When it goes at the earliest, monotonic, if that is known.
        at_mono_ms: Option<u64>,
    },
    /// Nothing was to do, or what was asked is done (lock, pause, cancel).
    Done {
        /// A sentence.
        sentence: String,
    },
    /// A dry run: what would happen.
    Would {
        /// A sentence.
        sentence: String,
    },
    /// No.
    Refused(Refusal),
    /// The config was taken, in this step: the edge does as it says before anything else. Lines of `kept` are not to be touched; those of `removed` are to be released, those of `added` requested at the level
    /// that powers the load.
    Reloaded {
        /// Outlets whose line is what it was.
        kept: Vec<String>,
        /// Outlets with a line that was not there.
        added: Vec<String>,
        /// Outlets whose line is gone.
        removed: Vec<String>,
    },
}

/// One thing to do. Actions with a ticket are reported by [`crate::Event::Done`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Replace the journal by this, durably.
    Persist {
        /// For the report, after fsync.
        ticket: Ticket,
        /// The whole of it.
        journal: Journal,
    },
    /// Append a record, durably.
    Audit {
        /// For the report, after fsync.
        ticket: Ticket,
        /// The record.
        record: Record,
    },
    /// Drive a line.
    SetLine {
        /// For the report.
        ticket: Ticket,
        /// The outlet's name.
        outlet: String,
        /// The level.
        level: Level,
    },
    /// Read which level a line drives.
    ReadBack {
        /// For the report.
        ticket: Ticket,
        /// The outlet's name.
        outlet: String,
    },
    /// Tell people.
    Notify(Notice),
    /// Step again, at the latest then; replaces the wake before it.
    WakeAt {
        /// Monotonic.
        mono_ms: u64,
    },
    /// Answer a caller.
    Answer {
        /// Whom.
        call: Call,
        /// What.
        answer: Answer,
    },
    /// End the process; lines are as they shall be.
    Exit,
}
