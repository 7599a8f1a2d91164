//! What a broker is told: documents, states and the last will; and what one that dies, says nonsense or nothing does to the daemon.
#![allow(clippy::unwrap_used)]

#[path = "box/mod.rs"]
mod r#box;
mod broker;
mod door;

use std::collections::BTreeMap;
use std::sync::Arc;

use broker::{Broker, begin};
use rumqttc::{ConnAck, ConnectReturnCode, Login, Packet, QoS};
use serde_json::Value;

const STATUS: &str = "wireloom/host/status";

fn on(test: impl Future<Output = ()>) {
    r#box::runtime().block_on(test);
}

#[test]
fn a_broker_is_told_what_there_is_and_how_it_stands_and_is_not_listened_to() {
    on(async {
        let (house, mut broker) = (door::open(2).await, Broker::open().await);
        let seen = begin(&house, &broker.settings());
        let mut guest = broker.welcome().await;
        let hello = &guest.hello;
        assert_eq!((hello.client_id.as_str(), hello.clean_session, &hello.login), ("wireloom_host", true, &None));
        let will = hello.last_will.as_ref().unwrap();
        assert_eq!((will.topic.as_str(), will.message.as_ref(), will.retain), (STATUS, &b"offline"[..], true));
        guest.until(&mut broker.kept, STATUS, |text| text == "online").await;
        assert_eq!(guest.asked, [], "nobody was named as whom messages switch");
        let state: Value = serde_json::from_str(&broker.kept["wireloom/host/pi-2/state"]).unwrap();
        assert_eq!((&state["commanded"], &state["lease_end"]), (&"on".into(), &Value::Null), "{state}");
        let documents = |kind: &str| {
            let all = broker.kept.iter().filter(|(topic, _)| topic.starts_with(&format!("homeassistant/{kind}/")));
            all.map(|(_, text)| text.clone()).collect::<Vec<_>>()
        };
        assert_eq!((documents("binary_sensor").len(), documents("sensor").len()), (2, 4));
        // What an earlier daemon may have left there is taken away.
        assert_eq!([documents("switch"), documents("button")].concat(), ["", "", "", ""]);
        let found: Value = serde_json::from_str(&documents("binary_sensor")[0]).unwrap();
        assert_eq!(found["state_topic"], "wireloom/host/pi-1/state");
        // What changes is told, by whomever it was done.
        assert_eq!(house.by(2, "POST", "/api/v1/outlets/pi-2/off", "{\"reason\":\"test\"}").await.status, 202);
        let off = |text: &str| text.contains("\"observed\":\"off\"") && !text.contains("\"lease_end\":null");
        guest.until(&mut broker.kept, "wireloom/host/pi-2/state", off).await;
        assert!(seen.is_connected());
        // A message that nobody asked for ends the connection.
        guest.tell("wireloom/host/pi-1/set", "OFF").await;
        guest.leaves().await;
        assert_eq!(house.handle.snapshot().operations.len(), 1);
    });
}

#[test]
fn a_broker_that_dies_and_returns_is_told_everything_again() {
    on(async {
        let (house, mut broker) = (door::open(1).await, Broker::open().await);
        let seen = begin(&house, &broker.settings());
        for _ in 0..3 {
            let mut guest = broker.welcome().await;
            broker.kept.clear();
            guest.until(&mut broker.kept, STATUS, |text| text == "online").await;
            assert!(broker.kept.contains_key("wireloom/host/pi-1/state"));
        }
        // The daemon itself and its pages never noticed.
        assert_eq!(house.by(0, "GET", "/api/v1/outlets", "").await.status, 200);
        let mut guest = broker.welcome().await;
        guest.until(&mut broker.kept, STATUS, |text| text == "online").await;
        assert!(seen.is_connected());
        // An end without a word is what makes the broker publish the last will.
        house.handle.stop();
        while let Some(packet) = guest.next().await {
            assert_ne!(packet, Packet::Disconnect);
        }
        assert!(!seen.is_connected());
    });
}

#[test]
fn whatever_a_broker_says_the_daemon_goes_on_and_tries_again() {
    on(async {
        let (house, mut broker) = (door::open(1).await, Broker::open().await);
        let seen = begin(&house, &broker.settings());
        let answers: [&[u8]; 8] = [
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            &[0x20, 2, 0, 5],
            &[0x20, 2, 0, 99],
            &[0xd0, 0],
            &[0x30, 0xff, 0xff, 0xff, 0x7f],
            &[0xff; 64],
            &[0x00; 64],
            &[],
        ];
        for bytes in answers {
            let mut guest = broker.answer(bytes).await;
            if bytes.is_empty() || bytes.starts_with(b"HTTP") {
                // It waits for more, until the connection ends.
                continue;
            }
            guest.leaves().await;
            assert!(!seen.is_connected());
        }
        // After a yes.
        for bytes in answers.into_iter().filter(|bytes| 2 < bytes.len() && !bytes.starts_with(b"HTTP")) {
            let mut guest = broker.welcome().await;
            guest.until(&mut broker.kept, STATUS, |text| text == "online").await;
            guest.raw(bytes).await;
            guest.leaves().await;
        }
        // More than anybody could mean.
        let mut guest = broker.welcome().await;
        guest.until(&mut broker.kept, STATUS, |text| text == "online").await;
        guest.raw(&[0xd0, 0].repeat(1000)).await;
        guest.leaves().await;
        let mut guest = broker.welcome().await;
        guest.until(&mut broker.kept, STATUS, |text| text == "online").await;
        assert_eq!(house.by(2, "POST", "/api/v1/outlets/pi-1/cycle", "{\"reason\":\"test\"}").await.status, 202);
    });
}

#[test]
fn a_broker_that_falls_silent_keeps_nobody_waiting_and_is_left() {
    on(async {
        let (house, mut broker) = (door::open(1).await, Broker::open().await);
        let seen = begin(&house, &broker.settings());
        // One that never says yes, and one that says yes and then reads nothing any longer.
        for says_yes in [false, true] {
            let mut guest = if says_yes { broker.welcome().await } else { broker.knock().await.unwrap() };
            for verb in ["off", "on"] {
                let path = format!("/api/v1/outlets/pi-1/{verb}");
                let status = house.by(2, "POST", &path, "{\"reason\":\"test\"}").await.status;
                assert!([200, 202].contains(&status), "{verb}: {status}");
            }
            if says_yes {
                guest.until(&mut broker.kept, STATUS, |text| text == "online").await;
                assert!(seen.is_connected());
            }
            // Nobody waits for the time to pass: it is as late as the next thing that is due.
            tokio::time::pause();
            guest.leaves().await;
            tokio::time::resume();
            assert!(!seen.is_connected());
        }
    });
}

#[test]
fn the_password_and_every_topic_go_to_the_pinned_certificate_alone() {
    use relayd::tls::{self, Identity};
    use std::os::unix::fs::PermissionsExt as _;
    on(async {
        let house = door::open(1).await;
        let folder = tempfile::tempdir().unwrap();
        let identity =
            |name: &str| Identity::load_or_make(&folder.path().join(name), &["localhost".to_owned()]).unwrap().0;
        let (own, other) = (identity("own.pem"), identity("other.pem"));
        let (pin, wrong) = (own.fingerprint(), other.fingerprint());
        let password = folder.path().join("password");
        std::fs::write(&password, "correct horse\n").unwrap();
        std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o600)).unwrap();
        let mut broker = Broker::open_with(tls::server(own, None).unwrap()).await;
        let text = format!("user = \"w\"\npassword-file = \"{}\"\n", password.display());
        let text = |pin: &str| format!("{}{text}fingerprint = \"{pin}\"\n", broker.settings());
        let (right, wrong) = (text(&pin), text(&wrong));
        let kept_out = begin(&house, &wrong);
        assert!(broker.knock().await.is_none(), "nothing is sent to another certificate");
        assert!(!kept_out.is_connected());
        begin(&house, &right);
        let mut guest = loop {
            // The one with the wrong pin tries on.
            if let Some(guest) = broker.knock().await {
                break guest;
            }
        };
        assert_eq!(guest.hello.login, Some(Login { username: "w".to_owned(), password: "correct horse".to_owned() }));
        guest.send(&Packet::ConnAck(ConnAck::new(ConnectReturnCode::Success, false))).await;
        guest.until(&mut broker.kept, STATUS, |text| text == "online").await;
        std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o644)).unwrap();
        let config = house.handle.state().config;
        let opened = relayd::mqtt::Bridge::open(&broker::settings(&right), &config, folder.path(), broker::SOON);
        let words = opened.err().unwrap();
        assert!(words.ends_with("others may read this secret (mode 644, and 600 is asked for)"), "{words}");
    });
}

#[test]
fn a_broker_that_somebody_vouches_for_is_told_and_another_is_not() {
    use relayd::tls::{self, Identity};
    on(async {
        let house = door::open(1).await;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let identity = |name: &str, host: &str| Identity::load_or_make(&path(name), &[host.to_owned()]).unwrap().0;
        let own = identity("own.pem", "localhost");
        identity("other.pem", "localhost");
        let text = |broker: &Broker, host: &str, ca: &str| {
            let (port, ca) = (broker.port(), path(ca));
            format!("[mqtt]\nbroker = \"{host}\"\nport = {port}\nca = \"{}\"\n", ca.display())
        };
        let mut broker = Broker::open_with(tls::server(own, None).unwrap()).await;
        // Somebody else's certificate, and the right one of another host.
        for (host, ca) in [("localhost", "other.pem"), ("127.0.0.1", "own.pem")] {
            let kept_out = begin(&house, &text(&broker, host, ca));
            assert!(broker.knock().await.is_none(), "{host} {ca}");
            assert!(!kept_out.is_connected());
        }
        begin(&house, &text(&broker, "localhost", "own.pem"));
        let mut guest = loop {
            if let Some(guest) = broker.knock().await {
                break guest;
            }
        };
        guest.send(&Packet::ConnAck(ConnAck::new(ConnectReturnCode::Success, false))).await;
        guest.until(&mut broker.kept, STATUS, |text| text == "online").await;
    });
}

#[test]
fn an_outlet_that_is_taken_away_is_taken_from_the_broker() {
    on(async {
        let (house, mut broker) = (door::open(2).await, Broker::open().await);
        begin(&house, &format!("{}switch-as = \"all\"\n", broker.settings()));
        let mut guest = broker.welcome().await;
        guest.until(&mut broker.kept, STATUS, |text| text == "online").await;
        assert_eq!(guest.asked, [("wireloom/host/+/set".to_owned(), QoS::AtMostOnce)]);
        let filled = |kept: &BTreeMap<String, String>| kept.values().filter(|text| !text.is_empty()).count();
        let per_outlet = (filled(&broker.kept) - 1) / 2;
        assert_eq!(per_outlet, 6, "{:#?}", broker.kept);
        let answer = house.handle.reload(r#box::config(1), relay_engine::Actor::Daemon).await;
        assert!(matches!(answer, relay_engine::Answer::Reloaded { .. }), "{answer:?}");
        guest.until(&mut broker.kept, "wireloom/host/pi-2/state", str::is_empty).await;
        assert_eq!(filled(&broker.kept), per_outlet + 1, "{:#?}", broker.kept);
    });
}

#[test]
fn numbers_say_whether_the_broker_is_there() {
    on(async {
        let mut house = door::open(1).await;
        let text = house.by(0, "GET", "/metrics", "").await.body;
        assert!(!text.contains("\nwireloom_mqtt_connected "), "no broker, no number");
        let seen = Arc::new(relayd::mqtt::Seen::default());
        let settings = relayd::http::Settings { mqtt: Some(seen.clone()), ..house.api.settings.clone() };
        house.api = relayd::http::Api::new(house.handle.clone(), settings).unwrap();
        let shown = || relayd::http::metrics::text(&house.api);
        assert!(shown().contains("\nwireloom_mqtt_connected 0\n"), "{}", shown());
        seen.set_connected(true);
        seen.count("done");
        assert!(shown().contains("\nwireloom_mqtt_connected 1\n"));
        assert!(shown().contains("\nwireloom_mqtt_commands_total{outcome=\"done\"} 1\n"));
    });
}
