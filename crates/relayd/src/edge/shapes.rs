//! What the local command asks and is answered, as JSON: one object a line each way.

use relay_engine::{Answer, Health, OutletState, Phase, Plan, Verb, WatchState};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::control::State;
use crate::http::signed::PeerShape;
use crate::lines::sim::Fault;

/// A question. `outlets` may be a range: `pi[1..4]`, `pi[1-4]`, `*`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "do", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Question {
    /// Power.
    On {
        outlets: String,
        reason: String,
        #[serde(default)]
        force: bool,
        #[serde(default)]
        dry_run: bool,
    },
    /// No power, for a time.
    Off {
        outlets: String,
        reason: String,
        for_ms: Option<u64>,
        #[serde(default)]
        force: bool,
        #[serde(default)]
        dry_run: bool,
    },
    /// No power and power again.
    Cycle {
        outlets: String,
        reason: String,
        off_ms: Option<u64>,
        #[serde(default)]
        force: bool,
        #[serde(default)]
        dry_run: bool,
    },
    /// What a verb would do, step by step.
    Plan {
        outlets: String,
        verb: String,
        for_ms: Option<u64>,
        #[serde(default)]
        force: bool,
    },
    /// Outlets as they are; all where none is named.
    Status { outlets: Option<String> },
    /// Maintenance.
    Lock { outlets: String, reason: String, for_ms: u64 },
    /// No maintenance any more.
    Unlock {
        outlets: String,
        #[serde(default)]
        force: bool,
    },
    /// The watchdog holds still.
    Pause { outlets: String, for_ms: u64 },
    /// The watchdog goes on, and forgets that it gave up.
    Resume { outlets: String },
    /// Takes back an operation that waits.
    Cancel { operation: u64 },
    /// Reads the config again.
    Reload,
    /// A node says that it lives.
    Heartbeat { outlets: String },
    /// Spoils or mends a simulated outlet.
    Sim { outlets: String, fault: String },
}

/// What became of one outlet's part of a question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// The outlet, where it is about one; of `peer` the other controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// `accepted`, `queued`, `done`, `would`, `refused`, or `status`, `peer`, `step`.
    pub answer: String,
    /// The operation's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<u64>,
    /// The rule that refused it or that it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// A sentence.
    pub sentence: String,
    /// More of it, for programs.
    #[serde(skip_serializing_if = "Value::is_null", default)]
    pub more: Value,
}

/// The answer to a question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// Nothing was refused.
    pub fine: bool,
    /// In the order of the outlets.
    pub lines: Vec<Line>,
}

impl Line {
    /// A line without an outlet.
    pub fn plain(answer: &str, sentence: impl Into<String>) -> Self {
        let (answer, sentence) = (answer.to_owned(), sentence.into());
        Self { outlet: None, answer, operation: None, rule: None, sentence, more: Value::Null }
    }

    /// The engine's answer.
    pub fn of(outlet: Option<&str>, answer: Answer) -> Self {
        let line = match answer {
            Answer::Accepted { operation, sentence } => {
                Self { operation: Some(operation), ..Self::plain("accepted", sentence) }
            }
            Answer::Queued { operation, rule, sentence, .. } => {
                Self { operation: Some(operation), rule: Some(rule.id().to_owned()), ..Self::plain("queued", sentence) }
            }
            Answer::Done { sentence } => Self::plain("done", sentence),
            Answer::Would { sentence } => Self::plain("would", sentence),
            Answer::Refused(refusal) => {
                Self { rule: Some(refusal.rule.id().to_owned()), ..Self::plain("refused", refusal.sentence) }
            }
            Answer::Reloaded { kept, added, removed } => {
                let sentence = format!("{} lines kept, {} added, {} removed", kept.len(), added.len(), removed.len());
                Self::plain("done", sentence)
            }
        };
        Self { outlet: outlet.map(str::to_owned), ..line }
    }

    /// An outlet as it is.
    pub fn status(outlet: &OutletState, state: &State) -> Self {
        let phase = match outlet.phase {
            Phase::On => "on",
            Phase::Intent | Phase::Audit | Phase::Cutting => "going off",
            Phase::Off => "off",
            Phase::Powering => "going on",
        };
        let health = match outlet.health {
            Health::Unknown => "health unknown".to_owned(),
            Health::Alive => "alive".to_owned(),
            Health::Silent(looks) => format!("silent for {looks} looks"),
        };
        let mut sentence = format!("{phase}, {health}");
        let seconds = |at: u64| at.saturating_sub(state.now.mono_ms).div_ceil(1000);
        if let Some(at) = outlet.on_at_mono_ms.filter(|_| outlet.phase != Phase::On) {
            sentence += &format!(", power in {} s", seconds(at));
        }
        if let Some(lock) = &outlet.lock {
            sentence += &format!(", locked by {}: {}", lock.owner, lock.reason);
        }
        if let Some(id) = outlet.queued {
            sentence += &format!(", operation {id} waits");
        }
        if let Some(fault) = &outlet.fault {
            sentence += &format!(", fault: {fault}");
        }
        let watch = state.snapshot.watches.iter().find(|watch| watch.outlet == outlet.name);
        if watch.is_some_and(|watch| watch.gave_up) {
            sentence += ", the watchdog gave up: somebody has to look";
        }
        let power = |power| crate::control::power_word(power);
        let more = json!({
            "slug": outlet.slug, "commanded": power(Some(outlet.commanded)), "observed": outlet.observed.map(|one| power(Some(one))),
            "phase": phase, "cuts-last-hour": outlet.cuts_last_hour, "watch": watch.map(watching),
        });
        Self { outlet: Some(outlet.name.clone()), more, ..Self::plain("status", sentence) }
    }
}

impl Line {
    /// Another controller as it was heard.
    pub fn peer(peer: &PeerShape) -> Self {
        let ago = |seconds: Option<u64>| seconds.map_or("never".to_owned(), |seconds| format!("{seconds} s ago"));
        let (heard, told) = (ago(peer.heard_seconds), ago(peer.told_seconds));
        let mut sentence = format!("{}, heard {heard}, told {told}", if peer.alive { "alive" } else { "silent" });
        for (words, names) in [("about to restart", &peer.claims), ("restarting", &peer.cutting)] {
            if !names.is_empty() {
                sentence += &format!(", {words} {}", names.join(", "));
            }
        }
        if peer.refused != 0 {
            sentence += &format!(", {} messages refused", peer.refused);
        }
        if let Some(trouble) = &peer.trouble {
            sentence += &format!(", cannot be told: {trouble}");
        }
        Self { outlet: Some(peer.name.clone()), more: json!(peer), ..Self::plain("peer", sentence) }
    }
}

fn watching(watch: &WatchState) -> Value {
    json!({ "streak": watch.streak, "fails": watch.fails, "budget-left": watch.budget_left, "gave-up": watch.gave_up })
}

/// A plan, a line a step.
pub fn plan(plan: &Plan) -> Reply {
    let step = |step: &relay_engine::PlanStep| {
        let power = crate::control::power_word(Some(step.power));
        let mut sentence =
            format!("{:>8.1} s  {power:<3}  {:.2} A after it", seconds(step.at_ms), seconds(step.draws_ma));
        if !step.unknown_draws.is_empty() {
            sentence += &format!(" and what {} draw", step.unknown_draws.join(", "));
        }
        let more =
            json!({ "at-ms": step.at_ms, "power": power, "draws-ma": step.draws_ma, "takes-down": step.takes_down });
        Line { outlet: Some(step.outlet.clone()), more, ..Line::plain("step", sentence) }
    };
    let refused = |(outlet, refusal): &(String, relay_engine::Refusal)| Line {
        outlet: Some(outlet.clone()),
        rule: Some(refusal.rule.id().to_owned()),
        ..Line::plain("refused", refusal.sentence.clone())
    };
    let before = plan.before_off.iter().map(|words| Line::plain("before", format!("before that: {words}")));
    let mut lines: Vec<Line> =
        before.chain(plan.steps.iter().map(step)).chain(plan.refused.iter().map(refused)).collect();
    if plan.cut_short {
        lines.push(Line::plain("step", "and so on: the plan is longer than can be shown"));
    }
    Reply { fine: plan.refused.is_empty(), lines }
}

/// Thousandths as a number with its fraction.
fn seconds(thousandths: u64) -> f64 {
    f64::from(u32::try_from(thousandths).unwrap_or(u32::MAX)) / 1000.0
}

/// What is to be spoiled: `Ok(None)` mends.
///
/// # Errors
/// The words that are understood.
pub fn fault(words: &str) -> Result<Option<Fault>, String> {
    Ok(Some(match words {
        "mend" => return Ok(None),
        "hang" => Fault::Hang,
        "hangs-always" => Fault::HangsAlways,
        "stuck" => Fault::StuckContact,
        "welded" => Fault::Welded,
        "slow-boot" => Fault::SlowBoot(4),
        "line-error" => Fault::LineError,
        _ => return Err("hang, hangs-always, stuck, welded, slow-boot, line-error, or mend".to_owned()),
    }))
}

/// A verb by its word.
///
/// # Errors
/// The words that are understood.
pub fn verb(word: &str, for_ms: Option<u64>) -> Result<Verb, String> {
    match word {
        "on" => Ok(Verb::On),
        "off" => Ok(Verb::Off { for_ms }),
        "cycle" => Ok(Verb::Cycle { off_ms: for_ms }),
        _ => Err("on, off or cycle".to_owned()),
    }
}
