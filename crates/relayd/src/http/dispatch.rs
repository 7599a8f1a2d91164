//! The way of every request: who, whether they may, how much they sent, whether it was asked before; then its route; then the headers.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::Api;
use super::caller::{self, Caller, Peer, Proof};
use super::idempotency::{self, Found, Given};
use super::problem::Problem;
use super::routes::{Needs, Route, TABLE, Verb};
use crate::digest::{same, sha256};
use crate::signed::HEADER;

/// Most bytes of a body.
pub const MOST_BYTES: usize = 64 * 1024;
/// How long a body may take to come.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// What a route is given.
#[derive(Debug)]
pub struct Asked {
    /// What all share.
    pub api: Arc<Api>,
    /// Where it came from.
    pub peer: Peer,
    /// Who; nobody on routes that are open.
    pub caller: Option<Caller>,
    /// The names in the path, by their places.
    pub params: BTreeMap<String, String>,
    /// Behind the `?`.
    pub query: BTreeMap<String, String>,
    /// Headers.
    pub headers: HeaderMap,
    /// At most [`MOST_BYTES`].
    pub body: Bytes,
    /// What a form sent; nothing where the body is none.
    pub form: BTreeMap<String, String>,
}

impl Asked {
    /// Who; only on routes that need somebody.
    ///
    /// # Errors
    /// 401.
    pub fn who(&self) -> Result<&Caller, Problem> {
        self.caller.as_ref().ok_or_else(Problem::stranger)
    }

    /// A name in the path.
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }
}

/// What a route gives.
pub type Answered = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send>>;

/// The table as a router.
pub fn router(api: &Arc<Api>) -> Router {
    let mut router = Router::new();
    for route in TABLE {
        let api = api.clone();
        let run = move |params: Result<RawPathParams, _>, request: Request| {
            let api = api.clone();
            async move { dressed(run(&api, route, params, request).await, &api, route) }
        };
        let filter = match route.verb {
            Verb::Get => MethodFilter::GET,
            Verb::Post => MethodFilter::POST,
            Verb::Put => MethodFilter::PUT,
            Verb::Patch => MethodFilter::PATCH,
            Verb::Delete => MethodFilter::DELETE,
        };
        router = router.route(route.path, on(filter, run));
    }
    router.fallback(|headers: HeaderMap| async move { nothing_here(&headers) }).method_not_allowed_fallback(|| async {
        bare(&Problem::new(405, "method", "this address does not know the method"))
    })
}

/// A no that no route gave.
fn bare(problem: &Problem) -> Response {
    let mut response = problem.response();
    strict(response.headers_mut());
    response
}

/// An address that nobody knows: a page for whoever reads pages.
fn nothing_here(headers: &HeaderMap) -> Response {
    let problem = Problem::missing("there is nothing at this address");
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut response = if accepts.contains("text/html") { super::pages::no_page(&problem) } else { problem.response() };
    strict(response.headers_mut());
    response
}

fn dressed(answer: Result<Response, Problem>, api: &Api, route: &Route) -> Response {
    let mut response = answer.unwrap_or_else(|problem| super::pages::no(route, &problem));
    strict(response.headers_mut());
    api.counters.answered(route.id, response.status().as_u16());
    response
}

/// What every answer bears: nothing is framed, guessed, kept, or told to other sites.
fn strict(headers: &mut HeaderMap) {
    const ALL: [(HeaderName, &str); 9] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in ALL {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

async fn run<E>(
    api: &Arc<Api>,
    route: &'static Route,
    params: Result<RawPathParams, E>,
    request: Request,
) -> Result<Response, Problem> {
    let params: BTreeMap<String, String> = params
        .map_err(|_| Problem::bad("the address is no UTF-8"))?
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let (parts, body) = request.into_parts();
    let peer = *parts.extensions.get::<Peer>().expect("every connection says where it is from");
    is_our_host(peer, &parts.headers)?;
    let caller = caller::find(api, peer, &parts.headers)?;
    // Whoever signs is asked for nothing else; the route itself looks whether the signature fits.
    let is_signed = matches!(route.needs, Needs::RoleOrSignature(_)) && parts.headers.contains_key(HEADER);
    if let Some(least) = route.needs.role().filter(|_| !is_signed) {
        let caller = caller.as_ref().ok_or_else(Problem::stranger)?;
        if caller.who.role < least {
            let words = format!("`{}` is {}; this needs {}", caller.who.name, caller.who.role.name(), least.name());
            return Err(Problem::forbidden("role", words));
        }
    }
    let is_change = parts.method != Method::GET && parts.method != Method::HEAD;
    if is_change {
        is_our_site(&parts.headers)?;
    }
    let body = read(body, &parts.headers).await?;
    let form = if route.takes_form() && !body.is_empty() {
        is_of_type(&parts.headers, &["application/x-www-form-urlencoded"])?;
        fields(&body)
    } else {
        BTreeMap::new()
    };
    // A log-in is nobody's yet, whatever session the browser still has.
    let is_somebodys = is_change && route.needs.role().is_some();
    if is_somebodys && let Some(Proof::Session { form_secret, .. }) = caller.as_ref().map(|caller| &caller.proof) {
        let sent = parts.headers.get("x-form-secret").and_then(|value| value.to_str().ok());
        let sent = sent.or_else(|| form.get("form-secret").map(String::as_str)).unwrap_or_default();
        if !same(sent, form_secret) {
            return Err(Problem::forbidden("form-secret", "this was not sent from one of our own pages"));
        }
    }
    if route.body.is_some() && !route.takes_form() && !body.is_empty() {
        is_of_type(&parts.headers, route.body_types())?;
    }
    let query = parts.uri.query().unwrap_or_default();
    let query = fields(query.as_bytes());
    let headers = parts.headers;
    let asked = Asked { api: api.clone(), peer, caller, params, query, headers, body, form };
    if route.is_idempotent_by_key() && !is_signed {
        once(route, parts.uri.path(), asked).await
    } else {
        (route.run)(asked).await
    }
}

/// Fields by their names; those of one name with commas between them, so that boxes of a form are a list and nothing is dropped in silence.
fn fields(text: &[u8]) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(text) {
        match all.get_mut(name.as_ref()) {
            Some(own) => own.extend([",", &value]),
            None => {
                all.insert(name.into_owned(), value.into_owned());
            }
        }
    }
    all
}

/// Carries a request out once for each key that its sender chose.
async fn once(route: &'static Route, path: &str, asked: Asked) -> Result<Response, Problem> {
    let Some(value) = asked.headers.get("idempotency-key") else { return (route.run)(asked).await };
    let chosen = value.to_str().unwrap_or_default().trim().to_owned();
    if chosen.is_empty() || idempotency::LONGEST < chosen.len() {
        let words = format!("an idempotency key has 1 to {} ASCII letters", idempotency::LONGEST);
        return Err(Problem::bad(words));
    }
    let api = asked.api.clone();
    let key = (asked.who()?.who.name.clone(), format!("{:?} {path}", route.verb), chosen);
    let found = api.keys().begin(&key, sha256(&asked.body), api.now_ms());
    match found {
        Found::Fresh => {}
        Found::Again(given) => return Ok(again(&given)),
        Found::Running => {
            let words = "a request with this idempotency key is being answered";
            return Err(Problem::new(409, "idempotency-running", words).after(1000));
        }
        Found::Other => {
            let words = "this idempotency key was used with another body";
            return Err(Problem::new(422, "idempotency-body", words));
        }
        Found::Full => return Err(Problem::new(503, "idempotency-full", "too many requests at once").after(1000)),
    }
    // A caller who hangs up does not stop what began; its answer is kept for when they ask again.
    let done = tokio::spawn(async move {
        let response = (route.run)(asked).await.unwrap_or_else(|problem| problem.response());
        let status = response.status().as_u16();
        let headers = response.headers();
        let names = [header::CONTENT_TYPE, header::LOCATION, header::RETRY_AFTER, header::ETAG];
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let headers = ["content-type", "location", "retry-after", "etag"].into_iter().zip(names);
        let headers = headers.filter_map(|(name, own)| text(&own).map(|value| (name, value))).collect();
        let body = response.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let given = Given { status, headers, body };
        // What may be otherwise in a moment is not kept.
        if matches!(status, 429 | 503) {
            api.keys().forget(&key);
        } else {
            api.keys().end(&key, given.clone());
        }
        given
    });
    let given = done.await.map_err(|_| Problem::new(500, "panic", "the request could not be carried out"))?;
    Ok(again(&given))
}

fn again(given: &Given) -> Response {
    let mut response = Response::new(Body::from(given.body.clone()));
    *response.status_mut() = StatusCode::from_u16(given.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &given.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}

/// On loopback without TLS, a name of another site that was made to point here is not ours.
fn is_our_host(peer: Peer, headers: &HeaderMap) -> Result<(), Problem> {
    let Peer::Loopback(_) = peer else { return Ok(()) };
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name);
    if matches!(name, "localhost" | "127.0.0.1" | "[::1]") {
        return Ok(());
    }
    Err(Problem::new(421, "host", "without TLS this answers to `localhost` alone"))
}

/// A browser says where a request comes from. Programs say nothing.
fn is_our_site(headers: &HeaderMap) -> Result<(), Problem> {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if matches!(site, Some("cross-site" | "same-site")) {
        return Err(Problem::forbidden("other-site", "this was sent by another site"));
    }
    Ok(())
}

fn is_of_type(headers: &HeaderMap, types: &[&str]) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = given.split(';').next().unwrap_or_default().trim();
    if types.iter().any(|own| own.eq_ignore_ascii_case(given)) {
        return Ok(());
    }
    Err(Problem::new(415, "content-type", format!("the body is sent as {}", types.join(" or "))))
}

async fn read(body: Body, headers: &HeaderMap) -> Result<Bytes, Problem> {
    let too_long = || Problem::new(413, "too-long", format!("a body has at most {MOST_BYTES} bytes"));
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| MOST_BYTES as u64 <= length.saturating_sub(1)) {
        return Err(too_long());
    }
    match tokio::time::timeout(BODY_PATIENCE, Limited::new(body, MOST_BYTES).collect()).await {
        Err(_) => Err(Problem::new(408, "too-slow", "the body took too long")),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_long()),
        Ok(Err(_)) => Err(Problem::bad("the body broke off")),
        Ok(Ok(body)) => Ok(body.to_bytes()),
    }
}
