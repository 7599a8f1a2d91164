//! What callers may send, as JSON. A key that is not known is refused.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// Most letters of a reason, and of any other words.
pub const LONGEST_WORDS: usize = 500;

/// Log in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogIn {
    /// The account.
    pub name: String,
    /// Its password.
    pub password: String,
}

/// Switch an outlet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Switch {
    /// Why; it goes into the audit. At most 500 letters.
    #[cfg_attr(test, schemars(length(min = 1, max = 500)))]
    pub reason: String,
    /// How long it is off: for `off` the lease, for `cycle` the time without power. Not for `on`.
    #[serde(default)]
    #[cfg_attr(test, schemars(range(min = 1, max = 86_400)))]
    pub off_seconds: Option<u64>,
    /// Past soft interlocks; administrators only. Never past what would lock everybody out.
    #[serde(default)]
    pub force: bool,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// Ask what a request for several outlets would do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AskPlan {
    /// Names, slugs, ranges, lists: `pi[1..4]`, `pi[1-4],switch`, `*`.
    #[cfg_attr(test, schemars(length(min = 1, max = 500)))]
    pub outlets: String,
    /// What.
    pub action: ActionWord,
    /// How long each is off.
    #[serde(default)]
    #[cfg_attr(test, schemars(range(min = 1, max = 86_400)))]
    pub off_seconds: Option<u64>,
    /// Past soft interlocks; administrators only.
    #[serde(default)]
    pub force: bool,
}

/// What is asked of an outlet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ActionWord {
    /// Power it.
    On,
    /// Take its power until the lease ends.
    Off,
    /// Take its power and give it back.
    Cycle,
}

/// Run a plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunPlan {
    /// Why; it goes into the audit. At most 500 letters.
    #[cfg_attr(test, schemars(length(min = 1, max = 500)))]
    pub reason: String,
}

/// Keep everybody else from an outlet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TakeLock {
    /// Why. At most 500 letters.
    #[cfg_attr(test, schemars(length(min = 1, max = 500)))]
    pub reason: String,
    /// For how long.
    #[cfg_attr(test, schemars(range(min = 1, max = 86_400)))]
    pub seconds: u64,
}

/// Hold the watch over a node still, or let it go on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SetWatch {
    /// For how long; absent: let it go on, and forget that it gave up.
    #[serde(default)]
    #[cfg_attr(test, schemars(range(min = 1, max = 86_400)))]
    pub pause_seconds: Option<u64>,
}

/// A node lives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Heartbeat {
    /// The node: the name of its outlet.
    pub from: String,
    /// This controller.
    pub to: String,
    /// As the answer to a message before gave it; empty at first.
    pub challenge: String,
    /// Larger than that of every message before.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub sequence: u64,
}

/// How things stand at another controller.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PeerState {
    /// That controller.
    pub from: String,
    /// This one.
    pub to: String,
    /// As the answer to a message before gave it; empty at first.
    pub challenge: String,
    /// Larger than that of every message before.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub sequence: u64,
    /// Controllers whose power it is about to take.
    pub claims: Vec<String>,
    /// Controllers whose power it has taken.
    pub cutting: Vec<String>,
    /// Its outlets, and whether each is on.
    pub on: BTreeMap<String, bool>,
}

/// Reads a body.
///
/// # Errors
/// 400 with the place in it.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::bad(format!("the body cannot be used: {error}")))
}

/// Words for records: something, not too much.
///
/// # Errors
/// 400.
pub fn words(what: &str, given: &str) -> Result<String, Problem> {
    let given = given.trim();
    if given.is_empty() || LONGEST_WORDS < given.chars().count() {
        return Err(Problem::bad(format!("the {what} has 1 to {LONGEST_WORDS} letters")));
    }
    Ok(given.to_owned())
}

/// Seconds as milliseconds: something, and at most a day, which is the longest that the config allows too.
///
/// # Errors
/// 400.
pub fn milliseconds(what: &str, seconds: Option<u64>) -> Result<Option<u64>, Problem> {
    match seconds {
        Some(1..=86_400) | None => Ok(seconds.map(|seconds| seconds * 1000)),
        Some(_) => Err(Problem::bad(format!("`{what}` is 1 to 86400"))),
    }
}
