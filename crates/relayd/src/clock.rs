//! The one place that looks at the clock, and how a moment is written.

use std::fs;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

/// Wall time, milliseconds since 1970; 0 where the clock stands before that.
#[expect(clippy::disallowed_methods, reason = "the daemon's only look at the clock; everything else is given the time")]
pub fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A moment by both clocks, and the boot that the monotonic one counts from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Moment {
    /// The kernel's id of this boot.
    pub boot: String,
    /// Wall time, milliseconds since 1970.
    pub wall_ms: u64,
    /// Milliseconds since the boot, suspended time included.
    pub mono_ms: u64,
}

/// Milliseconds since the boot, suspended time included; nobody sets this clock.
pub fn boot_ms() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let (seconds, nanos) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    seconds.unwrap_or(0) * 1000 + nanos.unwrap_or(0) / 1_000_000
}

/// This moment.
///
/// # Errors
/// `/proc` is not there.
pub fn now() -> io::Result<Moment> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned();
    Ok(Moment { boot, wall_ms: now_ms(), mono_ms: boot_ms() })
}

/// A moment as RFC 3339 writes it, in UTC with milliseconds: `2026-11-23T15:52:21.007Z`.
///
/// `ms` counts from 1970; beyond the year 9999 the last moment of that year is written, so that the text has one length.
pub fn text(ms: u64) -> String {
    let ms = ms.min(253_402_300_799_999);
    let (days, rest) = (ms / 86_400_000, ms % 86_400_000);
    // Howard Hinnant's civil_from_days: years begin in March, so that the leap day is the last of its year.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_the_calendar_has_them() {
        assert_eq!(text(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(text(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(text(1_795_449_141_007), "2026-11-23T15:52:21.007Z");
        assert_eq!(text(4_107_542_399_999), "2100-02-28T23:59:59.999Z");
        assert_eq!(text(4_107_542_400_000), "2100-03-01T00:00:00.000Z");
        assert_eq!(text(u64::MAX), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn the_time_since_the_boot_goes_on_and_is_what_the_kernel_tells_elsewhere() {
        let (one, other) = (now().unwrap(), now().unwrap());
        assert!(one.boot == other.boot && one.mono_ms <= other.mono_ms && !one.boot.is_empty());
        let uptime = || -> u64 {
            let text = fs::read_to_string("/proc/uptime").unwrap();
            let (seconds, _) = text.split_once('.').unwrap();
            seconds.parse::<u64>().unwrap() * 1000
        };
        let before = uptime();
        assert!(before <= boot_ms() && boot_ms() < uptime() + 2_000);
    }
}
