//! The HTTP edge as strangers, browsers and programs meet it: once for each key, from our own pages alone, within bounds.

#[path = "box/mod.rs"]
mod r#box;
mod door;

use r#box::runtime;
use door::{open, reply};
use relay_config::Power;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

#[test]
fn a_key_that_is_sent_twice_does_nothing_twice() {
    runtime().block_on(async {
        let house = open(2).await;
        let bearer = format!("Bearer {}", house.tokens[2]);
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", "k-1")];
        let body = r#"{"reason":"it hangs"}"#;
        let first = house.send("POST", "/api/v1/outlets/pi-1/off", &headers, body).await;
        assert_eq!(first.status, 202, "{first:?}");
        let again = house.send("POST", "/api/v1/outlets/pi-1/off", &headers, body).await;
        assert_eq!((again.status, &again.body, again.header("location")), (202, &first.body, first.header("location")));
        assert_eq!(house.handle.snapshot().operations.len(), 1);
        let other = house.send("POST", "/api/v1/outlets/pi-1/off", &headers, r#"{"reason":"another"}"#).await;
        assert_eq!((other.status, other.rule().as_str()), (422, "idempotency-body"));
        let elsewhere = house.send("POST", "/api/v1/outlets/pi-2/off", &headers, body).await;
        assert_eq!(elsewhere.json()["operation"], 2, "another outlet's key is another key");
        let empty = [headers[0], ("idempotency-key", "")];
        assert_eq!(house.send("POST", "/api/v1/outlets/pi-1/off", &empty, body).await.status, 400);
    });
}

#[test]
fn a_session_is_good_for_our_own_pages_alone() {
    runtime().block_on(async {
        let house = open(1).await;
        let (cookie, secret) = house.session("all").await;
        let (off, body) = ("/api/v1/outlets/pi-1/off", r#"{"reason":"a test"}"#);
        let reply = house.send("POST", off, &[("cookie", &cookie)], body).await;
        assert_eq!((reply.status, reply.rule().as_str()), (403, "form-secret"), "another site has the cookie sent");
        let wrong = "0".repeat(64);
        let reply = house.send("POST", off, &[("cookie", &cookie), ("x-form-secret", &wrong)], body).await;
        assert_eq!(reply.rule(), "form-secret");
        let both = [("cookie", cookie.as_str()), ("x-form-secret", secret.as_str())];
        let reply = house.send("POST", off, &[both[0], both[1], ("sec-fetch-site", "cross-site")], body).await;
        assert_eq!(reply.rule(), "other-site");
        assert_eq!(house.handle.snapshot().outlets[0].commanded, Power::On);
        assert_eq!(house.send("POST", off, &both, body).await.status, 202);
        for forged in ["wireloom=", "wireloom=0000", "wireloom=%00", "wireloom=\u{e4}", "__Host-wireloom=x"] {
            assert_eq!(house.send("GET", "/api/v1/outlets", &[("cookie", forged)], "").await.status, 401, "{forged}");
        }
        let twice = format!("{cookie}; wireloom=other");
        assert_eq!(house.send("GET", "/api/v1/outlets", &[("cookie", &twice)], "").await.status, 401);
        let ended = house.send("DELETE", "/api/v1/session", &both, "").await;
        assert_eq!(ended.status, 204);
        assert!(ended.header("set-cookie").unwrap().contains("Max-Age=0"));
        assert_eq!(house.send("GET", "/api/v1/outlets", &both, "").await.status, 401);
    });
}

#[test]
fn guesses_cost_time_and_a_cookie_is_for_this_site_and_no_script() {
    runtime().block_on(async {
        let house = open(1).await;
        let wrong = r#"{"name":"all","password":"wrong password"}"#;
        let mut seen = Vec::new();
        for _ in 0..6 {
            seen.push(house.send("POST", "/api/v1/session", &[], wrong).await.status);
        }
        assert_eq!(seen, [401, 401, 401, 401, 401, 429], "four cost nothing");
        let body = format!("{{\"name\":\"look\",\"password\":\"{}\"}}", door::PASSWORD);
        let reply = house.send("POST", "/api/v1/session", &[], &body).await;
        let cookie = reply.header("set-cookie").unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        for header in ["Bearer nonsense", "Basic YTpi", "Bearer", "wlt_1_2"] {
            assert_eq!(house.send("GET", "/healthz", &[("authorization", header)], "").await.status, 401, "{header}");
        }
    });
}

#[test]
fn bodies_and_heads_are_bounded_and_broken_ones_switch_nothing() {
    runtime().block_on(async {
        let house = open(1).await;
        let off = "/api/v1/outlets/pi-1/off";
        let bearer = format!("authorization: Bearer {}\r\n", house.tokens[3]);
        let head = format!(
            "POST {off} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{bearer}content-type: application/json\r\n"
        );
        let status = |text: String| reply(&text).status;
        let huge = format!("{head}content-length: 1073741824\r\n\r\n{{\"reason\":\"");
        assert_eq!(status(house.raw(huge.as_bytes()).await), 413, "a gigabyte that was announced");
        let piece = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
        let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", piece.repeat(4));
        assert_eq!(status(house.raw(chunked.as_bytes()).await), 413, "and one that was not");
        let both = format!("{head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n");
        assert!(matches!(status(house.raw(both.as_bytes()).await), 400), "two lengths");
        let heads = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "a: b\r\n".repeat(100));
        assert_eq!(status(house.raw(heads.as_bytes()).await), 431);
        let long = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(100_000));
        assert!(matches!(status(house.raw(long.as_bytes()).await), 414 | 431 | 400));
        for (body, rule) in [
            ("{", "bad-request"),
            ("[]", "bad-request"),
            ("\u{0}", "bad-request"),
            (r#"{"reason":""}"#, "bad-request"),
            (r#"{"reason":"a","surprise":1}"#, "bad-request"),
            (r#"{"reason":"a","off_seconds":0}"#, "bad-request"),
            (r#"{"reason":"a","off_seconds":86401}"#, "bad-request"),
            (r#"{"reason":"a","off_seconds":-1}"#, "bad-request"),
        ] {
            assert_eq!(house.by(3, "POST", off, body).await.rule(), rule, "{body}");
        }
        let deep = "[".repeat(60_000);
        assert_eq!(house.by(3, "POST", off, &deep).await.status, 400);
        let headers =
            [("authorization", bearer.trim_start_matches("authorization: ").trim()), ("content-type", "text/plain")];
        assert_eq!(
            house.send("POST", off, &headers, r#"{"reason":"a"}"#).await.status,
            415,
            "a form of another site can send this type"
        );
        assert_eq!(house.handle.snapshot().outlets[0].commanded, Power::On);
        assert!(house.handle.snapshot().operations.is_empty());
    });
}

#[test]
fn without_tls_only_this_machines_name_is_answered() {
    runtime().block_on(async {
        let house = open(1).await;
        for (host, status) in
            [("evil.example", 421), ("localhost.evil.example:80", 421), ("127.0.0.1:1", 200), ("localhost", 200)]
        {
            let text = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
            assert_eq!(reply(&house.raw(text.as_bytes()).await).status, status, "{host}");
        }
        for path in [
            "/api/v1/outlets/pi-1%2f..%2f..%2fetc",
            "/api/v1/outlets/%00",
            "/api/v1/outlets/%ff",
            "/api/v1/outlets/%0d%0ax:%20y",
        ] {
            let reply = house.by(3, "GET", path, "").await;
            assert!(matches!(reply.status, 400 | 404) && reply.header("x").is_none(), "{path}: {reply:?}");
        }
    });
}

#[test]
fn whoever_saw_another_state_is_told_so() {
    runtime().block_on(async {
        let house = open(1).await;
        let bearer = format!("Bearer {}", house.tokens[3]);
        let seen = house.by(3, "GET", "/api/v1/outlets/pi-1", "").await.header("etag").unwrap().to_owned();
        let known = [("authorization", bearer.as_str()), ("if-none-match", seen.as_str())];
        assert_eq!(house.send("GET", "/api/v1/outlets/pi-1", &known, "").await.status, 304);
        let lock = house.by(3, "PUT", "/api/v1/outlets/pi-1/lock", r#"{"reason":"a screw","seconds":60}"#).await;
        assert_eq!(lock.status, 200, "{lock:?}");
        let body = r#"{"reason":"a test"}"#;
        let stale = [("authorization", bearer.as_str()), ("if-match", seen.as_str())];
        let reply = house.send("POST", "/api/v1/outlets/pi-1/off", &stale, body).await;
        assert_eq!((reply.status, reply.rule().as_str()), (412, "changed"));
        let locked = house.by(2, "POST", "/api/v1/outlets/pi-1/off", body).await;
        assert_eq!((locked.status, locked.rule().as_str()), (423, "locked"), "{locked:?}");
        let dry = house.by(3, "POST", "/api/v1/outlets/pi-1/off", r#"{"reason":"a test","dry_run":true}"#).await;
        assert_eq!((dry.status, dry.json()["state"].as_str()), (200, Some("would")));
        assert_eq!(house.by(3, "DELETE", "/api/v1/outlets/pi-1/lock", "").await.status, 200);
    });
}

#[test]
fn events_come_as_they_happen_and_go_on_where_a_listener_was() {
    runtime().block_on(async {
        let house = open(1).await;
        let listen = async |seen: &str| {
            let mut stream = TcpStream::connect(house.address).await.unwrap();
            let text = format!(
                "GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\nlast-event-id: {seen}\r\n\r\n",
                house.tokens[0]
            );
            stream.write_all(text.as_bytes()).await.unwrap();
            BufReader::new(stream).lines()
        };
        let first = house.api.feed.id(house.api.feed.last());
        let mut lines = listen(&first).await;
        let reply = house.by(2, "POST", "/api/v1/outlets/pi-1/cycle", r#"{"reason":"it hangs"}"#).await;
        assert_eq!(reply.status, 202, "{reply:?}");
        let (mut kinds, mut id) = (Vec::new(), String::new());
        while !kinds.iter().any(|kind| kind == "outlet") {
            let line = lines.next_line().await.unwrap().expect("the stream goes on");
            if let Some(kind) = line.strip_prefix("event: ") {
                kinds.push(kind.to_owned());
            }
            if let Some(own) = line.strip_prefix("id: ")
                && id.is_empty()
            {
                own.clone_into(&mut id);
            }
        }
        drop(lines);
        let mut lines = listen(&id).await;
        let mut next = None;
        while next.is_none() {
            let line = lines.next_line().await.unwrap().expect("the stream goes on");
            next = line.strip_prefix("id: ").and_then(|own| house.api.feed.number(own));
        }
        assert_eq!(next, house.api.feed.number(&id).map(|number| number + 1), "nothing is told twice, and nothing missed");
        let mut lines = listen("00000000-3").await;
        let mut kind = None;
        while kind.is_none() {
            let line = lines.next_line().await.unwrap().expect("the stream goes on");
            kind = line.strip_prefix("event: ").map(str::to_owned);
        }
        assert_eq!(kind.as_deref(), Some("missed"), "of another run of the daemon");
    });
}

#[test]
fn metrics_name_every_outlet_and_alerts_name_only_metrics_that_are() {
    runtime().block_on(async {
        let house = open(2).await;
        let reply = house.by(0, "GET", "/metrics", "").await;
        assert!(reply.body.ends_with("# EOF\n"), "{}", reply.body);
        for line in ["wireloom_outlet_commanded{outlet=\"pi[2]\"} 1", "wireloom_disk_ok 1", "wireloom_ready 1"] {
            assert!(reply.body.lines().any(|own| own == line), "no `{line}` in\n{}", reply.body);
        }
        let families: Vec<&str> =
            reply.body.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
        for file in ["wireloom-alerts.yml", "wireloom-dashboard.json"] {
            let text = std::fs::read_to_string(format!("{}/install/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            let is_word = |letter: char| letter.is_ascii_lowercase() || letter == '_';
            let named = text.split(|letter| !is_word(letter)).filter(|word| word.starts_with("wireloom_"));
            for name in named {
                let name = name.trim_end_matches("_total").trim_end_matches("_info");
                assert!(families.contains(&name), "{file} names {name}");
            }
        }
    });
}
