//! What the daemon may still reach once it runs, by landlock: its folders and its chips. It holds whatever the unit says, and where there is none.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access as _, AccessFs, BitFlags, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetStatus,
    path_beneath_rules,
};

/// What is left open.
#[derive(Clone, Debug, Default)]
pub struct Open {
    /// Files and folders that are read: config, certificates, `/proc`.
    pub read: Vec<PathBuf>,
    /// Folders in which files are written.
    pub write: Vec<PathBuf>,
    /// Devices.
    pub devices: Vec<PathBuf>,
    /// Folders of which only the names are read: `/dev`, where chips may come late.
    pub list: Vec<PathBuf>,
}

/// How far the kernel goes along.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Confined {
    /// All that was asked for.
    Wholly,
    /// What it knows of it.
    Partly,
    /// It has no landlock.
    Not,
}

/// Shuts this thread, and those that it starts, off from all but `open`. There is no way back; descriptors that are open stay so. Paths that are not there
/// are left out.
///
/// # Errors
/// The kernel has landlock and refuses.
pub fn confine(open: &Open) -> Result<Confined, String> {
    let abi = ABI::V5;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let device = AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::IoctlDev;
    let write = read | AccessFs::WriteFile | AccessFs::Truncate | AccessFs::MakeReg | AccessFs::RemoveFile;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))
        .and_then(Ruleset::create)
        .and_then(|rules| rules.add_rules(path_beneath_rules(there(&open.read), read)))
        .and_then(|rules| rules.add_rules(path_beneath_rules(there(&open.write), write)))
        .and_then(|rules| rules.add_rules(path_beneath_rules(there(&open.devices), device)))
        .and_then(|rules| rules.add_rules(path_beneath_rules(there(&open.list), BitFlags::from(AccessFs::ReadDir))))
        .and_then(landlock::RulesetCreated::restrict_self)
        .map_err(|error| error.to_string())?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Confined::Wholly,
        RulesetStatus::PartiallyEnforced => Confined::Partly,
        RulesetStatus::NotEnforced => Confined::Not,
    })
}

fn there(paths: &[PathBuf]) -> Vec<&Path> {
    paths.iter().map(PathBuf::as_path).filter(|path| path.exists()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{self, Write as _};

    use super::*;
    use crate::durable::{Real, append_to, replace};

    #[test]
    fn the_daemon_reaches_its_folders_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("state")).unwrap();
        fs::write(path("config"), "c").unwrap();
        fs::write(path("secret"), "s").unwrap();
        let open = Open {
            read: vec![path("config"), path("absent")],
            write: vec![path("state")],
            devices: vec![PathBuf::from("/dev/null")],
            list: vec![PathBuf::from("/dev")],
        };
        // A thread is shut off by itself; the test's others go on as they were.
        let denied = |result: io::Result<Vec<u8>>| result.unwrap_err().kind() == io::ErrorKind::PermissionDenied;
        let confined = std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let confined = confine(&open).unwrap();
                replace(&Real, &path("state/journal"), b"j").unwrap();
                append_to(&path("state/audit")).and_then(|mut file| file.write_all(b"a")).unwrap();
                assert_eq!(fs::read(path("config")).unwrap(), b"c");
                fs::OpenOptions::new().read(true).write(true).open("/dev/null").unwrap();
                assert!(fs::read_dir("/dev").is_ok());
                if confined != Confined::Not {
                    assert!(denied(fs::read(path("secret"))) && denied(fs::read("/etc/passwd")));
                    assert!(fs::write(path("config"), "x").is_err() && fs::write(path("other"), "x").is_err());
                    assert!(std::process::Command::new("/bin/true").status().is_err());
                }
                confined
            });
            thread.join().unwrap()
        });
        if confined == Confined::Not {
            let _ = writeln!(io::stderr(), "LEFT OUT: this kernel has no landlock, and nothing was shut off");
        }
        assert_eq!(fs::read(path("secret")).unwrap(), b"s");
    }
}
