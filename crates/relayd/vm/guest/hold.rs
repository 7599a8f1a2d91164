//! A process that holds the lines of the config and drives them as its input says: the daemon's own way to take, keep and drive, and nothing of its judgement.

use std::io::Write as _;

use relay_config::Level;
use relayd::lines::gpio::Gpio;
use relayd::lines::kernel::Devices;
use relayd::lines::{Lines as _, wanted};
use relayd::systemd;

use crate::board;

/// Takes all lines, says how it found them, and obeys `NUMBER high` or `NUMBER low` until its input ends.
pub fn run() {
    let kept = systemd::kept().expect("what systemd kept can be told");
    let mut out = std::io::stdout().lock();
    let mut say = |words: &str| writeln!(out, "{words}").expect("somebody listens");
    let mut lines = match Gpio::take(Devices::default(), &wanted(&board::config()), kept) {
        Ok(taken) => taken.lines,
        Err(errors) => {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            return say(&format!("refused {}", errors.join("; ")));
        }
    };
    for (name, fd) in lines.store() {
        systemd::keep(&name, fd).expect("systemd takes a descriptor");
    }
    say(&format!("holds {:?}", lines.found()));
    for line in std::io::stdin().lines() {
        let line = line.expect("the input is text");
        let (number, level) = line.split_once(' ').expect("a number and a level");
        let level = if level == "high" { Level::High } else { Level::Low };
        lines.set(number.parse().expect("a number"), level).expect("a line that is held can be driven");
        say(&format!("reads {:?}", lines.levels().expect("lines that are held can be read")));
    }
}
