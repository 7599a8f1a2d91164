//! What the bill, a comparison and a plan cost: this repository's build, and a bill of a hundred thousand lines. Time of this thread.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]
#![allow(clippy::unwrap_used, reason = "a bench stops where the kernel tells nothing")]

#[path = "../tests/memory/mod.rs"]
mod memory;
#[path = "../../switching/benches/usage/mod.rs"]
mod usage;

use cli::more::{check_with_more, errors, ladder};
use memory::Workspace;
use outputs::bom::cyclonedx::Edition;
use outputs::bom::{self, Shown};
use outputs::diff::{Diff, show};
use outputs::plan::added::{self, Growth};
use usage::least;

/// A build of so many parts, a device and a line of the bill each; every third has a second offer in packs.
fn wide(lines: usize) -> Workspace {
    let mut workspace = Workspace::default();
    let mut add = |path: &str, text: String| workspace.files.insert(path.to_owned(), text);
    add("bom/build.toml", "name = \"wide\"\ntitle = \"Wide\"\ncurrency = \"USD\"\n".to_owned());
    let (mut buy, mut devices) = ("[buy]\n".to_owned(), "[device]\n".to_owned());
    for line in 0..lines {
        let more = if line % 3 == 0 { ", { price = \"7.49 USD\", pack = 6 }" } else { "" };
        let offer = format!("[{{ price = \"{}.{:02} USD\" }}{more}]", 1 + line % 9, line % 100);
        let section = line % 20;
        let text = format!("name = \"Part {line}\"\nsection = \"Section {section}\"\noffer = {offer}\n");
        add(&format!("bom/parts/p{line}.toml"), text);
        buy.push_str(&format!("p{line} = {}\n", 1 + line % 4));
        devices.push_str(&format!("d{line} = {{ part = \"p{line}\", count = {} }}\n", 1 + line % 4));
    }
    add("bom/buy.toml", buy);
    add("wiring/devices.toml", devices);
    workspace
}

fn main() {
    println!("| bill | lines | bill alone | text | CSV | JSON | XLSX | CycloneDX | diff with itself |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    let wide = |lines| (format!("{lines} parts"), wide(lines), 3);
    for (name, workspace, rounds) in [("this repository".to_owned(), Workspace::real(), 50), wide(1_000), wide(100_000)]
    {
        let checked = workspace.check();
        let shown = || Shown::new(checked.view(), 1, None, &[]).unwrap();
        let ready = shown();
        let cells = [
            least(rounds, || shown().bill.lines.len()),
            least(rounds, || bom::text::page(&ready).len()),
            least(rounds, || bom::csv::commas(&ready).len()),
            least(rounds, || bom::json::text(&ready).len()),
            least(rounds, || bom::xlsx::workbook(&ready).len()),
            least(rounds, || bom::cyclonedx::text(&ready, Edition::V1_7).len()),
            least(rounds, || show::text(&Diff::of(checked.view(), checked.view())).len()),
        ];
        let cells: Vec<String> = cells.iter().map(|micros| format!("{:.2} ms", micros / 1000.0)).collect();
        println!("| {name} | {} | {} |", ready.bill.lines.len(), cells.join(" | "));
    }
    println!("\n| plan | ladder, tried | one more, checked whole and compared |");
    println!("|---|--:|--:|");
    for (name, workspace) in [
        ("this repository", Workspace::real()),
        ("examples/seven-pis", Workspace::example("seven-pis")),
        ("examples/minimal", Workspace::example("minimal")),
    ] {
        let checked = workspace.check();
        let asked = ["pi=1".to_owned()];
        let added = || {
            let (after, added) = check_with_more(&workspace, &checked, &asked).unwrap();
            let errors = errors(&checked, &after, &added);
            added::page(&Growth { before: checked.view(), after: after.view(), added: &added, errors }).len()
        };
        let cells = [least(50, || ladder(&workspace, &checked, None).unwrap().capacity.rungs.len()), least(50, added)];
        let cells: Vec<String> = cells.iter().map(|micros| format!("{:.2} ms", micros / 1000.0)).collect();
        println!("| {name} | {} |", cells.join(" | "));
    }
}
