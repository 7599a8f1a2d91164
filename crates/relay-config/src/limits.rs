//! Bounds on what may be asked, and how the watch over nodes behaves: two optional tables, every key with a default.

use serde::{Deserialize, Serialize};

use crate::LONGEST_MS;

/// Bounds on what people and programs may ask.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Limits {
    /// Length of an `off` that names none, milliseconds.
    pub off_default_ms: u64,
    /// Longest time that anything may be off, milliseconds.
    pub off_max_ms: u64,
    /// Cuts of one outlet within an hour.
    pub per_hour: u32,
    /// How long a request may wait for its turn, milliseconds.
    pub queue_ms: u64,
    /// How long a controller that was heard counts as alive, and its word on its outlets as known, milliseconds.
    pub alive_ms: u64,
    /// Longest maintenance lock, milliseconds.
    pub lock_max_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            off_default_ms: 60 * 60 * 1000,
            off_max_ms: LONGEST_MS,
            per_hour: 6,
            queue_ms: 10 * 60 * 1000,
            alive_ms: 90 * 1000,
            lock_max_ms: LONGEST_MS,
        }
    }
}

impl Limits {
    /// Whether every value is the default; such a table is not written.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn check(&self, wrong: &mut Vec<String>) {
        let times = [
            ("off-default-ms", self.off_default_ms),
            ("off-max-ms", self.off_max_ms),
            ("queue-ms", self.queue_ms),
            ("alive-ms", self.alive_ms),
            ("lock-max-ms", self.lock_max_ms),
        ];
        for (key, value) in times {
            if value == 0 || value > LONGEST_MS {
                wrong.push(format!("`[limits]`: `{key}` is 0 or longer than a day"));
            }
        }
        if self.off_default_ms > self.off_max_ms {
            wrong.push("`[limits]`: `off-default-ms` is longer than `off-max-ms`".to_owned());
        }
        if self.per_hour == 0 {
            wrong.push("`[limits]`: `per-hour` is 0".to_owned());
        }
    }
}

/// How the watch over nodes behaves.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Watchdog {
    /// It only records what it would have done.
    pub dry_run: bool,
    /// No judgement of a node for so long after its power came, or the daemon started, milliseconds.
    pub grace_ms: u64,
    /// Restarts of one node within 24 hours; then a person is told.
    pub budget: u32,
    /// Least time between two restarts of a node, milliseconds; doubled with every one that did not help.
    pub backoff_ms: u64,
    /// What doubling ends at, milliseconds.
    pub backoff_max_ms: u64,
    /// Hours of the day, UTC, in which it only watches: `22:00-06:00`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quiet_hours_utc: Vec<String>,
    /// How much longer it waits with a node that runs a daemon itself while another controller is silent, milliseconds, so that two controllers that lose
    /// sight of each other do not cut each other.
    pub peer_wait_ms: u64,
}

impl Default for Watchdog {
    fn default() -> Self {
        Self {
            dry_run: false,
            grace_ms: 3 * 60 * 1000,
            budget: 3,
            backoff_ms: 10 * 60 * 1000,
            backoff_max_ms: 4 * 60 * 60 * 1000,
            quiet_hours_utc: Vec::new(),
            peer_wait_ms: 5 * 60 * 1000,
        }
    }
}

impl Watchdog {
    /// Whether every value is the default; such a table is not written.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a minute of the day (UTC, 0 to 1439) lies in quiet hours. The end is not part of them; equal ends are the whole day.
    pub fn is_quiet(&self, minute: u32) -> bool {
        self.quiet_hours_utc.iter().filter_map(|span| hours(span)).any(|(from, until)| {
            if from < until { from <= minute && minute < until } else { from <= minute || minute < until }
        })
    }

    pub(crate) fn check(&self, wrong: &mut Vec<String>) {
        let times = [
            ("grace-ms", self.grace_ms),
            ("backoff-ms", self.backoff_ms),
            ("backoff-max-ms", self.backoff_max_ms),
            ("peer-wait-ms", self.peer_wait_ms),
        ];
        for (key, value) in times {
            if value > LONGEST_MS {
                wrong.push(format!("`[watchdog]`: `{key}` is longer than a day"));
            }
        }
        if self.backoff_max_ms < self.backoff_ms {
            wrong.push("`[watchdog]`: `backoff-max-ms` is shorter than `backoff-ms`".to_owned());
        }
        for span in self.quiet_hours_utc.iter().filter(|span| hours(span).is_none()) {
            wrong.push(format!("`[watchdog]`: `{span}` is no span of hours such as `22:00-06:00`"));
        }
    }
}

/// Minutes of the day of `22:00-06:00`.
fn hours(span: &str) -> Option<(u32, u32)> {
    let minute = |text: &str| -> Option<u32> {
        let (hour, minute) = text.split_once(':')?;
        let two = |digits: &str, below: u32| -> Option<u32> {
            let value = digits.parse().ok().filter(|_| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()));
            value.filter(|&value| value < below)
        };
        Some(two(hour, 24)? * 60 + two(minute, 60)?)
    };
    let (from, until) = span.split_once('-')?;
    Some((minute(from)?, minute(until)?))
}
