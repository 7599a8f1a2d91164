//! Controllers that switch each other: builds whose lock-outs are known by hand, and what the random ones are like.

use std::collections::BTreeSet;

use oracle::{Recovery, generate, read};

const PARTS: &[(&str, &str)] = &[
    ("supply", r#"source.out = { plus = "plus", minus = "minus", volts = "5 V" }"#),
    (
        "computer",
        "kind = \"computer\"\nload.board = { plus = \"plus\", minus = \"minus\" }\nline.g = { at = \"g[1..2]\" }\n",
    ),
    (
        "relay",
        r#"
        input.k = { from = "in", to = "minus" }
        coil.k = { plus = "plus", minus = "minus", input = "k" }
        contact.k = { by = "k", com = "com", nc = "nc", no = "no" }
        "#,
    ),
];

/// Computers of which each drives a relay in the feed of the next, on this throw.
fn ring(count: usize, throw: &str, more: &str, hangs: u32) -> Recovery {
    let mut files: Vec<(String, String)> =
        PARTS.iter().map(|(id, text)| (format!("bom/parts/{id}.toml"), (*text).to_owned())).collect();
    let devices = format!(
        "[device]\npsu = {{ part = \"supply\" }}\nc = {{ part = \"computer\", count = {count} }}\nk = {{ part = \"relay\", count = {count} }}\n"
    );
    files.push(("wiring/devices.toml".to_owned(), devices));
    let wires = format!(
        "[wire.all]\nrun = [\"psu.plus -> each k[1..{count}].{throw}, k[1..{count}].plus\", \"each k[1..{count}].minus, c[1..{count}].minus -> psu.minus\", \
         \"k[1..{count}].com -> c[2..{count}].plus, c[1].plus\", \"c[1..{count}].g[1] -> k[1..{count}].in\"]\n{more}"
    );
    files.push(("wiring/wires.toml".to_owned(), wires));
    read(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
        .expect("it is in the language")
        .recovery(hangs)
}

fn names(of: &BTreeSet<String>) -> String {
    of.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn lock_outs(of: &Recovery) -> Vec<String> {
    let told = of.lock_outs.iter();
    told.map(|(hung, found)| format!("{}: {} after {}", names(hung), names(&found.dark), found.events)).collect()
}

#[test]
fn two_that_cut_each_other_lock_out_unless_a_chip_restarts_them() {
    let pair = ring(2, "nc", "", 1);
    assert_eq!(lock_outs(&pair), ["c[1]: c[2] after 2", "c[2]: c[1] after 2"]);
    assert_eq!((names(&pair.at_rest).as_str(), pair.dead.len()), ("c[1] c[2] k[1] k[2] psu", 0));
    let dark: Vec<String> = pair.mistakes.iter().map(|mistake| names(&mistake.dark)).collect();
    assert_eq!(dark, ["c[2]", "c[1]"]);
    let dog = ring(2, "nc", "[gpio.\"c[1]\"]\nfirmware = [\"dtparam=watchdog=on\"]\n", 1);
    assert_eq!(lock_outs(&dog), ["c[2]: c[1] after 2"], "the other one is not restarted");
}

#[test]
fn two_that_feed_each_other_never_start() {
    let pair = ring(2, "no", "", 1);
    assert_eq!((names(&pair.dead), names(&pair.waiting)), ("c[1] c[2]".to_owned(), "c[1] c[2]".to_owned()));
    assert!(pair.mistakes.is_empty() || pair.mistakes.iter().all(|mistake| mistake.dark.is_empty()));
}

#[test]
fn three_in_a_ring_need_two_hangs() {
    assert!(lock_outs(&ring(3, "nc", "", 1)).is_empty());
    let two = lock_outs(&ring(3, "nc", "", 2));
    assert_eq!(two, ["c[1] c[2]: c[3] after 3", "c[1] c[3]: c[2] after 3", "c[2] c[3]: c[1] after 3"]);
}

#[test]
fn random_builds_hold_what_there_is_to_compare() {
    let (mut locked, mut dead, mut loose) = (0, 0, 0);
    for seed in 1..=300 {
        let files = generate::controlled(seed);
        assert_eq!(files, generate::controlled(seed), "the same seed gives the same build");
        let build = read(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).unwrap();
        let found = build.recovery(1);
        locked += usize::from(!found.lock_outs.is_empty());
        dead += usize::from(!found.waiting.is_empty());
        loose += usize::from(files["wiring/devices.toml"].contains("relay-low"));
    }
    assert!(locked > 60 && dead > 30 && loose > 30, "{locked} {dead} {loose}");
}
