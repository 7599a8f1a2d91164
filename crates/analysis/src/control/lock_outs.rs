//! Lock-outs: states with hung controllers from which the living cannot bring back everything, and what would prevent them.

use std::collections::BTreeSet;

use model::DeviceId;
use switching::game::{Event, Explored, State};

use super::cones::{Cone, Cones};
use super::players::{Need, Players};
use super::{Act, CoilRef, Control, LockOut, Step, Verdict, remedies};

/// Fills `lock_outs`, `single_hang` and `beyond`.
pub fn judge(players: &Players<'_>, cones: &mut Cones, control: &mut Control) {
    for controller in (0_u32..).take(players.controllers.len()) {
        let explored = cones.of(controller).and_then(|(at, place)| Some((at, place, cones.cone(at).one.clone()?)));
        let Some((at, place, explored)) = explored else {
            if !players.controllers[controller as usize].controller.watchdog && !has_rescuer(players, controller) {
                control.unproved.push(players.device(controller));
            }
            continue;
        };
        let amiss = |one: &u32| {
            let device = players.device(*one);
            players.bridged.contains(&device) || players.need(device).is_some_and(Need::unfed)
        };
        if cones.cone(at).controllers.iter().any(amiss) {
            control.unfed.push(players.device(controller));
            continue;
        }
        if let Some(mut found) = by_one(players, cones.cone(at), place, &explored) {
            found.remedies = remedies::of(players, cones, at, place, &found);
            control.lock_outs.push(found);
        }
    }
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

/// What is dark for good in a locked state: loads that count, other than those who hang.
fn dark(players: &Players<'_>, cone: &Cone, explored: &Explored, at: usize) -> Vec<DeviceId> {
    let gone = explored.startable() & !explored.ever(at);
    let mut dark: Vec<DeviceId> = masked(&cone.controllers, gone).map(|one| players.device(one)).collect();
    let stuck: BTreeSet<u32> = masked(&cone.controllers, explored.stuck(at)).collect();
    let state = explored.state(at);
    for need in counted(players, &stuck) {
        let fixed = |of: u32| {
            let coil = players.mover(of);
            let theirs = coil.is_some_and(|coil| owned(players, coil, &stuck));
            let value = cone.value(players, state, of);
            if theirs { Some(value.unwrap_or(players.rest(of))) } else { coil.is_none().then_some(false) }
        };
        if need.condition.truth.bound(fixed).constant() == Some(false) && !dark.contains(&need.device) {
            dark.push(need.device);
        }
    }
    dark.sort_unstable();
    dark
}

/// Loads that count and that some coil of these controllers moves, without themselves.
fn counted<'p>(players: &'p Players<'_>, of: &BTreeSet<u32>) -> Vec<&'p Need> {
    let lines = of.iter().flat_map(|&one| &players.controllers[one as usize].lines);
    let coils = lines.flat_map(|&line| &players.lines[line as usize].coils);
    let needs = coils.flat_map(|&coil| players.users_of(players.coils[coil as usize].variable));
    let mut needs: Vec<&Need> = needs.filter(|need| need.counts).collect();
    needs.retain(|need| players.number(need.device).is_none_or(|number| !of.contains(&number)));
    needs.sort_unstable_by_key(|need| need.device);
    needs.dedup_by_key(|need| need.device);
    needs
}

/// Whether none but these controllers moves a coil.
fn owned(players: &Players<'_>, coil: u32, of: &BTreeSet<u32>) -> bool {
    let movers = players.movers_of(coil);
    !movers.is_empty() && movers.is_subset(of)
}

fn masked(of: &[u32], mask: u32) -> impl Iterator<Item = u32> {
    of.iter().enumerate().filter(move |(at, _)| mask >> at & 1 == 1).map(|(_, &one)| one)
}

/// The first lock-out by one controller (`place` in its cone) that hangs.
fn by_one(players: &Players<'_>, cone: &Cone, place: u32, explored: &Explored) -> Option<LockOut> {
    let (hung, controller) = (1_u32 << place, cone.controllers[place as usize]);
    if explored.locking() & hung == 0 {
        return None;
    }
    let own = cone.lines.iter().enumerate().filter(|(_, line)| players.lines[**line as usize].owner == controller);
    let singles: Vec<usize> = own
        .filter_map(|(line, _)| explored.holding(1 << line, hung))
        .filter(|&at| explored.locked(at) && !dark(players, cone, explored, at).is_empty())
        .collect();
    let stuck = (0..explored.len()).find(|&at| explored.state(at).hung == hung && explored.locked(at))?;
    let leaves = leaves(players, cone, explored, stuck, controller);
    let first = (0..explored.len())
        .filter(|&at| explored.state(at).hung == hung && explored.locked(at))
        .find(|&at| !dark(players, cone, explored, at).is_empty());
    let mut found = match (first, leaves.first()) {
        (Some(at), _) if !singles.is_empty() || leaves.is_empty() => told(players, cone, explored, at, &[]),
        (_, Some(leaf)) => told(players, cone, explored, stuck, leaf),
        (Some(at), None) => told(players, cone, explored, at, &[]),
        (None, None) => return None,
    };
    let held = |at: &usize| masked(&cone.coils, explored.state(*at).coils).map(|coil| players.coils[coil as usize].of);
    let mut likewise: Vec<CoilRef> = singles.iter().flat_map(held).collect();
    if explored.state(stuck).lines == explored.state(Explored::START).lines {
        likewise.extend(leaves.iter().filter_map(|leaf| match leaf.as_slice() {
            &[(coil, true)] => Some(players.coils[coil as usize].of),
            _ => None,
        }));
    }
    likewise.sort_unstable();
    likewise.dedup();
    likewise.retain(|coil| !found.held.iter().any(|(held, _)| held == coil));
    found.likewise = likewise;
    Some(found)
}

/// How a controller that stays stuck keeps loads outside its cone dark: coils and how it holds them, smallest first.
fn leaves(
    players: &Players<'_>,
    cone: &Cone,
    explored: &Explored,
    at: usize,
    controller: u32,
) -> Vec<Vec<(u32, bool)>> {
    let stuck: BTreeSet<u32> = masked(&cone.controllers, explored.stuck(at)).collect();
    if !stuck.contains(&controller) {
        return Vec::new();
    }
    let own = BTreeSet::from([controller]);
    let mut found: Vec<Vec<(u32, bool)>> = Vec::new();
    for need in counted(players, &own) {
        let truth = &need.condition.truth;
        let coils: Vec<u32> = truth.variables().iter().filter_map(|&of| players.mover(of)).collect();
        let theirs: Vec<u32> = coils
            .into_iter()
            .filter(|&coil| owned(players, coil, &own) && cone.coils.binary_search(&coil).is_err())
            .collect();
        let patterns = (0_u32..1 << theirs.len()).filter(|pattern| {
            let held = |of: u32| {
                let coil = players.mover(of);
                let at = coil.and_then(|coil| theirs.binary_search(&coil).ok());
                at.map(|at| pattern >> at & 1 == 1).or(coil.is_none().then_some(false))
            };
            truth.bound(held).constant() == Some(false)
        });
        let least = patterns.min_by_key(|pattern| pattern.count_ones());
        let Some(pattern) = least.filter(|_| !theirs.is_empty()) else { continue };
        let held: Vec<(u32, bool)> =
            theirs.iter().enumerate().map(|(at, &coil)| (coil, pattern >> at & 1 == 1)).collect();
        let some = held.iter().any(|(_, energised)| *energised);
        let held: Vec<(u32, bool)> = held.into_iter().filter(|(_, energised)| *energised || !some).collect();
        if !found.contains(&held) {
            found.push(held);
        }
    }
    found.sort_by_key(Vec::len);
    found
}

/// A locked state as a story; `leaves`: coils outside the cone that the first who hangs holds besides.
fn told(players: &Players<'_>, cone: &Cone, explored: &Explored, at: usize, leaves: &[(u32, bool)]) -> LockOut {
    let state = explored.state(at);
    let device = |one: u32| players.device(one);
    let name = |coil: u32| players.coils[coil as usize].of;
    let mut events = Vec::new();
    let mut before = explored.state(Explored::START);
    let mut done: Vec<u32> = Vec::new();
    let mut waiting = leaves.iter().filter(|(_, energised)| *energised).collect::<Vec<_>>();
    for (event, to) in explored.events(at) {
        let after = explored.state(to);
        let mut step = match event {
            Event::Hang(who) => {
                for &(coil, _) in waiting.drain(..) {
                    let cut = |need: &Need, moved: &[u32]| {
                        let moved = |of: u32| players.mover(of).is_some_and(|coil| moved.contains(&coil));
                        !need.condition.truth.holds(|of| players.rest(of) ^ moved(of))
                    };
                    let mut now = done.clone();
                    now.push(coil);
                    let dark = players.users_of(players.coils[coil as usize].variable).filter(|need| need.counts);
                    let dark =
                        dark.filter(|need| cut(need, &now) && !cut(need, &done)).map(|need| need.device).collect();
                    done = now;
                    let who = device(cone.controllers[who as usize]);
                    events.push(Step { who, act: Act::Energises(vec![name(coil)]), dark });
                }
                Step { who: device(cone.controllers[who as usize]), act: Act::Hangs, dark: Vec::new() }
            }
            Event::Flip(line) => {
                let line = &players.lines[cone.lines[line as usize] as usize];
                let coils: Vec<CoilRef> = line.coils.iter().map(|&coil| name(coil)).collect();
                let on = after.lines.count_ones() > before.lines.count_ones() || after.coils & !before.coils != 0;
                let act = if on { Act::Energises(coils) } else { Act::Releases(coils) };
                Step { who: device(line.owner), act, dark: Vec::new() }
            }
        };
        step.dark = newly_dark(players, cone, before, after);
        events.push(step);
        before = after;
    }
    let hung: Vec<u32> = masked(&cone.controllers, state.hung).collect();
    let theirs: BTreeSet<u32> = hung.iter().copied().collect();
    let mut held: Vec<(CoilRef, bool)> = masked(&cone.coils, state.coils)
        .filter(|&coil| players.movers_of(coil).iter().any(|mover| theirs.contains(mover)))
        .map(|coil| (name(coil), true))
        .collect();
    held.extend(leaves.iter().map(|&(coil, energised)| (name(coil), energised)));
    let mut gone = dark(players, cone, explored, at);
    for need in counted(players, &theirs) {
        let fixed = |of: u32| {
            let coil = players.mover(of)?;
            leaves.iter().find(|(leaf, _)| *leaf == coil).map(|(_, energised)| *energised)
        };
        if !leaves.is_empty()
            && need.condition.truth.bound(fixed).constant() == Some(false)
            && !gone.contains(&need.device)
        {
            gone.push(need.device);
        }
    }
    gone.sort_unstable();
    let told = held.iter().map(|(coil, _)| *coil);
    let moved = events.iter().flat_map(|step| match &step.act {
        Act::Energises(coils) | Act::Releases(coils) => coils.clone(),
        Act::Hangs => Vec::new(),
    });
    let story: BTreeSet<CoilRef> = told.chain(moved).collect();
    let rescue = cone.coils.iter().filter(|&&coil| !players.coils[coil as usize].wired);
    let declared = rescue.map(|&coil| name(coil));
    let leaf = leaves.iter().filter(|(coil, _)| !players.coils[*coil as usize].wired).map(|(coil, _)| name(*coil));
    let declared = declared.chain(leaf).filter(|coil| story.contains(coil)).collect::<BTreeSet<_>>();
    LockOut {
        hung: hung.iter().map(|&one| device(one)).collect(),
        held,
        dark: gone,
        stuck: masked(&cone.controllers, explored.stuck(at)).map(device).collect(),
        events,
        likewise: Vec::new(),
        remedies: Vec::new(),
        declared: declared.into_iter().collect(),
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

/// For each cone without a lock-out by one: the smallest set that locks out, if that can be explored.
fn beyond(players: &Players<'_>, cones: &mut Cones, control: &mut Control) {
    let alone: BTreeSet<DeviceId> = control.lock_outs.iter().flat_map(|found| found.hung.iter().copied()).collect();
    for number in 0..u32::try_from(cones.all.len()).expect("devices are bounded") {
        let cone = cones.cone(number);
        let shape = cone.shape;
        let can = cones.game(shape).controllers.iter().filter(|one| one.hangs).count();
        let skip = |one: &u32| alone.contains(&players.device(*one)) || control.unfed.contains(&players.device(*one));
        if cone.controllers.iter().any(skip) {
            continue;
        }
        for hangs in 2..=u32::try_from(can).expect("a cone is small") {
            let Some(explored) = cones.explored(shape, hangs) else { break };
            let cone = cones.cone(number);
            let first = (0..explored.len()).filter(|&at| explored.state(at).hung.count_ones() == hangs);
            let first =
                first.filter(|&at| explored.locked(at)).find(|&at| !dark(players, cone, &explored, at).is_empty());
            if let Some(at) = first {
                let found = told(players, cone, &explored, at, &[]);
                if !control.beyond.contains(&found) {
                    control.beyond.push(found);
                }
                break;
            }
        }
    }
}
