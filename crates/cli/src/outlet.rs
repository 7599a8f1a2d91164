//! `wireloom outlet`: asks a relay daemon over the network, shows the plan before anything is done, and waits for each outlet's end.

pub mod place;
mod shown;
mod waited;

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use clap::{Args, Subcommand, ValueEnum};
use cli::remote::{Answer, NoAnswer, Remote};
use serde_json::{Value, json};

use crate::{CLEAN, FOUND, print};
use place::Place;
use shown::{Is, Plan};
use waited::{Ended, Run};

/// Why there is no end to tell of.
enum No {
    /// The daemon says no: why. Exit status 1.
    Refused(String),
    /// Nobody could be asked, or the answer is not understood. Exit status 2.
    Failed(String),
}

impl From<NoAnswer> for No {
    fn from(no: NoAnswer) -> Self {
        Self::Failed(no.words())
    }
}

impl From<String> for No {
    fn from(words: String) -> Self {
        Self::Failed(words)
    }
}

/// What is asked of outlets.
#[derive(Args)]
#[command(after_help = "Exit status: 0 done, 1 refused or failed, 2 could not ask.")]
pub struct Outlet {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Give power; ends what keeps it off
    On(Switch),
    /// Take power, for a time
    Off {
        #[command(flatten)]
        what: Switch,
        /// For how long: 90s, 10m, 2h [default: what the daemon's config says]
        #[arg(long = "for", value_name = "TIME", value_parser = seconds)]
        long: Option<u64>,
    },
    /// Take power and give it back
    Cycle {
        #[command(flatten)]
        what: Switch,
        /// How long without power [default: what the daemon's config says]
        #[arg(long, value_name = "TIME", value_parser = seconds)]
        off: Option<u64>,
    },
    /// Show outlets as they are
    Status {
        /// As for `on`; all where none is named
        #[arg(value_name = "OUTLET")]
        outlets: Vec<String>,
        #[command(flatten)]
        how: How,
    },
}

/// What every switching takes.
#[derive(Args)]
struct Switch {
    /// 'pi[2]', 'pi[1..4]', 'pi[1-4]', pi-2, '*'
    #[arg(value_name = "OUTLET", required = true)]
    outlets: Vec<String>,
    /// Why; it goes into the daemon's audit log
    #[arg(long)]
    reason: String,
    /// Past interlocks that an administrator may pass; never past what would lock everybody out
    #[arg(long)]
    force: bool,
    /// Show the plan and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(short, long)]
    yes: bool,
    /// End as soon as the daemon has taken the request
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    how: How,
}

#[derive(Args)]
struct How {
    #[command(flatten)]
    place: Place,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people
    Text,
    /// `docs/relayd.md`
    Json,
}

/// `90s`, `10m`, `2h` as seconds.
fn seconds(text: &str) -> Result<u64, String> {
    let wrong = || "a time is `90s`, `10m` or `2h`, at most a day".to_owned();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err(wrong()),
    };
    let long = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    long.filter(|long| (1..=86_400).contains(long)).ok_or_else(wrong)
}

impl Outlet {
    /// The exit status; an `Err` says why nobody could be asked.
    pub fn run(&self) -> Result<u8, String> {
        let done = match &self.verb {
            Verb::On(what) => what.run("on", None),
            Verb::Off { what, long } => what.run("off", *long),
            Verb::Cycle { what, off } => what.run("cycle", *off),
            Verb::Status { outlets, how } => how.status(outlets),
        };
        match done {
            Ok(code) => Ok(code),
            Err(No::Failed(words)) => Err(words),
            Err(No::Refused(words)) => {
                say(&format!("wireloom: {words}\n"));
                Ok(FOUND)
            }
        }
    }
}

impl How {
    fn status(&self, outlets: &[String]) -> Result<u8, No> {
        let remote = self.place.remote()?;
        let Value::Array(mut all) = get(&remote, "/api/v1/outlets")? else {
            return Err(No::Failed("the daemon's answer is no list of outlets".to_owned()));
        };
        if !outlets.is_empty() {
            // What a range means is the daemon's to say: a plan names its outlets and switches none.
            let plan = ask(&remote, &json!({ "outlets": outlets.join(","), "action": "on" }))?;
            let is_at = |node: &Value| plan.nodes.iter().position(|own| Some(own.as_str()) == node.as_str());
            all.retain(|outlet| is_at(&outlet["node"]).is_some());
            all.sort_by_key(|outlet| is_at(&outlet["node"]));
        }
        if self.format == Format::Json {
            print(&pretty(&Value::Array(all)))?;
            return Ok(CLEAN);
        }
        let all: Vec<Is> = all.into_iter().map(understood).collect::<Result<_, _>>()?;
        print(&shown::outlets(&all))?;
        Ok(CLEAN)
    }
}

impl Switch {
    fn run(&self, action: &str, off_seconds: Option<u64>) -> Result<u8, No> {
        let is_person = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if !self.dry_run && !self.yes && !is_person {
            return Err(No::Failed("nobody is there to be asked: `--yes` does it, `--dry-run` shows it".to_owned()));
        }
        let remote = self.how.place.remote()?;
        let is_json = self.how.format == Format::Json;
        let mut body = json!({ "outlets": self.outlets.join(","), "action": action, "force": self.force });
        if let Some(seconds) = off_seconds {
            body["off_seconds"] = json!(seconds);
        }
        let plan = ask(&remote, &body)?;
        let is_asked = !self.dry_run && !self.yes;
        match (is_json, is_asked) {
            (false, _) => print(&shown::plan(&plan))?,
            (true, true) => say(&shown::plan(&plan)),
            (true, false) => {}
        }
        if self.dry_run {
            if is_json {
                print(&pretty(&json!({ "plan": plan })))?;
            }
            return Ok(if plan.violations.is_empty() { CLEAN } else { FOUND });
        }
        if is_asked && !agreed() {
            return Err(No::Refused("nothing was done".to_owned()));
        }
        let path = format!("/api/v1/plan/{}/run", plan.id);
        let answer = remote.change(&path, &json!({ "reason": self.reason }).to_string()).map_err(|no| match no {
            NoAnswer::Unsent(words) => words,
            NoAnswer::Lost(words) => format!("{words}\nit may have been done: `wireloom outlet status` shows it"),
        })?;
        // 409 is the answer where all was refused: what became of each stands in it, unless it is another no.
        let run: Result<Run, String> = answer.json().and_then(understood);
        let mut run = match run {
            Ok(run) if matches!(answer.status, 200 | 202 | 409) => run,
            _ => return Err(no(&answer)),
        };
        let mut told = |ended: &Ended| if is_json { Ok(()) } else { print(&shown::ended(ended)) };
        if self.no_wait {
            run.results.iter().try_for_each(&mut told)?;
        } else {
            waited::wait(&remote, &mut run.results, &mut told)?;
        }
        if is_json {
            print(&pretty(&json!({ "plan": plan, "results": run.results })))?;
        }
        Ok(if run.results.iter().all(Ended::is_well) { CLEAN } else { FOUND })
    }
}

/// Whether a person at the terminal agrees; no answer is none.
fn agreed() -> bool {
    say("Do it? [y/N] ");
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.is_ok() && matches!(line.trim().to_lowercase().as_str(), "y" | "yes")
}

fn say(text: &str) {
    let mut out = std::io::stderr();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// An answer that is none of those that were hoped for.
fn no(answer: &Answer) -> No {
    let words = shown::plain(&answer.refusal());
    match answer.status {
        200..=299 => No::Failed("the daemon's answer is not understood".to_owned()),
        401 => {
            No::Refused(format!("{words}\nthe token comes from `WIRELOOM_TOKEN`, else from the profile's `token-file`"))
        }
        _ => No::Refused(words),
    }
}

fn get(remote: &Remote, path: &str) -> Result<Value, No> {
    let answer = remote.get(path)?;
    if answer.status == 200 { Ok(answer.json()?) } else { Err(no(&answer)) }
}

/// Asks for a plan.
fn ask(remote: &Remote, body: &Value) -> Result<Plan, No> {
    let answer = remote.ask("/api/v1/plan", &body.to_string())?;
    if answer.status != 200 {
        return Err(no(&answer));
    }
    Ok(understood(answer.json()?)?)
}

fn understood<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| format!("the daemon's answer is not understood: {error}"))
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_and_are_at_most_a_day() {
        assert_eq!((seconds("90s"), seconds("10m"), seconds("24h")), (Ok(90), Ok(600), Ok(86_400)));
        for text in ["", "5", "s", "5d", "0s", "25h", "-5s", "5ms", "99999999999999999999h", "9999999999999999999h"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
