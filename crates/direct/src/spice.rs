//! The circuit as a deck that ngspice runs: another program's word on the same operating point.
//!
//! Loads of constant power, limits, diodes and converters are behavioural sources of the same formulas. Zero ohms and floating
//! parts are settled beforehand, since a simulator takes a loop of zero ohms or a floating node for an error. A limited source of
//! zero ohms, whose corner no formula of volts can state, gets one microohm.

use std::fmt::Write as _;

use crate::circuit::{Circuit, Law, Options};
use crate::desk::{Context, Desk};
use crate::islands::{Island, NOWHERE};
use crate::merge::Forest;
use crate::rule::LEAK;
use crate::shop::Shop;
use crate::solve::Prepared;
use crate::solver::check;
use crate::validate::Fault;

/// Share of a load's volts without load below which its power turns into a constant current. A simulator that starts at zero volts
/// would divide by zero, and far below half of the volts without load no operating point stands.
const FLOOR: f64 = 0.25;

/// Ohms given to a limited source that has none.
const CORNER: f64 = 1e-6;

/// Names of nodes: one a piece of zero ohms, `0` for references.
struct Names(Vec<String>);

impl Names {
    fn new(circuit: &Circuit, islands: &[Island]) -> Self {
        let mut forest = Forest::new(circuit.nodes as usize);
        for element in &circuit.elements {
            if matches!(element.law, Law::Resistor { ohms: 0.0 }) {
                forest.join(element.ends[0], element.ends[1], 0.0);
            }
        }
        let mut names: Vec<String> = (0..circuit.nodes).map(|node| format!("n{}", forest.find(node).0)).collect();
        for island in islands {
            let zero = forest.find(island.reference).0;
            for &node in &island.nodes {
                if forest.find(node).0 == zero {
                    names[node as usize] = "0".to_owned();
                }
            }
        }
        Self(names)
    }

    fn of(&self, node: u32) -> &str {
        &self.0[node as usize]
    }

    fn volts(&self, [a, b]: [u32; 2]) -> String {
        match (self.of(a), self.of(b)) {
            (a, b) if a == b => "0".to_owned(),
            (a, "0") => format!("V({a})"),
            ("0", b) => format!("(-V({b}))"),
            (a, b) => format!("(V({a})-V({b}))"),
        }
    }
}

/// A deck that computes `.op` and prints every node's volts with all digits, one `v(name) = number` a line.
///
/// Returns it with the name of each node in it; `None` for a node that floats and does not appear.
///
/// # Errors
/// As [`crate::solve()`] for a circuit that makes no sense.
pub fn spice(circuit: &Circuit) -> Result<(String, Vec<Option<String>>), Vec<Fault>> {
    let options = Options::default();
    check(circuit)?;
    let prepared = Prepared::new(circuit, &options, &mut Shop::default())?;
    let plan = &prepared.plan;
    let names = Names::new(circuit, &plan.islands);
    let start = Start::new(Context { circuit, plan, options: &options, whole: None });
    let mut deck = String::from("* operating point of a build\n");
    for (index, element) in circuit.elements.iter().enumerate() {
        let [a, b] = element.ends.map(|end| plan.home[end as usize]);
        if a != NOWHERE && a == b && !prepared.off[index] {
            card(&mut deck, circuit, &names, index, start.floors[index]);
        }
    }
    start.write(&mut deck, &names);
    deck.push_str(".options reltol=1e-10 abstol=1e-10 vntol=1e-10 gmin=1e-18 itl1=2000\n");
    deck.push_str(".control\nset numdgt=16\nop\n");
    let shown: Vec<Option<String>> = (0..circuit.nodes)
        .map(|node| (plan.home[node as usize] != NOWHERE).then(|| names.of(node).to_owned()))
        .collect();
    let mut wanted: Vec<&String> = shown.iter().flatten().filter(|name| *name != "0").collect();
    wanted.sort_unstable();
    wanted.dedup();
    for name in wanted {
        write_line(&mut deck, format_args!("print v({name})"));
    }
    deck.push_str("quit 0\n.endc\n.end\n");
    Ok((deck, shown))
}

fn write_line(deck: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(deck, "{line}").expect("a string takes all that is written");
}

/// The lines of one element.
fn card(deck: &mut String, circuit: &Circuit, names: &Names, index: usize, floor: Option<f64>) {
    let element = &circuit.elements[index];
    let [a, b] = element.ends.map(|end| names.of(end));
    if a == b {
        return;
    }
    let volts = names.volts(element.ends);
    let behaves = |current: String| format!("B{index} {a} {b} I={current}");
    let line = match element.law {
        Law::Resistor { ohms } | Law::Resistance { ohms, .. } => format!("R{index} {a} {b} {ohms:e}"),
        Law::Source { volts: open, ohms: 0.0, limit: None } => format!("V{index} {a} {b} DC {open:e}"),
        Law::Source { volts: open, ohms, limit: None } => {
            format!("V{index} s{index} {b} DC {open:e}\nR{index} s{index} {a} {ohms:e}")
        }
        Law::Source { volts: open, ohms, limit: Some(limit) } => {
            let ohms = if ohms == 0.0 { CORNER } else { ohms };
            format!("B{index} {b} {a} I=min({limit:e},({open:e}-{volts})/{ohms:e})")
        }
        Law::Diode { volts: forward, amperes, slope } => {
            let knee = forward - amperes * slope;
            behaves(format!("{LEAK:e}*{volts}+max(0,({volts}-({knee:e}))/{slope:e})"))
        }
        Law::Clamp { ohms, amperes } => behaves(format!("min({amperes:e},{volts}/{ohms:e})")),
        Law::Current { amperes, .. } => match floor {
            Some(_) => format!("I{index} {a} {b} DC {amperes:e}"),
            None => return,
        },
        Law::Power { watts, .. } => match floor {
            Some(floor) => behaves(format!("{watts:e}/max({floor:e},{volts})")),
            None => return,
        },
        Law::Converter { feeds, efficiency, idle, .. } => match (floor, output(circuit, names, feeds as usize)) {
            (Some(floor), Some(output)) => {
                behaves(format!("({idle:e}+max(0,{output})/{efficiency:e})/max({floor:e},{volts})"))
            }
            _ => return,
        },
    };
    write_line(deck, format_args!("{line}"));
}

/// Watts that a source delivers, as a formula.
fn output(circuit: &Circuit, names: &Names, source: usize) -> Option<String> {
    let element = &circuit.elements[source];
    let Law::Source { volts: open, ohms, limit } = element.law else { return None };
    let volts = names.volts(element.ends);
    Some(match limit {
        None => format!("(-{volts}*I(V{source}))"),
        Some(limit) => {
            let ohms = if ohms == 0.0 { CORNER } else { ohms };
            format!("({volts}*min({limit:e},({open:e}-{volts})/{ohms:e}))")
        }
    })
}

/// What our own point without load gives the deck to start from.
struct Start {
    /// By element: the volts below which a live load's power is not taken at its word; `None` for all else, dead loads among it.
    floors: Vec<Option<f64>>,
    /// First guesses by node, in islands with a limited source: from zero volts a simulator finds it at its limit, pushing into
    /// nothing. Elsewhere none, since ngspice takes time by the square of their number.
    guesses: Vec<(u32, f64)>,
}

impl Start {
    fn new(context: Context<'_>) -> Self {
        let law = |element: u32| &context.circuit.elements[element as usize].law;
        let mut start = Self { floors: vec![None; context.circuit.elements.len()], guesses: Vec::new() };
        for island in &context.plan.islands {
            let Ok(desk) = Desk::new(context, island, &[], &mut Shop::default()) else { continue };
            for &load in island.elements.iter().filter(|element| law(**element).draws()) {
                if desk.dead.binary_search(&load).is_err() {
                    start.floors[load as usize] = desk.open(load).map(|volts| volts * FLOOR);
                }
            }
            let is_limited = |element: &u32| matches!(law(*element), Law::Source { limit: Some(_), .. });
            if island.elements.iter().any(is_limited) {
                let volts = (0..island.nodes.len()).map(|local| desk.system.volts(local));
                start.guesses.extend(island.nodes.iter().copied().zip(volts));
            }
        }
        start
    }

    /// One guess a name.
    fn write(&self, deck: &mut String, names: &Names) {
        let mut seen: Vec<(&str, f64)> = self.guesses.iter().map(|&(node, volts)| (names.of(node), volts)).collect();
        seen.retain(|(name, _)| *name != "0");
        seen.sort_unstable_by(|a, b| a.0.cmp(b.0).then(a.1.total_cmp(&b.1)));
        seen.dedup_by(|a, b| a.0 == b.0);
        for (name, volts) in seen {
            write_line(deck, format_args!(".nodeset v({name})={volts:e}"));
        }
    }
}
