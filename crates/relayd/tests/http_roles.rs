//! Every route by every role: nothing is switched, locked, paused or reloaded without the right to it.

#[path = "box/mod.rs"]
mod r#box;
mod door;

use r#box::runtime;
use door::open;
use relay_config::Power;
use relayd::access::Role;
use relayd::http::routes::{Needs, Route, Shape, TABLE, Verb};

const ROLES: [(usize, Role); 4] =
    [(0, Role::ReadOnly), (1, Role::Operator), (2, Role::Operator), (3, Role::Administrator)];

fn verb(route: &Route) -> String {
    format!("{:?}", route.verb).to_uppercase()
}

/// An address of the route, and a body that it understands.
fn call(route: &Route) -> (String, &'static str) {
    let id = if route.path.contains("operations") { "999" } else { "pi-2" };
    let path = route.path.replace("{id}", id).replace("{node}", "pi-2");
    let body = match route.body {
        Some(Shape::Json("Switch")) => r#"{"reason":"a test"}"#,
        Some(Shape::Json("AskPlan")) => r#"{"outlets":"pi[2]","action":"cycle"}"#,
        Some(Shape::Json("RunPlan")) => r#"{"reason":"a test"}"#,
        Some(Shape::Json("TakeLock")) => r#"{"reason":"a test","seconds":60}"#,
        Some(Shape::Json("SetWatch")) => r#"{"pause_seconds":60}"#,
        Some(Shape::Json("Heartbeat")) => "",
        Some(Shape::Json("PeerState")) => {
            r#"{"from":"pi[9]","to":"host","challenge":"","sequence":1,"claims":["pi[1]"],"cutting":["pi[1]"],"on":{}}"#
        }
        Some(Shape::Json("LogIn")) => r#"{"name":"nobody","password":"0123456789"}"#,
        Some(Shape::Json(other)) => panic!("{other}: no body is known"),
        Some(Shape::List(_) | Shape::Text(_) | Shape::Form | Shape::Nothing) | None => "",
    };
    (path, body)
}

#[test]
fn no_route_does_anything_for_nobody_or_for_somebody_who_may_do_less() {
    runtime().block_on(async {
        let house = open(2).await;
        let before = house.handle.snapshot().outlets.clone();
        let mut refused = 0;
        for route in TABLE.iter().filter(|route| !route.is_page()) {
            let (path, body) = call(route);
            if route.needs == Needs::Signature {
                let nobody = house.send(&verb(route), &path, &[], body).await;
                assert_eq!((nobody.status, nobody.rule().as_str()), (401, "not-signed"), "{} by nobody", route.id);
                for (token, role) in ROLES {
                    let reply = house.by(token, &verb(route), &path, body).await;
                    assert_eq!((reply.status, reply.rule().as_str()), (401, "not-signed"), "{} by {role:?}", route.id);
                }
            }
            let Some(least) = route.needs.role() else { continue };
            let nobody = house.send(&verb(route), &path, &[], body).await;
            assert_eq!((nobody.status, nobody.rule().as_str()), (401, "not-logged-in"), "{} by nobody", route.id);
            for (token, role) in ROLES {
                if role < least {
                    let reply = house.by(token, &verb(route), &path, body).await;
                    assert_eq!((reply.status, reply.rule().as_str()), (403, "role"), "{} by {role:?}", route.id);
                    refused += 1;
                }
            }
        }
        assert!(10 < refused, "{refused}");
        for route in TABLE.iter().filter(|route| route.is_page() && route.needs != Needs::Nobody) {
            let path = route.path.replace("{id}", "pi-2").replace("{node}", "pi-2");
            let nobody = house.send(&verb(route), &path, &[], "").await;
            assert_eq!((nobody.status, nobody.header("location")), (303, Some("/login")), "{} by nobody", route.id);
            if route.needs == Needs::Role(Role::Operator) {
                assert_eq!(house.by(0, &verb(route), &path, "").await.status, 403, "{} by a looker", route.id);
            }
        }
        // Granted another outlet.
        for route in
            TABLE.iter().filter(|route| route.path.contains("{id}") && route.needs == Needs::Role(Role::Operator))
        {
            if route.path.contains("outlets/") {
                let (path, body) = call(route);
                let reply = house.by(1, &verb(route), &path, body).await;
                assert_eq!((reply.status, reply.rule().as_str()), (403, "not-granted"), "{}", route.id);
            }
        }
        let plan = house.by(1, "POST", "/api/v1/plan", r#"{"outlets":"pi[1..2]","action":"off"}"#).await.json();
        let run = format!("/api/v1/plan/{}/run", plan["id"].as_str().unwrap());
        let reply = house.by(1, "POST", &run, r#"{"reason":"a test"}"#).await;
        assert_eq!((reply.status, reply.rule().as_str()), (403, "not-granted"), "one outlet of a plan was not granted");
        let reply = house.by(2, "POST", &run, r#"{"reason":"a test"}"#).await;
        assert_eq!((reply.status, reply.rule().as_str()), (404, "no-such-plan"), "another's plan");
        let force = r#"{"reason":"a test","force":true}"#;
        let reply = house.by(2, "POST", "/api/v1/outlets/pi-2/off", force).await;
        assert_eq!((reply.status, reply.rule().as_str()), (403, "role"), "force is for administrators");
        assert_eq!(house.by(0, "POST", "/api/v1/heartbeat/pi-2", "").await.rule(), "not-granted");
        assert_eq!(house.handle.snapshot().outlets, before, "nothing was touched");
    });
}

#[test]
fn every_route_answers_whoever_may_use_it_and_none_breaks() {
    runtime().block_on(async {
        let house = open(2).await;
        for route in TABLE.iter().filter(|route| !route.is_page() && route.id != "events" && route.id != "log-out") {
            let (path, body) = call(route);
            let reply = house.by(3, &verb(route), &path, body).await;
            let known = route.gives.iter().any(|(status, _)| *status == reply.status) || {
                let rule = reply.rule();
                let is_unsigned = route.needs == Needs::Signature && reply.status == 401;
                !rule.is_empty()
                    && (route.refuses.contains(&reply.status) || matches!(reply.status, 404 | 409) || is_unsigned)
            };
            assert!(known && reply.status != 500, "{}: {reply:?}", route.id);
            for name in ["content-security-policy", "x-frame-options", "x-content-type-options", "referrer-policy"] {
                assert!(reply.header(name).is_some(), "{} has no {name}", route.id);
            }
            assert_eq!(reply.header("cache-control"), Some("no-store"), "{}", route.id);
        }
        for (path, status) in [("/api/v1/nothing", 404), ("/api/v1/outlets/../../etc/passwd", 404), ("/", 404)] {
            let reply = house.by(3, "GET", path, "").await;
            assert!(reply.status == status || path == "/", "{path}: {reply:?}");
            assert!(reply.header("x-frame-options").is_some());
        }
        assert_eq!(house.by(3, "DELETE", "/api/v1/outlets", "").await.status, 405);
        // A route that opens more than the table says would be found here.
        let open: Vec<&str> = TABLE.iter().filter(|route| route.needs == Needs::Nobody).map(|route| route.id).collect();
        for id in open {
            assert!(
                matches!(
                    id,
                    "health"
                        | "ready"
                        | "openapi"
                        | "log-in"
                        | "page-log-in"
                        | "page-log-in-sent"
                        | "page-style"
                        | "page-icon"
                        | "page-live"
                ),
                "{id} is open"
            );
        }
        assert!(TABLE.iter().all(|route| route.verb == Verb::Get
            || route.needs != Needs::Nobody
            || matches!(route.id, "log-in" | "page-log-in-sent")));
    });
}

#[test]
fn an_operator_cycles_an_outlet_and_it_is_in_the_log_under_their_name() {
    runtime().block_on(async {
        let house = open(2).await;
        let mut changes = house.handle.watch();
        let reply = house.by(1, "POST", "/api/v1/outlets/pi-1/cycle", r#"{"reason":"it hangs"}"#).await;
        assert_eq!((reply.status, reply.json()["state"].as_str()), (202, Some("accepted")), "{reply:?}");
        let place = reply.header("location").unwrap().to_owned();
        changes.wait_for(|state| state.snapshot.outlets[0].commanded == Power::Off).await.unwrap();
        changes.wait_for(|state| state.snapshot.outlets[0].lease.is_none()).await.unwrap();
        assert_eq!(house.by(0, "GET", &place, "").await.json()["state"], "done");
        let log = house.by(0, "GET", "/api/v1/audit?since=0&most=1000", "").await;
        assert!(log.body.lines().any(|line| line.contains("account act") && line.contains("it hangs")), "{}", log.body);
        assert_eq!(log.header("content-type"), Some("application/jsonl"));
    });
}
