//! How much processor time and memory single and double faults take: opens, dead relays and welds in racks, and welds in hard
//! shapes.
//!
//! `cargo bench -p switching --bench faults`; a word after `--` picks the cases that hold it. Each case runs in a process of
//! its own, so that its peak memory is its own; that includes the network.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod racks;
#[path = "../usage/mod.rs"]
mod usage;

use std::{env, process::Command};

use racks::{Kind, Rack};
use switching::opens::{self, Graph, Index};
use switching::synthetic::{self, Extras};
use switching::welds::{Answer, welds};
use switching::{Effort, Network};
use usage::{peak, ticks};

/// Builds what is asked about; the result asks, and says what it found.
type Make = Box<dyn Fn() -> Ask>;
type Ask = Box<dyn Fn() -> String>;

fn cases() -> Vec<(String, Make)> {
    let mut cases: Vec<(String, Make)> = Vec::new();
    for relays in [18, 1_008, 100_008] {
        for (name, kind) in [
            ("clean", Kind::default()),
            ("supplied", Kind { supplied: true, ..Kind::default() }),
            ("tied", Kind { tied: true, ..Kind::default() }),
            ("tied supplied", Kind { tied: true, supplied: true }),
        ] {
            let ask = move |question: fn(&Rack, &[[u32; 2]]) -> String| -> Make {
                Box::new(move || {
                    let rack = Rack::new(relays, kind);
                    let edges = rack.at_rest();
                    Box::new(move || question(&rack, &edges))
                })
            };
            if name == "clean" {
                cases.push((format!("rack {relays}: one open"), ask(one_open)));
                cases.push((format!("rack {relays}: two open"), ask(two_open)));
                cases.push((format!("rack {relays}: terminals, relays"), ask(out)));
            }
            cases.push((format!("rack {relays} {name}: welds"), ask(|rack, _| weld(&rack.network))));
            cases.push((format!("rack {relays} {name}: opens, welds"), ask(together)));
        }
    }
    let mut add = |name: &str, network: fn() -> Network| {
        let make: Make = Box::new(move || {
            let network = network();
            Box::new(move || weld(&network))
        });
        cases.push((format!("{name}: welds"), make));
    };
    add("loads 100008 decoys supplies", || {
        synthetic::rack(100_008, Extras { decoys: true, supplies: true, ..Extras::default() })
    });
    add("loads 100008 all planted supplies", || {
        synthetic::rack(100_008, Extras { planted: u32::MAX, supplies: true, ..Extras::default() })
    });
    add("chain clean 100", || synthetic::chain(100, true));
    add("chain clean 1000", || synthetic::chain(1_000, true));
    add("chain short 100", || synthetic::chain(100, false));
    add("ladder 100", || synthetic::ladder(100));
    add("ladder 1000", || synthetic::ladder(1_000));
    add("blocked grid 10", || synthetic::blocked_grid(10));
    add("blocked grid 24", || synthetic::blocked_grid(24));
    add("dense grid 8x8 v16", || synthetic::random_grid(8, 16, 2, 1));
    add("dense grid 16x16 v16", || synthetic::random_grid(16, 16, 2, 1));
    add("3-sat 60", || synthetic::three_sat(60, 255, 1));
    add("levers 60x4", || synthetic::levers(60, 4));
    cases
}

/// What one open takes, and with `two` what two take.
fn open(rack: &Rack, edges: &[[u32; 2]], two: bool) -> (usize, u64) {
    let mut index = Index::new(Graph { nodes: rack.network.nodes, edges });
    let (mut singles, mut pairs) = (0, 0);
    for side in 0..2 {
        let feed = opens::feed(&mut index, &rack.roots[side..=side], &rack.needs[side]);
        singles += opens::single(&feed).len();
        if two {
            pairs += opens::pairs(&feed).count();
        }
    }
    (singles, pairs)
}

fn one_open(rack: &Rack, edges: &[[u32; 2]]) -> String {
    format!("{} edges, {} take a load", edges.len(), open(rack, edges, false).0)
}

fn two_open(rack: &Rack, edges: &[[u32; 2]]) -> String {
    let (singles, pairs) = open(rack, edges, true);
    format!("{} edges, {singles} take a load, {pairs} pairs of others do", edges.len())
}

fn out(rack: &Rack, edges: &[[u32; 2]]) -> String {
    let mut index = Index::new(Graph { nodes: rack.network.nodes, edges });
    let (mut terminals, mut relays) = (0, 0);
    for side in 0..2 {
        let feed = opens::feed(&mut index, &rack.roots[side..=side], &rack.needs[side]);
        terminals += opens::points(&feed).len();
        let groups = opens::groups(&mut index, &feed, &rack.relays, 1_000);
        assert!(groups.open.is_empty());
        relays += groups.lost.len();
    }
    format!("{terminals} terminals and {relays} relays take a load")
}

fn weld(network: &Network) -> String {
    let welds = welds(network, Effort::default());
    let mut counts = [0; 3];
    for contact in 0..u32::try_from(network.contacts.len()).unwrap() {
        counts[match welds.answer(contact) {
            Answer::Harmless => 0,
            Answer::Short(_) => 1,
            Answer::Open(_) => 2,
        }] += 1;
    }
    let [harmless, shorts, open] = counts;
    format!("{harmless} harmless, {shorts} short, {open} NOT PROVED; work {}", welds.work)
}

fn together(rack: &Rack, edges: &[[u32; 2]]) -> String {
    format!("{}; {}", two_open(rack, edges), weld(&rack.network))
}

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [flag, name] = words.as_slice()
        && flag == "--case"
    {
        let (_, make) = cases().into_iter().find(|(case, _)| case == name).unwrap();
        return measure(name, &*make());
    }
    println!("{:<38} {:>9} {:>8}  answer", "case", "CPU ms", "MiB");
    for (name, _) in cases().iter().filter(|(name, _)| words.iter().all(|word| name.contains(word))) {
        let status = Command::new(env::current_exe().unwrap()).args(["--case", name]).status().unwrap();
        assert!(status.success(), "{name}");
    }
}

fn measure(name: &str, ask: &dyn Fn() -> String) {
    let answer = ask();
    let memory = peak();
    let (mut runs, start) = (0, ticks());
    while ticks() - start < 30 && runs < 10_000 {
        ask();
        runs += 1;
    }
    let spent = (ticks() - start) as f64 * 10.0 / f64::from(runs);
    println!("{name:<38} {spent:>9.3} {memory:>8.1}  {answer}");
}
