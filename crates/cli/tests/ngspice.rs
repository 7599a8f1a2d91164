//! ngspice's word on the decks that `export spice` prints: this repository's builds in every scenario and state.
//!
//! Without ngspice the test fails and says so, unless `WIRELOOM_WITHOUT_NGSPICE=1` says that this is meant.
#![allow(clippy::print_stderr, reason = "whoever runs it must see what was compared, or that nothing was")]

#[path = "../../direct/tests/simulator/mod.rs"]
mod simulator;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use analysis::power::{Draw, State};
use cli::{Checked, check};
use direct::{Options, Outcome, Solution};
use outputs::power::{Question, deck};
use simulator::version;

const BUILDS: [&str; 4] = [".", "examples/as-published", "examples/minimal", "examples/seven-pis"];
/// Most that volts may lie apart.
const APART: f64 = 1e-9;

fn checked(workspace: &str) -> Checked {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(workspace);
    check(&cli::disk::Disk::open(&root).expect("the workspace is there"))
}

/// Volts by name of node, as ngspice computes them.
fn theirs(deck: &str) -> BTreeMap<String, f64> {
    let folder = tempfile::tempdir().expect("the folder for temporary files takes a folder");
    let file = folder.path().join("deck.cir");
    std::fs::write(&file, deck).expect("it takes a file");
    let output =
        Command::new("ngspice").arg("-b").arg(&file).current_dir(folder.path()).output().expect("ngspice runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut volts = BTreeMap::from([("0".to_owned(), 0.0)]);
    for line in text.lines() {
        if let Some((name, value)) = line.split_once(" = ")
            && let Some(name) = name.trim().strip_prefix("v(").and_then(|name| name.strip_suffix(')'))
        {
            volts.insert(name.to_owned(), value.trim().parse().expect("ngspice prints numbers"));
        }
    }
    assert!(volts.len() > 1, "ngspice gives no volts: {text}{}\n{deck}", String::from_utf8_lossy(&output.stderr));
    volts
}

/// Kirchhoff's currents at every node, and watts given against watts taken.
fn sound(solution: &Solution, of: &str) {
    assert!(solution.residual < 1e-9, "{of}: a node keeps {:e} A", solution.residual);
    let watts = || solution.flows.iter().filter_map(direct::Flow::watts);
    let given: f64 = watts().filter(|watts| *watts < 0.0).sum::<f64>().abs();
    let taken: f64 = watts().filter(|watts| *watts > 0.0).sum();
    assert!(given > 0.0, "{of}: nothing gives anything");
    assert!((given - taken).abs() < 1e-9 * given.max(1.0), "{of}: {given} W given and {taken} W taken");
}

/// Greatest difference in volts, and how many nodes were compared; `None` where there is no operating point.
fn differs(checked: &Checked, scenario: usize, state: &State, of: &str) -> Option<(f64, usize)> {
    let (power, world) = (&checked.facts.power, checked.facts.world(&checked.build));
    let draw = Draw::In(scenario);
    let (circuit, _) = power.circuit_in(world, draw, state);
    let solution = match direct::solve(&circuit, &Options::default()) {
        Outcome::Solved(solution) => solution,
        Outcome::NoSolution(_) => return None,
        Outcome::Bad(faults) => panic!("{of}: {faults:?}"),
    };
    sound(&solution, of);
    let question = Question { state: Some(state.clone()), ..Question::of(checked.view(), scenario) };
    let text = deck(checked.view(), &question).expect("the circuit makes sense");
    let theirs = theirs(&text);
    let names = power.deck_in(world, draw, state).expect("the circuit makes sense").ends;
    let (mut most, mut count) = (0.0_f64, 0);
    for (element, names) in circuit.elements.iter().zip(&names) {
        for (node, name) in element.ends.into_iter().zip(names) {
            let Some(name) = name else { continue };
            let ours = solution.volts[node as usize].expect("a named node is solved");
            let expected = *theirs.get(name).unwrap_or_else(|| panic!("{of}: no volts of {name}\n{text}"));
            most = most.max((ours - expected).abs());
            count += 1;
        }
    }
    Some((most, count))
}

#[test]
fn ngspice_finds_the_same_volts_in_every_scenario_and_state() {
    let Some(version) = version() else {
        let meant = std::env::var("WIRELOOM_WITHOUT_NGSPICE").is_ok_and(|value| value == "1");
        eprintln!("NOT COMPARED: ngspice is not installed; no operating point was checked against another simulator");
        assert!(meant, "install ngspice, or set WIRELOOM_WITHOUT_NGSPICE=1 to go without this comparison");
        return;
    };
    for workspace in BUILDS {
        let checked = checked(workspace);
        let power = &checked.facts.power;
        let (mut most, mut decks, mut nodes, mut none) = (0.0_f64, 0, 0, 0);
        for (scenario, of) in power.scenarios.iter().enumerate() {
            for (number, state) in power.states.iter().enumerate() {
                let of = format!("{workspace}, scenario {}, state {number}", of.name);
                let Some((apart, count)) = differs(&checked, scenario, state, &of) else {
                    none += 1;
                    continue;
                };
                assert!(apart < APART, "{of}: {apart:e} V");
                (most, decks, nodes) = (most.max(apart), decks + 1, nodes + count);
            }
        }
        assert!(decks > 0, "{workspace}: nothing was compared");
        assert!(nodes > decks, "{workspace}: {nodes} nodes in {decks} decks");
        eprintln!("{version}: {workspace}: {decks} decks, at most {most:e} V apart; {none} without an operating point");
    }
}

#[test]
fn a_deck_says_what_its_names_stand_for() {
    let checked = checked(".");
    let scenario = checked.facts.power.scenario("load").expect("the build declares it");
    let text = deck(checked.view(), &Question::of(checked.view(), scenario)).expect("the circuit makes sense");
    for words in ["* pi-1u: scenario `load`", "fuse fu[1]", "load pi[1]", "contact k8.k[3] NC", "source 5v of psu"] {
        assert!(text.contains(words), "no {words:?} in\n{text}");
    }
    let comments = text.lines().filter(|line| line.starts_with('*')).count();
    assert!(comments > 60 && text.ends_with(".end\n"), "{comments} comments");
}
