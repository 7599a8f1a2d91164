//! A workspace held in memory: read once from the disk, changed at will, checked without touching a file.
#![allow(dead_code, reason = "each test takes what it needs of it")]

pub mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cli::{Checked, shelf};
use source::documents::{Reader, Shelf};
use source::{Finding, Level};

/// The repository's root.
pub fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root.pop();
    root
}

/// Path relative to the workspace root → text.
#[derive(Clone, Default)]
pub struct Workspace {
    pub files: BTreeMap<String, String>,
    /// Files that are there and cannot be read.
    pub unreadable: BTreeSet<String>,
}

impl Workspace {
    /// The repository's own build.
    pub fn real() -> Self {
        let mut workspace = Self::default();
        workspace.take(&root(), "");
        workspace
    }

    /// The bench of the rules' pages.
    pub fn bench() -> Self {
        let mut workspace = Self::default();
        workspace.take(&root().join("crates/cli/tests/bench"), "");
        workspace
    }

    /// One of the examples, with the repository's `bom/` where its `include` finds it.
    pub fn example(name: &str) -> Self {
        let mut workspace = Self::default();
        workspace.take(&root().join("examples").join(name), "");
        let mut included = Self::default();
        included.take(&root(), "../../");
        let bom = included.files.into_iter().filter(|(path, _)| path.starts_with("../../bom"));
        workspace.files.extend(bom);
        workspace
    }

    fn take(&mut self, root: &Path, prefix: &str) {
        for folder in ["bom", "bom/parts", "wiring", "site/guide"] {
            let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
                continue;
            };
            for entry in entries {
                let path = entry.expect("a folder can be listed").path();
                if path.extension().is_some_and(|end| end == "toml") {
                    let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
                    let text =
                        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                    self.files.insert(format!("{prefix}{folder}/{name}"), text);
                }
            }
        }
    }

    /// The files that belong to the workspace itself.
    pub fn own(&self) -> impl Iterator<Item = (&String, &String)> {
        self.files.iter().filter(|(path, _)| !path.starts_with("../"))
    }

    /// Runs the whole pipeline.
    pub fn check(&self) -> Checked {
        cli::check(self)
    }

    /// Writes it to a folder.
    pub fn write(&self, folder: &Path) {
        for (path, text) in &self.files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("the folder can be made");
            std::fs::write(path, text).expect("the file can be written");
        }
    }
}

impl Reader for Workspace {
    fn list(&self, folder: &str) -> Vec<String> {
        let inside = |path: &&String| {
            path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).is_some_and(|rest| !rest.contains('/'))
        };
        self.files.keys().filter(inside).cloned().collect()
    }

    fn text(&self, path: &str) -> Result<String, String> {
        if self.unreadable.contains(path) {
            return Err("it is not UTF-8".to_owned());
        }
        self.files.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }

    fn inside(&self, folder: &str) -> bool {
        self.files.keys().any(|path| path.starts_with(folder))
    }

    fn shelf(&self) -> &dyn Shelf {
        &shelf::Library
    }
}

/// `N001 subject`, with `?` in front where it is not verified.
pub fn name(finding: &Finding) -> String {
    let mark = if finding.level() == Level::NotVerified { "?" } else { "" };
    format!("{mark}{} {}", finding.rule.code, finding.subject)
}

/// Whether a finding says that something is wrong or unproved (and is not waived).
pub fn counts(finding: &Finding) -> bool {
    finding.waived.is_none() && finding.level() != Level::Note
}

/// What `after` says and `before` does not, by name, with how often; sorted.
pub fn new_names(before: &[Finding], after: &[Finding]) -> Vec<String> {
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for finding in before.iter().filter(|finding| counts(finding)) {
        *left.entry(name(finding)).or_default() += 1;
    }
    let mut new = Vec::new();
    for finding in after.iter().filter(|finding| counts(finding)) {
        match left.get_mut(&name(finding)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => new.push(name(finding)),
        }
    }
    new.sort();
    new.dedup();
    new
}

/// A small generator of numbers that are the same everywhere (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `most`.
    pub fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).expect("below a usize")
    }

    /// One of a list.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
