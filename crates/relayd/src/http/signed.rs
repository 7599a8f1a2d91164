//! What bears a signature: other controllers, which tell how things stand there, and nodes, which tell that they live. Neither can switch anything.

use axum::response::Response;
use serde::Serialize;

use super::bodies::{self, Heartbeat, PeerState};
use super::dispatch::Asked;
use super::outlets::{self, find, json};
use super::problem::Problem;
use crate::control::OwnRecord;
use crate::peers::{NOBODY, Words};
use crate::signed::{Envelope, HEADER, Kind, Next, Refused};

/// Another controller.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PeerShape {
    /// Its name: `pi[2]`.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// Whether it was heard within `alive-ms`.
    pub alive: bool,
    /// Seconds since it was heard; absent: never.
    pub heard_seconds: Option<u64>,
    /// Seconds since it took what it was told; absent: never.
    pub told_seconds: Option<u64>,
    /// Why it could not be told the last time.
    pub trouble: Option<String>,
    /// Controllers that it is about to cut, when it was heard.
    pub claims: Vec<String>,
    /// Controllers that it was cutting, when it was heard.
    pub cutting: Vec<String>,
    /// Messages in its name that were refused, but for those that only asked for a challenge.
    pub refused: u64,
}

/// All of them.
pub fn shapes(known: &crate::peers::Known, alive_ms: u64, now_ms: u64) -> Vec<PeerShape> {
    let (seen, refusals) = (known.seen(), known.refusals());
    let seconds = |at: Option<u64>| at.map(|at| now_ms.saturating_sub(at) / 1000);
    let each = known.peers().iter().map(|(name, own)| {
        let seen = seen.get(name).cloned().unwrap_or_default();
        let refused = refusals.iter().filter(|((from, why), _)| from == name && *why != Refused::Stale.id());
        PeerShape {
            name: name.clone(),
            url: own.place.to_string(),
            alive: seen.heard_at.is_some_and(|at| now_ms <= at + alive_ms),
            heard_seconds: seconds(seen.heard_at),
            told_seconds: seconds(seen.told_at),
            trouble: seen.trouble,
            claims: seen.said.claims,
            cutting: seen.said.cutting,
            refused: refused.map(|(_, count)| count).sum(),
        }
    });
    each.collect()
}

/// `GET /api/v1/peers`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn peers(asked: Asked) -> Result<Response, Problem> {
    let alive_ms = asked.api.handle.state().config.limits.alive_ms;
    Ok(json(200, &shapes(&asked.api.settings.known, alive_ms, asked.api.now_ms())))
}

/// `POST /api/v1/peer`
pub async fn peer(asked: Asked) -> Result<Response, Problem> {
    let said: PeerState = bodies::read(&asked.body)?;
    let PeerState { from, to, challenge, sequence, claims, cutting, on } = said;
    let envelope = Envelope { from: &from, to: &to, challenge: &challenge, sequence };
    let next = take(&asked, Kind::Peer, envelope).await?;
    let words = Words { claims, cutting, on };
    // The engine first: who sees here that it was heard, and asks, is judged by it.
    asked.api.handle.heard(words.clone().heard(&from)).await;
    asked.api.settings.known.heard(&from, words, asked.api.now_ms());
    Ok(json(200, &next))
}

/// `POST /api/v1/heartbeat/{node}`: by a signature where there is one, else by an account.
pub async fn heartbeat(asked: Asked) -> Result<Response, Problem> {
    if !asked.headers.contains_key(HEADER) {
        if !asked.body.is_empty() {
            return Err(Problem::bad("a heartbeat has a body where it is signed"));
        }
        return outlets::heartbeat(asked).await;
    }
    let said: Heartbeat = bodies::read(&asked.body)?;
    let Heartbeat { from, to, challenge, sequence } = said;
    let next =
        take(&asked, Kind::Heartbeat, Envelope { from: &from, to: &to, challenge: &challenge, sequence }).await?;
    let state = asked.api.handle.state();
    let own = find(&state, asked.param("node"))?;
    if own.name != from {
        return Err(Problem::bad(format!("`{from}` tells that it lives, and not `{}`", own.name)));
    }
    asked.api.handle.heartbeat(own.name.clone()).await;
    Ok(json(200, &next))
}

/// Takes a message whose signature fits, once; gives what the sender's next one has to bear.
///
/// # Errors
/// 401 where the signature fits nothing that is known, or the message is for somebody else; 409 where it is not fresh, or was taken already; 429 after too
/// many of them. The engine hears of none, and none counts for the order of those that come.
async fn take(asked: &Asked, kind: Kind, message: Envelope<'_>) -> Result<Next, Problem> {
    let (api, known) = (&asked.api, &asked.api.settings.known);
    // Nothing was guessed where nothing was shown.
    let unsigned = || Problem::new(401, "not-signed", "this takes another controller's signature, and nothing else");
    let signature = asked.headers.get(HEADER).ok_or_else(unsigned)?.to_str().unwrap_or_default();
    let fits = known.secret(kind, message.from).is_some_and(|secret| secret.fits(kind, &asked.body, signature));
    if !fits {
        let no = Problem::new(401, "bad-signature", "the signature fits nobody who is known here");
        return Err(refused(asked, kind, message.from, no).await);
    }
    let now = api.now_ms();
    let why = match known.take(kind, message, now) {
        Ok(next) => return Ok(next),
        Err(why) => why,
    };
    let next = Box::new(known.next(kind, message.from, now));
    Err(match why {
        Refused::Recipient => {
            let words = format!("this is for `{}`, and this is `{}`", message.to.escape_debug(), known.own());
            refused(asked, kind, message.from, Problem::new(401, why.id(), words)).await
        }
        Refused::Replayed => {
            let sequence = message.sequence;
            let words = format!("number {sequence} or a later one was taken already: nothing is taken twice");
            let no = Problem { next: Some(next), ..Problem::new(409, why.id(), words) };
            refused(asked, kind, message.from, no).await
        }
        // Whoever starts sends one of these: it is no guess.
        Refused::Stale => {
            known.refuse(kind, message.from, why.id());
            let words = "the challenge is none of the last seconds: the next message bears this one";
            Problem { next: Some(next), ..Problem::new(409, why.id(), words) }
        }
    })
}

/// Counts it as a wrong guess by its address, and records it unless its sender has to wait: nobody fills the log.
async fn refused(asked: &Asked, kind: Kind, from: &str, no: Problem) -> Problem {
    let (api, address) = (&asked.api, asked.peer.address());
    api.settings.known.refuse(kind, from, no.rule);
    // No account bears such a name; names that nobody knows are one.
    let is_known = api.settings.known.secret(kind, from).is_some();
    let name = format!("signed {}", if is_known { from } else { NOBODY });
    let left = {
        let mut guesses = api.door.guesses();
        let left = guesses.wait(&name, false, Some(address), api.now_ms());
        if left.is_none() {
            guesses.wrong(&name, false, Some(address), api.now_ms());
        }
        left
    };
    if let Some(left) = left {
        return Problem::new(429, "too-many-guesses", "too many messages that were not taken").after(left);
    }
    let record = OwnRecord {
        actor: "nobody".to_owned(),
        from: address.to_string(),
        action: match kind {
            Kind::Peer => "peer".to_owned(),
            Kind::Heartbeat => "heartbeat".to_owned(),
        },
        subject: from.chars().take(64).collect(),
        outcome: no.rule.to_owned(),
        ..OwnRecord::default()
    };
    match api.handle.record(record).await {
        Ok(_) => no,
        Err(words) => Problem::new(503, "disk", format!("the audit log cannot be written: {words}")),
    }
}
