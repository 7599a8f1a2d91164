//! The socket for the local command: a question a line, an answer a line. Who may open it may switch; root and the daemon's own account may do the rest.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener as Listener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use relay_engine::{Actor, Answer, Call, Refusal, Request, Rule, Verb, expand};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tracing::{debug, warn};

use super::shapes::{self, Line, Question, Reply};
use crate::clock;
use crate::control::Handle;
use crate::http::signed;
use crate::lines::sim::Fault;
use crate::peers::Known;

/// Longest question, bytes.
const LONGEST: u64 = 64 << 10;
/// Connections at once; the next waits in the kernel's queue.
const MOST: usize = 64;
/// How long a connection may be silent.
const SILENCE: Duration = Duration::from_secs(60);
/// Letters of a reason that are kept.
const LONGEST_REASON: usize = 300;

/// Makes the socket, for its group too. One that nobody answers on is replaced.
///
/// # Errors
/// `AddrInUse` where a daemon answers on it; whatever else the disk says.
pub fn bind(path: &Path) -> io::Result<Listener> {
    match std::os::unix::net::UnixStream::connect(path) {
        Ok(_) => return Err(io::Error::from(io::ErrorKind::AddrInUse)),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path)?,
        Err(_) => {}
    }
    let listener = Listener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Answers on the socket for ever.
///
/// # Errors
/// The socket is none that can be waited for.
pub async fn serve(listener: Listener, handle: Handle, config: PathBuf, known: Arc<Known>) -> io::Result<()> {
    let listener = UnixListener::from_std(listener)?;
    let (config, most) = (Arc::new(config), Arc::new(Semaphore::new(MOST)));
    loop {
        let Ok(permit) = most.clone().acquire_owned().await else { return Ok(()) };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // No descriptor is free: somebody may let go of one.
                warn!("the socket takes no connection: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (handle, config, known) = (handle.clone(), config.clone(), known.clone());
        tokio::spawn(async move {
            if let Err(error) = talk(stream, &handle, &config, &known).await {
                debug!("a connection of the socket ended: {error}");
            }
            drop(permit);
        });
    }
}

/// Who asks, by what the kernel says of the other end.
struct Peer {
    actor: Actor,
    administrator: bool,
}

fn peer(stream: &UnixStream) -> io::Result<Peer> {
    let uid = stream.peer_cred()?.uid();
    let name = if uid == 0 { "root".to_owned() } else { format!("uid-{uid}") };
    let own = rustix::process::geteuid().as_raw();
    Ok(Peer { actor: Actor::Account(name), administrator: uid == 0 || uid == own })
}

async fn talk(stream: UnixStream, handle: &Handle, config: &Path, known: &Known) -> io::Result<()> {
    let peer = peer(&stream)?;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let mut line = Vec::new();
        let mut bounded = (&mut read).take(LONGEST);
        let length = timeout(SILENCE, bounded.read_until(b'\n', &mut line)).await??;
        if length == 0 {
            return Ok(());
        }
        let (reply, last) = match serde_json::from_slice::<Question>(&line) {
            Ok(question) => (answer(handle, &peer, (config, known), question).await, false),
            Err(error) => (no(format!("the question is not understood: {error}")), true),
        };
        let mut text = serde_json::to_string(&reply).map_err(io::Error::other)?;
        text.push('\n');
        timeout(SILENCE, write.write_all(text.as_bytes())).await??;
        if last {
            return Ok(());
        }
    }
}

fn no(words: impl Into<String>) -> Reply {
    Reply { fine: false, lines: vec![Line::plain("refused", words)] }
}

async fn answer(handle: &Handle, peer: &Peer, (config, known): (&Path, &Known), question: Question) -> Reply {
    let actor = peer.actor.clone();
    let privileged = match &question {
        Question::Reload | Question::Sim { .. } | Question::Heartbeat { .. } => true,
        Question::Unlock { force, .. } => *force,
        _ => false,
    };
    if privileged && !peer.administrator {
        return no("that takes root, or the daemon's own account");
    }
    let (outlets, ask) = match question {
        Question::On { outlets, reason, force, dry_run } => {
            (outlets, Ask::Request(order(Verb::On, actor, reason, force, dry_run)))
        }
        Question::Off { outlets, reason, for_ms, force, dry_run } => {
            (outlets, Ask::Request(order(Verb::Off { for_ms }, actor, reason, force, dry_run)))
        }
        Question::Cycle { outlets, reason, off_ms, force, dry_run } => {
            (outlets, Ask::Request(order(Verb::Cycle { off_ms }, actor, reason, force, dry_run)))
        }
        Question::Lock { outlets, reason, for_ms } => (outlets, Ask::Lock(actor, bounded(reason), for_ms)),
        Question::Unlock { outlets, force } => (outlets, Ask::Unlock(actor, force)),
        Question::Pause { outlets, for_ms } => (outlets, Ask::Pause(actor, Some(for_ms))),
        Question::Resume { outlets } => (outlets, Ask::Pause(actor, None)),
        Question::Heartbeat { outlets } => (outlets, Ask::Heartbeat),
        Question::Sim { outlets, fault } => match shapes::fault(&fault) {
            Ok(fault) => (outlets, Ask::Spoil(fault)),
            Err(words) => return no(words),
        },
        Question::Cancel { operation } => return of(vec![Line::of(None, handle.cancel(operation, actor).await)]),
        Question::Plan { outlets, verb, for_ms, force } => {
            return plan(handle, &outlets, &verb, for_ms, actor, force).await;
        }
        Question::Status { outlets: Some(outlets) } => return status(handle, &outlets),
        Question::Status { outlets: None } => {
            let Reply { fine, mut lines } = status(handle, "*");
            let alive_ms = handle.state().config.limits.alive_ms;
            lines.extend(signed::shapes(known, alive_ms, clock::boot_ms()).iter().map(Line::peer));
            return Reply { fine, lines };
        }
        Question::Reload => return reload(handle, config, actor).await,
    };
    let names = match expand(&outlets, &handle.state().config) {
        Ok(names) => names,
        Err(why) => return no(why.0),
    };
    let mut lines = Vec::with_capacity(names.len());
    for name in names {
        let answer = ask.of(handle, name.clone()).await;
        lines.push(Line::of(Some(&name), answer));
    }
    of(lines)
}

/// What is asked of each outlet of a range, one after the other.
enum Ask {
    Request(Request),
    Lock(Actor, String, u64),
    Unlock(Actor, bool),
    Pause(Actor, Option<u64>),
    Heartbeat,
    Spoil(Option<Fault>),
}

impl Ask {
    async fn of(&self, handle: &Handle, outlet: String) -> Answer {
        match self {
            Self::Request(request) => handle.request(Request { outlet, ..request.clone() }).await,
            Self::Lock(owner, reason, for_ms) => handle.lock(outlet, owner.clone(), reason.clone(), *for_ms).await,
            Self::Unlock(actor, force) => handle.unlock(outlet, actor.clone(), *force).await,
            Self::Pause(actor, for_ms) => handle.pause(outlet, actor.clone(), *for_ms).await,
            Self::Heartbeat => {
                handle.heartbeat(outlet).await;
                Answer::Done { sentence: "heard".to_owned() }
            }
            Self::Spoil(fault) => match handle.spoil(outlet, *fault).await {
                Ok(()) => Answer::Done { sentence: fault.map_or("mended", |_| "spoiled").to_owned() },
                Err(why) => Answer::Refused(Refusal::new(Rule::NoSuchOutlet, why)),
            },
        }
    }
}

fn order(verb: Verb, actor: Actor, reason: String, force: bool, dry_run: bool) -> Request {
    Request { call: Call(0), outlet: String::new(), verb, actor, reason: bounded(reason), force, dry_run }
}

fn bounded(reason: String) -> String {
    if reason.chars().nth(LONGEST_REASON).is_none() { reason } else { reason.chars().take(LONGEST_REASON).collect() }
}

fn of(lines: Vec<Line>) -> Reply {
    Reply { fine: lines.iter().all(|line| line.answer != "refused"), lines }
}

async fn plan(handle: &Handle, outlets: &str, verb: &str, for_ms: Option<u64>, actor: Actor, force: bool) -> Reply {
    let names = match expand(outlets, &handle.state().config) {
        Ok(names) => names,
        Err(why) => return no(why.0),
    };
    let verb = match shapes::verb(verb, for_ms) {
        Ok(verb) => verb,
        Err(words) => return no(words),
    };
    match handle.plan(names, verb, actor, force).await {
        Some(plan) => shapes::plan(&plan),
        None => no("the control thread says nothing"),
    }
}

fn status(handle: &Handle, outlets: &str) -> Reply {
    let state = handle.state();
    // An empty config has no outlet that `*` could name.
    let names = match expand(outlets, &state.config) {
        Ok(names) => names,
        Err(why) => return no(why.0),
    };
    let found = names.iter().filter_map(|name| state.snapshot.outlets.iter().find(|outlet| outlet.name == *name));
    let mut lines: Vec<Line> = found.map(|outlet| Line::status(outlet, &state)).collect();
    for trouble in [&state.disk, &state.lines] {
        lines.extend(trouble.as_ref().err().map(|why| Line::plain("trouble", why.clone())));
    }
    Reply { fine: state.disk.is_ok() && state.lines.is_ok(), lines }
}

/// Reads the config again and has it taken, whole or not at all.
pub async fn reload(handle: &Handle, path: &Path, actor: Actor) -> Reply {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return no(format!("`{}`: {error}: the old config runs on", path.display())),
    };
    match crate::config::read(&text) {
        Ok(config) => of(vec![Line::of(None, handle.reload(config, actor).await)]),
        Err(words) => {
            let lines = words.iter().map(|words| Line::plain("refused", format!("{}:{words}", path.display())));
            Reply { fine: false, lines: lines.collect() }
        }
    }
}
