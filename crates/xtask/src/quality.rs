//! Measures the guide in a browser: builds the sites, installs the measuring tools, and has `quality/measure.mjs` write `docs/site-quality.md`.
//! Then the relay daemon's pages: `quality/daemon.mjs` writes `docs/relayd-quality.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::browser::{PASSWORD, quick};
use crate::daemon::{self, Place};

/// Workspaces whose sites are measured: name in the report, folder.
const BUILDS: [(&str, &str); 4] = [
    ("this repository", "."),
    ("minimal", "examples/minimal"),
    ("as-published", "examples/as-published"),
    ("seven-pis", "examples/seven-pis"),
];

/// What Debian and others call the browser.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Every page of every build and the report, or only one page of each kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything, Lighthouse included; writes `docs/site-quality.md`.
    Whole,
    /// One page of each kind with Lighthouse; writes nothing.
    OneOfEach,
    /// One page of each kind without Lighthouse; writes nothing.
    Cheap,
}

/// Builds, installs, measures.
///
/// # Errors
/// A figure misses its aim, or a tool is missing.
pub fn run(root: &Path, extent: Extent) -> anyhow::Result<()> {
    let (node, browser) = tools().map_err(|missing| anyhow::anyhow!("{missing} is not on this machine"))?;
    let program = crate::debug()?;
    let sites = root.join("target/site-quality");
    let mut words = Vec::new();
    for (name, folder) in BUILDS {
        let out = sites.join(name.replace(' ', "-"));
        let built = Command::new(&program)
            .arg("-w")
            .arg(root.join(folder))
            .args(["site", "--allow-errors", "--out"])
            .arg(&out)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("the program cannot start")?;
        match built.code() {
            // One that has errors warns of them on every page.
            Some(0 | 1 | 3) => words.push(format!("{name}={}", out.display())),
            _ => bail!("the site of {name} was not built ({built})"),
        }
    }
    let folder = installed(root)?;
    let mut measure = Command::new(&node);
    measure
        .arg(root.join("crates/xtask/quality/measure.mjs"))
        .arg("--tools")
        .arg(&folder)
        .arg("--chromium")
        .arg(&browser);
    match extent {
        Extent::Whole => measure.args(["--lighthouse", "3", "--report"]).arg(root.join("docs/site-quality.md")),
        Extent::OneOfEach => measure.args(["--lighthouse", "3", "--one-of-each", "--report", "-"]),
        Extent::Cheap => measure.args(["--one-of-each", "--report", "-"]),
    };
    let measured = crate::run("site quality", measure.args(words));
    let mut measure = Command::new(node);
    measure.arg(root.join("crates/xtask/quality/daemon.mjs")).arg("--tools").arg(folder).arg("--chromium").arg(browser);
    measured.and(daemon_pages(root, &sites, measure, extent))
}

/// Measures the pages of a daemon that simulates, with what the repository's build gives it.
fn daemon_pages(root: &Path, sites: &Path, mut measure: Command, extent: Extent) -> anyhow::Result<()> {
    let out = sites.join("dist");
    let mut build = Command::new(crate::debug()?);
    let built = build
        .arg("-w")
        .arg(quick(root, &sites.join("quick"))?)
        .args(["build", "--out"])
        .arg(&out)
        .stdout(Stdio::null())
        .status()?;
    if !matches!(built.code(), Some(0 | 3)) {
        bail!("the daemon's config was not written ({built})");
    }
    let program = daemon::program()?;
    let place = Place::lay(&sites.join("relayd"), &out.join("relayd/pi-5.toml"))?;
    place.account(&program, "operator", "operator", PASSWORD)?;
    let _daemon = place.start(&program)?;
    measure.arg("--folder").arg(&place.folder);
    match extent {
        Extent::Whole => measure.args(["--lighthouse", "3", "--report"]).arg(root.join("docs/relayd-quality.md")),
        Extent::OneOfEach => measure.args(["--lighthouse", "3", "--report", "-"]),
        Extent::Cheap => measure.args(["--report", "-"]),
    };
    measure.args([&format!("https://127.0.0.1:{}", place.https), PASSWORD]);
    crate::run("quality of the relay daemon's pages", &mut measure)
}

/// The same on one page of each kind without Lighthouse, or one loud line where the browser, Node or npm is missing.
///
/// # Errors
/// A figure misses its aim.
pub fn cheap(root: &Path) -> anyhow::Result<()> {
    match tools() {
        Ok(_) => run(root, Extent::Cheap),
        Err(missing) => {
            println!("== site quality: LEFT OUT, {missing} is not on this machine");
            Ok(())
        }
    }
}

/// Node and the browser, or the name of what is missing.
fn tools() -> Result<(PathBuf, PathBuf), &'static str> {
    let browser = BROWSERS.iter().find_map(|name| found(name)).ok_or("Chromium")?;
    found("npm").ok_or("npm")?;
    Ok((found("node").ok_or("Node")?, browser))
}

/// A program by its name.
fn found(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The folder with the tools of `quality/package-lock.json`, installed if they are not those already there.
fn installed(root: &Path) -> anyhow::Result<PathBuf> {
    let pinned = root.join("crates/xtask/quality");
    let folder = root.join("target/tools/site-quality");
    let lock = fs::read(pinned.join("package-lock.json")).context("quality/package-lock.json")?;
    let done = folder.join("installed-lock.json");
    if fs::read(&done).is_ok_and(|there| there == lock) {
        return Ok(folder);
    }
    fs::create_dir_all(&folder)?;
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(pinned.join(name), folder.join(name)).with_context(|| name.to_owned())?;
    }
    crate::run(
        "tools that measure the site",
        Command::new("npm").args(["ci", "--loglevel=error"]).current_dir(&folder),
    )?;
    fs::write(&done, lock)?;
    Ok(folder)
}
