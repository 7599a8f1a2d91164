//! The project's own chores: `cargo xtask test | api | browser | vm | docs | bench | fuzz | site-quality`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to whoever runs it")]

mod api;
mod bench;
mod browser;
mod daemon;
mod expected;
mod gate;
mod measure;
mod quality;
mod synthetic;
mod vm;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail};

const USAGE: &str = "\
cargo xtask test          everything that must hold before a change lands; the tests come last
cargo xtask api           attacks the relay daemon's API with requests made from its OpenAPI document (API_SEED repeats one)
cargo xtask browser       drives a build with the guide from start to finish, and the relay daemon's pages, in a headless Chromium
cargo xtask vm [--kills N]
                          tries the relay daemon at a GPIO chip of a real kernel in a virtual machine
cargo xtask docs          rewrites the rules' pages, docs/rules/ from them, and every other file that a test compares with: read the diff
cargo xtask bench         measures the release program and writes docs/benchmarks.md
cargo xtask fuzz [CASES]  runs the release program on mutations of the real files (10000 if not said)
cargo xtask site-quality [--one-of-each | --cheap]
                          measures every page of the guide and of the relay daemon in a browser and writes docs/site-quality.md
                          and docs/relayd-quality.md, or one page of each kind and writes nothing; --cheap leaves Lighthouse out";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["test"] => gate::run(&root()),
        ["api"] => api::run(&root()),
        ["browser"] => browser::run(&root()),
        ["vm"] => vm::run(&root(), vm::KILLS),
        ["vm", "--kills", kills] => vm::run(&root(), kills),
        ["docs"] => expected::rewrite(),
        ["bench"] => bench::run(&root()),
        ["fuzz"] => fuzz("10000"),
        ["fuzz", cases] => fuzz(cases),
        ["site-quality"] => quality::run(&root(), quality::Extent::Whole),
        ["site-quality", "--cheap"] => quality::cheap(&root()),
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
