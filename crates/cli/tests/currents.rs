//! Properties that currents of builds must have, whatever their numbers: more load lowers volts, more copper does not, corners hold
//! every sample, and what is promised over all states holds in each.

use std::path::Path;

use analysis::meter::DARK;
use analysis::power::{Draw, Edge, Leg, Quantity, State, What};
use cli::{Checked, check, check_asked};
use direct::{Law, Options, Outcome};

const BUILDS: [&str; 3] = [".", "examples/minimal", "examples/seven-pis"];
/// Volts and amperes that rounding may cost.
const ROUNDING: f64 = 1e-7;
fn disk(workspace: &str) -> cli::disk::Disk {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(workspace);
    cli::disk::Disk::open(&root).expect("the workspace is there")
}

fn asked(workspace: &str, what: &str) -> Checked {
    check_asked(&disk(workspace), &[what.to_owned()]).unwrap_or_else(|words| panic!("{what}: {words}"))
}

/// A small generator of our own, so that a seed means the same samples for ever.
struct Dice(u64);

impl Dice {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn real(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * f64::from(u32::try_from(self.bits() >> 32).expect("32 bits")) / f64::from(u32::MAX)
    }

    fn chance(&mut self) -> bool {
        self.bits() >> 63 == 1
    }
}

/// Fewest and typical volts of every load by name, over everything; no operating point is the least there can be.
fn volts(checked: &Checked) -> Vec<(String, f64, f64)> {
    let power = &checked.facts.power;
    let pieces = power.harness.pieces.iter().zip(&power.bounds);
    let loads = pieces.filter_map(|(piece, bound)| match piece.what {
        What::Load(device, index) => {
            let name = format!(
                "{}.{}",
                checked.build.device(device).name,
                checked.build.part_of(device).loads[index as usize].name
            );
            let lowest = match bound.lowest {
                Edge::Is(volts) => volts,
                Edge::NoPoint => f64::NEG_INFINITY,
                Edge::Unknown | Edge::Never => return None,
            };
            Some((name, lowest, bound.typical_volts.unwrap_or(f64::NEG_INFINITY)))
        }
        _ => None,
    });
    loads.collect()
}

#[test]
fn more_load_never_raises_the_volts_of_any_load() {
    let mut compared = 0;
    for (workspace, load) in [(".", "pi[3]"), (".", "pi"), (".", "sw"), ("examples/seven-pis", "pi[5]")] {
        let mut before: Option<Vec<(String, f64, f64)>> = None;
        for milliwatts in [500, 1500, 3000, 4500, 6250, 9000] {
            let now = volts(&asked(workspace, &format!("{load}={} W", f64::from(milliwatts) / 1e3)));
            for ((name, lowest, typical), was) in now.iter().zip(before.iter().flatten()) {
                assert_eq!(*name, was.0);
                assert!(
                    *lowest <= was.1 + ROUNDING,
                    "{name}: {lowest} V with {milliwatts} mW in {load}, {} before",
                    was.1
                );
                assert!(
                    *typical <= was.2 + ROUNDING,
                    "{name}: {typical} V with {milliwatts} mW in {load}, {} before",
                    was.2
                );
                compared += 1;
            }
            before = Some(now);
        }
    }
    assert!(compared > 100, "only {compared} volts were compared");
}

/// Loads of which the way to the supply or back leads over a wire.
fn behind(checked: &Checked, bundle: &str) -> Vec<String> {
    let (build, power) = (&checked.build, &checked.facts.power);
    let world = checked.facts.world(build);
    let over = |leg: &Leg| match power.harness.pieces[leg.piece as usize].what {
        What::Wire(wire) => build.run_path(build.wire(wire).run).starts_with(bundle),
        _ => false,
    };
    let loads = (0..).zip(&power.harness.pieces).filter_map(|(at, piece)| match piece.what {
        What::Load(device, index) => {
            let path = power.path(world, at, 0)?;
            let name = format!("{}.{}", build.device(device).name, build.part_of(device).loads[index as usize].name);
            path.out.iter().chain(&path.back).any(over).then_some(name)
        }
        _ => None,
    });
    loads.collect()
}

#[test]
fn a_thicker_or_shorter_wire_never_lowers_the_volts_behind_it() {
    let real = check(&disk("."));
    let mut compared = 0;
    for bundle in real.build.bundles.iter().filter(|bundle| bundle.kind == model::BundleKind::Wire) {
        let bundle = &bundle.name.value;
        let behind = behind(&real, &format!("{bundle}/"));
        if behind.is_empty() {
            continue;
        }
        for swaps in
            [["gauge=26 AWG", "gauge=22 AWG", "gauge=14 AWG"], ["length=900 mm", "length=250 mm", "length=40 mm"]]
        {
            let all: Vec<_> = swaps.iter().map(|swap| volts(&asked(".", &format!("{bundle} {swap}")))).collect();
            for two in all.windows(2) {
                for (was, now) in two[0].iter().zip(&two[1]).filter(|(was, _)| behind.contains(&was.0)) {
                    assert!(
                        now.1 >= was.1 - ROUNDING,
                        "{}: {} V from {} V by less resistance in {bundle}",
                        now.0,
                        now.1,
                        was.1
                    );
                    assert!(
                        now.2 >= was.2 - ROUNDING,
                        "{}: {} V from {} V by less resistance in {bundle}",
                        now.0,
                        now.2,
                        was.2
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 50, "only {compared} volts were compared");
}

/// Sets a number of a law.
fn set(law: &mut Law, quantity: Quantity, number: f64) {
    let slot = match (law, quantity) {
        (Law::Resistor { ohms } | Law::Source { ohms, .. } | Law::Resistance { ohms, .. }, Quantity::Ohms) => ohms,
        (Law::Source { volts, .. } | Law::Diode { volts, .. }, Quantity::Volts) => volts,
        (Law::Source { limit: Some(amperes), .. } | Law::Current { amperes, .. }, Quantity::Amperes) => amperes,
        (Law::Power { watts, .. }, Quantity::Watts) => watts,
        (Law::Converter { efficiency, .. }, Quantity::Efficiency) => efficiency,
        (law, quantity) => panic!("{law:?} has no {quantity:?}"),
    };
    *slot = number;
}

#[test]
fn corners_contain_every_sample() {
    let (mut dice, mut compared) = (Dice(0x5eed_1234_9876), 0);
    for workspace in BUILDS {
        let checked = check(&disk(workspace));
        let (power, world) = (&checked.facts.power, checked.facts.world(&checked.build));
        for (scenario, state) in
            (0..power.scenarios.len()).flat_map(|scenario| power.states.iter().map(move |state| (scenario, state)))
        {
            let draw = Draw::In(scenario);
            let (circuit, pieces) = power.circuit_in(world, draw, state);
            let spans = power.spans_in(world, draw, state);
            let corners = power.corners_in(world, draw, state);
            for _ in 0..8 {
                let mut sample = circuit.clone();
                for span in &spans {
                    let (Some(low), Some(high)) = (span.low, span.high) else { continue };
                    // Half of all samples stand in a corner of some numbers.
                    let number = if dice.chance() {
                        dice.real(low, high)
                    } else if dice.chance() {
                        low
                    } else {
                        high
                    };
                    set(&mut sample.elements[span.element as usize].law, span.quantity, number);
                }
                let Outcome::Solved(solution) = direct::solve(&sample, &Options::default()) else { continue };
                for ((flow, element), &piece) in solution.flows.iter().zip(&sample.elements).zip(&pieces) {
                    let bound = &corners[piece as usize];
                    let what = power.harness.pieces[piece as usize].what;
                    let of = || format!("{workspace}, {}, {}", power.scenarios[scenario].name, named(&checked, what));
                    let is_dark = bound.highest.get().is_some_and(|volts| volts < DARK.0);
                    if let (Some(volts), true, false) = (flow.volts, element.law.is_load(), is_dark) {
                        if let Edge::Is(lowest) = bound.lowest {
                            assert!(
                                volts >= lowest - ROUNDING,
                                "{}: {volts} V, and at least {lowest} V was promised",
                                of()
                            );
                            compared += 1;
                        }
                        if let Edge::Is(highest) = bound.highest {
                            assert!(
                                volts <= highest + ROUNDING,
                                "{}: {volts} V, and at most {highest} V was promised",
                                of()
                            );
                        }
                    }
                    if let (Some(amperes), Edge::Is(most)) = (flow.amperes, bound.amperes) {
                        assert!(
                            amperes.abs() <= most + ROUNDING,
                            "{}: {amperes} A, and at most {most} A was promised",
                            of()
                        );
                        compared += 1;
                    }
                }
            }
        }
    }
    assert!(compared > 10_000, "only {compared} numbers were compared");
}

fn named(checked: &Checked, what: What) -> String {
    let device = what.device().map_or("", |device| checked.build.device(device).name.as_str());
    format!("{what:?} {device}")
}

#[test]
fn the_bounds_over_all_states_hold_in_each() {
    let (mut dice, mut compared) = (Dice(0x0b0d_50f5_a7e5), 0);
    for workspace in BUILDS {
        let checked = check(&disk(workspace));
        let (power, world) = (&checked.facts.power, checked.facts.world(&checked.build));
        let judged = |at: &usize| power.scenarios[*at].declared.is_none_or(|at| checked.build.scenarios[at].judged);
        let variables = &checked.facts.circuit.variables;
        let coils = |variable: &&analysis::circuit::Variable| matches!(variable, analysis::circuit::Variable::Coil(..));
        let random = (0..12).map(|_| {
            let moved = variables.iter().filter(coils).filter(|_| dice.chance()).copied().collect();
            State { moved }
        });
        let random: Vec<State> = random.collect();
        for scenario in (0..power.scenarios.len()).filter(judged) {
            for state in power.states.iter().chain(&random) {
                let corners = power.corners_in(world, Draw::In(scenario), state);
                for (piece, (within, all)) in corners.iter().zip(&power.bounds).enumerate() {
                    let what = power.harness.pieces[piece].what;
                    let of = || {
                        format!(
                            "{workspace}, {}, {:?}, {}",
                            power.scenarios[scenario].name,
                            state.moved,
                            named(&checked, what)
                        )
                    };
                    // What is dark in this state has no supply of which anything was promised.
                    let is_dark = within.highest.get().is_some_and(|volts| volts < DARK.0);
                    if let (What::Load(..) | What::Coil(..), Edge::Is(volts), Edge::Is(lowest), false) =
                        (what, within.lowest, all.lowest, is_dark)
                    {
                        assert!(
                            volts >= lowest - ROUNDING,
                            "{}: {volts} V, and at least {lowest} V was promised",
                            of()
                        );
                        compared += 1;
                    }
                    if let (What::Load(..) | What::Coil(..), Edge::Is(volts), Edge::Is(highest)) =
                        (what, within.highest, all.highest)
                    {
                        assert!(
                            volts <= highest + ROUNDING,
                            "{}: {volts} V, and at most {highest} V was promised",
                            of()
                        );
                    }
                    if let (Edge::Is(amperes), Edge::Is(most), false) =
                        (within.amperes, all.amperes, is_dark && !what.conducts())
                    {
                        assert!(amperes <= most + ROUNDING, "{}: {amperes} A, and at most {most} A was promised", of());
                        compared += 1;
                    }
                }
            }
        }
    }
    assert!(compared > 10_000, "only {compared} numbers were compared");
}
