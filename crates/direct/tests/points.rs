//! Operating points against closed forms, a dense solver, Kirchhoff, and what more load or thicker wire must do.

mod kit;

use direct::{Cause, Circuit, Group, Law, Options, Outcome, Proof, Share, headroom, solve};
use kit::{Dice, amperes, chassis, dense, ladder, point, sound, tree, volts};

/// One load of constant power behind one resistance.
fn one_load(open: f64, ohms: f64, watts: f64) -> (Circuit, u32) {
    let mut circuit = Circuit::default();
    let [ground, rail, plus] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, open, 0.0, None);
    circuit.resistor(rail, plus, ohms);
    let load = circuit.power(plus, ground, watts);
    (circuit, load)
}

#[test]
fn one_load_on_one_wire_has_the_larger_root() {
    let mut dice = Dice::new(1);
    for _ in 0..500 {
        let (open, ohms) = (dice.real(1.0, 48.0), dice.real(1e-3, 10.0));
        let watts = dice.real(0.0, 0.999) * open * open / (4.0 * ohms);
        let (circuit, load) = one_load(open, ohms, watts);
        let solution = point(&circuit);
        let expected = open / 2.0 + (open * open / 4.0 - ohms * watts).sqrt();
        assert!((volts(&solution, load) - expected).abs() < 1e-9 * open, "{open} V, {ohms} Ω, {watts} W");
        assert!(solution.highest);
        sound(&solution);
    }
}

#[test]
fn beyond_a_quarter_of_the_square_there_is_none_and_it_is_proved() {
    let mut dice = Dice::new(2);
    for _ in 0..200 {
        let (open, ohms) = (dice.real(1.0, 48.0), dice.real(1e-3, 10.0));
        let most = open * open / (4.0 * ohms);
        let (below, _) = one_load(open, ohms, most * (1.0 - 1e-8));
        sound(&point(&below));
        let (above, load) = one_load(open, ohms, most * (1.0 + 1e-8));
        let Outcome::NoSolution(none) = solve(&above, &Options::default()) else { panic!("{open} V, {ohms} Ω") };
        let collapse = &none.collapses[0];
        assert_eq!(collapse.proof, Proof::Proved);
        assert!((collapse.limit.load_factor - 1.0).abs() < 2e-8, "{}", collapse.limit.load_factor);
        assert_eq!(collapse.limit.first_to_fail, Some(load));
        assert_eq!(none.rest.volts, vec![None; 3]);
    }
}

#[test]
fn the_load_factor_is_found_to_eight_digits_and_the_dear_wire_is_named() {
    let mut circuit = Circuit::default();
    let [ground, rail, middle, plus] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.0, None);
    circuit.resistor(rail, middle, 0.1);
    let thin = circuit.resistor(middle, plus, 0.3);
    let load = circuit.power(plus, ground, 2.0);
    let limit = &headroom(&circuit, &Options::default()).unwrap()[0].1;
    let expected = 25.0 / (4.0 * 0.4) / 2.0;
    assert!((limit.load_factor / expected - 1.0).abs() < 1e-8, "{limit:?}");
    assert!(limit.fails_at.unwrap() >= limit.load_factor && limit.proved_at == limit.fails_at);
    assert_eq!(limit.first_to_fail, Some(load));
    let (element, share) = limit.costliest.unwrap();
    assert_eq!(element, thin);
    assert!((share - 2.5 * 0.75).abs() < 1e-3, "three quarters of half the volts, not {share}");
}

#[test]
fn a_dense_solver_agrees() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let (nodes, loads, rigid) = (2 + dice.below(20), 1 + dice.below(10), dice.chance(0.5));
        let circuit = tree(&mut dice, nodes, loads, rigid);
        let solution = point(&circuit);
        sound(&solution);
        assert!(solution.highest, "seed {seed}");
        for (ours, theirs) in solution.volts.iter().zip(dense(&circuit)) {
            assert!((ours.unwrap() - theirs).abs() < 1e-10, "seed {seed}: {ours:?} and {theirs}");
        }
    }
}

#[test]
fn a_dense_solver_agrees_on_meshes_with_bleeders_on_soft_returns() {
    for seed in 0..200 {
        let mut dice = Dice::new(1000 + seed);
        let mut circuit = tree(&mut dice, 20, 6, false);
        for _ in 0..8 {
            let (a, b) = (dice.below(circuit.nodes), dice.below(circuit.nodes));
            circuit.resistor(a, b, dice.real(5.0, 50.0));
        }
        circuit.add([dice.below(22), 0], Law::Resistance { ohms: 40.0, minimum: None });
        let solution = point(&circuit);
        sound(&solution);
        for (ours, theirs) in solution.volts.iter().zip(dense(&circuit)) {
            assert!((ours.unwrap() - theirs).abs() < 1e-10, "seed {seed}: {ours:?} and {theirs}");
        }
    }
}

#[test]
fn more_load_never_raises_a_voltage() {
    for seed in 0..150 {
        let mut dice = Dice::new(seed);
        let circuit = tree(&mut dice, 15, 8, seed % 2 == 0);
        let before = point(&circuit);
        let mut more = circuit.clone();
        for element in &mut more.elements {
            match &mut element.law {
                Law::Power { watts, .. } if dice.chance(0.3) => *watts += dice.real(0.0, 0.5),
                Law::Current { amperes, .. } if dice.chance(0.3) => *amperes += dice.real(0.0, 0.1),
                _ => {}
            }
        }
        let after = point(&more);
        for (index, element) in circuit.elements.iter().enumerate().filter(|(_, element)| element.law.is_load()) {
            let (before, after) = (volts(&before, index as u32), volts(&after, index as u32));
            assert!(after <= before + 1e-12, "seed {seed}: {element:?} rises from {before} to {after}");
        }
    }
}

#[test]
fn a_thicker_wire_never_lowers_the_lowest_voltage_of_firm_draws() {
    for seed in 0..150 {
        let mut dice = Dice::new(seed);
        let mut circuit = tree(&mut dice, 15, 8, false);
        let lowest = |circuit: &Circuit| {
            let solution = point(circuit);
            let loads = circuit.elements.iter().zip(&solution.flows).filter(|(element, _)| element.law.is_load());
            loads.map(|(_, flow)| flow.volts.unwrap()).fold(f64::INFINITY, f64::min)
        };
        let before = lowest(&circuit);
        let wires: Vec<usize> =
            (0..circuit.elements.len()).filter(|&i| matches!(circuit.elements[i].law, Law::Resistor { .. })).collect();
        let wire = wires[dice.below(wires.len() as u32) as usize];
        let Law::Resistor { ohms } = &mut circuit.elements[wire].law else { unreachable!() };
        *ohms *= dice.real(0.0, 1.0);
        assert!(lowest(&circuit) >= before - 1e-12, "seed {seed}");
    }
}

#[test]
fn a_source_at_its_limit_sags_onto_its_resistive_load() {
    for ohms in [0.0, 0.01] {
        let mut circuit = Circuit::default();
        let [ground, rail] = std::array::from_fn(|_| circuit.node());
        let source = circuit.source(rail, ground, 5.0, ohms, Some(2.0));
        let load = circuit.add([rail, ground], Law::Resistance { ohms: 1.5, minimum: Some(4.0) });
        let solution = point(&circuit);
        assert!((volts(&solution, load) - 3.0).abs() < 1e-12 && (amperes(&solution, source) + 2.0).abs() < 1e-12);
        assert_eq!(solution.limited, [source]);
        assert_eq!((solution.under[0].element, solution.under.len()), (load, 1));
        sound(&solution);
    }
}

#[test]
fn a_power_load_beyond_the_source_s_limit_has_no_operating_point() {
    for ohms in [0.0, 0.01] {
        let mut circuit = Circuit::default();
        let [ground, rail, plus] = std::array::from_fn(|_| circuit.node());
        circuit.source(rail, ground, 5.0, ohms, Some(2.0));
        circuit.resistor(rail, plus, 0.05);
        circuit.power(plus, ground, 11.0);
        let Outcome::NoSolution(none) = solve(&circuit, &Options::default()) else { panic!("11 W out of 10 W") };
        assert_eq!(none.collapses[0].proof, Proof::Proved);
        let expected = (5.0 - 2.0 * ohms - 2.0 * 0.05) * 2.0 / 11.0;
        assert!((none.collapses[0].limit.load_factor - expected).abs() < 1e-8, "{:?}", none.collapses[0].limit);
    }
}

#[test]
fn an_led_takes_what_its_line_says_and_blocks_below_its_knee() {
    let build = |open: f64| {
        let mut circuit = Circuit::default();
        let [ground, rail, middle] = std::array::from_fn(|_| circuit.node());
        circuit.source(rail, ground, open, 0.0, None);
        circuit.resistor(rail, middle, 330.0);
        let led = circuit.add([middle, ground], Law::Diode { volts: 2.0, amperes: 0.02, slope: 10.0 });
        let solution = point(&circuit);
        sound(&solution);
        amperes(&solution, led)
    };
    assert!((build(5.0) - (5.0 - 1.8) / 340.0).abs() < 1e-8);
    assert!(build(1.5).abs() < 1e-8);
}

#[test]
fn two_leds_in_a_row_may_both_block() {
    let mut circuit = Circuit::default();
    let [ground, rail, between, far] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 3.3, 0.0, None);
    let led = Law::Diode { volts: 2.0, amperes: 0.02, slope: 10.0 };
    circuit.add([rail, between], led);
    circuit.resistor(between, far, 0.001);
    let second = circuit.add([far, ground], led);
    let solution = point(&circuit);
    sound(&solution);
    assert!(amperes(&solution, second) < 1e-7);
}

#[test]
fn the_chassis_stands_and_its_undervoltage_is_told_from_a_collapse() {
    let at = |watts: f64| {
        let mut circuit = Circuit::default();
        chassis(&mut circuit, 5, watts);
        solve(&circuit, &Options::default())
    };
    let light = at(4.2).solved().unwrap();
    sound(&light);
    assert!(light.under.is_empty());
    let heavy = at(14.0).solved().unwrap();
    sound(&heavy);
    assert_eq!(heavy.under.len(), 5);
    let Outcome::NoSolution(none) = at(40.0) else { panic!("200 W from 5 V, 21 A") };
    assert_eq!(none.collapses[0].proof, Proof::Proved);
    let factor = none.collapses[0].limit.load_factor;
    assert!(0.3 < factor && factor < 0.6, "{factor}");
}

#[test]
fn a_ladder_of_a_hundred_thousand_nodes_keeps_kirchhoff() {
    let circuit = ladder(100_000, 4.0);
    let solution = point(&circuit);
    sound(&solution);
    assert!(solution.work.steps < 15, "{:?}", solution.work);
}

#[test]
fn a_collapse_beside_a_bleeder_between_soft_legs_is_proved() {
    let mut circuit = Circuit::default();
    let [ground, rail, plus, minus] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.001, Some(30.0));
    circuit.resistor(rail, plus, 0.05);
    circuit.resistor(minus, ground, 0.05);
    circuit.resistor(plus, minus, 100.0);
    let led = circuit.node();
    circuit.resistor(plus, led, 330.0);
    circuit.add([led, minus], Law::Diode { volts: 2.0, amperes: 0.02, slope: 10.0 });
    circuit.power(plus, minus, 100.0);
    let Outcome::NoSolution(none) = solve(&circuit, &Options::default()) else { panic!("100 W from 62 W") };
    assert_eq!(none.collapses[0].proof, Proof::Proved);
    assert!(none.collapses[0].limit.load_factor < 0.625);
}

#[test]
fn a_shared_limit_ends_what_each_source_alone_would_bear() {
    let mut circuit = Circuit::default();
    let [ground, five, three] = std::array::from_fn(|_| circuit.node());
    let sources =
        vec![circuit.source(five, ground, 5.0, 0.01, Some(21.0)), circuit.source(three, ground, 3.3, 0.0, Some(20.0))];
    circuit.power(five, ground, 60.0);
    circuit.power(three, ground, 40.0);
    circuit.groups.push(Group { sources: sources.clone(), share: Share::Watts(110.0) });
    assert!(solve(&circuit, &Options::default()).solved().is_some());
    circuit.groups[0].share = Share::Watts(80.0);
    let Outcome::NoSolution(none) = solve(&circuit, &Options::default()) else { panic!("100 W of 80 W") };
    assert_eq!((none.collapses.len(), none.collapses[0].limit.cause), (1, Cause::Group(0)));
    assert!((none.collapses[0].limit.load_factor - 0.8).abs() < 1e-8);
    circuit.groups[0].share = Share::Amperes(24.0);
    let found = &headroom(&circuit, &Options::default()).unwrap()[0].1;
    assert!(found.cause == Cause::Group(0) && 0.9 < found.load_factor && found.load_factor < 1.0, "{found:?}");
}

#[test]
fn a_failed_island_leaves_the_others_solved() {
    let mut circuit = Circuit::default();
    let first = chassis(&mut circuit, 5, 40.0);
    let second = chassis(&mut circuit, 5, 4.2);
    let Outcome::NoSolution(none) = solve(&circuit, &Options::default()) else { panic!("200 W from 5 V, 21 A") };
    assert_eq!((none.collapses.len(), &none.collapses[0].references[..]), (1, &[0][..]));
    let volts = |load: u32| none.rest.flows[load as usize].volts;
    assert!(first.iter().all(|&load| volts(load).is_none()) && second.iter().all(|&load| volts(load) > Some(4.7)));
    sound(&none.rest);
}

#[test]
fn the_same_circuit_costs_the_same_work_and_gives_the_same_bits() {
    let circuit = tree(&mut Dice::new(7), 60, 30, false);
    let [one, other] = std::array::from_fn(|_| point(&circuit));
    assert!(one == other && one.work.analyses == 1 && one.work.factorisations == one.work.steps, "{:?}", one.work);
}

#[test]
fn wires_of_a_microohm_beside_a_megaohm_keep_kirchhoff() {
    let mut circuit = Circuit::default();
    let [ground, rail, joint, plus, sense] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 12.0, 0.001, None);
    circuit.resistor(rail, joint, 1e-6);
    circuit.resistor(joint, plus, 1e-6);
    circuit.power(plus, ground, 60.0);
    circuit.resistor(plus, sense, 1e6);
    circuit.resistor(sense, ground, 1e6);
    let solution = point(&circuit);
    sound(&solution);
    let half = solution.volts[plus as usize].unwrap() / 2.0;
    assert!((solution.volts[sense as usize].unwrap() - half).abs() < 1e-9);
}
