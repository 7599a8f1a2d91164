//! Start: what the journal says, the lines as they are, the engine's first step; then, and not before, a [`Handle`].

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};

use relay_config::RelayConfig;
use relay_engine::{Engine, Start};
use tokio::sync::{Semaphore, broadcast, watch};

use super::guard::Guard;
use super::panel::{Panel, Source};
use super::publish::Publisher;
use super::store::Store;
use super::thread::{Control, now};
use super::{Handle, MOST_ASKING, QUEUE, State, UNHEARD};
use crate::journal::Contents;

/// What the daemon begins with.
pub struct Beginning {
    /// The config, checked.
    pub config: RelayConfig,
    /// Where its lines come from.
    pub source: Source,
    /// The lines, taken.
    pub panel: Panel,
    /// Where it writes.
    pub store: Box<dyn Store>,
    /// What the journal held.
    pub contents: Contents,
    /// The kernel's id of this boot.
    pub boot: String,
    /// Larger than the number of any operation before.
    pub next_operation: u64,
}

/// Takes the engine's first step, which gives power to whatever has no running lease, and starts the control thread and its guard. When this returns, that
/// power is there; the handle may be given to others.
///
/// # Errors
/// There is no thread to be had.
pub fn start(beginning: Beginning) -> std::io::Result<(Handle, JoinHandle<()>)> {
    let (control, handle) = begin(beginning)?;
    let thread = thread::Builder::new().name("control".to_owned()).spawn(move || control.run())?;
    Ok((handle, thread))
}

/// All of it but the thread.
fn begin(beginning: Beginning) -> std::io::Result<(Control, Handle)> {
    let Beginning { config, source, panel, store, contents, boot, next_operation } = beginning;
    let engine = Engine::new(config.clone());
    let sim = if let Source::Sim(sim) = source { Some(sim) } else { None };
    let (orders, taken) = sync_channel(QUEUE);
    let (changes, _) = broadcast::channel(UNHEARD);
    let state = State {
        snapshot: Arc::new(engine.snapshot()),
        config: Arc::new(config),
        now: now(),
        disk: Ok(()),
        lines: Ok(()),
        simulated: sim.is_some(),
    };
    let (sender, state) = watch::channel(state);
    let mut control = Control {
        engine,
        store,
        orders: taken,
        publisher: Publisher::new(sender, changes.clone()),
        guard: Guard::start()?,
        sim,
        boot: boot.clone(),
        actions: VecDeque::new(),
        callers: BTreeMap::new(),
        answers: Vec::new(),
        prepared: None,
        wake: None,
        looked_at: 0,
        touched_at: now().mono_ms,
        pinged_at: 0,
        probed_at: BTreeMap::new(),
        exit: false,
        panel,
    };
    let found = control.panel.found();
    control.begin(Start { journal: contents, found, boot, next_operation });
    let asking = Arc::new(Semaphore::new(MOST_ASKING));
    let handle = Handle { orders, asking, calls: Arc::new(AtomicU64::new(1)), state, changes };
    Ok((control, handle))
}

#[cfg(test)]
mod tests {
    use relay_engine::{Actor, Call, Event, Phase, Request, Verb};

    use super::*;
    use crate::audit::{Audit, Limits};
    use crate::config::tests::file;
    use crate::control::Order;
    use crate::control::simulated::Simulated;
    use crate::control::store::Files;
    use crate::journal::Journal;
    use crate::lines::sim::Habits;

    #[test]
    fn after_a_cycle_the_thread_sleeps_again() {
        let folder = tempfile::tempdir().unwrap();
        let config = RelayConfig::parse(&file(&[4]).replace("off-ms = 1000", "off-ms = 20")).unwrap();
        let source = Source::Sim(Simulated::new(&config, Habits::default(), now().mono_ms, None));
        let panel = Panel::take(source.clone(), &config, Vec::new()).unwrap();
        let journal = Journal::read(&folder.path().join("journal")).unwrap().0;
        let audit = Audit::open(folder.path(), Limits::default(), now().wall_ms).unwrap();
        let (contents, boot) = (journal.contents().clone(), "this".to_owned());
        let store = Box::new(Files { journal, audit });
        let beginning = Beginning { config, source, panel, store, contents, boot, next_operation: 1 };
        let (mut control, _handle) = begin(beginning).unwrap();
        let phase = |control: &Control| control.engine.snapshot().outlets[0].phase;
        let (call, outlet, actor) = (Call(1), "pi[4]".to_owned(), Actor::Account("anna".to_owned()));
        let (verb, reason) = (Verb::Cycle { off_ms: None }, String::new());
        let request = Request { call, outlet, verb, actor, reason, force: false, dry_run: false };
        control.take(Order::Event(Event::Request(request), None));
        control.round();
        assert_eq!(phase(&control), Phase::Off);
        while phase(&control) != Phase::On {
            control.round();
        }
        control.round();
        assert!(control.wake.is_none(), "nothing is due, and {:?} is waited for", control.wake);
        assert_eq!(control.patience().as_millis(), 100, "what simulated machines need");
    }
}
