//! What is known of people while the daemon runs: accounts as the file has them, sessions, guesses.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::access::{Accounts, Guesses, Sessions};

/// Which version of the file was read: it is replaced by renaming, so that its number changes.
type Stamp = (u64, i64, i64, u64);

/// The door.
#[derive(Debug)]
pub struct Door {
    path: PathBuf,
    read: Mutex<(Option<Stamp>, Arc<Accounts>)>,
    sessions: Mutex<Sessions>,
    guesses: Mutex<Guesses>,
}

impl Door {
    /// Opens it for the accounts of a file, which may not be there yet.
    ///
    /// # Errors
    /// The file is there and cannot be used.
    pub fn open(path: &Path) -> io::Result<Self> {
        let accounts = Arc::new(Accounts::load(path)?);
        Ok(Self {
            path: path.to_owned(),
            read: Mutex::new((stamp(path), accounts)),
            sessions: Mutex::default(),
            guesses: Mutex::default(),
        })
    }

    /// The accounts, read again where the file is another one. One that cannot be used lets nobody in.
    pub fn accounts(&self) -> Arc<Accounts> {
        let mut read = lock(&self.read);
        let stands = stamp(&self.path);
        if stands != read.0 {
            let accounts = Accounts::load(&self.path).unwrap_or_default();
            let is_same = |name: &str| {
                let password = |accounts: &Accounts| accounts.find(name).map(|user| user.password.clone());
                password(&accounts) == password(&read.1)
            };
            // Whoever has another password, or no account, logs in again.
            for user in read.1.users().iter().filter(|user| !is_same(&user.name)) {
                self.sessions().end_all(&user.name);
            }
            *read = (stands, Arc::new(accounts));
        }
        read.1.clone()
    }

    /// Sessions.
    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        lock(&self.sessions)
    }

    /// Guesses.
    pub fn guesses(&self) -> MutexGuard<'_, Guesses> {
        lock(&self.guesses)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn stamp(path: &Path) -> Option<Stamp> {
    let found = std::fs::metadata(path).ok()?;
    Some((found.ino(), found.mtime(), found.mtime_nsec(), found.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;

    #[test]
    fn accounts_are_read_again_and_a_new_password_ends_sessions() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("accounts.toml");
        let door = Door::open(&path).unwrap();
        assert!(door.accounts().users().is_empty());
        let add = |name: &str| {
            Accounts::change(&path, |accounts| accounts.add(name, Role::Operator, "correct horse", None)).unwrap();
        };
        add("mary");
        assert_eq!(door.accounts().users().len(), 1);
        let mary = door.sessions().begin("mary", 0);
        let anna = door.sessions().begin("anna", 0);
        add("anna");
        door.accounts();
        assert!(door.sessions().find(&mary, 1).is_some());
        Accounts::change(&path, |accounts| accounts.set_password("mary", "battery staple")).unwrap();
        door.accounts();
        assert!(door.sessions().find(&mary, 2).is_none());
        assert!(door.sessions().find(&anna, 2).is_some());
        std::fs::write(&path, "nonsense").unwrap();
        assert!(door.accounts().users().is_empty(), "a file that cannot be used lets nobody in");
    }
}
