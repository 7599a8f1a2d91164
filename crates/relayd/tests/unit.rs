//! The unit that is shipped: how far it is shut off, as systemd itself judges it.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

#[test]
fn systemd_gives_the_unit_an_exposure_of_one_and_a_half_at_most() {
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist/wireloom-relayd.service");
    // The threshold is in tenths; above it the command fails.
    let output =
        Command::new("systemd-analyze").args(["security", "--offline=true", "--threshold=15"]).arg(&unit).output();
    match output {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(_) => {
            let _ =
                writeln!(std::io::stderr(), "LEFT OUT: there is no systemd-analyze here, and nobody judged the unit");
        }
    }
}

#[test]
fn the_unit_calls_verbs_that_the_program_has() {
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist/wireloom-relayd.service");
    let text = std::fs::read_to_string(unit).expect("the unit is there");
    let stop = text
        .lines()
        .find_map(|line| line.strip_prefix("ExecStopPost=/usr/bin/wireloom-relayd "))
        .expect("a stop command");
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("relayd.toml");
    let file = "schema = 1\ncontroller = \"pi[5]\"\nslug = \"pi-5\"\nstagger-ms = 0\nconfig-txt = []\n[build]\nname = \"b\"\nversion = \"1\"\n";
    std::fs::write(&config, file).expect("it can be written");
    let stop = stop.replace("/etc/wireloom/relayd.toml", &config.display().to_string());
    let output = Command::new(env!("CARGO_BIN_EXE_wireloom-relayd"))
        .args(stop.split(' '))
        .env("STATE_DIRECTORY", folder.path())
        .env("SERVICE_RESULT", "watchdog")
        .output()
        .expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "no lease is over\n");
}
