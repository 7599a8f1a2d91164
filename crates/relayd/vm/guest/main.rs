//! What runs in the virtual machine of `cargo xtask vm`: it stands in for systemd, kills and stops the daemon, and watches every line of a simulated chip.
//!
//! It is the second program there; `init.sh` is the first. It says what it saw in the words that `crates/xtask/src/vm/log.rs` reads.

mod board;
mod chip;
mod hold;
mod lines;
mod manager;
mod report;

use chip::Chip;
use report::Report;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == "hold") {
        return hold::run();
    }
    let mut report = Report::open();
    let chip = Chip::open();
    board::write_config();
    lines::run(&mut report, &chip);
    report.end();
}
