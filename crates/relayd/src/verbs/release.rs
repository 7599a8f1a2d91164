//! `wireloom-relayd release`: power for what should have it although no daemon runs.

use std::time::Duration;

use relayd::audit::{Audit, Limits, Record};
use relayd::clock;
use relayd::journal::Journal;
use relayd::lines::kernel::Devices;
use relayd::release::{Done, Fate, Which, due, power, strike};

use crate::{FAILED, FINE, FOUND, Places, about, complain, say};

/// How often lines are asked for again that systemd is about to let go of.
const TRIES: usize = 20;
/// Between two times.
const PAUSE: Duration = Duration::from_millis(50);

pub fn run(places: &Places, all: bool) -> Result<u8, String> {
    let state = places.state();
    let config = crate::config(&places.config).or_else(|words| {
        complain(format_args!("{words}: taking the config that ran last"));
        crate::config(&state.join("config.toml"))
    })?;
    let path = state.join("journal");
    let (mut journal, damage) = Journal::read(&path).map_err(about(&path))?;
    if let Some(damage) = &damage {
        complain(&damage.0);
    }
    let which = if all { Which::All } else { Which::Overdue };
    let now = clock::now().map_err(|error| error.to_string())?;
    let outlets = due(&config, journal.contents(), damage.as_ref(), which, &now);
    if outlets.is_empty() {
        say("no lease is over");
        return Ok(FINE);
    }
    let kernel = Devices::default();
    let (mut done, mut held) = power(&kernel, &config, &outlets);
    let is_held = |done: &[Done]| done.iter().any(|done| done.fate == Fate::Held);
    for _ in 0..TRIES {
        if which == Which::Overdue || !is_held(&done) {
            break;
        }
        std::thread::sleep(PAUSE);
        drop(held);
        (done, held) = power(&kernel, &config, &outlets);
    }
    let mut code = FINE;
    for Done { outlet, fate } in &done {
        match fate {
            Fate::Powered => say(format_args!("`{outlet}` has power")),
            Fate::WhileHeld => {
                let words = "hangs on an NO contact and has power only while a daemon runs";
                complain(format_args!("`{outlet}` {words}"));
            }
            Fate::Held => complain(format_args!("`{outlet}`: a daemon holds its line, and ends its lease")),
            Fate::Unknown => complain(format_args!("`{outlet}` has a lease, and the config does not name it")),
            Fate::Failed(error) => complain(error),
        }
        code = code.max(if *fate == Fate::Powered { FINE } else { FOUND });
    }
    if let Err(error) = strike(&mut journal, &done) {
        complain(about(&path)(error));
        code = FAILED;
    }
    record(&state, &done, now.wall_ms);
    drop(held);
    Ok(code)
}

/// Writes down what was done. Power does not wait for it.
fn record(state: &std::path::Path, done: &[Done], now_ms: u64) {
    let powered = || done.iter().filter(|done| done.fate == Fate::Powered);
    if powered().next().is_none() {
        return;
    }
    let written = Audit::open(state, Limits::default(), now_ms).and_then(|mut audit| {
        for Done { outlet, .. } in powered() {
            let reason = "its lease was ended after the daemon had";
            let actor = "wireloom-relayd release";
            let record = Record {
                actor,
                action: "on",
                subject: outlet,
                reason,
                outcome: "done",
                after: "on",
                ..Record::default()
            };
            audit.append(&record, now_ms)?;
        }
        Ok(())
    });
    if let Err(error) = written {
        complain(format_args!("not in the audit log: {}", about(state)(error)));
    }
}
