//! A build driven with the guide in a real browser: the site before and after an edit, and a script of Node's that taps. Then the relay daemon's pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::daemon::{self, Place};

/// Names under which systems install the browser.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Of the accounts that drive the daemon.
pub const PASSWORD: &str = "correct horse battery";

/// The first program that the drive needs and that is not here.
pub fn missing() -> Option<&'static str> {
    if browser().is_none() {
        return Some("chromium");
    }
    (!answers("node")).then_some("node")
}

fn browser() -> Option<&'static str> {
    BROWSERS.into_iter().find(|program| answers(program))
}

fn answers(program: &str) -> bool {
    let status = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Writes the guide of a copy of this repository's build, edits its second step, writes it again, and drives both.
pub fn run(root: &Path) -> anyhow::Result<()> {
    let Some(browser) = browser().filter(|_| missing().is_none()) else {
        bail!("a build in a browser needs chromium and node");
    };
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join("browser");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("clearing what an earlier drive left")?;
    }
    let workspace = quick(root, &folder.join("workspace"))?;
    let guide = |name: &str| {
        let out = folder.join(name);
        let mut cargo = super::cargo(&["run", "--quiet", "--package", "cli", "--locked", "--"]);
        let status = cargo.arg("-w").arg(&workspace).arg("build").arg("--out").arg(&out).stdout(Stdio::null()).status();
        // A build that is not wholly verified has a guide as well.
        match status.context("the program that writes the guide cannot start")?.code() {
            Some(0 | 3) => Ok(out.join("site")),
            code => bail!("the guide was not written: exit code {code:?}"),
        }
    };
    let before = guide("before")?;
    edit_second_step(&workspace.join("site/guide"))?;
    let after = guide("after")?;
    let mut node = Command::new("node");
    node.arg(root.join("crates/xtask/browser/build.mjs")).arg(browser).args([&before, &after, &folder]);
    let driven = super::run("a build in a browser", &mut node);
    driven.and(daemon_pages(root, browser, &folder))
}

/// A copy of this repository's build in which outlets may be cycled at once, and are off for seconds: a browser waits for them.
pub fn quick(root: &Path, workspace: &Path) -> anyhow::Result<PathBuf> {
    for part in ["bom", "wiring", "site/guide"] {
        copy(&root.join(part), &workspace.join(part))?;
    }
    let mut done = 0;
    for entry in fs::read_dir(workspace.join("wiring"))? {
        let path = entry?.path();
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let Some((head, rest)) =
            text.split_once("\n[control]\n").or_else(|| Some(("", text.strip_prefix("[control]\n")?)))
        else {
            continue;
        };
        let (control, after) = rest.split_at(rest.find("\n[").unwrap_or(rest.len()));
        let line = |line: &str| match line.split_once(" = ") {
            Some(("off", _)) => "off = \"3 s\"".to_owned(),
            Some(("on-min" | "stagger", _)) => String::new(),
            _ => line.to_owned(),
        };
        let control: Vec<String> = control.lines().map(line).collect();
        let control = control.join("\n");
        let quick = format!("{head}\n[control]\non-min = \"1 s\"\nstagger = \"1 s\"\n{control}{after}");
        fs::write(&path, quick)?;
        done += 1;
    }
    if done != 1 {
        bail!("{done} files of the build have a `[control]`, and one is made quick");
    }
    Ok(workspace.to_owned())
}

/// Drives the pages of a daemon that simulates, with the config and the drawing that the guide's build gave.
fn daemon_pages(root: &Path, browser: &str, folder: &Path) -> anyhow::Result<()> {
    let program = daemon::program()?;
    let place = Place::lay(&folder.join("daemon"), &folder.join("before/relayd/pi-5.toml"))?;
    for (name, role) in [("operator", "operator"), ("reader", "read-only")] {
        place.account(&program, name, role, PASSWORD)?;
    }
    let _daemon = place.start(&program)?;
    let mut node = Command::new("node");
    node.arg(root.join("crates/xtask/browser/daemon.mjs"))
        .args([browser, &format!("https://127.0.0.1:{}", place.https), PASSWORD])
        .arg(place.folder.join("state/tls.pem"));
    super::run("the relay daemon in a browser", &mut node)
}

/// Puts a sentence in front of what the second step of the guide tells to do.
fn edit_second_step(guide: &Path) -> anyhow::Result<()> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(guide)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.sort();
    let mut steps = 0;
    for file in files {
        let text = format!("\n{}", fs::read_to_string(&file)?);
        for (at, _) in text.match_indices("\n[step.") {
            steps += 1;
            if steps == 2 {
                let action = text[at..].find("\ndo = \"").context("the second step tells nothing to do on one line")?;
                let (head, tail) = text.split_at(at + action + "\ndo = \"".len());
                return fs::write(&file, format!("{head}Wash your hands. {tail}")).context("editing the second step");
            }
        }
    }
    bail!("the guide has {steps} steps, and the drive needs two")
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut folders = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = folders.pop() {
        fs::create_dir_all(&to).with_context(|| format!("making {}", to.display()))?;
        for entry in fs::read_dir(&from).with_context(|| format!("reading {}", from.display()))? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), target));
            } else {
                fs::copy(entry.path(), &target).with_context(|| format!("copying to {}", target.display()))?;
            }
        }
    }
    Ok(())
}
