//! What single and double faults cost in racks of 18 to 100 008 relays: processor time, counted answers, peak memory.
#![allow(clippy::print_stdout)]

mod racks;

use racks::{Kind, Rack};
use switching::opens::{self, Graph, Index};

fn main() {
    println!(
        "{:>8} {:>9} {:>9}  {:<28} {:>9} {:>9}  {:>10}",
        "relays", "nodes", "edges", "question", "CPU ms", "answers", "peak MiB"
    );
    for relays in [18, 1_008, 100_008] {
        let rack = Rack::new(relays, Kind::default());
        let edges = rack.at_rest();
        let say = |question: &str, spent: f64, answers: u64| {
            println!(
                "{:>8} {:>9} {:>9}  {question:<28} {spent:>9.3} {answers:>9}  {:>10.1}",
                rack.relays.len(),
                rack.network.nodes,
                edges.len(),
                peak()
            );
        };
        opened(&rack, &edges, say);
    }
}

fn opened(rack: &Rack, edges: &[[u32; 2]], say: impl Fn(&str, f64, u64)) {
    let start = processor();
    let mut index = Index::new(Graph { nodes: rack.network.nodes, edges });
    say("index", processor() - start, edges.len() as u64);
    let mut total = processor() - start;
    for (side, name) in ["plus", "minus"].into_iter().enumerate() {
        let start = processor();
        let feed = opens::feed(&mut index, &rack.roots[side..=side], &rack.needs[side]);
        say(&format!("feed, {name}"), processor() - start, feed.order.len() as u64);
        let single = processor();
        let singles = opens::single(&feed);
        say("one edge", processor() - single, singles.len() as u64);
        let double = processor();
        let pairs = opens::pairs(&feed);
        say("two edges", processor() - double, pairs.count());
        total += processor() - start;
        let point = processor();
        say("one terminal", processor() - point, opens::points(&feed).len() as u64);
        let group = processor();
        let groups = opens::groups(&mut index, &feed, &rack.relays, 1_000);
        say("one relay", processor() - group, groups.lost.len() as u64);
    }
    say("index, one and two edges", total, 0);
}

/// Processor time of this process so far, milliseconds.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds: u64 = text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0);
    nanoseconds as f64 / 1e6
}

/// Most memory resident so far, MiB.
fn peak() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
    kilobytes as f64 / 1024.0
}
