//! What one wrong level does, and what the daemon must mind at each outlet.

use std::collections::BTreeSet;

use super::cones::Cones;
use super::players::{Need, Players};
use super::start::service;
use super::{Control, DoubleMistake, Mistake, OutletCare};
use crate::drives::Drives;
use crate::outlets::Outlet;
use model::DeviceId;

/// Fills `mistakes` and `double_mistakes`: each wired line set as it is not in service.
pub fn mistakes(players: &Players<'_>, cones: &Cones, drives: &Drives, control: &mut Control) {
    for (number, line) in (0_u32..).zip(&players.lines) {
        let Some(index) = line.line else { continue };
        let controller = players.device(line.owner);
        let mut dark: BTreeSet<DeviceId> = BTreeSet::new();
        let mut for_good = false;
        let place = cones.of(line.owner).and_then(|(at, _)| {
            let cone = cones.cone(at);
            Some((cone, cone.line(number)?, cone.one.as_ref()?))
        });
        if let Some((cone, at, explored)) = place {
            let from = service(explored);
            let step = explored.moves(from).find(|(moved, ..)| *moved == at);
            for &to in step.iter().flat_map(|(_, _, to)| *to) {
                let lost = explored.powered(from) & !explored.powered(to as usize);
                let lost = (0..).zip(&cone.controllers).filter(|(at, _)| lost >> at & 1 == 1);
                dark.extend(lost.map(|(_, &one)| players.device(one)));
                for_good |= explored.recoverable(from) && !explored.recoverable(to as usize);
            }
            if let Some((_, lost, _)) = step {
                let own = (0..).zip(&cone.controllers).filter(|(at, one)| lost >> at & 1 == 1 && **one == line.owner);
                dark.extend(own.map(|(_, &one)| players.device(one)));
            }
        }
        for &coil in &line.coils {
            let of = &players.coils[coil as usize];
            let flips = |variable: u32| players.mover(variable).is_some_and(|coil| line.coils.contains(&coil));
            for need in players.users_of(of.variable).filter(|need| !need.indicator || need.counts) {
                let truth = &need.condition.truth;
                let cut = truth.holds(|of| players.rest(of)) && !truth.holds(|of| players.rest(of) ^ flips(of));
                if cut && dark.insert(need.device) && need.counts {
                    // A latch that nobody can set back.
                    for_good |= of.back.as_ref().is_some_and(Vec::is_empty);
                }
            }
        }
        let clashes = drives.of_line(controller, index).flat_map(|drive| drive.lines.iter().copied());
        control.mistakes.push(Mistake {
            controller,
            line: index,
            coils: line.coils.iter().map(|&coil| players.coils[coil as usize].of).collect(),
            controllers: dark.iter().copied().filter(|&id| players.number(id).is_some()).collect(),
            own: dark.contains(&controller),
            dark: dark.into_iter().collect(),
            for_good,
            clashes: clashes.filter(|other| *other != (controller, index)).collect(),
        });
    }
    for need in players.needs.iter().filter(|need| need.counts) {
        doubles(players, need, control);
    }
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
