//! What each analysis of states costs on the builds of this repository: microseconds of this thread, the least of many rounds.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::path::Path;
use std::time::Instant;

use analysis::{circuit, control, failures, potentials, sneaks, startup, states};

const ROUNDS: u32 = 400;

fn least<T>(mut run: impl FnMut() -> T) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let result = std::hint::black_box(run());
        least = least.min(start.elapsed().as_secs_f64() * 1e6);
        drop(result);
    }
    least
}

fn main() {
    println!("| build | network | shorts, welds | control | power-up | failures | sneak paths | together |");
    println!("|---|---|---|---|---|---|---|---|");
    for at in ["", "examples/as-published", "examples/minimal", "examples/seven-pis"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(at);
        let disk = cli::disk::Disk::open(&root).expect("the workspace is there");
        let checked = cli::check(&disk);
        let (build, facts) = (&checked.build, &checked.facts);
        let volts = potentials::compute(build, &facts.metal);
        let network = least(|| circuit::compute(build, &facts.metal, &volts, &facts.drives, &facts.outlets));
        let shorts = least(|| states::compute(build, &facts.metal, &facts.circuit));
        let (metal, rest, potentials) = (&facts.metal, &facts.rest, &facts.potentials);
        let (drives, outlets, circuit) = (&facts.drives, &facts.outlets, &facts.circuit);
        let grips = least(|| control::compute(build, metal, rest, potentials, drives, outlets, circuit));
        let starts = least(|| startup::compute((build, metal, rest), potentials, circuit, drives, outlets));
        let fails = least(|| failures::compute(build, metal, circuit, drives, outlets));
        let sneaky = least(|| sneaks::compute(build, rest, potentials, drives, outlets, &facts.budget));
        let all = [network, shorts, grips, starts, fails, sneaky];
        let name = if at.is_empty() { "this repository" } else { at };
        let cells: Vec<String> =
            all.iter().chain([&all.iter().sum()]).map(|micros| format!("{micros:.0} µs")).collect();
        println!("| {name} | {} |", cells.join(" | "));
    }
}
