//! Sneak paths: realistic mistakes on the repository's own build with their sound twins, and loops of wire against brute force.

mod memory;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use memory::{Dice, Workspace};
use source::Finding;

const WIRES: &str = "wiring/wires.toml";

/// The real build with these texts of its wires replaced; each must stand once.
fn edited(edits: &[(&str, &str)]) -> Workspace {
    let mut workspace = Workspace::real();
    let text = workspace.files.get_mut(WIRES).expect("the file is there");
    for (find, replace) in edits {
        assert_eq!(text.matches(find).count(), 1, "{find:?} in {WIRES}");
        *text = text.replace(find, replace);
    }
    workspace
}

/// A build with one more file of wiring.
fn with(mut workspace: Workspace, text: &str) -> Workspace {
    workspace.files.insert("wiring/more.toml".to_owned(), text.to_owned());
    workspace
}

/// A lead of this stock from one header pin to another.
fn lead(stock: &str, run: &str) -> String {
    format!("[wire.more]\n{stock}\nlength = \"200 mm\"\nrun = [{run}]\n")
}

/// `S003 subject: message` of every finding about sneak paths, also notes.
fn sneaks(workspace: &Workspace) -> Vec<String> {
    let ours = |finding: &&Finding| matches!(finding.rule.code, "S003" | "S004" | "S006" | "S007");
    let checked = workspace.check();
    let told = |finding: &Finding| format!("{} {}: {}", finding.rule.code, finding.subject, finding.message);
    checked.findings.iter().filter(ours).map(told).collect()
}

fn says(workspace: &Workspace, all: &[&str]) {
    let found = sneaks(workspace);
    assert_eq!(found, all, "\nfound:\n{}\n", found.join("\n"));
}

/// Whether a finding of another rule is there.
fn tells(workspace: &Workspace, code: &str, subject: &str) {
    let checked = workspace.check();
    let there = checked.findings.iter().any(|finding| finding.rule.code == code && finding.subject == subject);
    assert!(there, "{code} does not tell {subject}");
}

#[test]
fn the_real_build_and_the_examples_have_no_sneak_path() {
    says(&Workspace::real(), &[]);
    for name in ["minimal", "seven-pis", "as-published"] {
        says(&Workspace::example(name), &[]);
    }
}

#[test]
fn a_relay_board_with_a_return_of_its_own_is_held_by_a_pi_without_one() {
    let ground = (r#"run = "k1.dc-minus -> pi[1].pin14""#, r#"run = "k1.dc-minus -> atx.com[1]""#);
    says(
        &edited(&[ground]),
        &["S007 pi[1]: while wire `return/1` is open, `pi[1]` returns through its pins and may assert `k1.k`"],
    );
    // From its own 5 V to its own ground: the board floats with its Pi.
    says(&edited(&[(r#"run = "pi[1].pin4 -> k1.dc-plus""#, r#"run = "pi[1].pin2 -> k1.dc-plus""#)]), &[]);
}

#[test]
fn the_supply_of_an_input_that_outlives_its_driver_is_told_once() {
    let edited = edited(&[(r#"run = "pi[5].pin2 -> k8.vcc""#, r#"run = "w4.t[2] -> k8.vcc""#)]);
    tells(&edited, "G010", "k8.k[2]");
    says(&edited, &[]);
}

#[test]
fn a_ground_lead_between_two_pis_must_bear_what_one_of_them_draws() {
    let ground = r#""pi[1].pin6 -- pi[2].pin6""#;
    let thin = "S003 more/1: `more/1` carries the return of `pi[1]`, `ssd[1]` and 1 more while wire `return/1` is open: \
                1.75 A, and may carry 1.4 A";
    says(&with(Workspace::real(), &lead("stock = \"own\"\ngauge = \"28 AWG\"", ground)), &[thin]);
    // A lead that bears it hands the current on to a plug that does not bear two Pis.
    let plug = "S003 pi-usb/1: a contact of `pi-usb/1` carries the return of `pi[1]`, `pi[2]` and 4 more while wire \
                `return/2` is open: 3.49 A, and may carry 3 A";
    says(&with(Workspace::real(), &lead("stock = \"jumper-lead\"", ground)), &[plug]);
    says(&with(Workspace::real(), &lead("stock = \"jumper-lead\"", r#""pi[1].pin6 -- pi[1].pin9""#)), &[]);
}

#[test]
fn a_pull_up_to_another_pi_feeds_the_one_that_is_cut_off() {
    let pull = |to: &str| {
        let wires = lead("stock = \"jumper-lead\"", &format!("\"{to} -- r.a\", \"r.b -- pi[4].gpio17\""));
        with(Workspace::real(), &format!("[device]\nr = {{ part = \"resistor-300\" }}\n{wires}"))
    };
    let fed = "S004 pi[4]: while `k8.k[4]` is energised, `pi[4]` is cut off, and fed through pi[4] GPIO17 (pin 11): \
               up to 11.1 mA";
    says(&pull("pi[5].pin1"), &[fed]);
    says(&pull("pi[4].pin1"), &[]);
}

#[test]
fn a_splice_between_two_pins_feeds_either_pi_and_a_wire_is_told_by_another_rule() {
    let splice = lead("stock = \"jumper-lead\"", r#""pi[1].gpio17 -- j.t[1]", "j.t[2] -- pi[2].gpio27""#);
    let fed = |pi: u32, coil: &str, pin: &str| {
        format!(
            "S004 pi[{pi}]: while `{coil}` is energised, `pi[{pi}]` is cut off, and fed through pi[{pi}] {pin}: nothing \
             limits it"
        )
    };
    says(
        &with(Workspace::real(), &format!("[device]\nj = {{ part = \"lever-2\" }}\n{splice}")),
        &[&fed(1, "k2.k", "GPIO17 (pin 11)"), &fed(2, "k8.k[2]", "GPIO27 (pin 13)")],
    );
    let wired = with(Workspace::real(), &lead("stock = \"jumper-lead\"", r#""pi[1].gpio17 -- pi[2].gpio27""#));
    tells(&wired, "G010", "more/1");
    says(&wired, &[]);
}

#[test]
fn the_five_volts_of_two_pis_are_not_to_be_tied() {
    let pins = lead("stock = \"jumper-lead\"", r#""pi[1].pin2 -- pi[2].pin2""#);
    says(&with(Workspace::real(), &pins), &["S006 more/1: `pi[1]` and `pi[2]` feed each other through `more/1`"]);
    // The second USB socket of the small Pi is the one for data, and its 5 V are the board's.
    let cable = |to: &str| format!("[cable.tie]\npart = \"usb-a-micro-1ft\"\nrun = [\"pi[1].usb3[2] -> {to}\"]\n");
    let seven = Workspace::example("seven-pis");
    let tied = "S006 tie/1: `pi[1]` and `zero` feed each other through `tie/1`";
    says(&with(seven.clone(), &cable("zero.usb-otg")), &[tied]);
    // Fed by that cable alone it is no tie.
    let mut alone = with(seven, &cable("zero.power"));
    let wires = alone.files.get_mut("wiring/wires.toml").expect("the file is there");
    let feed = r#"run = ["term[6..7].usb -> old.power, zero.power"]"#;
    assert_eq!(wires.matches(feed).count(), 1);
    *wires = wires.replace(feed, r#"run = ["term[6].usb -> old.power"]"#);
    says(&alone, &[]);
}

/// A random net of returns: nodes 0 (the supply) to `draws.len()`, wires with what each may carry.
struct Web {
    /// Amperes of the lamp at each node but the first.
    draws: Vec<f64>,
    wires: Vec<(usize, usize, f64)>,
}

impl Web {
    fn roll(dice: &mut Dice) -> Self {
        let nodes = 2 + dice.below(5);
        let draws = (1..nodes).map(|_| [0.0, 0.5, 1.0, 2.0][dice.below(4)]).collect();
        // Different for each wire, so that one is always the thinnest.
        let bears = |number: usize, dice: &mut Dice| 0.2 + 0.37 * dice.below(9) as f64 + 0.011 * number as f64;
        let mut wires: Vec<(usize, usize, f64)> = (1..nodes).map(|to| (dice.below(to), to, bears(to, dice))).collect();
        for number in 0..dice.below(4) {
            let (a, b) = (dice.below(nodes), dice.below(nodes));
            if a != b {
                wires.push((a, b, bears(nodes + number, dice)));
            }
        }
        Self { draws, wires }
    }

    /// What hangs on the supply without these wires: by node.
    fn fed(&self, without: &[usize]) -> Vec<bool> {
        let mut fed = vec![false; self.draws.len() + 1];
        fed[0] = true;
        for _ in 0..fed.len() {
            for (number, &(a, b, _)) in self.wires.iter().enumerate() {
                if !without.contains(&number) && fed[a] != fed[b] {
                    (fed[a], fed[b]) = (true, true);
                }
            }
        }
        fed
    }

    /// What is fed over one wire alone while others are open, amperes.
    fn over(&self, wire: usize, open: &[usize]) -> f64 {
        let before = self.fed(open);
        let after = self.fed(&[open, &[wire]].concat());
        let lost = (1..before.len()).filter(|&node| before[node] && !after[node]);
        lost.map(|node| self.draws[node - 1]).sum()
    }

    /// Wires that lie on a loop with this one and carry everything once it opens.
    fn ring(&self, wire: usize) -> Vec<usize> {
        let whole = self.fed(&[]);
        let cut = |other: usize| other == wire || self.fed(&[wire, other]) != whole;
        let spare = |other: &usize| self.fed(&[*other]) == whole && cut(*other);
        (0..self.wires.len()).filter(spare).collect()
    }

    /// The wire of each ring that is overloaded most while another one of it is open.
    fn worst(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let whole = self.fed(&[]);
        for wire in (0..self.wires.len()).filter(|&wire| self.fed(&[wire]) == whole) {
            let ring = self.ring(wire);
            if ring.len() < 2 || ring[0] != wire {
                continue;
            }
            let bears = |wire: usize| self.wires[wire].2;
            let thinnest = ring.iter().copied().min_by(|&a, &b| bears(a).total_cmp(&bears(b))).expect("not empty");
            let over = ring.iter().copied().filter_map(|thin| {
                let most = ring.iter().filter(|&&open| open != thin).map(|&open| self.over(thin, &[open]));
                let most = most.fold(0.0, f64::max);
                let alone = thin != thinnest && self.over(thin, &[thinnest]) > bears(thin);
                (most > bears(thin) && !alone).then_some((most / bears(thin), thin))
            });
            found.extend(over.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, thin)| thin));
        }
        found
    }

    fn bench(&self) -> Workspace {
        let mut bench = Workspace::default();
        let mut add = |path: &str, text: String| bench.files.insert(path.to_owned(), text);
        let part = |kind: &str, rest: String| format!("name = \"{kind}\"\nkind = \"{kind}\"\ncite = \"toy\"\n{rest}\n");
        let screws =
            "terminal.plus = { clamp = \"screw\", wires = 20 }\nterminal.minus = { clamp = \"screw\", wires = 20 }";
        let source = "source.out = { plus = \"plus\", minus = \"minus\", volts = \"5 V\", limit = \"50 A\" }";
        add("bom/parts/web-supply.toml", part("psu", format!("{source}\n{screws}")));
        add("bom/parts/fat-lead.toml", part("wire", "stock = { gauge = \"10 AWG\", max = \"100 A\" }".to_owned()));
        let mut devices = String::from("[device]\npsu = { part = \"web-supply\" }\n");
        let mut wires = String::from("[wire.plus]\nstock = \"fat-lead\"\nrun = [\n");
        for (number, draw) in self.draws.iter().enumerate() {
            let number = number + 1;
            let load = format!(
                "load.lamp = {{ plus = \"plus\", minus = \"minus\", volts = \"4..6 V\", profile = {{ worst = \"{draw} A\" }} }}"
            );
            add(&format!("bom/parts/lamp-{number}.toml"), part("lamp", format!("{load}\n{screws}")));
            let _ = writeln!(devices, "node{number} = {{ part = \"lamp-{number}\" }}");
            let _ = writeln!(wires, "\"psu.plus -> node{number}.plus\",");
        }
        wires.push_str("]\n");
        for (number, (a, b, may)) in self.wires.iter().enumerate() {
            let stock = format!("stock = {{ gauge = \"28 AWG\", max = \"{may:.3} A\" }}");
            add(&format!("bom/parts/lead-{number}.toml"), part("wire", stock));
            let name = |node: &usize| if *node == 0 { "psu".to_owned() } else { format!("node{node}") };
            let run = format!("{}.minus -- {}.minus", name(a), name(b));
            let _ = writeln!(wires, "[wire.w{number}]\nstock = \"lead-{number}\"\nrun = [\"{run}\"]");
        }
        add("wiring/devices.toml", devices);
        add(WIRES, wires);
        let build = Workspace::bench().files["bom/build.toml"].clone();
        add("bom/build.toml", build);
        bench
    }
}

#[test]
fn loops_of_wire_are_judged_as_opening_each_wire_by_hand_does() {
    let mut dice = Dice(7);
    let mut faults = 0;
    for case in 0..600 {
        let web = Web::roll(&mut dice);
        let expected: BTreeSet<String> = web.worst().into_iter().map(|wire| format!("w{wire}/1")).collect();
        let checked = web.bench().check();
        let ours = checked.findings.iter().filter(|finding| finding.rule.code == "S003");
        let found: BTreeSet<String> = ours.map(|finding| finding.subject.clone()).collect();
        assert_eq!(found, expected, "case {case}: draws {:?}, wires {:?}", web.draws, web.wires);
        faults += expected.len();
    }
    assert!(faults > 100, "only {faults} faults: the cases show too little");
}
