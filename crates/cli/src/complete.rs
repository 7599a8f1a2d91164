//! `wireloom completion`: what makes a shell complete words, and what it is told at each press of the tab key.

use std::ffi::OsString;
use std::panic;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use clap::{Args, Command};
use completion::{Asked, Shell, outlets};
use model::device::slug;

use crate::outlet::place;
use crate::{CLEAN, print};

/// Longest that a person is kept waiting who has pressed a key.
const PATIENCE: Duration = Duration::from_secs(2);

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
        let Some(line) = &self.line else {
            return print(&completion::script(self.shell, "wireloom")).map(|()| CLEAN);
        };
        let (shell, line) = (self.shell, line.to_string_lossy().into_owned());
        panic::set_hook(Box::new(|_| {}));
        let (done, answer) = mpsc::channel();
        thread::spawn(move || done.send(completion::answer(command, shell, &line, names)));
        for word in answer.recv_timeout(PATIENCE).unwrap_or_default() {
            let _ = print(&format!("{word}\n"));
        }
        Ok(CLEAN)
    }
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
