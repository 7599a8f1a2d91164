//! What each analysis of states costs on the builds of this repository and on racks of relays, read from TOML: microseconds of this
//! thread, the least of many rounds; then whole checks, as CPU and peak memory of this process.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]
#![allow(clippy::unwrap_used, reason = "a bench stops where the kernel tells nothing")]

#[path = "../tests/memory/mod.rs"]
mod memory;
mod racks;
#[path = "../../switching/benches/usage/mod.rs"]
mod usage;

use std::path::Path;

use analysis::{circuit, control, failures, potentials, sneaks, startup, states};
use cli::Checked;
use usage::least;

const ROUNDS: u32 = 400;

/// A row of the first table.
fn row(name: &str, checked: &Checked, rounds: u32) {
    let (build, facts) = (&checked.build, &checked.facts);
    let volts = potentials::compute(build, &facts.metal);
    let network = least(rounds, || circuit::compute(build, &facts.metal, &volts, &facts.drives, &facts.outlets));
    let shorts = least(rounds, || states::compute(build, &facts.metal, &facts.circuit));
    let (metal, rest, potentials) = (&facts.metal, &facts.rest, &facts.potentials);
    let (drives, outlets, circuit) = (&facts.drives, &facts.outlets, &facts.circuit);
    let grips = least(rounds, || control::compute(build, metal, rest, potentials, drives, outlets, circuit));
    let starts = least(rounds, || startup::compute((build, metal, rest), potentials, circuit, drives, outlets));
    let fails = least(rounds, || failures::compute(build, metal, circuit, drives, outlets));
    let sneaky = least(rounds, || sneaks::compute(build, rest, potentials, drives, outlets, &facts.budget));
    let all = [network, shorts, grips, starts, fails, sneaky];
    let cells: Vec<String> = all.iter().chain([&all.iter().sum()]).map(|micros| format!("{micros:.0} µs")).collect();
    println!("| {name} | {} |", cells.join(" | "));
}

fn main() {
    println!("| build | network | shorts, welds | control | power-up | failures | sneak paths | together |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for at in ["", "examples/as-published", "examples/minimal", "examples/seven-pis"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(at);
        let disk = cli::disk::Disk::open(&root).expect("the workspace is there");
        row(if at.is_empty() { "this repository" } else { at }, &cli::check(&disk), ROUNDS);
    }
    let (hundred, thousand) = (racks::racks(12), racks::racks(112));
    row("108 relays", &cli::check(&hundred), ROUNDS);
    row("1,008 relays", &cli::check(&thousand), ROUNDS / 4);
    println!("\nThe whole of `check`, from TOML in memory to findings:\n");
    println!("| racks | files | wires | CPU | peak memory | findings |");
    println!("|---|--:|--:|--:|--:|--:|");
    drop((hundred, thousand));
    for (name, count, rounds) in [("108 relays", 12, 40), ("1,008 relays", 112, 10), ("100,008 relays", 11_112, 1)] {
        let racks = racks::racks(count);
        let before = usage::ticks();
        for _ in 1..rounds {
            drop(cli::check(&racks));
        }
        let checked = cli::check(&racks);
        let cpu = (usage::ticks() - before) as f64 * 10.0 / f64::from(rounds);
        let (files, wires) = (racks.files.len(), checked.build.wires.len());
        println!(
            "| {name} | {files} | {wires} | {cpu:.1} ms | {:.0} MiB | {} |",
            usage::peak(),
            checked.findings.len()
        );
    }
}
