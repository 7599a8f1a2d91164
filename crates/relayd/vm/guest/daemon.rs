//! A daemon from outside: started, asked, signalled, killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::Duration;

use relayd::clock::boot_ms;

use crate::systemd::Systemd;

/// Longest wait for anything.
const PATIENCE_MS: u64 = 20_000;
/// Between two looks.
pub const GLANCE: Duration = Duration::from_millis(2);

/// A daemon that was started.
pub struct Daemon {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<String>,
    asked: u32,
    /// When it was ready, milliseconds since the boot.
    pub ready: Option<u64>,
}

impl Daemon {
    /// Starts one on a state folder.
    pub fn start(systemd: &mut Systemd, folder: &str) -> Self {
        systemd.hear();
        let mut child = systemd.start("/bin/guest", &["serve"], &[("STATE_DIRECTORY", folder)]);
        let (send, output) = channel();
        let lines = BufReader::new(child.stdout.take().expect("its output is a pipe")).lines();
        std::thread::spawn(move || lines.map_while(Result::ok).all(|line| send.send(line).is_ok()));
        Self { input: child.stdin.take(), child, output, asked: 0, ready: None }
    }

    /// Starts one and waits until it is ready.
    pub fn up(systemd: &mut Systemd, folder: &str) -> Result<Self, String> {
        let mut daemon = Self::start(systemd, folder);
        let end = boot_ms() + PATIENCE_MS;
        while !daemon.is_ready(systemd) {
            if boot_ms() > end {
                return Err("the daemon does not get ready".to_owned());
            }
            if let Ok(Some(status)) = daemon.child.try_wait() {
                return Err(format!("the daemon ended at its start: {status}"));
            }
            sleep(GLANCE);
        }
        Ok(daemon)
    }

    /// Whether it has said so.
    pub fn is_ready(&mut self, systemd: &mut Systemd) -> bool {
        if systemd.hear().iter().any(|message| message.lines().any(|line| line == "READY=1")) {
            self.ready = Some(boot_ms());
        }
        self.ready.is_some()
    }

    /// Asks; gives the question's number.
    pub fn ask(&mut self, words: &str) -> u32 {
        self.asked += 1;
        // One that is gone hears nothing.
        let _ = writeln!(self.input.as_ref().expect("it listens until it is killed"), "{} {words}", self.asked);
        self.asked
    }

    /// Asks and waits for the answer.
    pub fn told(&mut self, words: &str) -> Result<String, String> {
        let number = self.ask(words).to_string();
        self.line(&number)
    }

    /// Has it read its config again, and waits for what it says to that.
    pub fn reload(&mut self) -> Result<String, String> {
        self.signal("HUP");
        self.line("reload")
    }

    /// Waits for the line with this first word.
    fn line(&mut self, first: &str) -> Result<String, String> {
        loop {
            let line = self.output.recv_timeout(Duration::from_millis(PATIENCE_MS));
            let line = line.map_err(|error| format!("no answer to {first}: {error}"))?;
            if let Some(("", rest)) = line.split_once(first) {
                return Ok(rest.trim().to_owned());
            }
        }
    }

    /// What it has answered and was not looked at: number and words.
    pub fn answers(&self) -> Vec<(u32, String)> {
        let read = |line: String| {
            let (number, words) = line.split_once(' ')?;
            Some((number.parse().ok()?, words.to_owned()))
        };
        self.output.try_iter().filter_map(read).collect()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let number = self.child.id().to_string();
        Command::new("/bin/kill").args([&format!("-{name}"), &number]).status().expect("kill starts");
    }

    /// Kills it without a warning; gives what it had answered.
    pub fn kill(mut self) -> Vec<(u32, String)> {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
        // Its end of the pipe is closed: what is in it comes, and then the reader ends.
        let mut answers = self.answers();
        while let Ok(line) = self.output.recv_timeout(Duration::from_secs(1)) {
            let Some((number, words)) = line.split_once(' ') else { continue };
            answers.extend(number.parse().ok().map(|number| (number, words.to_owned())));
        }
        answers
    }

    /// Waits for its end.
    pub fn end(mut self) -> Result<ExitStatus, String> {
        let end = boot_ms() + PATIENCE_MS;
        loop {
            match self.child.try_wait().map_err(|error| error.to_string())? {
                Some(status) => return Ok(status),
                None if boot_ms() > end => return Err("the daemon does not end".to_owned()),
                None => sleep(GLANCE),
            }
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
