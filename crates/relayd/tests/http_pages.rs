//! The pages as a browser without scripts walks them: log in, look, plan, do it, see it in the log, log out.
#![allow(clippy::unwrap_used)]

#[path = "box/mod.rs"]
mod r#box;
mod door;

use r#box::runtime;
use door::{House, PASSWORD, Reply, open};
use relay_config::Power;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn log_in(house: &House, name: &str) -> String {
    let body = format!("name={name}&password={}", PASSWORD.replace(' ', "+"));
    let reply = house.send("POST", "/login", &[FORM], &body).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/")), "{reply:?}");
    reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

/// The value of a field that a form of the page sends along.
fn hidden(page: &Reply) -> String {
    let (_, rest) = page.body.split_once("name=\"form-secret\" value=\"").unwrap_or_else(|| panic!("{page:?}"));
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn a_browser_without_scripts_cycles_an_outlet_and_sees_it_in_the_log() {
    runtime().block_on(async {
        let house = open(3).await;
        let cookie = log_in(&house, "all").await;
        let own = [("cookie", cookie.as_str())];
        let page = house.send("GET", "/", &own, "").await;
        assert_eq!(page.status, 200);
        assert!(
            ["pi[1]", "pi[2]", "pi[3]", "simulated", "all<span class=\"role\">, operator"]
                .iter()
                .all(|words| page.body.contains(words)),
            "{}",
            page.body
        );
        let plan = house.send("GET", "/plan?outlet=pi-1&outlet=pi-2&action=cycle", &own, "").await;
        assert_eq!(plan.status, 200, "{plan:?}");
        assert!(
            plan.body.contains("Nothing has happened yet")
                && plan.body.contains("pi[2]")
                && !plan.body.contains("pi[3]")
        );
        assert!(house.handle.snapshot().outlets.iter().all(|own| own.commanded == Power::On && own.lease.is_none()));
        let (_, rest) = plan.body.split_once("action=\"/plan/").unwrap();
        let id = rest.split('"').next().unwrap();
        let body = format!("form-secret={}&reason=it+%3Cb%3Ehangs%3C%2Fb%3E", hidden(&plan));
        let mut states = house.handle.watch();
        let foreign = house.send("POST", &format!("/plan/{id}"), &[own[0], FORM], "reason=it+hangs").await;
        assert_eq!(foreign.status, 403, "a form of another site");
        let done = house.send("POST", &format!("/plan/{id}"), &[own[0], FORM], &body).await;
        assert_eq!((done.status, done.header("location")), (303, Some("/")), "{done:?}");
        states.wait_for(|state| state.snapshot.outlets[1].commanded == Power::Off).await.unwrap();
        let again = house.send("POST", &format!("/plan/{id}"), &[own[0], FORM], &body).await;
        assert_eq!(again.status, 404, "a plan is run once: {again:?}");
        let log = house.send("GET", "/audit", &own, "").await;
        assert!(log.body.contains("account all") && log.body.contains("it &lt;b&gt;hangs"), "{}", log.body);
        assert!(!log.body.contains("<b>hangs"), "what somebody wrote is text");
        for (place, words) in [
            ("/watchdog", "No node is under watch"),
            ("/failures", "power loss"),
            ("/page.css", ":focus-visible"),
            ("/live.js", "EventSource"),
        ] {
            let page = house.send("GET", place, &own, "").await;
            assert!(page.status == 200 && page.body.contains(words), "{place}: {page:?}");
            assert!(
                !page.body.contains(" style=") && !page.body.contains("<script>"),
                "{place}: inline, which the policy forbids"
            );
        }
        let out = house.send("POST", "/logout", &[own[0], FORM], &format!("form-secret={}", hidden(&page))).await;
        assert_eq!((out.status, out.header("location")), (303, Some("/login")));
        assert_eq!(house.send("GET", "/", &own, "").await.status, 303);
    });
}

#[test]
fn whoever_may_only_look_is_offered_nothing_else() {
    runtime().block_on(async {
        let house = open(2).await;
        let cookie = log_in(&house, "look").await;
        let page = house.send("GET", "/", &[("cookie", &cookie)], "").await;
        assert!(!page.body.contains("name=\"action\""));
        let granted = log_in(&house, "act").await;
        let page = house.send("GET", "/", &[("cookie", &granted)], "").await;
        assert!(
            page.body.contains("value=\"pi-2\" disabled") && !page.body.contains("value=\"pi-1\" disabled"),
            "{}",
            page.body
        );
        let none = house.send("GET", "/plan?action=off", &[("cookie", &granted)], "").await;
        assert!(none.body.contains("No outlet is ticked"));
        let wrong = house.send("POST", "/login", &[FORM], "name=act&password=wrong+password").await;
        assert!(wrong.status == 401 && wrong.body.contains("name or password is wrong"), "{wrong:?}");
    });
}

#[test]
fn the_drawing_beside_the_config_shows_what_is_off() {
    runtime().block_on(async {
        let house = open(2).await;
        let cookie = log_in(&house, "all").await;
        let own = [("cookie", cookie.as_str())];
        let page = house.send("GET", "/wiring", &own, "").await;
        assert!(page.status == 200 && page.body.contains("No drawing: <code>"), "{}", page.body);
        assert!(page.body.contains("at rest") && !page.body.contains("energised"), "{}", page.body);
        let config = house.handle.state().config;
        let drawing = format!(
            "<svg data-schema=\"1\" data-controller=\"{}\" data-build=\"{}\" data-version=\"{}\" data-outlets=\"pi-1 pi-2\"><g class=\"vs v0 v2\"></g></svg>",
            config.slug, config.build.name, config.build.version
        );
        let path = house.folder.path().join("relayd.svg");
        std::fs::write(&path, &drawing).unwrap();
        let page = house.send("GET", "/wiring", &own, "").await;
        assert!(page.body.contains(&drawing) && page.body.contains("class=\"picture\""), "{}", page.body);
        let fresh = house.send("GET", "/wiring?fresh=", &own, "").await;
        assert!(!fresh.body.contains("<svg") && fresh.body.contains("class=\"picture\""), "{}", fresh.body);
        let mut states = house.handle.watch();
        let off = house.by(2, "POST", "/api/v1/outlets/pi-1/off", "{\"reason\":\"drawn\"}").await;
        assert_eq!(off.status, 202, "{off:?}");
        states.wait_for(|state| state.snapshot.outlets[0].commanded == Power::Off).await.unwrap();
        let page = house.send("GET", "/wiring", &own, "").await;
        assert!(page.body.contains("class=\"picture off-1\"") && page.body.contains("energised"), "{}", page.body);
        let style = house.send("GET", "/wiring.css", &own, "").await;
        assert!(style.body.contains(".picture.off-1 .vs.v0:not(.v1) path"), "{}", style.body);
        std::fs::write(&path, drawing.replace("<g", "<script>1</script><g")).unwrap();
        let page = house.send("GET", "/wiring", &own, "").await;
        assert!(page.body.contains("no drawing of wireloom") && !page.body.contains("<script>1"), "{}", page.body);
    });
}

#[test]
fn an_address_that_nobody_knows_is_told_as_it_was_asked() {
    runtime().block_on(async {
        let house = open(1).await;
        let page = house.send("GET", "/nowhere", &[("accept", "text/html,*/*")], "").await;
        assert!(page.status == 404 && page.body.contains("<h1>Not here</h1>"), "{page:?}");
        let told = house.send("GET", "/nowhere", &[("accept", "application/json")], "").await;
        assert_eq!(told.header("content-type"), Some("application/problem+json"));
        for reply in [page, told] {
            assert!(reply.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
        }
    });
}
