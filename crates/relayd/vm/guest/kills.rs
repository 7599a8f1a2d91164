//! The daemon killed without a warning at random moments of random work: no load is off beyond its lease, and nothing that was acknowledged is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::thread::sleep;

use relay_config::{Contact, Power};
use relay_engine::SLACK_MS;
use relayd::clock::boot_ms;

use crate::bench::{Bench, leases};
use crate::daemon::{self, Daemon, GLANCE, verb};
use crate::report::Report;
use crate::work::{LATE_MS, all_on};

const ROOM: &str = "kills";
/// Where the daemon writes.
const FOLDER: &str = "/disk/kills";
/// Longest that a load is to be off. A cycle's lease also holds what intent and audit may take, and only a daemon that lives on gives power before its end.
const LONGEST_MS: u64 = 1_200;
/// After so many kills one daemon lives until all have power.
const BETWEEN_RESTS: u32 = 50;

/// What adds up over all kills.
#[derive(Default)]
struct Tally {
    acknowledged: BTreeSet<u64>,
    twice: Vec<u64>,
    before_ready: u32,
    with_loads_off: u32,
    nothing_kept: u32,
    /// How long the last start took.
    start_ms: u64,
    latest_ms: u64,
    wrong: Vec<String>,
}

/// What is known of the box between two kills.
#[derive(Default)]
struct Between {
    /// Somebody has held the lines ever since a daemon was ready: what is off has a lease.
    held: bool,
    /// Loads that were off, and the end of their lease.
    off: BTreeMap<String, u64>,
}

/// Numbers that look random and are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Kills so often; each kill is judged by itself, and the log at the end.
pub fn run(report: &mut Report, bench: &mut Bench, kills: u32) {
    fs::create_dir_all(FOLDER).expect("the disk takes a folder");
    let (mut tally, mut between, mut dice) = (Tally::default(), Between::default(), Dice(0x9E37_79B9_7F4A_7C15));
    let (mut done, mut rested) = (0, Ok(0));
    while done < kills && tally.wrong.len() < 5 {
        done += 1;
        if let Err(wrong) = one(bench, &mut dice, &mut between, &mut tally) {
            tally.wrong.push(format!("kill {done}: {wrong}"));
            bench.systemd.let_go();
            between = Between::default();
        }
        if done % BETWEEN_RESTS == 0 {
            rested = rested.and_then(|longest| Ok(longest.max(rest(bench)?)));
            between = Between::default();
        }
    }
    let judged = if tally.wrong.is_empty() { Ok(()) } else { Err(tally.wrong.join("; ")) };
    let count = format!(
        "{done} kills: {} before the daemon was ready, {} with loads off, {} with no descriptor kept; power came at most {} ms after lease or start",
        tally.before_ready, tally.with_loads_off, tally.nothing_kept, tally.latest_ms
    );
    report.check(ROOM, "whatever is off has a lease on the disk, and gets power at its end", judged.map(|()| count));
    let rested = rested.and_then(|longest| Ok(longest.max(rest(bench)?)));
    let rested = rested.map(|longest| format!("after {done} kills; all on at most {longest} ms after it was ready"));
    report.check(ROOM, "a daemon that nobody kills gives power to all when their leases end", rested);
    report.check(ROOM, "what was acknowledged is in the audit log, and its chain fits", log(&tally));
}

fn one(bench: &mut Bench, dice: &mut Dice, between: &mut Between, tally: &mut Tally) -> Result<(), String> {
    let before = bench.dark();
    bench.chip.forget();
    let mut daemon = Daemon::start(&mut bench.systemd, FOLDER);
    let mut asked = BTreeMap::new();
    // Every third dies while it starts or soon after.
    let begun = boot_ms();
    let mut end = begun + if dice.below(3) == 0 { dice.below(tally.start_ms + 20) } else { 10_000 };
    let mut next = 0;
    let mut answers = Vec::new();
    let mut dark_when_ready = Ok(());
    while boot_ms() < end {
        if daemon.ready.is_none() && daemon.is_ready(&mut bench.systemd) {
            dark_when_ready = known(bench, "when it was ready");
            between.held = true;
            tally.start_ms = boot_ms() - begun;
            end = end.min(boot_ms() + dice.below(500));
        }
        answers.extend(daemon.answers());
        if daemon.ready.is_some() && next <= boot_ms() {
            next = boot_ms() + dice.below(40);
            let at = usize::try_from(dice.below(bench.outlets.len() as u64)).expect("a small number");
            let outlet = &bench.outlets[at];
            // Who is off keeps its lease: the next one would be a longer one.
            if !asked.contains_key(&outlet.name) && bench.power(outlet) == Power::On {
                let ms = 50 + dice.below(LONGEST_MS - 50);
                let name = &outlet.name;
                daemon.ask(if dice.below(2) == 0 { daemon::off(name, ms) } else { daemon::cycle(name, Some(ms)) });
                asked.insert(outlet.name.clone(), ms);
            } else if dice.below(8) == 0 {
                daemon.ask(daemon::on(&outlet.name));
            }
        }
        sleep(GLANCE);
    }
    let ready = daemon.ready;
    answers.extend(daemon.kill());
    let killed = boot_ms();
    bench.systemd.hear();
    for (number, line) in &answers {
        if !["accepted", "queued"].contains(&line.answer.as_str()) {
            continue;
        }
        let operation = line.operation.ok_or_else(|| format!("question {number}: {line:?}"))?;
        if !tally.acknowledged.insert(operation) {
            tally.twice.push(operation);
        }
    }
    tally.before_ready += u32::from(ready.is_none());
    tally.with_loads_off += u32::from(!bench.dark().is_empty());
    dark_when_ready?;
    if between.held {
        known(bench, "when it was killed")?;
        judge(bench, &asked, &before, between, tally, [ready.unwrap_or(u64::MAX), killed])?;
    }
    let open = leases(FOLDER)?;
    between.off = bench.dark().into_iter().filter_map(|name| Some((name.clone(), *open.get(&name)?))).collect();
    if dice.below(4) == 0 {
        tally.nothing_kept += 1;
        bench.systemd.let_go();
        *between = Between::default();
    }
    Ok(())
}

/// Whatever is off has a lease on the disk.
fn known(bench: &Bench, when: &str) -> Result<(), String> {
    let dark = bench.dark();
    let open = leases(FOLDER)?;
    match dark.iter().find(|name| !open.contains_key(*name)) {
        Some(name) => Err(format!("{when} `{name}` was off, and no lease of it was on the disk")),
        None => Ok(()),
    }
}

/// Every move of this daemon's life: nothing was cut that nobody asked for, and nothing got power too late.
fn judge(
    bench: &Bench,
    asked: &BTreeMap<String, u64>,
    before: &[String],
    between: &Between,
    tally: &mut Tally,
    [ready, killed]: [u64; 2],
) -> Result<(), String> {
    let moves = bench.moves();
    for outlet in &bench.outlets {
        let name = &outlet.name;
        // When it has to have power again, if it is off: without a lease, as soon as a daemon is ready.
        let lease = between.off.get(name).map(|end| ready.max(*end));
        let mut due = lease.or(before.contains(name).then_some(ready));
        let moves = moves.get(name).map(Vec::as_slice).unwrap_or_default();
        for &(power, at) in moves.iter().chain(&[(bench.power(outlet), killed)]) {
            if let Some(due) = due {
                if due.saturating_add(LATE_MS) < at {
                    return Err(format!("`{name}` was off {} ms too long", at - due));
                }
                if power == Power::On && due < at {
                    tally.latest_ms = tally.latest_ms.max(at - due);
                }
            }
            due = match (power, due) {
                (Power::On, _) => None,
                (Power::Off, Some(due)) => Some(due),
                (Power::Off, None) => match asked.get(name) {
                    Some(ms) => Some(at + ms),
                    // Taken anew, a line goes to its safe level first, and an NO contact is open there.
                    None if outlet.contact == Contact::No && at <= ready => Some(ready),
                    None => return Err(format!("`{name}` was cut, and nobody had asked for it")),
                },
            };
        }
    }
    Ok(())
}

/// A daemon that nobody kills until all have power and no lease is left; gives how long that took once it was ready, in milliseconds.
fn rest(bench: &mut Bench) -> Result<u64, String> {
    let daemon = Daemon::up(&mut bench.systemd, FOLDER)?;
    let begun = boot_ms();
    let open = leases(FOLDER)?;
    all_on(bench, LONGEST_MS + SLACK_MS + LATE_MS).map_err(|wrong| format!("{wrong}; leases at {begun}: {open:?}"))?;
    let took = boot_ms() - begun;
    // The leases that are over are struck from the journal.
    let end = boot_ms() + LATE_MS;
    while !leases(FOLDER)?.is_empty() {
        if end < boot_ms() {
            return Err(format!("leases are open although all have power: {:?}", leases(FOLDER)?));
        }
        sleep(GLANCE);
    }
    daemon.kill();
    bench.systemd.let_go();
    Ok(took)
}

fn log(tally: &Tally) -> Result<String, String> {
    let (words, code) = verb(&["audit", "verify", FOLDER], FOLDER);
    if code != 0 {
        return Err(words);
    }
    let (mut written, mut records) = (BTreeSet::new(), 0);
    for entry in fs::read_dir(FOLDER).map_err(|error| error.to_string())?.flatten() {
        if !entry.file_name().to_string_lossy().ends_with(".jsonl") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).map_err(|error| error.to_string())?;
        for line in text.lines() {
            let record: serde_json::Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
            records += 1;
            written.extend(record["operation"].as_u64());
        }
    }
    let lost: Vec<u64> = tally.acknowledged.difference(&written).copied().collect();
    if !lost.is_empty() || !tally.twice.is_empty() || tally.acknowledged.is_empty() {
        return Err(format!("lost {lost:?}; numbers given twice {:?}; {records} records", tally.twice));
    }
    Ok(format!("{} acknowledged, all among {records} records; {words}", tally.acknowledged.len()))
}
