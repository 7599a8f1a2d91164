//! A workspace on disk.

use std::fs;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use source::documents::{LARGEST_FILE, Reader, Shelf};

use crate::shelf;

/// A workspace's folder, and the folder that it may not read out of.
pub struct Disk {
    root: PathBuf,
    bound: PathBuf,
}

impl Disk {
    /// The workspace in a folder; its bound is the nearest folder above with a `.git`, else two folders up.
    ///
    /// # Errors
    /// If there is no such folder.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        let root = folder.canonicalize()?;
        if !root.is_dir() {
            return Err(std::io::Error::new(std::io::ErrorKind::NotADirectory, "it is no folder"));
        }
        let repository = root.ancestors().find(|folder| folder.join(".git").exists());
        let above = root.ancestors().nth(2).or(root.ancestors().last());
        let bound = repository.or(above).unwrap_or(&root).to_owned();
        Ok(Self { root, bound })
    }

    /// The nearest folder at or above `from` that holds `bom/build.toml`.
    pub fn nearest(from: &Path) -> Option<PathBuf> {
        from.ancestors().find(|folder| folder.join("bom/build.toml").is_file()).map(Path::to_owned)
    }

    /// The workspace's folder, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The workspace's folder as seen from the repository's root, with `/`: `examples/minimal`, or empty.
    pub fn within_repository(&self) -> String {
        if !self.bound.join(".git").exists() {
            return String::new();
        }
        let steps = self.root.strip_prefix(&self.bound).unwrap_or(Path::new(""));
        steps.components().map(|step| step.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }
}

impl Reader for Disk {
    fn list(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else {
            return Vec::new();
        };
        let mut paths: Vec<String> = entries
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|end| end == "toml"))
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| !name.starts_with('.'))
            .map(|name| format!("{folder}/{name}"))
            .collect();
        paths.sort_unstable();
        paths
    }

    fn text(&self, path: &str) -> Result<String, String> {
        let told = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
            _ => error.to_string(),
        };
        let whole = self.root.join(path);
        let about = fs::metadata(&whole).map_err(told)?;
        if !about.is_file() {
            return Err("it is no file".to_owned());
        }
        // One byte more than is allowed: what is too large is said so, and never read whole.
        let most = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::with_capacity(usize::try_from(about.len().min(most)).unwrap_or(0));
        fs::File::open(&whole).map_err(told)?.take(most).read_to_end(&mut bytes).map_err(told)?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(error) if error.as_bytes().len() > LARGEST_FILE => {
                Ok(String::from_utf8_lossy(error.as_bytes()).into_owned())
            }
            Err(error) => Err(format!("byte {} is no UTF-8 text", error.utf8_error().valid_up_to() + 1)),
        }
    }

    fn inside(&self, folder: &str) -> bool {
        let whole = self.root.join(folder);
        whole.canonicalize().unwrap_or_else(|_| lexical(&whole)).starts_with(&self.bound)
    }

    fn shelf(&self) -> &dyn Shelf {
        &shelf::Library
    }
}

/// A path without `.` and `..`, for folders that do not exist.
fn lexical(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for step in path.components() {
        match step {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            step => whole.push(step),
        }
    }
    whole
}
