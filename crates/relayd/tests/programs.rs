//! Two daemons as programs, each with its own settings, that hear each other over TLS.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "box/mod.rs"]
mod r#box;
mod door;
mod pair;

use std::io::{BufRead as _, BufReader, Lines};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use pair::{NAMES, SECRET, Times, file};

const PROGRAM: &str = env!("CARGO_BIN_EXE_wireloom-relayd");

/// A daemon and what it logs.
struct Daemon {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Daemon {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new(PROGRAM);
        command.arg("--sim").arg("--config").arg(folder.join("relayd.toml")).arg("--settings");
        command.arg(folder.join("daemon.toml")).arg("--state").arg(folder.join("state"));
        let mut child = command.env_remove("NOTIFY_SOCKET").stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, log }
    }

    /// Reads the log until it says this.
    fn says(&mut self, words: &str) {
        let mut all = Vec::new();
        for line in self.log.by_ref().map_while(Result::ok) {
            if line.contains(words) {
                return;
            }
            all.push(line);
        }
        panic!("it ended without `{words}`: {all:#?}");
    }
}

fn ctl(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM)
        .args(["ctl", "--state"])
        .arg(folder.join("state"))
        .arg("--socket")
        .arg(folder.join("state/control.sock"))
        .args(arguments)
        .output();
    String::from_utf8(output.unwrap().stdout).unwrap()
}

#[test]
fn two_programs_hear_each_other_and_say_so_when_they_do_not() {
    // Addresses of this process alone: each has the port to itself, and is known before anything listens.
    let id = std::process::id();
    let address =
        |own: usize| format!("127.{}.{}.{}", 16 + (id >> 14) % 200, (id >> 7) % 128 + own as u32 * 128, id % 128 + 1);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut fingerprints = Vec::new();
    for (own, folder) in folders.iter().enumerate() {
        let folder = folder.path();
        std::fs::create_dir(folder.join("state")).unwrap();
        let times = Times { alive_ms: 60_000, watch: false };
        std::fs::write(folder.join("relayd.toml"), file(own, times)).unwrap();
        std::fs::write(folder.join("secret"), SECRET).unwrap();
        std::fs::set_permissions(folder.join("secret"), std::fs::Permissions::from_mode(0o600)).unwrap();
        let mut command = Command::new(PROGRAM);
        command.args(["certificate", "--config"]).arg(folder.join("relayd.toml"));
        let output = command.arg("--state").arg(folder.join("state")).output().unwrap();
        fingerprints.push(String::from_utf8(output.stdout).unwrap().trim().to_owned());
    }
    for (own, folder) in folders.iter().enumerate() {
        let (folder, other) = (folder.path(), 1 - own);
        let settings = format!(
            "[web]\nhttps = \"{}:8443\"\n[peer.\"{}\"]\nurl = \"https://{}\"\nfingerprint = \"{}\"\nsecret-file = \"{}\"\n",
            address(own),
            NAMES[other],
            address(other),
            fingerprints[other],
            folder.join("secret").display(),
        );
        std::fs::write(folder.join("daemon.toml"), settings).unwrap();
    }
    let (one, other) = (folders[0].path(), folders[1].path());
    let mut first = Daemon::start(one);
    first.says("pi[2] cannot be told how things stand here: ");
    let mut second = Daemon::start(other);
    first.says("pi[2] hears this controller");
    second.says("pi[1] hears this controller");
    for (folder, name) in [(one, "pi[2]"), (other, "pi[1]")] {
        let status = ctl(folder, &["status"]);
        let line = status.lines().find(|line| line.starts_with(name) && line.contains(", told ")).unwrap_or_default();
        assert!(line.contains("alive, heard ") && !line.contains("never"), "{status}");
    }
    let claim = ctl(one, &["cycle", "pi[2]", "--reason", "it hangs"]);
    assert!(claim.contains("(peer-lock)"), "{claim}");
    let spoken = ctl(other, &["cycle", "pi[1]", "--reason", "it hangs"]);
    assert!(spoken.contains("(peer-lock)"), "{spoken}");
    drop(second);
    first.says("pi[2] cannot be told how things stand here: ");
    let mut second = Daemon::start(other);
    second.says("pi[1] hears this controller");
    first.says("pi[2] hears this controller");
}
