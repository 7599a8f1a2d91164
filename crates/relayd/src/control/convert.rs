//! The engine's words as those of the disk, and back.

use relay_config::Power;
use relay_engine::{Actor, Cut, Journal, Lease, Lock, Record};

use crate::{audit, journal};

/// What is written.
pub(crate) fn contents(journal: &Journal) -> journal::Contents {
    let lease = |lease: &Lease| journal::Lease {
        outlet: lease.outlet.clone(),
        operation: lease.operation,
        boot: lease.boot.clone(),
        off_at_ms: lease.off_at_ms,
        off_until_ms: lease.off_until_ms,
        off_at_mono_ms: lease.off_at_mono_ms,
        off_until_mono_ms: lease.off_until_mono_ms,
        actor: lease.actor.to_string(),
        reason: lease.reason.clone(),
        cycle: lease.cycle,
    };
    let cut = |cut: &Cut| journal::Cut { outlet: cut.outlet.clone(), at_ms: cut.at_ms, watchdog: cut.watchdog };
    let lock = |lock: &Lock| journal::Lock {
        outlet: lock.outlet.clone(),
        owner: lock.owner.to_string(),
        reason: lock.reason.clone(),
        from_ms: lock.from_ms,
        until_ms: lock.until_ms,
    };
    journal::Contents {
        leases: journal.leases.iter().map(lease).collect(),
        cuts: journal.cuts.iter().map(cut).collect(),
        locks: journal.locks.iter().map(lock).collect(),
    }
}

/// What was read. An actor that is none is taken as an account of that name: what a lease allows does not hang on it.
pub(crate) fn read(contents: &journal::Contents) -> Journal {
    let actor = |words: &str| words.parse().unwrap_or_else(|_| Actor::Account(words.to_owned()));
    let lease = |lease: &journal::Lease| Lease {
        outlet: lease.outlet.clone(),
        operation: lease.operation,
        boot: lease.boot.clone(),
        off_at_ms: lease.off_at_ms,
        off_until_ms: lease.off_until_ms,
        off_at_mono_ms: lease.off_at_mono_ms,
        off_until_mono_ms: lease.off_until_mono_ms,
        actor: actor(&lease.actor),
        reason: lease.reason.clone(),
        cycle: lease.cycle,
    };
    let cut = |cut: &journal::Cut| Cut { outlet: cut.outlet.clone(), at_ms: cut.at_ms, watchdog: cut.watchdog };
    let lock = |lock: &journal::Lock| Lock {
        outlet: lock.outlet.clone(),
        owner: actor(&lock.owner),
        reason: lock.reason.clone(),
        from_ms: lock.from_ms,
        until_ms: lock.until_ms,
    };
    Journal {
        leases: contents.leases.iter().map(lease).collect(),
        cuts: contents.cuts.iter().map(cut).collect(),
        locks: contents.locks.iter().map(lock).collect(),
    }
}

/// `on` or `off`; nothing where nobody knows.
pub(crate) fn power(power: Option<Power>) -> &'static str {
    match power {
        Some(Power::On) => "on",
        Some(Power::Off) => "off",
        None => "",
    }
}

/// A record of the engine as one of the log.
pub(crate) fn record(record: &Record) -> audit::Record<'_> {
    audit::Record {
        actor: &record.actor,
        action: record.what,
        subject: record.outlet.as_deref().unwrap_or_default(),
        reason: &record.reason,
        outcome: match record.rule {
            Some(rule) => rule.id(),
            None if record.dry_run => "dry-run",
            None => "",
        },
        before: power(record.before),
        after: power(record.after),
        detail: &record.detail,
        operation: record.operation,
        ..audit::Record::default()
    }
}
