//! The control thread behind its handle: what is asked is done, written down and told.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod r#box;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::{fs, io};

use r#box::{begin, begin_on, config, file, request, runtime};
use relay_config::{Power, RelayConfig};
use relay_engine::{Actor, Answer, Health, Phase, Rule, Verb};
use relayd::audit::{self, files, verify};
use relayd::control::store::{Files, Store};
use relayd::control::{Recorded, What};
use relayd::journal::Contents;
use relayd::lines::sim::Fault;
use tokio::task::JoinSet;

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

/// A disk that can be full, or hang.
struct Moody {
    files: Files,
    full: Arc<AtomicBool>,
    hang: Arc<Mutex<()>>,
}

impl Moody {
    fn mood(&self) -> io::Result<()> {
        drop(self.hang.lock().unwrap());
        if self.full.load(Ordering::SeqCst) { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
    }
}

impl Store for Moody {
    fn persist(&mut self, contents: Contents) -> io::Result<()> {
        self.mood()?;
        self.files.persist(contents)
    }

    fn append(&mut self, records: &[audit::Record<'_>], now_ms: u64) -> io::Result<Vec<audit::Place>> {
        self.mood()?;
        self.files.append(records, now_ms)
    }

    fn touch(&mut self) -> io::Result<()> {
        self.mood()?;
        self.files.touch()
    }
}

#[test]
fn with_a_full_disk_nothing_goes_off_and_what_is_off_gets_its_power() {
    let folder = tempfile::tempdir().unwrap();
    let full = Arc::new(AtomicBool::new(false));
    let mood = full.clone();
    let (handle, thread) =
        begin_on(folder.path(), &config(2), |files| Box::new(Moody { files, full: mood, hang: Arc::default() }));
    runtime().block_on(async {
        let mut state = handle.watch();
        handle.request(request("pi[1]", Verb::Off { for_ms: Some(300) })).await;
        state.wait_for(|state| state.snapshot.outlets[0].phase == Phase::Off).await.unwrap();
        full.store(true, Ordering::SeqCst);
        let answer = handle.request(request("pi[2]", Verb::Cycle { off_ms: None })).await;
        assert!(matches!(&answer, Answer::Refused(refusal) if refusal.rule == Rule::Disk), "{answer:?}");
        let state = state.wait_for(|state| state.snapshot.outlets[0].phase == Phase::On).await.unwrap().clone();
        assert!(state.disk.is_err() && state.snapshot.outlets[1].phase == Phase::On);
        full.store(false, Ordering::SeqCst);
        // The engine tries its journal again by itself.
        handle.watch().wait_for(|state| state.disk.is_ok()).await.unwrap();
        let answer = handle.request(request("pi[2]", Verb::Cycle { off_ms: None })).await;
        assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    });
    handle.stop();
    thread.join().unwrap();
    verify(&files(folder.path()).unwrap(), "").unwrap().unwrap();
}

#[test]
#[expect(clippy::await_holding_lock, reason = "the control thread hangs on it until it is dropped")]
fn with_a_disk_that_hangs_the_guard_ends_the_lease_and_says_so_later() {
    let folder = tempfile::tempdir().unwrap();
    let hang = Arc::new(Mutex::new(()));
    let mood = hang.clone();
    let (handle, thread) =
        begin_on(folder.path(), &config(2), |files| Box::new(Moody { files, full: Arc::default(), hang: mood }));
    let levels = || fs::read_to_string(folder.path().join("sim-lines")).unwrap_or_default();
    runtime().block_on(async {
        let mut changes = handle.subscribe();
        handle.request(request("pi[1]", Verb::Off { for_ms: Some(300) })).await;
        handle.watch().wait_for(|state| state.snapshot.outlets[0].phase == Phase::Off).await.unwrap();
        let hung = hang.lock().unwrap();
        // Its record waits for the disk, and with it the thread.
        let asked = tokio::spawn({
            let handle = handle.clone();
            async move { handle.request(request("pi[2]", Verb::On)).await }
        });
        while levels().contains("low pi[1]") {
            tokio::task::yield_now().await;
        }
        drop(hung);
        asked.await.unwrap();
        loop {
            if let What::Audit(recorded) = changes.recv().await.unwrap().what
                && recorded.record.is_none()
            {
                break;
            }
        }
    });
    handle.stop();
    thread.join().unwrap();
    assert!(fs::read_to_string(folder.path().join("audit.jsonl")).unwrap().contains("\"actor\":\"guard\""));
}

#[test]
fn ten_thousand_requests_at_once_are_all_answered_and_written() {
    let folder = tempfile::tempdir().unwrap();
    let (handle, thread) = begin(folder.path(), &config(4));
    let refused = runtime().block_on(async {
        let mut all = JoinSet::new();
        for n in 0..10_000 {
            let handle = handle.clone();
            all.spawn(
                async move { handle.request(request(&format!("pi[{}]", n % 5), Verb::Cycle { off_ms: None })).await },
            );
        }
        let mut refused = 0;
        while let Some(answer) = all.join_next().await {
            match answer.unwrap() {
                Answer::Refused(refusal) => {
                    assert!(matches!(refusal.rule, Rule::Busy | Rule::NoSuchOutlet), "{refusal:?}");
                    refused += 1;
                }
                Answer::Accepted { .. } | Answer::Queued { .. } => {}
                answer => panic!("{answer:?}"),
            }
        }
        refused
    });
    handle.stop();
    thread.join().unwrap();
    let chain = verify(&files(folder.path()).unwrap(), "").unwrap().unwrap();
    assert!(9_000 < refused && 10_000 < chain.records, "{refused} of them refused, {} records", chain.records);
}

#[test]
fn a_reload_touches_no_line_that_stays_and_takes_none_from_a_load_that_is_off() {
    let folder = tempfile::tempdir().unwrap();
    let (handle, thread) = begin(folder.path(), &config(2));
    runtime().block_on(async {
        handle.request(request("pi[2]", Verb::Off { for_ms: Some(60_000) })).await;
        handle.watch().wait_for(|state| state.snapshot.outlets[1].phase == Phase::Off).await.unwrap();
        let before = fs::read_to_string(folder.path().join("sim-lines")).unwrap();
        let answer = handle.reload(config(1), Actor::Daemon).await;
        assert!(matches!(&answer, Answer::Refused(refusal) if refusal.rule == Rule::Reload), "{answer:?}");
        let answer = handle.reload(config(4), Actor::Daemon).await;
        let Answer::Reloaded { kept, added, removed } = answer else { panic!("{answer:?}") };
        assert_eq!((kept.len(), added.len(), removed.len()), (2, 2, 0));
        assert!(fs::read_to_string(folder.path().join("sim-lines")).unwrap().contains(before.trim_end()));
        let state = handle.watch().wait_for(|state| state.snapshot.outlets.len() == 4).await.unwrap().clone();
        assert_eq!((state.config.outlets.len(), state.snapshot.outlets[1].phase), (4, Phase::Off));
        let answer = handle.request(request("pi[4]", Verb::Cycle { off_ms: None })).await;
        assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
        handle.watch().wait_for(|state| state.snapshot.outlets[3].phase == Phase::Off).await.unwrap();
    });
    handle.stop();
    thread.join().unwrap();
}

#[test]
fn a_simulated_machine_that_hangs_is_cycled_by_the_watchdog_and_lives_again() {
    let folder = tempfile::tempdir().unwrap();
    let watched = file(1)
        .replace("watch = false\n", "watch = true\n[outlet.probe]\ntcp = 22\nevery-ms = 50\nfails = 3\n")
        .replace("[[chip]]", "[watchdog]\ngrace-ms = 100\nbackoff-ms = 1000\n[[chip]]");
    let (handle, thread) = begin(folder.path(), &RelayConfig::parse(&watched).unwrap());
    runtime().block_on(async {
        let mut changes = handle.subscribe();
        handle.spoil("pi[1]".to_owned(), Some(Fault::Hang)).await.unwrap();
        loop {
            if let What::Audit(Recorded { record: Some(record), .. }) = changes.recv().await.unwrap().what
                && record.what == "cut"
            {
                assert_eq!(record.actor, "watchdog");
                break;
            }
        }
        handle.spoil("pi[1]".to_owned(), None).await.unwrap();
        handle.watch().wait_for(|state| state.snapshot.outlets[0].health == Health::Alive).await.unwrap();
        assert!(handle.spoil("pi[7]".to_owned(), None).await.is_err());
    });
    handle.stop();
    thread.join().unwrap();
}
