//! What a build was read from, and whether that has changed since.
//!
//! Looked at, not waited for: a few hundred times and lengths cost less than a millisecond, work on every file system (also
//! those of networks and containers, which send no events), and an editor that writes beside and renames needs no case of its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::time::SystemTime;

use source::documents::{Reader, Shelf};

use crate::disk::Disk;

/// Length and time of change of a file; `None` where there is none.
type State = Option<(u64, Option<SystemTime>)>;

/// A reader that notes what was asked of it.
pub struct Watched<'a> {
    disk: &'a Disk,
    folders: RefCell<BTreeMap<String, Vec<String>>>,
    files: RefCell<BTreeMap<String, State>>,
}

impl<'a> Watched<'a> {
    /// A reader of a workspace that has noted nothing yet.
    pub fn new(disk: &'a Disk) -> Self {
        Self { disk, folders: RefCell::default(), files: RefCell::default() }
    }

    /// Whether a folder lists other files, or a file differs, from what was read.
    pub fn changed(&self) -> bool {
        self.folders.borrow().iter().any(|(folder, paths)| self.disk.list(folder) != *paths)
            || self.files.borrow().iter().any(|(path, state)| self.state(path) != *state)
    }

    fn state(&self, path: &str) -> State {
        let about = fs::metadata(self.disk.root().join(path)).ok()?;
        Some((about.len(), about.modified().ok()))
    }
}

impl Reader for Watched<'_> {
    fn list(&self, folder: &str) -> Vec<String> {
        let paths = self.disk.list(folder);
        self.folders.borrow_mut().insert(folder.to_owned(), paths.clone());
        paths
    }

    fn text(&self, path: &str) -> Result<String, String> {
        // Before it is read: what is written meanwhile then counts as a change. Of two reads the first counts.
        let state = self.state(path);
        self.files.borrow_mut().entry(path.to_owned()).or_insert(state);
        self.disk.text(path)
    }

    fn inside(&self, folder: &str) -> bool {
        self.disk.inside(folder)
    }

    fn shelf(&self) -> &dyn Shelf {
        self.disk.shelf()
    }
}
