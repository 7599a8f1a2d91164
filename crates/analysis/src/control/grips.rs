//! Grips: which coil of whom cuts or feeds which load.

use super::Grip;
use super::players::{Need, Players};

/// All holds: on what somebody counts on, and on the first load of each coil that has no such load.
pub fn all(players: &Players<'_>) -> Vec<Grip> {
    let mut grips = Vec::new();
    for (number, coil) in (0..).zip(&players.coils) {
        let movers = players.movers_of(number);
        let users: Vec<&Need> = players.users_of(coil.variable).collect();
        let counted = users.iter().filter(|need| need.counts).count();
        for need in users.iter().filter(|need| need.counts || counted == 0).take(counted.max(1)) {
            let truth = &need.condition.truth;
            let at = |is: bool| truth.holds(|of| if of == coil.variable { is } else { players.rest(of) });
            let (closed, opened) = (at(false), at(true));
            let place = truth.variables().binary_search(&coil.variable).expect("it hangs on the variable");
            let cuts = |row: u32| row >> place & 1 == 0 && truth.row(row) && !truth.row(row | 1 << place);
            for &mover in &movers {
                grips.push(Grip {
                    controller: players.device(mover),
                    coil: coil.of,
                    load: need.device,
                    throw_nc: if closed == opened { (0..truth.rows()).any(cuts) } else { closed },
                    wired: coil.wired || coil.lines.is_empty(),
                    alone: closed != opened,
                    assumed: need.condition.assumed,
                });
            }
        }
    }
    grips
}
