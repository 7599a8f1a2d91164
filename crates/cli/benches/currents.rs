//! What the currents of the builds of this repository cost: time of this thread, the least of many rounds.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]
#![allow(clippy::unwrap_used, reason = "a bench stops where the kernel tells nothing")]

#[path = "../../switching/benches/usage/mod.rs"]
mod usage;

use std::path::Path;

use analysis::power::{self, Draw};
use usage::least;

fn main() {
    println!(
        "| build | pieces | what `check` asks | network alone | one operating point | scenarios × states | all of them, with corners |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for at in ["", "examples/as-published", "examples/minimal", "examples/seven-pis"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(at);
        let disk = cli::disk::Disk::open(&root).expect("the workspace is there");
        let checked = cli::check(&disk);
        let (world, power) = (checked.facts.world(&checked.build), &checked.facts.power);
        let whole = least(200, || power::compute(world));
        let network = least(200, || power::harness::compute(world));
        let worst = power.scenario("worst").expect("every build has it");
        // Asked twice, a point is at hand: each round asks anew.
        let point = least(200, || power.sweep(world).point(Draw::In(worst), &power.states[0]));
        let cases = || {
            (0..power.scenarios.len()).flat_map(|scenario| (0..power.states.len()).map(move |state| (scenario, state)))
        };
        let all = least(5, || {
            let mut sweep = power.sweep(world);
            let asked = |(scenario, state): (usize, usize)| {
                let (draw, state) = (Draw::In(scenario), &power.states[state]);
                sweep.point(draw, state).volts.len() + sweep.corners(draw, state).len()
            };
            cases().map(asked).sum::<usize>()
        });
        let name = if at.is_empty() { "this repository" } else { at };
        println!(
            "| {name} | {} | {whole:.0} µs | {network:.0} µs | {point:.0} µs | {} × {} | {:.1} ms |",
            power.harness.pieces.len(),
            power.scenarios.len(),
            power.states.len(),
            all / 1e3
        );
    }
}
