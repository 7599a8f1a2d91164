//! The daemon: start in the one order that never darkens a machine, then run until told to end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use relay_config::RelayConfig;
use relay_engine::Actor;
use relayd::audit::{Audit, Limits};
use relayd::confine::{Confined, Open, confine};
use relayd::control::Handle;
use relayd::control::panel::{Panel, Source};
use relayd::control::simulated::Simulated;
use relayd::control::start::{Beginning, start};
use relayd::control::store::Files;
use relayd::durable::{Real, replace};
use relayd::edge::{notify, probe, socket, tell};
use relayd::journal::Journal;
use relayd::lines::LineError;
use relayd::lines::kernel::{Devices, Kernel as _};
use relayd::lines::sim::Habits;
use relayd::peers::Known;
use relayd::settings::Settings;
use relayd::{clock, systemd};
use tokio::signal::unix::{SignalKind, signal};
use tracing::{error, info, warn};

use super::mqtt;
use super::web::{self, Front};
use crate::{FINE, about, complain};

/// The box that `--sim` shows where no config is given.
const SAMPLE: &str = include_str!("../sample.toml");
/// Between two looks for a chip that is not there.
const PAUSE: Duration = Duration::from_millis(250);

/// Where everything is.
pub struct Run {
    /// The config; `None` is the sample.
    pub config: Option<PathBuf>,
    /// What the place is told.
    pub settings: PathBuf,
    /// The daemon's folder.
    pub state: PathBuf,
    /// The socket.
    pub socket: PathBuf,
    /// Simulate.
    pub sim: bool,
    /// How long a chip that is not there is waited for, seconds; then systemd starts the daemon again.
    pub chip_wait: u32,
}

pub fn run(run: &Run) -> Result<u8, String> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).without_time().with_target(false).init();
    let config = config_or_sample(run.config.as_deref())?;
    let settings = settings(&run.settings)?;
    let simulated = run.sim || settings.simulate;
    if simulated {
        std::fs::create_dir_all(&run.state).map_err(about(&run.state))?;
    }
    let moment = clock::now().map_err(|error| error.to_string())?;
    let audit = Audit::open(&run.state, Limits::default(), moment.wall_ms).map_err(about(&run.state))?;
    let next_operation = audit.next_operation().map_err(about(&run.state))?;
    let path = run.state.join("journal");
    let (journal, damage) = Journal::read(&path).map_err(about(&path))?;
    if let Some(damage) = damage {
        error!("{}", damage.0);
    }
    let (source, panel) = lines(run, simulated, &config)?;
    let listener = socket::bind(&run.socket).map_err(about(&run.socket))?;
    let front = web::open(run, &settings.web, simulated, &config);
    let (known, wrong) = Known::open(&settings, &config);
    for words in &wrong {
        error!("{words}");
    }
    for name in config.expected_peers().into_iter().filter(|name| !known.peers().contains_key(*name)) {
        warn!(
            "`{name}` is a controller too, and neither is told what the other is about to cut: no `[peer.\"{name}\"]`"
        );
    }
    let broker = mqtt::open(run, &settings, &config);
    // Programs are run from this thread: it is the only one that is not shut off.
    let told = notify::start(settings.notify.clone()).map_err(|error| error.to_string())?;
    shut_off(run, simulated);
    let contents = journal.contents().clone();
    let beginning = Beginning {
        config: config.clone(),
        source,
        panel,
        store: Box::new(Files { journal, audit }),
        contents,
        boot: moment.boot,
        next_operation,
    };
    let (handle, thread) = start(beginning).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let ended =
        runtime.block_on(serve(run, settings, simulated, (listener, front), (told, known, broker), handle, thread));
    runtime.shutdown_background();
    ended
}

/// The config at a path, or the sample.
pub fn config_or_sample(path: Option<&Path>) -> Result<RelayConfig, String> {
    match path {
        Some(path) => crate::config(path),
        None => RelayConfig::parse(SAMPLE).map_err(|error| error.to_string()),
    }
}

/// Whether the GPIO driver leaves an output as it is when nobody holds it; `None` where no such driver says.
pub fn persists() -> Option<bool> {
    let drivers = ["pinctrl_bcm2835", "pinctrl_rp1"];
    let path = |driver| format!("/sys/module/{driver}/parameters/persist_gpio_outputs");
    let text = drivers.into_iter().find_map(|driver| std::fs::read_to_string(path(driver)).ok())?;
    Some(text.trim() == "Y")
}

/// The edge, until the control thread has ended.
async fn serve(
    run: &Run,
    settings: Settings,
    simulated: bool,
    (listener, front): (std::os::unix::net::UnixListener, Option<Front>),
    (told, known, broker): (Option<std::sync::mpsc::SyncSender<notify::Told>>, Known, Option<mqtt::Broker>),
    handle: Handle,
    thread: JoinHandle<()>,
) -> Result<u8, String> {
    let words = |error: std::io::Error| error.to_string();
    let known = Arc::new(known);
    let mut terminate = signal(SignalKind::terminate()).map_err(words)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(words)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(words)?;
    let controller = handle.state().config.controller.clone();
    if let Some(told) = told {
        tokio::spawn(notify::pass(handle.subscribe(), controller.clone(), told));
    }
    if !simulated {
        tokio::spawn(probe::run(handle.clone(), settings.address));
    }
    tokio::spawn(keep_config(run.state.join("config.toml"), handle.clone()));
    let config = run.config.clone().unwrap_or_default();
    tokio::spawn(socket::serve(listener, handle.clone(), config.clone(), known.clone()));
    let seen = broker.map(|broker| broker.begin(handle.clone()));
    if let Some(front) = front
        && let Err(words) = front.serve(run, handle.clone(), (known.clone(), seen))
    {
        error!("no pages and no API: {words}");
    }
    tell::start(&known, &handle);
    let outlets = handle.snapshot().outlets.len();
    let lines = if simulated { "simulated lines" } else { "lines" };
    systemd::ready(&format!("{outlets} {lines} held")).map_err(words)?;
    info!(socket = %run.socket.display(), "ready: {outlets} {lines} held for {controller}");
    let mut state = handle.watch();
    let gone = async { while state.changed().await.is_ok() {} };
    tokio::pin!(gone);
    loop {
        tokio::select! {
            () = &mut gone => break,
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => {
                if run.config.is_none() {
                    warn!("the sample is never read again");
                    continue;
                }
                let reply = socket::reload(&handle, &config, Actor::Daemon).await;
                for line in &reply.lines {
                    if reply.fine { info!("reload: {}", line.sentence) } else { error!("reload: {}", line.sentence) }
                }
            }
        }
    }
    let _ = systemd::stopping();
    while !handle.stop() && !thread.is_finished() {
        // The queue is full: it empties, or systemd loses patience.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // What hangs is killed by systemd; its leases are ended by `release`.
    match tokio::task::spawn_blocking(move || thread.join()).await {
        Ok(Ok(())) => Ok(FINE),
        _ => Err("the control thread ended in a fault".to_owned()),
    }
}

/// The settings at a path; every complaint is printed.
pub fn settings(path: &Path) -> Result<Settings, String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
        Err(error) => return Err(about(path)(error)),
    };
    Settings::read(&text).map_err(|words| {
        for words in &words {
            complain(format_args!("{}:{words}", path.display()));
        }
        format!("`{}` cannot be used: {} found in it", path.display(), words.len())
    })
}

/// The lines, taken. A chip that is not there may come: its driver may not be loaded yet. Real lines are never simulated instead.
fn lines(run: &Run, simulated: bool, config: &RelayConfig) -> Result<(Source, Panel), String> {
    let source = if simulated {
        let levels = run.state.join("sim-lines");
        Source::Sim(Simulated::new(config, Habits::default(), clock::boot_ms(), Some(levels)))
    } else {
        Source::Chips(Devices::default())
    };
    let mut kept = systemd::kept().map_err(|error| error.to_string())?;
    // What systemd keeps is held by it, and comes again with the next daemon only.
    let looks = if kept.is_empty() { 1 + 4 * run.chip_wait } else { 1 };
    for look in 1.. {
        match Panel::take(source.clone(), config, std::mem::take(&mut kept)) {
            Ok(panel) => return Ok((source, panel)),
            Err(errors) => {
                let may_come = errors.iter().any(|error| matches!(error, LineError::NoChip { .. }));
                if may_come && look < looks {
                    if look == 1 {
                        warn!("{}: waiting for it", errors[0]);
                    }
                    std::thread::sleep(PAUSE);
                    continue;
                }
                for error in &errors {
                    complain(error);
                }
                let more = if may_come { "; `--sim` shows the daemon without a chip" } else { "" };
                return Err(format!("{} in the way of the lines{more}", errors.len()));
            }
        }
    }
    unreachable!("looks end")
}

/// Shuts the process off from all that it does not need, but for the thread that runs programs.
fn shut_off(run: &Run, simulated: bool) {
    let folder = |path: &Path| path.parent().map(Path::to_owned).unwrap_or_default();
    let mut read: Vec<PathBuf> = run.config.iter().map(|path| folder(path)).chain([folder(&run.settings)]).collect();
    read.retain(|path| path.parent().is_some());
    // Names of nodes are looked up by what the system has for that.
    let names =
        ["/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/host.conf", "/etc/services"];
    let libraries = ["/run/systemd/resolve", "/lib", "/lib64", "/usr/lib", "/etc/ld.so.cache", "/proc"];
    read.extend(names.into_iter().chain(libraries).map(PathBuf::from));
    let chips = if simulated { Vec::new() } else { Devices::default().chips().unwrap_or_default() };
    let devices = chips.into_iter().map(|chip| chip.device).collect();
    let open = Open { read, write: vec![run.state.clone()], devices, list: vec![PathBuf::from("/dev")] };
    match confine(&open) {
        Ok(Confined::Wholly) => {}
        Ok(Confined::Partly) => info!("this kernel shuts the daemon off from some of what it does not need"),
        Ok(Confined::Not) => warn!("this kernel has no landlock: the daemon is shut off by its unit alone"),
        Err(error) => warn!("the daemon is not shut off: {error}"),
    }
}

/// Keeps the config that runs beside the journal: for `release`, should the file be broken by then.
async fn keep_config(path: PathBuf, handle: Handle) {
    let mut state = handle.watch();
    let mut kept = std::fs::read_to_string(&path).unwrap_or_default();
    loop {
        let config = state.borrow_and_update().config.clone();
        let text = config.to_toml();
        if kept != text {
            match replace(&Real, &path, text.as_bytes()) {
                Ok(()) => kept = text,
                Err(error) => warn!("`{}`: {error}", path.display()),
            }
        }
        while Arc::ptr_eq(&state.borrow_and_update().config, &config) {
            if state.changed().await.is_err() {
                return;
            }
        }
    }
}
