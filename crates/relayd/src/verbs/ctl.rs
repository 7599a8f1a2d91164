//! `wireloom-relayd ctl`: asks the daemon that runs here, over its socket.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use relay_config::RelayConfig;
use relay_engine::failure::{self, Machine};
use relayd::audit;
use relayd::edge::shapes::{Line, Question, Reply};

use crate::{FINE, FOUND, about, say};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What every switching takes.
#[derive(Args)]
pub struct Switching {
    /// `pi[2]`, `pi[1..4]`, `pi[1-4]`, `pi-2`, `*`, or several with commas
    outlets: String,
    /// Why; it goes into the audit log
    #[arg(long)]
    reason: String,
    /// Past interlocks that a person may pass; never past what would lock everybody out
    #[arg(long)]
    force: bool,
    /// Only say what would happen
    #[arg(long)]
    dry_run: bool,
}

#[derive(Subcommand)]
pub enum Verb {
    /// Give power; ends what keeps it off
    On(Switching),
    /// Take power, for a time
    Off {
        #[command(flatten)]
        what: Switching,
        /// For how long: `90s`, `10m`, `2h`
        #[arg(long = "for", value_name = "TIME", value_parser = time)]
        long: Option<u64>,
    },
    /// Take power and give it back
    Cycle {
        #[command(flatten)]
        what: Switching,
        /// How long without power
        #[arg(long, value_name = "TIME", value_parser = time)]
        off: Option<u64>,
    },
    /// Outlets as they are
    Status {
        /// All where none is named
        outlets: Option<String>,
    },
    /// Show what a verb would do, step by step, with times and amperes
    Plan {
        /// on, off or cycle
        verb: String,
        outlets: String,
        /// How long without power
        #[arg(long = "for", value_name = "TIME", value_parser = time)]
        long: Option<u64>,
        /// As `--force` of the verb
        #[arg(long)]
        force: bool,
    },
    /// Keep everybody else from outlets, for maintenance
    Lock {
        outlets: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// For how long
        #[arg(long = "for", value_name = "TIME", value_parser = time, default_value = "1h")]
        long: u64,
    },
    /// Let others again
    Unlock {
        outlets: String,
        /// Somebody else's lock
        #[arg(long)]
        force: bool,
    },
    /// Hold the watchdog still
    Pause {
        outlets: String,
        /// For how long
        #[arg(long = "for", value_name = "TIME", value_parser = time, default_value = "1h")]
        long: u64,
    },
    /// Let the watchdog go on, and forget that it gave up
    Resume { outlets: String },
    /// Take back an operation that waits
    Cancel { operation: u64 },
    /// Read the config again; taken whole or not at all
    Reload,
    /// Say that nodes live
    Heartbeat { outlets: String },
    /// Spoil a simulated machine: hang, hangs-always, stuck, welded, slow-boot, line-error; or mend it
    Sim { fault: String, outlets: String },
    /// The last records of the audit log
    Audit {
        /// How many
        #[arg(long, default_value_t = 20)]
        last: usize,
    },
    /// What becomes of every outlet when something fails; needs no daemon
    FailureTable {
        /// The lines are not kept by systemd while the daemon is down
        #[arg(long)]
        no_store: bool,
        /// No hardware watchdog resets a kernel that is gone
        #[arg(long)]
        no_watchdog: bool,
    },
}

/// `90s`, `10m`, `2h`, `1500ms` as milliseconds.
fn time(text: &str) -> Result<u64, String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("a time is `90s`, `10m`, `2h` or `1500ms`".to_owned()),
    };
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(|| "too long a time".to_owned())
}

pub fn run(socket: &Path, config: Option<&Path>, state: &Path, json: bool, verb: Verb) -> Result<u8, String> {
    let question = match verb {
        Verb::On(Switching { outlets, reason, force, dry_run }) => Question::On { outlets, reason, force, dry_run },
        Verb::Off { what: Switching { outlets, reason, force, dry_run }, long } => {
            Question::Off { outlets, reason, for_ms: long, force, dry_run }
        }
        Verb::Cycle { what: Switching { outlets, reason, force, dry_run }, off } => {
            Question::Cycle { outlets, reason, off_ms: off, force, dry_run }
        }
        Verb::Status { outlets } => Question::Status { outlets },
        Verb::Plan { verb, outlets, long, force } => Question::Plan { outlets, verb, for_ms: long, force },
        Verb::Lock { outlets, reason, long } => Question::Lock { outlets, reason, for_ms: long },
        Verb::Unlock { outlets, force } => Question::Unlock { outlets, force },
        Verb::Pause { outlets, long } => Question::Pause { outlets, for_ms: long },
        Verb::Resume { outlets } => Question::Resume { outlets },
        Verb::Cancel { operation } => Question::Cancel { operation },
        Verb::Reload => Question::Reload,
        Verb::Heartbeat { outlets } => Question::Heartbeat { outlets },
        Verb::Sim { fault, outlets } => Question::Sim { outlets, fault },
        Verb::Audit { last } => return records(state, last),
        Verb::FailureTable { no_store, no_watchdog } => {
            let config = super::run::config_or_sample(config)?;
            table(&config, Machine { keeps_lines: !no_store, persists: super::run::persists(), resets: !no_watchdog });
            return Ok(FINE);
        }
    };
    let reply = ask(socket, &question)?;
    if json {
        say(serde_json::to_string(&reply).map_err(|error| error.to_string())?);
    } else {
        let width = reply.lines.iter().filter_map(|line| line.outlet.as_ref()).map(String::len).max().unwrap_or(0);
        for line in &reply.lines {
            print(line, width);
        }
    }
    Ok(if reply.fine { FINE } else { FOUND })
}

fn print(line: &Line, width: usize) {
    let outlet = line.outlet.as_deref().unwrap_or_default();
    let number = line.operation.map(|id| format!(" {id}")).unwrap_or_default();
    let rule = line.rule.as_ref().map(|rule| format!(" ({rule})")).unwrap_or_default();
    let sentence = &line.sentence;
    match line.answer.as_str() {
        "status" | "peer" | "step" => say(format_args!("{outlet:width$}  {sentence}")),
        answer => say(format_args!("{outlet:width$}  {answer}{number}{rule}: {sentence}")),
    }
}

fn ask(socket: &Path, question: &Question) -> Result<Reply, String> {
    let failed = about(socket);
    let stream = UnixStream::connect(socket).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused => {
            format!("no daemon answers at `{}`", socket.display())
        }
        _ => failed(error),
    })?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(&failed)?;
    let mut text = serde_json::to_string(question).map_err(|error| error.to_string())?;
    text.push('\n');
    (&stream).write_all(text.as_bytes()).map_err(&failed)?;
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).map_err(&failed)?;
    serde_json::from_str(&line).map_err(|error| format!("the daemon's answer is not understood: {error}"))
}

fn records(state: &Path, last: usize) -> Result<u8, String> {
    let files: Vec<PathBuf> = audit::files(state).map_err(about(state))?;
    let mut lines: Vec<String> = Vec::new();
    for file in files.iter().rev() {
        let text = std::fs::read_to_string(file).map_err(about(file))?;
        lines.extend(text.lines().rev().take(last - lines.len()).map(str::to_owned));
        if lines.len() == last {
            break;
        }
    }
    for line in lines.iter().rev() {
        say(line);
    }
    Ok(FINE)
}

fn table(config: &RelayConfig, machine: Machine) {
    let cells = failure::table(config, machine);
    let wide = cells.iter().map(|cell| cell.outlet.len()).max().unwrap_or(0);
    for cell in &cells {
        let (on, off) = (cell.was_on.words(), cell.was_off.words());
        let (outlet, mishap, why) = (&cell.outlet, cell.mishap.id(), &cell.reason);
        say(format_args!("{outlet:wide$}  {mishap:16}  was on: {on:22}  was off: {off:22}  {why}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_and_an_end() {
        assert_eq!(
            (time("90s"), time("10m"), time("2h"), time("5ms")),
            (Ok(90_000), Ok(600_000), Ok(7_200_000), Ok(5))
        );
        for text in ["", "5", "s", "5d", "-5s", "99999999999999999999s", "9999999999999999999h"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
