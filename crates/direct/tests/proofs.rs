//! That "proved" is true: against the plain fixed-point iteration `u = u0 - Z i(u)` from above, which shares nothing with Newton's
//! method and falls below every operating point where there is none.

mod kit;

use direct::{Circuit, Law, Options, Outcome, Proof, headroom, solve};
use kit::{Dice, eliminate, tree};

/// Volts without load, and volts at each load for an ampere drawn at each other, by dense elimination.
fn ports(circuit: &Circuit, loads: &[usize]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = circuit.nodes as usize;
    let mut matrix = vec![vec![0.0; size + 1]; size];
    for element in &circuit.elements {
        let [a, b] = element.ends.map(|end| end as usize);
        let (siemens, volts) = match element.law {
            Law::Resistor { ohms } | Law::Resistance { ohms, .. } => (1.0 / ohms, 0.0),
            Law::Source { volts, ohms, .. } => (1.0 / ohms, volts),
            _ => continue,
        };
        for (row, sign) in [(a, 1.0), (b, -1.0)] {
            matrix[row][a] += sign * siemens;
            matrix[row][b] -= sign * siemens;
            matrix[row][size] += sign * siemens * volts;
        }
    }
    matrix[0] = vec![0.0; size + 1];
    matrix[0][0] = 1.0;
    let across = |volts: &[f64], load: usize| {
        let [a, b] = circuit.elements[load].ends.map(|end| end as usize);
        volts[a] - volts[b]
    };
    let open = eliminate(matrix.clone());
    let open: Vec<f64> = loads.iter().map(|&load| across(&open, load)).collect();
    let columns = loads.iter().map(|&load| {
        let [a, b] = circuit.elements[load].ends.map(|end| end as usize);
        let mut matrix = matrix.clone();
        matrix.iter_mut().for_each(|row| row[size] = 0.0);
        matrix[a][size] += 1.0;
        matrix[b][size] -= 1.0;
        matrix[0][size] = 0.0;
        let volts = eliminate(matrix);
        loads.iter().map(|&load| across(&volts, load)).collect()
    });
    (open, columns.collect())
}

/// Whether iterates from above stay above zero, by patience; `None` where that does not tell: after many steps, or where a load
/// lifts another so that iterates need not fall.
fn stands(circuit: &Circuit, factor: f64) -> Option<bool> {
    let loads: Vec<usize> = (0..circuit.elements.len())
        .filter(|&load| matches!(circuit.elements[load].law, Law::Power { .. } | Law::Current { .. }))
        .collect();
    let (open, _) = ports(circuit, &loads);
    // A load without volts takes nothing.
    let loads: Vec<usize> = loads.iter().zip(&open).filter(|(_, open)| **open > 1e-9).map(|(load, _)| *load).collect();
    let (open, columns) = ports(circuit, &loads);
    if columns.iter().flatten().any(|ohms| *ohms < -1e-12) {
        return None;
    }
    let mut volts = open.clone();
    for _ in 0..20_000 {
        let draws: Vec<f64> = loads
            .iter()
            .zip(&volts)
            .map(|(&load, volts)| match circuit.elements[load].law {
                Law::Power { watts, .. } => watts * factor / volts,
                Law::Current { amperes, .. } => amperes * factor,
                _ => 0.0,
            })
            .collect();
        let next: Vec<f64> = (0..loads.len())
            .map(|at| open[at] - columns.iter().zip(&draws).map(|(column, draw)| column[at] * draw).sum::<f64>())
            .collect();
        if next.iter().any(|volts| *volts <= 0.0) {
            return Some(false);
        }
        let moved = next.iter().zip(&volts).map(|(next, last)| (next - last).abs()).fold(0.0, f64::max);
        volts = next;
        if moved < 1e-13 {
            return Some(true);
        }
    }
    None
}

/// The circuit with all draws multiplied.
fn scaled(circuit: &Circuit, factor: f64) -> Circuit {
    let mut circuit = circuit.clone();
    for element in &mut circuit.elements {
        if let Law::Power { watts: draw, .. } | Law::Current { amperes: draw, .. } = &mut element.law {
            *draw *= factor;
        }
    }
    circuit
}

#[test]
fn proved_means_that_no_iteration_finds_one_either() {
    let (mut proved, mut told) = (0, 0);
    for seed in 0..50 {
        let mut dice = Dice::new(seed);
        let mut circuit = tree(&mut dice, 12, 5, seed % 3 == 0);
        circuit.power(3, 0, 1.0);
        for _ in 0..seed % 4 {
            let (a, b) = (dice.below(circuit.nodes), dice.below(circuit.nodes));
            circuit.resistor(a, b, dice.real(0.05, 20.0));
        }
        let limit = &headroom(&circuit, &Options::default()).unwrap()[0].1;
        for factor in [limit.load_factor * 0.999, limit.load_factor * 1.001, limit.load_factor * 3.0] {
            let outcome = solve(&scaled(&circuit, factor), &Options::default());
            let stands = stands(&circuit, factor);
            told += u32::from(stands.is_some());
            match outcome {
                Outcome::Solved(_) => assert_ne!(stands, Some(false), "seed {seed} at {factor}"),
                Outcome::NoSolution(none) => {
                    assert_eq!(none.collapses.len(), 1);
                    if none.collapses[0].proof == Proof::Proved {
                        proved += 1;
                        assert_ne!(stands, Some(true), "seed {seed} at {factor}");
                    }
                }
                Outcome::Bad(faults) => panic!("{faults:?}"),
            }
        }
    }
    assert!(proved > 60 && told > 100, "{proved} proved, {told} told by iteration");
}
