//! What drawings and whole guides cost, read from TOML: processor time of this process, and what comes out.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]
#![allow(clippy::unwrap_used, reason = "a bench stops where the kernel tells nothing")]

#[path = "../tests/memory/mod.rs"]
mod memory;
mod meshes;
mod racks;
#[path = "../../switching/benches/usage/mod.rs"]
mod usage;

use cli::Checked;
use memory::Workspace;
use outputs::site::drawing;

/// Processor time of so many rounds, milliseconds each.
fn cpu<T>(rounds: u32, run: impl Fn() -> T) -> f64 {
    let before = usage::ticks();
    for _ in 0..rounds {
        drop(std::hint::black_box(run()));
    }
    (usage::ticks() - before) as f64 * 10.0 / f64::from(rounds)
}

/// A row of drawings.
fn drawn(name: &str, checked: &Checked, rounds: u32, aim: &str) {
    let graph = drawing::graph(&checked.build, &|_| (None, false));
    let whole = cpu(rounds, || drawing::lay_out(&graph));
    let layout = drawing::lay_out(&graph).expect("it is no larger than a drawing may be");
    let found = drawing::faults(&graph, &layout);
    println!(
        "| {name} | {} | {} | {whole:.0} ms | {} | {} | {} × {} | {aim} |",
        graph.nodes.len(),
        graph.edges.len(),
        found.crossings,
        found.overlaps + found.through_boxes + found.under_labels,
        layout.width,
        layout.height,
    );
}

/// A row of guides.
fn guide(name: &str, checked: &Checked, rounds: u32, aim: &str) {
    let files = || outputs::site::OUTPUT.files(checked.view()).expect("a guide is made of any build");
    let whole = cpu(rounds, files);
    let files = files();
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    println!(
        "| {name} | {} | {} | {whole:.0} ms | {} | {:.1} MB | {aim} |",
        checked.build.devices.len(),
        checked.build.wires.len(),
        files.len(),
        bytes as f64 / 1e6
    );
}

fn main() {
    println!("| one drawing | boxes | lines | CPU | crossings | lines on lines, boxes, labels | pixels | aim |");
    println!("|---|--:|--:|--:|--:|--:|--:|---|");
    let real = Workspace::real().check();
    drawn("this repository", &real, 40, "");
    drawn("random mesh", &meshes::mesh(100, 400).check(), 2, "1 s");
    drawn("random mesh", &meshes::mesh(250, 1_000).check(), 1, "5 s");
    println!("\n| whole guide | devices | wires | CPU | files | bytes | aim |");
    println!("|---|--:|--:|--:|--:|--:|---|");
    guide("this repository", &real, 40, "100 ms");
    guide("random mesh", &meshes::mesh(250, 1_000).check(), 1, "");
    guide("100 Pis in 20 boxes", &meshes::boxes(20).check(), 2, "");
    guide("84 racks", &racks::racks(84).check(), 1, "5 s");
}
