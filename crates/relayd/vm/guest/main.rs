//! What runs in the virtual machine of `cargo xtask vm`: it stands in for systemd, kills and stops the daemon, and watches every line of a simulated chip.
//!
//! In the machine with a real systemd it is a service beside the daemon's units. Else it is the second program there; `init.sh` is the first. It says what it saw in the words that `crates/xtask/src/vm/log.rs` reads.

mod bench;
mod board;
mod boots;
mod chip;
mod daemon;
mod front;
mod hold;
mod kills;
mod lines;
mod report;
mod systemd;
mod table;
mod unit;
mod work;

use bench::Bench;
use chip::Chip;
use relay_engine::failure::Mishap;
use report::Report;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words == ["hold"] {
        return hold::run();
    }
    let mut report = Report::open();
    board::write_config();
    let chip = Chip::open();
    if words == ["systemd"] {
        unit::run(&mut report, &mut Bench::new(chip));
        return report.end();
    }
    match boots::stage() {
        None => {
            let mut bench = Bench::new(chip);
            boots::before(&mut report, &bench, Mishap::PowerUp, &[]);
            lines::run(&mut report, &bench.chip);
            work::run(&mut report, &mut bench);
            kills::run(&mut report, &mut bench, told("kills"));
            table::run(&mut report, &mut bench);
            boots::next(&mut report, &mut bench, Mishap::Reboot);
        }
        Some((mishap, off)) => {
            let mut bench = Bench::new(chip);
            boots::before(&mut report, &bench, mishap, &off);
            boots::after(&mut report, &mut bench, mishap, &off);
            if mishap == Mishap::Reboot {
                boots::next(&mut report, &mut bench, Mishap::Panic);
            }
        }
    }
    report.end();
}

/// A number from the kernel's command line: `kills=1000`.
fn told(name: &str) -> u32 {
    let line = std::fs::read_to_string("/proc/cmdline").expect("the kernel tells its command line");
    let value = line.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    value.and_then(|value| value.parse().ok()).expect("the command line has the number")
}
