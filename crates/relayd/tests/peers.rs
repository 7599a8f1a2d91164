//! Two controllers that watch each other, each with its own simulated lines, over TLS on loopback: what they tell, what is not taken, and that they never cut each other.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "box/mod.rs"]
mod r#box;
mod door;
mod pair;

use std::time::Duration;

use r#box::{request, runtime};
use pair::{NAMES, Pair, SECRET, Times, cut_and_back, guard, open, patient};
use pin::Fingerprint;
use relay_config::Power;
use relay_engine::{Answer, OperationState, Rule, Verb};
use relayd::edge::exchange::Line;
use relayd::lines::sim::Fault;
use relayd::peers::Words;
use relayd::signed::{Kind, Secret};

const CYCLE: Verb = Verb::Cycle { off_ms: None };

/// Both have heard each other.
async fn acquainted(pair: &Pair) {
    for (house, other) in [(0, NAMES[1]), (1, NAMES[0])] {
        let mut seen = pair.houses[house].api.settings.known.watch();
        guard(seen.wait_for(|seen| seen[other].alive && seen[other].told_at.is_some())).await.unwrap();
    }
}

#[test]
fn when_both_lose_sight_of_each_others_machine_they_go_one_after_the_other_and_the_first_name_first() {
    runtime().block_on(async {
        let pair = open(patient()).await;
        pair.speak();
        acquainted(&pair).await;
        // No probe answers any more; what the daemons sign still arrives.
        for (house, other) in [(0, NAMES[1]), (1, NAMES[0])] {
            pair.houses[house].handle.spoil(other.to_owned(), Some(Fault::Hang)).await.unwrap();
        }
        let mut spans = Vec::new();
        for (house, other) in [(0, NAMES[1]), (1, NAMES[0])] {
            spans.push(guard(cut_and_back(&pair.houses[house], other)).await);
        }
        let [first, second] = &spans[..] else { panic!("{spans:?}") };
        assert!(first.0 < first.1 && first.1 <= second.0 && second.0 < second.1, "{spans:?}");
    });
}

#[test]
fn a_claim_is_told_to_the_other_controller_before_anything_is_cut() {
    runtime().block_on(async {
        let pair = open(patient()).await;
        pair.speak();
        acquainted(&pair).await;
        let [one, other] = &pair.houses;
        let answer = one.handle.request(request(NAMES[1], CYCLE)).await;
        assert!(matches!(answer, Answer::Queued { rule: Rule::PeerLock, .. }), "{answer:?}");
        let mut seen = other.api.settings.known.watch();
        let heard = guard(seen.wait_for(|seen| !seen[NAMES[0]].said.claims.is_empty())).await.unwrap().clone();
        assert_eq!(heard[NAMES[0]].said.claims, [NAMES[1]]);
        assert!(heard[NAMES[0]].said.cutting.is_empty(), "it was told before, and not with the cut");
        let answer = other.handle.request(request(NAMES[0], CYCLE)).await;
        let Answer::Queued { rule: Rule::PeerLock, sentence, operation, .. } = answer else { panic!("{answer:?}") };
        assert!(
            sentence.contains("is about to restart `pi[2]`") || sentence.contains("is restarting `pi[2]`"),
            "{sentence}"
        );
        // It goes by itself when the other one is done, and says so.
        guard(seen.wait_for(|seen| seen[NAMES[0]].said.cutting == [NAMES[1]])).await.unwrap();
        assert_eq!(other.handle.snapshot().outlets[0].commanded, Power::On);
        let mut state = other.handle.watch();
        let is_done = |own: &relay_engine::Operation| own.id == operation && own.state == OperationState::Done;
        guard(state.wait_for(|state| state.snapshot.operations.iter().any(is_done))).await.unwrap();
        let spans = [guard(cut_and_back(one, NAMES[1])).await, guard(cut_and_back(other, NAMES[0])).await];
        assert!(spans[0].1 <= spans[1].0, "{spans:?}");
    });
}

#[test]
fn who_is_heard_no_more_is_silent_after_its_time_and_routine_waits_for_its_return() {
    runtime().block_on(async {
        let pair = open(Times { alive_ms: 1_500, watch: false }).await;
        let [_, other] = pair.speak();
        acquainted(&pair).await;
        let one = &pair.houses[0];
        let plan = one.handle.request(relay_engine::Request { dry_run: true, ..request("switch", CYCLE) }).await;
        assert!(matches!(plan, Answer::Would { .. }), "it may, while the other one is heard: {plan:?}");
        other.abort();
        let mut seen = one.api.settings.known.watch();
        guard(seen.wait_for(|seen| !seen[NAMES[1]].alive)).await.unwrap();
        let answer = one.handle.request(request("switch", CYCLE)).await;
        assert!(matches!(&answer, Answer::Refused(no) if no.rule == Rule::NeedsAlive), "{answer:?}");
        let shown = one.by(0, "GET", "/api/v1/peers", "").await.json();
        assert_eq!((shown[0]["name"].as_str(), shown[0]["alive"].as_bool()), (Some(NAMES[1]), Some(false)), "{shown}");
        let numbers = one.by(0, "GET", "/metrics", "").await.body;
        assert!(numbers.contains("wireloom_peer_alive{peer=\"pi[2]\"} 0\n"), "{numbers}");
        // It speaks again: a line that starts anew is told where it stands, and goes on.
        pair.speaks(1);
        guard(seen.wait_for(|seen| seen[NAMES[1]].alive)).await.unwrap();
        let answer = one.handle.request(request("switch", CYCLE)).await;
        assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
        let shown = one.by(0, "GET", "/api/v1/peers", "").await.json();
        assert_eq!(shown[0]["refused"], 0, "a start is no guess: {shown}");
    });
}

#[test]
fn a_recipient_that_starts_anew_takes_what_is_said_from_then_on() {
    runtime().block_on(async {
        let mut pair = open(patient()).await;
        pair.speak();
        acquainted(&pair).await;
        pair.restarts(1).await;
        let mut seen = pair.houses[1].api.settings.known.watch();
        guard(seen.wait_for(|seen| seen[NAMES[0]].alive)).await.unwrap();
    });
}

#[test]
fn another_certificate_is_told_nothing() {
    runtime().block_on(async {
        let pair = open(patient()).await;
        let wrong = Fingerprint::read(&"ab".repeat(32)).unwrap();
        let line = |print, secret: &str, to| {
            let secret = Secret::new(secret).unwrap();
            Line::new(pair.place(1), print, secret, (Kind::Peer, NAMES[0], to)).unwrap()
        };
        let words = line(wrong, SECRET, NAMES[1]).say("/api/v1/peer", &Words::default()).await.unwrap_err();
        assert!(words.starts_with("it shows another certificate, ") && words.ends_with("nothing was sent"), "{words}");
        let known = &pair.houses[1].api.settings.known;
        assert!(known.refusals().is_empty() && known.seen()[NAMES[0]].heard_at.is_none());
        // By the right one, another secret or another recipient is refused, and the right ones are taken.
        let print = pair.fingerprint(1);
        let words = line(print, &SECRET.replace('0', "1"), NAMES[1]).say("/api/v1/peer", &Words::default()).await;
        assert!(words.unwrap_err().contains("401"));
        let words = line(print, SECRET, "pi[3]").say("/api/v1/peer", &Words::default()).await.unwrap_err();
        assert!(words.contains("this is for `pi[3]`, and this is `pi[2]`"), "{words}");
        assert!(known.seen()[NAMES[0]].heard_at.is_none());
        let mut right = line(print, SECRET, NAMES[1]);
        for _ in 0..3 {
            assert_eq!(right.say("/api/v1/peer", &Words::default()).await, Ok(()));
        }
        let refused: u64 =
            known.refusals().iter().filter(|((_, why), _)| *why != "stale").map(|(_, count)| count).sum();
        assert!(known.seen()[NAMES[0]].alive && refused == 2, "{:?}", known.refusals());
    });
}

#[test]
fn who_serves_nothing_is_told_to_be_out_of_reach_and_nobody_hangs() {
    runtime().block_on(async {
        let pair = open(patient()).await;
        // A listener that takes the connection and never answers: the patience of a line ends it.
        let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = format!("https://{}", deaf.local_addr().unwrap());
        let place = relayd::edge::exchange::Place::read(&place).unwrap();
        let secret = Secret::new(SECRET).unwrap();
        let mut line = Line::new(place, pair.fingerprint(1), secret, (Kind::Peer, NAMES[0], NAMES[1])).unwrap();
        tokio::time::pause();
        let words = tokio::time::timeout(Duration::from_secs(5), line.say("/api/v1/peer", &Words::default())).await;
        assert!(words.unwrap().unwrap_err().starts_with("no answer within"));
    });
}
