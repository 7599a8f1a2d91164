//! Operating points at hand: several rules ask for the same few, and what was learnt of the network's shape serves them all.

use std::sync::{Mutex, PoisonError};

use direct::{Options, Solver};

use super::{Draw, Point, Power, State, Sweep, World};

/// Numbers that are kept in all points together: what is at hand must not outweigh the build.
const NUMBERS: usize = 1_000_000;

/// Points that were asked for, and the solver that found them.
#[derive(Default)]
pub struct Memo(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    solver: Option<Solver>,
    points: Vec<(Draw, State, Point)>,
}

/// A typical operating point, from those at hand if it is among them.
pub fn point(power: &Power, world: World<'_>, draw: Draw, state: &State) -> Point {
    // A panic while it was held left it whole: nothing is taken out but the solver.
    let mut kept = power.memo.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((.., point)) = kept.points.iter().find(|(asked, at, _)| *asked == draw && at == state) {
        return point.clone();
    }
    let solver = kept.solver.take().unwrap_or_else(|| Solver::new(Options::default()));
    let mut sweep = Sweep::with(power, world, solver);
    let point = sweep.point(draw, state);
    kept.solver = Some(sweep.into_solver());
    if (kept.points.len() + 1) * 3 * power.harness.pieces.len() <= NUMBERS {
        kept.points.push((draw, state.clone(), point.clone()));
    }
    point
}
