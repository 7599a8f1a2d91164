//! CPU time, Newton steps, factor entries and memory of operating points; beside ngspice on the same circuit where it is installed,
//! both as whole processes: ours builds the circuit, solves it and ends. KLU is measured where the installed ngspice has it.
//!
//! `cargo bench -p direct` runs everything; `cargo bench -p direct -- chassis ladder` only what bears one of the words in its name.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "../tests/kit/mod.rs"]
mod kit;

use std::process::Command;

use direct::{Circuit, Law, Options, Outcome, Quantity, Solver, Span, corners, solve, spice};

/// Ticks of CPU time per second in the files of `/proc`: fixed for programs, whatever the kernel counts in.
const TICKS: f64 = 100.0;

/// Seconds of CPU time that this process has had, `/proc/self/schedstat`.
fn own_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("a Linux kernel with schedstat");
    text.split(' ').next().and_then(|first| first.parse::<f64>().ok()).expect("nanoseconds come first") * 1e-9
}

/// Seconds of CPU time that ended children have had, `/proc/self/stat`, fields 16 and 17.
fn children_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").expect("a Linux kernel");
    let (_, rest) = text.rsplit_once(')').expect("the name stands in parentheses");
    let fields: Vec<f64> = rest.split_whitespace().filter_map(|field| field.parse().ok()).collect();
    (fields[12] + fields[13]) / TICKS
}

/// Most memory this process has had since it was last reset, MiB.
fn peak() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("a Linux kernel");
    let line = text.lines().find(|line| line.starts_with("VmHWM")).expect("the kernel counts memory");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).expect("KiB") / 1024.0
}

/// Chassis side by side, each with its own supply. Their supplies have no limit: ngspice takes minutes over a hundred kinks that
/// do not act, and that would flatter.
fn racks(count: u32) -> Circuit {
    let mut circuit = Circuit::default();
    for _ in 0..count {
        kit::chassis(&mut circuit, 5, 4.2);
    }
    for element in &mut circuit.elements {
        if let Law::Source { limit, .. } = &mut element.law {
            *limit = None;
        }
    }
    circuit
}

/// CPU seconds of one ngspice process on the circuit's deck, `None` where there is no ngspice, it fails, or it has no KLU and that is
/// asked for. As many runs as the kernel's ticks need.
fn ngspice(circuit: &Circuit, is_klu: bool) -> Option<f64> {
    let (deck, _) = spice(circuit).ok()?;
    let file = std::env::temp_dir().join(format!("direct-bench-{}.cir", std::process::id()));
    // What it prints is not measured: one node is enough.
    let kept = deck.lines().filter(|line| !line.starts_with("print") && *line != ".end");
    let mut lines = kept.collect::<Vec<_>>().join("\n");
    lines.push_str(if is_klu { "\n.options klu\n.end\n" } else { "\n.end\n" });
    std::fs::write(&file, lines).ok()?;
    let (before, mut runs, mut good) = (children_seconds(), 0u32, true);
    while good && (runs == 0 || children_seconds() - before < 0.3 && runs < 40) {
        let output = Command::new("timeout").args(["120", "ngspice", "-b"]).arg(&file).output().ok()?;
        let says_klu = String::from_utf8_lossy(&output.stdout).contains("Using KLU");
        good = output.status.success() && says_klu == is_klu;
        runs += 1;
    }
    let after = children_seconds();
    std::fs::remove_file(&file).ok()?;
    good.then(|| (after - before) / f64::from(runs))
}

/// CPU seconds of a process of ours that builds a circuit, solves it and ends, over as many as the kernel's ticks need.
fn whole(name: &str) -> Option<f64> {
    let program = std::env::current_exe().ok()?;
    let (before, mut runs) = (children_seconds(), 0u32);
    while runs == 0 || children_seconds() - before < 0.3 && runs < 400 {
        let status = Command::new(&program).args(["--whole", name]).status().ok()?;
        assert!(status.success(), "{name} has an operating point");
        runs += 1;
    }
    Some((children_seconds() - before) / f64::from(runs))
}

/// CPU seconds of one call, over at least half a second: the kernel's clock of CPU time is coarse on some machines.
fn seconds(mut call: impl FnMut()) -> f64 {
    let (before, mut rounds) = (own_seconds(), 0u32);
    while rounds < 3 || own_seconds() - before < 0.5 {
        call();
        rounds += 1;
    }
    (own_seconds() - before) / f64::from(rounds)
}

/// Every resistance and draw of a circuit a tenth up or down.
fn spans(circuit: &Circuit) -> Vec<Span> {
    let number = |law: &Law| match *law {
        Law::Resistor { ohms } | Law::Resistance { ohms, .. } => Some((Quantity::Ohms, ohms)),
        Law::Source { volts, .. } => Some((Quantity::Volts, volts)),
        Law::Power { watts, .. } => Some((Quantity::Watts, watts)),
        Law::Current { amperes, .. } => Some((Quantity::Amperes, amperes)),
        _ => None,
    };
    let elements = (0u32..).zip(&circuit.elements);
    let spans =
        elements.filter_map(|(element, part)| number(&part.law).map(|(quantity, value)| (element, quantity, value)));
    spans
        .map(|(element, quantity, value)| Span { element, quantity, low: Some(value * 0.9), high: Some(value * 1.1) })
        .collect()
}

/// What a build of one rack unit asks: an operating point, another by a solver that has seen the shape, and the corners.
fn questions() {
    let circuit = kit::harness(&mut kit::Dice::new(1), 5, 4.2);
    let (spans, options) = (spans(&circuit), Options::default());
    let mut solver = Solver::new(options);
    println!("\nharness of one rack unit             CPU us");
    let asked: [(&str, &mut dyn FnMut()); 4] = [
        ("solve", &mut || drop(std::hint::black_box(solve(&circuit, &options)))),
        ("solve by a solver that knows it", &mut || drop(std::hint::black_box(solver.solve(&circuit)))),
        ("corners", &mut || drop(std::hint::black_box(corners(&circuit, &spans, &options)))),
        ("corners without proof", &mut || {
            let options = Options { prove: false, ..options };
            drop(std::hint::black_box(corners(&circuit, &spans, &options)));
        }),
    ];
    for (name, call) in asked {
        println!("{name:<34} {:>8.1}", seconds(call) * 1e6);
    }
}

/// A name, how to build it, and whether to run ngspice beside it.
type Case = (&'static str, fn() -> Circuit, bool);

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let cases: Vec<Case> = vec![
        ("harness", || kit::harness(&mut kit::Dice::new(1), 5, 4.2), true),
        ("chassis 1", || racks(1), true),
        ("chassis 20", || racks(20), true),
        ("chassis 200", || racks(200), true),
        ("chassis 2000", || racks(2000), true),
        ("ladder 1000", || kit::ladder(1000, 4.0), true),
        ("ladder 10000", || kit::ladder(10_000, 4.0), true),
        ("ladder 100000", || kit::ladder(100_000, 4.0), false),
        ("grid 32", || kit::grid(32, 4.0), true),
        ("grid 100", || kit::grid(100, 4.0), true),
        ("grid 316", || kit::grid(316, 4.0), false),
    ];
    if let Some(name) = std::env::args().skip_while(|word| word != "--whole").nth(1) {
        let case = cases.iter().find(|(own, ..)| *own == name).expect("a name of the table");
        let outcome = solve(&(case.1)(), &Options::default());
        assert!(matches!(std::hint::black_box(outcome), Outcome::Solved(_)), "{name} has no operating point");
        return;
    }
    println!(
        "circuit          nodes elements   CPU ms  steps  factorised  entries  peak MiB  process ms  ngspice ms  times  with KLU  times"
    );
    for (name, build, compare) in cases {
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let circuit = build();
        let mut work = None;
        let ours = seconds(|| {
            let outcome = solve(&circuit, &Options::default());
            let Outcome::Solved(solution) = outcome else { panic!("{name} has no operating point") };
            work = Some(solution.work);
        });
        let work = work.expect("at least one round");
        let own = if compare { whole(name) } else { None };
        let theirs = [false, true].map(|klu| if compare { ngspice(&circuit, klu) } else { None });
        let number = |seconds: Option<f64>, places: usize| {
            seconds.map_or_else(|| "-".to_owned(), |seconds| format!("{:.places$}", seconds * 1e3))
        };
        let times = |theirs: Option<f64>| {
            theirs.zip(own).map_or_else(|| "-".to_owned(), |(theirs, own)| format!("{:.0}", theirs / own))
        };
        println!(
            "{name:<14} {:>7} {:>8} {:>8.3} {:>6} {:>11} {:>8}  {:>8.0}  {:>10}  {:>10}  {:>5}  {:>8}  {:>5}",
            circuit.nodes,
            circuit.elements.len(),
            ours * 1e3,
            work.steps,
            work.factorisations,
            work.entries,
            peak(),
            number(own, 2),
            number(theirs[0], 0),
            times(theirs[0]),
            number(theirs[1], 0),
            times(theirs[1]),
        );
    }
    if words.is_empty() || words.iter().any(|word| "harness".contains(word.as_str())) {
        questions();
    }
}
