//! Sessions of browsers: in memory, bounded, ended by time. A restart of the daemon ends them all.

use std::collections::BTreeMap;

use crate::digest::{hex, random_hex, same, sha256};

/// Most sessions of all accounts.
const MOST: usize = 256;
/// Most of one account: its oldest ends when another begins.
const MOST_OF_ONE: usize = 16;
/// A session that is not used for so long has ended, milliseconds.
pub const IDLE_MS: u64 = 30 * 60 * 1000;
/// No session is longer, milliseconds.
pub const LONGEST_MS: u64 = 12 * 60 * 60 * 1000;

/// Somebody's session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The account. What it may do is looked up at every request, so that taking it away counts at once.
    pub user: String,
    /// What a form must send along: another site knows the cookie's name, and not this.
    pub form_secret: String,
    begun_ms: u64,
    used_ms: u64,
}

impl Session {
    /// Whether a form that was sent along is of this session.
    pub fn is_own_form(&self, secret: &str) -> bool {
        same(secret, &self.form_secret)
    }
}

/// All sessions, by the SHA-256 of what the browser holds.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    open: BTreeMap<String, Session>,
}

impl Sessions {
    /// Begins a session and gives what the browser shall hold. `now_ms` is a clock that nobody sets.
    pub fn begin(&mut self, user: &str, now_ms: u64) -> String {
        self.open.retain(|_, session| session.is_open(now_ms));
        if MOST_OF_ONE <= self.open.values().filter(|session| session.user == user).count() {
            self.drop_oldest(|session| session.user == user);
        }
        if MOST <= self.open.len() {
            self.drop_oldest(|_| true);
        }
        let secret = random_hex::<32>();
        let session =
            Session { user: user.to_owned(), form_secret: random_hex::<32>(), begun_ms: now_ms, used_ms: now_ms };
        self.open.insert(hex(&sha256(secret.as_bytes())), session);
        secret
    }

    /// The session of what a browser holds; its idle time begins anew.
    pub fn find(&mut self, secret: &str, now_ms: u64) -> Option<&Session> {
        let session = self.open.get_mut(&hex(&sha256(secret.as_bytes())))?;
        if !session.is_open(now_ms) {
            return None;
        }
        session.used_ms = now_ms;
        Some(session)
    }

    /// Ends a session.
    pub fn end(&mut self, secret: &str) {
        self.open.remove(&hex(&sha256(secret.as_bytes())));
    }

    /// Ends all sessions of an account: its password changed, or it is gone.
    pub fn end_all(&mut self, user: &str) {
        self.open.retain(|_, session| session.user != user);
    }

    /// How many are open.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    fn drop_oldest(&mut self, of: impl Fn(&Session) -> bool) {
        let oldest = self.open.iter().filter(|(_, session)| of(session)).min_by_key(|(_, session)| session.used_ms);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.open.remove(&key);
        }
    }
}

impl Session {
    fn is_open(&self, now_ms: u64) -> bool {
        now_ms < self.used_ms.saturating_add(IDLE_MS) && now_ms < self.begun_ms.saturating_add(LONGEST_MS)
    }
}
