//! Measures the release program as a whole process and writes `docs/benchmarks.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::measure::{self, Usage};
use crate::synthetic;

struct Row {
    what: String,
    wires: Option<usize>,
    planted: usize,
    runs: usize,
    cpu: i64,
    least: i64,
    peak: i64,
    aim: &'static str,
}

/// Builds, measures, writes.
pub fn run(root: &Path) -> anyhow::Result<()> {
    let program = crate::release()?;
    let scratch = root.join("target/bench");
    fs::create_dir_all(&scratch)?;
    let mut rows = Vec::new();
    rows.push(row(
        "the repository's own build",
        None,
        0,
        41,
        &measured(&program, root, &scratch, 41, &[0, 3])?,
        "5 ms",
    ));
    for (wires, runs, aim) in [(100, 41, "10 ms"), (1_000, 21, ""), (10_000, 11, ""), (100_000, 7, "1 s, 400 MB")] {
        let folder = scratch.join(wires.to_string());
        let reversed = synthetic::write(&folder, wires)?;
        reported(&program, &folder, &scratch, &reversed)?;
        let usage = measured(&program, &folder, &scratch, runs, &[1])?;
        rows.push(row(&format!("{wires} wires"), Some(wires), reversed.len(), runs, &usage, aim));
    }
    let text = format!("{}{}", page(&rows)?, states()?);
    let path = root.join("docs/benchmarks.md");
    fs::write(&path, &text).with_context(|| path.display().to_string())?;
    println!("{text}");
    println!("wrote docs/benchmarks.md");
    Ok(())
}

/// What the benches of the analyses print, a section each.
fn states() -> anyhow::Result<String> {
    let sections = [
        (
            "cli",
            "analyses",
            "States: the builds of this repository",
            "Microseconds of one thread, the least of many rounds; all analyses of states, control and failures. Aim: together under 1 ms.",
        ),
        (
            "switching",
            "states",
            "States: racks, and networks made to be hard",
            "Racks of 8-channel and 1-channel boards, one relay a machine, and the adversarial shapes of `crates/switching/src/synthetic`. CPU of the process, counted work, peak memory.",
        ),
        (
            "switching",
            "faults",
            "Failures and welds",
            "The same racks: every single opening, every pair of openings, every terminal and relay taken out, and every contact welded.",
        ),
        (
            "cli",
            "drawings",
            "Drawings and whole guides",
            "Processor time of one thread. The meshes are drawn whole here; a guide shows what has more than 160 lines on sheets of at most 80. Graphviz took 36 s for a mesh of 400 lines and did not finish one of 1,000.",
        ),
        (
            "cli",
            "currents",
            "Currents: the builds of this repository",
            "Time of one thread, the least of many rounds. Aims on this repository's build: one operating point under 1 ms; all scenarios, states and corners under 20 ms.",
        ),
        (
            "cli",
            "bill",
            "Bills, comparisons and plans",
            "Time of one thread, the least of several rounds, of a build that is read and checked. Aims: bill, diff and plan of this repository's build under 20 ms, a bill of 100,000 lines under 1 s.",
        ),
        (
            "direct",
            "direct",
            "Currents: large networks, beside ngspice",
            "Operating points of one thread; beside them whole processes, ours (build the circuit, solve, end) and ngspice on the same netlist, and ngspice with KLU where the installed one has it. Aims on trees: 40 times less than ngspice, 10 times less with KLU. Starting a process is most of ours below some thousand nodes.",
        ),
        (
            "relayd",
            "daemon",
            "The relay daemon",
            "Release, 50 simulated outlets, without HTTPS; the state on a disk and in memory. Fifty clients ask at the socket, each for a cycle of its own outlet. A request is answered when intent and record are synced, right before its line moves; its time counts from when it was due. What is refused asks for an outlet that is still off. While machines are simulated the control thread wakes ten times a second, at real lines once.",
        ),
    ];
    let mut text = String::new();
    for (package, bench, title, words) in sections {
        let output = crate::cargo(&["bench", "--quiet", "-p", package, "--bench", bench])
            .stderr(std::process::Stdio::inherit())
            .output()
            .with_context(|| format!("cargo bench --bench {bench}: cannot start"))?;
        if !output.status.success() {
            bail!("cargo bench --bench {bench} failed ({})", output.status);
        }
        let told = String::from_utf8_lossy(&output.stdout);
        let told = told.trim_matches('\n');
        let fence = if told.starts_with('|') { "" } else { "```text\n" };
        let close = if fence.is_empty() { "" } else { "```\n" };
        write!(text, "\n## {title}\n\n{words}\n\n{fence}{told}\n{close}")?;
    }
    Ok(text)
}

/// Every planted fault must be in the findings: speed without them would be worth nothing.
fn reported(program: &Path, folder: &Path, scratch: &Path, reversed: &[String]) -> anyhow::Result<()> {
    let output = scratch.join("findings.json");
    let folder = folder.to_string_lossy();
    measure::run(&output, program, &["-w", &folder, "check", "--format", "json"])?;
    let findings = fs::read_to_string(&output)?;
    let missing: Vec<&String> = reversed.iter().filter(|name| !findings.contains(name.as_str())).collect();
    let told = findings.matches("\"N003\"").count();
    if !missing.is_empty() || told < reversed.len() {
        bail!("{folder}: {} of {} reversed lamps are not reported: {missing:?}", missing.len(), reversed.len());
    }
    Ok(())
}

fn measured(program: &Path, folder: &Path, scratch: &Path, runs: usize, codes: &[i32]) -> anyhow::Result<Vec<Usage>> {
    let folder = folder.to_string_lossy();
    let output = scratch.join("check.txt");
    let mut all = Vec::new();
    for _ in 0..runs {
        let usage = measure::run(&output, program, &["-w", &folder, "check"])?;
        if !codes.contains(&usage.code) {
            bail!("{folder}: `check` ended with {}, expected one of {codes:?}", usage.code);
        }
        all.push(usage);
    }
    Ok(all)
}

fn row(what: &str, wires: Option<usize>, planted: usize, runs: usize, all: &[Usage], aim: &'static str) -> Row {
    let mut cpu: Vec<i64> = all.iter().map(|usage| usage.cpu).collect();
    cpu.sort_unstable();
    let peak = all.iter().map(|usage| usage.peak).max().unwrap_or(0);
    Row { what: what.to_owned(), wires, planted, runs, cpu: cpu[cpu.len() / 2], least: cpu[0], peak, aim }
}

fn page(rows: &[Row]) -> anyhow::Result<String> {
    let mut text = String::from(
        "# Benchmarks\n\nWritten by `cargo xtask bench`: each row is `wireloom check` as a whole process, release build, output to a file.\n\
         CPU is user and system time of that process as the kernel counts it; memory is the largest resident set of all its runs.\n\
         Synthetic builds have twenty files, distinct names, one run a line, both ways of writing tables, and one reversed lamp\n\
         per 1,000 wires (at least one); each is checked to be reported before anything is measured.\n\n\
         | build | planted, all reported | runs | CPU, median | CPU, least | peak memory | aim |\n|---|--:|--:|--:|--:|--:|---|\n",
    );
    for row in rows {
        let planted = if row.wires.is_some() { row.planted.to_string() } else { String::new() };
        writeln!(
            text,
            "| {} | {planted} | {} | {} | {} | {:.1} MB | {} |",
            row.what,
            row.runs,
            time(row.cpu),
            time(row.least),
            megabytes(row.peak),
            row.aim
        )?;
    }
    let of = |wires| rows.iter().find(|row| row.wires == Some(wires)).map_or(1, |row| row.cpu.max(1));
    let growth = tenths(of(100_000), of(10_000));
    writeln!(text, "\nTen times the wires, from 10,000 to 100,000, take {growth} times the CPU (aim: at most 12).\n")?;
    writeln!(text, "Measured on {}.", machine())?;
    Ok(text)
}

fn time(micro: i64) -> String {
    match micro {
        0..10_000 => format!("{}.{} ms", micro / 1000, micro % 1000 / 100),
        10_000..1_000_000 => format!("{} ms", micro / 1000),
        _ => format!("{}.{:02} s", micro / 1_000_000, micro % 1_000_000 / 10_000),
    }
}

fn megabytes(kib: i64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "sizes of processes are far below 2^52")]
    let kib = kib as f64;
    kib * 1024.0 / 1e6
}

fn tenths(a: i64, b: i64) -> String {
    format!("{}.{}", a / b, a * 10 / b % 10)
}

fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("an unknown processor", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = info.lines().filter(|line| line.starts_with("processor")).count();
    format!("{model}, {cores} logical cores, {}", std::env::consts::OS)
}
