//! Logging in and out. Both are in the audit log before they count.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::Api;
use super::bodies::{self, LogIn};
use super::caller::{Peer, Proof};
use super::dispatch::Asked;
use super::outlets::json;
use super::problem::Problem;
use crate::access::{Denied, Who, log_in};
use crate::control::OwnRecord;

/// Who somebody is.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionShape {
    /// The account.
    pub name: String,
    /// `read-only`, `operator`, `administrator`.
    pub role: &'static str,
    /// Outlets that they may switch; absent: all.
    pub outlets: Option<Vec<String>>,
    /// What a browser's requests that change something send along as `X-Form-Secret`; only with a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_secret: Option<String>,
}

/// Begins a session: looks the password up, writes the record, gives the cookie.
///
/// # Errors
/// 401, 429, 503.
pub async fn begin(api: &Arc<Api>, peer: Peer, given: LogIn) -> Result<(Who, String), Problem> {
    let busy = || Problem::new(503, "busy", "too many log-ins at once").after(1000);
    let permit = api.log_ins.clone().try_acquire_owned().map_err(|_| busy())?;
    let (own, name) = (api.clone(), given.name.clone());
    let checked = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let (accounts, now) = (own.door.accounts(), own.now_ms());
        log_in(&accounts, &mut own.door.guesses(), &given.name, &given.password, Some(peer.address()), now)
    });
    let checked = checked.await.map_err(|_| Problem::new(500, "panic", "the password could not be looked at"))?;
    let outcome = match &checked {
        Ok(_) => "done",
        Err(Denied::Wrong) => "wrong",
        // Not recorded: whoever has to wait must not fill the log.
        Err(Denied::Wait(left)) => {
            api.counters.log_in("wait");
            return Err(Problem::new(429, "too-many-guesses", "too many wrong passwords").after(*left));
        }
    };
    api.counters.log_in(outcome);
    record(api, peer, "log-in", &name, outcome).await?;
    let who = checked.map_err(|_| Problem::new(401, "wrong", "name or password is wrong"))?;
    let secret = api.door.sessions().begin(&who.name, api.now_ms());
    Ok((who, secret))
}

/// Ends the caller's session, if it has one.
///
/// # Errors
/// 503 where the record cannot be written; the session has ended all the same.
pub async fn end(asked: &Asked) -> Result<(), Problem> {
    let caller = asked.who()?;
    if let Proof::Session { secret, .. } = &caller.proof {
        asked.api.door.sessions().end(secret);
        record(&asked.api, asked.peer, "log-out", &caller.who.name, "done").await?;
    }
    Ok(())
}

async fn record(api: &Api, peer: Peer, action: &str, name: &str, outcome: &str) -> Result<(), Problem> {
    let from = peer.address().to_string();
    let record = OwnRecord {
        // A wrong password shows that somebody knows a name, not that it was them.
        actor: if outcome == "done" { format!("account {name}") } else { "nobody".to_owned() },
        from,
        action: action.to_owned(),
        subject: name.to_owned(),
        outcome: outcome.to_owned(),
        ..OwnRecord::default()
    };
    let written = api.handle.record(record).await;
    written.map(drop).map_err(|words| Problem::new(503, "disk", format!("the audit log cannot be written: {words}")))
}

/// The header that gives a browser its session, or takes it away.
pub fn cookie(peer: Peer, secret: Option<&str>) -> HeaderValue {
    let secure = if matches!(peer, Peer::Tls(_)) { "; Secure" } else { "" };
    let (secret, age) = secret.map_or(("", "; Max-Age=0"), |secret| (secret, ""));
    let text = format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict{secure}{age}", peer.cookie());
    HeaderValue::from_str(&text).expect("names and hexadecimal digits")
}

/// `POST /api/v1/session`
pub async fn open(asked: Asked) -> Result<Response, Problem> {
    let given: LogIn = bodies::read(&asked.body)?;
    let (who, secret) = begin(&asked.api, asked.peer, given).await?;
    let form_secret = asked.api.door.sessions().find(&secret, asked.api.now_ms()).map(|own| own.form_secret.clone());
    let mut response = json(200, &shape(&who, form_secret));
    response.headers_mut().insert(header::SET_COOKIE, cookie(asked.peer, Some(&secret)));
    Ok(response)
}

/// `GET /api/v1/session`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn show(asked: Asked) -> Result<Response, Problem> {
    let caller = asked.who()?;
    let form_secret = match &caller.proof {
        Proof::Session { form_secret, .. } => Some(form_secret.clone()),
        Proof::Token => None,
    };
    Ok(json(200, &shape(&caller.who, form_secret)))
}

/// `DELETE /api/v1/session`
pub async fn close(asked: Asked) -> Result<Response, Problem> {
    end(&asked).await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::SET_COOKIE, cookie(asked.peer, None));
    Ok(response)
}

fn shape(who: &Who, form_secret: Option<String>) -> SessionShape {
    SessionShape { name: who.name.clone(), role: who.role.name(), outlets: who.outlets.clone(), form_secret }
}
