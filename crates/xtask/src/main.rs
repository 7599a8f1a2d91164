//! The project's own chores: `cargo xtask test | api | browser | vm | docs | bench | fuzz | site-quality`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to whoever runs it")]

mod api;
mod bench;
mod browser;
mod measure;
mod quality;
mod synthetic;
mod vm;

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, bail};

const USAGE: &str = "\
cargo xtask test          everything that must hold before a change lands; the tests come last
cargo xtask api           attacks the relay daemon's API with requests made from its OpenAPI document (API_SEED repeats one)
cargo xtask browser       drives a build with the guide from start to finish in a headless Chromium
cargo xtask vm [--kills N]
                          tries the relay daemon at a GPIO chip of a real kernel in a virtual machine
cargo xtask docs          rewrites the rules' pages, docs/rules/ from them, and the snapshots of what verbs print
cargo xtask bench         measures the release program and writes docs/benchmarks.md
cargo xtask fuzz [CASES]  runs the release program on mutations of the real files (10000 if not said)
cargo xtask site-quality [--one-of-each]
                          measures every page of the guide in a browser and writes docs/site-quality.md,
                          or one page of each kind and writes nothing";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["test"] => test(),
        ["api"] => api::run(&root()),
        ["browser"] => browser::run(&root()),
        ["vm"] => vm::run(&root(), vm::KILLS),
        ["vm", "--kills", kills] => vm::run(&root(), kills),
        ["docs"] => docs(),
        ["bench"] => bench::run(&root()),
        ["fuzz"] => fuzz("10000"),
        ["fuzz", cases] => fuzz(cases),
        ["site-quality"] => quality::run(&root(), quality::Extent::Whole),
        ["site-quality", "--one-of-each"] => quality::run(&root(), quality::Extent::OneOfEach),
        ["measure", output, program, arguments @ ..] => measure::child(output, program, arguments),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder that holds the workspace's `Cargo.toml`.
fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root.pop();
    root
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

fn run(title: &str, command: &mut Command) -> anyhow::Result<()> {
    println!("== {title}");
    let status = command.status().with_context(|| format!("{title}: cannot start"))?;
    if !status.success() {
        bail!("{title} failed ({status})");
    }
    Ok(())
}

fn test() -> anyhow::Result<()> {
    run("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    run(
        "lints",
        &mut cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
    )?;
    run(
        "documentation",
        cargo(&["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items", "--locked"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    let deny = cargo(&["deny", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if deny.is_ok_and(|status| status.success()) {
        run("licences, bans, sources", &mut cargo(&["deny", "--offline", "check", "licenses", "bans", "sources"]))?;
    } else {
        println!("== licences, bans, sources: LEFT OUT, cargo-deny is not installed here");
    }
    if let Some(missing) = browser::missing() {
        println!("== a build in a browser: LEFT OUT, {missing} is not installed here");
    } else {
        browser::run(&root())?;
    }
    if let Some(missing) = vm::missing(&root()) {
        println!("== the daemon in a virtual machine: LEFT OUT, {missing} is not installed here");
    } else {
        vm::run(&root(), vm::KILLS)?;
    }
    quality::cheap(&root())?;
    run("PNG and PDF", &mut cargo(&["test", "--quiet", "--package", "print", "--features", "render", "--locked"]))?;
    api::run(&root())?;
    tests()
}

/// Runs every test and ends with one line that sums up what the runner said of each program.
fn tests() -> anyhow::Result<()> {
    println!("== tests");
    let mut child = cargo(&["test", "--workspace", "--locked", "--no-fail-fast"])
        .stdout(Stdio::piped())
        .spawn()
        .context("tests: cannot start")?;
    let lines = BufReader::new(child.stdout.take().context("tests: no output")?).lines();
    let (mut passed, mut failed, mut skipped) = (0u64, 0u64, 0u64);
    for line in lines {
        let line = line.context("tests: cannot read what they say")?;
        println!("{line}");
        let Some(counts) = line.strip_prefix("test result: ") else { continue };
        for piece in counts.split([';', '.']) {
            match piece.trim().split_once(' ') {
                Some((count, "passed")) => passed += count.parse().unwrap_or(0),
                Some((count, "failed")) => failed += count.parse().unwrap_or(0),
                Some((count, "ignored")) => skipped += count.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
    let status = child.wait().context("tests: gone")?;
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if !status.success() {
        bail!("tests failed ({status})");
    }
    if passed == 0 {
        bail!("no test ran");
    }
    Ok(())
}

fn docs() -> anyhow::Result<()> {
    let mut pages = cargo(&["test", "--quiet", "--workspace", "--test", "pages"]);
    run("rule pages and docs/rules", pages.env("UPDATE", "1").env_remove("CI"))?;
    let mut verbs = cargo(&["test", "--quiet", "--workspace", "--test", "verbs"]);
    run("what the verbs print", verbs.env("INSTA_UPDATE", "always").env_remove("CI"))
}

fn fuzz(cases: &str) -> anyhow::Result<()> {
    let program = release()?;
    run(
        "mutations of the real files",
        cargo(&["test", "--release", "--workspace", "--test", "fuzz", "--", "--nocapture"])
            .env("FUZZ_CASES", cases)
            .env("FUZZ_PROGRAM", program),
    )
}

/// Builds the release program and gives its path.
fn release() -> anyhow::Result<PathBuf> {
    run("release build", &mut cargo(&["build", "--release", "--workspace", "--bins", "--locked"]))?;
    Ok(built("release"))
}

/// Builds the program as the tests use it and gives its path.
fn debug() -> anyhow::Result<PathBuf> {
    run("build", &mut cargo(&["build", "--quiet", "--package", "cli", "--locked"]))?;
    Ok(built("debug"))
}

fn built(profile: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join(profile).join("wireloom")
}
