//! What outlives the daemon: leases that are open, cuts that still count, maintenance locks. On the disk before a relay moves.
//!
//! The file holds an entry a line and a seal under them. It is replaced whole, so that what is read back is what was acknowledged last; a file whose seal
//! does not fit gives the entries that can still be read, and says so.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use relay_engine::Cut;
pub use relay_engine::{Cuts, Journal as Contents, Lease, Lock};
use serde::{Deserialize, Serialize};

use crate::digest::{hex, sha256};
use crate::durable::{Disk, Real, replace};

/// A line, to be written.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Entry<'a> {
    Lease(&'a Lease),
    Cuts(&'a Cuts),
    Lock(&'a Lock),
}

/// A line, read.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    Lease(Lease),
    Cuts(Cuts),
    /// As daemons wrote them that had a line a cut.
    Cut(OneCut),
    Lock(Lock),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct OneCut {
    outlet: String,
    at_ms: u64,
    watchdog: bool,
}

/// The last line of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    entries: usize,
    sha256: String,
}

/// The journal on the disk, and what it holds.
#[derive(Debug)]
pub struct Journal<D = Real> {
    path: PathBuf,
    disk: D,
    contents: Contents,
}

/// What was wrong with the file, in a sentence for whoever runs the daemon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage(pub String);

impl Journal {
    /// Reads the journal at a path. A file that is not there holds nothing.
    ///
    /// # Errors
    /// The file is there and cannot be read at all.
    pub fn read(path: &Path) -> io::Result<(Self, Option<Damage>)> {
        Self::read_on(path, Real)
    }
}

impl<D: Disk> Journal<D> {
    /// [`Journal::read`], to be written to `disk`.
    ///
    /// # Errors
    /// The file is there and cannot be read at all.
    pub fn read_on(path: &Path, disk: D) -> io::Result<(Self, Option<Damage>)> {
        let (contents, damage) = match std::fs::read(path) {
            Ok(bytes) => parse(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Contents::default(), None),
            Err(error) => return Err(error),
        };
        Ok((Self { path: path.to_owned(), disk, contents }, damage))
    }

    /// What is on the disk.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The lease of an outlet.
    pub fn lease(&self, outlet: &str) -> Option<&Lease> {
        self.contents.leases.iter().find(|lease| lease.outlet == outlet)
    }

    /// Replaces the journal by another. With `Ok` it is on the disk, and a relay may move.
    ///
    /// # Errors
    /// Whatever the disk says: what was there before counts, and no relay may move for what was to come.
    pub fn persist(&mut self, contents: Contents) -> io::Result<()> {
        replace(&self.disk, &self.path, format(&contents).as_bytes())?;
        self.contents = contents;
        Ok(())
    }

    /// Closes the lease of an outlet that has power again.
    ///
    /// # Errors
    /// Whatever the disk says: the lease stays open, and what ends it once more gives power to what has it.
    pub fn close(&mut self, outlet: &str) -> io::Result<()> {
        let mut contents = self.contents.clone();
        contents.leases.retain(|lease| lease.outlet != outlet);
        self.persist(contents)
    }

    /// Writes the file as it is: whether a lease could be opened right now.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn touch(&self) -> io::Result<()> {
        replace(&self.disk, &self.path, format(&self.contents).as_bytes())
    }
}

fn format(contents: &Contents) -> String {
    let leases = contents.leases.iter().map(Entry::Lease);
    let cuts = contents.cuts.iter().map(|cuts| Entry::Cuts(cuts));
    let locks = contents.locks.iter().map(Entry::Lock);
    let (mut text, mut entries) = (String::new(), 0);
    for entry in leases.chain(cuts).chain(locks) {
        text += &serde_json::to_string(&entry).expect("an entry has a JSON form");
        text.push('\n');
        entries += 1;
    }
    let seal = Seal { entries, sha256: hex(&sha256(text.as_bytes())) };
    text + &serde_json::to_string(&seal).expect("a seal has a JSON form") + "\n"
}

/// What a file holds, and what is wrong with it.
fn parse(bytes: &[u8]) -> (Contents, Option<Damage>) {
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let seal_at = body.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let (sealed, last) = body.split_at(seal_at);
    let mut contents = Contents::default();
    let (mut entries, mut unread) = (0, 0);
    let mut read = |line: &[u8]| {
        let entry = serde_json::from_slice(line);
        *if entry.is_ok() { &mut entries } else { &mut unread } += 1;
        match entry {
            Ok(Line::Lease(lease)) => contents.leases.push(lease),
            Ok(Line::Cuts(cuts)) => contents.cuts.push(Arc::new(cuts)),
            Ok(Line::Cut(OneCut { outlet, at_ms, watchdog })) => {
                contents.cuts.push(Arc::new(Cuts { outlet, cuts: vec![Cut { at_ms, watchdog }] }));
            }
            Ok(Line::Lock(lock)) => contents.locks.push(lock),
            Err(_) => {}
        }
    };
    sealed.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).for_each(&mut read);
    let seal = serde_json::from_slice::<Seal>(last);
    if seal.is_err() && !last.is_empty() {
        read(last);
    }
    let why = match seal {
        Ok(seal) if seal.entries == entries && seal.sha256 == hex(&sha256(sealed)) => return (contents, None),
        Ok(_) => "its seal does not fit what stands above it",
        Err(_) => "its last line is no seal",
    };
    let words =
        format!("the journal is damaged: {why}; entries that could be read: {entries}, lines that could not: {unread}");
    (contents, Some(Damage(words)))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use relay_engine::Actor;

    use super::*;
    use crate::durable::tests::Failing;

    fn lease(outlet: &str) -> Lease {
        Lease {
            outlet: outlet.to_owned(),
            operation: 7,
            boot: "this".to_owned(),
            off_at_ms: 1_000_000,
            off_until_ms: 1_010_000,
            off_at_mono_ms: 500,
            off_until_mono_ms: 10_500,
            actor: Actor::Account("anna".to_owned()),
            reason: "hangs,\nagain".to_owned(),
            cycle: true,
        }
    }

    fn three() -> Contents {
        let owner = Actor::Account("anna".to_owned());
        let lock = Lock { outlet: "pi[3]".to_owned(), owner, reason: "a disk".to_owned(), from_ms: 5, until_ms: 9 };
        let cuts = vec![Cut { at_ms: 3, watchdog: false }, Cut { at_ms: 4, watchdog: true }];
        let cuts = Cuts { outlet: "pi[2]".to_owned(), cuts };
        Contents { leases: vec![lease("pi[1]")], cuts: vec![Arc::new(cuts)], locks: vec![lock] }
    }

    #[test]
    fn what_was_acknowledged_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (mut journal, damage) = Journal::read(&path).unwrap();
        assert_eq!((journal.contents(), damage), (&Contents::default(), None));
        journal.persist(three()).unwrap();
        journal.touch().unwrap();
        let (mut again, damage) = Journal::read(&path).unwrap();
        assert_eq!((again.contents(), damage), (&three(), None));
        again.close("pi[9]").unwrap();
        again.close("pi[1]").unwrap();
        let left = Journal::read(&path).unwrap().0;
        assert_eq!(left.contents(), &Contents { leases: Vec::new(), ..three() });
    }

    #[test]
    fn a_journal_with_a_line_a_cut_is_read() {
        let text = "{\"cut\":{\"outlet\":\"pi[2]\",\"at-ms\":3,\"watchdog\":true}}\n".repeat(2);
        let seal = format!("{{\"entries\":2,\"sha256\":\"{}\"}}\n", hex(&sha256(text.as_bytes())));
        let (found, damage) = parse((text + &seal).as_bytes());
        let cuts: Vec<&Cut> = found.cuts.iter().flat_map(|cuts| &cuts.cuts).collect();
        assert_eq!((cuts, damage), (vec![&Cut { at_ms: 3, watchdog: true }; 2], None));
    }

    #[test]
    fn a_file_cut_at_any_byte_gives_only_entries_that_were_there_and_says_that_it_is_damaged() {
        let whole = format(&three()).into_bytes();
        let ends: Vec<usize> = (0..whole.len()).filter(|&at| whole[at] == b'\n').collect();
        for cut in 0..=whole.len() {
            let (found, damage) = parse(&whole[..cut]);
            // The newline after an entry says nothing: the line is whole without it.
            let [lease, cut_off, lock] = [ends[0], ends[1], ends[2]].map(|end| usize::from(end <= cut));
            assert_eq!(
                (found.leases.len(), found.cuts.len(), found.locks.len()),
                (lease, cut_off, lock),
                "cut at {cut}"
            );
            assert!(found.leases.iter().eq(&three().leases[..lease]), "cut at {cut}");
            assert_eq!(damage.is_none(), ends[3] <= cut, "cut at {cut}");
        }
    }

    #[test]
    fn a_flipped_byte_is_noticed_wherever_it_stands() {
        let whole = format(&three()).into_bytes();
        for at in 0..whole.len() - 1 {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x04;
            assert!(parse(&bytes).1.is_some(), "byte {at}");
        }
    }

    #[test]
    fn a_full_disk_opens_no_lease_and_keeps_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        Journal::read(&path).unwrap().0.persist(three()).unwrap();
        for left in 0..2 {
            let (mut journal, _) = Journal::read_on(&path, Failing { left: Cell::new(left) }).unwrap();
            let more = Contents { leases: vec![lease("pi[1]"), lease("pi[2]")], ..three() };
            assert!(journal.persist(more).is_err());
            assert!(journal.lease("pi[2]").is_none());
            let (again, damage) = Journal::read(&path).unwrap();
            assert_eq!((again.contents(), damage), (&three(), None));
        }
    }
}
