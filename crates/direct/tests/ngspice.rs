//! ngspice's word on the same circuits, where ngspice is installed; the test says which version, or that it is missing.
#![allow(clippy::print_stderr, reason = "whoever runs it must see what was compared, or that nothing was")]

mod kit;
mod simulator;

use std::process::Command;

use direct::{Circuit, Law, spice};
use kit::{Dice, chassis, draw_out, grid, harness, ladder, point, sound, tree};
use simulator::version;

/// Greatest difference in volts over all nodes.
fn differs(circuit: &Circuit, name: &str) -> f64 {
    let solution = point(circuit);
    sound(&solution);
    let (deck, names) = spice(circuit).expect("the circuit makes sense");
    let folder = std::env::temp_dir().join(format!("direct-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the folder for temporary files takes a folder");
    let file = folder.join("deck.cir");
    std::fs::write(&file, &deck).expect("it takes a file");
    let output = Command::new("ngspice").arg("-b").arg(&file).current_dir(&folder).output().expect("ngspice runs");
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut theirs = std::collections::BTreeMap::new();
    for line in text.lines() {
        if let Some((name, value)) = line.split_once(" = ")
            && let Some(name) = name.trim().strip_prefix("v(").and_then(|name| name.strip_suffix(')'))
        {
            theirs.insert(name.to_owned(), value.trim().parse::<f64>().expect("ngspice prints numbers"));
        }
    }
    let mut most: f64 = 0.0;
    for (node, name) in names.iter().enumerate() {
        let Some(name) = name else { continue };
        let expected =
            if name == "0" { 0.0 } else { *theirs.get(name).unwrap_or_else(|| panic!("{name}: {text}\n{deck}")) };
        most = most.max((solution.volts[node].expect("a named node is solved") - expected).abs());
    }
    most
}

/// A circuit with everything in it: soft returns, limits, LEDs, bleeders, meshes, converters in a chain, several islands.
fn mixed(dice: &mut Dice) -> Circuit {
    let (nodes, loads, rigid) = (3 + dice.below(25), 1 + dice.below(8), dice.chance(0.4));
    let mut circuit = tree(dice, nodes, loads, rigid);
    let node = |dice: &mut Dice| 2 + dice.below(nodes);
    for _ in 0..dice.below(4) {
        let (a, b) = (node(dice), node(dice));
        circuit.resistor(a, b, dice.real(3.0, 300.0));
    }
    for _ in 0..dice.below(4) {
        let middle = circuit.node();
        circuit.resistor(1, middle, dice.real(100.0, 1000.0));
        circuit.add([middle, 0], Law::Diode { volts: dice.real(1.5, 6.0), amperes: 0.02, slope: dice.real(2.0, 20.0) });
    }
    if dice.chance(0.3) {
        circuit.add([1, 0], Law::Clamp { ohms: dice.real(5.0, 50.0), amperes: dice.real(0.01, 0.5) });
    }
    if dice.chance(0.4) {
        let rail = circuit.node();
        circuit.source(rail, 0, 3.3, dice.real(0.01, 0.1), Some(dice.real(0.2, 3.0)));
        circuit.add([rail, 0], Law::Resistance { ohms: dice.real(2.0, 20.0), minimum: None });
    }
    let mut input = [1, 0];
    for _ in 0..dice.below(3) {
        let own_ground = dice.chance(0.5);
        let ground = if own_ground { circuit.node() } else { input[1] };
        let [out, far] = std::array::from_fn(|_| circuit.node());
        let limit = dice.chance(0.5).then_some(5.0);
        let feeds = circuit.source(out, ground, dice.real(3.0, 12.0), dice.real(0.001, 0.05), limit);
        circuit.resistor(out, far, dice.real(0.001, 0.1));
        circuit.power(far, ground, dice.real(0.1, 1.5));
        let law = Law::Converter { feeds, efficiency: dice.real(0.7, 0.98), idle: dice.real(0.0, 0.1), minimum: None };
        circuit.add(input, law);
        input = [far, ground];
    }
    circuit
}

#[test]
fn ngspice_finds_the_same_points() {
    let Some(version) = version() else {
        eprintln!("NOT COMPARED: ngspice is not installed; nothing was checked against another simulator");
        return;
    };
    let mut most: f64 = 0.0;
    for seed in 0..320 {
        let circuit = mixed(&mut Dice::new(seed));
        let apart = differs(&circuit, "mixed");
        assert!(apart < 5e-9, "seed {seed}: {apart:e} V");
        most = most.max(apart);
    }
    let mut builds: f64 = 0.0;
    for watts in [2.5, 4.2, 6.0, 12.0] {
        let mut circuit = Circuit::default();
        chassis(&mut circuit, 5, watts);
        chassis(&mut circuit, 7, watts);
        builds = builds.max(differs(&circuit, "chassis"));
    }
    assert!(builds < 1e-9, "{builds:e} V");
    let mut harnesses: f64 = 0.0;
    for seed in 0..20 {
        let mut dice = Dice::new(seed);
        let circuit = harness(&mut dice, 1 + seed as u32 % 6, 4.2);
        harnesses = harnesses.max(differs(&circuit, "harness"));
        let (circuit, ..) = draw_out(&mut dice, &tree(&mut Dice::new(seed), 8, 5, seed % 2 == 0), 8);
        harnesses = harnesses.max(differs(&circuit, "rows"));
    }
    assert!(harnesses < 5e-9, "{harnesses:e} V");
    let row = differs(&ladder(1000, 4.0), "ladder");
    let mesh = differs(&grid(20, 4.0), "grid");
    assert!(row.max(mesh) < 5e-6, "{row:e} V, {mesh:e} V");
    eprintln!(
        "{version}: 320 random circuits {most:e} V, builds {builds:e} V, harnesses {harnesses:e} V, ladder {row:e} V, grid {mesh:e} V apart"
    );
}
