//! `wireloom-relayd user`: accounts and tokens, written to the file that the daemon reads.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use std::process::{Command, Stdio};

use clap::{Subcommand, ValueEnum};
use relayd::access::{Accounts, Role};
use relayd::{clock, digest};

use crate::{FINE, Places, about, complain, say};

/// What an account may do.
#[derive(Clone, Copy, ValueEnum)]
pub enum AskedRole {
    /// Look
    ReadOnly,
    /// Switch outlets
    Operator,
    /// Everything
    Administrator,
}

impl From<AskedRole> for Role {
    fn from(role: AskedRole) -> Self {
        match role {
            AskedRole::ReadOnly => Self::ReadOnly,
            AskedRole::Operator => Self::Operator,
            AskedRole::Administrator => Self::Administrator,
        }
    }
}

/// What to do with accounts.
#[derive(Subcommand)]
pub enum Verb {
    /// Add an account; its password is asked for, or is the first line of the input
    Add {
        /// Small letters, digits, `.`, `_`, `-`
        name: String,
        /// What it may do
        #[arg(long, value_enum)]
        role: AskedRole,
        /// Outlets that it may switch, by name [default: all]
        #[arg(long, value_name = "OUTLET", value_delimiter = ',')]
        outlets: Option<Vec<String>>,
        /// Make a password and print it
        #[arg(long)]
        generate: bool,
    },
    /// Give an account another password
    Password {
        /// Whose
        name: String,
        /// Make a password and print it
        #[arg(long)]
        generate: bool,
    },
    /// Show accounts and tokens
    List,
    /// Take an account away, and its tokens
    Remove {
        /// Whose
        name: String,
    },
    /// Make a key for a program, print it once, and keep only its hash
    Token {
        /// The account in whose name it acts
        name: String,
        /// The most that it may do [default: what the account may]
        #[arg(long, value_enum)]
        role: Option<AskedRole>,
        /// Days after which it ends [default: never]
        #[arg(long)]
        days: Option<u32>,
        /// What it is for
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Take a token away
    Revoke {
        /// Its id, as `list` shows it
        id: String,
    },
}

pub fn run(places: &Places, verb: &Verb) -> Result<u8, String> {
    let folder = places.state();
    if !folder.is_dir() {
        let folder = folder.display();
        return Err(format!("there is no folder `{folder}`: give the daemon's with `--state`, before the verb"));
    }
    let path = folder.join("accounts.toml");
    match verb {
        Verb::Add { name, role, outlets, generate } => {
            if let Some(outlets) = outlets {
                known(places, outlets);
            }
            let password = password(*generate)?;
            change(&path, |accounts| accounts.add(name, (*role).into(), &password, outlets.clone()))?;
            say(format_args!("account `{name}` may log in"));
        }
        Verb::Password { name, generate } => {
            let password = password(*generate)?;
            change(&path, |accounts| accounts.set_password(name, &password))?;
            say(format_args!("account `{name}` has another password"));
        }
        Verb::List => list(&Accounts::load(&path).map_err(about(&path))?),
        Verb::Remove { name } => {
            change(&path, |accounts| accounts.remove(name))?;
            say(format_args!("account `{name}` is gone"));
        }
        Verb::Token { name, role, days, note } => {
            let until_ms = days.map(|days| clock::now_ms() + u64::from(days) * 86_400_000);
            let role = role.map(Role::from);
            say(change(&path, |accounts| accounts.add_token(name, role, until_ms, note))?);
        }
        Verb::Revoke { id } => {
            change(&path, |accounts| accounts.remove_token(id))?;
            say(format_args!("token `{id}` is gone"));
        }
    }
    Ok(FINE)
}

fn change<T>(path: &Path, how: impl FnOnce(&mut Accounts) -> Result<T, relayd::access::Refused>) -> Result<T, String> {
    Accounts::change(path, how).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidInput => error.to_string(),
        _ => about(path)(error),
    })
}

/// A grant for an outlet that is not there is a slip of the pen; without a config it cannot be told.
fn known(places: &Places, outlets: &[String]) {
    let text = std::fs::read_to_string(&places.config).ok();
    let Some(config) = text.and_then(|text| relayd::config::read(&text).ok()) else { return };
    for outlet in outlets.iter().filter(|outlet| config.outlets.iter().all(|other| other.name != **outlet)) {
        complain(format_args!("`{outlet}` is no outlet of `{}`", places.config.display()));
    }
}

fn list(accounts: &Accounts) {
    for user in accounts.users() {
        let outlets = match &user.outlets {
            Some(outlets) if user.role == Role::Operator => format!("  {}", outlets.join(" ")),
            _ => String::new(),
        };
        say(format_args!("{}  {}{outlets}", user.name, user.role.name()));
        for token in accounts.tokens().iter().filter(|token| token.user == user.name) {
            let role = token.role.unwrap_or(user.role).min(user.role);
            let until = token.until_ms.map_or(String::new(), |until| format!("  until {}", clock::text(until)));
            say(format_args!("  token {}  {}{until}  {}", token.id, role.name(), token.note.escape_debug()));
        }
    }
}

/// A password that is made, or read without showing it.
fn password(generate: bool) -> Result<String, String> {
    if generate {
        let password = digest::random_hex::<12>();
        say(&password);
        return Ok(password);
    }
    let is_person = std::io::stdin().is_terminal();
    let one = line(is_person, "Password: ")?;
    if is_person && line(true, "Again: ")? != one {
        return Err("the two are not the same".to_owned());
    }
    Ok(one)
}

/// A line of the input. The terminal does not show it where its own `stty` is at hand, and says so where it is not.
fn line(is_person: bool, prompt: &str) -> Result<String, String> {
    let echo = |word: &str| {
        let status = Command::new("stty").arg(word).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let is_hidden = is_person && echo("-echo");
    if is_person {
        complain(if is_hidden { prompt.to_owned() } else { format!("{prompt}(it will be seen)") });
    }
    let mut text = String::new();
    let read = std::io::stdin().lock().read_line(&mut text);
    if is_hidden {
        echo("echo");
    }
    read.map_err(|error| error.to_string())?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
