//! What messages to a broker switch, and what they do not: roles, grants, kept and repeated messages, texts that nobody documented.
#![allow(clippy::unwrap_used)]

#[path = "box/mod.rs"]
mod r#box;
mod broker;
mod door;

use std::collections::BTreeMap;
use std::sync::Arc;

use broker::{Broker, Guest, begin};
use door::House;
use relayd::access::{Accounts, Role};
use relayd::mqtt::Seen;
use rumqttc::{Packet, Publish, QoS};
use serde_json::Value;

const ONE: &str = "wireloom/host/pi-1/set";
const TWO: &str = "wireloom/host/pi-2/set";

fn on(test: impl Future<Output = ()>) {
    r#box::runtime().block_on(test);
}

/// A box of two, whose daemon is at a broker and listens as this account.
async fn open(account: &str) -> (House, Broker, Guest, Arc<Seen>) {
    let (house, mut broker) = (door::open(2).await, Broker::open().await);
    let seen = begin(&house, &format!("{}switch-as = \"{account}\"\n", broker.settings()));
    let mut guest = broker.welcome().await;
    guest.until(&mut broker.kept, "wireloom/host/status", |text| text == "online").await;
    (house, broker, guest, seen)
}

/// The records of the audit log, oldest first.
fn audit(house: &House) -> Vec<Value> {
    let text = std::fs::read_to_string(house.folder.path().join("audit.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn offered(broker: &Broker) -> usize {
    let is_offer = |topic: &str| topic.contains("/switch/") || topic.contains("/button/");
    broker.kept.iter().filter(|(topic, text)| is_offer(topic) && !text.is_empty()).count()
}

#[test]
fn a_message_is_one_operation_that_is_done_under_its_account_and_recorded_with_where_it_came_from() {
    on(async {
        let (house, mut broker, mut guest, seen) = open("all").await;
        assert_eq!(offered(&broker), 4);
        guest.tell(ONE, "CYCLE").await;
        assert_eq!(guest.answer("pi-1").await["state"], "accepted");
        let back = |text: &str| text.contains("\"lease_end\":null");
        guest.until(&mut broker.kept, "wireloom/host/pi-1/state", |text| !back(text)).await;
        guest.until(&mut broker.kept, "wireloom/host/pi-1/state", back).await;
        let operations = house.handle.snapshot().operations.clone();
        assert_eq!(operations.len(), 1);
        assert_eq!((operations[0].actor.to_string().as_str(), operations[0].force), ("account all", false));
        let records = audit(&house);
        let from = records.iter().find(|record| record["from"] == "mqtt").unwrap();
        assert_eq!(
            (&from["actor"], &from["action"], &from["subject"]),
            (&"account all".into(), &"cycle".into(), &"pi[1]".into())
        );
        let done = records.iter().find(|record| record["reason"] == "asked over MQTT").unwrap();
        assert_eq!((&done["actor"], &done["operation"]), (&"account all".into(), &operations[0].id.into()));
        assert!(from["seq"].as_u64() < done["seq"].as_u64());
        // Off is a lease here, too, and on ends it.
        guest.tell(TWO, "OFF").await;
        assert_eq!(guest.answer("pi-2").await["state"], "accepted");
        guest.until(&mut broker.kept, "wireloom/host/pi-2/state", |text| !back(text)).await;
        guest.tell(TWO, "ON").await;
        let answer = guest.answer("pi-2").await["state"].clone();
        assert!(answer == "accepted" || answer == "queued", "{answer}");
        guest.until(&mut broker.kept, "wireloom/host/pi-2/state", back).await;
        assert_eq!(seen.commands().values().sum::<u64>(), 3);
    });
}

#[test]
fn what_the_account_may_not_is_refused_and_recorded() {
    on(async {
        let (house, broker, mut guest, seen) = open("act").await;
        assert_eq!(offered(&broker), 2, "a switch and a button for the one that was granted");
        guest.tell(TWO, "OFF").await;
        let answer = guest.answer("pi-2").await;
        assert_eq!((&answer["state"], &answer["rule"]), (&"refused".into(), &"not-granted".into()));
        let record = audit(&house).pop().unwrap();
        assert_eq!(
            (&record["outcome"], &record["from"], &record["subject"]),
            (&"not-granted".into(), &"mqtt".into(), &"pi[2]".into())
        );
        // Taken from the account, a grant is gone with the next message.
        let accounts = house.folder.path().join("accounts.toml");
        Accounts::change(&accounts, |all| all.remove("act")).unwrap();
        guest.tell(ONE, "OFF").await;
        assert_eq!(guest.answer("pi-1").await["rule"], "no-account");
        assert!(house.handle.snapshot().operations.is_empty());
        assert_eq!(seen.commands(), BTreeMap::from([("no-account", 1), ("not-granted", 1)]));
    });
}

#[test]
fn readers_and_administrators_switch_nothing_by_messages() {
    on(async {
        for (account, role) in [("look", Role::ReadOnly), ("rule", Role::Administrator)] {
            let (house, broker, mut guest, _) = open(account).await;
            assert_eq!(offered(&broker), 0);
            guest.tell(ONE, "CYCLE").await;
            let answer = guest.answer("pi-1").await;
            assert_eq!((&answer["state"], &answer["rule"]), (&"refused".into(), &"role".into()), "{role:?}");
            assert!(house.handle.snapshot().operations.is_empty());
        }
    });
}

#[test]
fn what_the_engine_refuses_over_http_it_refuses_over_mqtt() {
    on(async {
        let (house, _, mut guest, seen) = open("all").await;
        let lock = "{\"reason\":\"hands inside\",\"seconds\":600}";
        assert_eq!(house.by(3, "PUT", "/api/v1/outlets/pi-1/lock", lock).await.status, 200);
        for text in ["OFF", "CYCLE", "ON"] {
            guest.tell(ONE, text).await;
            let answer = guest.answer("pi-1").await;
            assert_eq!((&answer["state"], &answer["rule"]), (&"refused".into(), &"locked".into()));
        }
        assert_eq!(seen.commands(), BTreeMap::from([("refused", 3)]));
    });
}

#[test]
fn a_message_that_was_kept_or_may_come_twice_switches_nothing_however_often_the_broker_returns() {
    on(async {
        let (house, mut broker, mut guest, seen) = open("all").await;
        let off = |change: fn(&mut Publish)| {
            let mut message = Publish::new(ONE, QoS::AtMostOnce, "OFF");
            change(&mut message);
            Packet::Publish(message)
        };
        for _ in 0..3 {
            guest.send(&off(|own| own.retain = true)).await;
            guest.send(&off(|own| own.dup = true)).await;
            guest.send(&off(|own| (own.qos, own.pkid) = (QoS::AtLeastOnce, 7))).await;
            guest.send(&off(|own| (own.qos, own.pkid) = (QoS::ExactlyOnce, 7))).await;
            // What comes after them is answered, so that they were read.
            guest.tell(TWO, "ON").await;
            guest.answer("pi-2").await;
            drop(guest);
            guest = broker.welcome().await;
            guest.until(&mut broker.kept, "wireloom/host/status", |text| text == "online").await;
        }
        assert_eq!(seen.commands(), BTreeMap::from([("again", 9), ("done", 3), ("kept", 3)]));
        assert!(house.handle.snapshot().outlets.iter().all(|own| own.lease.is_none()));
        assert!(audit(&house).iter().all(|record| record["action"] != "off"));
    });
}

#[test]
fn only_what_is_documented_is_taken_and_only_below_the_own_topics() {
    on(async {
        let (house, _, mut guest, seen) = open("all").await;
        let long = "OFF".repeat(1000);
        let texts = [
            "off",
            "OFF ",
            "OFF\n",
            "",
            "{\"state\":\"OFF\"}",
            "FORCE",
            "OFF\0",
            "\u{1b}[2J\nrelayd: fine",
            long.as_str(),
        ];
        for text in texts {
            guest.tell(ONE, text).await;
        }
        guest.tell(ONE, [0xff, 0xfe, b'O']).await;
        let topics = [
            "wireloom/host/pi-9/set",
            "wireloom/host/../pi-1/set",
            "wireloom/host/pi[1]/set",
            "other/host/pi-1/set",
            "x\ny",
        ];
        for topic in topics {
            guest.tell(topic, "OFF").await;
        }
        guest.tell(ONE, "ON").await;
        guest.answer("pi-1").await;
        let expected = [("done", 1), ("no-such-outlet", 5), ("unknown", 10)];
        assert_eq!(seen.commands(), BTreeMap::from(expected));
        assert!(house.handle.snapshot().operations.is_empty());
        // Longer than anything that could be meant: not even read.
        guest.tell(ONE, vec![b'x'; 100_000]).await;
        guest.leaves().await;
        assert_eq!(seen.commands(), BTreeMap::from(expected));
    });
}

#[test]
fn nothing_that_was_sent_to_a_connection_that_ended_is_done_on_the_next() {
    on(async {
        let (house, mut broker, mut guest, seen) = open("all").await;
        // Many at once, and then the broker is gone: what was read is done, the rest never.
        let mut bytes = bytes::BytesMut::new();
        for _ in 0..200 {
            Packet::Publish(Publish::new(TWO, QoS::AtMostOnce, "ON")).write(&mut bytes, usize::MAX).unwrap();
        }
        guest.raw(&bytes).await;
        guest.leaves().await;
        let done = seen.commands();
        assert!(done["done"] <= 64, "{done:?}");
        let mut guest = broker.welcome().await;
        guest.until(&mut broker.kept, "wireloom/host/status", |text| text == "online").await;
        guest.tell(ONE, "ON").await;
        guest.answer("pi-1").await;
        assert_eq!(seen.commands()["done"], done["done"] + 1);
        assert_eq!(house.by(0, "GET", "/api/v1/outlets", "").await.status, 200);
    });
}
