//! Reading a log from its first line to its last, and the first line at which the chain breaks.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::{BEGINNING, Place, line};

/// A chain that holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chain {
    /// Records read.
    pub records: u64,
    /// The number of the first; above 1 where older files are not here.
    pub first: u64,
    /// The last one. Whoever cuts records off the end leaves a chain that holds: keep this elsewhere and look for it again.
    pub last: Place,
    /// Whether the record was met that was asked for.
    pub holds: bool,
}

/// Where a chain breaks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    /// The file.
    pub file: PathBuf,
    /// The line in it, from 1.
    pub line: u64,
    /// Why, in words.
    pub why: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.why)
    }
}

/// Reads the files of a log in their order. `wanted` is the hash of a record that must be among them; empty asks for none.
///
/// # Errors
/// A file that cannot be read. `Ok(Err(..))` names the first line that does not fit.
pub fn verify(files: &[PathBuf], wanted: &str) -> io::Result<Result<Chain, Broken>> {
    let mut chain =
        Chain { records: 0, first: 0, last: Place { seq: 0, hash: BEGINNING.to_owned() }, holds: wanted.is_empty() };
    for file in files {
        if let Err(broken) = read_file(file, wanted, &mut chain)? {
            return Ok(Err(broken));
        }
    }
    Ok(Ok(chain))
}

fn read_file(file: &Path, wanted: &str, chain: &mut Chain) -> io::Result<Result<(), Broken>> {
    let mut reader = BufReader::new(File::open(file)?);
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        let most = line::LONGEST as u64;
        if reader.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        if let Err(why) = follow(&bytes, chain) {
            return Ok(Err(Broken { file: file.to_owned(), line: number, why }));
        }
        chain.holds |= chain.last.hash == wanted;
    }
    Ok(Ok(()))
}

/// Takes a line as the next of a chain.
fn follow(bytes: &[u8], chain: &mut Chain) -> Result<(), String> {
    let Some(text) = bytes.strip_suffix(b"\n") else {
        return Err("the line has no end".to_owned());
    };
    let said = line::read(text)?;
    let seq = said.place.seq;
    if chain.records == 0 {
        // Older files may have been deleted; record 1 has nothing before it.
        if (seq == 1) != (said.prev == BEGINNING) {
            return Err(format!("record {seq} does not begin a chain as it claims"));
        }
        chain.first = seq;
    } else if seq != chain.last.seq + 1 {
        return Err(format!("record {seq} follows record {}", chain.last.seq));
    } else if said.prev != chain.last.hash {
        return Err(format!("record {seq} was not written after the record {} that stands before it", chain.last.seq));
    }
    chain.records += 1;
    chain.last = said.place;
    Ok(())
}
