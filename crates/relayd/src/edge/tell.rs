//! Tells each other controller how things stand here: at once when that changes, and every few seconds; and looks whether it is still heard.

use std::sync::Arc;
use std::time::Duration;

use relay_config::Limits;
use tracing::{error, info, warn};

use super::exchange::Line;
use crate::clock;
use crate::control::Handle;
use crate::peers::{Known, Neighbour, Words};
use crate::signed::Kind;

/// Where the other side listens.
const PATH: &str = "/api/v1/peer";
/// Longest pause between two messages.
const BEAT_MS: u64 = 3_000;
/// After a message that was not taken, and while a claim stands: it has to be heard before a relay moves.
const RETRY: Duration = Duration::from_millis(1_000);
const SOON: Duration = Duration::from_millis(200);

/// How long nothing is said where nothing changes: several of them fit into the time after which a controller counts as silent, so that one may be lost.
fn beat(limits: &Limits) -> Duration {
    Duration::from_millis(BEAT_MS.min(limits.alive_ms / 5).max(1))
}

/// Begins; each controller has a line of its own, so that none waits for another.
pub fn start(known: &Arc<Known>, handle: &Handle) {
    for (name, neighbour) in known.peers() {
        tokio::spawn(tell(name.clone(), neighbour.clone(), known.clone(), handle.clone()));
    }
}

/// Until the control thread has ended.
pub async fn tell(name: String, neighbour: Neighbour, known: Arc<Known>, handle: Handle) {
    let Neighbour { place, fingerprint, secret } = neighbour;
    let mut line = match Line::new(place, fingerprint, secret, (Kind::Peer, known.own(), &name)) {
        Ok(line) => line,
        Err(words) => return error!("{name} is told nothing: {words}"),
    };
    let mut states = handle.watch();
    loop {
        let state = states.borrow_and_update().clone();
        let words = Words::of(&state.snapshot);
        let said = line.say(PATH, &words).await;
        let is_told = said.is_ok();
        let why = said.as_ref().err().cloned().unwrap_or_default();
        if known.told(&name, said, clock::boot_ms()) {
            match is_told {
                true => info!("{name} hears this controller"),
                false => warn!("{name} cannot be told how things stand here: {}", why.escape_debug()),
            }
        }
        let limits = &state.config.limits;
        if known.look(&name, limits.alive_ms, clock::boot_ms()) {
            warn!("{name} has been silent for {} s", limits.alive_ms / 1000);
        }
        if !is_told {
            if states.has_changed().is_err() {
                return;
            }
            tokio::time::sleep(if words.claims.is_empty() { RETRY } else { SOON }).await;
            continue;
        }
        let changed = async {
            while states.changed().await.is_ok() {
                if Words::of(&states.borrow_and_update().snapshot) != words {
                    return true;
                }
            }
            false
        };
        if tokio::time::timeout(beat(limits), changed).await == Ok(false) {
            return;
        }
    }
}
