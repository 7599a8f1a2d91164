//! Lock-outs: states with hung controllers from which the living cannot bring back everything, and what would prevent them.

use std::collections::BTreeSet;

use model::DeviceId;
use switching::game::{Event, Explored, State};

use super::cones::{Cone, Cones};
use super::players::{Need, Players};
use super::{Act, CoilRef, Control, Controller, LockOut, Step, Verdict, remedies};

/// Fills `lock_outs`, `single_hang` and `beyond`.
pub fn judge(players: &Players<'_>, cones: &mut Cones, control: &mut Control) {
    let stories = stories(players, cones);
    for (controller, places) in (0_u32..).zip(&stories) {
        let own = cones.of(controller);
        let open = own.is_none_or(|(at, _)| cones.cone(at).one.is_none());
        if open && !players.controllers[controller as usize].controller.watchdog && !has_rescuer(players, controller) {
            control.unproved.push(players.device(controller));
        }
        if own.is_some_and(|(at, _)| cones.cone(at).amiss) {
            control.unfed.push(players.device(controller));
        } else if let Some(mut found) = by_one(players, cones, controller, places) {
            if let Some((at, place)) = own.filter(|_| !open) {
                found.remedies = remedies::of(players, cones, at, place, &found);
            }
            control.lock_outs.push(found);
        }
    }
    unproved_loads(players, cones, control);
    let controllers = u32::try_from(players.controllers.len()).expect("devices are bounded");
    control.single_hang = if !control.lock_outs.is_empty() {
        Verdict::Found
    } else if controllers == 0
        || control.unproved.is_empty() && control.undecided.is_empty() && control.unfed.is_empty()
    {
        Verdict::Free { controllers, states: cones.states }
    } else {
        Verdict::NotProved { states: cones.states }
    };
    beyond(players, cones, control);
}

/// By controller: cones with a state in which its hang takes something away for good, and the first such state.
fn stories(players: &Players<'_>, cones: &Cones) -> Vec<Vec<(u32, usize)>> {
    let mut stories = vec![Vec::new(); players.controllers.len()];
    for (number, cone) in (0..).zip(&cones.all) {
        if !cone.amiss {
            for (place, at) in cone.one.iter().flat_map(|explored| explored.first_lost()) {
                stories[cone.controllers[place as usize] as usize].push((number, at));
            }
        }
    }
    stories
}

/// Loads whose cone was too large to explore: whoever may cut them is not proved, unless somebody can always restart it.
fn unproved_loads(players: &Players<'_>, cones: &Cones, control: &mut Control) {
    let open = cones.all.iter().filter(|cone| cone.one.is_none()).filter_map(|cone| cone.load);
    let open = open.chain(cones.large.iter().copied()).filter_map(|device| players.need(device));
    let coils = open.flat_map(|need| need.condition.truth.variables()).filter_map(|&of| players.mover(of));
    let movers: BTreeSet<u32> = coils.flat_map(|coil| players.movers_of(coil)).collect();
    let told: BTreeSet<DeviceId> = control.lock_outs.iter().flat_map(|found| found.hung.iter().copied()).collect();
    for mover in movers {
        let Controller { device, watchdog } = players.controllers[mover as usize].controller;
        if !watchdog && !told.contains(&device) && !has_rescuer(players, mover) {
            control.unproved.push(device);
        }
    }
    control.unproved.sort_unstable();
    control.unproved.dedup();
}

fn masked(of: &[u32], mask: u32) -> impl Iterator<Item = u32> {
    of.iter().enumerate().filter(move |(at, _)| mask >> at & 1 == 1).map(|(_, &one)| one)
}

/// The lock-out by one controller that takes fewest events; of equals the one in its own cone.
fn by_one(players: &Players<'_>, cones: &Cones, controller: u32, places: &[(u32, usize)]) -> Option<LockOut> {
    let explored = |number: u32| cones.cone(number).one.as_ref().expect("only explored cones have a story");
    let own = cones.of(controller).map(|(at, _)| at);
    let &(number, at) =
        places.iter().min_by_key(|(number, at)| (explored(*number).events(*at).len(), Some(*number) != own))?;
    let cone = cones.cone(number);
    let mut found = told(players, cone, explored(number), at);
    let asserted: Vec<u32> = masked(&cone.lines, explored(number).state(at).lines).collect();
    let mut likewise: Vec<CoilRef> = Vec::new();
    for &(number, _) in places {
        let (cone, explored) = (cones.cone(number), explored(number));
        let hung = 1_u32 << cone.place(controller).expect("it hangs there");
        let same = asserted.iter().filter_map(|&line| cone.line(line)).fold(0_u32, |all, line| all | 1 << line);
        if let Some(at) = explored.holding(same, hung) {
            found.dark.extend(cone.machines(players, explored.lost(at)));
        }
        for line in 0..cone.lines.len() {
            let at = explored.holding(1 << line, hung).filter(|&at| explored.lost(at) != 0);
            let coils = at.map(|at| masked(&cone.coils, explored.state(at).coils));
            likewise.extend(coils.into_iter().flatten().map(|coil| players.coils[coil as usize].of));
        }
    }
    found.dark.sort_unstable();
    found.dark.dedup();
    likewise.sort_unstable();
    likewise.dedup();
    likewise.retain(|coil| !found.held.iter().any(|(held, _)| held == coil));
    found.likewise = likewise;
    Some(found)
}

/// A state as a story.
fn told(players: &Players<'_>, cone: &Cone, explored: &Explored, at: usize) -> LockOut {
    let state = explored.state(at);
    let device = |one: u32| players.device(one);
    let name = |coil: u32| players.coils[coil as usize].of;
    let mut events = Vec::new();
    let mut before = explored.state(Explored::START);
    for (event, to) in explored.events(at) {
        let after = explored.state(to);
        let (who, act) = match event {
            Event::Hang(who) => (device(cone.controllers[who as usize]), Act::Hangs),
            Event::Flip(line) => {
                let line = &players.lines[cone.lines[line as usize] as usize];
                let coils: Vec<CoilRef> = line.coils.iter().map(|&coil| name(coil)).collect();
                let on = after.lines.count_ones() > before.lines.count_ones() || after.coils & !before.coils != 0;
                (device(line.owner), if on { Act::Energises(coils) } else { Act::Releases(coils) })
            }
        };
        events.push(Step { who, act, dark: newly_dark(players, cone, before, after) });
        before = after;
    }
    let hung: BTreeSet<u32> = masked(&cone.controllers, state.hung).collect();
    let theirs = |coil: u32| players.movers_of(coil).iter().any(|mover| hung.contains(mover));
    let mut held: Vec<(CoilRef, bool)> =
        masked(&cone.coils, state.coils).filter(|&coil| theirs(coil)).map(|coil| (name(coil), true)).collect();
    let lost: Vec<DeviceId> = cone.machines(players, explored.lost(at)).collect();
    if held.is_empty() {
        // It is what they leave at rest that keeps something dark.
        let needs = lost.iter().filter_map(|&device| players.need(device));
        let coils = needs.flat_map(|need| need.condition.truth.variables()).filter_map(|&of| players.mover(of));
        let coils: BTreeSet<u32> = coils.filter(|&coil| theirs(coil)).collect();
        held.extend(coils.into_iter().map(|coil| (name(coil), false)));
    }
    let moved = events.iter().flat_map(|step| match &step.act {
        Act::Energises(coils) | Act::Releases(coils) => coils.clone(),
        Act::Hangs => Vec::new(),
    });
    let story: BTreeSet<CoilRef> = held.iter().map(|(coil, _)| *coil).chain(moved).collect();
    let declared = cone.coils.iter().filter(|&&coil| !players.coils[coil as usize].wired).map(|&coil| name(coil));
    LockOut {
        hung: hung.iter().map(|&one| device(one)).collect(),
        held,
        dark: lost,
        stuck: cone.machines(players, explored.stuck(at)).collect(),
        declared: declared.filter(|coil| story.contains(coil)).collect(),
        events,
        likewise: Vec::new(),
        remedies: Vec::new(),
    }
}

/// Loads that count and lose power from one state of the game to the next, all coils outside it at rest.
fn newly_dark(players: &Players<'_>, cone: &Cone, before: State, after: State) -> Vec<DeviceId> {
    let moved = masked(&cone.coils, before.coils ^ after.coils);
    let needs = moved.flat_map(|coil| players.users_of(players.coils[coil as usize].variable));
    let fed = |need: &Need, state: State| {
        need.condition.truth.holds(|of| cone.value(players, state, of).unwrap_or_else(|| players.rest(of)))
    };
    let dark = needs.filter(|need| need.counts && fed(need, before) && !fed(need, after)).map(|need| need.device);
    dark.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Whether somebody, whom this controller can never switch, can cut it: then no hang of it alone locks out.
///
/// Used where a cone is too large to explore; a proof, but not the only one possible.
fn has_rescuer(players: &Players<'_>, controller: u32) -> bool {
    let own = |of: u32| players.mover(of).is_some_and(|coil| players.movers_of(coil).contains(&controller));
    // Constant over everything that the controller may hold, with one coil energised and all others at rest.
    let sure = |truth: &switching::truth::Truth, energised: u32| {
        let loose = |of: u32| players.mover(of).is_some_and(|coil| players.coils[coil as usize].loose);
        if truth.variables().iter().any(|&of| of != energised && loose(of)) {
            return None;
        }
        truth.bound(|of| if of == energised { Some(true) } else { (!own(of)).then(|| players.rest(of)) }).constant()
    };
    let Some(fed) = &players.controllers[controller as usize].fed else { return false };
    fed.variables().iter().any(|&variable| {
        let Some(coil) = players.mover(variable).map(|at| &players.coils[at as usize]) else { return false };
        let fed_at_all = coil.back.is_none() && !own(variable) && sure(&coil.fed, variable) == Some(true);
        let alive = |line: &u32| {
            let driver = players.lines[*line as usize].owner;
            let fed = players.controllers[driver as usize].fed.as_ref();
            driver != controller
                && fed.is_some_and(|fed| sure(fed, variable) == Some(true) && sure(fed, u32::MAX) == Some(true))
        };
        fed_at_all && sure(fed, variable) == Some(false) && coil.lines.iter().any(alive)
    })
}

/// For each cone without a lock-out by one: the smallest set that locks out, if that can be explored; each set once.
fn beyond(players: &Players<'_>, cones: &mut Cones, control: &mut Control) {
    let alone: BTreeSet<DeviceId> = control.lock_outs.iter().flat_map(|found| found.hung.iter().copied()).collect();
    let mut known: BTreeSet<Vec<DeviceId>> = BTreeSet::new();
    for number in 0..u32::try_from(cones.all.len()).expect("devices are bounded") {
        let cone = cones.cone(number);
        let shape = cone.shape;
        let can = cones.game(shape).controllers.iter().filter(|one| one.hangs).count();
        let skip = |one: &u32| alone.contains(&players.device(*one)) || control.unfed.contains(&players.device(*one));
        if cone.controllers.iter().any(skip) || cone.amiss {
            continue;
        }
        for hangs in 2..=u32::try_from(can).expect("a cone is small") {
            let Some(explored) = cones.explored(shape, hangs) else { break };
            let first =
                (0..explored.len()).find(|&at| explored.lost(at) != 0 && explored.state(at).hung.count_ones() == hangs);
            if let Some(at) = first {
                let found = told(players, cones.cone(number), &explored, at);
                if known.insert(found.hung.clone()) {
                    control.beyond.push(found);
                }
                break;
            }
        }
    }
}
