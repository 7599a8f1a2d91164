//! The daemon's rooms put together as its main program does: journal, audit log and lines, then the control thread, then whoever asks; here by lines of text.

use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;

use relay_engine::{Actor, Answer, Call, Request, Verb};
use relayd::audit::{Audit, Limits};
use relayd::control::Handle;
use relayd::control::panel::{Panel, Source};
use relayd::control::start::{Beginning, start};
use relayd::control::store::Files;
use relayd::journal::Journal;
use relayd::lines::kernel::Devices;
use relayd::{clock, systemd};
use tokio::signal::unix::{SignalKind, signal};

use crate::board;

/// Serves until told to end. Its input is `NUMBER on|off|cycle OUTLET [MS]`, its output the answers, each with the number of its question.
pub fn run() {
    let folder = PathBuf::from(std::env::var_os("STATE_DIRECTORY").expect("the state folder is told"));
    let kept = systemd::kept().expect("what systemd kept can be told");
    let config = board::config();
    let (journal, damage) = Journal::read(&folder.join("journal")).expect("the journal can be read");
    assert!(damage.is_none(), "{damage:?}");
    let audit = Audit::open(&folder, Limits::default(), clock::now_ms()).expect("the log can be opened");
    let next_operation = audit.next_operation().expect("the log can be read");
    let contents = journal.contents().clone();
    let boot = clock::now().expect("the clock can be read").boot;
    let source = Source::Chips(Devices::default());
    let panel = Panel::take(source.clone(), &config, kept).expect("the lines can be had");
    let store = Box::new(Files { journal, audit });
    let beginning = Beginning { config, source, panel, store, contents, boot, next_operation };
    let (handle, thread) = start(beginning).expect("threads can be had");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be had");
    runtime.block_on(answer(handle));
    thread.join().expect("the control thread ends");
}

/// Hears questions and signals; a second thread reads the input, because that cannot be waited for beside anything else.
async fn answer(handle: Handle) {
    let mut stop = signal(SignalKind::terminate()).expect("signals can be heard");
    let mut again = signal(SignalKind::hangup()).expect("signals can be heard");
    let (send, mut questions) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        std::io::stdin().lock().lines().map_while(Result::ok).all(|line| send.send(line).is_ok())
    });
    systemd::ready("").expect("systemd can be told");
    let tasks = tokio::task::LocalSet::new();
    let ask = |line: String| {
        let handle = handle.clone();
        tasks.spawn_local(async move {
            let (number, request) = read(&line);
            say(&format!("{number} {}", words(handle.request(request).await)));
        });
    };
    let listen = async {
        loop {
            tokio::select! {
                Some(line) = questions.recv() => ask(line),
                _ = stop.recv() => break,
                _ = again.recv() => {
                    let text = std::fs::read_to_string(board::CONFIG).expect("the config is there");
                    match relayd::config::read(&text) {
                        Ok(config) => say(&format!("reload {}", words(handle.reload(config, Actor::Daemon).await))),
                        Err(words) => say(&format!("reload refused {}", words.join("; "))),
                    }
                }
            }
        }
    };
    tasks.run_until(listen).await;
    handle.stop();
}

fn read(line: &str) -> (String, Request) {
    let mut fields = line.split(' ');
    let mut next = || fields.next().unwrap_or_default().to_owned();
    let (number, verb, outlet, ms) = (next(), next(), next(), next().parse().ok());
    let verb = match verb.as_str() {
        "on" => Verb::On,
        "off" => Verb::Off { for_ms: ms },
        _ => Verb::Cycle { off_ms: ms },
    };
    let (actor, reason) = (Actor::Account("guest".to_owned()), "the test wants it".to_owned());
    (number, Request { call: Call(0), outlet, verb, actor, reason, force: false, dry_run: false })
}

fn words(answer: Answer) -> String {
    match answer {
        Answer::Accepted { operation, .. } => format!("accepted {operation}"),
        Answer::Queued { operation, .. } => format!("queued {operation}"),
        Answer::Done { sentence } => format!("done {sentence}"),
        Answer::Refused(refusal) => format!("refused {}", refusal.sentence),
        Answer::Reloaded { kept, added, removed } => {
            format!("taken {} {} {}", kept.len(), added.len(), removed.len())
        }
        other => format!("{other:?}"),
    }
}

fn say(words: &str) {
    writeln!(std::io::stdout(), "{words}").expect("somebody listens");
}
