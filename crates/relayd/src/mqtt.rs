//! MQTT: a broker is told how outlets stand, in words that Home Assistant finds by itself, and is listened to where an account was named for it.
//!
//! The feature `mqtt` has all of it but [`Seen`]. What comes in by a broker has the rights of that one account, is done at most once, and never waits: a
//! message that was kept by the broker, that comes again, or that was sent while there was no connection, switches nothing.

#[cfg(feature = "mqtt")]
mod bridge;
#[cfg(feature = "mqtt")]
mod broker;
#[cfg(feature = "mqtt")]
mod command;
#[cfg(feature = "mqtt")]
mod link;
#[cfg(feature = "mqtt")]
mod words;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

#[cfg(feature = "mqtt")]
pub use bridge::{Bridge, Pace};
#[cfg(feature = "mqtt")]
pub use broker::Broker;
#[cfg(feature = "mqtt")]
pub use words::Names;

/// For `/metrics`: whether the broker is there, and what became of messages.
#[derive(Debug, Default)]
pub struct Seen {
    connected: AtomicBool,
    commands: Mutex<BTreeMap<&'static str, u64>>,
}

impl Seen {
    /// Whether the broker took the last that it was told.
    pub fn is_connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed)
    }

    /// How many messages asked for something, by what became of them: `done`, or why not. The words are few.
    pub fn commands(&self) -> BTreeMap<&'static str, u64> {
        self.commands.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The broker is there, or is not.
    pub fn set_connected(&self, connected: bool) {
        self.connected.store(connected, Ordering::Relaxed);
    }

    /// A message came to this.
    pub fn count(&self, outcome: &'static str) {
        *self.commands.lock().unwrap_or_else(PoisonError::into_inner).entry(outcome).or_default() += 1;
    }
}
