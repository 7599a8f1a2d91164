//! The virtual machine: started, listened to, and never waited for beyond its time.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::log::Log;
use super::quiet;

/// The machine is given up when it says nothing for so long.
const SILENCE: Duration = Duration::from_secs(600);
/// Size of its disk.
const DISK: u64 = 48 << 20;

/// A machine that can be started.
pub struct Machine<'a> {
    /// The kernel's image.
    pub kernel: &'a Path,
    /// What it starts from.
    pub initrd: &'a Path,
    /// Its disk.
    pub disk: &'a Path,
    /// Where what the kernel says is kept.
    pub console: &'a Path,
    /// What the kernel is told.
    pub words: &'a str,
}

/// An empty disk.
pub fn empty(folder: &Path) -> anyhow::Result<PathBuf> {
    let disk = folder.join("disk");
    fs::File::create(&disk).and_then(|file| file.set_len(DISK)).context("making a disk")?;
    quiet(Command::new(super::which("mkfs.ext4").context("mkfs.ext4 is gone")?).args(["-q", "-F"]).arg(&disk))?;
    Ok(disk)
}

/// Boots, and gives what was seen.
pub fn run(machine: &Machine<'_>) -> anyhow::Result<Log> {
    let Machine { kernel, initrd, disk, console, words } = machine;
    let mut machine = Command::new("qemu-system-x86_64");
    machine.args(["-accel", "tcg", "-M", "q35", "-cpu", "max", "-m", "320", "-smp", "1", "-display", "none"]);
    // What the first serial port says is the kernel's, what the second says is the tests'.
    machine.args(["-nodefaults", "-nic", "none", "-serial"]).arg(format!("file:{}", console.display()));
    machine.args(["-serial", "stdio", "-drive"]);
    machine.arg(format!("file={},format=raw,if=virtio,cache=writeback", disk.display()));
    machine.arg("-kernel").arg(kernel).arg("-initrd").arg(initrd).arg("-append");
    machine.arg(format!("console=ttyS0 panic=1 mitigations=off {words}"));
    let mut child = machine.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("qemu cannot start")?;
    let log = listen(&mut child);
    let _ = child.kill();
    let _ = child.wait();
    let text = fs::read(console).unwrap_or_default();
    let log = log.with_context(|| format!("the console said last:\n{}", last(&String::from_utf8_lossy(&text))))?;
    if let Some(line) = trouble(&String::from_utf8_lossy(&text)) {
        bail!("the kernel complained, so that nothing else counts: {line}");
    }
    Ok(log)
}

fn listen(child: &mut Child) -> anyhow::Result<Log> {
    let output = child.stdout.take().context("qemu has no output")?;
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).split(b'\n') {
            let Ok(line) = line else { break };
            if send.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                break;
            }
        }
    });
    let mut log = Log::default();
    loop {
        match receive.recv_timeout(SILENCE) {
            Ok(line) => {
                if let Some(words) = log.hear(&line) {
                    println!("{words}");
                }
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(log),
            Err(RecvTimeoutError::Timeout) => bail!("the virtual machine said nothing for {} s", SILENCE.as_secs()),
        }
    }
}

/// Words of the kernel's own about a fault of its own; the panic that a test asks for is none.
fn trouble(console: &str) -> Option<&str> {
    let faults = ["BUG:", "Oops", "general protection", "Unable to handle", "soft lockup", "insmod: "];
    console.lines().find(|line| faults.iter().any(|fault| line.contains(fault)))
}

fn last(console: &str) -> String {
    let lines: Vec<&str> = console.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_the_kernel_is_seen_and_a_panic_that_was_asked_for_is_none() {
        assert_eq!(trouble("a\nBUG: kernel NULL pointer\nb"), Some("BUG: kernel NULL pointer"));
        assert_eq!(trouble("sysrq: Trigger a crash\nKernel panic - not syncing: sysrq triggered crash"), None);
    }
}
