//! Dead shorts: closed forms, what stops them, and that the fast bound is never below the solved short.

mod kit;

use direct::{Breaker, Circuit, Group, Law, Options, Share, short_circuit, short_circuits};
use kit::{Dice, ladder, tree};

/// A supply, a fuse, a wire and a load with a return wire.
fn feed(limit: Option<f64>) -> (Circuit, [u32; 2], u32) {
    let mut circuit = Circuit::default();
    let [ground, rail, fused, plus, minus] = std::array::from_fn(|_| circuit.node());
    circuit.source(rail, ground, 5.0, 0.01, limit);
    let fuse = circuit.resistor(rail, fused, 0.02);
    circuit.resistor(fused, plus, 0.05);
    circuit.resistor(minus, ground, 0.02);
    circuit.power(plus, minus, 5.0);
    (circuit, [plus, minus], fuse)
}

#[test]
fn a_short_is_volts_over_the_ohms_of_both_legs() {
    let (circuit, ends, fuse) = feed(None);
    let breaker = Breaker { element: fuse, amperes: 3.0 };
    let short = short_circuit(&circuit, ends, &[breaker], &Options::default()).unwrap();
    assert!((short.amperes.unwrap() - 50.0).abs() < 1e-9);
    assert_eq!(short.opens.len(), 1);
    assert!((short.opens[0].1 - 50.0 / 3.0).abs() < 1e-9 && short.opens[0].0 == fuse);
    let bound = short_circuits(&circuit, &[ends, [ends[1], ends[0]]], &Options::default()).unwrap();
    for bound in bound {
        let bound = bound.unwrap();
        assert!(bound.exact && (bound.ohms - 0.1).abs() < 1e-12 && (bound.volts - 5.0).abs() < 1e-12);
        assert!((bound.amperes.unwrap() - 50.0).abs() < 1e-9);
    }
}

#[test]
fn a_limit_holds_it_down_and_a_shared_one_shuts_it_off() {
    let (mut circuit, ends, fuse) = feed(Some(21.0));
    circuit.groups.push(Group { sources: vec![0], share: Share::Amperes(20.0) });
    let breaker = Breaker { element: fuse, amperes: 30.0 };
    let short = short_circuit(&circuit, ends, &[breaker], &Options::default()).unwrap();
    assert!((short.amperes.unwrap() - 21.0).abs() < 1e-9);
    assert_eq!((&short.limited[..], &short.groups[..], short.opens.len()), (&[0][..], &[0][..], 0));
    let bound = short_circuits(&circuit, &[ends], &Options::default()).unwrap()[0].unwrap();
    assert!(!bound.exact && bound.amperes == Some(21.0));
}

#[test]
fn right_across_a_firm_source_there_is_no_bound_unless_it_has_a_limit() {
    for (limit, expected) in [(None, None), (Some(16.0), Some(16.0))] {
        let mut circuit = Circuit::default();
        let [ground, rail] = std::array::from_fn(|_| circuit.node());
        circuit.source(rail, ground, 12.0, 0.0, limit);
        let short = short_circuit(&circuit, [rail, ground], &[], &Options::default()).unwrap();
        assert_eq!(short.amperes.map(|amperes| (amperes * 1e6).round() / 1e6), expected);
        let bound = short_circuits(&circuit, &[[rail, ground]], &Options::default()).unwrap()[0].unwrap();
        assert_eq!((bound.amperes, bound.ohms), (expected, 0.0));
    }
}

#[test]
fn the_bound_is_never_below_the_solved_short_and_equal_where_exact() {
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let mut circuit = tree(&mut dice, 12, 6, false);
        if seed % 3 == 0 {
            circuit.resistor(1, 5, 0.02);
        }
        if seed % 4 == 1 {
            circuit.add([3, 0], Law::Diode { volts: 2.0, amperes: 0.02, slope: 10.0 });
        }
        let pairs: Vec<[u32; 2]> = (0..10).map(|_| [dice.below(14), dice.below(14)]).collect();
        let bounds = short_circuits(&circuit, &pairs, &Options::default()).unwrap();
        for (&pair, bound) in pairs.iter().zip(bounds).filter(|(pair, _)| pair[0] != pair[1]) {
            let bound = bound.unwrap();
            let solved = short_circuit(&circuit, pair, &[], &Options::default()).unwrap().amperes.unwrap();
            let most = bound.amperes.unwrap();
            assert!(solved <= most * (1.0 + 1e-9) + 1e-9, "seed {seed} {pair:?}: {solved} A, bound {most} A");
            assert!(
                !bound.exact || (solved - most).abs() <= 1e-9 * most.max(1.0),
                "seed {seed} {pair:?}: {solved} {most}"
            );
        }
    }
}

#[test]
fn every_node_of_a_long_row_is_bounded_in_one_pass() {
    let circuit = ladder(20_000, 4.0);
    let pairs: Vec<[u32; 2]> = (1..circuit.nodes).map(|node| [node, 0]).collect();
    let bounds = short_circuits(&circuit, &pairs, &Options::default()).unwrap();
    for (index, bound) in bounds.iter().enumerate() {
        let ohms = 1e-3 + index as f64 / 20_000.0;
        let bound = bound.unwrap();
        assert!((bound.amperes.unwrap() * ohms - 5.0).abs() < 1e-8 && bound.exact);
    }
}
