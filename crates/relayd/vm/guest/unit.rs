//! The unit as it is shipped under a real systemd: account and chip, start, restart, kill, stop, and a process that hangs.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;
use std::thread::sleep;

use relay_config::Power;
use relay_engine::failure::Mishap;
use relayd::clock::boot_ms;

use crate::bench::{Bench, leases};
use crate::boots::cells;
use crate::daemon::{self, GLANCE, over_the_socket};
use crate::report::Report;
use crate::work::{all_on, uncut};

const ROOM: &str = "systemd";
const UNIT: &str = "wireloom-relayd";
/// The unit that is stopped once nobody starts the daemon again.
const AFTER: &str = "wireloom-relayd-release";
/// The chip's device.
const CHIP: &str = "/dev/gpiochip0";
/// What the unit's `StateDirectory=` is.
const FOLDER: &str = "/var/lib/wireloom-relayd";
/// Longest wait for systemd in an emulated machine.
const PATIENCE_MS: u64 = 60_000;
/// Leases that nothing here outlasts.
const LONG_MS: u64 = 600_000;
/// A lease that ends while the process hangs.
const SHORT_MS: u64 = 2_000;

type Seen = Result<String, String>;

/// Each in order, with what the one before left.
pub fn run(report: &mut Report, bench: &mut Bench) {
    report.check(ROOM, "account, group and chip by what is shipped", account());
    report.check(ROOM, "started: every load has power, none was cut on the way, and it is shut off", start(bench));
    report.check(ROOM, "restarted in the middle of leases: systemd keeps the lines, no edge", restart(bench));
    report.check(ROOM, "killed in the middle of leases: started again, no edge", kill(bench));
    report.check(ROOM, "stopped: the unit after it gives power to what is off", stop(bench));
    report.check(
        ROOM,
        "it pings; a process that hangs is killed by the watchdog, and the next gives power",
        hang(bench),
    );
}

fn say(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program).args(arguments).output().map_err(|error| format!("{program}: {error}"))?;
    let words = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim().to_owned();
    if output.status.success() { Ok(words) } else { Err(format!("{program} {}: {words}", arguments.join(" "))) }
}

/// A property of the unit as systemd tells it.
fn told(property: &str) -> Result<String, String> {
    say("/bin/systemctl", &["show", "--property", property, "--value", UNIT])
}

fn process() -> Result<String, String> {
    told("MainPID")
}

/// Waits until the unit is active with another process than this one.
fn another(than: &str) -> Result<(), String> {
    let end = boot_ms() + PATIENCE_MS;
    loop {
        let (state, now) = (told("ActiveState")?, process()?);
        if state == "active" && now != "0" && now != than {
            return Ok(());
        }
        if end < boot_ms() {
            return Err(format!("it is {state}, process {now}"));
        }
        sleep(GLANCE);
    }
}

fn account() -> Seen {
    say("/bin/systemd-sysusers", &[])?;
    say("/lib/systemd/systemd-udevd", &["--daemon"])?;
    say("/bin/udevadm", &["trigger", "--subsystem-match=gpio", "--settle"])?;
    let groups = fs::read_to_string("/etc/group").map_err(|error| error.to_string())?;
    let gpio = groups.lines().find_map(|line| line.strip_prefix("gpio:")?.split(':').nth(1)).ok_or(groups.clone())?;
    let chip = fs::metadata(CHIP).map_err(|error| error.to_string())?;
    let (group, mode) = (chip.gid().to_string(), chip.mode() & 0o777);
    if group != gpio || mode != 0o660 {
        return Err(format!("{CHIP} is of group {group}, mode {mode:o}; gpio is {gpio}"));
    }
    Ok(format!("{CHIP} is of group gpio, mode 660"))
}

fn start(bench: &mut Bench) -> Seen {
    let before = bench.dark();
    bench.chip.forget();
    let begun = boot_ms();
    say("/bin/systemctl", &["start", UNIT])?;
    let took = boot_ms() - begun;
    uncut(bench, &before)?;
    let status = fs::read_to_string(format!("/proc/{}/status", process()?)).map_err(|error| error.to_string())?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.and_then(|line| line.split_whitespace().next()).unwrap_or_default().to_owned()
    };
    let shut = [field("CapEff"), field("NoNewPrivs"), field("Seccomp")];
    if field("Uid") == "0" || shut != ["0000000000000000", "1", "2"] {
        return Err(format!("user {}, {shut:?}", field("Uid")));
    }
    let kept = told("NFileDescriptorStore")?;
    if kept != "1" {
        return Err(format!("{kept} descriptors are kept"));
    }
    Ok(format!(
        "{} loads on, ready after {took} ms of emulated time; not root, no capability, 1 descriptor kept",
        bench.outlets.len()
    ))
}

/// Has every other outlet off for so long; gives their names.
fn half_off(bench: &Bench, ms: u64) -> Result<Vec<String>, String> {
    let off: Vec<String> = bench.outlets.iter().step_by(2).map(|one| one.name.clone()).collect();
    for name in &off {
        let reply = over_the_socket(&daemon::off(name, ms)).map_err(|error| error.to_string())?;
        if reply.lines.first().is_none_or(|line| line.answer != "accepted") {
            return Err(format!("`{name}`: {reply:?}"));
        }
    }
    let end = boot_ms() + PATIENCE_MS;
    while bench.dark() != off {
        if end < boot_ms() {
            return Err(format!("{off:?} were to be off, and {:?} are", bench.dark()));
        }
        sleep(GLANCE);
    }
    Ok(off)
}

/// No line was driven since it was forgotten, what is off is off, and its leases are on the disk.
fn untouched(bench: &Bench, off: &[String]) -> Result<(), String> {
    let (moves, dark) = (bench.moves(), bench.dark());
    let open: Vec<String> = leases(FOLDER)?.into_keys().collect();
    let lost = off.iter().any(|name| !open.contains(name));
    if moves.is_empty() && dark == off && !lost {
        return Ok(());
    }
    Err(format!("moved {moves:?}; without power {dark:?}, to be {off:?}; leases {open:?}"))
}

fn restart(bench: &mut Bench) -> Seen {
    let (off, old) = (half_off(bench, LONG_MS)?, process()?);
    bench.chip.forget();
    say("/bin/systemctl", &["restart", UNIT])?;
    another(&old)?;
    untouched(bench, &off)?;
    Ok(format!("{} off and {} on all the while, another process", off.len(), bench.outlets.len() - off.len()))
}

fn kill(bench: &mut Bench) -> Seen {
    let (off, old) = (bench.dark(), process()?);
    bench.chip.forget();
    let begun = boot_ms();
    say("/bin/systemctl", &["kill", "--signal=KILL", UNIT])?;
    another(&old)?;
    untouched(bench, &off)?;
    Ok(format!("ready again after {} ms of emulated time", boot_ms() - begun))
}

/// Lines are given back at the end, and then each follows its pull: only that may leave a load without power, and the failure table says so.
fn stop(bench: &mut Bench) -> Seen {
    let off = bench.dark();
    bench.chip.forget();
    say("/bin/systemctl", &["stop", UNIT])?;
    // What gives power is stopped after the daemon, and not waited for by whoever stops that.
    let (end, state) =
        (boot_ms() + PATIENCE_MS, || say("/bin/systemctl", &["show", "--property", "ActiveState", "--value", AFTER]));
    while state()? != "inactive" {
        if end < boot_ms() {
            return Err(format!("{AFTER} is {}", state()?));
        }
        sleep(GLANCE);
    }
    let moves = bench.moves();
    let given =
        |name: &String| moves.get(name).and_then(|moves| moves.last()).is_some_and(|(power, _)| *power == Power::On);
    if let Some(name) = off.iter().find(|name| !given(name)) {
        return Err(format!("`{name}` was not given power: {moves:?}"));
    }
    let (open, seen) = (leases(FOLDER)?, cells(Mishap::Stop, &off, &bench.dark())?);
    let kept = told("NFileDescriptorStore")?;
    if !open.is_empty() || kept != "0" {
        return Err(format!("leases {open:?}; {kept} descriptors are kept"));
    }
    Ok(format!("{} given power, no lease left, no descriptor kept; {seen}", off.len()))
}

fn hang(bench: &mut Bench) -> Seen {
    say("/bin/systemctl", &["start", UNIT])?;
    let (first, end) = (told("WatchdogTimestampMonotonic")?, boot_ms() + PATIENCE_MS);
    while told("WatchdogTimestampMonotonic")? == first {
        if end < boot_ms() {
            return Err("it does not ping".to_owned());
        }
        sleep(GLANCE);
    }
    half_off(bench, SHORT_MS)?;
    let (old, begun) = (process()?, boot_ms());
    say("/bin/systemctl", &["kill", "--signal=STOP", UNIT])?;
    another(&old)?;
    all_on(bench, PATIENCE_MS)?;
    Ok(format!("stopped dead in the middle of leases of 2 s; all on {} ms later", boot_ms() - begun))
}
