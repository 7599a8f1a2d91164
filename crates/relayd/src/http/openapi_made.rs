//! Makes the OpenAPI document from the table of routes and the types of bodies and answers.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::super::routes::{Needs, Route, Shape, TABLE, Verb};
use super::super::{bodies, machine, people, plans, problem, shapes, signed};
use crate::signed::Next;

/// A refusal's status, and when it is given.
fn words(status: u16) -> &'static str {
    match status {
        200 => "It is done, or here it is",
        202 => "It is under way, or waits and goes by itself",
        204 => "It is done",
        304 => "It is as it was",
        400 => "What was sent cannot be used, or can never be",
        401 => "Nobody has shown who they are, or not well",
        403 => "Who they are is not enough, or the request is another site's",
        404 => "There is no such thing",
        408 => "The body took too long",
        409 => "An interlock, something that is under way, or a signed message out of its order; `rule` says which",
        412 => "The outlet is not as it was when it was looked at",
        413 => "The body is too long",
        415 => "The body is of another type",
        421 => "Without TLS this answers to `localhost` alone",
        422 => "The idempotency key was used with another body",
        423 => "Somebody has a maintenance lock",
        429 => "A budget is used up, or there were too many wrong passwords",
        503 => "Disk, line, start or stop; or too many at once",
        other => panic!("{other} has no words"),
    }
}

fn schemas() -> BTreeMap<&'static str, Value> {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let mut maker = settings.into_generator();
    let mut all = BTreeMap::new();
    fn add<T: JsonSchema>(maker: &mut SchemaGenerator, all: &mut BTreeMap<&'static str, Value>, name: &'static str) {
        let mut schema = serde_json::to_value(maker.root_schema_for::<T>()).unwrap();
        schema.as_object_mut().unwrap().remove("title");
        all.insert(name, schema);
    }
    add::<bodies::LogIn>(&mut maker, &mut all, "LogIn");
    add::<bodies::Switch>(&mut maker, &mut all, "Switch");
    add::<bodies::AskPlan>(&mut maker, &mut all, "AskPlan");
    add::<bodies::RunPlan>(&mut maker, &mut all, "RunPlan");
    add::<bodies::TakeLock>(&mut maker, &mut all, "TakeLock");
    add::<bodies::SetWatch>(&mut maker, &mut all, "SetWatch");
    add::<bodies::Heartbeat>(&mut maker, &mut all, "Heartbeat");
    add::<bodies::PeerState>(&mut maker, &mut all, "PeerState");
    let mut maker = maker.settings().clone().for_serialize().into_generator();
    add::<machine::ReadyShape>(&mut maker, &mut all, "Ready");
    add::<machine::InfoShape>(&mut maker, &mut all, "Info");
    add::<machine::ConfigShape>(&mut maker, &mut all, "Config");
    add::<people::SessionShape>(&mut maker, &mut all, "Session");
    add::<plans::RunShape>(&mut maker, &mut all, "Run");
    add::<problem::Problem>(&mut maker, &mut all, "Problem");
    add::<shapes::OutletShape>(&mut maker, &mut all, "Outlet");
    add::<shapes::OperationShape>(&mut maker, &mut all, "Operation");
    add::<shapes::AnswerShape>(&mut maker, &mut all, "Answer");
    add::<shapes::PlanShape>(&mut maker, &mut all, "Plan");
    add::<shapes::WatchShape>(&mut maker, &mut all, "Watch");
    add::<shapes::CellShape>(&mut maker, &mut all, "Cell");
    add::<signed::PeerShape>(&mut maker, &mut all, "Peer");
    add::<Next>(&mut maker, &mut all, "Next");
    let alive = json!({ "type": "object", "required": ["status"], "properties": { "status": { "const": "alive" } } });
    all.insert("Alive", alive);
    all.insert("Document", json!({ "type": "object" }));
    all
}

fn content(shape: Shape) -> Option<Value> {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    match shape {
        Shape::Json(name) => Some(json!({ "application/json": { "schema": reference(name) } })),
        Shape::List(name) => {
            Some(json!({ "application/json": { "schema": { "type": "array", "items": reference(name) } } }))
        }
        Shape::Text(kind) => Some(json!({ kind: { "schema": { "type": "string" } } })),
        Shape::Form | Shape::Nothing => None,
    }
}

/// With which statuses a route may say no.
fn refusals(route: &Route) -> Vec<u16> {
    let mut all = route.refuses.to_vec();
    all.extend([400, 421]);
    // Whoever shows a token is told whether it is good, on open routes too.
    all.extend([401, 429]);
    if route.needs.role().is_some() {
        all.push(403);
    }
    if route.verb != Verb::Get {
        all.extend([403, 408, 413]);
    }
    if route.body.is_some() {
        all.push(415);
    }
    if route.is_idempotent_by_key() {
        all.extend([409, 422, 503]);
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn operation(route: &Route) -> Value {
    let mut parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            let mut parameter = json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
            if route.path.contains("/outlets/") || name == "node" {
                parameter["example"] = json!("pi-1");
            }
            parameter
        })
        .collect();
    for (name, what) in route.query {
        let most = if *name == "most" { json!(1000) } else { json!(9_007_199_254_740_991_u64) };
        let schema = json!({ "type": "integer", "minimum": u8::from(*name == "most"), "maximum": most });
        parameters.push(json!({ "name": name, "in": "query", "description": what, "schema": schema }));
    }
    if route.is_idempotent_by_key() {
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$" });
        let what = "The same key gives the same answer, and does nothing twice";
        parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "description": what, "schema": schema }));
    }
    let mut responses = Map::new();
    for status in refusals(route) {
        let problem = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
        responses.insert(status.to_string(), json!({ "description": words(status), "content": problem }));
    }
    for (status, shape) in route.gives {
        let entry = responses.entry(status.to_string()).or_insert_with(|| json!({ "description": words(*status) }));
        if let Some(own) = content(*shape) {
            let kinds = entry.as_object_mut().unwrap().entry("content").or_insert_with(|| json!({}));
            kinds.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        }
    }
    let security = match route.needs {
        Needs::Nobody => json!([{}]),
        Needs::Role(_) => json!([{ "token": [] }, { "session": [] }]),
        Needs::Signature => json!([{ "signature": [] }]),
        Needs::RoleOrSignature(_) => json!([{ "token": [] }, { "session": [] }, { "signature": [] }]),
    };
    let needs = match route.needs {
        Needs::Nobody => "nobody",
        Needs::Role(role) | Needs::RoleOrSignature(role) => role.name(),
        Needs::Signature => "peer",
    };
    let mut all = json!({
        "operationId": route.id,
        "summary": route.summary,
        "x-role": needs,
        "security": security,
        "responses": responses,
    });
    if !parameters.is_empty() {
        all["parameters"] = json!(parameters);
    }
    if let Some(body) = route.body.and_then(content) {
        all["requestBody"] = json!({ "required": !matches!(route.id, "config-check" | "heartbeat"), "content": body });
    }
    all
}

fn document() -> String {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in TABLE.iter().filter(|route| !route.is_page()) {
        let verb = format!("{:?}", route.verb).to_lowercase();
        paths.entry(route.path).or_default().insert(verb, operation(route));
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "wireloom-relayd",
            "version": "1",
            "description": "Cuts and restores the power of machines. Every no is `application/problem+json` (RFC 9457) with the id of the rule that said it.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-wireloom" },
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Wireloom-Signature",
                    "description": "HMAC-SHA-256 in hexadecimal digits, by what both sides share, over a line that names the kind (`wireloom-relayd peer 1` or `wireloom-relayd heartbeat 1`, and a line feed) and the body",
                },
            },
        },
    });
    format!("{}\n", serde_json::to_string_pretty(&document).unwrap())
}

#[test]
fn the_document_is_what_the_routes_and_types_say() {
    let made = document();
    if std::env::var_os("UPDATE").is_some() {
        assert!(std::env::var_os("CI").is_none(), "UPDATE is for people");
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json"), &made).unwrap();
        return;
    }
    assert!(
        made == super::DOCUMENT,
        "openapi.json is not what the code says; run this test with UPDATE=1 and read the diff"
    );
}

#[test]
fn every_shape_that_a_route_names_is_there_and_every_route_is_named_once() {
    let schemas = schemas();
    let mut ids = std::collections::BTreeSet::new();
    for route in TABLE {
        assert!(ids.insert(route.id), "{} stands twice", route.id);
        let shapes = route.body.into_iter().chain(route.gives.iter().map(|(_, shape)| *shape));
        for shape in shapes {
            if let Shape::Json(name) | Shape::List(name) = shape {
                assert!(schemas.contains_key(name), "{}: {name} is no shape", route.id);
            }
        }
    }
}
