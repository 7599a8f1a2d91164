//! What systemd does for the unit, as far as lines are concerned: it keeps descriptors while the daemon is down, and hands them to the next one.

use std::collections::BTreeMap;
use std::io::IoSliceMut;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};

use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

/// Descriptors that are kept have numbers from here on, so that those of the daemon are free.
const FIRST: i32 = 100;

/// What stands for it in the virtual machine.
pub struct Systemd {
    /// The group of processes that the daemon is put in.
    pub group: Option<String>,
    path: String,
    socket: UnixDatagram,
    store: Vec<(String, OwnedFd)>,
}

impl Systemd {
    /// Keeps nothing yet; `name` parts it from others.
    pub fn new(name: &str) -> Self {
        let path = format!("/run/notify-{name}");
        let _ = std::fs::remove_file(&path);
        let socket = UnixDatagram::bind(&path).expect("a socket can be bound");
        socket.set_nonblocking(true).expect("a socket need not block");
        Self { group: None, path, socket, store: Vec::new() }
    }

    /// Starts the daemon, in its group from its first moment, with what is kept; the streams are its input, its output and what it complains to.
    pub fn start(
        &self,
        (program, arguments): (&str, &[&str]),
        environment: &BTreeMap<&str, &str>,
        [input, output, complaints]: [Stdio; 3],
    ) -> Child {
        // Only the shell knows the number of the process, which the program wants to hear, before the program is that process.
        let mut script = String::new();
        for (at, (_, fd)) in self.store.iter().enumerate() {
            let number = fd.as_raw_fd();
            script += &format!("exec {}<&{number} {number}<&-; ", at + 3);
            fcntl_setfd(fd, FdFlags::empty()).expect("a descriptor can be handed on");
        }
        script += "[ -z \"$GROUP\" ] || echo $$ >\"$GROUP/cgroup.procs\"; export LISTEN_PID=$$; exec \"$0\" \"$@\"";
        let names: Vec<&str> = self.store.iter().map(|(name, _)| name.as_str()).collect();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &script, program]).args(arguments).env("NOTIFY_SOCKET", &self.path);
        command.envs(environment).env("GROUP", self.group.as_deref().unwrap_or_default());
        if !names.is_empty() {
            command.env("LISTEN_FDS", names.len().to_string()).env("LISTEN_FDNAMES", names.join(":"));
        }
        let child = command.stdin(input).stdout(output).stderr(complaints).spawn().expect("a program starts");
        for (_, fd) in &self.store {
            fcntl_setfd(fd, FdFlags::CLOEXEC).expect("a descriptor can be kept back");
        }
        child
    }

    /// Hears what was said since, and keeps or lets go of what it is told to; gives the messages.
    pub fn hear(&mut self) -> Vec<String> {
        let mut messages = Vec::new();
        loop {
            let (mut bytes, mut space) = ([0; 4096], [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(8))]);
            let mut control = RecvAncillaryBuffer::new(&mut space);
            let received = recvmsg(&self.socket, &mut [IoSliceMut::new(&mut bytes)], &mut control, RecvFlags::empty());
            let Ok(received) = received else { return messages };
            let text = String::from_utf8_lossy(&bytes[..received.bytes]).into_owned();
            let name = text.lines().find_map(|line| line.strip_prefix("FDNAME=")).unwrap_or("stored").to_owned();
            for message in control.drain() {
                let RecvAncillaryMessage::ScmRights(fds) = message else { continue };
                for fd in fds {
                    let fd = fcntl_dupfd_cloexec(&fd, FIRST).expect("there are numbers left");
                    self.store.push((name.clone(), fd));
                }
            }
            if text.lines().any(|line| line == "FDSTOREREMOVE=1") {
                self.store.retain(|(other, _)| *other != name);
            }
            messages.push(text);
        }
    }

    /// Names of what is kept.
    pub fn kept(&self) -> Vec<&str> {
        self.store.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Lets go of everything, as after an administrator's stop.
    pub fn let_go(&mut self) {
        self.hear();
        self.store.clear();
    }
}
