//! `wireloom-relayd completion`: what makes a shell complete words, and what it is told at each press of the tab key.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::panic;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use clap::{Args, Command};
use completion::{Asked, Shell, outlets};
use relay_config::RelayConfig;

use crate::{CONFIG, FINE};

/// Longest that a person is kept waiting who has pressed a key.
const PATIENCE: Duration = Duration::from_secs(2);
/// Largest config that is looked at, bytes.
const LARGEST: u64 = 1 << 22;

/// Which shell.
#[derive(Args)]
pub struct Completion {
    #[arg(value_enum)]
    shell: Shell,
    /// The line up to the cursor: prints what could stand there
    #[arg(long, value_name = "TEXT", hide = true, allow_hyphen_values = true)]
    line: Option<OsString>,
}

impl Completion {
    /// Prints the script or the answer. An answer has no errors: whoever types is told nothing instead.
    pub fn run(&self, command: Command) -> Result<u8, String> {
        let mut out = std::io::stdout().lock();
        let Some(line) = &self.line else {
            let _ = out.write_all(completion::script(self.shell, "wireloom-relayd").as_bytes());
            return Ok(FINE);
        };
        let (shell, line) = (self.shell, line.to_string_lossy().into_owned());
        panic::set_hook(Box::new(|_| {}));
        let (done, answer) = mpsc::channel();
        thread::spawn(move || done.send(completion::answer(command, shell, &line, names)));
        for word in answer.recv_timeout(PATIENCE).unwrap_or_default() {
            let _ = writeln!(out, "{word}");
        }
        Ok(FINE)
    }
}

/// What stands in no description. No daemon is asked.
fn names(asked: &Asked) -> Option<Vec<String>> {
    let words = |all: &[&str]| Some(all.iter().map(|&word| word.to_owned()).collect());
    match asked.argument.as_str() {
        "outlets" => {
            let outlets = config(asked).map(|config| config.outlets).unwrap_or_default();
            let outlets: Vec<outlets::Outlet> =
                outlets.into_iter().map(|outlet| outlets::Outlet { name: outlet.name, slug: outlet.slug }).collect();
            Some(outlets::offered(&asked.typed, &outlets))
        }
        "verb" => words(&["on", "off", "cycle"]),
        "fault" => words(&["hang", "hangs-always", "stuck", "welded", "slow-boot", "line-error", "mend"]),
        _ => None,
    }
}

/// The config that the daemon runs with: as named, else the sample of one that simulates, else where it stands by custom.
fn config(asked: &Asked) -> Option<RelayConfig> {
    let path = match asked.given("config") {
        None if asked.is_given("sim") => return super::run::config_or_sample(None).ok(),
        given => Path::new(given.unwrap_or(CONFIG)),
    };
    let about = fs::metadata(path).ok()?;
    let is_fit = about.is_file() && about.len() <= LARGEST;
    is_fit.then(|| fs::read_to_string(path).ok())?.and_then(|text| relayd::config::read(&text).ok())
}
