//! A simulated box with a control thread, for tests: outlets `pi[1]` and up, whose machines boot at once.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use std::path::Path;
use std::thread::JoinHandle;

use relay_config::RelayConfig;
use relay_engine::{Actor, Call, Request, Verb};
use relayd::audit::{Audit, Limits};
use relayd::clock;
use relayd::control::Handle;
use relayd::control::panel::{Panel, Source};
use relayd::control::simulated::Simulated;
use relayd::control::start::{Beginning, start};
use relayd::control::store::{Files, Store};
use relayd::journal::Journal;
use relayd::lines::sim::Habits;

/// A file with so many outlets; a cycle takes 200 ms.
pub fn file(outlets: u32) -> String {
    let mut text = "schema = 1\ncontroller = \"host\"\nslug = \"host\"\nstagger-ms = 0\nconfig-txt = []\n[build]\nname = \"pi-1u\"\nversion = \"2\"\n\
        [limits]\nper-hour = 1000000\nqueue-ms = 5000\n[[chip]]\nlabel = \"pinctrl\"\n"
        .to_owned();
    for n in 1..=outlets {
        text += &format!(
            "[[outlet]]\nname = \"pi[{n}]\"\nslug = \"pi-{n}\"\nchip = \"pinctrl\"\nline = \"GPIO{n}\"\noffset = {n}\nactive = \"low\"\ncontact = \"nc\"\n\
             at-rest = \"on\"\nsafe = \"high\"\noff-ms = 200\non-min-ms = 0\noff-min-ms = 50\ntakes-down = [\"pi[{n}]\"]\nfeeds-host = false\n\
             feeds-rescuer = false\nwatch = false\n"
        );
    }
    text
}

pub fn config(outlets: u32) -> RelayConfig {
    RelayConfig::parse(&file(outlets)).unwrap()
}

/// Starts a box in a folder.
pub fn begin(folder: &Path, config: &RelayConfig) -> (Handle, JoinHandle<()>) {
    begin_on(folder, config, |files| Box::new(files))
}

/// The same with something between the control thread and the disk.
pub fn begin_on(
    folder: &Path,
    config: &RelayConfig,
    store: impl FnOnce(Files) -> Box<dyn Store>,
) -> (Handle, JoinHandle<()>) {
    let journal = Journal::read(&folder.join("journal")).unwrap().0;
    let audit = Audit::open(folder, Limits::default(), clock::now_ms()).unwrap();
    let next_operation = audit.next_operation().unwrap();
    let habits = Habits { relay_ms: 1, boot_ms: 1, heartbeat_ms: 60_000 };
    let sim = Simulated::new(config, habits, clock::boot_ms(), Some(folder.join("sim-lines")));
    let source = Source::Sim(sim);
    let panel = Panel::take(source.clone(), config, Vec::new()).unwrap();
    let contents = journal.contents().clone();
    let boot = clock::now().unwrap().boot;
    let store = store(Files { journal, audit });
    start(Beginning { config: config.clone(), source, panel, store, contents, boot, next_operation }).unwrap()
}

pub fn request(outlet: &str, verb: Verb) -> Request {
    Request {
        call: Call(0),
        outlet: outlet.to_owned(),
        verb,
        actor: Actor::Account("anna".to_owned()),
        reason: "it hangs".to_owned(),
        force: false,
        dry_run: false,
    }
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
