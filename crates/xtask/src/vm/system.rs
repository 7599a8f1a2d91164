//! A disk with this machine's own systemd on it, and the daemon's unit, account and rule as they are shipped: the virtual machine goes on from it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use super::{quiet, which};

/// systemd, what asks it, what makes the account, and what gives the chip to its group.
const PROGRAMS: [&str; 4] = ["lib/systemd/systemd", "bin/systemctl", "bin/systemd-sysusers", "bin/udevadm"];
/// A helper that systemd starts every program by, from version 254 on.
const EXECUTOR: &str = "lib/systemd/systemd-executor";
/// Units of systemd's own that others stand on.
const UNITS: [&str; 11] = [
    "basic.target",
    "local-fs-pre.target",
    "local-fs.target",
    "paths.target",
    "shutdown.target",
    "slices.target",
    "sockets.target",
    "swap.target",
    "sysinit.target",
    "timers.target",
    "umount.target",
];
/// Size of the disk.
const DISK: &str = "128M";
/// What is started, with the tests; when they have ended, so has the machine.
const TARGET: &str =
    "[Unit]\nDescription=The tests\nRequires=basic.target\nWants=guest.service\nAfter=basic.target\nAllowIsolate=yes\n";
const TESTS: &str = "[Unit]\nDescription=The tests\nAfter=basic.target\nSuccessAction=poweroff-immediate\nFailureAction=poweroff-immediate\n\
    [Service]\nType=oneshot\nExecStart=/bin/guest systemd\nTimeoutStartSec=infinity\nStandardInput=null\nStandardOutput=null\nStandardError=file:/dev/ttyS1\n";

/// What is not on this machine.
pub fn missing() -> Option<String> {
    let absent = PROGRAMS.iter().find(|program| !here(program).is_file());
    absent.map(|program| format!("systemd with its {program}"))
}

fn here(path: &str) -> PathBuf {
    Path::new("/").join(path)
}

/// Makes the disk.
pub fn disk(root: &Path, folder: &Path, programs: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let (tree, disk) = (folder.join("root"), folder.join("disk-systemd"));
    if tree.exists() {
        fs::remove_dir_all(&tree).context("emptying the folder of the disk")?;
    }
    for name in [
        "usr/bin",
        "usr/lib",
        "usr/lib64",
        "disk",
        "etc/systemd/system",
        "dev",
        "proc",
        "sys",
        "run",
        "tmp",
        "var/tmp",
        "var/lib",
        "home",
        "root",
    ] {
        fs::create_dir_all(tree.join(name))?;
    }
    for name in ["bin", "lib", "lib64"] {
        symlink(format!("usr/{name}"), tree.join(name))?;
    }
    symlink("usr/bin", tree.join("sbin"))?;
    let mut all: BTreeSet<PathBuf> = PROGRAMS.iter().map(|program| here(program)).collect();
    all.extend(Some(here(EXECUTOR)).filter(|path| path.is_file()));
    for program in all.clone() {
        all.extend(libraries(&program)?);
    }
    all.extend(UNITS.iter().map(|unit| here("lib/systemd/system").join(unit)));
    for path in &all {
        copy(path, &tree.join(path.strip_prefix("/").context("a full path")?))?;
    }
    // A second name of the same program.
    symlink("/bin/udevadm", tree.join("lib/systemd/systemd-udevd"))?;
    for program in programs {
        copy(program, &tree.join("bin").join(program.file_name().context("a program has a name")?))?;
    }
    let dist = root.join("crates/relayd/dist");
    let shipped = [
        ("wireloom-relayd.service", "etc/systemd/system/wireloom-relayd.service"),
        ("wireloom-relayd-release.service", "etc/systemd/system/wireloom-relayd-release.service"),
        ("sysusers.conf", "etc/sysusers.d/wireloom-relayd.conf"),
        ("60-wireloom-gpio.rules", "etc/udev/rules.d/60-wireloom-gpio.rules"),
    ];
    for (from, to) in shipped {
        copy(&dist.join(from), &tree.join(to))?;
    }
    let written = [
        ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
        ("etc/group", "root:x:0:\n"),
        ("etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
        // There is no journal: what anybody says goes to the console.
        ("etc/systemd/system.conf", "[Manager]\nDefaultStandardOutput=kmsg\nDefaultStandardError=kmsg\n"),
        ("etc/os-release", "ID=tests\nNAME=tests\n"),
        ("etc/systemd/system/default.target", TARGET),
        ("etc/systemd/system/guest.service", TESTS),
    ];
    for (path, text) in written {
        fs::write(tree.join(path), text).with_context(|| path.to_owned())?;
    }
    let _ = fs::remove_file(&disk);
    let mut make = Command::new(which("mkfs.ext4").context("mkfs.ext4 is gone")?);
    quiet(make.args(["-q", "-F", "-E", "root_owner=0:0", "-d"]).args([&tree, &disk]).arg(DISK))?;
    Ok(disk)
}

/// Every library that a program is loaded with, its loader too.
fn libraries(program: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let output = Command::new("ldd").arg(program).output().context("ldd cannot start")?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || text.contains("not found") {
        bail!("{} is not whole: {text}", program.display());
    }
    // `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, and `/lib64/ld-linux-x86-64.so.2 (0x…)`.
    let path = |line: &str| line.split_whitespace().find(|word| word.starts_with('/')).map(PathBuf::from);
    Ok(text.lines().filter_map(path).collect())
}

/// Copies what a path leads to.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
    fs::copy(from, to).with_context(|| format!("copying {}", from.display()))?;
    Ok(())
}
