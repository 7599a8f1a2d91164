//! The daemon as a process, with simulated lines that outlive it as systemd keeps real ones: started, asked, killed, started again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod r#box;
#[path = "../../relay-engine/tests/dice/mod.rs"]
mod dice;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use r#box::file;
use dice::Dice;
use relayd::audit::{files, verify};
use relayd::edge::shapes::Reply;
use relayd::journal::Journal;

/// How many times the daemon is killed.
const KILLS: u32 = 200;

/// A daemon that said that it is ready.
struct Daemon {
    child: Child,
    ready: UnixDatagram,
}

impl Daemon {
    fn start(folder: &Path) -> Self {
        let path = folder.join("notify");
        let _ = fs::remove_file(&path);
        let ready = UnixDatagram::bind(&path).unwrap();
        ready.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_wireloom-relayd"))
            .args(["--sim", "--config"])
            .arg(folder.join("relayd.toml"))
            .arg("--settings")
            .arg(folder.join("none"))
            .arg("--state")
            .arg(folder.join("state"))
            .env("NOTIFY_SOCKET", &path)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let daemon = Self { child, ready };
        daemon.wait_for("READY=1");
        daemon
    }

    fn wait_for(&self, words: &str) {
        let mut bytes = [0; 4096];
        loop {
            let length = self.ready.recv(&mut bytes).expect("the daemon tells systemd");
            if String::from_utf8_lossy(&bytes[..length]).contains(words) {
                return;
            }
        }
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(folder: &Path, question: &str) -> io::Result<Reply> {
    let stream = UnixStream::connect(folder.join("state/control.sock"))?;
    writeln!(&stream, "{question}")?;
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line)?;
    serde_json::from_str(&line).map_err(io::Error::other)
}

fn folder(outlets: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("relayd.toml"), file(outlets)).unwrap();
    fs::create_dir(folder.path().join("state")).unwrap();
    folder
}

/// Outlets whose load has no power: the levels that outlived the daemon.
fn dark(state: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(state.join("sim-lines")).unwrap_or_default();
    text.lines().filter_map(|line| line.strip_prefix("low ")).map(str::to_owned).collect()
}

#[test]
fn killed_at_any_moment_no_load_is_off_without_a_lease_and_no_acknowledged_record_is_lost() {
    let folder = folder(4);
    let state = folder.path().join("state");
    let (mut dice, mut acknowledged, mut dark_at_death, mut torn) =
        (Dice(0x9e37_79b9_7f4a_7c15), BTreeSet::new(), 0, 0);
    for _ in 0..KILLS {
        let mut daemon = Daemon::start(folder.path());
        let moment = Duration::from_micros(dice.roll(100_000));
        let path = folder.path().to_owned();
        let verbs: Vec<String> = (0..200)
            .map(|_| {
                let outlet = dice.roll(4) + 1;
                match dice.roll(4) {
                    0 => format!("{{\"do\":\"on\",\"outlets\":\"pi[{outlet}]\",\"reason\":\"r\"}}"),
                    1 => format!(
                        "{{\"do\":\"off\",\"outlets\":\"pi[{outlet}]\",\"reason\":\"r\",\"for-ms\":{}}}",
                        60 + dice.roll(400)
                    ),
                    _ => format!(
                        "{{\"do\":\"cycle\",\"outlets\":\"pi[{outlet}]\",\"reason\":\"r\",\"off-ms\":{}}}",
                        60 + dice.roll(200)
                    ),
                }
            })
            .collect();
        let asker = std::thread::spawn(move || {
            let mut numbers = Vec::new();
            for question in verbs {
                let Ok(reply) = ask(&path, &question) else { break };
                numbers.extend(reply.lines.iter().filter_map(|line| line.operation));
            }
            numbers
        });
        // The one wait for time: the moment of death is what is tried.
        std::thread::sleep(moment);
        daemon.child.kill().unwrap();
        daemon.child.wait().unwrap();
        acknowledged.extend(asker.join().unwrap());
        let (journal, damage) = Journal::read(&state.join("journal")).unwrap();
        assert_eq!(damage, None);
        for outlet in dark(&state) {
            dark_at_death += 1;
            assert!(journal.lease(&outlet).is_some(), "`{outlet}` is off without a lease");
        }
        let text = fs::read_to_string(state.join("audit.jsonl")).unwrap();
        torn += u32::from(!text.ends_with('\n'));
    }
    // The last one brings everything back.
    let daemon = Daemon::start(folder.path());
    daemon.signal(rustix::process::Signal::TERM);
    daemon.wait_for("STOPPING=1");
    drop(daemon);
    let daemon = Daemon::start(folder.path());
    let mut looks = 0;
    while !dark(&state).is_empty() {
        looks += 1;
        // A lease that was found runs to its end, some seconds at most: so many looks take far longer than that on any machine.
        assert!(looks < 1_000_000, "still off: {:?}", dark(&state));
        ask(folder.path(), "{\"do\":\"status\"}").unwrap();
        std::thread::yield_now();
    }
    drop(daemon);
    verify(&files(&state).unwrap(), "").unwrap().unwrap();
    let mut written = BTreeSet::new();
    for file in files(&state).unwrap() {
        for line in fs::read_to_string(file).unwrap().lines() {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            if matches!(record["action"].as_str(), Some("accepted" | "queued")) {
                written.extend(record["operation"].as_u64());
            }
        }
    }
    let lost: Vec<&u64> = acknowledged.difference(&written).collect();
    assert!(lost.is_empty(), "acknowledged and not in the log: {lost:?}");
    assert!(20 < acknowledged.len() && 10 < dark_at_death, "{} acknowledged, {dark_at_death} dark", acknowledged.len());
    let _ = writeln!(
        io::stderr(),
        "{KILLS} kills, {} operations acknowledged, {dark_at_death} loads off at a death, {torn} torn lines mended",
        acknowledged.len()
    );
}

#[test]
fn a_broken_config_is_refused_whole_and_a_good_one_leaves_lines_that_stay() {
    let folder = folder(2);
    let daemon = Daemon::start(folder.path());
    let off = "{\"do\":\"off\",\"outlets\":\"pi-1\",\"reason\":\"r\",\"for-ms\":60000}";
    assert!(ask(folder.path(), off).unwrap().fine);
    let config = folder.path().join("relayd.toml");
    fs::write(&config, file(3).replace("[build]", "nonsense = 1\n[build]")).unwrap();
    let reply = ask(folder.path(), "{\"do\":\"reload\"}").unwrap();
    assert!(!reply.fine && reply.lines[0].sentence.contains("nonsense"), "{reply:?}");
    fs::write(&config, file(3)).unwrap();
    let reply = ask(folder.path(), "{\"do\":\"reload\"}").unwrap();
    assert!(reply.fine && reply.lines[0].sentence == "2 lines kept, 1 added, 0 removed", "{reply:?}");
    let status = ask(folder.path(), "{\"do\":\"status\"}").unwrap();
    let found: Vec<(&str, bool)> =
        status.lines.iter().map(|line| (line.outlet.as_deref().unwrap(), line.sentence.starts_with("on"))).collect();
    assert_eq!(found, [("pi[1]", false), ("pi[2]", true), ("pi[3]", true)]);
    daemon.signal(rustix::process::Signal::TERM);
    daemon.wait_for("STOPPING=1");
    drop(daemon);
    // Beside the journal stands what ran last, and `release` has it should the file be broken by then.
    fs::write(&config, "nonsense").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_wireloom-relayd"))
        .args(["release", "--all", "--config"])
        .arg(&config)
        .arg("--state")
        .arg(folder.path().join("state"))
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("the config that ran last") && words.contains("no GPIO chip"), "{words}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_is_no_question_is_answered_and_switches_nothing() {
    let folder = folder(1);
    let _daemon = Daemon::start(folder.path());
    let long = format!("{{\"do\":\"on\",\"outlets\":\"pi-1\",\"reason\":\"{}\"}}", "r".repeat(70_000));
    for question in ["", "{", "{\"do\":\"explode\"}", "{\"do\":\"status\",\"x\":1}", "[]", "\u{0}", &long] {
        let reply = ask(folder.path(), question).unwrap();
        assert!(!reply.fine && reply.lines.len() == 1, "{question:.40}: {reply:?}");
    }
    let reply = ask(folder.path(), "{\"do\":\"cycle\",\"outlets\":\"pi[1..9]\",\"reason\":\"r\"}").unwrap();
    assert!(!reply.fine && reply.lines[0].answer == "refused", "{reply:?}");
    assert_eq!(dark(&folder.path().join("state")), BTreeSet::new());
}

#[test]
fn a_real_config_without_its_chip_ends_the_daemon_and_names_what_is_missing() {
    let folder = folder(1);
    let output = Command::new(env!("CARGO_BIN_EXE_wireloom-relayd"))
        .arg("--config")
        .arg(folder.path().join("relayd.toml"))
        .arg("--state")
        .arg(folder.path().join("state"))
        .args(["--chip-wait", "0"])
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(
        words.contains("no GPIO chip has the label `pinctrl`") && !folder.path().join("state/sim-lines").exists(),
        "{words}"
    );
}
