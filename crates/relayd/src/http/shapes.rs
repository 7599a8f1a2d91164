//! What the API says, as JSON: one type a shape, so that the engine's own types may change without changing the API.

use relay_config::{Power, RelayConfig};
use relay_engine::failure::Cell;
use relay_engine::{Health, Lease, Lock, Now, Operation, OperationState, OutletState, Phase, Plan, Verb, WatchState};
use serde::Serialize;

use crate::clock::text;

/// On, off.
pub fn power(power: Power) -> &'static str {
    match power {
        Power::On => "on",
        Power::Off => "off",
    }
}

/// A moment of the engine's clock as a moment of the calendar.
fn wall(mono_ms: u64, now: Now) -> String {
    text((now.wall_ms + mono_ms).saturating_sub(now.mono_ms))
}

/// Leave to be off.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LeaseShape {
    /// The operation's number.
    pub operation: u64,
    /// Begin, RFC 3339.
    pub off_at: String,
    /// End: power is back then, whoever lives.
    pub off_until: String,
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// Of a cycle, not of a plain off.
    pub cycle: bool,
}

/// A maintenance lock.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LockShape {
    /// Who; nobody else switches the outlet.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// End, RFC 3339.
    pub until: String,
}

/// One outlet.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OutletShape {
    /// Its name in addresses: `pi-2`.
    pub id: String,
    /// The node that it feeds: `pi[2]`.
    pub node: String,
    /// The kernel's name of its line.
    pub line: String,
    /// What the line was last told, as the load's power: `on`, `off`.
    pub commanded: &'static str,
    /// What the line last read back; it says nothing of the contact. Absent: not read yet.
    pub observed: Option<&'static str>,
    /// `on`, `intent`, `audit`, `cutting`, `off`, `powering`.
    pub phase: &'static str,
    /// `alive`, `silent`, `unknown`.
    pub health: &'static str,
    /// Silent looks in a row.
    pub silent: u32,
    /// Its lease.
    pub lease: Option<LeaseShape>,
    /// Its lock.
    pub lock: Option<LockShape>,
    /// The operation that waits.
    pub queued: Option<u64>,
    /// Why its line cannot be trusted.
    pub fault: Option<String>,
    /// Cuts within the last hour.
    pub cuts_last_hour: u32,
    /// Everything that goes dark with it.
    pub takes_down: Vec<String>,
    /// The most that these draw, milliamperes. Absent: nobody knows.
    pub draws_ma: Option<u32>,
}

/// An outlet's state with what its config says of it.
pub fn outlet(state: &OutletState, config: &RelayConfig) -> OutletShape {
    let own = config.outlets.iter().find(|own| own.name == state.name);
    let (health, silent) = match state.health {
        Health::Unknown => ("unknown", 0),
        Health::Alive => ("alive", 0),
        Health::Silent(streak) => ("silent", streak),
    };
    OutletShape {
        id: state.slug.clone(),
        node: state.name.clone(),
        line: own.map_or_else(String::new, |own| own.line.clone()),
        commanded: power(state.commanded),
        observed: state.observed.map(power),
        phase: match state.phase {
            Phase::On => "on",
            Phase::Intent => "intent",
            Phase::Audit => "audit",
            Phase::Cutting => "cutting",
            Phase::Off => "off",
            Phase::Powering => "powering",
        },
        health,
        silent,
        lease: state.lease.as_ref().map(lease),
        lock: state.lock.as_ref().map(maintenance),
        queued: state.queued,
        fault: state.fault.clone(),
        cuts_last_hour: state.cuts_last_hour,
        takes_down: own.map_or_else(Vec::new, |own| own.takes_down.clone()),
        draws_ma: own.and_then(|own| own.draws_ma),
    }
}

fn lease(lease: &Lease) -> LeaseShape {
    LeaseShape {
        operation: lease.operation,
        off_at: text(lease.off_at_ms),
        off_until: text(lease.off_until_ms),
        actor: lease.actor.to_string(),
        reason: lease.reason.clone(),
        cycle: lease.cycle,
    }
}

fn maintenance(lock: &Lock) -> LockShape {
    LockShape { owner: lock.owner.to_string(), reason: lock.reason.clone(), until: text(lock.until_ms) }
}

/// One operation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OperationShape {
    /// Its number.
    pub id: u64,
    /// The outlet's node.
    pub node: String,
    /// `on`, `off`, `cycle`.
    pub action: &'static str,
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When it was asked for, RFC 3339.
    pub asked_at: String,
    /// `queued`, `running`, `done`, `failed`, `cancelled`.
    pub state: &'static str,
    /// What it waits for, or why it failed: the rule's id.
    pub rule: Option<&'static str>,
    /// A sentence about it.
    pub detail: Option<String>,
    /// When it goes at the earliest, if that is known.
    pub at: Option<String>,
}

/// What a verb is called.
pub fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::On => "on",
        Verb::Off { .. } => "off",
        Verb::Cycle { .. } => "cycle",
    }
}

/// An operation with its times on the calendar.
pub fn operation(own: &Operation, now: Now) -> OperationShape {
    let (state, rule, detail, at) = match &own.state {
        OperationState::Queued { rule, sentence, at_mono_ms } => {
            ("queued", Some(rule.id()), Some(sentence.clone()), at_mono_ms.map(|at| wall(at, now)))
        }
        OperationState::Running => ("running", None, None, None),
        OperationState::Done => ("done", None, None, None),
        OperationState::Failed { rule, sentence } => ("failed", Some(rule.id()), Some(sentence.clone()), None),
        OperationState::Cancelled => ("cancelled", None, None, None),
    };
    OperationShape {
        id: own.id,
        node: own.outlet.clone(),
        action: verb(own.verb),
        actor: own.actor.to_string(),
        reason: own.reason.clone(),
        asked_at: wall(own.asked_mono_ms, now),
        state,
        rule,
        detail,
        at,
    }
}

/// What became of a request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AnswerShape {
    /// `accepted`, `queued`, `done`, `would`.
    pub state: &'static str,
    /// A sentence: what, and when the power is back.
    pub detail: String,
    /// The operation's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<u64>,
    /// What it waits for: the rule's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
}

/// One switching of a plan.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StepShape {
    /// From the request, milliseconds.
    pub at_ms: u64,
    /// The outlet's node.
    pub node: String,
    /// To what: `on`, `off`.
    pub power: &'static str,
    /// What goes with it.
    pub takes_down: Vec<String>,
    /// Most that the outlets which are on draw after the step, milliamperes, as far as it is known.
    pub draws_ma: u64,
    /// Outlets that are on and whose draw nobody knows.
    pub unknown_draws: Vec<String>,
}

/// A refusal within a plan.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ViolationShape {
    /// The outlet's node.
    pub node: String,
    /// The rule's id.
    pub rule: &'static str,
    /// The interlock's name in the build.
    pub interlock: Option<String>,
    /// A sentence.
    pub detail: String,
}

/// What would happen.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlanShape {
    /// For running it: `POST /api/v1/plan/{id}/run`. It is kept for ten minutes.
    pub id: String,
    /// `on`, `off`, `cycle`.
    pub action: &'static str,
    /// The outlets' nodes, in the order in which they are asked for.
    pub nodes: Vec<String>,
    /// In order of time.
    pub steps: Vec<StepShape>,
    /// What would be refused.
    pub violations: Vec<ViolationShape>,
    /// What the build says has to happen before one of them goes off.
    pub before_off: Vec<String>,
    /// It goes on after the last step shown.
    pub cut_short: bool,
}

/// A plan under its id.
pub fn plan(id: &str, asked: Verb, nodes: &[String], plan: &Plan) -> PlanShape {
    let step = |step: &relay_engine::PlanStep| StepShape {
        at_ms: step.at_ms,
        node: step.outlet.clone(),
        power: power(step.power),
        takes_down: step.takes_down.clone(),
        draws_ma: step.draws_ma,
        unknown_draws: step.unknown_draws.clone(),
    };
    let violation = |(node, refusal): &(String, relay_engine::Refusal)| ViolationShape {
        node: node.clone(),
        rule: refusal.rule.id(),
        interlock: refusal.interlock.clone(),
        detail: refusal.sentence.clone(),
    };
    PlanShape {
        id: id.to_owned(),
        action: verb(asked),
        nodes: nodes.to_vec(),
        steps: plan.steps.iter().map(step).collect(),
        violations: plan.refused.iter().map(violation).collect(),
        before_off: plan.before_off.clone(),
        cut_short: plan.cut_short,
    }
}

/// The watch over a node.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WatchShape {
    /// The node.
    pub node: String,
    /// Its outlet's name in addresses.
    pub id: String,
    /// Silent looks in a row.
    pub streak: u32,
    /// Looks that make it hung.
    pub fails: u32,
    /// It is starting: no judgement before.
    pub grace_until: Option<String>,
    /// No restart before.
    pub backoff_until: Option<String>,
    /// Paused until.
    pub paused_until: Option<String>,
    /// Restarts left today.
    pub budget_left: u32,
    /// Restarts do not help: somebody has to look.
    pub gave_up: bool,
}

/// A watch with its times on the calendar.
pub fn watch(state: &WatchState, outlets: &[OutletState], now: Now) -> WatchShape {
    let at = |mono: Option<u64>| mono.map(|mono| wall(mono, now));
    let slug = outlets.iter().find(|outlet| outlet.name == state.outlet).map(|outlet| outlet.slug.clone());
    WatchShape {
        node: state.outlet.clone(),
        id: slug.unwrap_or_default(),
        streak: state.streak,
        fails: state.fails,
        grace_until: at(state.grace_until_mono_ms),
        backoff_until: at(state.backoff_until_mono_ms),
        paused_until: at(state.paused_until_mono_ms),
        budget_left: state.budget_left,
        gave_up: state.gave_up,
    }
}

/// A cell of the failure table.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CellShape {
    /// The outlet's node.
    pub node: String,
    /// What happens to the controller: `crash`, `power-loss`.
    pub event: &'static str,
    /// What becomes of a load that was on: `on`, `off`, `until-lease-ends`, `unknown`.
    pub was_on: &'static str,
    /// What becomes of a load that was off under a lease.
    pub was_off: &'static str,
    /// Why.
    pub reason: String,
}

/// A cell in words that programs compare.
pub fn cell(cell: &Cell) -> CellShape {
    use relay_engine::failure::Outcome;
    let word = |outcome: Outcome| match outcome {
        Outcome::On => "on",
        Outcome::Off => "off",
        Outcome::UntilLeaseEnds => "until-lease-ends",
        Outcome::Unknown => "unknown",
    };
    CellShape {
        node: cell.outlet.clone(),
        event: cell.mishap.id(),
        was_on: word(cell.was_on),
        was_off: word(cell.was_off),
        reason: cell.reason.clone(),
    }
}
