//! What others see: the state as a whole, and what changed in it.

use std::sync::Arc;

use relay_engine::{Engine, Now, Snapshot};
use tokio::sync::{broadcast, watch};

use super::{Change, State, What};
use crate::clock;

/// The control thread's end of the channels.
pub(crate) struct Publisher {
    state: watch::Sender<State>,
    changes: broadcast::Sender<Change>,
    next: u64,
    disk: Result<(), String>,
    lines: Result<(), String>,
    reloaded: bool,
}

impl Publisher {
    pub fn new(state: watch::Sender<State>, changes: broadcast::Sender<Change>) -> Self {
        Self { state, changes, next: 1, disk: Ok(()), lines: Ok(()), reloaded: false }
    }

    /// The engine has started, and others were told.
    pub fn began(&self) -> bool {
        self.state.borrow().snapshot.started
    }

    pub fn disk(&mut self, result: Result<(), String>) {
        self.disk = result;
    }

    pub fn lines(&mut self, result: Result<(), String>) {
        self.lines = result;
    }

    pub fn lines_were_fine(&self) -> bool {
        self.lines.is_ok()
    }

    /// Tells who listens.
    pub fn tell(&mut self, what: What) {
        self.reloaded |= what == What::Reloaded;
        let change = Change { id: self.next, at_ms: clock::now_ms(), what };
        self.next += 1;
        // Nobody may be listening.
        let _ = self.changes.send(change);
    }

    /// Shows the engine as it is, then tells what differs from what was shown before: who hears of a change and looks, sees it.
    pub fn publish(&mut self, engine: &Engine, now: Now) {
        let (before, after) = (self.state.borrow().clone(), engine.snapshot());
        let same = *before.snapshot == after && before.disk == self.disk && before.lines == self.lines;
        if same && !self.reloaded {
            return;
        }
        let (shown, after) = (before.snapshot, Arc::new(after));
        let config = if self.reloaded { Arc::new(engine.config().clone()) } else { before.config };
        self.reloaded = false;
        let (disk, lines) = (self.disk.clone(), self.lines.clone());
        let simulated = before.simulated;
        self.state.send_replace(State { snapshot: Arc::clone(&after), config, now, disk, lines, simulated });
        self.differences(&shown, &after);
    }

    fn differences(&mut self, before: &Snapshot, after: &Snapshot) {
        for outlet in after.outlets.iter().filter(|outlet| !before.outlets.contains(outlet)) {
            self.tell(What::Outlet(outlet.clone()));
        }
        for operation in &after.operations {
            // Both are sorted by number.
            let found = before.operations.binary_search_by_key(&operation.id, |operation| operation.id);
            if found.is_err() || found.is_ok_and(|at| before.operations[at] != *operation) {
                self.tell(What::Operation(operation.clone()));
            }
        }
        for watch in after.watches.iter().filter(|watch| !before.watches.contains(watch)) {
            self.tell(What::Watch(watch.clone()));
        }
    }
}
