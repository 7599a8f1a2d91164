//! `wireloom-relayd completion`: what makes a shell complete words, and what it is told at each press of the tab key.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use clap::Command;
use completion::{Asked, Completion, outlets};
use relay_config::RelayConfig;

use crate::{CONFIG, FINE};

/// Largest config that is looked at, bytes.
const LARGEST: u64 = 1 << 22;

/// Prints the script or the answer.
pub fn run(completion: &Completion, command: Command) -> u8 {
    let _ = std::io::stdout().write_all(completion.text("wireloom-relayd", command, names).as_bytes());
    FINE
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
