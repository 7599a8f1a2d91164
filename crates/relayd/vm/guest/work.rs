//! The daemon at work: started, asked for a cycle of every outlet, given another config, given one that cannot be used.

use std::fs;
use std::thread::sleep;

use relay_config::{Contact, Outlet, Power};
use relayd::clock::boot_ms;

use crate::bench::Bench;
use crate::board;
use crate::daemon::{self, Daemon, GLANCE};
use crate::front;
use crate::report::Report;

const ROOM: &str = "work";
/// Where the daemon writes.
const FOLDER: &str = "/disk/work";
/// How much later than its lease's end a load may have power in an emulated machine.
pub const LATE_MS: u64 = 1_500;
/// How much shorter a cycle may be than its file says: what the disk takes for the lease.
const EARLY_MS: u64 = 200;

type Seen = Result<String, String>;

/// Each in order, with one daemon.
pub fn run(report: &mut Report, bench: &mut Bench) {
    fs::create_dir_all(FOLDER).expect("the disk takes a folder");
    let mut daemon = match start(bench) {
        Ok((daemon, seen)) => {
            report.check(ROOM, "started: every load has power, none was cut on the way", Ok(seen));
            daemon
        }
        Err(wrong) => return report.check(ROOM, "started: every load has power", Err(wrong)),
    };
    report.check(ROOM, "the local command finds it", front::command(bench, FOLDER));
    report.check(ROOM, "asked over TLS by its certificate's pin", front::network(FOLDER));
    report.check(ROOM, "all cycled at once: each line moves twice and no more", cycles(bench, &mut daemon));
    report.check(ROOM, "an outlet that does not exist: refused, nothing moves", stranger(bench, &mut daemon));
    report.check(ROOM, "another config: lines that stay are not touched", reload(bench, &mut daemon));
    report.check(ROOM, "a config that cannot be used: the old one runs on", refused(bench, &mut daemon));
    board::write_config();
    daemon.kill();
    bench.systemd.let_go();
}

fn start(bench: &mut Bench) -> Result<(Daemon, String), String> {
    let before = bench.dark();
    bench.chip.forget();
    let begun = boot_ms();
    let daemon = Daemon::up(&mut bench.systemd, FOLDER)?;
    let took = boot_ms() - begun;
    uncut(bench, &before)?;
    Ok((daemon, format!("{} loads on, ready after {took} ms of emulated time", bench.outlets.len())))
}

/// All have power after a start, and none that had it was cut; `before` had none.
pub fn uncut(bench: &Bench, before: &[String]) -> Result<(), String> {
    let dark = bench.dark();
    if !dark.is_empty() {
        return Err(format!("without power: {dark:?}"));
    }
    // One that is dark by its pull may be driven to just that first; a line that nobody drove is taken at its safe level, and an NO contact is open there.
    let moves = bench.moves();
    let had = |outlet: &&Outlet| outlet.contact == Contact::Nc && !before.contains(&outlet.name);
    for outlet in bench.outlets.iter().filter(had) {
        if let Some(moves) = moves.get(&outlet.name).filter(|moves| moves.iter().any(|(power, _)| *power == Power::Off))
        {
            return Err(format!("`{}` was cut: {moves:?}", outlet.name));
        }
    }
    Ok(())
}

/// Waits until every load has power.
pub fn all_on(bench: &Bench, ms: u64) -> Result<(), String> {
    let end = boot_ms() + ms;
    while !bench.dark().is_empty() {
        if boot_ms() > end {
            return Err(format!("still without power: {:?}", bench.dark()));
        }
        sleep(GLANCE);
    }
    Ok(())
}

fn cycles(bench: &Bench, daemon: &mut Daemon) -> Seen {
    bench.chip.forget();
    for outlet in &bench.outlets {
        let told = daemon.told(daemon::cycle(&outlet.name, None))?;
        if told.answer != "accepted" {
            return Err(format!("`{}`: {told:?}", outlet.name));
        }
    }
    settled(bench, bench.outlets.len())?;
    let (moves, mut longest, mut shortest) = (bench.moves(), 0, u64::MAX);
    for outlet in &bench.outlets {
        let moves = moves.get(&outlet.name).map(Vec::as_slice).unwrap_or_default();
        let &[(Power::Off, from), (Power::On, until)] = moves else {
            return Err(format!("`{}` moved {moves:?}", outlet.name));
        };
        // A lease begins before the disk has it, and the line moves after.
        if until - from + EARLY_MS < outlet.off_ms || outlet.off_ms + LATE_MS < until - from {
            return Err(format!(
                "`{}` was off for {} ms, and its file says {}",
                outlet.name,
                until - from,
                outlet.off_ms
            ));
        }
        longest = longest.max((until - from).saturating_sub(outlet.off_ms));
        shortest = shortest.min(until - from);
    }
    Ok(format!("{} off and on again, {shortest} to {} ms for 400", bench.outlets.len(), 400 + longest))
}

fn stranger(bench: &Bench, daemon: &mut Daemon) -> Seen {
    bench.chip.forget();
    let told = daemon.told(daemon::cycle("nobody", None))?;
    let moves = bench.moves();
    match told.answer.as_str() {
        "refused" if moves.is_empty() => Ok(told.sentence),
        _ => Err(format!("{told:?}; moved {moves:?}")),
    }
}

/// Waits until so many outlets were cut and have power again: an answer comes before the line moves.
fn settled(bench: &Bench, outlets: usize) -> Result<(), String> {
    let end = boot_ms() + 10_000;
    loop {
        let moves = bench.moves();
        if outlets <= moves.values().filter(|moves| 2 <= moves.len()).count() {
            return Ok(());
        }
        if end < boot_ms() {
            return Err(format!("{outlets} were to move twice; moved {moves:?}"));
        }
        sleep(GLANCE);
    }
}

/// The last outlet goes, the others get another time; then it comes back.
fn reload(bench: &Bench, daemon: &mut Daemon) -> Seen {
    bench.chip.forget();
    let whole = board::text();
    let (rest, _) = whole.rsplit_once("[[outlet]]").ok_or("the file has outlets")?;
    fs::write(board::CONFIG, rest.replace("off-ms = 400", "off-ms = 300")).map_err(|error| error.to_string())?;
    let less = daemon.reload()?;
    let moves = bench.moves();
    all_on(bench, 0)?;
    if less.sentence != "7 lines kept, 0 added, 1 removed" || !moves.is_empty() {
        return Err(format!("{less:?}; moved {moves:?}"));
    }
    fs::write(board::CONFIG, &whole).map_err(|error| error.to_string())?;
    let more = daemon.reload()?;
    let moves = bench.moves();
    all_on(bench, 0)?;
    if more.sentence != "7 lines kept, 1 added, 0 removed" || !moves.is_empty() {
        return Err(format!("coming back: {more:?}; moved {moves:?}"));
    }
    Ok("one taken out and put back, seven kept, no edge".to_owned())
}

fn refused(bench: &Bench, daemon: &mut Daemon) -> Seen {
    bench.chip.forget();
    fs::write(board::CONFIG, board::text().replace("stagger-ms", "stager-ms")).map_err(|error| error.to_string())?;
    let told = daemon.reload()?;
    let name = &bench.outlets[0].name;
    let cycle = daemon.told(daemon::cycle(name, None))?;
    settled(bench, 1)?;
    let moves = bench.moves();
    let only = moves.len() == 1 && moves.get(name).is_some_and(|moves| moves.len() == 2);
    if told.answer != "refused" || cycle.answer != "accepted" || !only {
        return Err(format!("{told:?}; {cycle:?}; moved {moves:?}"));
    }
    Ok("refused whole; a cycle after it is done".to_owned())
}
