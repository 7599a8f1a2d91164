//! What has power at rest, what never gets any after a power cut, and who can cut its own supply.

use std::collections::{BTreeMap, VecDeque};

use model::DeviceId;
use switching::game::Explored;
use switching::truth::Truth;

use super::cones::Cones;
use super::players::{Need, Player, Players};
use super::{CoilRef, Control, DeadStart, SelfCut};

/// Fills `safe_at_rest`, `dead_starts` and `self_cuts`.
pub fn judge(players: &Players<'_>, cones: &Cones, control: &mut Control) {
    let at_rest = |need: &Need| need.condition.truth.holds(|of| players.rest(of));
    for need in players.needs.iter().filter(|need| need.counts && !need.condition.assumed && at_rest(need)) {
        control.safe_at_rest.push(need.device);
    }
    let startable = startable(players, cones);
    let everyone = vec![true; players.controllers.len()];
    // What hangs on the same coil as something that counts (the drive of a computer) follows that.
    let follows = |need: &&Need| {
        let mut variables = need.condition.truth.variables().iter();
        !need.counts && variables.any(|&of| players.users_of(of).any(|other| other.counts))
    };
    let dark = players.needs.iter().filter(|need| !at_rest(need) && !need.indicator);
    for need in dark.filter(|need| !follows(need)) {
        // What not even all controllers together could feed is another rule's finding.
        let brought = match (players.number(need.device), cones.of_load(need.device)) {
            (Some(number), _) => startable[number as usize],
            (None, Some((explored, place))) => explored.sure(Explored::START) >> place & 1 == 1,
            (None, None) => possible(players, &need.condition.truth, &free(players, &startable)),
        };
        if brought || !possible(players, &need.condition.truth, &free(players, &everyone)) {
            continue;
        }
        let mut waits_for: Vec<(CoilRef, DeviceId)> = Vec::new();
        // Of whom none has power, if there is anybody such; else of those who lose theirs by it.
        for none in [true, false] {
            for coil in need.condition.truth.variables().iter().filter_map(|&of| players.mover(of)) {
                for mover in players.movers_of(coil).into_iter().filter(|&mover| !(none && startable[mover as usize])) {
                    waits_for.push((players.coils[coil as usize].of, players.device(mover)));
                }
            }
            if !waits_for.is_empty() {
                break;
            }
        }
        control.dead_starts.push(DeadStart { load: need.device, waits_for, group: 0 });
    }
    group(&mut control.dead_starts);
    for controller in (0_u32..).take(players.controllers.len()) {
        self_cuts(players, cones, controller, control);
    }
}

/// Numbers the groups of those who wait for each other, from 0 in the order of loads.
fn group(starts: &mut [DeadStart]) {
    let at: BTreeMap<DeviceId, u32> = (0..).zip(starts.iter()).map(|(at, start)| (start.load, at)).collect();
    let mut joined = petgraph::unionfind::UnionFind::<u32>::new(starts.len());
    for (number, start) in (0..).zip(starts.iter()) {
        for other in start.waits_for.iter().filter_map(|(_, by)| at.get(by)) {
            joined.union(number, *other);
        }
    }
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    for (number, start) in (0..).zip(starts) {
        let next = u32::try_from(numbers.len()).expect("devices are bounded");
        start.group = *numbers.entry(joined.find(number)).or_insert(next);
    }
}

/// Whether a variable can be moved by one of these controllers.
fn free<'p>(players: &'p Players<'_>, alive: &'p [bool]) -> impl Fn(u32) -> bool + 'p {
    move |variable| {
        players.mover(variable).is_some_and(|coil| players.movers_of(coil).iter().any(|&mover| alive[mover as usize]))
    }
}

/// Whether some values of the variables that can be moved make it true, all others at rest.
fn possible(players: &Players<'_>, truth: &Truth, free: &impl Fn(u32) -> bool) -> bool {
    let bound = truth.bound(|of| (!free(of)).then(|| players.rest(of)));
    bound.constant() != Some(false)
}

/// By controller: whether it gets power at some time after all coils were at rest and nobody hung.
fn startable(players: &Players<'_>, cones: &Cones) -> Vec<bool> {
    let at_rest = |one: &Player| one.fed.as_ref().is_none_or(|fed| fed.holds(|of| players.rest(of)));
    let mut alive: Vec<bool> = players.controllers.iter().map(at_rest).collect();
    let mut queue: VecDeque<u32> = (0_u32..).take(alive.len()).filter(|&one| !alive[one as usize]).collect();
    while let Some(one) = queue.pop_front() {
        let fed = players.controllers[one as usize].fed.as_ref();
        if alive[one as usize] || fed.is_some_and(|fed| !possible(players, fed, &free(players, &alive))) {
            continue;
        }
        alive[one as usize] = true;
        let lines = players.controllers[one as usize].lines.iter();
        for &coil in lines.flat_map(|&line| &players.lines[line as usize].coils) {
            let users = players.users_of(players.coils[coil as usize].variable);
            let users = users.filter_map(|need| players.number(need.device));
            queue.extend(users.filter(|&user| !alive[user as usize]));
        }
    }
    for (number, alive) in (0..).zip(&mut alive) {
        let Some((cone, place)) = cones.of(number) else { continue };
        *alive &= cones.cone(cone).one.as_ref().is_none_or(|explored| explored.sure(Explored::START) >> place & 1 == 1);
    }
    alive
}

/// The first state in which everybody who can have power has it; else the one at rest.
pub fn service(explored: &Explored) -> usize {
    let whole = |at: &usize| {
        let state = explored.state(*at);
        state.hung == 0 && explored.powered(*at) == explored.startable()
    };
    (0..explored.len()).find(whole).unwrap_or(Explored::START)
}

fn self_cuts(players: &Players<'_>, cones: &Cones, controller: u32, control: &mut Control) {
    let device = players.device(controller);
    let fed = players.controllers[controller as usize].fed.as_ref();
    let coils_of = |line: u32| -> Vec<CoilRef> {
        players.lines[line as usize].coils.iter().map(|&coil| players.coils[coil as usize].of).collect()
    };
    let own = |line: u32| {
        let mut coils = players.lines[line as usize].coils.iter().map(|&coil| players.coils[coil as usize].variable);
        coils.any(|variable| fed.is_some_and(|fed| fed.variables().contains(&variable)))
    };
    let explored = cones.of(controller).and_then(|(cone, place)| Some((cone, place, cones.cone(cone).one.as_ref()?)));
    let Some((cone, place, explored)) = explored else {
        let Some(fed) = fed else { return };
        for &line in &players.controllers[controller as usize].lines {
            let flips =
                |of: u32| players.mover(of).is_some_and(|coil| players.lines[line as usize].coils.contains(&coil));
            if fed.holds(|of| players.rest(of)) && !fed.holds(|of| players.rest(of) ^ flips(of)) {
                control.self_cuts.push(SelfCut {
                    controller: device,
                    coils: coils_of(line),
                    releases: false,
                    around: Vec::new(),
                    for_good: false,
                });
            }
        }
        return;
    };
    let cone = cones.cone(cone);
    let from = service(explored);
    for (at, lost, to) in explored.moves(from) {
        let line = cone.lines[at as usize];
        if players.lines[line as usize].owner != controller || lost >> place & 1 == 0 {
            continue;
        }
        let around = if own(line) { Vec::new() } else { fed.map(|fed| energised(players, fed)).unwrap_or_default() };
        control.self_cuts.push(SelfCut {
            controller: device,
            coils: coils_of(line),
            releases: explored.state(from).lines >> at & 1 == 1,
            around,
            for_good: to.iter().any(|&to| explored.sure(to as usize) >> place & 1 == 0),
        });
    }
}

/// Coils that a supply hangs on.
fn energised(players: &Players<'_>, fed: &Truth) -> Vec<CoilRef> {
    let coils = fed.variables().iter().filter_map(|&of| players.mover(of));
    coils.map(|coil| players.coils[coil as usize].of).collect()
}
