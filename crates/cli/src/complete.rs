//! `wireloom completion`: what makes a shell complete words, and what it is told at each press of the tab key.

use std::path::Path;

use clap::Command;
use completion::{Asked, Completion, outlets};
use model::device::slug;

use crate::outlet::place;
use crate::{CLEAN, print};

/// Prints the script or the answer.
pub fn run(completion: &Completion, command: Command) -> Result<u8, String> {
    let printed = print(&completion.text("wireloom", command, names));
    if completion.is_asked() { Ok(CLEAN) } else { printed.map(|()| CLEAN) }
}

/// What stands in files. No network is asked.
fn names(asked: &Asked) -> Option<Vec<String>> {
    match asked.argument.as_str() {
        "profile" => Some(place::profiles()),
        "outlets" => {
            let names = if asked.is_given("at") { None } else { place::outlets(asked.given("profile")) };
            let names = names.unwrap_or_else(|| {
                let disk = crate::workspace(asked.given("workspace").map(Path::new));
                disk.map(|disk| cli::outlets(&disk)).unwrap_or_default()
            });
            let outlets: Vec<outlets::Outlet> =
                names.into_iter().map(|name| outlets::Outlet { slug: slug(&name), name }).collect();
            Some(outlets::offered(&asked.typed, &outlets))
        }
        _ => None,
    }
}
