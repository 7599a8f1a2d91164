//! What the tests share: a generator of numbers, builds like the real ones, and a dense solver that shares nothing with the product.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use direct::{Circuit, Law, Options, Outcome, Solution, solve};

/// A small generator of numbers (xorshift64*), the same everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `bound`.
    pub fn below(&mut self, bound: u32) -> u32 {
        ((self.bits() >> 33) % u64::from(bound)) as u32
    }

    /// From `low` to `high`.
    pub fn real(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.bits() >> 11) as f64 / (1u64 << 53) as f64)
    }

    pub fn chance(&mut self, of: f64) -> bool {
        self.real(0.0, 1.0) < of
    }
}

/// The operating point; a test that wants one fails without.
pub fn point(circuit: &Circuit) -> Solution {
    match solve(circuit, &Options::default()) {
        Outcome::Solved(solution) => solution,
        other => panic!("{other:?}"),
    }
}

pub fn volts(solution: &Solution, element: u32) -> f64 {
    solution.flows[element as usize].volts.expect("the element is solved")
}

pub fn amperes(solution: &Solution, element: u32) -> f64 {
    solution.flows[element as usize].amperes.expect("the element is solved")
}

/// Kirchhoff and Tellegen.
pub fn sound(solution: &Solution) {
    assert!(solution.residual < 1e-9, "a node keeps {} A", solution.residual);
    let given: f64 = solution.flows.iter().filter_map(direct::Flow::watts).map(f64::abs).sum();
    assert!(solution.imbalance.abs() <= 1e-9 * given.max(1.0), "{} W of {given} W are lost", solution.imbalance);
    let numbers =
        solution.flows.iter().flat_map(|flow| [flow.volts, flow.amperes]).chain(solution.volts.iter().copied());
    assert!(numbers.flatten().all(f64::is_finite));
}

/// A source, a tree of wires on the feeding side, a tree on the returning side, and loads across; `rigid` grounds all returns.
pub fn tree(dice: &mut Dice, nodes: u32, loads: u32, rigid: bool) -> Circuit {
    let mut circuit = Circuit::default();
    let ground = circuit.node();
    circuit.references.push(ground);
    let rail = circuit.node();
    circuit.source(rail, ground, 5.0, dice.real(0.001, 0.02), None);
    let (mut feeds, mut returns) = (vec![rail], vec![ground]);
    for _ in 0..nodes {
        let sides: &mut Vec<u32> = if rigid || dice.chance(0.5) { &mut feeds } else { &mut returns };
        let from = sides[dice.below(sides.len() as u32) as usize];
        let node = circuit.node();
        circuit.resistor(from, node, dice.real(0.001, 0.05));
        sides.push(node);
    }
    for _ in 0..loads {
        let plus = feeds[dice.below(feeds.len() as u32) as usize];
        let minus = returns[dice.below(returns.len() as u32) as usize];
        let law = match dice.below(3) {
            0 => Law::Current { amperes: dice.real(0.0, 0.4), minimum: None },
            1 if rigid => Law::Resistance { ohms: dice.real(10.0, 200.0), minimum: None },
            _ => Law::Power { watts: dice.real(0.0, 2.0), minimum: None },
        };
        circuit.add([plus, minus], law);
    }
    circuit
}

/// A chassis like the seed's: a supply, two rails, fuses, relay contacts, an LED with its resistor, and `boards` loads on two legs.
pub fn chassis(circuit: &mut Circuit, boards: u32, watts: f64) -> Vec<u32> {
    let ground = circuit.node();
    circuit.references.push(ground);
    let (five, twelve) = (circuit.node(), circuit.node());
    circuit.source(five, ground, 5.0, 0.002, Some(21.0));
    circuit.source(twelve, ground, 12.0, 0.005, Some(15.0));
    let (bus, back) = (circuit.node(), circuit.node());
    circuit.resistor(five, bus, 0.002);
    circuit.resistor(ground, back, 0.002);
    let mut loads = Vec::new();
    for _ in 0..boards {
        let [fuse, com, contact, terminal, plug, minus, return_terminal] = std::array::from_fn(|_| circuit.node());
        circuit.resistor(bus, fuse, 0.004);
        circuit.resistor(fuse, com, 0.008);
        circuit.resistor(com, contact, 0.05);
        circuit.resistor(contact, terminal, 0.008);
        circuit.resistor(terminal, plug, 0.03);
        circuit.resistor(minus, return_terminal, 0.03);
        circuit.resistor(return_terminal, back, 0.01);
        loads.push(circuit.add([plug, minus], Law::Power { watts, minimum: Some(4.63) }));
        let led = circuit.node();
        circuit.resistor(contact, led, 1000.0);
        circuit.add([led, ground], Law::Diode { volts: 2.0, amperes: 0.02, slope: 10.0 });
    }
    circuit.add([five, ground], Law::Resistance { ohms: 70.0, minimum: Some(3.75) });
    let fan = circuit.node();
    circuit.resistor(twelve, fan, 0.05);
    circuit.add([fan, ground], Law::Current { amperes: 0.2, minimum: Some(7.0) });
    loads
}

/// Resistors in a row from one node to another, each turned either way; its elements.
pub fn row(circuit: &mut Circuit, [from, to]: [u32; 2], dice: &mut Dice, ohms: &[f64]) -> Vec<u32> {
    let (mut at, count) = (from, ohms.len());
    let mut wires = Vec::new();
    for (index, &ohms) in ohms.iter().enumerate() {
        let next = if index + 1 == count { to } else { circuit.node() };
        let ends = if dice.chance(0.5) { [at, next] } else { [next, at] };
        wires.push(circuit.resistor(ends[0], ends[1], ohms));
        at = next;
    }
    wires
}

/// Parts of each element of a plain circuit, and whether they point the way it does.
pub type Parts = Vec<Vec<(u32, bool)>>;

/// The same circuit with every resistor drawn out into a row of up to `most` parts, with dead ends on some nodes, and all but
/// node 0 shuffled; the nodes, and the parts of each element with whether they are turned as it is.
pub fn draw_out(dice: &mut Dice, plain: &Circuit, most: u32) -> (Circuit, Vec<u32>, Parts) {
    let mut whole = Circuit { nodes: plain.nodes, ..Circuit::default() };
    let mut owners: Vec<Option<(usize, bool)>> = Vec::new();
    for (index, element) in plain.elements.iter().enumerate() {
        let Law::Resistor { ohms } = element.law else {
            whole.add(element.ends, element.law);
            owners.push(Some((index, true)));
            continue;
        };
        let shares: Vec<f64> = (0..=dice.below(most)).map(|_| dice.real(0.1, 1.0)).collect();
        let sum: f64 = shares.iter().sum();
        let parts: Vec<f64> = shares.iter().map(|share| ohms * share / sum).collect();
        for wire in row(&mut whole, element.ends, dice, &parts) {
            let turned = whole.elements[wire as usize].ends;
            // A row runs through fresh nodes, so an end tells which way it goes; a row of one part tells by its first.
            let is_last = turned.contains(&element.ends[1]);
            let forward = if is_last { turned[1] == element.ends[1] } else { turned[0] < turned[1] };
            let forward = if turned.contains(&element.ends[0]) { turned[0] == element.ends[0] } else { forward };
            owners.push(Some((index, forward)));
        }
    }
    for _ in 0..dice.below(4) {
        let mut root = dice.below(whole.nodes);
        for _ in 0..1 + dice.below(3) {
            let tip = whole.node();
            whole.resistor(tip, root, dice.real(0.0, 1.0));
            owners.push(None);
            root = if dice.chance(0.6) { tip } else { root };
        }
    }
    let mut places: Vec<u32> = (0..whole.nodes).collect();
    shuffle(dice, &mut places[1..]);
    let mut order: Vec<usize> = (0..whole.elements.len()).collect();
    shuffle(dice, &mut order);
    let mut parts = vec![Vec::new(); plain.elements.len()];
    let mut drawn = Circuit { nodes: whole.nodes, references: plain.references.clone(), ..Circuit::default() };
    for index in order {
        let element = &whole.elements[index];
        let added = drawn.add(element.ends.map(|end| places[end as usize]), element.law);
        if let Some((owner, forward)) = owners[index] {
            parts[owner].push((added, forward));
        }
    }
    places.truncate(plain.nodes as usize);
    (drawn, places, parts)
}

fn shuffle<T>(dice: &mut Dice, list: &mut [T]) {
    for last in (1..list.len()).rev() {
        list.swap(last, dice.below(last as u32 + 1) as usize);
    }
}

/// A harness of one rack unit: a supply of three rails, five boards, six relays, drives, fans and LEDs, each lead a row of a wire's,
/// a joint's, a contact's and a fuse's ohms; some contacts are open, and what lies behind them is a dead end.
pub fn harness(dice: &mut Dice, boards: u32, watts: f64) -> Circuit {
    let mut circuit = Circuit::default();
    let ground = circuit.node();
    circuit.references.push(ground);
    let rails: [u32; 3] = std::array::from_fn(|_| circuit.node());
    for (rail, (volts, limit)) in rails.into_iter().zip([(5.0, 21.0), (12.0, 15.0), (3.3, 20.0)]) {
        circuit.source(rail, ground, volts, 0.002, Some(limit));
    }
    let bars: [u32; 3] = std::array::from_fn(|_| circuit.node());
    let back = circuit.node();
    for (ends, pins) in
        [([rails[0], bars[0]], 4), ([rails[1], bars[1]], 2), ([rails[2], bars[2]], 1), ([back, ground], 4)]
    {
        for _ in 0..pins {
            row(&mut circuit, ends, dice, &[0.004, 0.001, 0.006]);
        }
    }
    let lead = |dice: &mut Dice, parts: u32| -> Vec<f64> { (0..parts).map(|_| dice.real(0.0005, 0.02)).collect() };
    let feed = |circuit: &mut Circuit, dice: &mut Dice, from: u32, parts: u32, law: Law| {
        let [plus, minus] = std::array::from_fn(|_| circuit.node());
        let ohms = lead(dice, parts);
        row(circuit, [from, plus], dice, &ohms);
        let ohms = lead(dice, 3);
        row(circuit, [minus, back], dice, &ohms);
        circuit.add([plus, minus], law);
        plus
    };
    for board in 0..boards {
        let plus = feed(&mut circuit, dice, bars[0], 13, Law::Power { watts, minimum: Some(4.63) });
        circuit.add([plus, back], Law::Current { amperes: 0.05, minimum: None });
        feed(&mut circuit, dice, bars[0], 8, Law::Power { watts: watts / 3.0, minimum: None });
        let led = circuit.node();
        row(&mut circuit, [plus, led], dice, &[330.0, 0.01]);
        circuit.add([led, back], Law::Diode { volts: 2.0, amperes: 0.02, slope: 10.0 });
        let open = circuit.node();
        row(&mut circuit, [if board % 2 == 0 { plus } else { bars[1] }, open], dice, &[0.01, 0.05, 0.02]);
    }
    for relay in 0..6 {
        let law = Law::Resistance { ohms: 70.0, minimum: Some(3.75) };
        feed(&mut circuit, dice, bars[0], 3, law);
        if relay % 2 == 0 {
            feed(&mut circuit, dice, bars[1], 4, Law::Current { amperes: 0.2, minimum: Some(7.0) });
        }
    }
    for _ in 0..2 {
        feed(&mut circuit, dice, bars[2], 5, Law::Power { watts: 2.0, minimum: None });
    }
    circuit
}

/// `count` nodes in a row, each with a small load of constant power.
pub fn ladder(count: u32, watts: f64) -> Circuit {
    let mut circuit = Circuit::default();
    let ground = circuit.node();
    circuit.references.push(ground);
    let mut last = circuit.node();
    circuit.source(last, ground, 5.0, 1e-3, None);
    let ohms = 1.0 / f64::from(count);
    for _ in 0..count {
        let next = circuit.node();
        circuit.resistor(last, next, ohms);
        circuit.power(next, ground, watts / f64::from(count));
        last = next;
    }
    circuit
}

/// A square of wires fed at one corner, one node in three with a load of constant power.
pub fn grid(side: u32, watts: f64) -> Circuit {
    let mut circuit = Circuit::default();
    let ground = circuit.node();
    circuit.references.push(ground);
    let first = circuit.nodes;
    circuit.nodes += side * side;
    let at = |x: u32, y: u32| first + y * side + x;
    circuit.source(at(0, 0), ground, 5.0, 1e-3, None);
    for y in 0..side {
        for x in 0..side {
            if x + 1 < side {
                circuit.resistor(at(x, y), at(x + 1, y), 0.01);
            }
            if y + 1 < side {
                circuit.resistor(at(x, y), at(x, y + 1), 0.01);
            }
            if (x * 7 + y * 3) % 3 == 0 {
                circuit.power(at(x, y), ground, watts * 3.0 / f64::from(side * side));
            }
        }
    }
    circuit
}

/// Operating point by dense elimination with pivoting: node volts, by plain Newton on every node but node 0.
///
/// Takes resistors above zero, sources with series resistance and without limit, and loads; at most a few dozen nodes.
pub fn dense(circuit: &Circuit) -> Vec<f64> {
    let size = circuit.nodes as usize;
    let mut volts = vec![5.0; size];
    volts[0] = 0.0;
    for step in 0..200 {
        let mut matrix = vec![vec![0.0; size + 1]; size];
        for element in &circuit.elements {
            let [a, b] = element.ends.map(|end| end as usize);
            let u = volts[a] - volts[b];
            let (amperes, slope) = match element.law {
                Law::Resistor { ohms } | Law::Resistance { ohms, .. } => (u / ohms, 1.0 / ohms),
                Law::Source { volts, ohms, .. } => ((u - volts) / ohms, 1.0 / ohms),
                Law::Power { watts, .. } if step > 0 => (watts / u, -watts / (u * u)),
                Law::Power { .. } => (0.0, 0.0),
                Law::Current { amperes, .. } => (amperes, 0.0),
                other => panic!("the dense solver knows no {other:?}"),
            };
            for (row, sign) in [(a, 1.0), (b, -1.0)] {
                matrix[row][size] -= sign * amperes;
                matrix[row][a] += sign * slope;
                matrix[row][b] -= sign * slope;
            }
        }
        matrix[0] = vec![0.0; size + 1];
        matrix[0][0] = 1.0;
        let moves = eliminate(matrix);
        volts.iter_mut().zip(&moves).for_each(|(volts, step)| *volts += step);
        if step > 0 && moves.iter().all(|step| step.abs() < 1e-13) {
            break;
        }
    }
    volts
}

/// Solves a square system with its right side in the last column.
pub fn eliminate(mut matrix: Vec<Vec<f64>>) -> Vec<f64> {
    let size = matrix.len();
    for column in 0..size {
        let pivot = (column..size).max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()));
        matrix.swap(column, pivot.expect("a row is left"));
        for row in column + 1..size {
            let factor = matrix[row][column] / matrix[column][column];
            let above = matrix[column].clone();
            matrix[row].iter_mut().zip(above).for_each(|(entry, above)| *entry -= factor * above);
        }
    }
    let mut answer = vec![0.0; size];
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|at| matrix[row][at] * answer[at]).sum();
        answer[row] = (matrix[row][size] - known) / matrix[row][row];
    }
    answer
}
