//! A plan: what a request for several outlets would do, step by step, before anything happens. The engine itself is asked: a copy of it runs ahead with
//! reports that come at once, peers that stay as they are and nobody else asking.

use std::collections::BTreeMap;

use relay_config::Power;

use crate::action::{Action, Answer, Ticket};
use crate::engine::Engine;
use crate::event::{Actor, Call, Event, Now, Request, Verb};
use crate::refusal::Refusal;
use crate::truth;

/// Most steps of the copy: a plan that is longer is cut off, and says so.
const MOST_STEPS: usize = 10_000;

/// One switching.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanStep {
    /// From the request, milliseconds.
    pub at_ms: u64,
    /// The outlet's name.
    pub outlet: String,
    /// To what.
    pub power: Power,
    /// What goes with it.
    pub takes_down: Vec<String>,
    /// Most that the outlets which are on draw after the step, milliamperes, as far as it is known.
    pub draws_ma: u64,
    /// Outlets that are on and whose draw nobody knows: `draws_ma` is without them.
    pub unknown_draws: Vec<String>,
}

/// What would happen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// In order of time.
    pub steps: Vec<PlanStep>,
    /// What would be refused, at once or after waiting: outlet and why.
    pub refused: Vec<(String, Refusal)>,
    /// What the build says has to happen before one of them goes off.
    pub before_off: Vec<String>,
    /// It goes on after the last step shown.
    pub cut_short: bool,
}

impl Engine {
    /// What the same verb for several outlets, asked in this order, would do. Changes nothing.
    pub fn plan(&self, outlets: &[String], verb: Verb, actor: &Actor, force: bool) -> Plan {
        let mut copy = self.clone();
        let mut plan = Plan::default();
        let begun = self.now();
        let mut power: BTreeMap<String, Power> =
            self.snapshot().outlets.into_iter().map(|one| (one.name, one.commanded)).collect();
        let mut wake = self.wake;
        for ticket in copy.waiters.keys().copied().collect::<Vec<Ticket>>() {
            let event = Event::Done { ticket, result: Ok(None) };
            run(&mut copy, event, begun, &mut power, &mut plan, outlets, &mut wake);
        }
        for (outlet, call) in outlets.iter().zip(0..) {
            let request = Request {
                call: Call(call),
                outlet: outlet.clone(),
                verb,
                actor: actor.clone(),
                reason: String::new(),
                force,
                dry_run: false,
            };
            run(&mut copy, Event::Request(request), begun, &mut power, &mut plan, outlets, &mut wake);
        }
        let mut steps = 0;
        let mut now = begun;
        while let Some(at) = wake.take() {
            now = Now { mono_ms: at, wall_ms: now.wall_ms + at.saturating_sub(now.mono_ms) };
            // Who was alive, and what was heard, stays so.
            copy.alive
                .values_mut()
                .filter(|alive| begun.mono_ms <= **alive + self.config.limits.alive_ms)
                .for_each(|alive| *alive = at);
            let fresh =
                copy.heard.values_mut().filter(|(_, heard)| begun.mono_ms <= *heard + self.config.limits.alive_ms);
            fresh.for_each(|(_, heard)| *heard = at);
            run(&mut copy, Event::Tick, now, &mut power, &mut plan, outlets, &mut wake);
            steps += 1;
            if steps == MOST_STEPS {
                plan.cut_short = true;
                break;
            }
        }
        // Steps of what was under way before are part of the amperes, not of the plan.
        let named: Vec<usize> = outlets.iter().filter_map(|outlet| self.find(outlet)).collect();
        for step in &mut plan.steps {
            step.at_ms -= begun.mono_ms;
        }
        plan.steps.retain(|step| self.find(&step.outlet).is_some_and(|at| named.contains(&at)));
        if verb != Verb::On {
            let is_meant = |member: &String| self.find(member).is_some_and(|at| named.contains(&at));
            let rules =
                self.config.interlocks.iter().filter(|rule| rule.of.iter().chain(&rule.never_both).any(is_meant));
            plan.before_off = rules.filter_map(|rule| rule.before_off.clone()).collect();
        }
        plan
    }
}

/// One step of the copy and all reports that follow from it.
fn run(
    copy: &mut Engine,
    event: Event,
    now: Now,
    power: &mut BTreeMap<String, Power>,
    plan: &mut Plan,
    outlets: &[String],
    wake: &mut Option<u64>,
) {
    let mut events = vec![event];
    while let Some(event) = events.pop() {
        let mut reports = Vec::new();
        for action in copy.step(event, now) {
            let (ticket, level) = match action {
                Action::Persist { ticket, .. } | Action::Audit { ticket, .. } => (ticket, None),
                Action::SetLine { ticket, outlet, level } => {
                    if let Some(at) = copy.find(&outlet) {
                        let given = truth::power_at(copy.outlet(at), level);
                        power.insert(outlet, given);
                        plan.steps.push(step(copy, at, given, now, power));
                    }
                    (ticket, None)
                }
                Action::ReadBack { ticket, outlet } => {
                    let Some(at) = copy.find(&outlet) else { continue };
                    (ticket, power.get(&outlet).map(|&given| truth::level_for(copy.outlet(at), given)))
                }
                Action::Answer { call, answer: Answer::Refused(refusal) } => {
                    let asked = usize::try_from(call.0).ok().and_then(|at| outlets.get(at));
                    plan.refused.extend(asked.map(|outlet| (outlet.clone(), refusal)));
                    continue;
                }
                Action::Notify(notice) if notice.what == "dropped" => {
                    let refusal = Refusal::new(crate::Rule::QueueMax, notice.sentence);
                    plan.refused.extend(notice.outlet.map(|outlet| (outlet, refusal)));
                    continue;
                }
                Action::WakeAt { mono_ms } => {
                    *wake = Some(mono_ms);
                    continue;
                }
                Action::Answer { .. } | Action::Notify(_) | Action::Exit => continue,
            };
            reports.push(Event::Done { ticket, result: Ok(level) });
        }
        events.extend(reports.into_iter().rev());
    }
}

fn step(copy: &Engine, at: usize, given: Power, now: Now, power: &BTreeMap<String, Power>) -> PlanStep {
    let is_on = |name: &String| power.get(name) == Some(&Power::On);
    let on = copy.config().outlets.iter().filter(|outlet| is_on(&outlet.name));
    let outlet = copy.outlet(at);
    PlanStep {
        at_ms: now.mono_ms,
        outlet: outlet.name.clone(),
        power: given,
        takes_down: outlet.takes_down.clone(),
        draws_ma: on.clone().filter_map(|outlet| outlet.draws_ma).map(u64::from).sum(),
        unknown_draws: on.filter(|outlet| outlet.draws_ma.is_none()).map(|outlet| outlet.name.clone()).collect(),
    }
}
