//! What would prevent a lock-out: each candidate is put into the game, and the game explored again.

use std::collections::BTreeSet;

use switching::game::Game;
use switching::truth::Truth;

use super::cones::{Cones, Swap, closure, game};
use super::players::Players;
use super::{LockOut, Remedy};

/// Most computers that are tried as another driver.
const CANDIDATES: usize = 8;

/// Remedies for a lock-out by one controller: a cone, and the controller's place in it.
pub fn of(players: &Players<'_>, cones: &mut Cones, at: u32, place: u32, found: &LockOut) -> Vec<Remedy> {
    let cone = cones.cone(at);
    let (plain, controllers, coils) = (cones.game(cone.shape).clone(), cone.controllers.clone(), cone.coils.clone());
    let hung = 1_u32 << place;
    let mut remedies = Vec::new();
    let mut with = plain.clone();
    with.controllers[place as usize].hangs = false;
    if free(cones, with, hung) {
        remedies.push(Remedy::Watchdog(players.device(controllers[place as usize])));
    }
    for &coil in &coils {
        let [line] = players.coils[coil as usize].lines[..] else { continue };
        if players.lines[line as usize].coils.len() > 1 {
            continue;
        }
        for to in candidates(players, &controllers) {
            // Whoever drives it must leave no lock-out at all, also where the others have some of their own.
            let swap = Swap { line, to };
            if to == swap.from(players) {
                continue;
            }
            let mut seeds = controllers.clone();
            if !seeds.contains(&to) {
                seeds.push(to);
            }
            let Some(of) = closure(players, &seeds, Some(swap), None) else { continue };
            if free(cones, game(players, &of, Some(swap), None), u32::MAX) {
                remedies.push(Remedy::OtherDriver(players.coils[coil as usize].of, players.device(to)));
            }
        }
    }
    if let &[(coil, true)] = found.held.as_slice()
        && found.likewise.is_empty()
        && let Some(number) = coils.iter().position(|&one| players.coils[one as usize].of == coil)
        && let [line] = plain.coils[number].sets[..]
        && free(cones, without(&plain, line), hung)
    {
        remedies.push(Remedy::LeaveAtRest(coil));
    }
    remedies
}

/// Whether no hang of these locks out.
fn free(cones: &mut Cones, game: Game, of: u32) -> bool {
    let shape = cones.shape(game);
    cones.explored(shape, 1).is_some_and(|explored| explored.locking() & of == 0)
}

/// The controllers themselves, and computers that hang on their coils and drive nothing yet.
fn candidates(players: &Players<'_>, controllers: &[u32]) -> BTreeSet<u32> {
    let lines = controllers.iter().flat_map(|&one| &players.player(one).lines);
    let coils = lines.flat_map(|&line| &players.lines[line as usize].coils);
    let loads = coils.flat_map(|&coil| players.users_of(players.coils[coil as usize].variable));
    let idle = loads.filter_map(|need| players.bystander(need.device));
    controllers.iter().copied().chain(idle).take(CANDIDATES).collect()
}

/// The game in which a line moves nothing.
fn without(game: &Game, line: u32) -> Game {
    let mut with = game.clone();
    for coil in with.coils.iter_mut().filter(|coil| coil.sets.contains(&line)) {
        coil.fed = Truth::always(false);
    }
    with
}
