//! Wires that meet at something without a place, against the way between the bodies at their far ends (F004): judged together, told where
//! that cannot be, and never taken for good in silence.

mod memory;

use memory::{Dice, Workspace, name};
use outputs::plan::layout;

/// A supply and a lamp 100 mm apart, and what else is in the box; nothing says where a `knot` or a `ring` lies.
fn boxed(devices: &str, wires: &str, knot: &str) -> Workspace {
    let mut bench = Workspace::bench();
    let mut add = |path: &str, text: String| bench.files.insert(path.to_owned(), text);
    let inside = "inside = { length = \"296 mm\", width = \"96 mm\", height = \"46 mm\" }";
    let size = format!("body = {{ length = \"300 mm\", width = \"100 mm\", height = \"50 mm\", {inside} }}");
    add("bom/parts/case.toml", format!("name = \"Case\"\nkind = \"chassis\"\n{size}\n"));
    let part = "kind = \"splice\"\ncite = \"toy\"\njoin.all = [\"t[1..4]\"]\nterminal.\"t[1..4]\" = { clamp = \"screw\", wires = 1 }\n";
    add("bom/parts/knot.toml", format!("name = \"Knot\"\n{part}{knot}\n"));
    let fixed = "psu = { part = \"supply\" }\nlamp = { part = \"lamp\" }\ncase = { part = \"case\" }\n";
    add("wiring/devices.toml", format!("[device]\n{fixed}{devices}"));
    add("wiring/wires.toml", wires.to_owned());
    let at = |x: u32| {
        format!("{{ x = \"{x} mm\", y = \"10 mm\", length = \"20 mm\", width = \"20 mm\", height = \"20 mm\" }}")
    };
    add("wiring/layout.toml", format!("[place.case]\npsu = {}\nlamp = {}\n", at(10), at(130)));
    bench
}

const SIZED: &str = "body = { length = \"10 mm\", width = \"5 mm\", height = \"5 mm\" }";

fn said(workspace: &Workspace) -> Vec<String> {
    let checked = workspace.check();
    let told = |finding: &&source::Finding| finding.rule.code.starts_with(['F', 'M', 'D']);
    checked.findings.iter().filter(told).map(name).collect()
}

fn split(first: &str, second: &str) -> String {
    format!(
        "[wire.in]\n{first}\nrun = [\"psu.plus -> k.t[1]\"]\n[wire.out]\n{second}\nrun = [\"k.t[2] -> lamp.plus\"]\n"
    )
}

#[test]
fn two_wires_at_a_splice_reach_as_far_as_both_and_the_splice_together() {
    let of = |first: u32, second: u32, knot: &str| {
        let wires = split(&format!("length = \"{first} mm\""), &format!("length = \"{second} mm\""));
        said(&boxed("k = { part = \"knot\" }\n", &wires, knot))
    };
    let nothing: [&str; 0] = [];
    assert_eq!(of(40, 39, SIZED), ["F004 in/1"], "40 + 39 + 20 of the splice are 99");
    assert_eq!(of(40, 40, SIZED), nothing);
    assert_eq!(of(99, 1, ""), nothing, "what has no size takes nothing away");
    assert_eq!(of(40, 59, ""), ["?F004 in/1"], "it reaches if the splice is long enough");
}

#[test]
fn a_part_in_the_middle_of_a_run_is_a_splice_too() {
    let of = |length: u32, knot: &str| {
        let wires = format!(
            "[wire.in]\nlength = \"{length} mm\"\nrun = [{{ run = \"psu.plus -> lamp.plus\", inline = \"bead\" }}]\n"
        );
        let mut workspace = boxed("", &wires, SIZED);
        let bead = format!(
            "name = \"Bead\"\nkind = \"resistor\"\ncite = \"toy\"\nresistor.r = {{ across = [\"a\", \"b\"], ohms = \"1 ohm\" }}\nterminal.a = {{}}\nterminal.b = {{}}\n{knot}\n"
        );
        workspace.files.insert("bom/parts/bead.toml".to_owned(), bead);
        said(&workspace)
    };
    let nothing: [&str; 0] = [];
    assert_eq!(of(100, ""), nothing);
    assert_eq!(of(20, SIZED), ["F004 in/1"]);
    assert_eq!(of(20, ""), ["?F004 in/1"]);
}

#[test]
fn what_cannot_be_judged_is_told() {
    let one = split("length = \"60 mm\"", "length = \"unstated\"");
    assert_eq!(said(&boxed("k = { part = \"knot\" }\n", &one, SIZED)), ["?F004 out/1"]);
    // No length at all, and an end that leads nowhere: no finding, and a line of the page.
    let dangling = "[wire.in]\nrun = [\"psu.plus -> k.t[1]\"]\n[wire.out]\nlength = \"9 mm\"\nrun = [\"k.t[2] -> far.t[1]\"]\n[wire.bare]\nrun = [\"psu.minus -> lamp.minus\"]\n";
    let workspace = boxed("k = { part = \"knot\" }\nfar = { part = \"knot\" }\n", dangling, SIZED);
    let checked = workspace.check();
    let nothing: [&str; 0] = [];
    assert_eq!(said(&workspace), nothing);
    let loose: Vec<String> = checked.facts.layout.loose.iter().map(|run| checked.build.run_path(*run)).collect();
    assert_eq!(loose, ["in/1", "out/1", "bare/1"]);
    let page = layout::page(checked.view());
    let listed: Vec<&str> = page.lines().skip_while(|line| !line.contains("not judged")).take(3).collect();
    let listed: Vec<&str> = listed.iter().filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(listed, ["in/1", "out/1", "bare/1"], "{page}");
}

#[test]
fn the_real_build_is_judged_through_its_splices_and_fuses() {
    let checked = Workspace::real().check();
    let layout = &checked.facts.layout;
    assert!(layout.chains.len() >= 10, "{:?}", layout.chains);
    assert!(layout.chains.iter().all(|chain| !chain.is_short() && !chain.is_unsure()));
    let judged = layout.chains.iter().flat_map(|chain| &chain.runs).map(|run| checked.build.run_path(*run));
    let judged: std::collections::BTreeSet<String> = judged.collect();
    for run in ["fuse-in/1", "fuse-out/1", "feed/1", "return/1", "pi-usb/1"] {
        assert!(judged.contains(run), "{run} is in no chain: {judged:?}");
    }
    // Tails of the fuses far too short for their way, and a fuse holder whose size nobody states.
    let mut short = Workspace::real();
    let wires = short.files.get_mut("wiring/wires.toml").expect("the wires");
    *wires = wires.replace("\"75 mm\"", "\"5 mm\"").replace("\"200 mm\"", "\"5 mm\"");
    let told = said(&short);
    assert!(told.contains(&"?F004 fuse-in/1".to_owned()), "{told:?}");
}

#[test]
fn the_shortest_chain_through_random_knots_is_what_trying_all_ways_finds() {
    let mut dice = Dice(11);
    let (mut short, mut fits) = (0, 0);
    for _ in 0..60 {
        let knots = 2 + dice.below(4);
        let mut links: Vec<(usize, usize, u64)> = Vec::new();
        // 0 is the supply, 1 the lamp, from 2 on knots; a knot takes four wires.
        let mut free: Vec<usize> = [1, 1].into_iter().chain(std::iter::repeat_n(4, knots)).collect();
        for _ in 0..knots * 2 {
            let (a, b) = (dice.below(knots + 2), dice.below(knots + 2));
            if a != b && free[a] > 0 && free[b] > 0 && a + b > 1 {
                free[a] -= 1;
                free[b] -= 1;
                links.push((a, b, 10 + dice.below(80) as u64));
            }
        }
        let mut next = vec![0; knots + 2];
        let mut wires = String::new();
        for (nth, (a, b, long)) in links.iter().enumerate() {
            let mut end = |at: usize| {
                next[at] += 1;
                match at {
                    0 => "psu.plus".to_owned(),
                    1 => "lamp.plus".to_owned(),
                    knot => format!("k{knot}.t[{}]", next[knot]),
                }
            };
            let (from, to) = (end(*a), end(*b));
            wires.push_str(&format!("[wire.w{nth}]\nlength = \"{long} mm\"\nrun = [\"{from} -> {to}\"]\n"));
        }
        let devices: String = (2..knots + 2).map(|knot| format!("k{knot} = {{ part = \"knot\" }}\n")).collect();
        let checked = boxed(&devices, &wires, SIZED).check();
        // Every knot on the way adds its 20 mm; relaxed as often as there are knots, which is Bellman's way and not the program's.
        let mut best = vec![None; knots + 2];
        best[0] = Some(0);
        for _ in 0..knots + 2 {
            for &(a, b, long) in &links {
                for (from, to) in [(a, b), (b, a)] {
                    if let Some(known) = best[from].filter(|_| from != 1) {
                        let sum = known + long + if from == 0 { 0 } else { 20 };
                        best[to] = Some(best[to].map_or(sum, |old: u64| old.min(sum)));
                    }
                }
            }
        }
        let chains = &checked.facts.layout.chains;
        assert_eq!(
            chains.first().map(|chain| chain.length),
            best[1].map(|sum| i64::try_from(sum * 1000).expect("small"))
        );
        match best[1] {
            Some(sum) if sum < 100 => short += 1,
            Some(_) => fits += 1,
            None => {}
        }
        assert_eq!(chains.iter().any(analysis::layout::Chain::is_short), best[1].is_some_and(|sum| sum < 100));
    }
    assert!(short > 0 && fits > 5, "{short} too short, {fits} long enough");
}
