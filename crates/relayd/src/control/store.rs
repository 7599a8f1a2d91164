//! What the control thread writes to: journal and audit log, or what a test puts in their place.

use std::io;

use crate::audit::{self, Audit, Place};
use crate::journal::{Contents, Journal};

/// What is written: a trait, so that a test can fill the disk.
pub trait Store: Send {
    /// Replaces the journal; with `Ok` it is on the disk.
    ///
    /// # Errors
    /// Whatever the disk says.
    fn persist(&mut self, contents: Contents) -> io::Result<()>;
    /// Appends records in their order; with `Ok` all are on the disk, with `Err` none.
    ///
    /// # Errors
    /// Whatever the disk says.
    fn append(&mut self, records: &[audit::Record<'_>], now_ms: u64) -> io::Result<Vec<Place>>;
    /// Whether a lease could be opened right now.
    ///
    /// # Errors
    /// Whatever the disk says.
    fn touch(&mut self) -> io::Result<()>;
}

/// Journal and audit log in the daemon's folder.
#[derive(Debug)]
pub struct Files {
    /// The journal.
    pub journal: Journal,
    /// The log.
    pub audit: Audit,
}

impl Store for Files {
    fn persist(&mut self, contents: Contents) -> io::Result<()> {
        self.journal.persist(contents)
    }

    fn append(&mut self, records: &[audit::Record<'_>], now_ms: u64) -> io::Result<Vec<Place>> {
        self.audit.append_all(records, now_ms)
    }

    fn touch(&mut self) -> io::Result<()> {
        self.journal.touch()
    }
}
