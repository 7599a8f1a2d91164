//! Whether an outlet may be cut: the interlocks, one after the other, and what is told of the first that says no.

use relay_config::{Interlock, Power};

use crate::cuts::HOUR_MS;
use crate::engine::{Engine, SLACK_MS};
use crate::event::{Actor, Verb};
use crate::refusal::{Refusal, Rule};
use crate::run::seconds;
use crate::snapshot::Phase;

/// How long a controller shows that it is about to cut another one before it does: the others may object.
pub(crate) const CLAIM_MS: u64 = 2_000;

/// Why not, or not yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Hold {
    Refuse(Refusal),
    Wait { rule: Rule, sentence: String, at: Option<u64> },
}

fn refuse<T>(rule: Rule, sentence: String) -> Result<T, Hold> {
    Err(Hold::Refuse(Refusal::new(rule, sentence)))
}

/// Who asks to cut what.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub at: usize,
    pub verb: Verb,
    pub actor: &'a Actor,
    pub force: bool,
}

impl Engine {
    /// The end of the lease that the cut would get, monotonic; or why it may not be.
    pub(crate) fn judge(&self, ask: Ask<'_>) -> Result<u64, Hold> {
        let length = self.judge_for_ever(ask)?;
        self.judge_peers(ask)?;
        for interlock in &self.config.interlocks {
            self.judge_interlock(ask, interlock)?;
        }
        self.judge_times(ask, length)
    }

    /// Once more, right before the line: what others said or locked while the disk was written.
    pub(crate) fn judge_again(&mut self, at: usize) -> Result<(), Hold> {
        let Some(operation) = self.circuits[at].running.and_then(|id| self.operations.get(&id)).cloned() else {
            return Ok(());
        };
        let ask = Ask { at, verb: operation.verb, actor: &operation.actor, force: operation.force };
        let phase = std::mem::replace(&mut self.circuits[at].phase, Phase::On);
        let judged = self.judge_lock(ask).and_then(|()| self.judge_peers(ask)).and_then(|()| {
            self.config.interlocks.iter().try_for_each(|interlock| self.judge_interlock(ask, interlock))
        });
        self.circuits[at].phase = phase;
        judged
    }

    /// What no waiting changes. Gives the time off that was asked for.
    pub(crate) fn judge_for_ever(&self, ask: Ask<'_>) -> Result<u64, Hold> {
        let (outlet, limits) = (self.outlet(ask.at), &self.config.limits);
        let name = &outlet.name;
        if !self.started || self.stopping {
            return refuse(Rule::NotReady, "the daemon is starting or ending".to_owned());
        }
        if outlet.feeds_host {
            return refuse(
                Rule::FeedsHost,
                format!("`{name}` feeds `{}`, which runs this daemon", self.config.controller),
            );
        }
        let length = match ask.verb {
            Verb::Cycle { off_ms } => off_ms.unwrap_or(outlet.off_ms),
            Verb::Off { for_ms } => for_ms.unwrap_or(limits.off_default_ms),
            Verb::On => 0,
        };
        if outlet.never_hold && (!matches!(ask.verb, Verb::Cycle { .. }) || length > outlet.off_ms) {
            let most = seconds(outlet.off_ms);
            return refuse(
                Rule::NeverHold,
                format!(
                    "`{name}` may be cycled, off for at most {most}, and never be left off: a hang meanwhile would lock everybody out"
                ),
            );
        }
        if length > limits.off_max_ms {
            return refuse(Rule::OffMax, format!("nothing is off for longer than {}", seconds(limits.off_max_ms)));
        }
        if length < outlet.off_min_ms {
            return refuse(Rule::OffMin, format!("`{name}` stays off for at least {}", seconds(outlet.off_min_ms)));
        }
        self.judge_lock(ask)?;
        if let Some(fault) = &self.circuits[ask.at].fault {
            return refuse(Rule::Line, fault.clone());
        }
        let lately = self.cuts_since(name, HOUR_MS, |_| true);
        if lately.len() >= limits.per_hour as usize {
            let oldest = lately[lately.len() - limits.per_hour as usize];
            let free = oldest + 60 * 60 * 1000 - i64::try_from(self.now.mono_ms).unwrap_or(i64::MAX);
            let sentence = format!("`{name}` was cut {} times within an hour, and that is its limit", lately.len());
            let retry_after_ms = u64::try_from(free.max(0)).ok();
            return Err(Hold::Refuse(Refusal { retry_after_ms, ..Refusal::new(Rule::PerHour, sentence) }));
        }
        Ok(length)
    }

    /// Times of an outlet's cuts that are younger than `ms`, monotonic, oldest first.
    pub(crate) fn cuts_since(&self, name: &str, ms: u64, of: fn(bool) -> bool) -> Vec<i64> {
        self.cuts.since(name, ms, self.now, of)
    }

    pub(crate) fn judge_lock(&self, ask: Ask<'_>) -> Result<(), Hold> {
        let name = &self.outlet(ask.at).name;
        let lock = self.locks.iter().find(|(lock, _)| lock.outlet == *name && lock.owner != *ask.actor);
        let Some((lock, until)) = lock else { return Ok(()) };
        let left = until.saturating_sub(self.now.mono_ms);
        let sentence = format!("`{name}` is locked by {} for another {}: {}", lock.owner, seconds(left), lock.reason);
        Err(Hold::Refuse(Refusal { retry_after_ms: Some(left), ..Refusal::new(Rule::Locked, sentence) }))
    }

    pub(crate) fn is_alive(&self, controller: &str) -> bool {
        let fresh = self.config.limits.alive_ms;
        self.alive.get(controller).is_some_and(|&at| self.now.mono_ms <= at + fresh)
    }

    /// The other controllers: those that must answer, and those that are cutting one themselves.
    fn judge_peers(&self, ask: Ask<'_>) -> Result<(), Hold> {
        let outlet = self.outlet(ask.at);
        let (name, now) = (&outlet.name, self.now.mono_ms);
        let routine = !ask.force && *ask.actor != Actor::Watchdog;
        if let Some(silent) = outlet.needs_alive.iter().find(|&other| routine && !self.is_alive(other)) {
            let sentence = format!(
                "`{silent}` does not answer, and with `{name}` off it is the one that could restart this controller"
            );
            return Err(Hold::Refuse(Refusal { force_helps: true, ..Refusal::new(Rule::NeedsAlive, sentence) }));
        }
        if outlet.feeds_controller.is_empty() {
            return Ok(());
        }
        let wait = |sentence: String, at: Option<u64>| Err(Hold::Wait { rule: Rule::PeerLock, sentence, at });
        for (other, (heard, at)) in &self.heard {
            let stale = at + self.config.limits.alive_ms;
            if now > stale {
                continue;
            }
            if let Some(down) = heard.cutting.first() {
                return wait(format!("`{other}` is restarting `{down}`"), Some(stale + 1));
            }
            if let Some(claimed) = heard.claims.first().filter(|_| *other < self.config.controller) {
                return wait(format!("`{other}` is about to restart `{claimed}`"), Some(stale + 1));
            }
        }
        let down = (0..self.circuits.len()).find(|&at| {
            at != ask.at && self.circuits[at].phase != Phase::On && !self.outlet(at).feeds_controller.is_empty()
        });
        if let Some(at) = down {
            let sentence = format!("`{}` feeds a controller too, and is off", self.outlet(at).name);
            return wait(sentence, self.circuits[at].on_at.filter(|&on_at| on_at > now));
        }
        let others = !self.config.watched_by.is_empty() || !outlet.needs_alive.is_empty() || !self.heard.is_empty();
        match self.circuits[ask.at].claimed_at {
            _ if !others => Ok(()),
            Some(at) if now >= at + CLAIM_MS => Ok(()),
            claimed => wait(
                "the other controllers are told first".to_owned(),
                Some(claimed.map_or(now + CLAIM_MS, |at| at + CLAIM_MS)),
            ),
        }
    }

    /// Whether an outlet here, or what goes down with one, is without power or about to be.
    fn is_down(&self, name: &str) -> bool {
        (0..self.circuits.len()).any(|at| {
            self.circuits[at].phase != Phase::On && self.outlet(at).takes_down.iter().any(|down| down == name)
        })
    }

    fn judge_interlock(&self, ask: Ask<'_>, interlock: &Interlock) -> Result<(), Hold> {
        if ask.force && !interlock.hard {
            return Ok(());
        }
        let outlet = self.outlet(ask.at);
        // A hung machine is no routine: for its sake an outlet of a silent controller counts as on where the interlock is soft or the machine a controller.
        let routine = *ask.actor != Actor::Watchdog;
        let strict = routine || (interlock.hard && outlet.feeds_controller.is_empty());
        let elsewhere: Vec<(&str, Option<Power>)> =
            interlock.elsewhere.iter().map(|name| (name.as_str(), self.known(name))).collect();
        let off_elsewhere = elsewhere.iter().filter(|(_, power)| match power {
            Some(power) => *power == Power::Off,
            None => strict,
        });
        let off_elsewhere: Vec<(&str, bool)> = off_elsewhere.map(|(name, power)| (*name, power.is_some())).collect();
        let id = &interlock.name;
        let lists =
            [(Rule::AtMost, &interlock.of, interlock.at_most), (Rule::NeverBoth, &interlock.never_both, Some(1))];
        for (rule, members, most) in lists {
            let Some(most) = most else { continue };
            let goes =
                members.iter().filter(|member| outlet.takes_down.contains(member) && !self.is_down(member)).count();
            let down: Vec<&String> = members.iter().filter(|member| self.is_down(member)).collect();
            if goes == 0 || goes + down.len() + off_elsewhere.len() <= most as usize {
                continue;
            }
            let no = |sentence: String| Refusal {
                interlock: Some(id.clone()),
                force_helps: !interlock.hard,
                ..Refusal::new(rule, sentence)
            };
            if goes > most as usize {
                return Err(Hold::Refuse(no(format!(
                    "`{id}`: with `{}` {goes} of them would be off, and at most {most} may be",
                    outlet.name
                ))));
            }
            let mut names: Vec<String> = down.iter().map(|name| format!("`{name}` is off")).collect();
            names.extend(off_elsewhere.iter().map(|(name, known)| {
                format!(
                    "`{name}` is {}",
                    if *known { "off" } else { "another controller's, and counts as off until that says otherwise" }
                )
            }));
            let sentence = format!("`{id}`: at most {most} may be off, and {}", names.join(", "));
            if off_elsewhere.iter().any(|(_, known)| !known) {
                return Err(Hold::Refuse(no(sentence)));
            }
            // It waits for what comes back by itself soon, and not for a long hold.
            let now = self.now.mono_ms;
            let back = (0..self.circuits.len()).filter(|&at| members.contains(&self.outlet(at).name));
            let at = back.filter_map(|at| self.circuits[at].on_at).filter(|&at| at > now).min();
            if let Some(at) = at.filter(|&at| at > now + self.config.limits.queue_ms) {
                return Err(Hold::Refuse(Refusal { retry_after_ms: Some(at - now), ..no(sentence) }));
            }
            return Err(Hold::Wait { rule, sentence, at });
        }
        Ok(())
    }

    /// What another controller said of an outlet of its own, if that is fresh.
    fn known(&self, name: &str) -> Option<Power> {
        let fresh = self.heard.values().filter(|(_, at)| self.now.mono_ms <= at + self.config.limits.alive_ms);
        fresh.flat_map(|(heard, _)| &heard.outlets).find(|(outlet, _)| outlet == name).map(|(_, power)| *power)
    }

    fn judge_times(&self, ask: Ask<'_>, length: u64) -> Result<u64, Hold> {
        let (outlet, circuit, now) = (self.outlet(ask.at), &self.circuits[ask.at], self.now.mono_ms);
        let name = &outlet.name;
        let may = circuit.on_since + outlet.on_min_ms;
        if circuit.phase == Phase::On && now < may {
            let sentence = format!("`{name}` stays on for at least {}", seconds(outlet.on_min_ms));
            if may > now + self.config.limits.queue_ms {
                let retry_after_ms = Some(may - now);
                return Err(Hold::Refuse(Refusal { retry_after_ms, ..Refusal::new(Rule::OnMin, sentence) }));
            }
            return Err(Hold::Wait { rule: Rule::OnMin, sentence, at: Some(may) });
        }
        let end = match ask.verb {
            Verb::Cycle { .. } => Some(self.earliest(now + length + SLACK_MS, ask.at)),
            _ => {
                let least = outlet.off_min_ms + SLACK_MS;
                self.latest(now + length.max(least), now + least, ask.at)
            }
        };
        // A cycle's end may move behind others'; not past the longest lease.
        let longest =
            self.config.limits.off_max_ms + 2 * SLACK_MS + self.config.stagger_ms * self.circuits.len() as u64;
        match end {
            Some(end) if end <= now + longest => Ok(end),
            _ => {
                let sentence = format!(
                    "power would come back less than {} from another outlet's",
                    seconds(self.config.stagger_ms)
                );
                Err(Hold::Wait { rule: Rule::Stagger, sentence, at: Some(now + SLACK_MS) })
            }
        }
    }

    /// When other outlets' power came back last, and is to come back, ascending.
    fn slots(&self, except: usize) -> Vec<u64> {
        let others = self.circuits.iter().enumerate().filter(|(at, _)| *at != except);
        let times = others.flat_map(|(_, circuit)| [circuit.on_at, Some(circuit.told_on).filter(|&at| at > 0)]);
        let mut slots: Vec<u64> = times.flatten().collect();
        slots.sort_unstable();
        slots
    }

    /// The first moment from `from` on that keeps the stagger to all others.
    pub(crate) fn earliest(&self, from: u64, except: usize) -> u64 {
        let stagger = self.config.stagger_ms;
        let mut at = from;
        for slot in self.slots(except) {
            if slot.abs_diff(at) < stagger {
                at = slot + stagger;
            }
        }
        at
    }

    /// The last moment up to `until`, and not before `from`, that keeps the stagger to all others.
    pub(crate) fn latest(&self, until: u64, from: u64, except: usize) -> Option<u64> {
        let stagger = self.config.stagger_ms;
        let mut at = until;
        for slot in self.slots(except).into_iter().rev() {
            if slot.abs_diff(at) < stagger {
                at = slot.checked_sub(stagger)?;
            }
        }
        Some(at).filter(|&at| from <= at)
    }
}
