//! A box with more changeovers than are taken through all their states: what was left out is said, and a smaller one says nothing.

mod memory;

use std::fmt::Write as _;

use memory::{Workspace, name};

/// A supply with so many changeovers, each with a lamp on either throw.
fn box_of(switches: usize) -> Workspace {
    let mut bench = Workspace::bench();
    let lamps = 2 * switches;
    let supply = format!(
        "name = \"Supply\"\nkind = \"psu\"\ncite = \"toy\"\n\
         source.out = {{ plus = \"plus\", minus = \"minus\", volts = \"5 V\", limit = \"7 A\" }}\n\
         terminal.\"plus[1..{switches}]\" = {{ clamp = \"screw\" }}\nterminal.\"minus[1..{lamps}]\" = {{ clamp = \"screw\" }}\n"
    );
    bench.files.insert("bom/parts/bus-supply.toml".to_owned(), supply);
    let lamp = bench.files.get_mut("bom/parts/lamp.toml").expect("the bench has a lamp");
    *lamp = lamp.replace("0.5 A @ 5 V", "0.1 A @ 5 V");
    let devices = format!(
        "[device]\npsu = {{ part = \"bus-supply\" }}\nsw = {{ part = \"toy-switch\", count = {switches} }}\nlamp = {{ part = \"lamp\", count = {lamps} }}\n"
    );
    bench.files.insert("wiring/devices.toml".to_owned(), devices);
    let mut wires = "[wire.feed]\nstock = \"lead\"\nrun = [\n".to_owned();
    let half = switches + 1;
    let _ = writeln!(wires, "\"psu.plus[1..{switches}] -> sw[1..{switches}].com\",");
    let _ = writeln!(wires, "\"sw[1..{switches}].nc -> lamp[1..{switches}].plus\",");
    let _ = writeln!(wires, "\"sw[1..{switches}].no -> lamp[{half}..{lamps}].plus\",");
    let _ = writeln!(wires, "\"lamp[1..{lamps}].minus -> psu.minus[1..{lamps}]\",\n]");
    bench.files.insert("wiring/wires.toml".to_owned(), wires);
    bench
}

/// States left out, and the names of what rule P026 says.
fn left_out(switches: usize) -> (usize, Vec<String>) {
    let checked = box_of(switches).check();
    let said = checked.findings.iter().filter(|finding| finding.rule.code == "P026").map(name).collect();
    (checked.facts.power.left_out, said)
}

#[test]
fn states_that_were_left_out_are_said() {
    // Of 2^16 states rest, each of sixteen alone, and all at once are solved.
    assert_eq!(left_out(16), ((1 << 16) - 18, vec!["?P026 bench".to_owned()]));
}

#[test]
fn few_changeovers_are_taken_through_all_their_states() {
    assert_eq!(left_out(4), (0, Vec::new()));
}

#[test]
fn a_clamp_that_says_nothing_of_what_it_bears_is_not_verified() {
    let verdict = |max: &str| {
        let mut bench = Workspace::bench();
        let lamp = bench.files.get_mut("bom/parts/lamp.toml").expect("the bench has a lamp");
        let clamp = "terminal.plus = { clamp = \"screw\", wires = 2";
        assert_eq!(lamp.matches(clamp).count(), 1, "{lamp}");
        *lamp = lamp.replace(clamp, &format!("{clamp}, max = \"{max}\""));
        let findings = bench.check().findings;
        let of_rule = findings.iter().filter(|finding| finding.rule.code == "P010");
        of_rule.map(name).collect::<Vec<_>>()
    };
    assert_eq!(verdict("unstated"), ["?P010 lamp.plus"]);
    assert_eq!(verdict("2 A"), Vec::<String>::new());
}

/// Two lamps whose returns are joined besides, the first at this least number of volts: what P026 says of them.
fn meshed(least: &str) -> (bool, Vec<String>) {
    let mut bench = Workspace::bench();
    let lamp = bench.files.get_mut("bom/parts/lamp.toml").expect("the bench has a lamp");
    *lamp = lamp.replace("4.5..5.5 V", &format!("{least}..5.5 V"));
    let supply = "name = \"Supply\"\nkind = \"psu\"\ncite = \"toy\"\n\
         source.out = { plus = \"plus\", minus = \"minus\", volts = \"5 V\", limit = \"7 A\" }\n\
         terminal.\"plus[1..2]\" = { clamp = \"screw\" }\nterminal.\"minus[1..2]\" = { clamp = \"screw\" }\n";
    bench.files.insert("bom/parts/bus-supply.toml".to_owned(), supply.to_owned());
    let devices = "[device]\npsu = { part = \"bus-supply\" }\nlamp = { part = \"lamp\", count = 2 }\n";
    bench.files.insert("wiring/devices.toml".to_owned(), devices.to_owned());
    let wires = "[wire.feed]\nstock = \"lead\"\nlength = \"900 mm\"\nrun = [\n\"psu.plus[1..2] -> lamp[1..2].plus\",\n\
         \"lamp[1..2].minus -> psu.minus[1..2]\",\n\"lamp[1].minus -- lamp[2].minus\",\n]\n";
    bench.files.insert("wiring/wires.toml".to_owned(), wires.to_owned());
    let checked = bench.check();
    let said = checked.findings.iter().filter(|finding| finding.rule.code == "P026").map(name).collect();
    (checked.facts.power.bounds.iter().any(|bound| bound.estimated), said)
}

#[test]
fn an_estimate_near_a_limit_is_not_verified_and_one_far_from_it_tells() {
    assert_eq!(meshed("4.5"), (true, Vec::new()));
    let near = meshed("4.935");
    assert!(near.0 && near.1.contains(&"?P026 lamp[1].filament".to_owned()), "{near:?}");
}
