//! A no, as RFC 9457 writes it: status, title, a sentence, and the id of the rule that said it.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use relay_engine::{Kind, Refusal};
use serde::Serialize;

use crate::signed::Next;

/// What `application/problem+json` holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What sort of no it is: the status in words.
    pub title: &'static str,
    /// The rule that says it, a fixed word: `locked`, `at-most`, `not-granted`.
    pub rule: &'static str,
    /// A sentence for a person.
    pub detail: String,
    /// The interlock's name in the build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interlock: Option<String>,
    /// Whether the same request with `force` would pass this rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force_helps: Option<bool>,
    /// When it may be worth asking again, milliseconds from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// To whoever signs: what the next message has to bear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Box<Next>>,
}

impl Problem {
    /// A plain no.
    pub fn new(status: u16, rule: &'static str, detail: impl Into<String>) -> Self {
        let title = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Refused");
        let detail = detail.into();
        Self { status, title, rule, detail, interlock: None, force_helps: None, retry_after_ms: None, next: None }
    }

    /// What was sent cannot be used.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(400, "bad-request", detail)
    }

    /// Nobody has shown who they are.
    pub fn stranger() -> Self {
        Self::new(401, "not-logged-in", "this needs an account: a session or a token")
    }

    /// Somebody may not.
    pub fn forbidden(rule: &'static str, detail: impl Into<String>) -> Self {
        Self::new(403, rule, detail)
    }

    /// There is no such thing.
    pub fn missing(detail: impl Into<String>) -> Self {
        Self::new(404, "no-such-thing", detail)
    }

    /// So much later it may be worth asking again.
    pub fn after(self, retry_after_ms: u64) -> Self {
        Self { retry_after_ms: Some(retry_after_ms), ..self }
    }

    /// As an answer.
    pub fn response(&self) -> Response {
        let body = serde_json::to_vec(self).expect("a problem has a JSON form");
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(ms) = self.retry_after_ms {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000).max(1)));
        }
        if self.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"wireloom-relayd\""));
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.rule.kind() {
            Kind::Bad => 400,
            Kind::Missing => 404,
            Kind::Conflict => 409,
            Kind::Locked => 423,
            Kind::Budget => 429,
            Kind::Unavailable => 503,
        };
        Self {
            interlock: refusal.interlock,
            force_helps: Some(refusal.force_helps),
            retry_after_ms: refusal.retry_after_ms,
            ..Self::new(status, refusal.rule.id(), refusal.sentence)
        }
    }
}
