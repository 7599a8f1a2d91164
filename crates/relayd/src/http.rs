//! HTTPS at the daemon's edge: who may ask, in which words, and what they are told. Whether it is done is the engine's.
//!
//! One table, [`routes::TABLE`], is the router, the roles and the OpenAPI document.

pub mod bodies;
pub mod caller;
pub mod dispatch;
pub mod door;
pub mod feed;
pub mod idempotency;
pub mod machine;
pub mod metrics;
mod moving;
pub mod openapi;
pub mod outlets;
pub mod pages;
pub mod people;
pub mod plans;
pub mod problem;
pub mod route;
pub mod routes;
pub mod serve;
pub mod shapes;
pub mod signed;
pub mod stream;
pub mod wiring;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use relay_engine::Answer;
use relay_engine::failure::Machine;
use tokio::sync::Semaphore;

use crate::clock;
use crate::control::{Handle, State};
use crate::mqtt::Seen;
use crate::peers::Known;
use door::Door;
use feed::Feed;
use idempotency::Keys;
use metrics::Counters;
use plans::Plans;

/// Passwords that may be looked at or wait for it at once: each takes 7 MiB and a tenth of a second.
const LOG_INS: usize = 8;
/// Streams of events at once.
pub const STREAMS: usize = 64;

/// How long an answer waits to be seen in the state.
const SHOWN: Duration = Duration::from_secs(1);

/// Where the daemon's files are, and what was found of the machine at start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `accounts.toml`.
    pub accounts: PathBuf,
    /// The config.
    pub config: PathBuf,
    /// The folder of the audit log.
    pub audit: PathBuf,
    /// Facts for the failure table.
    pub machine: Machine,
    /// Controllers and nodes that sign what they say.
    pub known: Arc<Known>,
    /// The broker, where one is told.
    pub mqtt: Option<Arc<Seen>>,
}

/// What all requests share.
#[derive(Debug)]
pub struct Api {
    /// The way to the engine.
    pub handle: Handle,
    /// People.
    pub door: Door,
    /// Files and facts.
    pub settings: Settings,
    /// What happened lately.
    pub feed: Feed,
    /// For `/metrics`.
    pub counters: Counters,
    keys: Mutex<Keys>,
    plans: Mutex<Plans>,
    log_ins: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

impl Api {
    /// Opens the API on a running engine. [`feed::run`] has to run beside it for events to flow.
    ///
    /// # Errors
    /// The accounts' file cannot be used.
    pub fn new(handle: Handle, settings: Settings) -> io::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            door: Door::open(&settings.accounts)?,
            handle,
            settings,
            feed: Feed::default(),
            counters: Counters::default(),
            keys: Mutex::default(),
            plans: Mutex::default(),
            log_ins: Arc::new(Semaphore::new(LOG_INS)),
            streams: Arc::new(Semaphore::new(STREAMS)),
        }))
    }

    /// Milliseconds since the boot; nobody sets that clock.
    pub fn now_ms(&self) -> u64 {
        clock::boot_ms()
    }

    /// Wall time.
    pub fn wall_ms(&self) -> u64 {
        clock::now_ms()
    }

    /// Waits until an operation that was answered can be looked at: the state is published a moment after the answer.
    async fn shown(&self, answer: &Answer) {
        let (Answer::Accepted { operation, .. } | Answer::Queued { operation, .. }) = answer else { return };
        let mut states = self.handle.watch();
        let is_there = |state: &State| state.snapshot.operations.iter().any(|own| own.id == *operation);
        let _ = tokio::time::timeout(SHOWN, states.wait_for(is_there)).await;
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn plans(&self) -> MutexGuard<'_, Plans> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
