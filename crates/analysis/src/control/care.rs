//! What one wrong level does, and what the daemon must mind at each outlet.

use super::cones::Cones;
use super::players::{Need, Players};
use super::start::service;
use super::{Control, DoubleMistake, Mistake, OutletCare};
use crate::drives::Drives;
use crate::outlets::Outlet;
use model::DeviceId;

/// Fills `mistakes` and `double_mistakes`: each wired line set as it is not in service.
pub fn mistakes(players: &Players<'_>, cones: &Cones, drives: &Drives, control: &mut Control) {
    let mut all = flips(players, cones);
    for (number, line) in (0_u32..).zip(&players.lines) {
        let Some(index) = line.line else { continue };
        let controller = players.device(line.owner);
        let (mut dark, for_good) = std::mem::take(&mut all[number as usize]);
        let rest = |of: u32| players.rest(of);
        let alive = players.controllers[line.owner as usize].fed.is_none_or(|fed| fed.holds(rest));
        for &coil in line.coils.iter().filter(|_| alive) {
            let of = &players.coils[coil as usize];
            let flips = |variable: u32| players.mover(variable).is_some_and(|coil| line.coils.contains(&coil));
            let others = players.users_of(of.variable).filter(|need| !need.indicator && !need.counts);
            for need in others.filter(|_| of.fed.holds(rest)) {
                let truth = &need.condition.truth;
                if truth.holds(rest) && !truth.holds(|of| players.rest(of) ^ flips(of)) {
                    dark.push(need.device);
                }
            }
        }
        dark.sort_unstable();
        dark.dedup();
        let clashes = drives.of_line(controller, index).flat_map(|drive| drive.lines.iter().copied());
        control.mistakes.push(Mistake {
            controller,
            line: index,
            coils: line.coils.iter().map(|&coil| players.coils[coil as usize].of).collect(),
            controllers: dark.iter().copied().filter(|&id| players.number(id).is_some()).collect(),
            own: dark.contains(&controller),
            dark,
            for_good,
            clashes: clashes.filter(|other| *other != (controller, index)).collect(),
        });
    }
    for need in players.needs.iter().filter(|need| need.counts) {
        doubles(players, need, control);
    }
}

/// By line: what of all that somebody counts on loses power, at least for a moment, when it alone is set as it is not in service, and
/// whether nobody can surely undo that.
fn flips(players: &Players<'_>, cones: &Cones) -> Vec<(Vec<DeviceId>, bool)> {
    let mut all = vec![(Vec::new(), false); players.lines.len()];
    for cone in &cones.all {
        let Some(explored) = &cone.one else { continue };
        let from = service(explored);
        for (at, lost, to) in explored.moves(from) {
            let (dark, for_good) = &mut all[cone.lines[at as usize] as usize];
            dark.extend(cone.machines(players, lost & explored.powered(from)));
            *for_good |= to.iter().any(|&to| explored.sure(from) & !explored.sure(to as usize) != 0);
        }
    }
    all
}

/// Pairs of coils that cut a load together, and neither alone.
fn doubles(players: &Players<'_>, need: &Need, control: &mut Control) {
    let truth = &need.condition.truth;
    let with = |flipped: &[u32]| truth.holds(|of| players.rest(of) ^ flipped.contains(&of));
    let moved: Vec<u32> = truth.variables().iter().copied().filter(|&of| players.mover(of).is_some()).collect();
    let alone: Vec<u32> = moved.iter().copied().filter(|&of| with(&[of])).collect();
    for (at, &a) in alone.iter().enumerate() {
        for &b in alone[at + 1..].iter().filter(|&&b| with(&[]) && !with(&[a, b])) {
            let of = |variable: u32| players.coils[players.mover(variable).expect("only these were kept") as usize].of;
            control.double_mistakes.push(DoubleMistake { coils: [of(a), of(b)], dark: need.device });
        }
    }
}

/// Fills `outlets`.
pub fn outlets(players: &Players<'_>, cones: &mut Cones, outlets: &[Outlet], control: &mut Control) {
    for outlet in outlets {
        let taken = outlet.takes_down.iter().copied().filter(|&id| players.number(id).is_some());
        let mut care = OutletCare { feeds_controller: taken.collect(), ..OutletCare::default() };
        care.never_hold = control.lock_outs.iter().any(|found| {
            found.hung == [outlet.controller]
                && (found.likewise.contains(&outlet.coil) || found.held.contains(&(outlet.coil, outlet.throw_nc)))
        });
        if !care.never_hold {
            care.needs_alive = needs_alive(players, cones, outlet);
        }
        control.outlets.push(care);
    }
}

/// Controllers without whom a hang in the middle of a cycle would lock out.
fn needs_alive(players: &Players<'_>, cones: &mut Cones, outlet: &Outlet) -> Vec<DeviceId> {
    let Some(controller) = players.number(outlet.controller) else { return Vec::new() };
    let Some((at, place)) = cones.of(controller) else { return Vec::new() };
    let Some(explored) = cones.explored(cones.cone(at).shape, 2) else { return Vec::new() };
    if explored.locking() >> place & 1 == 0 {
        return Vec::new();
    }
    let cone = cones.cone(at);
    let lines = players.controllers[controller as usize].lines.iter();
    let line = lines.filter(|&&line| players.lines[line as usize].line == Some(outlet.line.1));
    let lines = line.filter_map(|&line| cone.line(line)).fold(0_u32, |all, line| all | 1 << line);
    let mut needed = Vec::new();
    for (other, &who) in (0_u32..).zip(&cone.controllers) {
        let hung = 1 << other | 1 << place;
        if other != place && explored.holding(lines, hung).is_some_and(|at| explored.locked(at)) {
            needed.push(players.device(who));
        }
    }
    needed
}
