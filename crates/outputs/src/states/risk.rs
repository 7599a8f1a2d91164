//! What one more event brings about in a state: one thing moves, opens, welds or hangs, and something goes dark or meets.

use std::collections::{BTreeMap, BTreeSet};

use analysis::circuit::Variable;
use analysis::failures::Cause;
use analysis::nets::Link;
use analysis::what_if::{self, Change, World};
use model::{DeviceId, RunId, WireId};

use super::told;
use crate::View;
use crate::explain::Sheet;
use crate::faults::cause_name;

/// Nodes and contacts that are gone through for all events together, at most.
const WALKED: usize = 40_000_000;
/// Lines of one kind of event.
const LINES: usize = 6;
/// Events of one line.
const NAMED: usize = 4;

/// Says it, the worst of each kind first.
pub fn tell(view: View<'_>, change: &Change, now: &World, sheet: &mut Sheet) {
    let (moves, opens, welds) = (moves(view, now), opens(view, now), welds(view, now));
    let events = moves.len() + opens.len() + welds.len();
    if events * (now.circuit.network.nodes as usize + now.closed.len()) > WALKED {
        sheet.say("at risk", &format!("not looked at: {events} things may move, open or weld in a build of this size"));
        return;
    }
    let mut risk = Risk::new(view, change, now);
    let kinds = [("one moves", moves), ("one opens", opens), ("one welds", welds)];
    for (kind, events) in kinds {
        let lines = risk.lines(events);
        match lines.is_empty() {
            true => sheet.say(kind, "nothing goes dark and nothing meets"),
            false => sheet.list(kind, lines, LINES),
        }
    }
    let hangs = risk.hangs();
    match hangs.is_empty() {
        true => sheet.say("one hangs", "nobody holds something dark for good"),
        false => sheet.list("one hangs", hangs, LINES),
    }
}

/// Something that may happen, and how to say so.
type Event = (String, Box<dyn Fn(&mut Change)>);

/// Every coil and lever to where it does not stand.
fn moves(view: View<'_>, now: &World) -> Vec<Event> {
    let circuit = &now.circuit;
    let mut events: Vec<Event> = Vec::new();
    for (number, &variable) in (0..).zip(&circuit.variables) {
        let to = !now.state[number as usize];
        if matches!(variable, Variable::Position(..)) && !to {
            continue;
        }
        let words = format!("{} {}", circuit.name(view.build, number), circuit.stands(view.build, number, to));
        events.push((
            words,
            Box::new(move |change| {
                change.set.insert(variable, to);
            }),
        ));
    }
    events
}

/// Every wire, plug and fuse, and every contact that is closed.
fn opens(view: View<'_>, now: &World) -> Vec<Event> {
    let build = view.build;
    let mut events: Vec<Event> = Vec::new();
    let mut open = |cause: Cause, link: Link| {
        let words = cause_name(build, cause);
        events.push((
            words,
            Box::new(move |change| {
                change.open.insert(link);
            }),
        ));
    };
    for wire in (0..build.wires.len()).filter_map(|at| u32::try_from(at).ok()).map(WireId) {
        open(Cause::Wire(wire), Link::Wire(wire));
    }
    for (run, of) in (0..).map(RunId).zip(&build.runs) {
        if !analysis::nets::mates(&of.what).is_empty() {
            open(Cause::Plug(run), Link::Mate(run));
        }
    }
    for (id, _, part) in build.each_device() {
        for (index, _) in (0..).zip(&part.fuses) {
            open(Cause::Fuse(id, index), Link::Fuse(id, index));
        }
    }
    let closed = now.circuit.throws.iter().zip(&now.closed).filter(|(_, closed)| **closed);
    let closed: BTreeSet<(DeviceId, u32)> = closed.map(|(throw, _)| throw.contact).collect();
    for contact in closed {
        let words = cause_name(build, Cause::Open(contact.0, contact.1));
        events.push((
            words,
            Box::new(move |change| {
                change.stuck_open.insert(contact);
            }),
        ));
    }
    events
}

/// Every throw that is open, welded: the armature moves over.
fn welds(view: View<'_>, now: &World) -> Vec<Event> {
    let open = now.circuit.throws.iter().zip(&now.closed).filter(|(_, closed)| !**closed);
    let event = |(throw, _): (&analysis::circuit::Throw, &bool)| -> Event {
        let (contact, side) = (throw.contact, throw.side);
        let words = cause_name(view.build, Cause::Welded(contact.0, contact.1, side));
        (
            words,
            Box::new(move |change| {
                change.welded.insert(contact, side);
            }),
        )
    };
    open.map(event).collect()
}

struct Risk<'a> {
    view: View<'a>,
    change: &'a Change,
    now: &'a World,
    lit: BTreeSet<DeviceId>,
    meets: BTreeSet<[u32; 2]>,
}

impl<'a> Risk<'a> {
    fn new(view: View<'a>, change: &'a Change, now: &'a World) -> Self {
        let meets = now.meets.iter().map(|(rails, _)| *rails).collect();
        Self { view, change, now, lit: now.powered().into_iter().collect(), meets }
    }

    /// What happens by which events, worst first: what meets, then how much goes dark.
    fn lines(&mut self, events: Vec<Event>) -> Vec<String> {
        let mut by: BTreeMap<(usize, usize, String), Vec<String>> = BTreeMap::new();
        for (words, happens) in events {
            let mut change = self.change.clone();
            happens(&mut change);
            let then = what_if::world(self.view.build, self.view.facts, &change);
            if self.impossible(&then) {
                continue;
            }
            let dark: Vec<DeviceId> = then.dark().into_iter().filter(|device| self.lit.contains(device)).collect();
            let met = then.meets.iter().filter(|(rails, _)| !self.meets.contains(rails));
            let met: Vec<String> = met.map(|meeting| told::meeting(self.view, &then, *meeting)).collect();
            let mut harm: Vec<String> = Vec::new();
            if !met.is_empty() {
                harm.push(format!("{} meet", met.join("; ")));
            }
            if !dark.is_empty() {
                let goes = if dark.len() == 1 { "goes" } else { "go" };
                harm.push(format!("{} {goes} dark", told::names(self.view.build, &dark).join(", ")));
            }
            if !harm.is_empty() {
                let rank = (usize::MAX - met.len(), usize::MAX - dark.len(), harm.join(", "));
                by.entry(rank).or_default().push(words);
            }
        }
        let line = |((.., harm), events): ((usize, usize, String), Vec<String>)| {
            let more = events.len().saturating_sub(NAMED);
            let shown = events[..events.len().min(NAMED)].join(", ");
            if more == 0 { format!("{harm}: {shown}") } else { format!("{harm}: {shown} and {more} more") }
        };
        by.into_iter().map(line).collect()
    }

    /// Whether a coil is energised that was not, and has no supply: then it does not come to that.
    fn impossible(&self, then: &World) -> bool {
        then.circuit.network.supplies.iter().any(|need| {
            let fresh = need.when.holds(&then.state)
                && then.state.len() == self.now.state.len()
                && !need.when.holds(&self.now.state);
            fresh && !need.any_of.iter().any(|pairs| pairs.iter().all(|[a, b]| then.joined(*a, *b)))
        })
    }

    /// Controllers with power whose hang in this very state locks something out.
    fn hangs(&self) -> Vec<String> {
        let (build, control) = (self.view.build, &self.view.facts.control);
        let stands = |(device, index): (DeviceId, u32)| {
            let variable = [Variable::Coil(device, index), Variable::Latch(device, index)];
            let number = variable.into_iter().find_map(|variable| self.now.circuit.number(variable));
            number.is_some_and(|number| self.now.state[number as usize])
        };
        let mut told = Vec::new();
        for found in control.lock_outs.iter().filter(|found| found.hung.iter().all(|one| self.lit.contains(one))) {
            let here = found.held.iter().all(|&(coil, energised)| stands(coil) == energised);
            let like = found.likewise.iter().any(|&coil| stands(coil));
            if here || like {
                let hung = told::names(build, &found.hung).join(", ");
                let dark: Vec<DeviceId> = if here { found.dark.clone() } else { Vec::new() };
                let stays = match dark.is_empty() {
                    true => "what it holds dark stays dark".to_owned(),
                    false if dark.len() == 1 => format!("{} stays dark", told::names(build, &dark).join(", ")),
                    false => format!("{} stay dark", told::names(build, &dark).join(", ")),
                };
                let nobody = match found.hung.iter().all(|one| found.stuck.contains(one)) {
                    true => format!(", and nobody can restart {hung}"),
                    false => String::new(),
                };
                told.push(format!("{stays} if {hung} hangs now{nobody}"));
            }
        }
        told
    }
}
