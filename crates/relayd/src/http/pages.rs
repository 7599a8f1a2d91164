//! Pages for people: what the API has, as HTML that works without a script. Whatever changes something is a form, and ends in another page.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use relay_engine::failure;
use serde_json::Value;

use super::bodies::{ActionWord, AskPlan, LogIn, words};
use super::caller::{Caller, Proof};
use super::dispatch::Asked;
use super::outlets::find;
use super::problem::Problem;
use super::routes::Route;
use super::shapes::{CellShape, OperationShape, OutletShape, PlanShape, WatchShape, cell, operation, outlet, watch};
use super::signed::PeerShape;
use super::{people, plans, signed, stream};
use crate::access::Role;

/// What stands on every page.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub title: &'static str,
    pub place: &'static str,
    pub controller: String,
    pub simulated: bool,
    /// Its parts follow what happens.
    pub live: bool,
    /// Where those parts are fetched anew: the page's own address may be that of a form.
    pub fresh: &'static str,
    pub user: Option<String>,
    pub role: &'static str,
    pub is_operator: bool,
    pub form_secret: String,
    pub caller: Option<Caller>,
}

impl Head {
    /// A moment as people read it, to the second: `2026-11-23 22:48:19`; all are UTC.
    pub fn moment(&self, text: &str) -> String {
        text.replacen('T', " ", 1).chars().take(19).collect()
    }

    /// A name of the API's as words: `until lease ends`.
    pub fn spaced(&self, name: &str) -> String {
        name.replace('-', " ")
    }

    /// A sentence in which a name between backticks is set apart.
    pub fn ticked(&self, text: &str) -> String {
        let pieces = text.split('`').enumerate();
        let piece = |(n, words)| if n % 2 == 1 { format!("<code>{}</code>", escaped(words)) } else { escaped(words) };
        pieces.map(piece).collect()
    }

    pub fn places(&self) -> [(&'static str, &'static str); 5] {
        [
            ("/", "Outlets"),
            ("/wiring", "Wiring"),
            ("/watchdog", "Watchdog"),
            ("/audit", "Audit"),
            ("/failures", "Failures"),
        ]
    }

    fn may_switch(&self, outlet: &str) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.who.may_switch(outlet))
    }
}

fn escaped(words: &str) -> String {
    let entity = |letter| match letter {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&#39;".to_owned(),
        other => String::from(other),
    };
    words.chars().map(entity).collect()
}

pub(super) fn head(asked: &Asked, title: &'static str, place: &'static str) -> Head {
    let state = asked.api.handle.state();
    let caller = asked.caller.clone();
    let form_secret = match caller.as_ref().map(|caller| &caller.proof) {
        Some(Proof::Session { form_secret, .. }) => form_secret.clone(),
        Some(Proof::Token) | None => String::new(),
    };
    Head {
        title,
        place,
        controller: state.config.controller.clone(),
        simulated: state.simulated,
        live: false,
        fresh: "/",
        user: caller.as_ref().map(|caller| caller.who.name.clone()),
        role: caller.as_ref().map_or("", |caller| caller.who.role.name()),
        is_operator: caller.as_ref().is_some_and(|caller| Role::Operator <= caller.who.role),
        form_secret,
        caller,
    }
}

#[derive(Template)]
#[template(path = "login.html")]
struct LogInPage {
    head: Head,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "outlets.html")]
struct OutletsPage {
    head: Head,
    outlets: Vec<OutletShape>,
    operations: Vec<OperationShape>,
    wrong: Vec<String>,
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    head: Head,
    plan: PlanShape,
}

#[derive(Template)]
#[template(path = "watchdog.html")]
struct WatchdogPage {
    head: Head,
    watches: Vec<WatchShape>,
    peers: Vec<PeerShape>,
}

/// A record as it is shown.
#[derive(Clone, Debug)]
struct Row {
    seq: u64,
    at: String,
    actor: String,
    action: String,
    subject: String,
    outcome: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    head: Head,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "failures.html")]
struct FailuresPage {
    head: Head,
    tables: Vec<(String, Vec<CellShape>)>,
}

#[derive(Template)]
#[template(path = "no.html")]
struct NoPage {
    head: Head,
    detail: String,
}

pub(super) fn show(status: u16, page: &impl Template) -> Result<Response, Problem> {
    let text = page.render().map_err(|_| Problem::new(500, "page", "the page cannot be shown"))?;
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Ok(response)
}

fn go(place: &'static str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(place));
    response
}

/// A no: a page on pages, and the way to the log-in for whoever has none; else as programs read it.
pub fn no(route: &Route, problem: &Problem) -> Response {
    if !route.is_page() {
        return problem.response();
    }
    if problem.status == 401 {
        return go("/login");
    }
    no_page(problem)
}

/// A no as a page.
pub fn no_page(problem: &Problem) -> Response {
    let title = match problem.status {
        404 => "Not here",
        403 => "Not allowed",
        _ => "No",
    };
    let head = Head { title, controller: "wireloom-relayd".to_owned(), ..Head::default() };
    let page = NoPage { head, detail: problem.detail.clone() };
    show(problem.status, &page).unwrap_or_else(|problem| problem.response())
}

/// `GET /login`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn log_in(asked: Asked) -> Result<Response, Problem> {
    show(200, &LogInPage { head: head(&asked, "Log in", "/login"), wrong: None })
}

/// `POST /login`
pub async fn log_in_sent(asked: Asked) -> Result<Response, Problem> {
    let field = |name: &str| asked.form.get(name).cloned().unwrap_or_default();
    let given = LogIn { name: field("name"), password: field("password") };
    match people::begin(&asked.api, asked.peer, given).await {
        Ok((_, secret)) => {
            let mut response = go("/");
            response.headers_mut().insert(header::SET_COOKIE, people::cookie(asked.peer, Some(&secret)));
            Ok(response)
        }
        Err(problem) => {
            let wrong = match problem.retry_after_ms {
                Some(ms) => format!("{}; again in {} s", problem.detail, ms.div_ceil(1000)),
                None => problem.detail,
            };
            show(problem.status, &LogInPage { head: head(&asked, "Log in", "/login"), wrong: Some(wrong) })
        }
    }
}

/// `POST /logout`
pub async fn log_out(asked: Asked) -> Result<Response, Problem> {
    people::end(&asked).await?;
    let mut response = go("/login");
    response.headers_mut().insert(header::SET_COOKIE, people::cookie(asked.peer, None));
    Ok(response)
}

fn outlets_page(asked: &Asked, wrong: Vec<String>) -> OutletsPage {
    let state = asked.api.handle.state();
    let outlets = state.snapshot.outlets.iter().map(|own| outlet(own, &state.config)).collect();
    let operations = state.snapshot.operations.iter().rev().take(10).map(|own| operation(own, state.now)).collect();
    OutletsPage { head: Head { live: true, ..head(asked, "Outlets", "/") }, outlets, operations, wrong }
}

/// `GET /`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn outlets(asked: Asked) -> Result<Response, Problem> {
    show(200, &outlets_page(&asked, Vec::new()))
}

/// `GET /plan?outlet=pi-1&outlet=pi-2&action=cycle`
pub async fn plan(asked: Asked) -> Result<Response, Problem> {
    let Some(outlets) = asked.query.get("outlet").cloned() else {
        return show(200, &outlets_page(&asked, vec!["No outlet is ticked".to_owned()]));
    };
    let action = match asked.query.get("action").map(String::as_str) {
        Some("on") => ActionWord::On,
        Some("off") => ActionWord::Off,
        Some("cycle") => ActionWord::Cycle,
        Some(_) | None => return Err(Problem::bad("a plan is for `on`, `off` or `cycle`")),
    };
    let plan = plans::make(&asked, &AskPlan { outlets, action, off_seconds: None, force: false }).await?;
    show(200, &PlanPage { head: head(&asked, "Plan", "/plan"), plan })
}

/// `POST /plan/{id}`
pub async fn run_plan(asked: Asked) -> Result<Response, Problem> {
    let reason = words("reason", asked.form.get("reason").map_or("", String::as_str))?;
    let results = plans::carry_out(&asked, asked.param("id"), &reason).await?;
    let refused = results.into_iter().filter(|own| own.state == "refused");
    let wrong: Vec<String> = refused.map(|own| format!("{}: {}", own.node, own.detail)).collect();
    if wrong.is_empty() { Ok(go("/")) } else { show(409, &outlets_page(&asked, wrong)) }
}

/// `GET /watchdog`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn watchdog(asked: Asked) -> Result<Response, Problem> {
    let state = asked.api.handle.state();
    let snapshot = &state.snapshot;
    let watches = snapshot.watches.iter().map(|own| watch(own, &snapshot.outlets, state.now)).collect();
    let peers = signed::shapes(&asked.api.settings.known, state.config.limits.alive_ms, asked.api.now_ms());
    let head = Head { live: true, fresh: "/watchdog", ..head(&asked, "Watchdog", "/watchdog") };
    show(200, &WatchdogPage { head, watches, peers })
}

/// `POST /watchdog/{node}`
pub async fn set_watch(asked: Asked) -> Result<Response, Problem> {
    let for_ms = match asked.form.get("seconds").map_or("", String::as_str) {
        "" => None,
        "3600" => Some(3_600_000),
        _ => return Err(Problem::bad("a pause on this page is an hour")),
    };
    let state = asked.api.handle.state();
    let own = find(&state, asked.param("node"))?;
    let caller = asked.who()?;
    caller.may_switch(&own.name)?;
    super::outlets::answer(asked.api.handle.pause(own.name.clone(), caller.actor(), for_ms).await)?;
    Ok(go("/watchdog"))
}

/// `GET /audit`
pub async fn audit(asked: Asked) -> Result<Response, Problem> {
    let lines = stream::records(&asked, None, 100).await?;
    let rows = lines.iter().rev().filter_map(|line| {
        let record: Value = serde_json::from_str(line).ok()?;
        let field = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
        Some(Row {
            seq: record["seq"].as_u64()?,
            at: field("at"),
            actor: field("actor"),
            action: field("action"),
            subject: field("subject"),
            outcome: field("outcome"),
            reason: field("reason"),
        })
    });
    show(200, &AuditPage { head: head(&asked, "Audit log", "/audit"), rows: rows.collect() })
}

/// `GET /failures`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn failures(asked: Asked) -> Result<Response, Problem> {
    let config = asked.api.handle.state().config;
    let cells = failure::table(&config, asked.api.settings.machine);
    let of = |node: &str| cells.iter().filter(|own| own.outlet == node).map(cell).collect();
    let tables = config.outlets.iter().map(|own| (own.name.clone(), of(&own.name))).collect();
    show(200, &FailuresPage { head: head(&asked, "Failure table", "/failures"), tables })
}

/// `GET /page.css`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn style(_: Asked) -> Result<Response, Problem> {
    Ok(file("text/css; charset=utf-8", include_str!("../../templates/page.css")))
}

/// `GET /icon.svg`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn icon(_: Asked) -> Result<Response, Problem> {
    Ok(file("image/svg+xml", include_str!("../../templates/icon.svg")))
}

/// `GET /live.js`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn live(_: Asked) -> Result<Response, Problem> {
    Ok(file("text/javascript; charset=utf-8", include_str!("../../templates/live.js")))
}

pub(super) fn file(kind: &'static str, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
