//! Every address of the API: what it is called, whom it needs, what it takes and gives. Router, roles and OpenAPI document are made from this.

use super::bodies::ActionWord;
use super::dispatch::{Answered, Asked};
use super::{machine, metrics, openapi, outlets, pages, people, plans, stream};
use crate::access::Role;

/// HTTP's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// Look.
    Get,
    /// Do.
    Post,
    /// Set.
    Put,
    /// Change.
    Patch,
    /// Take away.
    Delete,
}

/// Whom a route needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Nobody: it tells nothing that is not told to everybody.
    Nobody,
    /// Somebody who may do so much.
    Role(Role),
}

/// What a body holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// JSON of a shape of this name.
    Json(&'static str),
    /// JSON: a list of these.
    List(&'static str),
    /// Text of this type.
    Text(&'static str),
    /// A form of a page of our own.
    Form,
    /// Nothing.
    Nothing,
}

/// One address and method.
#[derive(Debug)]
pub struct Route {
    /// HTTP's.
    pub verb: Verb,
    /// The address, with names in braces.
    pub path: &'static str,
    /// Its name in the document and in metrics.
    pub id: &'static str,
    /// Whom it needs.
    pub needs: Needs,
    /// What it does, a line.
    pub summary: &'static str,
    /// What it takes.
    pub body: Option<Shape>,
    /// What it takes behind the `?`, and what that is.
    pub query: &'static [(&'static str, &'static str)],
    /// What it gives when all is well.
    pub gives: &'static [(u16, Shape)],
    /// With which other statuses it says no, besides those that all routes share.
    pub refuses: &'static [u16],
    /// What it does.
    pub run: fn(Asked) -> Answered,
}

impl Route {
    const fn takes(self, body: Shape) -> Self {
        Self { body: Some(body), ..self }
    }

    const fn asks(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    const fn refuses(self, refuses: &'static [u16]) -> Self {
        Self { refuses, ..self }
    }

    /// Whether it is a page for people, and not of the API.
    pub fn is_page(&self) -> bool {
        self.id.starts_with("page-")
    }

    /// Whether its body is a form.
    pub fn takes_form(&self) -> bool {
        self.body == Some(Form)
    }

    /// The types that a body may have.
    pub fn body_types(&self) -> &'static [&'static str] {
        match self.body {
            Some(Text(_)) => &["application/toml", "text/plain"],
            _ => &["application/json"],
        }
    }

    /// Whether an `Idempotency-Key` counts: on what somebody who is known does once.
    pub fn is_idempotent_by_key(&self) -> bool {
        self.verb == Post && !self.is_page() && self.needs != Nobody && self.id != "plan"
    }
}

use Needs::Nobody;
use Shape::{Form, Json, List, Nothing, Text};
use Verb::{Delete, Get, Patch, Post, Put};

const LOOK: Needs = Needs::Role(Role::ReadOnly);
const ACT: Needs = Needs::Role(Role::Operator);
const RULE: Needs = Needs::Role(Role::Administrator);
/// With which statuses the engine says no.
const ENGINE: &[u16] = &[404, 409, 412, 423, 429, 503];

const fn api(
    verb: Verb,
    path: &'static str,
    id: &'static str,
    needs: Needs,
    summary: &'static str,
    gives: &'static [(u16, Shape)],
    run: fn(Asked) -> Answered,
) -> Route {
    Route { verb, path, id, needs, summary, body: None, query: &[], gives, refuses: &[], run }
}

const fn page(
    verb: Verb,
    path: &'static str,
    id: &'static str,
    needs: Needs,
    summary: &'static str,
    run: fn(Asked) -> Answered,
) -> Route {
    api(verb, path, id, needs, summary, &[], run)
}

/// All of them.
pub static TABLE: &[Route] = &[
    api(Get, "/healthz", "health", Nobody, "Whether the process answers", &[(200, Json("Alive"))], |asked| {
        Box::pin(machine::health(asked))
    }),
    api(
        Get,
        "/readyz",
        "ready",
        Nobody,
        "Whether lines, journal and audit log are fine",
        &[(200, Json("Ready")), (503, Json("Ready"))],
        |asked| Box::pin(machine::ready(asked)),
    ),
    api(
        Get,
        "/metrics",
        "metrics",
        LOOK,
        "Numbers for Prometheus",
        &[(200, Text("application/openmetrics-text"))],
        |asked| Box::pin(metrics::show(asked)),
    ),
    api(Get, "/api/v1/openapi.json", "openapi", Nobody, "This document", &[(200, Json("Document"))], |asked| {
        Box::pin(openapi::show(asked))
    }),
    api(Post, "/api/v1/session", "log-in", Nobody, "Log in; gives a cookie", &[(200, Json("Session"))], |asked| {
        Box::pin(people::open(asked))
    })
    .takes(Json("LogIn"))
    .refuses(&[401, 429, 503]),
    api(Get, "/api/v1/session", "session", LOOK, "Who I am", &[(200, Json("Session"))], |asked| {
        Box::pin(people::show(asked))
    }),
    api(Delete, "/api/v1/session", "log-out", LOOK, "End my session", &[(204, Nothing)], |asked| {
        Box::pin(people::close(asked))
    })
    .refuses(&[503]),
    api(Get, "/api/v1/info", "info", LOOK, "What the daemon runs, and on what", &[(200, Json("Info"))], |asked| {
        Box::pin(machine::info(asked))
    }),
    api(Get, "/api/v1/outlets", "outlets", LOOK, "Every outlet, as it is", &[(200, List("Outlet"))], |asked| {
        Box::pin(outlets::list(asked))
    }),
    api(
        Get,
        "/api/v1/outlets/{id}",
        "outlet",
        LOOK,
        "One outlet, by name or slug",
        &[(200, Json("Outlet")), (304, Nothing)],
        |asked| Box::pin(outlets::one(asked)),
    )
    .refuses(&[404]),
    api(
        Post,
        "/api/v1/outlets/{id}/on",
        "on",
        ACT,
        "Power an outlet; ends its lease",
        &[(200, Json("Answer")), (202, Json("Answer"))],
        |asked| Box::pin(outlets::switch(asked, ActionWord::On)),
    )
    .takes(Json("Switch"))
    .refuses(ENGINE),
    api(
        Post,
        "/api/v1/outlets/{id}/off",
        "off",
        ACT,
        "Take its power until the lease ends",
        &[(200, Json("Answer")), (202, Json("Answer"))],
        |asked| Box::pin(outlets::switch(asked, ActionWord::Off)),
    )
    .takes(Json("Switch"))
    .refuses(ENGINE),
    api(
        Post,
        "/api/v1/outlets/{id}/cycle",
        "cycle",
        ACT,
        "Take its power and give it back",
        &[(200, Json("Answer")), (202, Json("Answer"))],
        |asked| Box::pin(outlets::switch(asked, ActionWord::Cycle)),
    )
    .takes(Json("Switch"))
    .refuses(ENGINE),
    api(
        Put,
        "/api/v1/outlets/{id}/lock",
        "lock",
        ACT,
        "Keep everybody else from an outlet, for maintenance",
        &[(200, Json("Answer"))],
        |asked| Box::pin(outlets::lock(asked)),
    )
    .takes(Json("TakeLock"))
    .refuses(ENGINE),
    api(
        Delete,
        "/api/v1/outlets/{id}/lock",
        "unlock",
        ACT,
        "Take a lock away: by its owner, or an administrator",
        &[(200, Json("Answer"))],
        |asked| Box::pin(outlets::unlock(asked)),
    )
    .refuses(ENGINE),
    api(
        Post,
        "/api/v1/plan",
        "plan",
        LOOK,
        "What a request for several outlets would do, step by step",
        &[(200, Json("Plan"))],
        |asked| Box::pin(plans::ask(asked)),
    )
    .takes(Json("AskPlan"))
    .refuses(&[503]),
    api(
        Post,
        "/api/v1/plan/{id}/run",
        "run-plan",
        ACT,
        "Run a plan that I asked for",
        &[(200, Json("Run")), (202, Json("Run")), (409, Json("Run"))],
        |asked| Box::pin(plans::run(asked)),
    )
    .takes(Json("RunPlan"))
    .refuses(&[404]),
    api(
        Get,
        "/api/v1/operations",
        "operations",
        LOOK,
        "What waits, runs, and ended lately",
        &[(200, List("Operation"))],
        |asked| Box::pin(outlets::operations(asked)),
    ),
    api(Get, "/api/v1/operations/{id}", "operation", LOOK, "One operation", &[(200, Json("Operation"))], |asked| {
        Box::pin(outlets::one_operation(asked))
    })
    .refuses(&[404]),
    api(
        Delete,
        "/api/v1/operations/{id}",
        "cancel",
        ACT,
        "Drop an operation that waits",
        &[(200, Json("Answer"))],
        |asked| Box::pin(outlets::cancel(asked)),
    )
    .refuses(ENGINE),
    api(Get, "/api/v1/watchdog", "watchdog", LOOK, "The watch over every node", &[(200, List("Watch"))], |asked| {
        Box::pin(outlets::watches(asked))
    }),
    api(
        Patch,
        "/api/v1/watchdog/{node}",
        "set-watch",
        ACT,
        "Hold the watch over a node still, or let it go on",
        &[(200, Json("Answer"))],
        |asked| Box::pin(outlets::set_watch(asked)),
    )
    .takes(Json("SetWatch"))
    .refuses(ENGINE),
    api(
        Post,
        "/api/v1/heartbeat/{node}",
        "heartbeat",
        LOOK,
        "A node lives: by its own account, which bears the outlet's slug, or by whoever may switch it",
        &[(204, Nothing)],
        |asked| Box::pin(outlets::heartbeat(asked)),
    )
    .refuses(&[404]),
    api(
        Get,
        "/api/v1/audit",
        "audit",
        LOOK,
        "What was done, by whom and why: a JSON object a line",
        &[(200, Text("application/jsonl"))],
        |asked| Box::pin(stream::audit(asked)),
    )
    .asks(&[
        ("since", "only records after the one with this number; else the last ones"),
        ("most", "at most so many, 1 to 1000"),
    ])
    .refuses(&[503]),
    api(
        Get,
        "/api/v1/events",
        "events",
        LOOK,
        "What changes, as server-sent events; `Last-Event-ID` goes on where it was",
        &[(200, Text("text/event-stream"))],
        |asked| Box::pin(stream::events(asked)),
    )
    .refuses(&[503]),
    api(
        Get,
        "/api/v1/failure-table",
        "failure-table",
        LOOK,
        "What becomes of every load when something fails",
        &[(200, List("Cell"))],
        |asked| Box::pin(machine::failure_table(asked)),
    ),
    api(
        Post,
        "/api/v1/config/check",
        "config-check",
        RULE,
        "Whether a config could be taken: the one that is sent, or the file",
        &[(200, Json("Config"))],
        |asked| Box::pin(machine::config_check(asked)),
    )
    .takes(Text("application/toml"))
    .refuses(&[503]),
    api(
        Post,
        "/api/v1/config/reload",
        "config-reload",
        RULE,
        "Take the config file, whole or not at all; lines that stay are not touched",
        &[(200, Json("Answer"))],
        |asked| Box::pin(machine::config_reload(asked)),
    )
    .refuses(&[409, 503]),
    page(Get, "/login", "page-log-in", Nobody, "Name and password", |asked| Box::pin(pages::log_in(asked))),
    page(Post, "/login", "page-log-in-sent", Nobody, "Log in", |asked| Box::pin(pages::log_in_sent(asked))).takes(Form),
    page(Post, "/logout", "page-log-out", LOOK, "End my session", |asked| Box::pin(pages::log_out(asked))).takes(Form),
    page(Get, "/", "page-outlets", LOOK, "Outlets", |asked| Box::pin(pages::outlets(asked))),
    page(Get, "/plan", "page-plan", LOOK, "What would be done", |asked| Box::pin(pages::plan(asked))),
    page(Post, "/plan/{id}", "page-run-plan", ACT, "Do it", |asked| Box::pin(pages::run_plan(asked))).takes(Form),
    page(Get, "/watchdog", "page-watchdog", LOOK, "Watchdog", |asked| Box::pin(pages::watchdog(asked))),
    page(Post, "/watchdog/{node}", "page-set-watch", ACT, "Pause the watch, or let it go on", |asked| {
        Box::pin(pages::set_watch(asked))
    })
    .takes(Form),
    page(Get, "/audit", "page-audit", LOOK, "Audit log", |asked| Box::pin(pages::audit(asked))),
    page(Get, "/failures", "page-failures", LOOK, "Failure table", |asked| Box::pin(pages::failures(asked))),
    page(Get, "/page.css", "page-style", Nobody, "How pages look", |asked| Box::pin(pages::style(asked))),
    page(Get, "/live.js", "page-live", Nobody, "What keeps a page fresh", |asked| Box::pin(pages::live(asked))),
];
