//! Everything that must hold before a change lands. A stage that fails does not hide what the later ones find; the tests come last, so that their lines close the run.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, bail};

use crate::{api, browser, cargo, quality, vm};

/// Runs every stage, whichever of them fail.
///
/// # Errors
/// At least one stage failed: all that did, with their reasons.
pub fn run(root: &Path) -> anyhow::Result<()> {
    let stages: [fn(&Path) -> anyhow::Result<()>; 10] =
        [format, lints, documentation, licences, in_a_browser, at_a_kernel, quality::cheap, print, broker, api::run];
    let mut failed: Vec<String> = Vec::new();
    for stage in stages {
        if let Err(error) = stage(root) {
            println!("FAILED {error:#}");
            failed.push(format!("{error:#}"));
        }
    }
    let tested = tests();
    failed.extend(tested.err().map(|error| format!("{error:#}")));
    match failed.as_slice() {
        [] => Ok(()),
        failed => bail!("{}", failed.join("; ")),
    }
}

fn format(_: &Path) -> anyhow::Result<()> {
    crate::run("format", &mut cargo(&["fmt", "--all", "--check"]))
}

fn lints(_: &Path) -> anyhow::Result<()> {
    crate::run(
        "lints",
        &mut cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
    )
}

fn documentation(_: &Path) -> anyhow::Result<()> {
    crate::run(
        "documentation",
        cargo(&["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items", "--locked"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn licences(_: &Path) -> anyhow::Result<()> {
    let deny = cargo(&["deny", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !deny.is_ok_and(|status| status.success()) {
        println!("== licences, bans, sources: LEFT OUT, cargo-deny is not installed here");
        return Ok(());
    }
    crate::run("licences, bans, sources", &mut cargo(&["deny", "--offline", "check", "licenses", "bans", "sources"]))
}

fn in_a_browser(root: &Path) -> anyhow::Result<()> {
    let Some(missing) = browser::missing() else { return browser::run(root) };
    println!("== a build in a browser: LEFT OUT, {missing} is not installed here");
    Ok(())
}

fn at_a_kernel(root: &Path) -> anyhow::Result<()> {
    let Some(missing) = vm::missing(root) else { return vm::run(root, vm::KILLS) };
    println!("== the daemon in a virtual machine: LEFT OUT, {missing} is not installed here");
    Ok(())
}

fn print(_: &Path) -> anyhow::Result<()> {
    crate::run(
        "PNG and PDF",
        &mut cargo(&["test", "--quiet", "--package", "print", "--features", "render", "--locked"]),
    )
}

/// The daemon with MQTT: lints, documentation, and the tests that only run with it.
fn broker(_: &Path) -> anyhow::Result<()> {
    let with = ["--quiet", "--package", "relayd", "--features", "mqtt", "--locked"];
    let lints = [&["clippy"][..], &with, &["--all-targets", "--", "-D", "warnings"]].concat();
    crate::run("lints of the daemon with MQTT", &mut cargo(&lints))?;
    let pages = [&["doc"][..], &with, &["--no-deps", "--document-private-items"]].concat();
    crate::run("documentation of the daemon with MQTT", cargo(&pages).env("RUSTDOCFLAGS", "-D warnings"))?;
    let tests = [&["test"][..], &with, &["--lib", "--test", "mqtt", "--test", "mqtt_commands"]].concat();
    crate::run("the daemon with MQTT", &mut cargo(&tests))
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
