//! The watch over nodes: streaks of silent looks, grace, backoff, budget, quiet hours; and when it gives up and tells a person.

use crate::action::{Answer, Record};
use crate::cuts::DAY_MS;
use crate::engine::{Engine, Waiter};
use crate::event::{Actor, Call, Verb};
use crate::run::seconds;
use crate::snapshot::Phase;

/// How long after a restart that was refused the watch asks again.
const ASK_AGAIN_MS: u64 = 60_000;

/// The watch over one node.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    pub outlet: String,
    pub streak: u32,
    /// When the streak got as long as it takes.
    pub hung_since: Option<u64>,
    pub grace_until: u64,
    pub backoff_until: u64,
    /// Restarts that did not help, one after the other.
    pub tries: u32,
    pub last_try: u64,
    pub gave_up: bool,
    pub paused_until: u64,
    /// What was recorded last, so that one state is told once.
    pub told: &'static str,
}

impl Watch {
    pub(crate) fn new(outlet: &str) -> Self {
        Self {
            outlet: outlet.to_owned(),
            streak: 0,
            hung_since: None,
            grace_until: 0,
            backoff_until: 0,
            tries: 0,
            last_try: 0,
            gave_up: false,
            paused_until: 0,
            told: "",
        }
    }
}

impl Engine {
    /// A look at a node, or a word from it.
    pub(crate) fn looked(&mut self, node: &str, alive: bool) {
        let now = self.now.mono_ms;
        if !self.started {
            return;
        }
        if alive {
            self.alive.insert(node.to_owned(), now);
        }
        let Some(w) = self.watches.iter().position(|watch| watch.outlet == node) else { return };
        let Some(at) = self.find(node) else { return };
        let backoff = self.config.watchdog.backoff_ms;
        let watch = &mut self.watches[w];
        if alive {
            watch.streak = 0;
            watch.hung_since = None;
            watch.told = "";
            if now >= watch.last_try + backoff {
                watch.tries = 0;
            }
            if std::mem::take(&mut watch.gave_up) {
                self.note(Record::on("recovered", node, &Actor::Watchdog, format!("`{node}` answers again")));
            }
            return;
        }
        if self.circuits[at].phase != Phase::On || now < watch.grace_until {
            watch.streak = 0;
            watch.hung_since = None;
            return;
        }
        watch.streak = watch.streak.saturating_add(1);
        let fails = self.config.outlets[at].probe.as_ref().map_or(u32::MAX, |probe| probe.fails);
        if watch.streak >= fails {
            watch.hung_since.get_or_insert(now);
            self.consider(w, at);
        }
    }

    /// A node counts as hung: restart it, or say once why not.
    fn consider(&mut self, w: usize, at: usize) {
        let (now, watch) = (self.now.mono_ms, &self.watches[w]);
        if self.stopping || watch.gave_up || now < watch.paused_until || now < watch.backoff_until {
            return;
        }
        if self.circuits[at].queued.is_some() {
            return;
        }
        let name = watch.outlet.clone();
        let silent_for = now - watch.hung_since.unwrap_or(now);
        if self.budget_left(w) == 0 {
            let spent = self.config.watchdog.budget;
            let sentence = format!(
                "gave up on `{name}`: it is silent, and {spent} restarts within a day did not help; somebody has to look"
            );
            self.watches[w].gave_up = true;
            self.note(Record::on("gave-up", &name, &Actor::Watchdog, sentence.clone()));
            return self.notify("gave-up", Some(&name), true, sentence);
        }
        if self.is_alone(&name) {
            let sentence = format!(
                "`{name}` and all else is silent: the network of this controller may be at fault, and nothing is restarted"
            );
            return self.tell(w, "alone", true, sentence);
        }
        let minute = u32::try_from(self.now.wall_ms / 60_000 % (24 * 60)).expect("minutes of a day are few");
        if self.config.watchdog.is_quiet(minute) {
            return self.tell(w, "quiet", false, format!("`{name}` is silent, and stays so until quiet hours end"));
        }
        let wait = self.peer_wait(at);
        if silent_for < wait {
            let sentence =
                format!("`{name}` is silent and so is another controller: it is restarted after {}", seconds(wait));
            return self.tell(w, "peer-wait", false, sentence);
        }
        let tries = self.watches[w].tries + 1;
        let dog = &self.config.watchdog;
        let backoff =
            dog.backoff_ms.saturating_mul(1_u64.checked_shl(tries - 1).unwrap_or(u64::MAX)).min(dog.backoff_max_ms);
        let dry_run = dog.dry_run;
        let reason = format!("silent for {} looks", self.watches[w].streak);
        let taken = self.ask(None, at, Verb::Cycle { off_ms: None }, Actor::Watchdog, reason, false, dry_run);
        let watch = &mut self.watches[w];
        if taken {
            watch.tries = tries;
            watch.last_try = now;
            watch.backoff_until = now + backoff;
            let sentence = format!("`{name}` is silent and is restarted, try {tries}");
            if !dry_run {
                self.notify("restart", Some(&name), false, sentence);
            }
        } else {
            watch.backoff_until = now + ASK_AGAIN_MS;
        }
    }

    /// Restarts that the watch may still do within the day; in a dry run those that it would have done count.
    pub(crate) fn budget_left(&self, w: usize) -> u32 {
        let watch = &self.watches[w];
        let cuts = u32::try_from(self.cuts_since(&watch.outlet, DAY_MS, |watchdog| watchdog).len()).unwrap_or(u32::MAX);
        let spent = if self.config.watchdog.dry_run { cuts.max(watch.tries) } else { cuts };
        self.config.watchdog.budget.saturating_sub(spent)
    }

    /// Whether there are others to hear, and none of them is heard: then the fault is likely on this side.
    fn is_alone(&self, name: &str) -> bool {
        let others = self.watches.iter().filter(|watch| watch.outlet != name);
        let looks =
            others.clone().filter_map(|watch| self.find(&watch.outlet)).filter_map(|at| self.outlet(at).probe.as_ref());
        let every = looks.map(|probe| probe.every_ms).max().unwrap_or(0);
        let fresh = self.config.limits.alive_ms.max(every * 2);
        let mut heard = self.alive.iter().filter(|(node, _)| *node != name);
        others.count() > 0 && !heard.any(|(_, at)| self.now.mono_ms <= at + fresh)
    }

    /// With a node that runs a daemon: how much longer to wait while another controller is silent too. Of a pair that watches each other, the one whose
    /// name comes first goes first.
    fn peer_wait(&self, at: usize) -> u64 {
        let outlet = self.outlet(at);
        if outlet.feeds_controller.is_empty() {
            return 0;
        }
        let peers: Vec<&String> = outlet.needs_alive.iter().chain(&self.config.watched_by).collect();
        let mutual = outlet.feeds_controller.iter().any(|node| self.config.watched_by.contains(node));
        let after = outlet.feeds_controller.iter().any(|node| *node < self.config.controller);
        let silent = peers.iter().any(|peer| !self.is_alive(peer));
        let times = u64::from(silent) + u64::from(silent && mutual && after);
        self.config.watchdog.peer_wait_ms * times
    }

    fn tell(&mut self, w: usize, what: &'static str, urgent: bool, sentence: String) {
        if self.watches[w].told == what {
            return;
        }
        self.watches[w].told = what;
        let name = self.watches[w].outlet.clone();
        self.note(Record::on("held", &name, &Actor::Watchdog, sentence.clone()));
        if urgent {
            self.notify(what, Some(&name), true, sentence);
        }
    }

    /// An outlet has power again: its node is starting.
    pub(crate) fn powered_again(&mut self, name: &str) {
        let grace = self.now.mono_ms + self.config.watchdog.grace_ms;
        for watch in self.watches.iter_mut().filter(|watch| watch.outlet == name) {
            watch.grace_until = grace;
            watch.streak = 0;
            watch.hung_since = None;
            watch.told = "";
        }
    }

    pub(crate) fn pause(&mut self, call: Call, outlet: &str, actor: &Actor, for_ms: Option<u64>) {
        let Some(at) = self.find(outlet) else { return self.no_such_outlet(call, outlet, actor) };
        let name = self.outlet(at).name.clone();
        let Some(w) = self.watches.iter().position(|watch| watch.outlet == name) else {
            let refusal = crate::Refusal::new(crate::Rule::NoSuchOutlet, format!("`{name}` is not watched"));
            return self.refuse(Some(call), Record::on("refused", &name, actor, ""), refusal);
        };
        let watch = &mut self.watches[w];
        watch.streak = 0;
        watch.hung_since = None;
        watch.gave_up = false;
        watch.told = "";
        let sentence = match for_ms.map(|ms| ms.min(self.config.limits.lock_max_ms)) {
            Some(ms) => {
                watch.paused_until = self.now.mono_ms + ms;
                format!("the watch over `{name}` is paused for {}", seconds(ms))
            }
            None => {
                watch.paused_until = 0;
                watch.backoff_until = 0;
                watch.tries = 0;
                // Somebody looked: the restarts of the day are forgiven, the limit of the hour is not.
                self.cuts.forgive(&name);
                format!("the watch over `{name}` goes on")
            }
        };
        self.persist(Waiter::Journal);
        let what = if for_ms.is_some() { "paused" } else { "resumed" };
        let record = Record::on(what, &name, actor, sentence.clone());
        self.audit(Waiter::Answer(call, Answer::Done { sentence }), record);
    }
}
