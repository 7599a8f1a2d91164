//! Breaks every wire of the repository's own build in four ways; what nobody notices is listed with its reason.
//!
//! `UPDATE=1` rewrites `tests/golden/silent-mutants.txt`: reasons that stand there stay, a mutant without one gets `?`, and the test fails
//! until somebody has written it.

mod memory;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use memory::{Workspace, new_names, root};
use model::wire::RunKind;
use model::{Build, Terminal};
use source::SourceMap;

/// Mutants that may stay silent, of a hundred.
const MOST: usize = 10;

/// A way to break a wire.
const WAYS: [&str; 4] = ["delete", "reverse", "swap-ends", "one-terminal-on"];

/// One wire of the expanded build: its run, how it is written, and its two ends.
struct Target {
    path: String,
    bundle: String,
    ends: [Terminal; 2],
    directed: bool,
}

/// The bundles of the real build written out, one table a bundle with a run a wire, so that each wire can be changed alone.
///
/// Returns the text of every bundle, run by run, for `wiring/wires.toml`.
struct Expanded {
    runs: Vec<(String, Vec<String>)>,
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// Everything of a wire's run but its ends, as TOML keys.
fn attributes(build: &Build, run: usize, sources: &SourceMap) -> String {
    let run = &build.runs[run];
    let (wire, inline) = match &run.what {
        RunKind::Wire(wire) => (*wire, None),
        RunKind::Inline(first, device, _) => (*first, Some(*device)),
        RunKind::Cable(..) | RunKind::Plug(_) => return String::new(),
    };
    let wire = build.wire(wire);
    let attributes = build.attributes_of(wire);
    let mut keys = String::new();
    let written = |span: source::Span| sources.slice(span).trim_matches('"').to_owned();
    match &attributes.stock {
        Some((part, _)) => {
            let _ = write!(keys, ", stock = {}", quoted(&build.part(*part).id));
        }
        None if attributes.own => keys.push_str(", stock = \"own\""),
        None => {}
    }
    if let Some(colour) = &attributes.colour {
        let _ = write!(keys, ", colour = {}", quoted(&colour.value));
    }
    // A number of the stock is not written at the wire.
    if let (Some(span), true) = (attributes.gauge.span(), attributes.stock.is_none()) {
        let _ = write!(keys, ", gauge = {}", quoted(&written(span)));
    }
    if let Some(span) = attributes.length.span() {
        let _ = write!(keys, ", length = {}", quoted(&written(span)));
    }
    let ends = attributes.ends.map(|end| end.map_or(String::new(), |part| build.part(part).id.clone()));
    if ends.iter().any(|end| !end.is_empty()) {
        let _ = write!(keys, ", ends = [{}, {}]", quoted(&ends[0]), quoted(&ends[1]));
    }
    if let Some(device) = inline {
        let _ = write!(keys, ", inline = {}", quoted(&build.part_of(device).id));
    }
    keys
}

fn arrow(build: &Build, ends: [Terminal; 2], directed: bool, keys: &str) -> String {
    let arrow = if directed { "->" } else { "--" };
    format!("{{ run = \"{} {arrow} {}\"{keys} }}", build.path(ends[0]), build.path(ends[1]))
}

fn is_wire(build: &Build, run: usize) -> bool {
    matches!(build.runs[run].what, RunKind::Wire(_) | RunKind::Inline(..))
}

fn target(build: &Build, run: usize) -> Target {
    let id = model::RunId(u32::try_from(run).expect("runs are bounded"));
    let ends = match &build.runs[run].what {
        RunKind::Inline(first, _, second) => [build.wire(*first).ends[0], build.wire(*second).ends[1]],
        RunKind::Wire(wire) => build.wire(*wire).ends,
        RunKind::Cable(..) | RunKind::Plug(_) => unreachable!("only wires are broken"),
    };
    let bundle = build.bundle(build.runs[run].bundle).name.value.clone();
    Target { path: build.run_path(id), bundle, ends, directed: build.runs[run].directed }
}

/// The text of the wires, and the other tables of `wires.toml` as they stand.
fn text(expanded: &Expanded, rest: &str, bundles: &BTreeMap<String, String>) -> String {
    let mut text = String::from(rest);
    for (bundle, runs) in &expanded.runs {
        if !runs.is_empty() {
            let keys = bundles.get(bundle).map_or("", String::as_str);
            let _ = writeln!(text, "[wire.{bundle}]\n{keys}run = [\n  {},\n]", runs.join(",\n  "));
        }
    }
    text
}

/// `wires.toml` without its `[wire.…]` tables.
fn without_wires(text: &str) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with('[') && line.trim_end().ends_with(']') && !line.starts_with("[[") && line.contains('.') {
            inside = line.starts_with("[wire.");
        }
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The next terminal of the same device that a person's screwdriver could hit: the neighbour in the part's list.
fn neighbour(build: &Build, terminal: Terminal) -> Option<Terminal> {
    let owner = build.owner(terminal);
    let device = build.device(owner);
    let local = terminal.0 - device.first;
    let terminals = &build.part(device.part).terminals;
    let count = u32::try_from(terminals.len()).expect("terminals are bounded");
    let same_row = |other: u32| {
        let (a, b) = (&terminals[local as usize], &terminals[other as usize]);
        a.pin.map(|(port, _)| port) == b.pin.map(|(port, _)| port) && a.clamp == b.clamp
    };
    let near = (1..count).map(|step| (local + step) % count).find(|&other| same_row(other))?;
    Some(Terminal(device.first + near))
}

#[test]
fn hardly_a_broken_wire_of_the_real_build_goes_unnoticed() {
    let mut real = Workspace::real();
    let before = real.check();
    let build = &before.build;
    let rest = without_wires(&real.files["wiring/wires.toml"]);
    // The ends' crimps and the counts that the guide cuts stay with the bundle.
    let mut bundles: BTreeMap<String, String> = BTreeMap::new();
    for bundle in &build.bundles {
        if let Some((cut, _)) = bundle.cut {
            bundles.insert(bundle.name.value.clone(), format!("cut = {cut}\n"));
        }
    }
    let mut expanded = Expanded { runs: Vec::new() };
    for bundle in &build.bundles {
        let runs = (bundle.runs.0..bundle.runs.1).filter(|&run| is_wire(build, run as usize));
        let written = runs.map(|run| {
            let target = target(build, run as usize);
            arrow(build, target.ends, target.directed, &attributes(build, run as usize, &before.sources))
        });
        let written: Vec<String> = written.collect();
        if !written.is_empty() {
            expanded.runs.push((bundle.name.value.clone(), written));
        }
    }
    real.files.insert("wiring/wires.toml".into(), text(&expanded, &rest, &bundles));
    let base = real.check();
    let noise = new_names(&before.findings, &base.findings);
    assert!(noise.is_empty(), "writing every wire out changes the findings: {noise:#?}");

    let mut silent: Vec<String> = Vec::new();
    let mut mutants = 0;
    for run in (0..build.runs.len()).filter(|&run| is_wire(build, run)) {
        let target = target(build, run);
        let keys = attributes(build, run, &before.sources);
        let place =
            expanded.runs.iter().position(|(bundle, _)| *bundle == target.bundle).expect("its bundle is written out");
        let nth =
            target.path.rsplit('/').next().and_then(|n| n.parse::<usize>().ok()).expect("a path ends in a number") - 1;
        for way in WAYS {
            let [from, to] = target.ends;
            let replacement = match way {
                "delete" => None,
                "reverse" => Some((arrow(build, [to, from], target.directed, &keys), None)),
                "swap-ends" => {
                    // Its far end trades places with that of the next wire of another bundle: siblings are often alike.
                    let others: Vec<usize> = (0..build.runs.len()).filter(|&other| is_wire(build, other)).collect();
                    let at = others.iter().position(|&other| other == run).expect("it is one of them");
                    let differs = |other: &&usize| build.runs[**other].bundle != build.runs[run].bundle;
                    let other = *others[at..].iter().chain(&others).find(differs).expect("there are several bundles");
                    Some((String::new(), Some(other)))
                }
                _ => match neighbour(build, to).or_else(|| neighbour(build, from)) {
                    Some(next) if neighbour(build, to).is_some() => {
                        Some((arrow(build, [from, next], target.directed, &keys), None))
                    }
                    Some(next) => Some((arrow(build, [next, to], target.directed, &keys), None)),
                    None => continue,
                },
            };
            mutants += 1;
            let mut runs =
                expanded.runs.iter().map(|(bundle, runs)| (bundle.clone(), runs.clone())).collect::<Vec<_>>();
            match replacement {
                None => {
                    runs[place].1.remove(nth);
                }
                Some((written, None)) => runs[place].1[nth] = written,
                Some((_, Some(other))) => {
                    let second = self::target(build, other);
                    let other_keys = attributes(build, other, &before.sources);
                    let other_place = runs
                        .iter()
                        .position(|(bundle, _)| *bundle == second.bundle)
                        .expect("its bundle is written out");
                    let other_nth = second
                        .path
                        .rsplit('/')
                        .next()
                        .and_then(|n| n.parse::<usize>().ok())
                        .expect("a path ends in a number")
                        - 1;
                    runs[place].1[nth] = arrow(build, [from, second.ends[1]], target.directed, &keys);
                    runs[other_place].1[other_nth] = arrow(build, [second.ends[0], to], second.directed, &other_keys);
                }
            }
            real.files.insert("wiring/wires.toml".into(), text(&Expanded { runs }, &rest, &bundles));
            let after = real.check();
            let new: Vec<String> = new_names(&base.findings, &after.findings);
            // A deleted run also shifts the numbers that steps name; what the steps say of it is no finding about the wire.
            let heard = new.iter().any(|name| !name.trim_start_matches('?').starts_with(['A', 'M', 'B']));
            if !heard {
                silent.push(format!(
                    "{way} {} ({} {} {})",
                    target.path,
                    build.path(from),
                    if target.directed { "->" } else { "--" },
                    build.path(to)
                ));
            }
        }
    }
    judge(&silent, mutants);
}

/// Compares with the golden file: the same mutants, each with a reason, and few of them.
fn judge(silent: &[String], mutants: usize) {
    let path = root().join("tests/golden/silent-mutants.txt");
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let mut reasons: BTreeMap<&str, &str> = BTreeMap::new();
    for line in golden.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (mutant, reason) = line.split_once(": ").unwrap_or((line, "?"));
        reasons.insert(mutant, reason);
    }
    if std::env::var_os("UPDATE").is_some() {
        assert!(std::env::var_os("CI").is_none(), "UPDATE rewrites expectations and is refused where CI is set");
        let mut text = format!(
            "# Wires of the repository's own build that were broken without any finding, and why that is right.\n\
             # {} of {mutants} mutants. Written by `UPDATE=1 cargo test -p cli --test mutants`; reasons are written by hand.\n",
            silent.len()
        );
        for mutant in silent {
            let _ = writeln!(text, "{mutant}: {}", reasons.get(mutant.as_str()).unwrap_or(&"?"));
        }
        std::fs::create_dir_all(path.parent().expect("tests/golden")).expect("tests/golden can be made");
        std::fs::write(&path, text).expect("the golden file can be written");
        return;
    }
    let stale: Vec<_> = reasons.keys().filter(|mutant| !silent.iter().any(|one| one == *mutant)).collect();
    let fresh: Vec<_> = silent.iter().filter(|mutant| !reasons.contains_key(mutant.as_str())).collect();
    assert!(
        fresh.is_empty(),
        "{} of {mutants} mutants go unnoticed, and these are not listed: {fresh:#?}",
        silent.len()
    );
    assert!(stale.is_empty(), "listed as silent, and noticed: {stale:#?}");
    let bare: Vec<_> = reasons.iter().filter(|(_, reason)| reason.trim() == "?").collect();
    assert!(bare.is_empty(), "listed without a reason: {bare:#?}");
    assert!(
        silent.len() * 100 <= mutants * MOST,
        "{} of {mutants} mutants go unnoticed; at most {MOST} %",
        silent.len()
    );
}
