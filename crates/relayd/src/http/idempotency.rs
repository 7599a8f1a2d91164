//! Answers to requests that bore an `Idempotency-Key`: the same key gives the same answer and does nothing twice.

use std::collections::BTreeMap;

use axum::body::Bytes;

/// Most keys that are remembered; the oldest goes first.
const MOST: usize = 1024;
/// How long one is remembered, milliseconds: a day.
const KEPT_MS: u64 = 24 * 60 * 60 * 1000;
/// Most letters of a key.
pub const LONGEST: usize = 128;

/// An answer that can be given again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// The HTTP status.
    pub status: u16,
    /// Headers that belong to it: type and place.
    pub headers: Vec<(&'static str, String)>,
    /// What it held.
    pub body: Bytes,
}

#[derive(Clone, Debug)]
struct Entry {
    /// SHA-256 of the body.
    body: [u8; 32],
    since_ms: u64,
    given: Option<Given>,
}

/// Whose, where and which: two accounts never see each other's answers.
pub type Key = (String, String, String);

/// What to do with a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// Nobody used this key; it is taken from here on.
    Fresh,
    /// It was answered.
    Again(Given),
    /// It is being answered.
    Running,
    /// It was used with another body.
    Other,
    /// As many as are remembered are being answered.
    Full,
}

/// The keys.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    entries: BTreeMap<Key, Entry>,
}

impl Keys {
    /// Looks a key up, and takes it where it is free. `now_ms` is a clock that nobody sets.
    pub fn begin(&mut self, key: &Key, body: [u8; 32], now_ms: u64) -> Found {
        self.entries.retain(|_, entry| entry.given.is_none() || now_ms < entry.since_ms.saturating_add(KEPT_MS));
        match self.entries.get(key) {
            Some(entry) if entry.body != body => return Found::Other,
            Some(Entry { given: Some(given), .. }) => return Found::Again(given.clone()),
            Some(_) => return Found::Running,
            None => {}
        }
        if MOST <= self.entries.len() {
            let answered = self.entries.iter().filter(|(_, entry)| entry.given.is_some());
            let Some(oldest) = answered.min_by_key(|(_, entry)| entry.since_ms).map(|(key, _)| key.clone()) else {
                return Found::Full;
            };
            self.entries.remove(&oldest);
        }
        self.entries.insert(key.clone(), Entry { body, since_ms: now_ms, given: None });
        Found::Fresh
    }

    /// Remembers an answer.
    pub fn end(&mut self, key: &Key, given: Given) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.given = Some(given);
        }
    }

    /// Frees a key whose request was never carried out.
    pub fn forget(&mut self, key: &Key) {
        self.entries.remove(key);
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: usize) -> Key {
        ("mary".to_owned(), "/outlets/pi-2/off".to_owned(), n.to_string())
    }

    fn given() -> Given {
        Given { status: 202, headers: Vec::new(), body: Bytes::from_static(b"{}") }
    }

    #[test]
    fn a_key_gives_its_answer_again_and_refuses_another_body() {
        let mut keys = Keys::default();
        assert_eq!(keys.begin(&key(1), [1; 32], 0), Found::Fresh);
        assert_eq!(keys.begin(&key(1), [1; 32], 1), Found::Running);
        keys.end(&key(1), given());
        assert_eq!(keys.begin(&key(1), [1; 32], 2), Found::Again(given()));
        assert_eq!(keys.begin(&key(1), [2; 32], 3), Found::Other);
        let others = ("anna".to_owned(), key(1).1, key(1).2);
        assert_eq!(keys.begin(&others, [2; 32], 3), Found::Fresh, "another account's key is another key");
        assert_eq!(keys.begin(&key(1), [2; 32], KEPT_MS + 3), Found::Fresh, "a day later it is forgotten");
    }

    #[test]
    fn what_is_remembered_is_bounded_and_never_lets_go_of_what_runs() {
        let mut keys = Keys::default();
        for n in 0..MOST {
            assert_eq!(keys.begin(&key(n), [0; 32], 0), Found::Fresh);
        }
        assert_eq!(keys.begin(&key(MOST), [0; 32], 0), Found::Full);
        keys.end(&key(7), given());
        assert_eq!(keys.begin(&key(MOST), [0; 32], 0), Found::Fresh);
        assert_eq!(keys.len(), MOST);
    }
}
