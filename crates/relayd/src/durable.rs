//! Files that are either as they were or as they shall be, whatever happens in between.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

/// What a file takes to be replaced: a trait, so that a test can let every step fail.
pub trait Disk {
    /// Writes a file of its own, readable by nobody else, and waits until its bytes are on the disk.
    ///
    /// # Errors
    /// Whatever the disk says; a part of the bytes may be written.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Gives a file another name in its folder, in place of what bore it.
    ///
    /// # Errors
    /// Whatever the disk says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Waits until the names in a folder are on the disk.
    ///
    /// # Errors
    /// Whatever the disk says.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Takes a file away.
    ///
    /// # Errors
    /// Whatever the disk says.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// The machine's own disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Real;

impl Disk for Real {
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        // A file that was left behind keeps the mode that it had.
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        give_to_folder(path, &file);
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

/// The folder that a file stands in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Gives a file to whom its folder belongs: what an administrator writes as root, the daemon must be able to read.
fn give_to_folder(path: &Path, file: &File) {
    let (Ok(folder), Ok(own)) = (fs::metadata(folder_of(path)), file.metadata()) else { return };
    if (folder.uid(), folder.gid()) != (own.uid(), own.gid()) {
        // Nobody but root can, and nobody else has to.
        let _ = fchown(file, Some(folder.uid()), Some(folder.gid()));
    }
}

/// Opens a file to append to it, or makes one that only the folder's owner may read.
///
/// # Errors
/// Whatever the disk says.
pub fn append_to(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    give_to_folder(path, &file);
    Ok(file)
}

/// Where a file is written before it takes its name.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

/// Replaces a file: whoever reads it, at any time and after any crash, sees the old bytes or the new ones.
///
/// The file may be read by nobody but its owner.
///
/// # Errors
/// Whatever the disk says. The old bytes stand then, unless only the last step failed: then the new ones do, and may be gone after a power cut.
pub fn replace(disk: &impl Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    if let Err(error) = disk.write(&beside, bytes).and_then(|()| disk.rename(&beside, path)) {
        let _ = disk.remove(&beside);
        return Err(error);
    }
    disk.sync_folder(folder_of(path))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::Cell;

    use super::*;

    /// A disk that stops working at a step, in the middle of what it was writing.
    pub(crate) struct Failing {
        /// Steps that still work.
        pub left: Cell<usize>,
    }

    impl Failing {
        fn step(&self) -> io::Result<()> {
            match self.left.get() {
                0 => Err(io::Error::from(io::ErrorKind::StorageFull)),
                left => {
                    self.left.set(left - 1);
                    Ok(())
                }
            }
        }
    }

    impl Disk for Failing {
        fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
            self.step().or_else(|error| Real.write(path, &bytes[..bytes.len() / 2]).and(Err(error)))?;
            Real.write(path, bytes)
        }

        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.step()?;
            Real.rename(from, to)
        }

        fn sync_folder(&self, folder: &Path) -> io::Result<()> {
            self.step()?;
            Real.sync_folder(folder)
        }

        fn remove(&self, path: &Path) -> io::Result<()> {
            self.step()?;
            Real.remove(path)
        }
    }

    #[test]
    fn a_disk_that_fails_at_any_step_leaves_old_or_new_bytes_and_no_half_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for left in 0..4 {
            replace(&Real, &path, b"the old bytes").unwrap();
            let result = replace(&Failing { left: Cell::new(left) }, &path, b"other bytes, longer");
            let found = fs::read(&path).unwrap();
            let expected: &[u8] = if left < 2 { b"the old bytes" } else { b"other bytes, longer" };
            assert_eq!((found.as_slice(), result.is_ok()), (expected, left == 3), "{left} steps");
        }
    }

    #[test]
    fn a_file_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(beside(&path), "left behind by a crash").unwrap();
        fs::set_permissions(beside(&path), fs::Permissions::from_mode(0o644)).unwrap();
        replace(&Real, &path, b"secret").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
