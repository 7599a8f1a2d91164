//! What systemd is told and what it keeps: readiness, the watchdog, and the descriptors of lines, which outlive the process there.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sd_notify::NotifyState;

use crate::lines::gpio::Kept;
use crate::lines::kernel::Descriptor;

/// The descriptors that systemd kept while no daemon ran; nothing where it kept none, and at every call but the first.
///
/// # Errors
/// The environment says something that cannot be.
pub fn kept() -> io::Result<Vec<Kept<Descriptor>>> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    let fds = sd_notify::listen_fds_with_names()?;
    if TAKEN.swap(true, Ordering::SeqCst) {
        return Ok(Vec::new());
    }
    Ok(fds.map(|(fd, name)| Kept { name, request: Descriptor::from(owned(fd)) }).collect())
}

/// Makes a number that systemd handed over a descriptor that is closed when it is dropped.
#[expect(unsafe_code, reason = "a number is all that systemd gives")]
fn owned(fd: i32) -> OwnedFd {
    use std::os::fd::FromRawFd as _;
    // SAFETY: `kept` passes each number from 3 up to `LISTEN_FDS` once in the life of this process, and `LISTEN_PID` says that they are meant for it;
    // nothing else here knows them, so that nobody else closes them.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

/// Gives systemd a copy of a descriptor, to be handed to the next daemon. It is kept when its other end hangs up, too: that is for the daemon to judge.
///
/// # Errors
/// systemd cannot be told. Where there is no systemd, nothing happens.
pub fn keep(name: &str, fd: BorrowedFd<'_>) -> io::Result<()> {
    sd_notify::notify_with_fds(
        &[NotifyState::FdStore, NotifyState::FdName(name), NotifyState::Custom("FDPOLL=0")],
        &[fd],
    )
}

/// Has systemd close what it keeps under a name.
///
/// # Errors
/// As [`keep`].
pub fn forget(name: &str) -> io::Result<()> {
    sd_notify::notify(&[NotifyState::FdStoreRemove, NotifyState::FdName(name)])
}

/// The lines are held, overdue leases are over: the daemon is up.
///
/// # Errors
/// As [`keep`].
pub fn ready(status: &str) -> io::Result<()> {
    sd_notify::notify(&[NotifyState::Ready, NotifyState::Status(status)])
}

/// Loop, journal and read-back are fine.
///
/// # Errors
/// As [`keep`].
pub fn alive() -> io::Result<()> {
    sd_notify::notify(&[NotifyState::Watchdog])
}

/// The daemon is about to end.
///
/// # Errors
/// As [`keep`].
pub fn stopping() -> io::Result<()> {
    sd_notify::notify(&[NotifyState::Stopping])
}

/// How long systemd waits for [`alive`] before it kills the daemon; `None` where it does not wait.
pub fn patience() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}
