//! What is signed and not taken: replayed, overtaken, stale, forged, misdirected, huge; and heartbeats of a node, signed by hand and by the program.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "box/mod.rs"]
mod r#box;
mod door;
mod pair;

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use r#box::runtime;
use door::{House, Reply};
use pair::{NAMES, SECRET, Times, guard, open};
use relay_engine::Health;
use relayd::audit::files;
use relayd::signed::{Kind, Secret};
use serde_json::{Value, json};

const STILL: Times = Times { alive_ms: 60_000, watch: false };

/// A body under a signature by this secret.
async fn send(house: &House, kind: Kind, path: &str, secret: &str, body: &str) -> Reply {
    let signature = Secret::new(secret).unwrap().sign(kind, body.as_bytes());
    house.send("POST", path, &[("wireloom-signature", &signature)], body).await
}

fn state(to: &str, challenge: &str, sequence: u64) -> Value {
    json!({ "from": NAMES[0], "to": to, "challenge": challenge, "sequence": sequence, "claims": ["pi[2]"], "cutting": [], "on": { "pi[2]": true } })
}

async fn tell(house: &House, body: &Value) -> Reply {
    send(house, Kind::Peer, "/api/v1/peer", SECRET, &body.to_string()).await
}

fn challenge(reply: &Reply) -> String {
    assert_eq!((reply.status, reply.rule().as_str()), (409, "stale"), "{reply:?}");
    reply.json()["next"]["challenge"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_forged_or_for_another_is_not_heard() {
    runtime().block_on(async {
        let pair = open(STILL).await;
        let house = &pair.houses[1];
        let no = |reply: &Reply, status: u16, rule: &str| {
            assert_eq!((reply.status, reply.rule().as_str()), (status, rule), "{reply:?}");
            assert!(house.api.settings.known.seen()[NAMES[0]].heard_at.is_none());
        };
        let good = challenge(&tell(house, &state(NAMES[1], "", 1)).await);
        let text = state(NAMES[1], &good, 5).to_string();
        no(&send(house, Kind::Peer, "/api/v1/peer", &SECRET.replace('0', "1"), &text).await, 401, "bad-signature");
        no(&send(house, Kind::Heartbeat, "/api/v1/peer", SECRET, &text).await, 401, "bad-signature");
        no(&house.by(3, "POST", "/api/v1/peer", &text).await, 401, "not-signed");
        let signature = Secret::new(SECRET).unwrap().sign(Kind::Peer, text.as_bytes());
        let headers = [("wireloom-signature", signature.as_str())];
        no(&house.send("POST", "/api/v1/peer", &headers, &text.replace("true", "false")).await, 401, "bad-signature");
        let stranger = text.replace("pi[1]", "pi[9]");
        no(&send(house, Kind::Peer, "/api/v1/peer", SECRET, &stranger).await, 401, "bad-signature");
        no(&tell(house, &state(NAMES[0], &good, 5)).await, 401, "wrong-recipient");
        let mut unknown = state(NAMES[1], &good, 5);
        unknown["force"] = json!(true);
        no(&tell(house, &unknown).await, 400, "bad-request");
        no(&tell(house, &json!({ "from": 1 })).await, 400, "bad-request");
        let numbers = house.by(0, "GET", "/metrics", "").await.body;
        for line in [
            "wireloom_signed_refused_total{sender=\"pi[1]\",reason=\"bad-signature\"} 3",
            "wireloom_signed_refused_total{sender=\"nobody\",reason=\"bad-signature\"} 1",
            "wireloom_signed_refused_total{sender=\"pi[1]\",reason=\"wrong-recipient\"} 1",
            "wireloom_signed_refused_total{sender=\"pi[1]\",reason=\"stale\"} 1",
            "wireloom_peer_alive{peer=\"pi[1]\"} 0",
        ] {
            assert!(numbers.lines().any(|own| own == line), "no `{line}` in\n{numbers}");
        }
        assert_eq!(records(house, "peer"), 5);
        // None of it spoiled anything for the one who it claimed to be from.
        assert_eq!(send(house, Kind::Peer, "/api/v1/peer", SECRET, &text).await.status, 200);
    });
}

#[test]
fn what_is_replayed_overtaken_or_stale_is_not_heard() {
    runtime().block_on(async {
        let pair = open(STILL).await;
        let house = &pair.houses[1];
        let heard = || house.api.settings.known.seen()[NAMES[0]].heard_at;
        let good = challenge(&tell(house, &state(NAMES[1], "", 1)).await);
        challenge(&tell(house, &state(NAMES[1], &"ab".repeat(16), 5)).await);
        assert_eq!(heard(), None);
        let taken = tell(house, &state(NAMES[1], &good, 5)).await;
        assert_eq!((taken.status, taken.json()["sequence"].as_u64()), (200, Some(5)), "{taken:?}");
        let at = heard().unwrap();
        for sequence in [5, 4] {
            let again = tell(house, &state(NAMES[1], &good, sequence)).await;
            assert_eq!((again.status, again.rule().as_str()), (409, "replayed"), "{again:?}");
            assert_eq!(again.json()["next"]["sequence"], 5);
        }
        assert_eq!(heard(), Some(at));
        assert_eq!(tell(house, &state(NAMES[1], &good, 6)).await.status, 200);
        assert_eq!(records(house, "peer"), 2, "what is no mere start is on the disk");
        let shown = house.by(0, "GET", "/api/v1/peers", "").await.json();
        assert_eq!((&shown[0]["refused"], &shown[0]["claims"][0]), (&json!(2), &json!("pi[2]")), "{shown}");
        let page = house.by(0, "GET", "/watchdog", "").await.body;
        assert!(page.contains("<td>pi[1]</td>") && page.contains("about to restart pi[2]"), "{page}");
    });
}

fn records(house: &House, action: &str) -> usize {
    let text: String =
        files(house.folder.path()).unwrap().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let each = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    each.filter(|record| record["action"] == action && record["actor"] == "nobody").count()
}

#[test]
fn whoever_guesses_has_to_wait_and_whoever_signs_well_never_does() {
    runtime().block_on(async {
        let pair = open(STILL).await;
        let house = &pair.houses[1];
        let text = state(NAMES[1], "", 1).to_string();
        let mut told = Vec::new();
        for _ in 0..20 {
            told.push(send(house, Kind::Peer, "/api/v1/peer", &SECRET.replace('0', "1"), &text).await.status);
        }
        assert!(told[..4].iter().all(|&status| status == 401) && told.contains(&429), "{told:?}");
        assert_eq!(
            records(house, "peer"),
            told.iter().filter(|&&status| status == 401).count(),
            "what waits is not recorded"
        );
        let good = challenge(&tell(house, &state(NAMES[1], "", 1)).await);
        assert_eq!(tell(house, &state(NAMES[1], &good, 2)).await.status, 200);
    });
}

#[test]
fn a_message_that_is_too_long_or_of_another_type_is_not_read() {
    runtime().block_on(async {
        let pair = open(STILL).await;
        let house = &pair.houses[1];
        let mut huge = state(NAMES[1], "", 1);
        huge["claims"] = json!(vec!["pi[2]"; 20_000]);
        assert_eq!(tell(house, &huge).await.rule(), "too-long");
        let text = state(NAMES[1], "", 1).to_string();
        let signature = Secret::new(SECRET).unwrap().sign(Kind::Peer, text.as_bytes());
        let headers = [("wireloom-signature", signature.as_str()), ("content-type", "text/plain")];
        assert_eq!(house.send("POST", "/api/v1/peer", &headers, &text).await.rule(), "content-type");
        let endless = "POST /api/v1/peer HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n";
        assert!(house.raw(endless.as_bytes()).await.starts_with("HTTP/1.1 413 "));
        assert!(house.api.settings.known.seen()[NAMES[0]].heard_at.is_none());
    });
}

#[test]
fn a_node_tells_by_its_signature_that_it_lives_and_nothing_else() {
    runtime().block_on(async {
        let pair = open(STILL).await;
        let house = &pair.houses[0];
        let beat = |to: &str, challenge: &str, sequence: u64| {
            json!({ "from": "switch", "to": to, "challenge": challenge, "sequence": sequence }).to_string()
        };
        let path = "/api/v1/heartbeat/switch";
        let say =
            |path: &'static str, body: String| async move { send(house, Kind::Heartbeat, path, SECRET, &body).await };
        let health = || house.handle.snapshot().outlets[1].health;
        let good = challenge(&say(path, beat(NAMES[0], "", 1)).await);
        assert_eq!(say("/api/v1/heartbeat/pi-2", beat(NAMES[0], &good, 2)).await.status, 400, "another node's address");
        assert_eq!(say("/api/v1/outlets/switch/off", beat(NAMES[0], &good, 3)).await.rule(), "not-logged-in");
        assert_eq!(say("/api/v1/peer", beat(NAMES[0], &good, 4)).await.status, 400);
        assert_eq!(say(path, beat(NAMES[1], &good, 5)).await.rule(), "wrong-recipient");
        assert_eq!(
            send(house, Kind::Heartbeat, path, &SECRET.replace('0', "1"), &beat(NAMES[0], &good, 5)).await.rule(),
            "bad-signature"
        );
        assert_eq!(house.send("POST", path, &[], &beat(NAMES[0], &good, 5)).await.rule(), "not-logged-in");
        assert_eq!(health(), Health::Unknown);
        let mut states = house.handle.watch();
        let body = beat(NAMES[0], &good, 6);
        assert_eq!(say(path, body.clone()).await.status, 200);
        guard(states.wait_for(|state| state.snapshot.outlets[1].health == Health::Alive)).await.unwrap();
        assert_eq!(say(path, body).await.rule(), "replayed");
        // Tokens go on as they were, and take no body.
        assert_eq!(house.by(3, "POST", path, "").await.status, 204);
        assert_eq!(house.by(3, "POST", path, &beat(NAMES[0], &good, 7)).await.rule(), "bad-request");
    });
}

#[test]
fn the_program_on_a_node_signs_a_heartbeat() {
    runtime().block_on(async {
        let pair = open(STILL).await;
        let house = &pair.houses[0];
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
        let run = |node: &str, fingerprint: String| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_wireloom-relayd"));
            command.args(["heartbeat", "--node", node, "--controller", NAMES[0], "--at", &pair.place(0).to_string()]);
            command.args(["--fingerprint", &fingerprint, "--secret-file"]).arg(&secret);
            tokio::task::spawn_blocking(move || command.output().unwrap())
        };
        let print = pair.fingerprint(0).to_string();
        let done = run("switch", print.clone()).await.unwrap();
        assert!(done.status.success() && done.stdout.is_empty(), "{done:?}");
        let mut states = house.handle.watch();
        guard(states.wait_for(|state| state.snapshot.outlets[1].health == Health::Alive)).await.unwrap();
        let again = run("switch", print.clone()).await.unwrap();
        assert!(again.status.success(), "each start is told where it stands: {again:?}");
        let refused = run("pi[2]", print.clone()).await.unwrap();
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        let elsewhere = run("switch", "ab".repeat(32)).await.unwrap();
        let words = String::from_utf8(elsewhere.stderr).unwrap();
        assert!(elsewhere.status.code() == Some(1) && words.contains("it shows another certificate"), "{words}");
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(run("switch", print).await.unwrap().status.code(), Some(2), "a secret that others may read");
    });
}
