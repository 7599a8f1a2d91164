//! A copy of the bench in a temporary folder, and the command run in it.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A workspace that a test may bend; gone with the test.
pub struct Trial {
    folder: tempfile::TempDir,
}

impl Trial {
    /// The bench as it is.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench"), &folder.path().join("bench"));
        Self { folder }
    }

    /// The workspace's folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("bench")
    }

    /// A path in the temporary folder, beside the workspace.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Replaces the only place of a text in a file.
    #[must_use]
    pub fn edited(self, file: &str, find: &str, put: &str) -> Self {
        let path = self.root().join(file);
        let text = fs::read_to_string(&path).expect("the file is there");
        assert_eq!(text.matches(find).count(), 1, "`{find}` in {file}:\n{text}");
        fs::write(path, text.replace(find, put)).expect("the file can be written");
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn with(self, file: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder can be made");
        fs::write(path, bytes).expect("the file can be written");
        self
    }

    /// Runs the command in the workspace.
    pub fn run(&self, arguments: &[&str]) -> Output {
        wireloom(&self.root(), arguments)
    }

    /// Runs the command, and gives its status and what it printed.
    pub fn told(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        (status(&output), String::from_utf8(output.stdout).expect("text"))
    }
}

/// Runs the command in a folder.
pub fn wireloom(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wireloom"));
    for name in ["COLUMNS", "CLICOLOR_FORCE", "CLICOLOR", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(folder).output().expect("the command runs")
}

/// Its status.
pub fn status(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("killed: {output:?}"))
}

/// Every file under a folder, by path from it.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("the folder can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it is inside").to_string_lossy().into_owned();
                all.insert(name, fs::read(&path).expect("the file can be read"));
            }
        }
    }
    all
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in files(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder can be made");
        fs::write(path, bytes).expect("the file can be written");
    }
}
