//! An edge for tests: lines, a disk and clocks of plain data. Lines move when they are told to; reports come when the test says.
#![allow(dead_code)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use relay_config::{Level, Outlet, Power, RelayConfig};
use relay_engine::{Action, Engine, Event, Failure, Found, Journal, Now, Record, Start, Ticket, truth};

/// Everything outside of the engine.
pub struct Edge {
    pub engine: Engine,
    pub now: Now,
    pub boot: u32,
    /// Levels by outlet's name.
    pub lines: BTreeMap<String, Level>,
    pub disk: Journal,
    pub audit: Vec<Record>,
    /// Reports that were not given yet.
    pub pending: VecDeque<Action>,
    pub wake: Option<u64>,
    pub disk_fails: bool,
    /// Outlets whose line does not move.
    pub stuck: BTreeSet<String>,
    /// Steps of the engine.
    pub steps: u64,
    pub exited: bool,
}

impl Edge {
    pub fn new(config: RelayConfig) -> Self {
        let lines = config.outlets.iter().map(|one| (one.name.clone(), truth::level_for(one, Power::On))).collect();
        Self {
            engine: Engine::new(config),
            now: Now { mono_ms: 1_000_000, wall_ms: 1_800_000_000_000 },
            boot: 1,
            lines,
            disk: Journal::default(),
            audit: Vec::new(),
            pending: VecDeque::new(),
            wake: None,
            disk_fails: false,
            stuck: BTreeSet::new(),
            steps: 0,
            exited: false,
        }
    }

    pub fn power_of(&self, outlet: &Outlet) -> Power {
        self.lines.get(&outlet.name).map_or(Power::On, |level| truth::power_at(outlet, *level))
    }

    pub fn power(&self, name: &str) -> Power {
        let outlet = self.engine.config().outlets.iter().find(|one| one.name == name).expect("an outlet");
        truth::power_at(outlet, self.lines[name])
    }

    /// One step; lines move at once, everything with a ticket is left pending. Gives the actions.
    pub fn step(&mut self, event: Event) -> Vec<Action> {
        self.steps += 1;
        let actions = self.engine.step(event, self.now);
        // A wake that was reached is over; without another one the engine has nothing to do.
        self.wake = self.wake.filter(|&at| at > self.now.mono_ms);
        for action in &actions {
            match action {
                Action::SetLine { outlet, level, .. } => {
                    if !self.stuck.contains(outlet) {
                        self.lines.insert(outlet.clone(), *level);
                    }
                    self.pending.push_back(action.clone());
                }
                Action::Persist { .. } | Action::Audit { .. } | Action::ReadBack { .. } => {
                    self.pending.push_back(action.clone());
                }
                Action::WakeAt { mono_ms } => self.wake = Some(*mono_ms),
                Action::Exit => self.exited = true,
                Action::Notify(_) | Action::Answer { .. } => {}
            }
        }
        actions
    }

    /// Carries out the oldest pending action; gives its report.
    pub fn carry_out(&mut self) -> Option<Event> {
        let action = self.pending.pop_front()?;
        let full = || Failure("No space left on device".to_owned());
        let (ticket, result): (Ticket, Result<Option<Level>, Failure>) = match action {
            Action::Persist { ticket, .. } | Action::Audit { ticket, .. } if self.disk_fails => (ticket, Err(full())),
            Action::Persist { ticket, journal } => {
                self.disk = journal;
                (ticket, Ok(None))
            }
            Action::Audit { ticket, record } => {
                self.audit.push(record);
                (ticket, Ok(None))
            }
            Action::SetLine { ticket, .. } => (ticket, Ok(None)),
            Action::ReadBack { ticket, outlet } => (ticket, Ok(Some(self.lines[&outlet]))),
            other => panic!("{other:?} has no report"),
        };
        Some(Event::Done { ticket, result })
    }

    /// The event that starts an engine on the lines as they are.
    pub fn start(&self) -> Event {
        let found =
            self.lines.iter().map(|(name, level)| Found { outlet: name.clone(), level: Some(*level) }).collect();
        let next_operation = self.audit.iter().filter_map(|record| record.operation).max().unwrap_or(0) + 1;
        let boot = format!("boot {}", self.boot);
        Event::Start(Start { journal: self.disk.clone(), found, boot, next_operation })
    }

    /// The daemon dies: what was not carried out is lost. `released` lines fall back to rest.
    pub fn crash(&mut self, released: bool) {
        self.pending.clear();
        self.wake = None;
        self.exited = false;
        let config = self.engine.config().clone();
        for outlet in config.outlets.iter().filter(|_| released) {
            self.lines.insert(outlet.name.clone(), outlet.safe);
        }
        self.engine = Engine::new(config);
    }
}
