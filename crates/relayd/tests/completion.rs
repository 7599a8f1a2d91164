//! `wireloom-relayd completion` as shells drive it: names from the config's file, and nothing said where it is broken.

use std::fs;
use std::process::{Command, Output};

fn told(shell: &str, line: &str) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wireloom-relayd"));
    let Output { status, stdout, stderr } =
        command.args(["completion", shell, "--line", line]).env_clear().output().expect("the command runs");
    assert!(status.success() && stderr.is_empty(), "{line}: {status} {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn outlets_are_those_of_the_config() {
    let sample = include_str!("../src/sample.toml");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("relayd.toml");
    fs::write(&path, sample).expect("it can be written");
    let at = |verb: &str| format!("wireloom-relayd ctl --config {} {verb}", path.display());
    for verb in
        ["on", "off", "cycle", "status", "plan on", "lock", "unlock", "pause", "resume", "heartbeat", "sim hang"]
    {
        let line = at(&format!("{verb} pi[1"));
        assert_eq!(told("zsh", &line), ["pi[1]"], "{line}");
        assert_eq!(told("fish", &line), ["pi[1]"], "{line}");
        assert_eq!(told("bash", &line), [r"pi\[1]"], "{line}");
        let simulated = format!("wireloom-relayd ctl --sim {verb} pi[1");
        assert_eq!(told("zsh", &simulated), ["pi[1]"], "{simulated}");
    }
    assert_eq!(told("bash", &at("off 'pi[1..")), ["pi[1..2]", "pi[1..3]", "pi[1..4]"]);
    assert_eq!(told("fish", &at("off pi-2")), ["pi-2"]);
    assert_eq!(told("fish", &at("off pi-2 ")), [""; 0], "one word names them all");
    assert_eq!(told("fish", "wireloom-relayd ctl plan c"), ["cycle"]);
    assert_eq!(told("fish", "wireloom-relayd ctl sim st"), ["stuck"]);
    assert_eq!(told("zsh", "wireloom-relayd check --config "), ["/"]);
    for text in ["", "schema = 1\n[[outlet]", "\u{0}\u{1}", &sample.replace("schema = 1", "schema = 9")] {
        fs::write(&path, text).expect("it can be written");
        assert_eq!(told("bash", &at("on p")), [""; 0], "{text}");
    }
    // A folder, a device without an end, and no file.
    for path in [folder.path().to_str().expect("text"), "/dev/zero", "/nowhere"] {
        assert_eq!(told("bash", &format!("wireloom-relayd ctl --config {path} on p")), [""; 0]);
    }
}
