//! The verb `completion`: what it takes, and the text that it prints.

use std::ffi::OsString;
use std::panic;
use std::sync::mpsc;
use std::thread;

use clap::{Args, Command};
use core::time::Duration;

use crate::{Asked, Shell, answer, script};

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
    /// The script that has the shell ask `program`, or where a line was typed its answer, a word a line. An answer has no errors: whoever types is
    /// told nothing instead, also where `names` panics or takes longer than two seconds. It is for a process that ends with it: panics are silent from here on.
    pub fn text(&self, program: &str, command: Command, names: fn(&Asked) -> Option<Vec<String>>) -> String {
        let Some(line) = &self.line else { return script(self.shell, program) };
        let (shell, line) = (self.shell, line.to_string_lossy().into_owned());
        panic::set_hook(Box::new(|_| {}));
        let (done, told) = mpsc::channel();
        thread::spawn(move || done.send(answer(command, shell, &line, names)));
        told.recv_timeout(PATIENCE).unwrap_or_default().into_iter().map(|word| word + "\n").collect()
    }

    /// Whether a shell asks: nothing is told of what goes wrong then.
    pub fn is_asked(&self) -> bool {
        self.line.is_some()
    }
}
