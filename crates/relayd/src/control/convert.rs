//! The engine's words as those of the audit log.

use relay_config::Power;
use relay_engine::Record;

use crate::audit;

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
