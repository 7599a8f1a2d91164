//! Plans: what a request for several outlets would do, kept for ten minutes so that exactly that can be run.

use std::collections::BTreeMap;

use axum::response::Response;
use relay_engine::{Answer, Call, Request, Verb, expand};
use serde::Serialize;

use super::bodies::{self, AskPlan, RunPlan, words};
use super::dispatch::Asked;
use super::outlets::{json, may_force, verb};
use super::problem::Problem;
use super::shapes::{PlanShape, plan};
use crate::digest::random_hex;

/// Most plans that are kept; the oldest goes first.
const MOST: usize = 64;
/// How long one is kept, milliseconds.
const KEPT_MS: u64 = 10 * 60 * 1000;

/// What was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    by: String,
    outlets: Vec<String>,
    verb: Verb,
    force: bool,
    since_ms: u64,
}

/// Plans by their ids.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    kept: BTreeMap<String, Kept>,
}

impl Plans {
    fn keep(&mut self, plan: Kept) -> String {
        self.kept.retain(|_, own| plan.since_ms < own.since_ms.saturating_add(KEPT_MS));
        if MOST <= self.kept.len() {
            let oldest = self.kept.iter().min_by_key(|(_, own)| own.since_ms).map(|(id, _)| id.clone());
            oldest.map(|id| self.kept.remove(&id));
        }
        let id = random_hex::<8>();
        self.kept.insert(id.clone(), plan);
        id
    }

    /// A plan is run once, and by whoever asked for it.
    fn take(&mut self, id: &str, by: &str, now_ms: u64) -> Option<Kept> {
        let is_own = |own: &Kept| own.by == by && now_ms < own.since_ms.saturating_add(KEPT_MS);
        self.kept.get(id).filter(|own| is_own(own))?;
        self.kept.remove(id)
    }
}

/// What became of one outlet's request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ResultShape {
    /// The outlet's node.
    pub node: String,
    /// `accepted`, `queued`, `done`, `refused`.
    pub state: &'static str,
    /// A sentence.
    pub detail: String,
    /// The operation's number.
    pub operation: Option<u64>,
    /// What it waits for, or what refused it: the rule's id.
    pub rule: Option<&'static str>,
}

/// What became of a plan.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunShape {
    /// An outlet each, in the order in which they were asked for.
    pub results: Vec<ResultShape>,
}

/// Asks for a plan and keeps it.
///
/// # Errors
/// 400 where words name no outlet; 403; 503 where the engine says nothing.
pub async fn make(asked: &Asked, body: &AskPlan) -> Result<PlanShape, Problem> {
    let verb = verb(body.action, body.off_seconds)?;
    may_force(asked, body.force)?;
    let named = words("list of outlets", &body.outlets)?;
    let config = asked.api.handle.state().config;
    let outlets = expand(&named, &config).map_err(|no| Problem::new(400, "no-such-outlet", no.0))?;
    let caller = asked.who()?;
    let made = asked.api.handle.plan(outlets.clone(), verb, caller.actor(), body.force).await;
    let made = made.ok_or_else(|| Problem::new(503, "not-ready", "the control thread says nothing"))?;
    let kept = Kept {
        by: caller.who.name.clone(),
        outlets: outlets.clone(),
        verb,
        force: body.force,
        since_ms: asked.api.now_ms(),
    };
    let id = asked.api.plans().keep(kept);
    Ok(plan(&id, verb, &outlets, &made))
}

/// Runs a plan that was asked for: a request for each outlet, in order.
///
/// # Errors
/// 404 where it is not kept; 403 where one of its outlets was not granted: then none is asked for.
pub async fn carry_out(asked: &Asked, id: &str, reason: &str) -> Result<Vec<ResultShape>, Problem> {
    let caller = asked.who()?;
    let kept = asked.api.plans().kept.get(id).cloned();
    for outlet in kept.iter().filter(|kept| kept.by == caller.who.name).flat_map(|kept| &kept.outlets) {
        caller.may_switch(outlet)?;
    }
    let kept = asked.api.plans().take(id, &caller.who.name, asked.api.now_ms());
    let kept =
        kept.ok_or_else(|| Problem::new(404, "no-such-plan", "this plan was run, or has ended, or is another's"))?;
    may_force(asked, kept.force)?;
    let mut results = Vec::new();
    for outlet in kept.outlets {
        let request = Request {
            call: Call(0),
            outlet: outlet.clone(),
            verb: kept.verb,
            actor: caller.actor(),
            reason: reason.to_owned(),
            force: kept.force,
            dry_run: false,
        };
        let done = asked.api.handle.request(request).await;
        asked.api.shown(&done).await;
        results.push(result(outlet, done));
    }
    Ok(results)
}

fn result(node: String, answer: Answer) -> ResultShape {
    let (state, detail, operation, rule) = match answer {
        Answer::Accepted { operation, sentence } => ("accepted", sentence, Some(operation), None),
        Answer::Queued { operation, rule, sentence, .. } => ("queued", sentence, Some(operation), Some(rule.id())),
        Answer::Done { sentence } | Answer::Would { sentence } => ("done", sentence, None, None),
        Answer::Refused(refusal) => ("refused", refusal.sentence, None, Some(refusal.rule.id())),
        Answer::Reloaded { .. } => ("done", String::new(), None, None),
    };
    ResultShape { node, state, detail, operation, rule }
}

/// `POST /api/v1/plan`
pub async fn ask(asked: Asked) -> Result<Response, Problem> {
    let body: AskPlan = bodies::read(&asked.body)?;
    Ok(json(200, &make(&asked, &body).await?))
}

/// `POST /api/v1/plan/{id}/run`: 202 where something is under way or waits, 200 where nothing was to do, 409 where all was refused.
pub async fn run(asked: Asked) -> Result<Response, Problem> {
    let body: RunPlan = bodies::read(&asked.body)?;
    let reason = words("reason", &body.reason)?;
    let results = carry_out(&asked, asked.param("id"), &reason).await?;
    let has = |state: &str| results.iter().any(|own| own.state == state);
    let status = if has("accepted") || has("queued") {
        202
    } else if has("done") {
        200
    } else {
        409
    };
    Ok(json(status, &RunShape { results }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(by: &str, since_ms: u64) -> Kept {
        Kept { by: by.to_owned(), outlets: vec!["pi[2]".to_owned()], verb: Verb::On, force: false, since_ms }
    }

    #[test]
    fn a_plan_is_run_once_by_whoever_asked_and_not_for_ever() {
        let mut plans = Plans::default();
        let id = plans.keep(kept("mary", 0));
        assert_eq!(plans.take(&id, "anna", 1), None);
        assert_eq!(plans.take(&id, "mary", KEPT_MS), None);
        assert_eq!(plans.take(&id, "mary", 1), Some(kept("mary", 0)));
        assert_eq!(plans.take(&id, "mary", 1), None);
        for n in 0..200 {
            plans.keep(kept("mary", n));
        }
        assert_eq!(plans.kept.len(), MOST);
    }
}
