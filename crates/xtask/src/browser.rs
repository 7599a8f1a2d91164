//! A build driven with the guide in a real browser: the site before and after an edit, and a script of Node's that taps.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// Names under which systems install the browser.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

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
    let workspace = folder.join("workspace");
    for part in ["bom", "wiring", "site/guide"] {
        copy(&root.join(part), &workspace.join(part))?;
    }
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
    super::run("a build in a browser", &mut node)
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
