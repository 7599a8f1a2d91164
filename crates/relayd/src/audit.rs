//! What was done, by whom and why: a JSON object a line, each bound to the one before it by its hash.
//!
//! `hash` is the SHA-256 of everything in the line before `,"hash"`, and `prev` the hash of the line before: `sed 's/,"hash":.*//' | tr -d '\n' | sha256sum`
//! checks a line by hand. A line is on the disk before [`Audit::append`] returns.

mod line;
mod verify;

pub use line::{LONGEST_FIELD, Record};
pub use verify::{Broken, Chain, verify};

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use crate::durable::{Disk as _, Real, append_to};

/// `prev` of the first record of a chain.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// The file that is written to.
const CURRENT: &str = "audit.jsonl";

/// When a file is put aside, and how many are kept.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most bytes of a file.
    pub file_bytes: u64,
    /// Files kept besides the one that is written to; older ones are deleted.
    pub files: usize,
}

impl Default for Limits {
    /// 64 files of 4 MiB: about half a million records.
    fn default() -> Self {
        Self { file_bytes: 4 << 20, files: 64 }
    }
}

/// The place of a record in its chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Its number, from 1.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// A log that can be appended to.
#[derive(Debug)]
pub struct Audit {
    folder: PathBuf,
    limits: Limits,
    file: File,
    /// Held as long as this log is open: two writers would tear the chain.
    _lock: File,
    /// Bytes of the file that hold whole records; what lies beyond was never acknowledged.
    length: u64,
    /// Bytes beyond `length` may be there.
    ragged: bool,
    last: Place,
}

impl Audit {
    /// Opens the log in a folder, and goes on with its chain. A last line that was torn is cut off, and a record says so; a file whose last line is not a
    /// record is put aside, and a record in a new one says so.
    ///
    /// # Errors
    /// `WouldBlock` where another process writes this log; whatever else the disk says.
    pub fn open(folder: &Path, limits: Limits, now_ms: u64) -> io::Result<Self> {
        let lock = append_to(&folder.join("audit.lock"))?;
        lock.try_lock().map_err(io::Error::from)?;
        let path = folder.join(CURRENT);
        let mut notes = Vec::new();
        let mut last = None;
        let mut length = 0;
        match tail(&path)? {
            Tail::Missing | Tail::Empty => {}
            Tail::Whole { line, whole, torn } => {
                if !torn.is_empty() {
                    notes.push(("mended", format!("{} bytes cut off: {}", torn.len(), String::from_utf8_lossy(&torn))));
                }
                match line::place(&line) {
                    Ok(place) => (last, length) = (Some(place), whole),
                    Err(why) => {
                        let aside = put_aside(folder)?;
                        notes.push(("put-aside", format!("the last line of {aside} is no record: {why}")));
                    }
                }
            }
            Tail::Torn(torn) => {
                notes.push(("mended", format!("{} bytes cut off: {}", torn.len(), String::from_utf8_lossy(&torn))));
            }
        }
        if last.is_none()
            && let Some(newest) = rotated(folder)?.last()
            && let Tail::Whole { line, .. } = tail(&folder.join(newest))?
        {
            last = line::place(&line).ok();
        }
        let last = last.unwrap_or_else(|| Place { seq: 0, hash: BEGINNING.to_owned() });
        let file = append_to(&path)?;
        let ragged = file.metadata()?.len() != length;
        let mut audit = Self { folder: folder.to_owned(), limits, file, _lock: lock, length, ragged, last };
        audit.smooth()?;
        Real.sync_folder(folder)?;
        for (action, words) in notes {
            let record =
                Record { actor: "wireloom-relayd", action, outcome: "done", reason: &words, ..Record::default() };
            audit.append(&record, now_ms)?;
        }
        Ok(audit)
    }

    /// The record that was written last; number 0 where there is none.
    pub fn last(&self) -> &Place {
        &self.last
    }

    /// A number larger than that of any operation in the log; 1 where it has none. Operations count up, so that the last one that is written counts.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn next_operation(&self) -> io::Result<u64> {
        for path in files(&self.folder)?.iter().rev() {
            if let Some(last) = line::last_operation(&fs::read(path)?) {
                return Ok(last + 1);
            }
        }
        Ok(1)
    }

    /// Writes a record. With `Ok` it is on the disk.
    ///
    /// # Errors
    /// Whatever the disk says: no part of the record is in the log then, and what it was about must not be done.
    pub fn append(&mut self, record: &Record<'_>, now_ms: u64) -> io::Result<Place> {
        self.append_all(std::slice::from_ref(record), now_ms).map(|mut places| places.remove(0))
    }

    /// Writes records and waits for the disk once. With `Ok` all of them are on it.
    ///
    /// # Errors
    /// Whatever the disk says: no part of any of them is in the log then.
    pub fn append_all(&mut self, records: &[Record<'_>], now_ms: u64) -> io::Result<Vec<Place>> {
        self.smooth()?;
        let (mut lines, mut places, mut last) = (String::new(), Vec::with_capacity(records.len()), self.last.clone());
        for record in records {
            let (line, place) = line::format(record, now_ms, &last);
            lines += &line;
            last.clone_from(&place);
            places.push(place);
        }
        if 0 < self.length && self.limits.file_bytes < self.length + lines.len() as u64 {
            self.rotate()?;
        }
        self.ragged = true;
        let written = self.file.write_all(lines.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            let _ = self.smooth();
            return Err(error);
        }
        self.ragged = false;
        self.length += lines.len() as u64;
        self.last = last;
        Ok(places)
    }

    /// Takes away what a failed write left behind the last record.
    fn smooth(&mut self) -> io::Result<()> {
        if self.ragged {
            self.file.set_len(self.length)?;
            self.file.sync_all()?;
            self.ragged = false;
        }
        Ok(())
    }

    /// Puts the file aside under the number of its last record, and goes on in another.
    fn rotate(&mut self) -> io::Result<()> {
        Real.rename(&self.folder.join(CURRENT), &self.folder.join(format!("audit-{:012}.jsonl", self.last.seq)))?;
        self.file = append_to(&self.folder.join(CURRENT))?;
        self.length = 0;
        Real.sync_folder(&self.folder)?;
        let rotated = rotated(&self.folder)?;
        for name in rotated.iter().take(rotated.len().saturating_sub(self.limits.files)) {
            Real.remove(&self.folder.join(name))?;
        }
        Ok(())
    }
}

/// The files of a log in their order, the one that is written to last.
///
/// # Errors
/// The folder cannot be listed.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all: Vec<PathBuf> = rotated(folder)?.into_iter().map(|name| folder.join(name)).collect();
    let current = folder.join(CURRENT);
    if current.exists() {
        all.push(current);
    }
    Ok(all)
}

/// Names of the files that were put aside full, the oldest first.
fn rotated(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let number = name.strip_prefix("audit-").and_then(|rest| rest.strip_suffix(".jsonl"));
        if number.is_some_and(|number| number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit())) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Gives a log that cannot be gone on with a name that no other file has.
fn put_aside(folder: &Path) -> io::Result<String> {
    let name = (1..).map(|n| format!("audit-broken-{n}.jsonl")).find(|name| !folder.join(name).exists());
    let name = name.expect("numbers do not run out");
    Real.rename(&folder.join(CURRENT), &folder.join(&name))?;
    Ok(name)
}

/// How a file ends.
enum Tail {
    Missing,
    Empty,
    /// The last whole line without its newline, the bytes up to its end, and what follows without an end.
    Whole {
        line: Vec<u8>,
        whole: u64,
        torn: Vec<u8>,
    },
    /// One line without an end.
    Torn(Vec<u8>),
}

/// Reads a file's end: no more than two of the longest lines.
fn tail(path: &Path) -> io::Result<Tail> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Tail::Missing),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    let from = length.saturating_sub(2 * line::LONGEST as u64);
    let mut bytes = vec![0; usize::try_from(length - from).expect("bounded by two lines")];
    file.read_exact_at(&mut bytes, from)?;
    let Some(end) = bytes.iter().rposition(|&byte| byte == b'\n') else {
        return Ok(if bytes.is_empty() { Tail::Empty } else { Tail::Torn(bytes) });
    };
    let start = bytes[..end].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    Ok(Tail::Whole { line: bytes[start..end].to_vec(), whole: from + end as u64 + 1, torn: bytes[end + 1..].to_vec() })
}

#[cfg(test)]
mod tests;
