//! A second thread that ends overdue leases by itself when the control thread hangs: in a write that does not come back, or in a fault of its own.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use relay_config::Level;
use tracing::error;

use super::panel::{Twin, unpoisoned};
use crate::clock;

/// How long after a lease's end the control thread may still be on its way.
pub(crate) const MARGIN_MS: u64 = 2_000;
/// Between two tries with a line that does not obey.
const RETRY: Duration = Duration::from_secs(1);

/// A lease that is open.
pub(crate) struct Open {
    /// Whose.
    pub outlet: String,
    /// Its end, monotonic.
    pub until_mono_ms: u64,
    /// The level that gives power.
    pub level: Level,
    /// The way to the line.
    pub twin: Twin,
    /// The line's place there.
    pub line: usize,
}

/// What both threads see. Nobody holds it while waiting for a disk or a line.
#[derive(Default)]
struct Board {
    open: Vec<Open>,
    ended: Vec<String>,
    over: bool,
}

/// Watches over open leases until dropped.
pub(crate) struct Guard {
    shared: Arc<(Mutex<Board>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Guard {
    /// Starts the thread.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub fn start() -> std::io::Result<Self> {
        let shared = Arc::new((Mutex::new(Board::default()), Condvar::new()));
        let theirs = shared.clone();
        let thread =
            thread::Builder::new().name("guard".to_owned()).stack_size(128 << 10).spawn(move || run(&theirs))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// From here on these leases are open, and no others.
    pub fn open(&self, open: Vec<Open>) {
        unpoisoned(&self.shared.0).open = open;
        self.shared.1.notify_one();
    }

    /// An outlet has power.
    pub fn close(&self, outlet: &str) {
        unpoisoned(&self.shared.0).open.retain(|open| open.outlet != outlet);
    }

    /// Outlets that the guard gave power to since the last call.
    pub fn ended(&self) -> Vec<String> {
        std::mem::take(&mut unpoisoned(&self.shared.0).ended)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        unpoisoned(&self.shared.0).over = true;
        self.shared.1.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(shared: &(Mutex<Board>, Condvar)) {
    let (lock, bell) = shared;
    let mut board = unpoisoned(lock);
    while !board.over {
        let now = clock::boot_ms();
        let next = board.open.iter().map(|open| open.until_mono_ms.saturating_add(MARGIN_MS)).min();
        let Some(next) = next else {
            board = bell.wait(board).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        if now < next {
            let wait = Duration::from_millis(next - now);
            board = bell.wait_timeout(board, wait).unwrap_or_else(PoisonError::into_inner).0;
            continue;
        }
        let due = |open: &Open| open.until_mono_ms.saturating_add(MARGIN_MS) <= now;
        let (late, open) = std::mem::take(&mut board.open).into_iter().partition(|open| due(open));
        board.open = open;
        drop(board);
        let late: Vec<Open> = late;
        let (mut ended, mut again) = (Vec::new(), Vec::new());
        for open in late {
            match power(&open) {
                Ok(true) => ended.push(open.outlet),
                Ok(false) => {}
                Err(why) => {
                    error!(outlet = open.outlet, why, "the lease is over, and its line does not obey");
                    again.push(open);
                }
            }
        }
        let failed = !again.is_empty();
        board = unpoisoned(lock);
        for open in again {
            // What the control thread opened meanwhile counts.
            if !board.open.iter().any(|other| other.outlet == open.outlet) {
                board.open.push(open);
            }
        }
        for outlet in &ended {
            error!(outlet, "the control thread did not end a lease in time: the guard gave power");
        }
        board.ended.extend(ended);
        if failed {
            board = bell.wait_timeout(board, RETRY).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Gives power; false where it was there.
fn power(open: &Open) -> Result<bool, String> {
    let mut lines = unpoisoned(&open.twin);
    let levels = lines.levels().map_err(|error| error.to_string())?;
    if levels[open.line] == open.level {
        return Ok(false);
    }
    lines.set(open.line, open.level).map_err(|error| error.to_string())?;
    Ok(true)
}
