//! The program that is installed, from outside: started as its unit starts it, asked over its socket, signalled, killed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::sleep;
use std::time::Duration;

use relayd::clock::boot_ms;
use relayd::edge::shapes::{Line, Question, Reply};

use crate::board;
use crate::systemd::Systemd;

/// The program.
pub const PROGRAM: &str = "/bin/wireloom-relayd";
/// What systemd makes for the unit: the folder of the daemon's socket.
const RUN: &str = "/run/wireloom-relayd";
/// Longest wait for anything.
const PATIENCE_MS: u64 = 20_000;
/// Between two looks.
pub const GLANCE: Duration = Duration::from_millis(2);
/// Why, in the audit log.
const REASON: &str = "the test wants it";

/// A daemon that was started.
pub struct Daemon {
    child: Child,
    /// Of what it writes for the journal, a line each.
    said: Receiver<String>,
    asking: Sender<(u32, Result<Reply, String>)>,
    answers: Receiver<(u32, Result<Reply, String>)>,
    asked: u32,
    /// When it was ready, milliseconds since the boot.
    pub ready: Option<u64>,
}

/// Power for an outlet.
pub fn on(outlet: &str) -> Question {
    Question::On { outlets: outlet.to_owned(), reason: REASON.to_owned(), force: false, dry_run: false }
}

/// No power for so long.
pub fn off(outlet: &str, ms: u64) -> Question {
    let (outlets, reason) = (outlet.to_owned(), REASON.to_owned());
    Question::Off { outlets, reason, for_ms: Some(ms), force: false, dry_run: false }
}

/// No power and power again, after as long as the file says where nobody says how long.
pub fn cycle(outlet: &str, off_ms: Option<u64>) -> Question {
    let (outlets, reason) = (outlet.to_owned(), REASON.to_owned());
    Question::Cycle { outlets, reason, off_ms, force: false, dry_run: false }
}

/// The folders that systemd tells the unit.
fn environment(folder: &str) -> BTreeMap<&str, &str> {
    BTreeMap::from([("STATE_DIRECTORY", folder), ("RUNTIME_DIRECTORY", RUN)])
}

/// What a verb of the program prints, its complaints as well, and its exit status.
pub fn verb(arguments: &[&str], folder: &str) -> (String, i32) {
    let output = Command::new(PROGRAM).args(arguments).envs(environment(folder)).output().expect("the program starts");
    let words = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim().to_owned();
    (words, output.status.code().unwrap_or(-1))
}

impl Daemon {
    /// Starts one on a state folder.
    pub fn start(systemd: &mut Systemd, folder: &str) -> Self {
        systemd.hear();
        fs::create_dir_all(RUN).expect("there is room for a folder");
        let arguments = ["--config", board::CONFIG];
        let streams = [Stdio::null(), Stdio::null(), Stdio::piped()];
        let mut child = systemd.start((PROGRAM, &arguments), &environment(folder), streams);
        let (send, said) = channel();
        let lines = BufReader::new(child.stderr.take().expect("what it says is a pipe")).lines();
        std::thread::spawn(move || lines.map_while(Result::ok).all(|line| send.send(line).is_ok()));
        let (asking, answers) = channel();
        Self { child, said, asking, answers, asked: 0, ready: None }
    }

    /// Starts one and waits until it is ready.
    pub fn up(systemd: &mut Systemd, folder: &str) -> Result<Self, String> {
        let mut daemon = Self::start(systemd, folder);
        let end = boot_ms() + PATIENCE_MS;
        while !daemon.is_ready(systemd) {
            if boot_ms() > end {
                return Err(format!("the daemon does not get ready: {}", daemon.said()));
            }
            if let Ok(Some(status)) = daemon.child.try_wait() {
                return Err(format!("the daemon ended at its start, {status}: {}", daemon.said()));
            }
            sleep(GLANCE);
        }
        Ok(daemon)
    }

    /// Whether it has told systemd so.
    pub fn is_ready(&mut self, systemd: &mut Systemd) -> bool {
        if systemd.hear().iter().any(|message| message.lines().any(|line| line == "READY=1")) {
            self.ready = Some(boot_ms());
        }
        self.ready.is_some()
    }

    /// What it has written for the journal and was not looked at.
    pub fn said(&self) -> String {
        self.said.try_iter().collect::<Vec<_>>().join("; ")
    }

    /// Asks, and lets it take its time; gives the question's number.
    pub fn ask(&mut self, question: Question) -> u32 {
        self.asked += 1;
        let (number, answer) = (self.asked, self.asking.clone());
        std::thread::spawn(move || {
            // Whoever has killed it meanwhile wants no answer.
            let _ = answer.send((number, over_the_socket(&question).map_err(|error| error.to_string())));
        });
        number
    }

    /// Asks and waits for the answer: its first line.
    pub fn told(&mut self, question: Question) -> Result<Line, String> {
        let asked = self.ask(question);
        loop {
            let heard = self.answers.recv_timeout(Duration::from_millis(PATIENCE_MS));
            let (number, reply) = heard.map_err(|error| format!("no answer: {error}"))?;
            if number == asked {
                return reply?.lines.into_iter().next().ok_or_else(|| "an answer without a line".to_owned());
            }
        }
    }

    /// Has it read its config again; gives what it says to that.
    pub fn reload(&mut self) -> Result<Line, String> {
        self.told(Question::Reload)
    }

    /// What it has answered and was not looked at; a question that it did not live to answer has none.
    pub fn answers(&self) -> Vec<(u32, Line)> {
        self.answers.try_iter().flat_map(lines).collect()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let number = self.child.id().to_string();
        Command::new("/bin/kill").args([&format!("-{name}"), &number]).status().expect("kill starts");
    }

    /// Kills it without a warning; gives what it had answered.
    pub fn kill(mut self) -> Vec<(u32, Line)> {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
        // Its end of each connection is closed: what is in them comes, and then whoever asked ends.
        let (nobody, _) = channel();
        drop(std::mem::replace(&mut self.asking, nobody));
        let mut answers = Vec::new();
        while let Ok(answer) = self.answers.recv_timeout(Duration::from_secs(5)) {
            answers.extend(lines(answer));
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

fn lines((number, reply): (u32, Result<Reply, String>)) -> Vec<(u32, Line)> {
    let lines = reply.map(|reply| reply.lines).unwrap_or_default();
    lines.into_iter().map(|line| (number, line)).collect()
}

/// A question on a connection of its own, as `wireloom-relayd ctl` asks it.
pub fn over_the_socket(question: &Question) -> io::Result<Reply> {
    let stream = UnixStream::connect(format!("{RUN}/control.sock"))?;
    stream.set_read_timeout(Some(Duration::from_millis(PATIENCE_MS)))?;
    let mut text = serde_json::to_string(question)?;
    text.push('\n');
    (&stream).write_all(text.as_bytes())?;
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}
