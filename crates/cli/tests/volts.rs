//! Corners of the rules about volts and amperes: one lamp on one supply, and the findings that each change of it brings.

mod memory;

use memory::{Workspace, name};

const SUPPLY: &str = "name = \"Supply\"\nkind = \"psu\"\ncite = \"toy\"\n\
    source.out = { plus = \"plus\", minus = \"minus\", @ }\n\
    terminal.plus = { clamp = \"screw\", wires = 2 }\nterminal.minus = { clamp = \"screw\", wires = 2 }\n";
const LAMP: &str = "name = \"Lamp\"\nkind = \"lamp\"\ncite = \"toy\"\n\
    load.filament = { plus = \"plus\", minus = \"minus\", @ }\n\
    terminal.plus = { clamp = \"screw\", wires = 2 }\nterminal.minus = { clamp = \"screw\", wires = 2 }\n";
const WIRES: &str = "[wire.feed]\nstock = \"spool\"\n@\n\
    run = [\"psu.plus -> lamp.plus\", \"lamp.minus -> psu.minus\"]\n";

const SOUND: &str = "volts = \"4.5..5.5 V\", profile = { worst = \"0.5 A\" }";

/// What the source, the load and the length of the wires are.
struct Case {
    source: &'static str,
    load: &'static str,
    wires: &'static str,
}

impl Default for Case {
    fn default() -> Self {
        Self { source: "volts = \"5 V\", limit = \"2 A\"", load: SOUND, wires: "length = \"200 mm\"" }
    }
}

/// The names of all findings.
fn findings(case: &Case) -> Vec<String> {
    let mut bench = Workspace::bench();
    let files = [
        ("bom/parts/supply.toml", SUPPLY, case.source),
        ("bom/parts/lamp.toml", LAMP, case.load),
        ("wiring/wires.toml", WIRES, case.wires),
    ];
    for (path, text, with) in files {
        bench.files.insert(path.to_owned(), text.replace('@', with));
    }
    bench.check().findings.iter().map(name).collect()
}

fn check(case: &Case, expected: &[&str]) {
    assert_eq!(findings(case), expected);
}

#[test]
fn a_sound_lamp_says_nothing() {
    check(&Case::default(), &[]);
    check(&Case { load: "volts = \"4.5..5.5 V\", profile = { worst = \"0 A\" }", ..Case::default() }, &[]);
    check(&Case { wires: "length = \"0 m\"", ..Case::default() }, &[]);
}

#[test]
fn a_load_that_states_no_volts_is_not_judged() {
    check(&Case { load: "profile = { worst = \"0.5 A\" }", wires: "length = \"12 m\"", ..Case::default() }, &[]);
}

#[test]
fn draws_of_constant_power_that_nothing_can_carry_are_a_brown_out() {
    let load = "volts = \"3..5.5 V\", profile = { worst = \"6 W\" }";
    check(&Case { load, wires: "length = \"12 m\"", ..Case::default() }, &["P005 lamp.filament"]);
    // Bearable as a rule, and not with warm copper.
    let load = "volts = \"1..5.5 V\", profile = { worst = \"4.6 W\" }";
    check(&Case { load, wires: "length = \"12 m\"", ..Case::default() }, &["P006 lamp.filament"]);
}

#[test]
fn a_supply_that_is_too_weak_by_itself_is_told_once() {
    check(&Case { source: "volts = \"3.3 V\", limit = \"2 A\"", ..Case::default() }, &["N015 lamp.plus"]);
    check(&Case { source: "volts = \"5 V\", limit = \"0.4 A\"", ..Case::default() }, &["P002 psu.out"]);
}

#[test]
fn a_warning_threshold_counts_before_the_limit() {
    let load =
        "volts = \"4..5.5 V\", warns-below = \"4.8 V\", fails-below = \"4.2 V\", profile = { worst = \"0.5 A\" }";
    check(&Case { load, wires: "length = \"5 m\"", ..Case::default() }, &["P006 lamp.filament"]);
    check(&Case { load, wires: "length = \"1 m\"", ..Case::default() }, &[]);
    check(&Case { load, wires: "length = \"20 m\"", ..Case::default() }, &["P005 lamp.filament"]);
}

#[test]
fn a_missing_number_is_not_verified() {
    check(&Case { wires: "", ..Case::default() }, &["?P006 lamp.filament"]);
    let load = "volts = \"4.5..5.5 V\", profile = { worst = \"unstated\" }";
    check(&Case { load, ..Case::default() }, &["?P002 psu.out", "?P006 lamp.filament"]);
}

#[test]
fn numbers_that_no_part_can_have_are_told_where_they_stand() {
    let absurd = |source| Case { source, ..Case::default() };
    check(&absurd("volts = \"0 V\", limit = \"2 A\""), &["P025 psu.out", "N015 lamp.plus"]);
    check(&absurd("volts = \"5 V\", limit = \"0 A\""), &["P025 psu.out", "P002 psu.out"]);
    let load = "volts = \"4.5..5.5 V\", profile = { worst = \"5000000000000 A\" }";
    check(&Case { load, ..Case::default() }, &["P025 lamp.filament", "P002 psu.out"]);
}
