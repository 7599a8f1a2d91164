//! Every address of the API: what it is called, whom it needs, what it takes and gives. Router, roles and OpenAPI document are made from this.

use super::bodies::ActionWord;
use super::dispatch::{Answered, Asked};
use super::{machine, metrics, openapi, outlets, people, plans, stream};
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
    /// Whether it is a page for people, and not of the API.
    pub fn is_page(&self) -> bool {
        self.id.starts_with("page-")
    }

    /// Whether its body is a form.
    pub fn takes_form(&self) -> bool {
        self.body == Some(Shape::Form)
    }

    /// The types that a body may have.
    pub fn body_types(&self) -> &'static [&'static str] {
        match self.body {
            Some(Shape::Text(_)) => &["application/toml", "text/plain"],
            _ => &["application/json"],
        }
    }

    /// Whether an `Idempotency-Key` counts: on what somebody who is known does once.
    pub fn is_idempotent_by_key(&self) -> bool {
        self.verb == Verb::Post && !self.is_page() && self.needs != Needs::Nobody && self.id != "plan"
    }
}

const LOOK: Needs = Needs::Role(Role::ReadOnly);
const ACT: Needs = Needs::Role(Role::Operator);
const RULE: Needs = Needs::Role(Role::Administrator);
/// With which statuses the engine says no.
const ENGINE: &[u16] = &[404, 409, 412, 423, 429, 503];

/// All of them.
pub static TABLE: &[Route] = &[
    Route {
        verb: Verb::Get,
        path: "/healthz",
        id: "health",
        needs: Needs::Nobody,
        summary: "Whether the process answers",
        body: None,
        query: &[],
        gives: &[(200, Shape::Json("Alive"))],
        refuses: &[],
        run: |asked| Box::pin(machine::health(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/readyz",
        id: "ready",
        needs: Needs::Nobody,
        summary: "Whether lines are held, and journal and audit log can be written",
        body: None,
        query: &[],
        gives: &[(200, Shape::Json("Ready")), (503, Shape::Json("Ready"))],
        refuses: &[],
        run: |asked| Box::pin(machine::ready(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/metrics",
        id: "metrics",
        needs: LOOK,
        summary: "Numbers for Prometheus",
        body: None,
        query: &[],
        gives: &[(200, Shape::Text("application/openmetrics-text"))],
        refuses: &[],
        run: |asked| Box::pin(metrics::show(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/openapi.json",
        id: "openapi",
        needs: Needs::Nobody,
        summary: "This document",
        body: None,
        query: &[],
        gives: &[(200, Shape::Json("Document"))],
        refuses: &[],
        run: |asked| Box::pin(openapi::show(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/v1/session",
        id: "log-in",
        needs: Needs::Nobody,
        summary: "Log in by name and password; gives a cookie",
        body: Some(Shape::Json("LogIn")),
        query: &[],
        gives: &[(200, Shape::Json("Session"))],
        refuses: &[401, 429, 503],
        run: |asked| Box::pin(people::open(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/session",
        id: "session",
        needs: LOOK,
        summary: "Who I am",
        body: None,
        query: &[],
        gives: &[(200, Shape::Json("Session"))],
        refuses: &[],
        run: |asked| Box::pin(people::show(asked)),
    },
    Route {
        verb: Verb::Delete,
        path: "/api/v1/session",
        id: "log-out",
        needs: LOOK,
        summary: "End my session",
        body: None,
        query: &[],
        gives: &[(204, Shape::Nothing)],
        refuses: &[503],
        run: |asked| Box::pin(people::close(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/info",
        id: "info",
        needs: LOOK,
        summary: "What the daemon runs, and on what",
        body: None,
        query: &[],
        gives: &[(200, Shape::Json("Info"))],
        refuses: &[],
        run: |asked| Box::pin(machine::info(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/outlets",
        id: "outlets",
        needs: LOOK,
        summary: "Every outlet: commanded, observed, health, lease, lock",
        body: None,
        query: &[],
        gives: &[(200, Shape::List("Outlet"))],
        refuses: &[],
        run: |asked| Box::pin(outlets::list(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/outlets/{id}",
        id: "outlet",
        needs: LOOK,
        summary: "One outlet, by name or slug",
        body: None,
        query: &[],
        gives: &[(200, Shape::Json("Outlet")), (304, Shape::Nothing)],
        refuses: &[404],
        run: |asked| Box::pin(outlets::one(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/v1/outlets/{id}/on",
        id: "on",
        needs: ACT,
        summary: "Power an outlet; ends its lease",
        body: Some(Shape::Json("Switch")),
        query: &[],
        gives: &[(200, Shape::Json("Answer")), (202, Shape::Json("Answer"))],
        refuses: ENGINE,
        run: |asked| Box::pin(outlets::switch(asked, ActionWord::On)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/v1/outlets/{id}/off",
        id: "off",
        needs: ACT,
        summary: "Take its power until the lease ends",
        body: Some(Shape::Json("Switch")),
        query: &[],
        gives: &[(200, Shape::Json("Answer")), (202, Shape::Json("Answer"))],
        refuses: ENGINE,
        run: |asked| Box::pin(outlets::switch(asked, ActionWord::Off)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/v1/outlets/{id}/cycle",
        id: "cycle",
        needs: ACT,
        summary: "Take its power and give it back",
        body: Some(Shape::Json("Switch")),
        query: &[],
        gives: &[(200, Shape::Json("Answer")), (202, Shape::Json("Answer"))],
        refuses: ENGINE,
        run: |asked| Box::pin(outlets::switch(asked, ActionWord::Cycle)),
    },
    Route {
        verb: Verb::Put,
        path: "/api/v1/outlets/{id}/lock",
        id: "lock",
        needs: ACT,
        summary: "Keep everybody else from an outlet, for maintenance",
        body: Some(Shape::Json("TakeLock")),
        query: &[],
        gives: &[(200, Shape::Json("Answer"))],
        refuses: ENGINE,
        run: |asked| Box::pin(outlets::lock(asked)),
    },
    Route {
        verb: Verb::Delete,
        path: "/api/v1/outlets/{id}/lock",
        id: "unlock",
        needs: ACT,
        summary: "Take a lock away: by its owner, or an administrator",
        body: None,
        query: &[],
        gives: &[(200, Shape::Json("Answer"))],
        refuses: ENGINE,
        run: |asked| Box::pin(outlets::unlock(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/v1/plan",
        id: "plan",
        needs: LOOK,
        summary: "What a request for several outlets would do, step by step",
        body: Some(Shape::Json("AskPlan")),
        query: &[],
        gives: &[(200, Shape::Json("Plan"))],
        refuses: &[503],
        run: |asked| Box::pin(plans::ask(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/v1/plan/{id}/run",
        id: "run-plan",
        needs: ACT,
        summary: "Run a plan that I asked for",
        body: Some(Shape::Json("RunPlan")),
        query: &[],
        gives: &[(200, Shape::Json("Run")), (202, Shape::Json("Run")), (409, Shape::Json("Run"))],
        refuses: &[404],
        run: |asked| Box::pin(plans::run(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/operations",
        id: "operations",
        needs: LOOK,
        summary: "What waits, runs, and ended lately",
        body: None,
        query: &[],
        gives: &[(200, Shape::List("Operation"))],
        refuses: &[],
        run: |asked| Box::pin(outlets::operations(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/operations/{id}",
        id: "operation",
        needs: LOOK,
        summary: "One operation",
        body: None,
        query: &[],
        gives: &[(200, Shape::Json("Operation"))],
        refuses: &[404],
        run: |asked| Box::pin(outlets::one_operation(asked)),
    },
    Route {
        verb: Verb::Delete,
        path: "/api/v1/operations/{id}",
        id: "cancel",
        needs: ACT,
        summary: "Drop an operation that waits",
        body: None,
        query: &[],
        gives: &[(200, Shape::Json("Answer"))],
        refuses: ENGINE,
        run: |asked| Box::pin(outlets::cancel(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/watchdog",
        id: "watchdog",
        needs: LOOK,
        summary: "The watch over every node",
        body: None,
        query: &[],
        gives: &[(200, Shape::List("Watch"))],
        refuses: &[],
        run: |asked| Box::pin(outlets::watches(asked)),
    },
    Route {
        verb: Verb::Patch,
        path: "/api/v1/watchdog/{node}",
        id: "set-watch",
        needs: ACT,
        summary: "Hold the watch over a node still, or let it go on",
        body: Some(Shape::Json("SetWatch")),
        query: &[],
        gives: &[(200, Shape::Json("Answer"))],
        refuses: ENGINE,
        run: |asked| Box::pin(outlets::set_watch(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/v1/heartbeat/{node}",
        id: "heartbeat",
        needs: LOOK,
        summary: "A node lives: by its own account, which bears the outlet's slug, or by whoever may switch it",
        body: None,
        query: &[],
        gives: &[(204, Shape::Nothing)],
        refuses: &[404],
        run: |asked| Box::pin(outlets::heartbeat(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/audit",
        id: "audit",
        needs: LOOK,
        summary: "What was done, by whom and why: a JSON object a line",
        body: None,
        query: &[
            ("since", "only records after the one with this number; else the last ones"),
            ("most", "at most so many, 1 to 1000"),
        ],
        gives: &[(200, Shape::Text("application/jsonl"))],
        refuses: &[503],
        run: |asked| Box::pin(stream::audit(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/events",
        id: "events",
        needs: LOOK,
        summary: "What changes, as server-sent events; `Last-Event-ID` goes on where it was",
        body: None,
        query: &[],
        gives: &[(200, Shape::Text("text/event-stream"))],
        refuses: &[503],
        run: |asked| Box::pin(stream::events(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/v1/failure-table",
        id: "failure-table",
        needs: LOOK,
        summary: "What becomes of every load when something fails",
        body: None,
        query: &[],
        gives: &[(200, Shape::List("Cell"))],
        refuses: &[],
        run: |asked| Box::pin(machine::failure_table(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/v1/config/check",
        id: "config-check",
        needs: RULE,
        summary: "Whether a config could be taken: the one that is sent, or the file",
        body: Some(Shape::Text("application/toml")),
        query: &[],
        gives: &[(200, Shape::Json("Config"))],
        refuses: &[503],
        run: |asked| Box::pin(machine::config_check(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/v1/config/reload",
        id: "config-reload",
        needs: RULE,
        summary: "Take the config file, whole or not at all; lines that stay are not touched",
        body: None,
        query: &[],
        gives: &[(200, Shape::Json("Answer"))],
        refuses: &[409, 503],
        run: |asked| Box::pin(machine::config_reload(asked)),
    },
];
