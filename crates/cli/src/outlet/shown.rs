//! Plans, outlets and their ends as lines for people.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::waited::Ended;

/// What would happen.
#[derive(Deserialize, Serialize)]
pub struct Plan {
    /// For running it.
    pub id: String,
    action: String,
    /// The outlets' nodes, in the order in which they are asked for.
    pub nodes: Vec<String>,
    steps: Vec<Step>,
    /// What would be refused.
    pub violations: Vec<Violation>,
    before_off: Vec<String>,
    cut_short: bool,
}

#[derive(Deserialize, Serialize)]
struct Step {
    at_ms: u64,
    node: String,
    power: String,
    takes_down: Vec<String>,
    draws_ma: u64,
    unknown_draws: Vec<String>,
}

/// A refusal within a plan.
#[derive(Deserialize, Serialize)]
pub struct Violation {
    node: String,
    rule: String,
    interlock: Option<String>,
    detail: String,
}

/// An outlet as it is.
#[derive(Deserialize)]
pub struct Is {
    id: String,
    /// The node that it feeds.
    pub node: String,
    /// What the line was last told, as the load's power.
    pub commanded: String,
    observed: Option<String>,
    /// `on`, `intent`, `audit`, `cutting`, `off`, `powering`.
    pub phase: String,
    health: String,
    silent: u32,
    /// Leave to be off.
    pub lease: Option<Lease>,
    lock: Option<Lock>,
    queued: Option<u64>,
    /// Why its line cannot be trusted.
    pub fault: Option<String>,
    takes_down: Vec<String>,
}

/// Leave to be off.
#[derive(Deserialize)]
pub struct Lease {
    /// The operation's number.
    pub operation: u64,
    /// Power comes back by itself, soon.
    pub cycle: bool,
    /// Its end.
    pub off_until: String,
    actor: String,
    reason: String,
}

#[derive(Deserialize)]
struct Lock {
    owner: String,
    reason: String,
    until: String,
}

/// Words of somebody else as a terminal may have them: what would move its cursor or turn its direction is escaped.
pub fn plain(text: &str) -> String {
    let turns =
        |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() || turns(letter) {
            shown.extend(letter.escape_unicode());
        } else {
            shown.push(letter);
        }
    }
    shown
}

fn width<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(|name| name.chars().count()).max().unwrap_or(0)
}

/// Tenths of a second, and no more of them than there are.
fn time(ms: u64) -> String {
    let tenths = ms.div_ceil(100);
    if tenths.is_multiple_of(10) { format!("{} s", tenths / 10) } else { format!("{}.{} s", tenths / 10, tenths % 10) }
}

/// A plan: steps with times and amperes, what has to happen before, what would be refused.
pub fn plan(plan: &Plan) -> String {
    let mut text = format!("{} {}\n", plain(&plan.action), plain(&plan.nodes.join(", ")));
    let wide = width(plan.steps.iter().map(|step| step.node.as_str()));
    for step in &plan.steps {
        let unknown = step.unknown_draws.join(", ");
        let (least, unknown) =
            if unknown.is_empty() { ("", unknown) } else { ("at least ", format!(", {unknown} not known")) };
        let with: Vec<&str> = step.takes_down.iter().map(String::as_str).filter(|name| *name != step.node).collect();
        let with = if with.is_empty() { String::new() } else { format!(", with it {}", with.join(", ")) };
        let (whole, tenths) = (step.draws_ma.div_ceil(100) / 10, step.draws_ma.div_ceil(100) % 10);
        let amperes = format!("then {least}{whole}.{tenths} A{unknown}");
        let line = format!("{:>8}  {:wide$}  {:3}  {amperes}{with}", time(step.at_ms), step.node, step.power);
        let _ = writeln!(text, "{}", plain(&line));
    }
    if plan.cut_short {
        text += "          and so on\n";
    }
    for words in &plan.before_off {
        let _ = writeln!(text, "before: {}", plain(words));
    }
    for no in &plan.violations {
        let interlock = no.interlock.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
        let line = format!("{}  will be refused ({}{interlock}): {}", no.node, no.rule, no.detail);
        let _ = writeln!(text, "{}", plain(&line));
    }
    if plan.steps.is_empty() && plan.violations.is_empty() {
        text += "          nothing is to do\n";
    }
    text
}

/// What became of one.
pub fn ended(one: &Ended) -> String {
    let state = if one.state == "queued" { "waits" } else { &one.state };
    let rule = one.rule.as_ref().map(|rule| format!(" ({rule})")).unwrap_or_default();
    let detail = if one.detail.is_empty() { String::new() } else { format!(": {}", one.detail) };
    plain(&format!("{}  {state}{rule}{detail}", one.node)) + "\n"
}

/// Outlets as they are, a line each.
pub fn outlets(all: &[Is]) -> String {
    let wide = width(all.iter().map(|own| own.node.as_str()));
    let ids = width(all.iter().map(|own| own.id.as_str()));
    let mut text = String::new();
    for own in all {
        let health = match own.health.as_str() {
            "silent" => format!("silent ({} looks)", own.silent),
            health => health.to_owned(),
        };
        let mut line = format!("{:wide$}  {:ids$}  {:3}  {health}", own.node, own.id, own.commanded);
        if let Some(observed) = own.observed.as_ref().filter(|observed| **observed != own.commanded) {
            let _ = write!(line, ", reads back {observed}");
        }
        if let Some(fault) = &own.fault {
            let _ = write!(line, ", fault: {fault}");
        }
        if let Some(lease) = &own.lease {
            let Lease { operation, off_until, actor, reason, .. } = lease;
            let _ = write!(line, ", off until {off_until} ({operation}, {actor}: {reason})");
        }
        if let Some(Lock { owner, reason, until }) = &own.lock {
            let _ = write!(line, ", locked until {until} ({owner}: {reason})");
        }
        if let Some(queued) = own.queued {
            let _ = write!(line, ", {queued} waits");
        }
        let with: Vec<&str> = own.takes_down.iter().map(String::as_str).filter(|name| *name != own.node).collect();
        if !with.is_empty() {
            let _ = write!(line, ", feeds also {}", with.join(", "));
        }
        let _ = writeln!(text, "{}", plain(&line));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_shows_times_amperes_and_what_would_be_refused() {
        let text = r#"{"id":"1","action":"cycle","nodes":["pi[1]","pi[2]"],"before_off":["shut it down"],"cut_short":false,
            "steps":[{"at_ms":0,"node":"pi[1]","power":"off","takes_down":["pi[1]","ssd[1]"],"draws_ma":1250,"unknown_draws":[]},
                     {"at_ms":10500,"node":"pi[1]","power":"on","takes_down":["pi[1]","ssd[1]"],"draws_ma":2000,"unknown_draws":["pi[3]"]}],
            "violations":[{"node":"pi[2]","rule":"at-most","interlock":"one","detail":"\u001b[2Jtoo many"}]}"#;
        let plan: Plan = serde_json::from_str(text).expect("a plan");
        let expected = "cycle pi[1], pi[2]\n     0 s  pi[1]  off  then 1.3 A, with it ssd[1]\n  10.5 s  pi[1]  on   then at least 2.0 A, pi[3] not known, with it ssd[1]\n\
            before: shut it down\npi[2]  will be refused (at-most, one): \\u{1b}[2Jtoo many\n";
        assert_eq!(super::plan(&plan), expected);
    }
}
