//! The `wireloom-relayd` command: verbs, files, exit codes.

use std::fmt::Display;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use relayd::audit;

/// All is well.
const FINE: u8 = 0;
/// Something was found.
const FOUND: u8 = 1;
/// The run could not go on, or a file cannot be used.
const FAILED: u8 = 2;

/// Cuts and restores the power of machines so that no crash, reboot or mistake leaves one dark
#[derive(Parser)]
#[command(name = "wireloom-relayd", version)]
#[command(after_help = "Exit status: 0 fine, 1 something was found, 2 could not run.")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// The log of what was done, by whom and why
    Audit {
        #[command(subcommand)]
        verb: AuditVerb,
    },
}

#[derive(Subcommand)]
enum AuditVerb {
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

fn main() -> ExitCode {
    let result = match Arguments::parse().verb {
        Verb::Audit { verb: AuditVerb::Verify { holds, files } } => verify(&files, &holds),
    };
    ExitCode::from(result.unwrap_or_else(|words| {
        complain(&words);
        FAILED
    }))
}

/// A line for a person or a script.
fn say(words: impl Display) {
    let _ = writeln!(std::io::stdout(), "{words}");
}

/// A line for a person or the journal.
fn complain(words: impl Display) {
    let _ = writeln!(std::io::stderr(), "wireloom-relayd: {words}");
}

/// An error with the file that it is about.
fn about(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("`{}`: {error}", path.display())
}

fn verify(given: &[PathBuf], holds: &str) -> Result<u8, String> {
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
        say(format_args!(
            "{} records, {} to {}; the last is {}",
            chain.records, chain.first, chain.last.seq, chain.last.hash
        ));
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
