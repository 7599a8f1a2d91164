//! The daemon at a GPIO chip of a real kernel, in a virtual machine: emulated in software, so that any machine can do it and all do the same.

mod archive;
mod boot;
mod kernel;
mod log;
mod system;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// What the programs in the machine are built for.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Times that the daemon is killed where nobody says how often.
pub const KILLS: &str = "250";

/// The first thing that is needed and cannot be had.
pub fn missing(root: &Path) -> Option<String> {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        return Some("a 64-bit PC with Linux".to_owned());
    }
    let programs = ["qemu-system-x86_64", "busybox", "xz", "tar", "make", "cc", "strip", "mkfs.ext4"];
    let absent = programs.into_iter().find(|program| which(program).is_none());
    absent.map(str::to_owned).or_else(|| kernel::missing(&folder(&target(root))))
}

fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Where everything is that is fetched, built or written here.
fn folder(target: &Path) -> PathBuf {
    target.join("vm")
}

/// Where a program is.
fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Whoever is not root lacks the folders of what makes file systems.
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Builds what is needed, boots it, prints what was seen.
///
/// # Errors
/// Something is missing, or was seen that must not be.
pub fn run(root: &Path, kills: &str) -> anyhow::Result<()> {
    if let Some(missing) = missing(root) {
        bail!("the virtual machine needs {missing}");
    }
    let kills: u32 = kills.parse().context("how often to kill is a number")?;
    let target = target(root);
    let folder = folder(&target);
    fs::create_dir_all(&folder).context("making the folder of the virtual machine")?;
    let kernel = kernel::prepare(&folder)?;
    let programs = programs(&target)?;
    let initrd = folder.join("initrd");
    fs::write(&initrd, contents(root, &kernel, &programs, &folder)?).context("writing what the machine starts from")?;
    println!("== the daemon in a virtual machine, {}, killed {kills} times", kernel.version);
    let boot = |disk: &Path, console: &str, words: &str| {
        let (kernel, initrd, console) = (&kernel.image, &initrd, &folder.join(console));
        boot::run(&boot::Machine { kernel, initrd, disk, console, words })?.verdict("the daemon in a virtual machine")
    };
    let first = boot(&boot::empty(&folder)?, "console.txt", &format!("quiet kills={kills}"));
    if let Some(missing) = system::missing() {
        println!("== the daemon's unit under systemd: LEFT OUT, {missing} is not installed here");
        return first;
    }
    println!("== the daemon's unit under systemd in a virtual machine");
    first.and(boot(&system::disk(root, &folder, &programs)?, "console-systemd.txt", ""))
}

/// The daemon and what drives it, linked so that they need no library in the machine.
fn programs(target: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut build = super::cargo(&["build", "--quiet", "--release", "--locked", "--package", "relayd"]);
    build.args(["--bin", "wireloom-relayd", "--example", "guest", "--target", TARGET]);
    build.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", "-C target-feature=+crt-static");
    super::run("the daemon, linked statically", &mut build)?;
    let folder = target.join(TARGET).join("release");
    Ok(vec![folder.join("wireloom-relayd"), folder.join("examples/guest")])
}

/// Everything that is in the machine before it starts.
fn contents(root: &Path, kernel: &kernel::Kernel, programs: &[PathBuf], folder: &Path) -> anyhow::Result<Vec<u8>> {
    let mut archive = archive::Archive::default();
    for name in ["bin", "dev", "disk", "etc", "modules", "proc", "run", "sys", "tmp", "var"] {
        archive.folder(name);
    }
    let read = |path: &Path| fs::read(path).with_context(|| format!("reading {}", path.display()));
    archive.program("init", &read(&root.join("crates/relayd/vm/init.sh"))?);
    archive.program("bin/busybox", &read(&which("busybox").context("busybox is gone")?)?);
    for program in programs {
        let name = program.file_name().context("a program has a name")?.to_string_lossy();
        let stripped = folder.join(name.as_ref());
        quiet(Command::new("strip").arg("-o").args([&stripped, program]))?;
        archive.program(&format!("bin/{name}"), &read(&stripped)?);
    }
    for (number, module) in kernel.modules.iter().enumerate() {
        let name = module.file_name().context("a module has a name")?.to_string_lossy();
        archive.program(&format!("modules/{number}-{name}"), &read(module)?);
    }
    Ok(archive.bytes())
}

/// Runs a program of which only failure matters.
fn quiet(command: &mut Command) -> anyhow::Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?} cannot start"))?;
    if !output.status.success() {
        bail!("{command:?} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
