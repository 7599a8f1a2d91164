//! When which outlet was cut: counted for the limits, and kept over a restart. By outlet, so that neither a judgement nor the journal costs more the more others
//! were cut.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::event::Now;
use crate::journal::{Cut, Cuts};

/// How long the watchdog's cuts count: its budget is one of a day.
pub(crate) const DAY_MS: u64 = 24 * HOUR_MS;
/// How long everybody's do.
pub(crate) const HOUR_MS: u64 = 60 * 60 * 1000;

/// One outlet's.
#[derive(Clone, Debug)]
struct Own {
    /// As the journal has them.
    kept: Arc<Cuts>,
    /// When each of them was, monotonic; before this boot it is negative.
    at: Vec<i64>,
}

/// All outlets' cuts.
#[derive(Clone, Default, Debug)]
pub(crate) struct Counted(BTreeMap<String, Own>);

impl Counted {
    /// What the journal held, as far as it still counts.
    pub fn of(kept: &[Arc<Cuts>], now: Now) -> Self {
        let mut by: BTreeMap<String, Vec<(i64, Cut)>> = BTreeMap::new();
        for cuts in kept {
            for cut in &cuts.cuts {
                // A cut of the future is one of a clock that was wrong: it counts from now.
                let age = now.wall_ms.saturating_sub(cut.at_ms);
                if age < lasts(*cut) {
                    by.entry(cuts.outlet.clone()).or_default().push((signed(now.mono_ms) - signed(age), *cut));
                }
            }
        }
        let own = |(outlet, mut cuts): (String, Vec<(i64, Cut)>)| {
            cuts.sort_by_key(|(at, _)| *at);
            let (at, cuts) = cuts.into_iter().unzip();
            (outlet.clone(), Own { kept: Arc::new(Cuts { outlet, cuts }), at })
        };
        Self(by.into_iter().map(own).collect())
    }

    /// One more, right now.
    pub fn add(&mut self, outlet: &str, watchdog: bool, now: Now) {
        self.forget(now);
        let own = self.0.entry(outlet.to_owned()).or_insert_with(|| Own {
            kept: Arc::new(Cuts { outlet: outlet.to_owned(), cuts: Vec::new() }),
            at: Vec::new(),
        });
        Arc::make_mut(&mut own.kept).cuts.push(Cut { at_ms: now.wall_ms, watchdog });
        own.at.push(signed(now.mono_ms));
    }

    /// The last one did not happen.
    pub fn take_back(&mut self, outlet: &str) {
        if let Some(own) = self.0.get_mut(outlet) {
            Arc::make_mut(&mut own.kept).cuts.pop();
            own.at.pop();
        }
    }

    /// Those of the watchdog count as anybody's.
    pub fn forgive(&mut self, outlet: &str) {
        if let Some(own) = self.0.get_mut(outlet) {
            Arc::make_mut(&mut own.kept).cuts.iter_mut().for_each(|cut| cut.watchdog = false);
        }
    }

    /// When an outlet was cut within so many milliseconds, monotonic, oldest first; `of` says whether a cut by the watchdog, or by another, counts.
    pub fn since(&self, outlet: &str, ms: u64, now: Now, of: fn(bool) -> bool) -> Vec<i64> {
        let from = signed(now.mono_ms) - signed(ms);
        let Some(own) = self.0.get(outlet) else { return Vec::new() };
        let all = own.at.iter().zip(&own.kept.cuts);
        all.filter(|(at, cut)| **at > from && of(cut.watchdog)).map(|(at, _)| *at).collect()
    }

    /// For the journal: outlets in the order of their names.
    pub fn kept(&self) -> Vec<Arc<Cuts>> {
        self.0.values().filter(|own| !own.at.is_empty()).map(|own| own.kept.clone()).collect()
    }

    /// Drops what counts no more.
    fn forget(&mut self, now: Now) {
        let counts = |at: i64, cut: Cut| signed(now.mono_ms) - at < signed(lasts(cut));
        self.0.retain(|_, own| {
            let all = || own.at.iter().zip(&own.kept.cuts);
            if !all().all(|(at, cut)| counts(*at, *cut)) {
                let (at, cuts) = all().filter(|(at, cut)| counts(**at, **cut)).map(|(at, cut)| (*at, *cut)).unzip();
                *own = Own { kept: Arc::new(Cuts { outlet: own.kept.outlet.clone(), cuts }), at };
            }
            !own.at.is_empty()
        });
    }
}

/// How long a cut counts.
fn lasts(cut: Cut) -> u64 {
    if cut.watchdog { DAY_MS } else { HOUR_MS }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Now {
        Now { mono_ms: ms, wall_ms: 10 * DAY_MS + ms }
    }

    #[test]
    fn a_cut_counts_for_an_hour_and_one_of_the_watchdog_for_a_day_also_over_a_restart() {
        let mut counted = Counted::default();
        counted.add("a", false, at(0));
        counted.add("a", true, at(1));
        counted.add("b", false, at(HOUR_MS - 1));
        let shown = |counted: &Counted| -> Vec<(String, usize)> {
            counted.kept().iter().map(|cuts| (cuts.outlet.clone(), cuts.cuts.len())).collect()
        };
        assert_eq!(shown(&counted), [("a".to_owned(), 2), ("b".to_owned(), 1)]);
        // By the next boot's clock the cuts were before its begin.
        let again = Counted::of(&counted.kept(), Now { mono_ms: 5, ..at(HOUR_MS) });
        assert_eq!(again.since("a", DAY_MS, Now { mono_ms: 5, ..at(0) }, |_| true), [6 - signed(HOUR_MS)]);
        assert_eq!(again.since("b", DAY_MS, Now { mono_ms: 5, ..at(0) }, |_| true), [4]);
        counted.add("b", false, at(HOUR_MS));
        assert_eq!(shown(&counted), [("a".to_owned(), 1), ("b".to_owned(), 2)]);
        counted.add("b", false, at(DAY_MS + 1));
        assert_eq!(shown(&counted), [("b".to_owned(), 1)]);
    }

    #[test]
    fn the_last_one_is_taken_back_and_the_watchdogs_are_forgiven() {
        let mut counted = Counted::default();
        counted.add("a", true, at(7));
        counted.add("a", true, at(9));
        counted.take_back("a");
        counted.take_back("nobody");
        assert_eq!(counted.since("a", 10, at(9), |watchdog| watchdog), [7]);
        counted.forgive("a");
        assert!(counted.since("a", 10, at(9), |watchdog| watchdog).is_empty());
        assert_eq!(counted.since("a", 10, at(9), |_| true), [7]);
        assert!(counted.since("a", 2, at(9), |_| true).is_empty(), "what is so old does not count");
    }

    #[test]
    fn a_journal_that_was_handed_out_stays_as_it_was() {
        let mut counted = Counted::default();
        counted.add("a", false, at(0));
        let before = counted.kept();
        counted.add("a", false, at(1));
        assert_eq!((before[0].cuts.len(), counted.kept()[0].cuts.len()), (1, 2));
    }

    #[test]
    fn a_cut_of_a_clock_that_was_ahead_counts_from_now() {
        let ahead = Cuts { outlet: "a".to_owned(), cuts: vec![Cut { at_ms: u64::MAX, watchdog: false }] };
        let counted = Counted::of(&[Arc::new(ahead)], at(100));
        assert_eq!(counted.since("a", HOUR_MS, at(100), |_| true), [100]);
    }
}
