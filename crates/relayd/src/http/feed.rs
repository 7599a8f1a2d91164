//! What happened lately, numbered, so that a browser that was away for a moment goes on where it was.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::Api;
use super::shapes::{operation, outlet, watch as watched};
use crate::clock::text;
use crate::control::{Change, What};
use crate::digest::random_hex;

/// Most events that are kept.
const MOST: usize = 1024;

/// One event as it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happened {
    /// Its number, from 1.
    pub number: u64,
    /// `outlet`, `operation`, `watch`, `audit`, `notice`, `reloaded`.
    pub kind: &'static str,
    /// JSON on one line.
    pub data: String,
}

/// The last events.
#[derive(Debug)]
pub struct Feed {
    /// Of this run of the daemon: numbers begin anew with each.
    run: String,
    kept: Mutex<VecDeque<Happened>>,
    last: watch::Sender<u64>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { run: random_hex::<4>(), kept: Mutex::default(), last: watch::Sender::new(0) }
    }
}

impl Feed {
    /// How an event is called: `5f3a9c01-17`.
    pub fn id(&self, number: u64) -> String {
        format!("{}-{number}", self.run)
    }

    /// The number behind a name, if it is of this run.
    pub fn number(&self, id: &str) -> Option<u64> {
        let (run, number) = id.trim().split_once('-')?;
        number.parse().ok().filter(|_| run == self.run)
    }

    /// The number of the last one.
    pub fn last(&self) -> u64 {
        *self.last.borrow()
    }

    /// For whoever waits for the next.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// What came after one; `None` where some of it is not kept any longer.
    pub fn after(&self, number: u64) -> Option<Vec<Happened>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let first = kept.front().map_or(self.last() + 1, |first| first.number);
        if number + 1 < first {
            return None;
        }
        Some(kept.iter().filter(|own| number < own.number).cloned().collect())
    }

    /// Adds one.
    pub fn push(&self, kind: &'static str, data: &Value) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.last() + 1;
        if kept.len() == MOST {
            kept.pop_front();
        }
        kept.push_back(Happened { number, kind, data: data.to_string() });
        drop(kept);
        self.last.send_replace(number);
    }

    /// Forgets all: whoever listens has missed something and looks again.
    pub fn lose(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clear();
        let number = self.last() + 2;
        kept.push_back(Happened { number, kind: "missed", data: "{}".to_owned() });
        drop(kept);
        self.last.send_replace(number);
    }
}

/// Listens to the engine for as long as it runs.
pub async fn run(api: Arc<Api>) {
    let mut changes = api.handle.subscribe();
    loop {
        match changes.recv().await {
            Ok(change) => {
                let (kind, data) = told(&api, change);
                api.feed.push(kind, &data);
            }
            Err(RecvError::Lagged(_)) => api.feed.lose(),
            Err(RecvError::Closed) => return,
        }
    }
}

fn told(api: &Api, change: Change) -> (&'static str, Value) {
    let at = text(change.at_ms);
    let state = api.handle.state();
    match change.what {
        What::Outlet(own) => ("outlet", json!({ "at": at, "outlet": outlet(&own, &state.config) })),
        What::Operation(own) => ("operation", json!({ "at": at, "operation": operation(&own, state.now) })),
        What::Watch(own) => ("watch", json!({ "at": at, "watch": watched(&own, &state.snapshot.outlets, state.now) })),
        What::Audit(own) => {
            let what = own.record.map(|record| (record.what, record.outlet, record.actor, record.detail));
            let (what, node, actor, detail) = what.unwrap_or(("edge", None, String::new(), String::new()));
            (
                "audit",
                json!({ "at": at, "seq": own.place.seq, "what": what, "node": node, "actor": actor, "detail": detail }),
            )
        }
        What::Notice(own) => (
            "notice",
            json!({ "at": at, "what": own.what, "node": own.outlet, "detail": own.sentence, "urgent": own.urgent }),
        ),
        What::Reloaded => ("reloaded", json!({ "at": at })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_away_for_a_moment_misses_nothing_and_whoever_was_longer_is_told() {
        let feed = Feed::default();
        assert_eq!(feed.after(0), Some(Vec::new()));
        for n in 0..MOST as u64 + 5 {
            feed.push("notice", &json!({ "n": n }));
        }
        let last = feed.last();
        assert_eq!(last, MOST as u64 + 5);
        assert_eq!(feed.after(last - 2).unwrap().iter().map(|own| own.number).collect::<Vec<_>>(), [last - 1, last]);
        assert_eq!(feed.after(5).map(|all| all.len()), Some(MOST));
        assert_eq!(feed.after(4), None);
        assert_eq!(feed.number(&feed.id(7)), Some(7));
        assert_eq!(feed.number("00000000-7"), None, "of another run, unless it has its name");
        feed.lose();
        assert_eq!(feed.after(last), None);
        assert_eq!(feed.after(feed.last()), Some(Vec::new()));
    }
}
