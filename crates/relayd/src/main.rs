//! The `wireloom-relayd` command: verbs, files, exit codes.

mod verbs;

use std::fmt::Display;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand};

/// Where the config stands by custom.
const CONFIG: &str = "/etc/wireloom/relayd.toml";
/// All is well.
const FINE: u8 = 0;
/// Something was found.
const FOUND: u8 = 1;
/// The run could not go on, or a file cannot be used.
const FAILED: u8 = 2;

/// Cuts and restores the power of machines so that no crash, reboot or mistake leaves one dark
#[derive(Parser)]
#[command(name = "wireloom-relayd", version)]
#[command(
    after_help = "Without a command the daemon runs. Exit status: 0 fine, 1 something was found or refused, 2 could not run."
)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(flatten)]
    daemon: Daemon,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// The daemon itself.
#[derive(Args)]
struct Daemon {
    /// The file that `wireloom build` wrote for this controller
    #[arg(long, value_name = "FILE", required_unless_present = "sim")]
    config: Option<PathBuf>,
    /// What the build cannot know: addresses of nodes, whom to tell
    #[arg(long, value_name = "FILE", default_value = "/etc/wireloom/daemon.toml")]
    settings: PathBuf,
    /// Simulate relays and machines; without --config, a sample of four
    #[arg(long)]
    sim: bool,
    /// How long a chip that is not there is waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=3600))]
    chip_wait: u32,
    #[command(flatten)]
    here: Here,
}

/// Where a daemon is.
#[derive(Args)]
struct Here {
    /// The folder that the daemon writes to [default: $STATE_DIRECTORY, else /var/lib/wireloom-relayd, with --sim a folder of your own]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Its socket [default: control.sock in $RUNTIME_DIRECTORY, else in /run/wireloom-relayd, with --sim in the state's folder]
    #[arg(long, value_name = "FILE")]
    socket: Option<PathBuf>,
}

/// Where the daemon's files are.
#[derive(Args)]
struct Places {
    /// The file that `wireloom build` wrote for this controller
    #[arg(long, value_name = "FILE", default_value = CONFIG)]
    config: PathBuf,
    /// The folder that the daemon writes to [default: $STATE_DIRECTORY, else /var/lib/wireloom-relayd]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Verb {
    /// Show what would be done to which line, and whether the firmware holds it; touch none
    Check {
        /// The file that `wireloom build` wrote for this controller
        #[arg(long, value_name = "FILE", default_value = CONFIG)]
        config: PathBuf,
        /// What the build cannot know: other controllers
        #[arg(long, value_name = "FILE", default_value = "/etc/wireloom/daemon.toml")]
        settings: PathBuf,
    },
    /// Give power to outlets although no daemon runs; for systemd's units
    Release {
        #[command(flatten)]
        places: Places,
        /// Only where the lease is over: another daemon comes and ends the others
        #[arg(long, required_unless_present = "all")]
        overdue: bool,
        /// Every lease: no other daemon comes
        #[arg(long, conflicts_with = "overdue")]
        all: bool,
    },
    /// Ask the daemon that runs here, over its socket
    Ctl {
        #[command(flatten)]
        here: Here,
        /// Of a daemon that simulates
        #[arg(long)]
        sim: bool,
        /// The file of the failure table; without it, the sample's
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Answer with a JSON object
        #[arg(long)]
        json: bool,
        #[command(subcommand)]
        verb: verbs::ctl::Verb,
    },
    /// Tell a controller that this node lives, under a signature; for the node itself
    Heartbeat(verbs::heartbeat::Heartbeat),
    /// The log of what was done, by whom and why
    Audit {
        #[command(subcommand)]
        verb: verbs::audit::Verb,
    },
    /// Accounts, and tokens for programs
    User {
        #[command(flatten)]
        places: Places,
        #[command(subcommand)]
        verb: verbs::user::Verb,
    },
    /// Print the fingerprint of the certificate; make one that signs itself where there is none
    Certificate {
        #[command(flatten)]
        places: Places,
        /// A certificate in PEM that somebody else looks after, those that vouch for it below it
        #[arg(long, value_name = "FILE", requires = "key")]
        certificate: Option<PathBuf>,
        /// Its key in PEM
        #[arg(long, value_name = "FILE", requires = "certificate")]
        key: Option<PathBuf>,
    },
    /// Print what makes a shell complete verbs, options and names of outlets
    Completion(completion::Completion),
}

fn main() -> ExitCode {
    let Arguments { daemon, verb } = Arguments::parse();
    let Some(verb) = verb else { return code(daemon.run()) };
    code(match verb {
        Verb::Check { config, settings } => verbs::check::run(&config, &settings),
        Verb::Release { places, overdue: _, all } => verbs::release::run(&places, all),
        Verb::Heartbeat(given) => verbs::heartbeat::run(&given),
        Verb::Audit { verb } => verbs::audit::run(&verb),
        Verb::User { places, verb } => verbs::user::run(&places, &verb),
        Verb::Certificate { places, certificate, key } => {
            verbs::certificate::run(&places, certificate.as_ref().zip(key.as_ref()))
        }
        Verb::Completion(completion) => Ok(verbs::complete::run(&completion, Arguments::command())),
        Verb::Ctl { here, sim, config, json, verb } => {
            let (state, socket) = here.places(sim);
            verbs::ctl::run(&socket, config.as_deref(), &state, json, verb)
        }
    })
}

fn code(result: Result<u8, String>) -> ExitCode {
    ExitCode::from(result.unwrap_or_else(|words| {
        complain(&words);
        FAILED
    }))
}

impl Daemon {
    fn run(self) -> Result<u8, String> {
        let (state, socket) = self.here.places(self.sim);
        let Self { config, settings, sim, chip_wait, .. } = self;
        verbs::run::run(&verbs::run::Run { config, settings, state, socket, sim, chip_wait })
    }
}

impl Here {
    /// The folder and the socket.
    fn places(&self, sim: bool) -> (PathBuf, PathBuf) {
        let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let own = || variable("XDG_STATE_HOME").or_else(|| Some(variable("HOME")?.join(".local/state")));
        let mine = own().filter(|_| sim).map(|folder| folder.join("wireloom-relayd-sim"));
        let state = self.state.clone().or_else(|| variable("STATE_DIRECTORY")).or(mine.clone());
        let state = state.unwrap_or_else(|| PathBuf::from("/var/lib/wireloom-relayd"));
        let folder = variable("RUNTIME_DIRECTORY").or_else(|| sim.then(|| state.clone()));
        let folder = folder.unwrap_or_else(|| PathBuf::from("/run/wireloom-relayd"));
        let socket = self.socket.clone().unwrap_or_else(|| folder.join("control.sock"));
        (state, socket)
    }
}

impl Places {
    fn state(&self) -> PathBuf {
        // systemd separates several folders by colons; the unit has one.
        let given = || std::env::var_os("STATE_DIRECTORY").map(PathBuf::from);
        self.state.clone().or_else(given).unwrap_or_else(|| PathBuf::from("/var/lib/wireloom-relayd"))
    }
}

/// A line for a person or a script.
fn say(words: impl Display) {
    let _ = writeln!(std::io::stdout(), "{words}");
}

/// A line for a person or the journal.
fn complain(words: impl Display) {
    let _ = writeln!(std::io::stderr(), "wireloom-relayd: {words}");
}

/// An error with the file that it is about.
fn about(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("`{}`: {error}", path.display())
}

/// The config; every complaint is printed.
fn config(path: &Path) -> Result<relay_config::RelayConfig, String> {
    let text = std::fs::read_to_string(path).map_err(about(path))?;
    relayd::config::read(&text).map_err(|words| {
        for words in &words {
            complain(format_args!("{}:{words}", path.display()));
        }
        format!("`{}` cannot be used: {} found in it", path.display(), words.len())
    })
}
