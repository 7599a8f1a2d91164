//! Who may do what: accounts, passwords, tokens, sessions, and how often somebody may guess.

mod accounts;
pub mod password;
mod sessions;
mod throttle;

pub use accounts::{Account, Accounts, Refused, Token};
pub use sessions::{Session, Sessions};
pub use throttle::{Guesses, Throttle};

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// What somebody may do, the least first; each includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Look.
    ReadOnly,
    /// Switch the outlets that were granted.
    Operator,
    /// Everything.
    Administrator,
}

impl Role {
    /// All, the least first.
    pub const ALL: [Self; 3] = [Self::ReadOnly, Self::Operator, Self::Administrator];

    /// Its name in files and on command lines.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Operator => "operator",
            Self::Administrator => "administrator",
        }
    }
}

/// Somebody who has shown who they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Who {
    /// The account.
    pub name: String,
    /// What they may do: the account's role, or less with a token that has less.
    pub role: Role,
    /// The outlets that they may switch; `None` is all. An administrator's are all.
    pub outlets: Option<Vec<String>>,
}

impl Who {
    /// Whether they may switch an outlet.
    pub fn may_switch(&self, outlet: &str) -> bool {
        match self.role {
            Role::ReadOnly => false,
            Role::Operator => self.outlets.as_ref().is_none_or(|outlets| outlets.iter().any(|own| own == outlet)),
            Role::Administrator => true,
        }
    }
}

/// Why somebody is not let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denied {
    /// Name or password is wrong; which of the two is not told.
    Wrong,
    /// There were too many wrong ones; so many milliseconds must pass before another is looked at.
    Wait(u64),
}

/// Lets somebody in by name and password. `from` is where they come from; nothing for a socket on this machine. `now_ms` is a clock that nobody sets.
///
/// A wrong name takes as long as a wrong password. While somebody has to wait, no password is looked at.
///
/// # Errors
/// [`Denied`].
pub fn log_in(
    accounts: &Accounts,
    guesses: &mut Guesses,
    name: &str,
    given: &str,
    from: Option<IpAddr>,
    now_ms: u64,
) -> Result<Who, Denied> {
    let account = accounts.find(name);
    if let Some(left_ms) = guesses.wait(name, account.is_some(), from, now_ms) {
        return Err(Denied::Wait(left_ms));
    }
    let is_right = password::check(given, account.map_or(password::NOBODYS, |account| &account.password));
    match account.filter(|_| is_right) {
        Some(account) => {
            guesses.right(name, from, now_ms);
            Ok(account.who())
        }
        None => {
            guesses.wrong(name, account.is_some(), from, now_ms);
            Err(Denied::Wrong)
        }
    }
}

#[cfg(test)]
mod tests;
