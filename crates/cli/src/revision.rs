//! A workspace as it stands in a revision of its git repository, read from git's own objects: no work tree is touched.
//!
//! `git` itself is asked, by one long-lived process: whoever has revisions has it, it knows every form of pack and of name, and a library
//! that reads them would bring more crates than all the rest of this program.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use source::documents::{LARGEST_FILE, Reader, Shelf};

use crate::shelf;

/// The workspace's files at a revision.
pub struct Revision {
    /// The workspace's folder in the repository, as steps.
    steps: Vec<String>,
    /// Path in the repository → object.
    files: BTreeMap<String, String>,
    objects: RefCell<Objects>,
}

/// A `git cat-file --batch`.
struct Objects {
    child: Child,
    asked: Option<ChildStdin>,
    told: BufReader<ChildStdout>,
}

impl Drop for Objects {
    fn drop(&mut self) {
        // Its input ends, and with it the process.
        self.asked = None;
        let _ = self.child.wait();
    }
}

impl Revision {
    /// The workspace that stands in `root` now, as it was at `name`.
    ///
    /// # Errors
    /// A sentence: there is no git, no repository, no such revision, or no workspace in it.
    pub fn open(root: &Path, name: &str) -> Result<Self, String> {
        let git = |arguments: &[&str]| -> Result<Vec<u8>, String> {
            let output = command(root).args(arguments).stdin(Stdio::null()).output();
            let output = output.map_err(|error| format!("`git` cannot be run: {error}"))?;
            if output.status.success() {
                Ok(output.stdout)
            } else {
                let words = String::from_utf8_lossy(&output.stderr);
                Err(words.lines().next().unwrap_or("git said nothing").to_owned())
            }
        };
        let prefix = git(&["rev-parse", "--show-prefix"])?;
        let prefix = String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned();
        let steps = prefix.split('/').filter(|step| !step.is_empty()).map(str::to_owned).collect();
        let commit = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")])
            .map_err(|_| {
                format!("`{name}` is neither a folder with `bom/build.toml` nor a revision of this repository")
            })?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let listed = git(&["ls-tree", "-r", "-z", "--full-tree", &commit])?;
        let mut files = BTreeMap::new();
        for entry in listed.split(|byte| *byte == 0) {
            let entry = String::from_utf8_lossy(entry);
            let Some((about, path)) = entry.split_once('\t') else { continue };
            let mut about = about.split(' ');
            if let (Some("100644" | "100755"), Some("blob"), Some(object)) = (about.next(), about.next(), about.next())
                && path.ends_with(".toml")
            {
                files.insert(path.to_owned(), object.to_owned());
            }
        }
        let mut child = command(root)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("`git` cannot be run: {error}"))?;
        let asked = child.stdin.take();
        let told = BufReader::new(child.stdout.take().expect("it is piped"));
        let revision = Self { steps, files, objects: RefCell::new(Objects { child, asked, told }) };
        let marker = revision.path("bom/build.toml").filter(|path| revision.files.contains_key(path));
        marker.map(|_| ()).ok_or_else(|| format!("revision `{name}` holds no `{prefix}bom/build.toml`"))?;
        Ok(revision)
    }

    /// A path from the workspace's folder as one from the repository's; `None` if it leads out.
    fn path(&self, path: &str) -> Option<String> {
        let mut steps: Vec<&str> = self.steps.iter().map(String::as_str).collect();
        for step in path.split('/') {
            match step {
                "" | "." => {}
                ".." => {
                    steps.pop()?;
                }
                step => steps.push(step),
            }
        }
        Some(steps.join("/"))
    }
}

fn command(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.args(["--no-replace-objects", "--no-optional-locks"]).current_dir(root);
    command
}

impl Objects {
    fn text(&mut self, object: &str) -> Result<String, String> {
        let told = |error: std::io::Error| format!("git does not answer: {error}");
        let asked = self.asked.as_mut().expect("it is open as long as this is");
        writeln!(asked, "{object}").and_then(|()| asked.flush()).map_err(told)?;
        let mut head = String::new();
        self.told.read_line(&mut head).map_err(told)?;
        let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
        let size = size.ok_or_else(|| "git does not have it".to_owned())?;
        // What is too large is still taken off the pipe, so that the next answer stands where it is looked for.
        let mut bytes = Vec::with_capacity(size.min(LARGEST_FILE));
        (&mut self.told).take(size as u64).read_to_end(&mut bytes).map_err(told)?;
        let mut end = [0; 1];
        self.told.read_exact(&mut end).map_err(told)?;
        String::from_utf8(bytes)
            .map_err(|error| format!("byte {} is no UTF-8 text", error.utf8_error().valid_up_to() + 1))
    }
}

impl Reader for Revision {
    fn list(&self, folder: &str) -> Vec<String> {
        let Some(whole) = self.path(folder) else { return Vec::new() };
        let prefix = if whole.is_empty() { whole } else { format!("{whole}/") };
        let own = self.files.range(prefix.clone()..).map(|(path, _)| path);
        let names = own.map_while(|path| path.strip_prefix(&prefix)).filter(|name| !name.contains('/'));
        names.filter(|name| !name.starts_with('.')).map(|name| format!("{folder}/{name}")).collect()
    }

    fn text(&self, path: &str) -> Result<String, String> {
        let object = self.path(path).and_then(|path| self.files.get(&path));
        self.objects.borrow_mut().text(object.ok_or("there is no such file")?)
    }

    fn inside(&self, folder: &str) -> bool {
        self.path(folder).is_some()
    }

    fn shelf(&self) -> &dyn Shelf {
        &shelf::Library
    }
}
