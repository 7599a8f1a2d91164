//! Why something is refused or has to wait: the rule's id and a sentence.

use std::fmt;

/// A rule that refuses or holds up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Rule {
    /// No outlet of that name or slug.
    NoSuchOutlet,
    /// No operation of that number, or it is not waiting.
    NoSuchOperation,
    /// The outlet feeds the controller itself. Never.
    FeedsHost,
    /// The outlet may be cycled and never left off.
    NeverHold,
    /// Longer than `[limits] off-max-ms`.
    OffMax,
    /// Shorter than the outlet's `off-min-ms`; an early `on` waits for it.
    OffMin,
    /// On for less than the outlet's `on-min-ms`.
    OnMin,
    /// A controller that has to answer does not.
    NeedsAlive,
    /// Another controller is cutting, or is about to cut, a controller.
    PeerLock,
    /// As many of an interlock's outlets are off as may be.
    AtMost,
    /// Another of an interlock's outlets is off.
    NeverBoth,
    /// Power would come back too close to another outlet's.
    Stagger,
    /// Somebody locked the outlet.
    Locked,
    /// Too many cuts of the outlet within an hour.
    PerHour,
    /// Something is under way or waits on the outlet.
    Busy,
    /// It waited for longer than `[limits] queue-ms`.
    QueueMax,
    /// Journal or audit cannot be written: nothing is switched off.
    Disk,
    /// The line could not be driven, or reads back otherwise.
    Line,
    /// The daemon has not started, or is ending.
    NotReady,
    /// The config cannot be taken while this outlet is off or busy, or is another controller's.
    Reload,
}

/// What sort of no it is; the edge turns it into a status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// 400: what was asked can never be.
    Bad,
    /// 404.
    Missing,
    /// 409: an interlock, or something in its way.
    Conflict,
    /// 423: a maintenance lock.
    Locked,
    /// 429: a budget.
    Budget,
    /// 503: disk, line, start or stop.
    Unavailable,
}

impl Rule {
    /// Its id in records, answers and docs.
    pub fn id(self) -> &'static str {
        match self {
            Self::NoSuchOutlet => "no-such-outlet",
            Self::NoSuchOperation => "no-such-operation",
            Self::FeedsHost => "feeds-host",
            Self::NeverHold => "never-hold",
            Self::OffMax => "off-max",
            Self::OffMin => "off-min",
            Self::OnMin => "on-min",
            Self::NeedsAlive => "needs-alive",
            Self::PeerLock => "peer-lock",
            Self::AtMost => "at-most",
            Self::NeverBoth => "never-both",
            Self::Stagger => "stagger",
            Self::Locked => "locked",
            Self::PerHour => "per-hour",
            Self::Busy => "busy",
            Self::QueueMax => "queue-max",
            Self::Disk => "disk",
            Self::Line => "line",
            Self::NotReady => "not-ready",
            Self::Reload => "reload",
        }
    }

    /// What sort of no it gives.
    pub fn kind(self) -> Kind {
        match self {
            Self::NoSuchOutlet | Self::NoSuchOperation => Kind::Missing,
            Self::OffMax | Self::OffMin => Kind::Bad,
            Self::Locked => Kind::Locked,
            Self::PerHour => Kind::Budget,
            Self::Disk | Self::Line | Self::NotReady => Kind::Unavailable,
            _ => Kind::Conflict,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A no.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Whose.
    pub rule: Rule,
    /// The interlock's name in the build, for [`Rule::AtMost`] and [`Rule::NeverBoth`].
    pub interlock: Option<String>,
    /// A sentence without a full stop.
    pub sentence: String,
    /// Whether the same request with `force` would pass this rule.
    pub force_helps: bool,
    /// When it may be worth asking again, from now.
    pub retry_after_ms: Option<u64>,
}

impl Refusal {
    /// A plain no.
    pub fn new(rule: Rule, sentence: impl Into<String>) -> Self {
        Self { rule, interlock: None, sentence: sentence.into(), force_helps: false, retry_after_ms: None }
    }
}
