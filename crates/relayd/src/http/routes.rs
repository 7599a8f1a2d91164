//! Every address of the API: what it is called, whom it needs, what it takes and gives. Router, roles and OpenAPI document are made from this.

use super::bodies::ActionWord;
pub use super::route::{Needs, Route, Shape, Verb};
use super::route::{api, page};
use super::{machine, metrics, openapi, outlets, pages, people, plans, signed, stream, wiring};
use crate::access::Role;

use Needs::Nobody;
use Shape::{Form, Json, List, Nothing, Text};
use Verb::{Delete, Get, Patch, Post, Put};

const LOOK: Needs = Needs::Role(Role::ReadOnly);
const ACT: Needs = Needs::Role(Role::Operator);
const RULE: Needs = Needs::Role(Role::Administrator);
/// With which statuses the engine says no.
const ENGINE: &[u16] = &[404, 409, 412, 423, 429, 503];

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
        Needs::RoleOrSignature(Role::ReadOnly),
        "A node lives: by its signature, by its own account, which bears the outlet's slug, or by whoever may switch it",
        &[(200, Json("Next")), (204, Nothing)],
        |asked| Box::pin(signed::heartbeat(asked)),
    )
    .takes(Json("Heartbeat"))
    .refuses(&[404, 409, 503]),
    api(
        Post,
        "/api/v1/peer",
        "peer",
        Needs::Signature,
        "Another controller tells how things stand there: signed, and once",
        &[(200, Json("Next"))],
        |asked| Box::pin(signed::peer(asked)),
    )
    .takes(Json("PeerState"))
    .refuses(&[409, 503]),
    api(Get, "/api/v1/peers", "peers", LOOK, "Other controllers, as they were heard", &[(200, List("Peer"))], |asked| {
        Box::pin(signed::peers(asked))
    }),
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
    page(Get, "/wiring", "page-wiring", LOOK, "Wiring", |asked| Box::pin(wiring::show_wiring(asked)))
        .asks(&[("fresh", "leaves the drawing out")]),
    page(Get, "/wiring.css", "page-wiring-style", LOOK, "How the drawing looks", |asked| {
        Box::pin(wiring::style(asked))
    }),
    page(Get, "/watchdog", "page-watchdog", LOOK, "Watchdog", |asked| Box::pin(pages::watchdog(asked))),
    page(Post, "/watchdog/{node}", "page-set-watch", ACT, "Pause the watch, or let it go on", |asked| {
        Box::pin(pages::set_watch(asked))
    })
    .takes(Form),
    page(Get, "/audit", "page-audit", LOOK, "Audit log", |asked| Box::pin(pages::audit(asked))),
    page(Get, "/failures", "page-failures", LOOK, "Failure table", |asked| Box::pin(pages::failures(asked))),
    page(Get, "/page.css", "page-style", Nobody, "How pages look", |asked| Box::pin(pages::style(asked))),
    page(Get, "/icon.svg", "page-icon", Nobody, "The daemon's sign", |asked| Box::pin(pages::icon(asked))),
    page(Get, "/live.js", "page-live", Nobody, "What keeps a page fresh", |asked| Box::pin(pages::live(asked))),
];
