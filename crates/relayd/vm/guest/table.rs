//! The failure table, cell by cell: what the daemon's own computation says becomes of each load, and what became of it.

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use relay_engine::failure::{Machine, Mishap, Outcome, table};
use relayd::clock::{boot_ms, now_ms};

use crate::bench::Bench;
use crate::board;
use crate::daemon::{self, Daemon, GLANCE};
use crate::report::Report;
use crate::work::{LATE_MS, all_on};

const ROOM: &str = "table";
/// A disk of its own, so that it can be filled.
const FOLDER: &str = "/run/small";
/// Leases that a mishap falls into.
const LEASE_MS: u64 = 2_500;
/// A group of processes that can be short of memory.
const GROUP: &str = "/sys/fs/cgroup/daemon";
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What a mishap leaves.
enum After {
    /// The daemon runs on.
    Runs(Daemon),
    /// It is gone, and the systemd starts another.
    Gone,
    /// It is gone, and nobody starts another.
    Stopped,
}

/// What is done to the daemon.
type Act = fn(&mut Bench, Daemon) -> Result<After, String>;

/// Loads that were off by a lease, and those that were without power at three moments: after the mishap, with a daemon again, when every lease is over.
struct Seen {
    off: Vec<String>,
    dark: [Vec<String>; 3],
    stopped: bool,
}

/// Every mishap that leaves the kernel alone.
pub fn run(report: &mut Report, bench: &mut Bench) {
    fs::create_dir_all(FOLDER).expect("there is room for a folder");
    let mounted = Command::new("/bin/mount").args(["-t", "tmpfs", "-o", "size=256k", "tmpfs", FOLDER]).status();
    assert!(mounted.expect("mount starts").success(), "a small disk can be had");
    fs::write("/sys/fs/cgroup/cgroup.subtree_control", "+memory").expect("groups can be short of memory");
    fs::create_dir_all(GROUP).expect("there is room for a group");
    bench.systemd.group = Some(GROUP.to_owned());
    let acts: [(Mishap, bool, Act); 11] = [
        (Mishap::Start, true, again),
        (Mishap::Reload, true, reload),
        (Mishap::Stop, true, stop),
        (Mishap::Crash, true, crash),
        (Mishap::Crash, false, crash),
        (Mishap::Kill, true, kill),
        (Mishap::Kill, false, kill),
        (Mishap::OutOfMemory, true, starve),
        (Mishap::OutOfMemory, false, starve),
        (Mishap::FullDisk, true, fill),
        (Mishap::ClockJump, true, jump),
    ];
    for (mishap, keeps_lines, act) in acts {
        let both = [0, 1].map(|parity| observe(bench, parity, keeps_lines, act));
        let machine = Machine { keeps_lines, persists: Some(false), resets: true };
        let told =
            both.into_iter().collect::<Result<Vec<_>, _>>().and_then(|both| judge(machine, mishap, keeps_lines, &both));
        let how = if keeps_lines { "" } else { ", no descriptor kept" };
        report.check(ROOM, &format!("{}{how}", mishap.id()), told);
    }
    bench.systemd.group = None;
    let why = "a simulated chip always has power, and its pins hang on no relay board; the table says unknown";
    report.left_out(ROOM, Mishap::PowerLoss.id(), why);
}

/// Every load has power, then every other one is off under a lease: those, and when the leases end.
pub fn half_off(bench: &mut Bench, parity: usize, folder: &str, ms: u64) -> Result<(Daemon, Vec<String>, u64), String> {
    let mut daemon = Daemon::up(&mut bench.systemd, folder)?;
    all_on(bench, LATE_MS)?;
    // One of each kind, and of each kind once over both.
    let off: Vec<String> = bench
        .outlets
        .iter()
        .enumerate()
        .filter(|(at, _)| (at + at / 4) % 2 == parity)
        .map(|(_, one)| one.name.clone())
        .collect();
    let mut until = 0;
    for name in &off {
        let told = daemon.told(daemon::off(name, ms))?;
        if told.answer != "accepted" {
            return Err(format!("`{name}`: {told:?}"));
        }
        until = boot_ms() + ms;
    }
    let end = boot_ms() + LATE_MS;
    while bench.dark() != off {
        if end < boot_ms() {
            return Err(format!("{off:?} were to be off, and {:?} are", bench.dark()));
        }
        sleep(GLANCE);
    }
    Ok((daemon, off, until))
}

fn observe(bench: &mut Bench, parity: usize, keeps_lines: bool, act: Act) -> Result<Seen, String> {
    for entry in fs::read_dir(FOLDER).map_err(|error| error.to_string())?.flatten() {
        fs::remove_file(entry.path()).map_err(|error| error.to_string())?;
    }
    let (daemon, off, until) = half_off(bench, parity, FOLDER, LEASE_MS)?;
    let after = act(bench, daemon)?;
    bench.systemd.hear();
    if !keeps_lines {
        bench.systemd.let_go();
    }
    sleep(Duration::from_millis(100));
    let first = bench.dark();
    let stopped = matches!(after, After::Stopped);
    let daemon = match after {
        After::Runs(daemon) => Some(daemon),
        After::Gone => Some(Daemon::up(&mut bench.systemd, FOLDER)?),
        After::Stopped => None,
    };
    let second = bench.dark();
    while boot_ms() < until + LATE_MS {
        sleep(GLANCE);
    }
    let dark = [first, second, bench.dark()];
    if let Some(daemon) = daemon {
        daemon.kill();
    }
    bench.systemd.let_go();
    Ok(Seen { off, dark, stopped })
}

impl Seen {
    /// What became of a load, in the table's words. Without descriptors kept the table tells of the time until a daemon runs again.
    fn outcome(&self, name: &String, keeps_lines: bool) -> Outcome {
        let [first, second, last] = self.dark.each_ref().map(|dark| dark.contains(name));
        let dark = |dark| if dark { Outcome::Off } else { Outcome::On };
        match (self.stopped, self.off.contains(name)) {
            (true, _) => dark(last),
            (false, true) if !last && (first || second) => Outcome::UntilLeaseEnds,
            (false, true) => dark(last),
            (false, false) if keeps_lines => dark(first || second || last),
            (false, false) => dark(first || last),
        }
    }
}

/// Whether what was seen is what is told; a lease may end earlier than at its end.
pub fn fits(told: Outcome, seen: Outcome) -> bool {
    told == seen || told == Outcome::Unknown || (told == Outcome::UntilLeaseEnds && seen == Outcome::On)
}

fn judge(machine: Machine, mishap: Mishap, keeps_lines: bool, both: &[Seen]) -> Result<String, String> {
    let (mut wrong, mut cells, mut unknown, mut dark) = (Vec::new(), 0, 0, 0);
    for cell in table(&board::config(), machine).iter().filter(|cell| cell.mishap == mishap) {
        for seen in both {
            let was_off = seen.off.contains(&cell.outlet);
            let told = if was_off { cell.was_off } else { cell.was_on };
            let found = seen.outcome(&cell.outlet, keeps_lines);
            cells += 1;
            unknown += usize::from(told == Outcome::Unknown);
            dark += usize::from(told == Outcome::Unknown && found == Outcome::Off);
            if !fits(told, found) {
                let was = if was_off { "off" } else { "on" };
                wrong.push(format!("`{}` was {was}, is told {}, is {}", cell.outlet, told.words(), found.words()));
            }
        }
    }
    match (wrong.is_empty(), unknown) {
        (false, _) => Err(wrong.join("; ")),
        (true, 0) => Ok(format!("{cells} cells as told")),
        (true, _) => Ok(format!("{} cells as told, {unknown} told unknown ({dark} were off)", cells - unknown)),
    }
}

/// Stopped and started, its descriptors kept in between.
fn again(_: &mut Bench, daemon: Daemon) -> Result<After, String> {
    daemon.signal("TERM");
    daemon.end()?;
    Ok(After::Gone)
}

fn reload(_: &mut Bench, mut daemon: Daemon) -> Result<After, String> {
    let told = daemon.reload()?;
    if told.sentence == "8 lines kept, 0 added, 0 removed" { Ok(After::Runs(daemon)) } else { Err(told.sentence) }
}

/// As `systemctl stop`: the daemon ends, the command after it runs, what is kept is let go, and then the unit that nobody needs any longer is stopped.
fn stop(bench: &mut Bench, daemon: Daemon) -> Result<After, String> {
    daemon.signal("TERM");
    let status = daemon.end()?;
    if !status.success() {
        return Err(format!("stopped, it ends in {status}"));
    }
    for which in ["--overdue", "--all"] {
        let (words, code) = daemon::verb(&["release", which, "--config", board::CONFIG], FOLDER);
        if code == 2 {
            return Err(words);
        }
        bench.systemd.let_go();
    }
    Ok(After::Stopped)
}

fn crash(_: &mut Bench, daemon: Daemon) -> Result<After, String> {
    daemon.signal("ABRT");
    daemon.end()?;
    Ok(After::Gone)
}

fn kill(_: &mut Bench, daemon: Daemon) -> Result<After, String> {
    daemon.kill();
    Ok(After::Gone)
}

/// The group gets less memory than the daemon has.
fn starve(_: &mut Bench, mut daemon: Daemon) -> Result<After, String> {
    let set = |most: &str| fs::write(format!("{GROUP}/memory.max"), most).map_err(|error| error.to_string());
    set("4096")?;
    // Whatever it does wants a page.
    daemon.ask(daemon::on("nobody"));
    let ended = daemon.end();
    set("max")?;
    let events = fs::read_to_string(format!("{GROUP}/memory.events")).map_err(|error| error.to_string())?;
    let status = ended?;
    if events.lines().any(|line| line.strip_prefix("oom_kill ").is_some_and(|count| count != "0")) {
        return Ok(After::Gone);
    }
    Err(format!("it ended in {status}, and not for want of memory: {events}"))
}

/// Fills the disk to its last byte; then nothing more may be cut.
fn fill(bench: &mut Bench, mut daemon: Daemon) -> Result<After, String> {
    let mut size = 4096;
    let mut number = 0;
    while 0 < size {
        number += 1;
        if fs::write(format!("{FOLDER}/full-{number}"), vec![0; size]).is_err() {
            size /= 2;
        }
    }
    let dark = bench.dark();
    let on = bench.outlets.iter().find(|outlet| !dark.contains(&outlet.name)).ok_or("all are off")?;
    let told = daemon.told(daemon::off(&on.name, 500))?;
    if told.answer == "refused" { Ok(After::Runs(daemon)) } else { Err(format!("on a full disk: {told:?}")) }
}

/// A day ahead, then two back; the next jump brings it where it was.
fn jump(_: &mut Bench, daemon: Daemon) -> Result<After, String> {
    for to in [now_ms() + DAY_MS, now_ms() - DAY_MS, now_ms()] {
        let at = format!("@{}", to / 1000);
        Command::new("/bin/date").args(["-s", &at]).output().map_err(|error| error.to_string())?;
        sleep(Duration::from_millis(200));
    }
    Ok(After::Runs(daemon))
}
