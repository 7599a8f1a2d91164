//! A kernel of Debian's, and the module that simulates a GPIO chip, which Debian does not build: it is made from Debian's source of the same kernel.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use super::quiet;

/// Where Debian puts sources and headers.
const SOURCES: &str = "/usr/src";
/// Modules that the machine loads, in this order; the simulated chip comes after the first.
const MODULES: [&str; 7] = ["configfs", "crc16", "crc32c_generic", "mbcache", "jbd2", "ext4", "virtio_blk"];

/// What is booted.
pub struct Kernel {
    /// Its version: `6.12.117+deb12-amd64`.
    pub version: String,
    /// Its image.
    pub image: PathBuf,
    /// Modules in the order in which they are loaded.
    pub modules: Vec<PathBuf>,
}

/// What of the kernel cannot be had; it is downloaded where it is not here and can be.
pub fn missing(folder: &Path) -> Option<String> {
    let Some((version, _)) = versions() else {
        return Some("linux-headers-…-amd64 with linux-source-… of the same kernel".to_owned());
    };
    system(&folder.join(&version), &version).err().map(|error| format!("linux-image-{version} ({error:#})"))
}

/// The newest kernel of which headers and source are here: the version of the headers, and the source.
fn versions() -> Option<(String, PathBuf)> {
    let entries = fs::read_dir(SOURCES).ok()?.flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut found: Vec<(Vec<u64>, String, PathBuf)> = names
        .filter_map(|name| {
            let version = name.strip_prefix("linux-headers-").filter(|version| version.ends_with("-amd64"))?;
            let numbers: Vec<u64> =
                version.split(|sign: char| !sign.is_ascii_digit()).map_while(|n| n.parse().ok()).collect();
            let source = format!("{SOURCES}/linux-source-{}.{}.tar.xz", numbers.first()?, numbers.get(1)?);
            fs::exists(&source).ok()?.then(|| (numbers, version.to_owned(), PathBuf::from(source)))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, version, source)| (version, source))
}

/// Finds or fetches the kernel and makes the module; what is in `folder` already is used again.
pub fn prepare(folder: &Path) -> anyhow::Result<Kernel> {
    let (version, source) = versions().context("no headers and source of one kernel")?;
    let folder = folder.join(&version);
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let system = system(&folder, &version)?;
    let image = system.join(format!("boot/vmlinuz-{version}"));
    let mut modules = Vec::new();
    for name in MODULES {
        let module = folder.join(format!("{name}.ko"));
        if !module.exists() {
            unpack(&system.join("lib/modules").join(&version).join("kernel"), name, &module)?;
        }
        modules.push(module);
    }
    let chip = folder.join("gpio-sim.ko");
    if !chip.exists() {
        simulated_chip(&folder.join("gpio-sim"), &version, &source, &chip)?;
    }
    modules.insert(1, chip);
    Ok(Kernel { version, image, modules })
}

/// The folder that holds the kernel as the package would install it: this machine's own root, or what the package is unpacked to.
fn system(folder: &Path, version: &str) -> anyhow::Result<PathBuf> {
    let here = |root: &Path| {
        root.join(format!("boot/vmlinuz-{version}")).exists() && root.join("lib/modules").join(version).exists()
    };
    let unpacked = folder.join("system");
    for root in [PathBuf::from("/"), unpacked.clone()] {
        if here(&root) {
            return Ok(root);
        }
    }
    println!("== Debian's kernel {version}: downloading");
    fs::create_dir_all(folder)?;
    let name = format!("linux-image-{version}");
    quiet(Command::new("apt-get").args(["download", "-qq", &name]).current_dir(folder))?;
    let package = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|end| end == "deb"))
        .context("apt-get downloaded nothing")?;
    quiet(Command::new("dpkg-deb").arg("-x").args([&package, &unpacked]))?;
    fs::remove_file(&package)?;
    if !here(&unpacked) {
        bail!("the package {name} holds no kernel");
    }
    Ok(unpacked)
}

/// Unpacks a module of the kernel's.
fn unpack(folder: &Path, name: &str, to: &Path) -> anyhow::Result<()> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|file| file == format!("{name}.ko.xz").as_str()) {
                let output = Command::new("xz").arg("-dc").arg(&path).output().context("xz cannot start")?;
                if !output.status.success() {
                    bail!("{} cannot be unpacked", path.display());
                }
                return fs::write(to, output.stdout).context("writing a module");
            } else if path.file_name().is_some_and(|file| file == format!("{name}.ko").as_str()) {
                return fs::copy(&path, to).map(|_| ()).context("copying a module");
            }
        }
    }
    bail!("the kernel has no module {name}")
}

/// Makes `gpio-sim.ko`. Debian's kernel lacks the simulated interrupts that it asks for as well, so they go into the same module.
fn simulated_chip(folder: &Path, version: &str, source: &Path, to: &Path) -> anyhow::Result<()> {
    println!("== a simulated GPIO chip for {version}");
    fs::create_dir_all(folder)?;
    let files = ["*/drivers/gpio/gpio-sim.c", "*/drivers/gpio/gpiolib.h", "*/kernel/irq/irq_sim.c"];
    let mut tar = Command::new("tar");
    tar.arg("-xJf").arg(source).arg("-C").arg(folder).args(["--strip-components=3", "--wildcards"]).args(files);
    quiet(&mut tar)?;
    // The module bears the name of neither file.
    fs::rename(folder.join("gpio-sim.c"), folder.join("chip.c"))?;
    let interrupts = folder.join("irq_sim.c");
    let text = fs::read_to_string(&interrupts)?;
    // `irq_to_desc` is not for modules; this does the same with the number.
    let (wanted, instead) = ("handle_simple_irq(irq_to_desc(irqnum))", "generic_handle_irq_safe(irqnum)");
    if !text.contains(wanted) {
        bail!("irq_sim.c of {version} is another one: it has no `{wanted}`");
    }
    fs::write(&interrupts, text.replace(wanted, instead))?;
    fs::write(folder.join("Kbuild"), "obj-m := gpio-sim.o\ngpio-sim-y := chip.o irq_sim.o\n")?;
    let mut make = Command::new("make");
    make.args(["-s", "-C"]).arg(format!("{SOURCES}/linux-headers-{version}"));
    make.arg(format!("M={}", folder.display())).arg("modules");
    quiet(&mut make)?;
    quiet(Command::new("strip").arg("-g").arg("-o").arg(to).arg(folder.join("gpio-sim.ko")))
}
