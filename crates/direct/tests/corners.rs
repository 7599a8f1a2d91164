//! Corners hold every sample, are reached where they are said to be extremal, and say what nobody knows.

mod kit;

use direct::{Circuit, End, Fault, Law, Options, Outcome, Quantity, Reach, Span, corners, solve};
use kit::{Dice, chassis, draw_out, harness, tree};

/// A span of a few percent on most numbers of a circuit.
fn loosen(dice: &mut Dice, circuit: &Circuit) -> Vec<Span> {
    let mut spans = Vec::new();
    for (element, part) in (0u32..).zip(&circuit.elements) {
        let numbers = match part.law {
            Law::Resistor { ohms } | Law::Resistance { ohms, .. } => vec![(Quantity::Ohms, ohms)],
            Law::Source { volts, ohms, limit } => {
                let mut numbers = vec![(Quantity::Volts, volts), (Quantity::Ohms, ohms)];
                numbers.extend(limit.map(|limit| (Quantity::Amperes, limit)));
                numbers
            }
            Law::Power { watts, .. } => vec![(Quantity::Watts, watts)],
            Law::Current { amperes, .. } => vec![(Quantity::Amperes, amperes)],
            Law::Diode { volts, slope, .. } => vec![(Quantity::Volts, volts), (Quantity::Ohms, slope)],
            Law::Clamp { amperes, .. } => vec![(Quantity::Amperes, amperes)],
            Law::Converter { efficiency, .. } => vec![(Quantity::Efficiency, efficiency)],
        };
        for (quantity, value) in numbers {
            if dice.chance(0.8) {
                let spread = if quantity == Quantity::Volts { 0.03 } else { 0.3 };
                let high = value * (1.0 + dice.real(0.0, spread));
                let high = if quantity == Quantity::Efficiency { high.min(1.0) } else { high };
                spans.push(Span {
                    element,
                    quantity,
                    low: Some(value * (1.0 - dice.real(0.0, spread))),
                    high: Some(high),
                });
            }
        }
    }
    spans
}

/// A circuit with every span at some place within.
fn sample(dice: &mut Dice, circuit: &Circuit, spans: &[Span]) -> Circuit {
    let mut circuit = circuit.clone();
    for span in spans {
        let (low, high) = (span.low.expect("both ends are known"), span.high.expect("both ends are known"));
        let value = match dice.below(4) {
            0 => low,
            1 => high,
            _ => dice.real(low, high),
        };
        match (&mut circuit.elements[span.element as usize].law, span.quantity) {
            (Law::Source { volts: number, .. } | Law::Diode { volts: number, .. }, Quantity::Volts)
            | (Law::Power { watts: number, .. }, _)
            | (Law::Current { amperes: number, .. } | Law::Clamp { amperes: number, .. }, _)
            | (Law::Converter { efficiency: number, .. }, Quantity::Efficiency)
            | (Law::Source { limit: Some(number), .. }, Quantity::Amperes)
            | (
                Law::Resistor { ohms: number }
                | Law::Resistance { ohms: number, .. }
                | Law::Source { ohms: number, .. }
                | Law::Diode { slope: number, .. },
                _,
            ) => *number = value,
            (law, quantity) => panic!("{law:?} has no {quantity:?}"),
        }
    }
    circuit
}

/// Samples, each inside the reach; how many were solved.
fn contained(seed: u64, circuit: &Circuit, slack: f64) -> (u32, bool) {
    let mut dice = Dice::new(seed);
    let spans = loosen(&mut dice, circuit);
    let reach = corners(circuit, &spans, &Options::default()).expect("the circuit makes sense");
    let mut solved = 0;
    for _ in 0..12 {
        let Outcome::Solved(solution) = solve(&sample(&mut dice, circuit, &spans), &Options::default()) else {
            continue;
        };
        solved += 1;
        for (index, (flow, reach)) in solution.flows.iter().zip(&reach).enumerate() {
            let law = &circuit.elements[index].law;
            let [volts, amperes] = [flow.volts, flow.amperes].map(|number| number.expect("all is joined"));
            let amperes = amperes.abs();
            let slack = if reach.proved { 1e-9 } else { slack };
            if law.is_load() {
                let low = reach.lowest.get().unwrap_or(f64::NEG_INFINITY) - slack;
                let high = reach.highest.get().expect("the upper corner always stands") + slack;
                assert!(low <= volts && volts <= high, "seed {seed} {index} {law:?}: {volts} V not in {reach:?}");
            }
            if let Some(most) = reach.amperes.get() {
                assert!(
                    amperes <= most + slack * 2.0 + 1e-9,
                    "seed {seed} {index} {law:?}: {amperes} A, not {reach:?}"
                );
            }
        }
    }
    (solved, reach.iter().all(|reach| reach.proved))
}

#[test]
fn trees_hold_every_sample_and_are_proved() {
    for seed in 0..120 {
        let circuit = tree(&mut Dice::new(seed), 14, 7, seed % 2 == 0);
        let (solved, proved) = contained(seed, &circuit, 0.0);
        assert!(proved && solved == 12, "seed {seed}: {solved} solved");
    }
}

#[test]
fn rows_hold_every_sample_and_are_proved() {
    for seed in 0..80 {
        let mut dice = Dice::new(seed);
        let plain = tree(&mut dice, 8, 5, seed % 2 == 0);
        let (circuit, ..) = draw_out(&mut dice, &plain, 8);
        let (solved, proved) = contained(seed, &circuit, 0.0);
        assert!(proved && solved == 12, "seed {seed}: {solved} solved");
    }
}

#[test]
fn harnesses_hold_every_sample_and_are_proved() {
    for seed in 0..30 {
        let circuit = harness(&mut Dice::new(seed), 1 + seed as u32 % 6, 4.2);
        let (solved, proved) = contained(seed, &circuit, 0.0);
        assert!(proved && solved == 12, "seed {seed}: {solved} solved");
    }
}

#[test]
fn the_spans_of_a_row_add_end_by_end() {
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let plain = tree(&mut dice, 8, 5, seed % 2 == 0);
        let (circuit, _, parts) = draw_out(&mut dice, &plain, 6);
        let spans = loosen(&mut dice, &circuit);
        let mut summed = Vec::new();
        for (element, parts) in (0u32..).zip(&parts) {
            let ends = |part: u32| {
                let span = spans.iter().find(|span| span.element == part && span.quantity == Quantity::Ohms);
                match (span, circuit.elements[part as usize].law) {
                    (Some(span), _) => [span.low.expect("known"), span.high.expect("known")],
                    (None, Law::Resistor { ohms }) => [ohms; 2],
                    (None, law) => panic!("{law:?} is no part of a row"),
                }
            };
            if let Law::Resistor { .. } = plain.elements[element as usize].law {
                let [low, high] = [0, 1].map(|end| Some(parts.iter().map(|&(part, _)| ends(part)[end]).sum()));
                summed.push(Span { element, quantity: Quantity::Ohms, low, high });
            } else {
                let own = spans.iter().filter(|span| span.element == parts[0].0);
                summed.extend(own.map(|span| Span { element, ..*span }));
            }
        }
        let expected = corners(&plain, &summed, &Options::default()).unwrap();
        let reach = corners(&circuit, &spans, &Options::default()).unwrap();
        for (expected, parts) in expected.iter().zip(&parts) {
            let near = |one: End, other: End| (one.get().unwrap() - other.get().unwrap()).abs() < 1e-9;
            for &(part, _) in parts {
                assert!(near(reach[part as usize].amperes, expected.amperes), "seed {seed}");
            }
            let across = |of: fn(&Reach) -> End| -> f64 {
                let along = |&(part, forward): &(u32, bool)| {
                    of(&reach[part as usize]).get().unwrap() * if forward { 1.0 } else { -1.0 }
                };
                parts.iter().map(along).sum()
            };
            assert!((across(|reach| reach.lowest) - expected.lowest.get().unwrap()).abs() < 1e-9, "seed {seed}");
            assert!((across(|reach| reach.highest) - expected.highest.get().unwrap()).abs() < 1e-9, "seed {seed}");
        }
    }
}

#[test]
fn an_unknown_part_of_a_row_leaves_what_hangs_on_the_row_unknown_and_a_dead_end_nothing() {
    let mut circuit = Circuit::default();
    let [ground, rail, middle, plus, tip, other] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.0, None);
    let known = circuit.resistor(rail, middle, 0.1);
    let dark = circuit.resistor(plus, middle, 0.1);
    let load = circuit.power(plus, ground, 1.0);
    let end = circuit.resistor(plus, tip, 0.1);
    circuit.resistor(rail, other, 0.1);
    let beside = circuit.power(other, ground, 1.0);
    let span = |element| [Span { element, quantity: Quantity::Ohms, low: Some(0.05), high: None }];
    let reach = corners(&circuit, &span(dark), &Options::default()).unwrap();
    for element in [known, dark, load] {
        assert_eq!(reach[element as usize].lowest, End::Unknown);
    }
    assert!(reach[beside as usize].lowest.get().is_some() && reach[load as usize].highest.get().is_some());
    let reach = corners(&circuit, &span(end), &Options::default()).unwrap();
    assert!(reach[load as usize].lowest.get().is_some());
    assert_eq!((reach[end as usize].lowest, reach[end as usize].amperes), (End::Is(0.0), End::Is(0.0)));
}

#[test]
fn converters_in_a_chain_hold_every_sample() {
    for seed in 0..40 {
        let mut dice = Dice::new(seed);
        let mut circuit = tree(&mut dice, 8, 3, seed % 2 == 0);
        let mut input = [1, 0];
        for _ in 0..2 {
            let ground = if dice.chance(0.5) { circuit.node() } else { input[1] };
            let [out, far] = std::array::from_fn(|_| circuit.node());
            let feeds = circuit.source(out, ground, dice.real(3.0, 9.0), 0.02, None);
            circuit.resistor(out, far, 0.05);
            circuit.power(far, ground, dice.real(0.1, 1.0));
            circuit.add([far, ground], Law::Resistance { ohms: 60.0, minimum: None });
            circuit.add(input, Law::Converter { feeds, efficiency: 0.85, idle: 0.05, minimum: None });
            input = [far, ground];
        }
        let (solved, _) = contained(seed, &circuit, 0.0);
        assert_eq!(solved, 12, "seed {seed}");
    }
}

/// A board with a supply of its own for the inputs of another, whose coil returns by the same wire.
fn board_and_relay(is_backward: bool) -> Circuit {
    let mut circuit = Circuit::default();
    let [ground, plus, board, back, own, relay] = [(); 6].map(|()| circuit.node());
    circuit.source(plus, ground, 5.0, 0.0, Some(16.0));
    circuit.resistor(plus, board, 0.1);
    circuit.resistor(back, ground, 0.1);
    circuit.resistor(relay, back, 0.04);
    circuit.power(board, back, 5.0);
    circuit.add([board, relay], Law::Current { amperes: 0.08, minimum: None });
    let [from, to] = if is_backward { [relay, back] } else { [back, relay] };
    circuit.source(own, from, 3.3, 0.0, None);
    circuit.add([own, to], Law::Current { amperes: 0.04, minimum: None });
    circuit
}

#[test]
fn a_wire_that_all_pass_in_one_direction_is_proved_and_one_passed_in_both_is_not() {
    for seed in 0..25 {
        assert_eq!(contained(seed, &board_and_relay(false), 0.0), (12, true), "seed {seed}");
        assert_eq!(contained(seed, &board_and_relay(true), 5e-3), (12, false), "seed {seed}");
    }
}

#[test]
fn chassis_are_proved_and_meshes_are_not_and_hold_to_a_millivolt() {
    for seed in 0..25 {
        let mut circuit = Circuit::default();
        chassis(&mut circuit, 4, 4.2);
        if seed % 2 == 0 {
            circuit.resistor(5, 9, 0.05);
        }
        let (solved, proved) = contained(seed, &circuit, 1e-3);
        assert!(solved == 12 && proved == (seed % 2 == 1), "seed {seed}: {solved}");
    }
}

#[test]
fn the_ends_are_reached_by_one_load_on_one_wire() {
    let mut circuit = Circuit::default();
    let [ground, rail, plus] = std::array::from_fn(|_| circuit.node());
    let source = circuit.source(rail, ground, 5.0, 0.0, None);
    let wire = circuit.resistor(rail, plus, 0.1);
    let load = circuit.power(plus, ground, 5.0);
    let span = |element, quantity, low, high| Span { element, quantity, low: Some(low), high: Some(high) };
    let spans = [
        span(source, Quantity::Volts, 4.75, 5.25),
        span(wire, Quantity::Ohms, 0.05, 0.2),
        span(load, Quantity::Watts, 2.0, 8.0),
    ];
    let reach = corners(&circuit, &spans, &Options::default()).unwrap();
    let root = |volts: f64, ohms: f64, watts: f64| volts / 2.0 + (volts * volts / 4.0 - ohms * watts).sqrt();
    let (lowest, highest) = (root(4.75, 0.2, 8.0), root(5.25, 0.05, 2.0));
    let at = &reach[load as usize];
    assert!((at.lowest.get().unwrap() - lowest).abs() < 1e-12 && (at.highest.get().unwrap() - highest).abs() < 1e-12);
    assert!(at.proved && (reach[wire as usize].amperes.get().unwrap() - 8.0 / lowest).abs() < 1e-12);
}

#[test]
fn what_nobody_knows_touches_only_what_hangs_on_it() {
    let mut circuit = Circuit::default();
    let [ground, rail, left, right] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.0, None);
    circuit.resistor(rail, left, 0.1);
    let right_wire = circuit.resistor(rail, right, 0.1);
    let dark = circuit.power(left, ground, 1.0);
    let known = circuit.power(right, ground, 1.0);
    let spans = [Span { element: dark, quantity: Quantity::Watts, low: None, high: None }];
    let reach = corners(&circuit, &spans, &Options::default()).unwrap();
    assert_eq!((reach[dark as usize].lowest, reach[dark as usize].amperes), (End::Unknown, End::Unknown));
    assert_eq!(reach[dark as usize].highest, End::Is(5.0));
    assert!(reach[known as usize].lowest.get().is_some() && reach[right_wire as usize].amperes.get().is_some());
    assert_eq!(reach[0].amperes, End::Unknown);

    let spans = [Span { element: right_wire, quantity: Quantity::Ohms, low: Some(0.05), high: None }];
    let reach = corners(&circuit, &spans, &Options::default()).unwrap();
    assert_eq!((reach[known as usize].lowest, reach[known as usize].amperes), (End::Unknown, End::Unknown));
    assert!(reach[dark as usize].lowest.get().is_some());

    let spans = [Span { element: 0, quantity: Quantity::Volts, low: Some(4.75), high: None }];
    let reach = corners(&circuit, &spans, &Options::default()).unwrap();
    assert_eq!(reach[known as usize].highest, End::Unknown);
}

#[test]
fn a_corner_without_an_operating_point_says_so() {
    let mut circuit = Circuit::default();
    let [ground, rail, plus] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.0, None);
    circuit.resistor(rail, plus, 1.0);
    let load = circuit.power(plus, ground, 4.0);
    let spans = [Span { element: load, quantity: Quantity::Watts, low: Some(1.0), high: Some(7.0) }];
    let reach = corners(&circuit, &spans, &Options::default()).unwrap();
    assert_eq!((reach[load as usize].lowest, reach[load as usize].amperes), (End::NoPoint, End::NoPoint));
    assert!(reach[load as usize].highest.get().is_some());
}

#[test]
fn a_span_of_nothing_is_refused() {
    let mut circuit = Circuit::default();
    let [ground, rail] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.0, None);
    let load = circuit.power(rail, ground, 4.0);
    for (quantity, low, high) in [(Quantity::Ohms, 1.0, 2.0), (Quantity::Watts, 2.0, 1.0)] {
        let spans = [Span { element: load, quantity, low: Some(low), high: Some(high) }];
        let faults = corners(&circuit, &spans, &Options::default()).unwrap_err();
        assert_eq!(faults, [Fault::Interval { element: load, quantity }]);
    }
    let spans = [Span { element: load, quantity: Quantity::Watts, low: Some(1.0), high: Some(f64::NAN) }];
    assert!(corners(&circuit, &spans, &Options::default()).is_err());
}
