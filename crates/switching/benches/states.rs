//! How much processor time, memory and counted work the search for shorts takes: racks of relays, and hard shapes.
//!
//! `cargo bench -p switching --bench states`; a word after `--` picks the cases that hold it. Each case runs in a process of
//! its own, so that its peak memory is its own.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod usage;

use std::{env, process::Command};

use switching::{
    Effort, Least, Network, certify, shorts,
    synthetic::{Extras, blocked_grid, chain, detours, ladder, levers, rack, random_grid, three_sat},
};

use usage::{peak, ticks};

type Make = Box<dyn Fn() -> Network>;

fn cases() -> Vec<(String, Make)> {
    let mut cases: Vec<(String, Make)> = Vec::new();
    for relays in [18, 1_008, 100_008] {
        let extras = [
            ("clean", Extras::default()),
            ("supplies", Extras { supplies: true, ..Extras::default() }),
            ("decoys", Extras { decoys: true, ..Extras::default() }),
            ("decoys supplies", Extras { decoys: true, supplies: true, ..Extras::default() }),
            ("planted", Extras { planted: 8, ..Extras::default() }),
            ("planted supplies", Extras { planted: 8, supplies: true, ..Extras::default() }),
        ];
        for (name, extras) in extras {
            cases.push((format!("rack {relays} {name}"), Box::new(move || rack(relays, extras))));
        }
    }
    let mut add = |name: &str, make: Make| cases.push((name.to_owned(), make));
    add("rack 100008 all planted", Box::new(|| rack(100_008, Extras { planted: u32::MAX, ..Extras::default() })));
    add("chain clean 10000", Box::new(|| chain(10_000, true)));
    add("chain clean 1000000", Box::new(|| chain(1_000_000, true)));
    add("chain short 1000", Box::new(|| chain(1_000, false)));
    add("detours clean 1000", Box::new(|| detours(1_000, true)));
    add("detours short 1000", Box::new(|| detours(1_000, false)));
    add("ladder 1000", Box::new(|| ladder(1_000)));
    add("levers 60x4", Box::new(|| levers(60, 4)));
    for width in [10, 12, 16, 24, 50] {
        add(&format!("blocked grid {width}"), Box::new(move || blocked_grid(width)));
    }
    for seed in 1..3 {
        add(&format!("grid 20x20 v100 #{seed}"), Box::new(move || random_grid(20, 100, 1, seed)));
        add(&format!("grid 50x50 v1000 #{seed}"), Box::new(move || random_grid(50, 1_000, 1, seed)));
        add(&format!("dense grid 16x16 v16 #{seed}"), Box::new(move || random_grid(16, 16, 2, seed)));
        add(&format!("dense grid 16x16 v20 #{seed}"), Box::new(move || random_grid(16, 20, 2, seed)));
    }
    for variables in [60, 100, 150, 200, 250] {
        for seed in 1..4 {
            let clauses = variables * 426 / 100;
            add(&format!("3-sat {variables} #{seed}"), Box::new(move || three_sat(variables, clauses, seed)));
        }
    }
    let certified: [(&str, Make); 6] = [
        ("rack 1008 decoys", Box::new(|| rack(1_008, Extras { decoys: true, ..Extras::default() }))),
        ("rack 100008 decoys", Box::new(|| rack(100_008, Extras { decoys: true, ..Extras::default() }))),
        ("chain clean 10000", Box::new(|| chain(10_000, true))),
        ("blocked grid 24", Box::new(|| blocked_grid(24))),
        ("3-sat 60", Box::new(|| three_sat(60, 255, 1))),
        ("3-sat 150", Box::new(|| three_sat(150, 639, 1))),
    ];
    cases.extend(certified.into_iter().map(|(name, make)| (format!("{CERTIFY}{name}"), make)));
    cases
}

/// How the cases begin that are about certificates.
const CERTIFY: &str = "certify ";

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [flag, name] = words.as_slice()
        && flag == "--case"
    {
        let (_, make) = cases().into_iter().find(|(case, _)| case == name).unwrap();
        if name.starts_with(CERTIFY) {
            certificate(name, &make());
        } else {
            measure(name, &make());
        }
        return;
    }
    println!(
        "{:<30} {:>9} {:>8} {:>9} {:>9} {:>11} {:>7}  answer",
        "case", "nodes", "vars", "contacts", "CPU ms", "work", "MiB"
    );
    for (name, _) in cases().iter().filter(|(name, _)| words.iter().all(|word| name.contains(word))) {
        let status = Command::new(env::current_exe().unwrap()).args(["--case", name]).status().unwrap();
        assert!(status.success(), "{name}");
    }
}

fn measure(name: &str, network: &Network) {
    let effort = Effort::default();
    let found = shorts(network, effort);
    let memory = peak();
    let (mut runs, start) = (0, ticks());
    while ticks() - start < 30 && runs < 10_000 {
        shorts(network, effort);
        runs += 1;
    }
    let ms = (ticks() - start) as f64 * 10.0 / f64::from(runs);
    let mut answer = format!("{} proved", found.proved);
    if let Some(first) = found.found.first() {
        let least = match first.least {
            Least::Proved => "least".to_owned(),
            Least::Between(low, high) => format!("{low}..{high}"),
        };
        answer += &format!(
            ", {} found: {} actuated, {} contacts, {least}",
            found.found.len(),
            first.actuated,
            first.contacts
        );
    }
    if let Some(open) = found.open.first() {
        answer += &format!(", {} NOT PROVED: at least {} actuated", found.open.len(), open.at_least);
    }
    println!(
        "{name:<30} {:>9} {:>8} {:>9} {ms:>9.3} {:>11} {memory:>7.1}  {answer}",
        network.nodes,
        network.variables.len(),
        network.contacts.len(),
        found.work,
    );
}

fn certificate(name: &str, network: &Network) {
    let ms = |ticks: u64| ticks * 10;
    let start = ticks();
    let text = match certify(network, Effort::default()) {
        Ok(text) => text,
        Err(failed) => {
            println!("{name:<30} NOT PROVED: {} open, {} joined", failed.open.len(), failed.joined.len());
            return;
        }
    };
    let written = ticks();
    let memory = peak();
    let verified = verify::verify(&text).unwrap();
    let checked = ticks();
    println!(
        "{name:<30} written {} ms, checked {} ms, {memory:.1} MiB, text {:.2} MB: {} questions, {} cuts, {} derived",
        ms(written - start),
        ms(checked - written),
        text.len() as f64 / 1e6,
        verified.questions,
        verified.cuts,
        verified.derived,
    );
}
