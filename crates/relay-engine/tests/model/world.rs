//! The world of the model test: what the rules allow at every step, kept apart from the engine, and checked after each of its actions.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use relay_config::{Outlet, Power, RelayConfig};
use relay_engine::{Action, Answer, Event, Phase, SLACK_MS, Standing, truth};

use crate::edge::Edge;

const HOUR_MS: u64 = 3_600_000;

pub struct World {
    pub edge: Edge,
    /// Until when each outlet that is off may be, monotonic.
    bounds: BTreeMap<String, u64>,
    /// When each was cut, monotonic; only cuts of this run are known.
    cut_at: BTreeMap<String, u64>,
    on_at: BTreeMap<String, u64>,
    last_on: Option<(u64, String)>,
    cuts: BTreeMap<String, Vec<u64>>,
    /// The wall clock was moved: limits that outlive a restart are not what they were.
    pub jumped: bool,
    /// Lines that did not obey once.
    faulty: BTreeSet<String>,
    /// The engine was not woken in time; by then it has made up for it.
    late_until: u64,
    /// What the other controller was heard to say of its outlet: power and when.
    pub distant: Option<(Power, u64)>,
    started_at: u64,
    outlets: Rc<Vec<Outlet>>,
    pub tally: Tally,
}

/// What was done, so that a test which does nothing is seen to.
#[derive(Default)]
pub struct Tally {
    pub steps: u64,
    pub cuts: u64,
    pub powered: u64,
    pub crashes: u64,
    /// Crashes with a load off or a lease on its way.
    pub crashes_midway: u64,
}

impl World {
    pub fn new(config: RelayConfig) -> Self {
        let mut world = Self {
            outlets: Rc::new(config.outlets.clone()),
            edge: Edge::new(config),
            bounds: BTreeMap::new(),
            cut_at: BTreeMap::new(),
            on_at: BTreeMap::new(),
            last_on: None,
            cuts: BTreeMap::new(),
            jumped: false,
            faulty: BTreeSet::new(),
            late_until: 0,
            distant: None,
            started_at: 0,
            tally: Tally::default(),
        };
        world.start();
        world
    }

    fn outlets(&self) -> Rc<Vec<Outlet>> {
        Rc::clone(&self.outlets)
    }

    /// Longest that a queue of outlets takes to get power, one a stagger, among as many that are promised theirs.
    fn queue_ms(&self) -> u64 {
        let config = self.edge.engine.config();
        (2 * config.outlets.len() as u64 + 1) * config.stagger_ms
    }

    pub fn start(&mut self) {
        let now = self.edge.now;
        self.started_at = now.mono_ms;
        self.cut_at.clear();
        self.on_at.clear();
        self.bounds.clear();
        self.last_on = None;
        self.distant = None;
        let boot = format!("boot {}", self.edge.boot);
        for outlet in self.outlets().iter() {
            if self.edge.power(&outlet.name) == Power::Off {
                let lease = self.edge.disk.leases.iter().find(|lease| lease.outlet == outlet.name);
                let left = match lease.map(|lease| lease.standing(now, &boot, 2 * HOUR_MS)) {
                    Some(Standing::Runs { left_ms }) => left_ms.max(self.queue_ms()),
                    _ => self.queue_ms(),
                };
                self.bounds.insert(outlet.name.clone(), now.mono_ms + left);
            }
        }
        let event = self.edge.start();
        self.step(event);
    }

    pub fn step(&mut self, event: Event) {
        let outlets = self.outlets();
        let before: Vec<Power> = outlets.iter().map(|one| self.edge.power_of(one)).collect();
        let actions = self.edge.step(event);
        for action in &actions {
            match action {
                Action::SetLine { outlet, level, .. } => {
                    let at = outlets.iter().position(|one| one.name == *outlet).expect("an outlet");
                    let one = &outlets[at];
                    if self.edge.stuck.contains(outlet) {
                        self.faulty.insert(outlet.clone());
                    }
                    match truth::power_at(one, *level) {
                        Power::Off => self.may_cut(one),
                        Power::On => self.may_power(one, before[at]),
                    }
                }
                Action::Answer { answer: Answer::Reloaded { added, removed, .. }, .. } => {
                    self.outlets = Rc::new(self.edge.engine.config().outlets.clone());
                    for name in removed {
                        self.edge.lines.remove(name);
                    }
                    for one in self.outlets().iter().filter(|one| added.contains(&one.name)) {
                        self.edge.lines.insert(one.name.clone(), truth::level_for(one, Power::On));
                        self.on_at.remove(&one.name);
                    }
                }
                _ => {}
            }
        }
        self.check();
    }

    fn may_cut(&mut self, outlet: &Outlet) {
        let (now, name) = (self.edge.now.mono_ms, &outlet.name);
        assert!(!outlet.feeds_host, "`{name}` feeds the host and was cut");
        let lease = self.edge.disk.leases.iter().find(|lease| lease.outlet == *name);
        let lease = lease.unwrap_or_else(|| panic!("`{name}` was cut, and no lease is on disk")).clone();
        assert!(
            lease.off_at_mono_ms <= now && now <= lease.off_at_mono_ms + SLACK_MS,
            "cut out of its time: {lease:?}"
        );
        assert!(now < lease.off_until_mono_ms, "cut after its end: {lease:?}");
        let told =
            |record: &relay_engine::Record| record.what == "accepted" && record.operation == Some(lease.operation);
        assert!(self.edge.audit.iter().rev().any(told), "`{name}` was cut, and no audit record is on disk");
        let config = self.edge.engine.config().clone();
        let length = lease.off_until_mono_ms - lease.off_at_mono_ms;
        let spread = SLACK_MS + self.queue_ms();
        assert!(length <= config.limits.off_max_ms + spread, "too long: {lease:?}");
        assert!(!outlet.never_hold || (lease.cycle && length <= outlet.off_ms + spread), "a hold: {lease:?}");
        let since = self.on_at.get(name).copied().unwrap_or(self.started_at);
        assert!(now >= since + outlet.on_min_ms, "`{name}` was on for {} ms only", now - since);
        let others: Vec<&Outlet> =
            config.outlets.iter().filter(|one| one.name != *name && self.edge.power(&one.name) == Power::Off).collect();
        if !outlet.feeds_controller.is_empty() {
            let down = others.iter().find(|one| !one.feeds_controller.is_empty());
            assert!(down.is_none(), "`{name}` and `{}` feed controllers, and both are off", down.expect("one").name);
        }
        let distant = self.distant.filter(|(_, at)| now <= at + config.limits.alive_ms).map(|(power, _)| power);
        for rule in config.interlocks.iter().filter(|rule| rule.hard) {
            let members = if rule.at_most.is_some() { &rule.of } else { &rule.never_both };
            if members.contains(name) {
                let far = !rule.elsewhere.is_empty() && distant == Some(Power::Off);
                let unknown = !rule.elsewhere.is_empty() && distant.is_none() && outlet.feeds_controller.is_empty();
                let off =
                    1 + others.iter().filter(|one| members.contains(&one.name)).count() + usize::from(far || unknown);
                assert!(off <= rule.at_most.unwrap_or(1) as usize, "{rule:?} is broken by `{name}`");
            }
        }
        let state = self.edge.engine.snapshot();
        let lock = state.outlets.iter().find(|one| one.name == *name).and_then(|one| one.lock.clone());
        // A lock that came between intent and line does not undo what was accepted.
        assert!(
            lock.is_none_or(|lock| lock.owner == lease.actor || lock.from_ms >= lease.off_at_ms),
            "`{name}` is locked"
        );
        let times = self.cuts.entry(name.clone()).or_default();
        let lately = times.iter().filter(|&&at| now < at + HOUR_MS).count();
        assert!(
            self.jumped || lately < config.limits.per_hour as usize,
            "`{name}` was cut {lately} times within an hour"
        );
        times.push(now);
        self.tally.cuts += 1;
        if !self.edge.stuck.contains(name) {
            self.bounds.insert(name.clone(), lease.off_until_mono_ms);
            self.cut_at.insert(name.clone(), now);
        }
    }

    fn may_power(&mut self, outlet: &Outlet, before: Power) {
        let (now, name) = (self.edge.now.mono_ms, &outlet.name);
        if before == Power::On || self.edge.stuck.contains(name) {
            return;
        }
        if let Some((last, other)) = self.last_on.as_ref().filter(|(_, other)| other != name) {
            let stagger = self.edge.engine.config().stagger_ms;
            let excused = self.faulty.contains(name) || self.faulty.contains(other);
            assert!(excused || now >= last + stagger, "`{name}` {} ms after `{other}`", now - last);
        }
        if let Some(at) = self.cut_at.get(name).filter(|_| !self.faulty.contains(name)) {
            assert!(now >= at + outlet.off_min_ms, "`{name}` was off for {} ms only", now - at);
        }
        self.tally.powered += 1;
        self.last_on = Some((now, name.clone()));
        self.on_at.insert(name.clone(), now);
        self.bounds.remove(name);
        self.faulty.remove(name);
    }

    /// Nothing is off without leave.
    fn check(&mut self) {
        let now = self.edge.now.mono_ms;
        let outlets = self.outlets();
        for outlet in outlets.iter().filter(|one| self.edge.power_of(one) == Power::Off) {
            let name = &outlet.name;
            let boot = format!("boot {}", self.edge.boot);
            let bound = self.bounds.get(name).copied().unwrap_or_else(|| panic!("`{name}` is off without leave"));
            // A renewal counts from when it is on disk and the engine goes by it.
            let longer = self.edge.disk.leases.iter().find(|lease| lease.outlet == *name && lease.boot == boot);
            if let Some(lease) = longer.filter(|lease| lease.off_until_mono_ms != bound) {
                let state = self.edge.engine.snapshot();
                let goes_by = state.outlets.iter().find(|one| one.name == *name).and_then(|one| one.lease.clone());
                if goes_by.as_ref() == Some(lease) {
                    self.bounds.insert(name.clone(), lease.off_until_mono_ms.max(self.started_at + self.queue_ms()));
                }
            }
            let bound = self.bounds[name];
            let excused = now <= self.late_until || self.faulty.contains(name) || self.edge.exited;
            assert!(now <= bound || excused, "`{name}` is off {} ms past its lease", now - bound);
        }
    }

    /// Time goes by, and the engine is woken when it asked for.
    pub fn pass(&mut self, ms: u64, settle: bool) {
        let end = self.edge.now.mono_ms + ms;
        let mut wakes = 0_u64;
        while let Some(at) = self.edge.wake.filter(|&at| at <= end) {
            self.forward(at.saturating_sub(self.edge.now.mono_ms));
            self.step(Event::Tick);
            if settle {
                self.settle();
            }
            wakes += 1;
            assert!(wakes < 100 + ms / 200, "the engine asks to be woken without end");
        }
        self.forward(end - self.edge.now.mono_ms);
        self.check();
    }

    fn forward(&mut self, ms: u64) {
        self.edge.now.mono_ms += ms;
        self.edge.now.wall_ms += ms;
    }

    /// Time goes by, and nobody wakes the engine before it is over: a suspended or starved process.
    pub fn oversleep(&mut self, ms: u64) {
        self.forward(ms);
        self.late_until = self.edge.now.mono_ms + self.queue_ms();
        self.step(Event::Tick);
    }

    pub fn report(&mut self) -> bool {
        let Some(event) = self.edge.carry_out() else { return false };
        self.step(event);
        true
    }

    pub fn settle(&mut self) {
        while self.report() {}
    }

    /// The daemon dies, some of what it asked of the disk done, and comes back.
    pub fn crash(&mut self, done: usize, released: bool, reboot: bool, down_ms: u64, wall: i64) {
        for _ in 0..done {
            // Done, and the report is lost with the daemon.
            self.edge.carry_out();
        }
        let midway = self.edge.engine.snapshot().outlets.iter().any(|one| one.phase != Phase::On);
        self.tally.crashes += 1;
        self.tally.crashes_midway += u64::from(midway);
        self.edge.crash(released);
        self.outlets = Rc::new(self.edge.engine.config().outlets.clone());
        self.forward(down_ms);
        if reboot {
            self.edge.boot += 1;
        }
        if wall != 0 {
            self.jumped = true;
            self.edge.now.wall_ms = self.edge.now.wall_ms.saturating_add_signed(wall);
        }
        self.late_until = 0;
        self.faulty.retain(|name| self.edge.stuck.contains(name));
        self.start();
    }

    /// All faults mended and time enough: everything is on, nothing waits, no lease is on disk.
    pub fn ends_powered(mut self) -> Tally {
        self.edge.disk_fails = false;
        self.edge.stuck.clear();
        self.settle();
        if self.edge.exited {
            self.crash(0, false, false, 0, 0);
        }
        for _ in 0..200 {
            self.pass(60_000, true);
            self.settle();
            if self.edge.wake.is_none() {
                break;
            }
        }
        let state = self.edge.engine.snapshot();
        for one in &state.outlets {
            assert_eq!(self.edge.power(&one.name), Power::On, "{one:?}");
            assert_eq!((one.phase, one.commanded, &one.fault), (Phase::On, Power::On, &None), "{one:?}");
            assert!(one.queued.is_none() && one.lease.is_none(), "{one:?}");
        }
        assert!(self.edge.disk.leases.is_empty(), "{:?}", self.edge.disk.leases);
        Tally { steps: self.edge.steps, ..self.tally }
    }
}
