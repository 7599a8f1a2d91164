//! Who is calling: from where, and by which proof.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};
use relay_engine::Actor;

use super::Api;
use super::problem::Problem;
use crate::access::Who;

/// How a connection came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Peer {
    /// Over TLS.
    Tls(SocketAddr),
    /// Unencrypted, and from this machine: the listener is on loopback.
    Loopback(SocketAddr),
}

impl Peer {
    /// The address.
    pub fn address(self) -> IpAddr {
        match self {
            Self::Tls(address) | Self::Loopback(address) => address.ip(),
        }
    }

    /// What a browser on this connection keeps its session under. `__Host-` binds the cookie to this host and to TLS.
    pub fn cookie(self) -> &'static str {
        if matches!(self, Self::Tls(_)) { "__Host-wireloom" } else { "wireloom" }
    }
}

/// By which proof.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proof {
    /// A browser's session, and what its forms must send along.
    Session {
        /// What the browser holds.
        secret: String,
        /// What its forms hold.
        form_secret: String,
    },
    /// A token.
    Token,
}

/// Somebody who has shown who they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// Who, and what they may do.
    pub who: Who,
    /// How they showed it.
    pub proof: Proof,
}

impl Caller {
    /// As the engine and its records name them.
    pub fn actor(&self) -> Actor {
        Actor::Account(self.who.name.clone())
    }

    /// # Errors
    /// 403: an outlet that was not granted.
    pub fn may_switch(&self, outlet: &str) -> Result<(), Problem> {
        if self.who.may_switch(outlet) {
            return Ok(());
        }
        Err(Problem::forbidden("not-granted", format!("`{}` may not switch `{outlet}`", self.who.name)))
    }
}

/// Who sent a request: a token before a session. `Ok(None)` is somebody who showed nothing.
///
/// # Errors
/// 401 where something was shown that is not good: a wrong token is told so, and not taken for nobody.
pub fn find(api: &Api, peer: Peer, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        return by_token(api, peer, value.to_str().unwrap_or_default()).map(Some);
    }
    if let Some(secret) = cookie(headers, peer.cookie()) {
        return Ok(by_session(api, secret));
    }
    Ok(None)
}

/// A guess at a token counts as one at a password, by its address.
fn by_token(api: &Api, peer: Peer, value: &str) -> Result<Caller, Problem> {
    let no = Problem::new(401, "bad-token", "this token is not known, or has ended");
    let Some((scheme, token)) = value.split_once(' ') else { return Err(no) };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::new(401, "bad-token", "tokens are sent as `Authorization: Bearer`"));
    }
    let now = api.now_ms();
    let who = api.door.accounts().bearer(token.trim(), api.wall_ms());
    let mut guesses = api.door.guesses();
    // A right token is never made to wait: 32 random bytes are not guessed.
    match who {
        Some(who) => Ok(Caller { who, proof: Proof::Token }),
        None => {
            if let Some(left) = guesses.wait("", false, Some(peer.address()), now) {
                return Err(Problem::new(429, "too-many-guesses", "too many wrong tokens or passwords").after(left));
            }
            guesses.wrong("", false, Some(peer.address()), now);
            Err(no)
        }
    }
}

fn by_session(api: &Api, secret: &str) -> Option<Caller> {
    let session = api.door.sessions().find(secret, api.now_ms())?.clone();
    // Looked up at each request, so that an account that was taken away is away at once.
    let who = api.door.accounts().find(&session.user)?.who();
    let proof = Proof::Session { secret: secret.to_owned(), form_secret: session.form_secret };
    Some(Caller { who, proof })
}

/// A cookie by its name; nothing where it stands twice with two values.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(own, _)| *own == name).map(|(_, value)| value);
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}
