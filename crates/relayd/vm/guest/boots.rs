//! What only another boot shows: a reboot and a panic in the middle of leases. What was seen before stands on the disk.

use std::fs::{self, File};
use std::io::Write as _;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use relay_engine::failure::{Machine, Mishap, Outcome, table};

use crate::bench::{Bench, leases};
use crate::board;
use crate::daemon::{Daemon, verb};
use crate::report::Report;
use crate::table::{fits, half_off};
use crate::work::all_on;

const ROOM: &str = "boots";
/// Where the daemon writes.
const FOLDER: &str = "/disk/boots";
/// What comes after the boot, and what was off before it.
const STAGE: &str = "/disk/stage";
/// Leases that a boot falls into.
const LEASE_MS: u64 = 30_000;

/// The mishap that this boot comes after, and what was off then; `None` where it is the first.
pub fn stage() -> Option<(Mishap, Vec<String>)> {
    let text = fs::read_to_string(STAGE).ok()?;
    let (mishap, off) = text.split_once(' ')?;
    let mishap = Mishap::ALL.into_iter().find(|one| one.id() == mishap)?;
    Some((mishap, off.split(',').map(str::to_owned).collect()))
}

/// The cells of a mishap before any daemon runs.
pub fn before(report: &mut Report, bench: &Bench, mishap: Mishap, off: &[String]) {
    report.check("table", mishap.id(), cells(mishap, off, &bench.dark()));
}

/// The cells of a mishap against what is: names of loads that were off before it, and of those that are.
pub fn cells(mishap: Mishap, off: &[String], dark: &[String]) -> Result<String, String> {
    let machine = Machine { keeps_lines: true, persists: Some(false), resets: true };
    let (mut wrong, mut all, mut unknown) = (Vec::new(), 0, 0);
    for cell in table(&board::config(), machine).iter().filter(|cell| cell.mishap == mishap) {
        all += 1;
        let told = if off.contains(&cell.outlet) { cell.was_off } else { cell.was_on };
        let seen = if dark.contains(&cell.outlet) { Outcome::Off } else { Outcome::On };
        unknown += usize::from(told == Outcome::Unknown);
        if !fits(told, seen) {
            wrong.push(format!("`{}` is told {}, is {}", cell.outlet, told.words(), seen.words()));
        }
    }
    let seen = format!("{} cells as told, {unknown} told unknown", all - unknown);
    if wrong.is_empty() { Ok(seen) } else { Err(wrong.join("; ")) }
}

/// After the boot: what was on the disk, and power for all.
pub fn after(report: &mut Report, bench: &mut Bench, mishap: Mishap, off: &[String]) {
    let what = |words: &str| format!("after the {}: {words}", mishap.id());
    let open = leases(FOLDER).map(|open| open.into_keys().collect::<Vec<_>>());
    let all = open.and_then(|open| {
        let lost: Vec<&String> = off.iter().filter(|name| !open.contains(name)).collect();
        if lost.is_empty() { Ok(format!("{} leases", open.len())) } else { Err(format!("lost: {lost:?}")) }
    });
    report.check(ROOM, &what("every lease is on the disk"), all);
    let powered = Daemon::up(&mut bench.systemd, FOLDER).and_then(|daemon| {
        let dark = bench.dark();
        if let Some(name) = dark.iter().find(|name| !off.contains(name)) {
            return Err(format!("`{name}` has no lease and no power"));
        }
        all_on(bench, LEASE_MS + 5_000)?;
        daemon.kill();
        Ok(format!("{} at once, {} when their leases ended", bench.outlets.len() - dark.len(), dark.len()))
    });
    report.check(ROOM, &what("every load gets power"), powered);
    let (words, code) = verb(&["audit", "verify", FOLDER], FOLDER);
    report.check(ROOM, &what("the audit log fits"), if code == 0 { Ok(words) } else { Err(words) });
    bench.systemd.let_go();
}

/// Brings the mishap about: never comes back where all is well.
pub fn next(report: &mut Report, bench: &mut Bench, mishap: Mishap) {
    fs::create_dir_all(FOLDER).expect("the disk takes a folder");
    let parity = usize::from(mishap == Mishap::Panic);
    let off = match half_off(bench, parity, FOLDER, LEASE_MS) {
        // It goes with the kernel.
        Ok((_, off, _)) => off,
        Err(wrong) => return report.check(ROOM, mishap.id(), Err(wrong)),
    };
    let mut file = File::create(STAGE).expect("the disk takes a file");
    write!(file, "{} {}", mishap.id(), off.join(",")).and_then(|()| file.sync_all()).expect("the disk takes a line");
    if mishap == Mishap::Panic {
        let _ = fs::write("/proc/sysrq-trigger", "c");
    } else {
        let _ = Command::new("/bin/reboot").arg("-f").status();
    }
    sleep(Duration::from_secs(60));
    report.check(ROOM, mishap.id(), Err("the kernel lives on".to_owned()));
}
