//! CPU time and peak memory of one child process, as the kernel counted them.
//!
//! `getrusage` sums over all children that ended, so each measurement is taken by a fresh process that has one child.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use nix::sys::resource::{UsageWho, getrusage};

/// What one run of a program took.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// User and system time, microseconds.
    pub cpu: i64,
    /// Largest resident set, KiB.
    pub peak: i64,
    /// Exit code.
    pub code: i32,
}

/// The inner verb: runs the program, its output to a file, and prints the three numbers.
pub fn child(output: &str, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let out = File::create(output).with_context(|| output.to_owned())?;
    let status =
        Command::new(program).args(arguments).stdin(Stdio::null()).stdout(out).stderr(Stdio::null()).status()?;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micro = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
    let cpu = micro(usage.user_time()) + micro(usage.system_time());
    println!("{cpu} {} {}", usage.max_rss(), status.code().unwrap_or(-1));
    Ok(())
}

/// Runs a program through a fresh copy of this one.
pub fn run(output: &Path, program: &Path, arguments: &[&str]) -> anyhow::Result<Usage> {
    let own = std::env::current_exe()?;
    let said = Command::new(own).arg("measure").arg(output).arg(program).args(arguments).output()?;
    let text = String::from_utf8_lossy(&said.stdout);
    let numbers: Vec<i64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let &[cpu, peak, code] = numbers.as_slice() else {
        bail!("measuring {} failed: {}", program.display(), String::from_utf8_lossy(&said.stderr));
    };
    Ok(Usage { cpu, peak, code: i32::try_from(code)? })
}
