//! How often somebody may guess: a wait that doubles, by account and by address, in bounded memory.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};

/// What is forgotten after so long without a wrong guess, milliseconds.
const FORGET_MS: u64 = 15 * 60 * 1000;
/// Places from which an account got in that are remembered.
const MOST_PLACES: usize = 256;
/// Addresses, and names without an account, that are remembered.
const MOST_STRANGERS: usize = 1024;

/// Wrong guesses of one kind, by key.
#[derive(Clone, Debug)]
pub struct Throttle {
    free: u32,
    longest_ms: u64,
    most: usize,
    entries: BTreeMap<String, Wrong>,
}

#[derive(Clone, Copy, Debug)]
struct Wrong {
    count: u32,
    last_ms: u64,
}

impl Throttle {
    /// `free` wrong guesses cost nothing; the next costs a second, each further one twice as much, up to `longest_ms`. At most `most` keys are remembered;
    /// the one that was quiet for longest is forgotten for another.
    pub fn new(free: u32, longest_ms: u64, most: usize) -> Self {
        Self { free, longest_ms, most, entries: BTreeMap::new() }
    }

    /// How long a key still has to wait.
    pub fn wait(&self, key: &str, now_ms: u64) -> Option<u64> {
        let wrong = self.entries.get(key)?;
        let over = wrong.count.checked_sub(self.free + 1)?;
        let pause = 1000_u64.checked_shl(over.min(40)).unwrap_or(u64::MAX).min(self.longest_ms);
        (wrong.last_ms + pause).checked_sub(now_ms).filter(|left| 0 < *left)
    }

    /// A wrong guess.
    pub fn wrong(&mut self, key: &str, now_ms: u64) {
        self.entries.retain(|_, wrong| now_ms < wrong.last_ms + FORGET_MS);
        if self.most <= self.entries.len() && !self.entries.contains_key(key) {
            let quietest = self.entries.iter().min_by_key(|(_, wrong)| wrong.last_ms).map(|(key, _)| key.clone());
            quietest.and_then(|key| self.entries.remove(&key));
        }
        let wrong = self.entries.entry(key.to_owned()).or_insert(Wrong { count: 0, last_ms: now_ms });
        (wrong.count, wrong.last_ms) = (wrong.count.saturating_add(1), now_ms);
    }

    /// A right one.
    pub fn right(&mut self, key: &str) {
        self.entries.remove(key);
    }

    /// How many keys are remembered.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Wrong guesses by account and by address.
#[derive(Clone, Debug)]
pub struct Guesses {
    accounts: Throttle,
    strangers: Throttle,
    addresses: Throttle,
    /// Where accounts got in from, and when last: there a stranger's guesses elsewhere make nobody wait.
    places: BTreeMap<(String, String), u64>,
}

impl Default for Guesses {
    fn default() -> Self {
        Self {
            accounts: Throttle::new(4, 60_000, usize::MAX),
            // Names without an account behave like those with one, so that a wait tells nothing.
            strangers: Throttle::new(4, 60_000, MOST_STRANGERS),
            addresses: Throttle::new(9, 300_000, MOST_STRANGERS),
            places: BTreeMap::new(),
        }
    }
}

/// What an address counts as: whoever has one of IPv6 has 2^64.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
    }
}

impl Guesses {
    /// How long somebody has to wait before a guess at an account is looked at.
    pub fn wait(&self, name: &str, exists: bool, from: Option<IpAddr>, now_ms: u64) -> Option<u64> {
        let place = from.map(network);
        let by_address = place.as_ref().and_then(|place| self.addresses.wait(place, now_ms));
        let is_known = place.is_some_and(|place| self.places.contains_key(&(name.to_owned(), place)));
        let names = if exists { &self.accounts } else { &self.strangers };
        let by_name = if is_known { None } else { names.wait(name, now_ms) };
        by_address.max(by_name)
    }

    /// Somebody guessed wrong.
    pub fn wrong(&mut self, name: &str, exists: bool, from: Option<IpAddr>, now_ms: u64) {
        if let Some(address) = from {
            self.addresses.wrong(&network(address), now_ms);
        }
        let names = if exists { &mut self.accounts } else { &mut self.strangers };
        // A name may be a book.
        names.wrong(&name.chars().take(64).collect::<String>(), now_ms);
    }

    /// Somebody got in.
    pub fn right(&mut self, name: &str, from: Option<IpAddr>, now_ms: u64) {
        self.accounts.right(name);
        let Some(place) = from.map(network) else { return };
        self.addresses.right(&place);
        if MOST_PLACES <= self.places.len() {
            let oldest = self.places.iter().min_by_key(|(_, last_ms)| **last_ms).map(|(key, _)| key.clone());
            oldest.and_then(|key| self.places.remove(&key));
        }
        self.places.insert((name.to_owned(), place), now_ms);
    }

    /// How many keys are remembered in all.
    pub fn len(&self) -> usize {
        self.accounts.len() + self.strangers.len() + self.addresses.len() + self.places.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
