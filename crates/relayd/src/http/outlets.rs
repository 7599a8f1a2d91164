//! Outlets and what is done with them: switch, lock, watch, cancel; and how the engine's answers become HTTP's.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use relay_engine::{Answer, Call, OutletState, Request, Verb};
use serde::Serialize;

use super::bodies::{self, ActionWord, SetWatch, Switch, TakeLock, milliseconds, words};
use super::dispatch::Asked;
use super::problem::Problem;
use super::shapes::{AnswerShape, OperationShape, OutletShape, WatchShape, operation, outlet, watch};
use crate::access::Role;
use crate::control::State;
use crate::digest::{hex, sha256};

/// An answer in JSON.
pub fn json(status: u16, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).expect("every shape has a JSON form");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status that stands here");
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// What the engine answered: 202 under way or waiting, 200 done or a dry run, else why not.
///
/// # Errors
/// The refusal.
pub fn answer(answer: Answer) -> Result<Response, Problem> {
    let (state, detail, operation, rule) = match answer {
        Answer::Accepted { operation, sentence } => ("accepted", sentence, Some(operation), None),
        Answer::Queued { operation, rule, sentence, .. } => ("queued", sentence, Some(operation), Some(rule.id())),
        Answer::Done { sentence } => ("done", sentence, None, None),
        Answer::Would { sentence } => ("would", sentence, None, None),
        Answer::Refused(refusal) => return Err(refusal.into()),
        Answer::Reloaded { kept, added, removed } => {
            let list = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let words = format!("untouched: {}; added: {}; gone: {}", list(&kept), list(&added), list(&removed));
            ("done", words, None, None)
        }
    };
    let mut response =
        json(if operation.is_some() { 202 } else { 200 }, &AnswerShape { state, detail, operation, rule });
    if let Some(place) = operation.and_then(|id| HeaderValue::from_str(&format!("/api/v1/operations/{id}")).ok()) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// An outlet by its name or slug.
///
/// # Errors
/// 404.
pub fn find<'a>(state: &'a State, id: &str) -> Result<&'a OutletState, Problem> {
    let mut all = state.snapshot.outlets.iter();
    let found = all.find(|own| own.slug == id || own.name == id);
    found.ok_or_else(|| Problem::new(404, "no-such-outlet", "no outlet has this name"))
}

/// What changes when somebody acts on the outlet: a caller who saw another one is told so.
fn tag(shape: &OutletShape) -> String {
    let lease = shape.lease.as_ref().map(|lease| lease.operation);
    let lock = shape.lock.as_ref().map(|lock| (&lock.owner, &lock.until));
    let seen = format!("{} {:?} {} {lease:?} {lock:?} {:?}", shape.id, shape.observed, shape.commanded, shape.queued);
    format!("\"{}\"", &hex(&sha256(seen.as_bytes()))[..20])
}

/// # Errors
/// 412 where `If-Match` names another state of the outlet.
fn is_as_seen(asked: &Asked, state: &State, own: &OutletState) -> Result<(), Problem> {
    let Some(value) = asked.headers.get(header::IF_MATCH) else { return Ok(()) };
    let given = value.to_str().unwrap_or_default();
    let is = tag(&outlet(own, &state.config));
    if given.split(',').any(|one| one.trim() == "*" || one.trim() == is) {
        return Ok(());
    }
    Err(Problem::new(412, "changed", format!("`{}` is not as it was when it was looked at", own.name)))
}

/// `GET /api/v1/outlets`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn list(asked: Asked) -> Result<Response, Problem> {
    let state = asked.api.handle.state();
    let all: Vec<OutletShape> = state.snapshot.outlets.iter().map(|own| outlet(own, &state.config)).collect();
    Ok(json(200, &all))
}

/// `GET /api/v1/outlets/{id}`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn one(asked: Asked) -> Result<Response, Problem> {
    let state = asked.api.handle.state();
    let shape = outlet(find(&state, asked.param("id"))?, &state.config);
    let tag = HeaderValue::from_str(&tag(&shape)).expect("hexadecimal digits in quotes");
    let known = asked.headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|one| one.trim().as_bytes() == tag.as_bytes());
    let mut response = json(200, &shape);
    if is_known {
        *response.body_mut() = Body::empty();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}

/// What a word asks for.
///
/// # Errors
/// 400: a length where there is none, or one that is out of bounds.
pub fn verb(action: ActionWord, off_seconds: Option<u64>) -> Result<Verb, Problem> {
    let ms = milliseconds("off_seconds", off_seconds)?;
    match action {
        ActionWord::On if ms.is_some() => Err(Problem::bad("`on` has no `off_seconds`")),
        ActionWord::On => Ok(Verb::On),
        ActionWord::Off => Ok(Verb::Off { for_ms: ms }),
        ActionWord::Cycle => Ok(Verb::Cycle { off_ms: ms }),
    }
}

/// # Errors
/// 403 where somebody who is no administrator would go past an interlock.
pub fn may_force(asked: &Asked, force: bool) -> Result<(), Problem> {
    if force && asked.who()?.who.role < Role::Administrator {
        return Err(Problem::forbidden("role", "`force` needs administrator"));
    }
    Ok(())
}

/// `POST /api/v1/outlets/{id}/on`, `off`, `cycle`
pub async fn switch(asked: Asked, action: ActionWord) -> Result<Response, Problem> {
    let body: Switch = bodies::read(&asked.body)?;
    let verb = verb(action, body.off_seconds)?;
    let reason = words("reason", &body.reason)?;
    may_force(&asked, body.force)?;
    let state = asked.api.handle.state();
    let own = find(&state, asked.param("id"))?;
    let caller = asked.who()?;
    caller.may_switch(&own.name)?;
    is_as_seen(&asked, &state, own)?;
    let request = Request {
        call: Call(0),
        outlet: own.name.clone(),
        verb,
        actor: caller.actor(),
        reason,
        force: body.force,
        dry_run: body.dry_run,
    };
    let done = asked.api.handle.request(request).await;
    asked.api.shown(&done).await;
    answer(done)
}

/// `PUT /api/v1/outlets/{id}/lock`
pub async fn lock(asked: Asked) -> Result<Response, Problem> {
    let body: TakeLock = bodies::read(&asked.body)?;
    let reason = words("reason", &body.reason)?;
    let for_ms = milliseconds("seconds", Some(body.seconds))?.unwrap_or_default();
    let state = asked.api.handle.state();
    let own = find(&state, asked.param("id"))?;
    let caller = asked.who()?;
    caller.may_switch(&own.name)?;
    is_as_seen(&asked, &state, own)?;
    answer(asked.api.handle.lock(own.name.clone(), caller.actor(), reason, for_ms).await)
}

/// `DELETE /api/v1/outlets/{id}/lock`: by its owner, or by any administrator.
pub async fn unlock(asked: Asked) -> Result<Response, Problem> {
    let state = asked.api.handle.state();
    let own = find(&state, asked.param("id"))?;
    let caller = asked.who()?;
    caller.may_switch(&own.name)?;
    let force = caller.who.role == Role::Administrator;
    answer(asked.api.handle.unlock(own.name.clone(), caller.actor(), force).await)
}

/// `GET /api/v1/operations`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn operations(asked: Asked) -> Result<Response, Problem> {
    let state = asked.api.handle.state();
    let all: Vec<OperationShape> = state.snapshot.operations.iter().map(|own| operation(own, state.now)).collect();
    Ok(json(200, &all))
}

fn number(asked: &Asked) -> Result<u64, Problem> {
    let missing = || Problem::new(404, "no-such-operation", "no operation has this number");
    asked.param("id").parse().map_err(|_| missing())
}

/// `GET /api/v1/operations/{id}`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn one_operation(asked: Asked) -> Result<Response, Problem> {
    let (id, state) = (number(&asked)?, asked.api.handle.state());
    let found = state.snapshot.operations.iter().find(|own| own.id == id);
    let found = found.ok_or_else(|| Problem::new(404, "no-such-operation", "no operation has this number"))?;
    Ok(json(200, &operation(found, state.now)))
}

/// `DELETE /api/v1/operations/{id}`: what waits is dropped; what has begun is left alone.
pub async fn cancel(asked: Asked) -> Result<Response, Problem> {
    let (id, state, caller) = (number(&asked)?, asked.api.handle.state(), asked.who()?);
    let found = state.snapshot.operations.iter().find(|own| own.id == id);
    let found = found.ok_or_else(|| Problem::new(404, "no-such-operation", "no operation has this number"))?;
    caller.may_switch(&found.outlet)?;
    answer(asked.api.handle.cancel(id, caller.actor()).await)
}

/// `GET /api/v1/watchdog`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn watches(asked: Asked) -> Result<Response, Problem> {
    let state = asked.api.handle.state();
    let snapshot = &state.snapshot;
    let all: Vec<WatchShape> = snapshot.watches.iter().map(|own| watch(own, &snapshot.outlets, state.now)).collect();
    Ok(json(200, &all))
}

/// `PATCH /api/v1/watchdog/{node}`
pub async fn set_watch(asked: Asked) -> Result<Response, Problem> {
    let body: SetWatch = bodies::read(&asked.body)?;
    let for_ms = milliseconds("pause_seconds", body.pause_seconds)?;
    let state = asked.api.handle.state();
    let own = find(&state, asked.param("node"))?;
    let caller = asked.who()?;
    caller.may_switch(&own.name)?;
    answer(asked.api.handle.pause(own.name.clone(), caller.actor(), for_ms).await)
}

/// A heartbeat by the account of the node itself, which bears the outlet's slug, or by whoever may switch it.
///
/// # Errors
/// 401, 403, 404.
pub async fn heartbeat(asked: Asked) -> Result<Response, Problem> {
    let state = asked.api.handle.state();
    let own = find(&state, asked.param("node"))?;
    let caller = asked.who()?;
    if caller.who.name != own.slug {
        caller.may_switch(&own.name)?;
    }
    asked.api.handle.heartbeat(own.name.clone()).await;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}
