//! Values no part can have and circuits that make no sense: a fault that names the element, never a panic, never a number that is none.

mod kit;

use direct::{Circuit, Defect, Fault, Law, Options, Outcome, Quantity, solve};
use kit::{Dice, point, sound, volts};

fn faults(circuit: &Circuit) -> Vec<Fault> {
    match solve(circuit, &Options::default()) {
        Outcome::Bad(faults) => faults,
        other => panic!("{other:?}"),
    }
}

/// A source, a wire and something to test.
fn with(law: Law) -> Circuit {
    let mut circuit = Circuit::default();
    let [ground, rail, plus] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.0, None);
    circuit.resistor(rail, plus, 0.1);
    circuit.add([plus, ground], law);
    circuit
}

#[test]
fn every_bad_value_is_named_with_its_defect() {
    let bad = [
        (f64::NAN, Defect::NotANumber),
        (f64::INFINITY, Defect::Infinite),
        (f64::NEG_INFINITY, Defect::Infinite),
        (-1.0, Defect::Negative),
        (1e300, Defect::Absurd),
    ];
    for (value, defect) in bad {
        let laws = [
            (Law::Resistor { ohms: value }, Quantity::Ohms),
            (Law::Source { volts: value, ohms: 0.1, limit: None }, Quantity::Volts),
            (Law::Source { volts: 5.0, ohms: value, limit: None }, Quantity::Ohms),
            (Law::Source { volts: 5.0, ohms: 0.1, limit: Some(value) }, Quantity::Amperes),
            (Law::Diode { volts: value, amperes: 0.02, slope: 10.0 }, Quantity::Volts),
            (Law::Diode { volts: 2.0, amperes: value, slope: 10.0 }, Quantity::Amperes),
            (Law::Diode { volts: 2.0, amperes: 0.02, slope: value }, Quantity::Ohms),
            (Law::Power { watts: value, minimum: None }, Quantity::Watts),
            (Law::Power { watts: 1.0, minimum: Some(value) }, Quantity::Volts),
            (Law::Current { amperes: value, minimum: None }, Quantity::Amperes),
            (Law::Resistance { ohms: value, minimum: None }, Quantity::Ohms),
            (Law::Clamp { ohms: value, amperes: 1.0 }, Quantity::Ohms),
            (Law::Clamp { ohms: 1.0, amperes: value }, Quantity::Amperes),
        ];
        for (law, quantity) in laws {
            assert_eq!(faults(&with(law)), [Fault::Value { element: 2, quantity, defect }], "{law:?}");
        }
    }
    for law in [Law::Resistance { ohms: 0.0, minimum: None }, Law::Clamp { ohms: 0.0, amperes: 1.0 }] {
        let defect = Defect::Zero;
        assert_eq!(faults(&with(law)), [Fault::Value { element: 2, quantity: Quantity::Ohms, defect }]);
    }
    point(&with(Law::Power { watts: 0.0, minimum: None }));
    point(&with(Law::Current { amperes: 0.0, minimum: None }));
}

#[test]
fn sources_side_by_side_and_a_source_across_a_wire_are_named() {
    let mut circuit = with(Law::Resistor { ohms: 10.0 });
    let second = circuit.source(1, 0, 5.0, 0.0, None);
    assert_eq!(faults(&circuit), [Fault::ParallelSources { sources: vec![0, second] }]);

    let mut circuit = with(Law::Resistor { ohms: 10.0 });
    let other = circuit.node();
    let second = circuit.source(other, 0, 12.0, 0.0, Some(3.0));
    circuit.resistor(other, 1, 0.0);
    assert_eq!(faults(&circuit), [Fault::ParallelSources { sources: vec![0, second] }]);

    let mut circuit = with(Law::Resistor { ohms: 10.0 });
    let middle = circuit.node();
    circuit.resistor(1, middle, 0.0);
    circuit.resistor(middle, 0, 0.0);
    assert_eq!(faults(&circuit), [Fault::ShortedSource { element: 0 }]);

    let mut circuit = with(Law::Resistor { ohms: 10.0 });
    let looped = circuit.source(2, 2, 3.0, 0.1, None);
    assert_eq!(faults(&circuit), [Fault::ShortedSource { element: looped }]);
}

#[test]
fn names_of_nothing_are_named() {
    let mut circuit = with(Law::Converter { feeds: 1, efficiency: 0.9, idle: 0.0, minimum: None });
    assert_eq!(faults(&circuit), [Fault::FeedsNoSource { element: 2 }]);
    circuit.elements[2].law = Law::Converter { feeds: 99, efficiency: 0.9, idle: 0.0, minimum: None };
    assert_eq!(faults(&circuit), [Fault::FeedsNoSource { element: 2 }]);
    circuit.elements[2].law = Law::Converter { feeds: 0, efficiency: 1.1, idle: 0.0, minimum: None };
    let defect = Defect::Absurd;
    assert_eq!(faults(&circuit), [Fault::Value { element: 2, quantity: Quantity::Efficiency, defect }]);
    circuit.elements[2] = direct::Element { ends: [7, 0], law: Law::Resistor { ohms: 1.0 } };
    circuit.references.push(9);
    assert_eq!(faults(&circuit), [Fault::NoSuchNode { element: 2, node: 7 }, Fault::NoSuchReference { node: 9 }]);
    let mut circuit = with(Law::Resistor { ohms: 1.0 });
    circuit.references = vec![0, 2];
    assert_eq!(faults(&circuit), [Fault::TwoReferences { nodes: [0, 2] }]);
}

#[test]
fn a_converter_that_feeds_itself_is_a_cycle() {
    let mut circuit = Circuit::default();
    let [ground, low, high] = std::array::from_fn(|_| circuit.node());
    let up = circuit.source(high, ground, 12.0, 0.0, None);
    let down = circuit.source(low, ground, 5.0, 0.0, None);
    let first = circuit.add([low, ground], Law::Converter { feeds: up, efficiency: 0.9, idle: 0.0, minimum: None });
    let second = circuit.add([high, ground], Law::Converter { feeds: down, efficiency: 0.9, idle: 0.0, minimum: None });
    assert_eq!(faults(&circuit), [Fault::ConverterCycle { converters: vec![first, second] }]);
}

#[test]
fn a_converter_takes_what_it_gives_over_its_efficiency_also_on_a_shared_soft_return() {
    for shared in [false, true] {
        let mut circuit = Circuit::default();
        let [ground, rail, input, back, out] = std::array::from_fn(|_| circuit.node());
        circuit.source(rail, ground, 12.0, 0.0, None);
        circuit.resistor(rail, input, 0.05);
        circuit.resistor(back, ground, 0.05);
        let minus = if shared { back } else { circuit.node() };
        let feeds = circuit.source(out, minus, 5.0, 0.01, Some(6.0));
        let far = if shared { ground } else { minus };
        let load = circuit.power(out, far, 15.0);
        let law = Law::Converter { feeds, efficiency: 0.9, idle: 0.1, minimum: Some(7.0) };
        let converter = circuit.add([input, back], law);
        let solution = point(&circuit);
        let given = -solution.flows[feeds as usize].watts().unwrap();
        let taken = solution.flows[converter as usize].watts().unwrap();
        assert!((taken - 0.1 - given / 0.9).abs() < 1e-10, "{taken} W for {given} W");
        assert!((solution.flows[load as usize].watts().unwrap() - 15.0).abs() < 1e-10);
        assert!(solution.residual < 1e-9 && solution.under.is_empty());
    }
}

#[test]
fn a_converter_without_input_leaves_its_output_off() {
    let mut circuit = Circuit::default();
    let [ground, rail, cut, out] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 12.0, 0.0, None);
    let feeds = circuit.source(out, ground, 5.0, 0.0, None);
    let load = circuit.power(out, ground, 3.0);
    let converter = circuit.add([cut, ground], Law::Converter { feeds, efficiency: 0.9, idle: 0.1, minimum: None });
    let solution = point(&circuit);
    assert_eq!((&solution.off[..], &solution.stranded[..]), (&[feeds][..], &[load, converter][..]));
    assert_eq!(solution.flows[load as usize].amperes, Some(0.0));
    assert_eq!(solution.floating, [cut, out]);
}

#[test]
fn what_floats_is_reported_and_not_solved() {
    let mut circuit = with(Law::Power { watts: 2.0, minimum: None });
    let [a, b, open] = std::array::from_fn(|_| circuit.node());
    circuit.resistor(a, b, 1.0);
    let stranded = circuit.power(2, open, 3.0);
    let solution = point(&circuit);
    sound(&solution);
    assert_eq!((&solution.floating[..], &solution.stranded[..]), (&[a, open][..], &[stranded][..]));
    assert_eq!((solution.volts[a as usize], solution.flows[stranded as usize].volts), (None, None));
}

#[test]
fn a_load_without_volts_or_with_reversed_volts_is_dead_and_no_collapse() {
    let mut circuit = with(Law::Power { watts: 2.0, minimum: None });
    let dead = circuit.node();
    circuit.resistor(dead, 0, 0.1);
    let unpowered = circuit.power(dead, 0, 3.0);
    let reversed = circuit.power(0, 2, 3.0);
    let solution = point(&circuit);
    assert_eq!(solution.dead, [unpowered, reversed]);
    assert!(volts(&solution, reversed) < -4.0 && solution.flows[reversed as usize].amperes == Some(0.0));
}

#[test]
fn a_loop_of_zero_ohms_leaves_its_split_open_and_the_rest_known() {
    let mut circuit = Circuit::default();
    let [ground, rail, plus, far] = std::array::from_fn(|_| circuit.node());
    let source = circuit.source(rail, ground, 5.0, 0.0, None);
    let both = [circuit.resistor(rail, plus, 0.0), circuit.resistor(rail, plus, 0.0)];
    let single = circuit.resistor(plus, far, 0.0);
    circuit.power(far, ground, 10.0);
    let solution = point(&circuit);
    assert!(both.iter().all(|&wire| solution.flows[wire as usize].amperes.is_none()));
    assert_eq!(solution.flows[single as usize].amperes, Some(2.0));
    assert_eq!(solution.flows[source as usize].amperes, Some(-2.0));
    assert!(solution.residual < 1e-12);
}

#[test]
fn any_circuit_at_all_gets_an_answer_without_a_panic() {
    let values = [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 1e-300, 1e-6, 1e-3, 0.05, 1.0, 5.0, 12.0, 1e3, 1e6, 1e10];
    let (mut solved, mut none, mut bad) = (0, 0, 0);
    for seed in 0..6000 {
        let mut dice = Dice::new(seed);
        let mut circuit = Circuit { nodes: 1 + dice.below(8), ..Circuit::default() };
        let wild = dice.chance(0.3);
        for _ in 0..1 + dice.below(14) {
            let value = |dice: &mut Dice| {
                let from = if wild { 0 } else { 7 };
                values[(from + dice.below((values.len() - from) as u32) as usize)
                    .min(values.len() - 1 - 3 * usize::from(!wild))]
            };
            let ends = [dice.below(circuit.nodes + u32::from(wild)), dice.below(circuit.nodes)];
            let (x, y, z) = (value(&mut dice), value(&mut dice), value(&mut dice));
            let law = match dice.below(9) {
                0 | 1 => Law::Resistor { ohms: if dice.chance(0.2) { 0.0 } else { x } },
                2 => Law::Source {
                    volts: x,
                    ohms: if dice.chance(0.4) { 0.0 } else { y },
                    limit: dice.chance(0.5).then_some(z),
                },
                3 => Law::Diode { volts: x, amperes: y, slope: z },
                4 => Law::Power { watts: x, minimum: Some(y) },
                5 => Law::Current { amperes: x, minimum: None },
                6 => Law::Resistance { ohms: x, minimum: None },
                7 => Law::Clamp { ohms: x, amperes: y },
                _ => Law::Converter { feeds: dice.below(5), efficiency: dice.real(0.3, 1.0), idle: 0.0, minimum: None },
            };
            circuit.add(ends, law);
        }
        match solve(&circuit, &Options::default()) {
            Outcome::Solved(solution) => {
                let numbers = solution.flows.iter().flat_map(|flow| [flow.volts, flow.amperes]).chain(solution.volts);
                assert!(numbers.flatten().all(f64::is_finite), "seed {seed}: {circuit:?}");
                assert!(solution.residual.is_finite() && solution.imbalance.is_finite());
                solved += 1;
            }
            Outcome::NoSolution(found) => {
                let limits = found.collapses.iter().map(|collapse| &collapse.limit);
                assert!(
                    limits.clone().all(|limit| limit.load_factor.is_finite() && limit.load_factor >= 0.0),
                    "seed {seed}"
                );
                none += 1;
            }
            Outcome::Bad(faults) => {
                assert!(!faults.is_empty());
                bad += 1;
            }
        }
    }
    assert!(solved > 500 && none > 50 && bad > 500, "{solved} solved, {none} without a point, {bad} refused");
}
