//! Artifacts onto the disk: all of them or none, by a folder beside the target and a rename.

use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

use outputs::Artifact;

/// The file that marks a folder as one that is written here and may be replaced whole.
pub const MARK: &str = ".wireloom";
const MARKED: &str = "`wireloom` writes this folder and replaces it whole; keep nothing of your own in it.\n";

/// Why nothing was written.
#[derive(Debug)]
pub enum Refusal {
    /// The target holds what is not ours.
    Foreign(PathBuf),
    /// The target is no folder.
    NoFolder(PathBuf),
    /// The target holds the workspace.
    Workspace(PathBuf),
    /// An output named a file outside the target, or one file twice.
    Path(String),
    /// The disk would not.
    Disk(PathBuf, std::io::Error),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign(path) => {
                write!(
                    f,
                    "`{}` holds files and no `{MARK}`, so it was not written by wireloom and is left alone",
                    path.display()
                )
            }
            Self::NoFolder(path) => write!(f, "`{}` is no folder", path.display()),
            Self::Workspace(path) => write!(f, "`{}` holds the workspace itself", path.display()),
            Self::Path(path) => write!(f, "`{path}` cannot be the path of an output"),
            Self::Disk(path, error) => write!(f, "`{}`: {error}", path.display()),
        }
    }
}

/// Puts the files in `target`, in the place of what an earlier run put there.
///
/// # Errors
/// See [`Refusal`]; the target is then as it was before.
pub fn write(target: &Path, workspace: &Path, files: &[Artifact]) -> Result<(), Refusal> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| Refusal::Disk(path, error)
    };
    let target = std::path::absolute(target).map_err(at(target))?;
    let old = free(&target, workspace)?;
    // A link is followed, so that the folder behind it is replaced and not the link.
    let target = if old { target.canonicalize().map_err(at(&target))? } else { target };
    let parent = target.parent().ok_or_else(|| Refusal::NoFolder(target.clone()))?;
    fs::create_dir_all(parent).map_err(at(parent))?;
    let beside = tempfile::Builder::new().prefix(".wireloom-").tempdir_in(parent).map_err(at(parent))?;
    let fresh = beside.path().join("new");
    fs::create_dir(&fresh).map_err(at(&fresh))?;
    let mut made = std::collections::BTreeSet::new();
    let mark = Artifact::text(MARK, MARKED);
    for file in files.iter().chain(std::iter::once(&mark)) {
        let inner = Path::new(&file.path);
        let plain = inner.components().all(|step| matches!(step, Component::Normal(_)));
        if !plain || file.path.is_empty() || !made.insert(file.path.as_str()) {
            return Err(Refusal::Path(file.path.clone()));
        }
        let path = fresh.join(inner);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(at(folder))?;
        }
        fs::write(&path, &file.bytes).map_err(at(&path))?;
    }
    if !old {
        return fs::rename(&fresh, &target).map_err(at(&target));
    }
    let aside = beside.path().join("old");
    fs::rename(&target, &aside).map_err(at(&target))?;
    fs::rename(&fresh, &target).map_err(|error| {
        // The earlier files come back; if even that fails they would still lie in `beside`, which must then stay.
        if fs::rename(&aside, &target).is_err() {
            let _ = beside.keep();
        }
        Refusal::Disk(target.clone(), error)
    })
}

/// Whether the target stands there already, and is ours to replace (or empty).
fn free(target: &Path, workspace: &Path) -> Result<bool, Refusal> {
    if !target.exists() {
        return if target.is_symlink() { Err(Refusal::NoFolder(target.to_owned())) } else { Ok(false) };
    }
    let whole = target.canonicalize().map_err(|error| Refusal::Disk(target.to_owned(), error))?;
    if workspace.starts_with(&whole) {
        return Err(Refusal::Workspace(target.to_owned()));
    }
    if !whole.is_dir() {
        return Err(Refusal::NoFolder(target.to_owned()));
    }
    let marked = |folder: &Path| folder.join(MARK).is_file();
    // Inside a folder that is replaced whole, every folder may be.
    if marked(&whole) || whole.parent().is_some_and(marked) {
        return Ok(true);
    }
    // A folder that holds nothing but such folders was made for them.
    for entry in fs::read_dir(&whole).map_err(|error| Refusal::Disk(whole.clone(), error))? {
        let entry = entry.map_err(|error| Refusal::Disk(whole.clone(), error))?;
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !folder || !marked(&entry.path()) {
            return Err(Refusal::Foreign(target.to_owned()));
        }
    }
    Ok(true)
}
