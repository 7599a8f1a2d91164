//! Rows of resistors, dead ends and rings: the answers for every node and element are those of the circuit as it was written.

mod kit;

use direct::{
    Breaker, Circuit, Fault, Flow, Law, Options, Outcome, Solution, Solver, corners, headroom, short_circuit,
    short_circuits, solve,
};
use kit::{Dice, Parts, amperes, dense, draw_out, harness, point, row, sound, tree, volts};

/// A tree or a mesh with its rows drawn out, without any zero ohms.
fn drawn(seed: u64, most: u32) -> (Circuit, Circuit, Vec<u32>, Parts) {
    let mut dice = Dice::new(seed);
    let mut plain = tree(&mut dice, 8, 5, seed.is_multiple_of(2));
    for _ in 0..seed % 4 {
        let [a, b] = std::array::from_fn(|_| dice.below(plain.nodes));
        if a != b {
            plain.resistor(a, b, dice.real(2.0, 50.0));
        }
    }
    let (circuit, nodes, parts) = draw_out(&mut dice, &plain, most);
    (plain, circuit, nodes, parts)
}

#[test]
fn every_node_and_element_is_as_a_dense_solver_has_it_on_the_whole_circuit() {
    for seed in 0..200 {
        let (_, circuit, ..) = drawn(seed, 7);
        let solution = point(&circuit);
        sound(&solution);
        let theirs = dense(&circuit);
        for (node, (ours, theirs)) in solution.volts.iter().zip(&theirs).enumerate() {
            assert!((ours.unwrap() - theirs).abs() < 1e-10, "seed {seed} node {node}: {ours:?} and {theirs}");
        }
        for (element, flow) in circuit.elements.iter().zip(&solution.flows) {
            let [a, b] = element.ends.map(|end| theirs[end as usize]);
            assert!((flow.volts.unwrap() - (a - b)).abs() < 1e-10, "seed {seed} {element:?}: {flow:?}");
            if let Law::Resistor { ohms } | Law::Resistance { ohms, .. } = element.law {
                let expected = flow.volts.unwrap();
                assert!((flow.amperes.unwrap() * ohms - expected).abs() < 1e-12, "seed {seed} {element:?}: {flow:?}");
            }
        }
    }
}

#[test]
fn a_row_is_one_resistor_of_the_sum_of_its_ohms() {
    for seed in 0..200 {
        let (plain, circuit, nodes, parts) = drawn(1000 + seed, 9);
        let (short, long) = (point(&plain), point(&circuit));
        for (node, &place) in nodes.iter().enumerate() {
            assert!((short.volts[node].unwrap() - long.volts[place as usize].unwrap()).abs() < 1e-10, "seed {seed}");
        }
        for (index, parts) in (0u32..).zip(&parts) {
            for &(part, forward) in parts {
                let way = if forward { 1.0 } else { -1.0 };
                let apart = amperes(&short, index) - way * amperes(&long, part);
                assert!(apart.abs() < 1e-9, "seed {seed} element {index}: {apart} A");
            }
        }
        assert_eq!(short.highest, long.highest, "seed {seed}");
    }
    let circuit = harness(&mut Dice::new(1), 5, 4.2);
    let entries = point(&circuit).work.entries;
    assert!(entries < u64::from(circuit.nodes), "{entries} entries: rows cost unknowns");
}

#[test]
fn headroom_names_the_dearest_part_of_a_row_not_the_dearest_row() {
    for seed in 0..40 {
        let (plain, circuit, nodes, parts) = drawn(2000 + seed, 9);
        let [short, long] = [&plain, &circuit].map(|circuit| headroom(circuit, &Options::default()).unwrap());
        let [(reference, expected), (at, limit)] = [&short[0], &long[0]];
        assert_eq!(nodes[reference[0] as usize], at[0]);
        assert!((limit.load_factor / expected.load_factor - 1.0).abs() < 1e-7, "seed {seed}");
        let Some(first) = expected.first_to_fail else { continue };
        // Loads side by side fail together.
        let ends = |load: u32| circuit.elements[load as usize].ends;
        let [ours, theirs] = [limit.first_to_fail.unwrap(), parts[first as usize][0].0];
        assert_eq!(ends(ours), ends(theirs), "seed {seed}: {limit:?} {expected:?}");
    }
    let mut circuit = Circuit::default();
    let [ground, rail, middle, plus] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.0, None);
    row(&mut circuit, [rail, middle], &mut Dice::new(1), &[0.1; 5]);
    circuit.add([middle, ground], Law::Current { amperes: 0.01, minimum: None });
    let dear = row(&mut circuit, [middle, plus], &mut Dice::new(2), &[0.05, 0.2, 0.05])[1];
    let load = circuit.power(plus, ground, 2.0);
    let limit = headroom(&circuit, &Options::default()).unwrap().remove(0).1;
    assert_eq!((limit.first_to_fail, limit.costliest.unwrap().0), (Some(load), dear));
    let share = limit.costliest.unwrap().1;
    assert!((share - 2.5 * 0.2 / 0.8).abs() < 0.02, "a quarter of half the volts, not {share}");
}

#[test]
fn a_short_at_a_node_within_a_row_is_as_a_dense_solver_has_it() {
    for seed in 0..60 {
        let (_, mut circuit, ..) = drawn(3000 + seed, 7);
        circuit.elements.retain(|element| !matches!(element.law, Law::Power { .. } | Law::Current { .. }));
        let mut dice = Dice::new(seed);
        let mut pairs: Vec<[u32; 2]> = (0..12).map(|_| std::array::from_fn(|_| dice.below(circuit.nodes))).collect();
        pairs.retain(|pair| pair[0] != pair[1]);
        let bounds = short_circuits(&circuit, &pairs, &Options::default()).unwrap();
        let solution = point(&circuit);
        for (&pair, bound) in pairs.iter().zip(bounds) {
            let bound = bound.unwrap();
            let [a, b] = pair.map(|node| solution.volts[node as usize].unwrap());
            assert!((bound.volts - (a - b).abs()).abs() < 1e-10, "seed {seed} {pair:?}");
            let mut shorted = circuit.clone();
            shorted.resistor(pair[0], pair[1], 1e-9);
            let theirs = dense(&shorted);
            let expected = (theirs[pair[0] as usize] - theirs[pair[1] as usize]).abs() / 1e-9;
            let short = short_circuit(&circuit, pair, &[], &Options::default()).unwrap();
            for ours in [bound.amperes.unwrap(), short.amperes.unwrap()] {
                let scale = expected.max(1.0);
                assert!((ours - expected).abs() < 1e-4 * scale, "seed {seed} {pair:?}: {ours} A and {expected} A");
            }
            assert_eq!(short.flows.len(), circuit.elements.len());
        }
    }
}

#[test]
fn a_breaker_within_a_row_carries_what_the_row_carries() {
    let mut circuit = Circuit::default();
    let [ground, rail, plus] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.01, None);
    let wires = row(&mut circuit, [rail, plus], &mut Dice::new(3), &[0.02, 0.03, 0.04]);
    circuit.power(plus, ground, 1.0);
    let breakers: Vec<Breaker> = wires.iter().map(|&element| Breaker { element, amperes: 5.0 }).collect();
    let short = short_circuit(&circuit, [plus, ground], &breakers, &Options::default()).unwrap();
    assert!((short.amperes.unwrap() - 50.0).abs() < 1e-9);
    let opens: Vec<u32> = short.opens.iter().map(|&(element, _)| element).collect();
    assert_eq!(opens, wires);
    // Right behind the first part, two of the three are passed by.
    let behind = circuit.elements[wires[0] as usize].ends.into_iter().find(|&end| end != rail).unwrap();
    let short = short_circuit(&circuit, [behind, ground], &breakers, &Options::default()).unwrap();
    assert_eq!((short.opens.len(), short.opens[0].0), (1, wires[0]));
    assert!((short.opens[0].1 - 5.0 / 0.03 / 5.0).abs() < 1e-9);
}

#[test]
fn zero_ohms_in_a_row_count_for_nothing_and_a_loop_of_them_stays_open() {
    let mut circuit = Circuit::default();
    let [ground, rail, plus, other] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.0, None);
    let mut dice = Dice::new(4);
    let mixed = row(&mut circuit, [rail, plus], &mut dice, &[0.0, 0.1, 0.0, 0.15]);
    circuit.add([plus, ground], Law::Current { amperes: 2.0, minimum: None });
    let firm = row(&mut circuit, [rail, other], &mut dice, &[0.0, 0.0, 0.0]);
    circuit.add([other, ground], Law::Current { amperes: 3.0, minimum: None });
    let solution = point(&circuit);
    sound(&solution);
    assert!((solution.volts[plus as usize].unwrap() - 4.5).abs() < 1e-12);
    assert_eq!(solution.volts[other as usize], Some(5.0));
    for (wires, expected) in [(&mixed, 2.0), (&firm, 3.0)] {
        assert!(wires.iter().all(|&wire| (amperes(&solution, wire).abs() - expected).abs() < 1e-12));
    }
    let second = row(&mut circuit, [rail, other], &mut dice, &[0.0, 0.0]);
    let solution = point(&circuit);
    for &wire in firm.iter().chain(&second) {
        assert_eq!(solution.flows[wire as usize], Flow { volts: Some(0.0), amperes: None });
    }
    assert!(mixed.iter().all(|&wire| (amperes(&solution, wire).abs() - 2.0).abs() < 1e-12));
    assert!((amperes(&solution, 0) + 5.0).abs() < 1e-12);
}

#[test]
fn dead_ends_and_loops_carry_nothing_and_stand_at_the_volts_they_hang_on() {
    let mut circuit = Circuit::default();
    let [tip, branch, ground, rail, middle, plus, far] = std::array::from_fn(|_| circuit.node());
    circuit.references.push(ground);
    circuit.source(rail, ground, 5.0, 0.0, None);
    circuit.resistor(rail, middle, 0.1);
    circuit.resistor(plus, middle, 0.1);
    let load = circuit.add([plus, ground], Law::Current { amperes: 1.0, minimum: None });
    // A branched dead end in the middle of the row, one of its wires of zero ohms.
    let dead = [circuit.resistor(branch, middle, 0.3), circuit.resistor(branch, tip, 0.0)];
    let also = circuit.resistor(far, branch, 5.0);
    let fork = circuit.node();
    let ring = row(&mut circuit, [plus, plus], &mut Dice::new(5), &[0.1, 0.2, 0.3]);
    let second = circuit.resistor(branch, fork, 1.0);
    let solution = point(&circuit);
    sound(&solution);
    for element in dead.into_iter().chain([also, second]).chain(ring.iter().copied()) {
        assert_eq!((volts(&solution, element), amperes(&solution, element).abs()), (0.0, 0.0), "{element}");
    }
    for node in [tip, branch, far, fork] {
        assert!((solution.volts[node as usize].unwrap() - 4.9).abs() < 1e-12);
    }
    for end in ring.iter().flat_map(|&wire| circuit.elements[wire as usize].ends) {
        assert!((solution.volts[end as usize].unwrap() - 4.8).abs() < 1e-12);
    }
    assert!((volts(&solution, load) - 4.8).abs() < 1e-12);
}

#[test]
fn what_floats_in_rows_is_named_by_its_least_node() {
    let mut circuit = Circuit::default();
    let [low, ground, rail, a, b, c, x, y, alone] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.0, None);
    circuit.power(rail, ground, 1.0);
    // A ring that nothing holds, and a row with a stranded load at its end.
    let mut loose = vec![circuit.resistor(a, b, 0.1), circuit.resistor(b, c, 0.1), circuit.resistor(c, a, 0.1)];
    loose.extend([circuit.resistor(x, low, 0.1), circuit.resistor(y, x, 0.1)]);
    let stranded = circuit.power(rail, y, 1.0);
    let solution = point(&circuit);
    assert_eq!((&solution.floating[..], &solution.stranded[..]), (&[low, a, alone][..], &[stranded][..]));
    for element in loose {
        assert_eq!(solution.flows[element as usize], Flow { volts: None, amperes: Some(0.0) });
    }
    assert!([low, a, b, c, x, y, alone].iter().all(|&node| solution.volts[node as usize].is_none()));
}

#[test]
fn a_reference_within_a_row_stands_at_zero_and_two_are_named() {
    let mut circuit = Circuit::default();
    let [minus, rail, first, middle, plus] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, minus, 5.0, 0.0, None);
    circuit.resistor(rail, first, 0.5);
    circuit.resistor(first, middle, 1.0);
    circuit.resistor(middle, plus, 1.0);
    circuit.resistor(plus, minus, 2.5);
    circuit.references.push(middle);
    let solution = point(&circuit);
    let expected = [-3.5, 1.5, 1.0, 0.0, -1.0];
    for (node, expected) in expected.iter().enumerate() {
        assert!((solution.volts[node].unwrap() - expected).abs() < 1e-12, "{:?}", solution.volts);
    }
    circuit.references.push(plus);
    let Outcome::Bad(faults) = solve(&circuit, &Options::default()) else { panic!("two references") };
    assert_eq!(faults, [Fault::TwoReferences { nodes: [middle, plus] }]);
}

#[test]
fn faults_behind_rows_name_the_elements_as_they_were_written() {
    let mut circuit = Circuit::default();
    let [ground, rail] = std::array::from_fn(|_| circuit.node());
    let mut dice = Dice::new(6);
    row(&mut circuit, [rail, ground], &mut dice, &[1.0, 2.0, 3.0]);
    let first = circuit.source(rail, ground, 5.0, 0.0, None);
    let other = circuit.node();
    row(&mut circuit, [rail, other], &mut dice, &[0.0, 0.0]);
    let second = circuit.source(other, ground, 5.0, 0.0, None);
    let expected = vec![Fault::ParallelSources { sources: vec![first, second] }];
    assert_eq!(solve(&circuit, &Options::default()), Outcome::Bad(expected.clone()));
    assert_eq!(corners(&circuit, &[], &Options::default()), Err(expected.clone()));
    assert_eq!(headroom(&circuit, &Options::default()), Err(expected));
}

#[test]
fn a_collapse_behind_rows_leaves_its_island_open_and_the_others_solved() {
    let mut circuit = Circuit::default();
    let mut dice = Dice::new(7);
    let mut islands = Vec::new();
    for watts in [100.0, 1.0] {
        let [rail, ground, plus] = std::array::from_fn(|_| circuit.node());
        circuit.source(rail, ground, 5.0, 0.0, None);
        let wires = row(&mut circuit, [rail, plus], &mut dice, &[0.05, 0.1, 0.05]);
        let load = circuit.power(plus, ground, watts);
        islands.push((ground, wires, load));
    }
    let Outcome::NoSolution(none) = solve(&circuit, &Options::default()) else { panic!("100 W from 31 W") };
    let [(ground, open, load), (_, solved, _)] = &islands[..] else { unreachable!() };
    let collapse = &none.collapses[0];
    assert_eq!((none.collapses.len(), &collapse.references[..]), (1, &[*ground][..]));
    assert_eq!(collapse.limit.first_to_fail, Some(*load));
    assert_eq!(collapse.limit.costliest.unwrap().0, open[1]);
    let flow = |wire: &u32| none.rest.flows[*wire as usize];
    assert!(open.iter().all(|wire| flow(wire) == Flow::default()));
    assert!(solved.iter().all(|wire| flow(wire).amperes.is_some()));
    sound(&none.rest);
}

#[test]
fn a_solver_that_has_seen_the_shape_gives_the_same_bits() {
    let bare = |mut solution: Solution| {
        solution.work = direct::Work::default();
        solution
    };
    let mut solver = Solver::new(Options::default());
    for seed in 0..30 {
        // Every third circuit is of another shape.
        let mut circuit = harness(&mut Dice::new(1 + u64::from(seed % 3 == 2)), 5, 4.2);
        let mut dice = Dice::new(seed);
        for element in &mut circuit.elements {
            match &mut element.law {
                Law::Resistor { ohms } => *ohms *= dice.real(0.5, 2.0),
                Law::Power { watts: draw, .. } | Law::Current { amperes: draw, .. } => *draw *= dice.real(0.0, 1.2),
                _ => {}
            }
        }
        let again = solver.solve(&circuit).solved().unwrap();
        let once = point(&circuit);
        sound(&once);
        assert!(seed < 3 || again.work.analyses == 0, "seed {seed}: {:?}", again.work);
        assert_eq!(bare(again), bare(once), "seed {seed}");
        let spans: [direct::Span; 0] = [];
        assert_eq!(solver.corners(&circuit, &spans), corners(&circuit, &spans, &Options::default()), "seed {seed}");
        assert_eq!(solver.headroom(&circuit), headroom(&circuit, &Options::default()), "seed {seed}");
    }
}

#[test]
fn a_solver_takes_no_circuit_for_another_that_looks_like_it() {
    let bare = |outcome: Outcome| match outcome {
        Outcome::Solved(solution) => Outcome::Solved(Solution { work: direct::Work::default(), ..solution }),
        Outcome::NoSolution(mut none) => {
            none.rest.work = direct::Work::default();
            Outcome::NoSolution(none)
        }
        bad @ Outcome::Bad(_) => bad,
    };
    let mut solver = Solver::new(Options::default());
    let mut dice = Dice::new(9);
    let (_, circuit, ..) = drawn(4, 3);
    for round in 0..400 {
        // The same nodes and ends; some elements are something else, and another node may be the reference.
        let mut other = circuit.clone();
        for element in &mut other.elements {
            if dice.chance(0.9) {
                continue;
            }
            element.law = match dice.below(7) {
                0 => Law::Resistor { ohms: 0.0 },
                1 => Law::Resistor { ohms: 0.3 },
                2 => Law::Diode { volts: 2.0, amperes: 0.02, slope: 10.0 },
                3 => Law::Resistance { ohms: 70.0, minimum: None },
                4 => Law::Power { watts: 0.5, minimum: None },
                5 => Law::Source { volts: 5.0, ohms: 0.1, limit: Some(1.0) },
                _ => Law::Converter { feeds: dice.below(30), efficiency: 0.9, idle: 0.1, minimum: None },
            };
        }
        if dice.chance(0.5) {
            other.references = vec![dice.below(other.nodes)];
        }
        let (ours, fresh) = (solver.solve(&other), solve(&other, &Options::default()));
        assert_eq!(bare(ours), bare(fresh), "round {round}");
    }
}
