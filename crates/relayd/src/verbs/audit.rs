//! `wireloom-relayd audit`: whether the log is as it was written.

use std::path::PathBuf;

use clap::Subcommand;
use relayd::audit;

use crate::{FINE, FOUND, about, say};

/// What to do with the log.
#[derive(Subcommand)]
pub enum Verb {
    /// Read a log from its first line to its last, and name the first line that does not fit
    Verify {
        /// A record that must be in the log, by its hash: one that was noted elsewhere shows whether the end was cut off
        #[arg(long, value_name = "HASH", default_value = "", hide_default_value = true)]
        holds: String,
        /// The files in their order, or the folder that they are in
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

pub fn run(verb: &Verb) -> Result<u8, String> {
    let Verb::Verify { holds, files: given } = verb;
    let mut files = Vec::new();
    for path in given {
        if path.is_dir() {
            files.extend(audit::files(path).map_err(about(path))?);
        } else {
            files.push(path.clone());
        }
    }
    let chain = match audit::verify(&files, holds).map_err(|error| error.to_string())? {
        Ok(chain) => chain,
        Err(broken) => {
            say(format_args!("broken: {broken}"));
            return Ok(FOUND);
        }
    };
    if chain.records == 0 {
        say("no record");
    } else {
        let (records, last) = (chain.records, &chain.last);
        say(format_args!("{records} records, {} to {}; the last is {}", chain.first, last.seq, last.hash));
    }
    if chain.first > 1 {
        say(format_args!("records 1 to {} are in files that are not here", chain.first - 1));
    }
    if !chain.holds {
        say(format_args!("record {holds} is not among them"));
        return Ok(FOUND);
    }
    Ok(FINE)
}
