//! The control thread behind its handle: what is asked is done, written down and told.

mod r#box;

use std::fs;

use r#box::{begin, config, request, runtime};
use relay_config::Power;
use relay_engine::{Actor, Answer, Phase, Rule, Verb};
use relayd::audit::{files, verify};
use relayd::control::What;

#[test]
fn a_cycle_takes_power_gives_it_back_and_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let (handle, thread) = begin(folder.path(), &config(2));
    runtime().block_on(async {
        let mut changes = handle.subscribe();
        let answer = handle.request(request("pi[2]", Verb::Cycle { off_ms: None })).await;
        let Answer::Accepted { operation: 1, .. } = answer else { panic!("{answer:?}") };
        let (mut phases, mut records) = (Vec::new(), Vec::new());
        while phases.last() != Some(&Phase::On) || phases.len() < 2 {
            match changes.recv().await.unwrap().what {
                What::Outlet(outlet) if outlet.name == "pi[2]" => phases.push(outlet.phase),
                What::Audit(recorded) => records.extend(recorded.record.map(|record| record.what)),
                _ => {}
            }
        }
        assert!(phases.contains(&Phase::Off), "{phases:?}");
        assert!(records.contains(&"accepted") && records.contains(&"powered"), "{records:?}");
        assert!(handle.snapshot().outlets.iter().all(|outlet| outlet.commanded == Power::On && outlet.lease.is_none()));
        let nobody = handle.request(request("pi[9]", Verb::On)).await;
        assert!(matches!(&nobody, Answer::Refused(refusal) if refusal.rule == Rule::NoSuchOutlet), "{nobody:?}");
    });
    assert!(handle.stop());
    thread.join().unwrap();
    let chain = verify(&files(folder.path()).unwrap(), "").unwrap().unwrap();
    let text = fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
    assert_eq!(chain.records, text.lines().count() as u64);
    for what in ["started", "accepted", "cut", "powered", "refused", "stopping"] {
        assert!(text.contains(&format!("\"action\":\"{what}\"")), "no `{what}` in\n{text}");
    }
    // The next daemon goes on counting.
    let (handle, thread) = begin(folder.path(), &config(2));
    runtime().block_on(async {
        let answer = handle.request(request("pi[1]", Verb::Cycle { off_ms: None })).await;
        assert!(matches!(answer, Answer::Accepted { operation: 2, .. }), "{answer:?}");
        let plan = handle.plan(vec!["pi[1]".into()], Verb::On, Actor::Daemon, false).await.unwrap();
        assert!(!plan.cut_short);
    });
    handle.stop();
    thread.join().unwrap();
}
