//! The units that are shipped: how far they are shut off, as systemd itself judges it, and what they call.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const UNITS: [&str; 2] = ["wireloom-relayd.service", "wireloom-relayd-release.service"];

fn path(unit: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dist").join(unit)
}

#[test]
fn systemd_gives_each_unit_an_exposure_of_one_and_a_half_at_most() {
    // The threshold is in tenths; above it the command fails.
    let output = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=15"])
        .args(UNITS.map(path))
        .output();
    match output {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(_) => {
            let _ =
                writeln!(std::io::stderr(), "LEFT OUT: there is no systemd-analyze here, and nobody judged the unit");
        }
    }
}

#[test]
fn the_units_call_verbs_that_the_program_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("relayd.toml");
    let file = "schema = 1\ncontroller = \"pi[5]\"\nslug = \"pi-5\"\nstagger-ms = 0\nconfig-txt = []\n[build]\nname = \"b\"\nversion = \"1\"\n";
    std::fs::write(&config, file).expect("it can be written");
    for (unit, key) in UNITS.into_iter().zip(["ExecStopPost", "ExecStop"]) {
        let text = std::fs::read_to_string(path(unit)).expect("the unit is there");
        let begins = format!("{key}=/usr/bin/wireloom-relayd ");
        let stop = text.lines().find_map(|line| line.strip_prefix(&begins)).expect("a stop command");
        let stop = stop.replace("/etc/wireloom/relayd.toml", &config.display().to_string());
        let output = Command::new(env!("CARGO_BIN_EXE_wireloom-relayd"))
            .args(stop.split(' '))
            .env("STATE_DIRECTORY", folder.path())
            .output()
            .expect("the program starts");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "no lease is over\n", "{unit}");
    }
}

#[test]
fn the_daemon_stands_on_the_unit_that_outlives_it_and_is_needed_by_nothing_else() {
    let [daemon, release] = UNITS.map(|unit| std::fs::read_to_string(path(unit)).expect("the unit is there"));
    let after = daemon.lines().find(|line| line.starts_with("After=")).expect("an order");
    assert!(daemon.contains(&format!("\nWants={}\n", UNITS[1])) && after.contains(UNITS[1]), "{after}");
    assert!(release.contains("\nStopWhenUnneeded=yes\n") && release.contains("\nRemainAfterExit=yes\n"));
    assert!(!release.contains("[Install]"), "nobody enables it: the daemon's start does");
}
