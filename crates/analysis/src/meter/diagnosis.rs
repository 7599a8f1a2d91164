//! Which one thing explains wrong readings: every likely fault is put into the network, and what a meter would then show is held against
//! what it did show, on all rows that were read. A row that reads well speaks against a fault that it would show.

mod faults;
mod view;

use std::collections::BTreeSet;

use model::{Terminal, WireId};

use super::rig::Rig;
use super::{Phase, Test};
use view::Bench;

/// Pieces looked at, over all faults and states, before nothing more is tried.
const WORK: usize = 600_000_000;
/// Causes named for one set of wrong readings.
const NAMED: usize = 8;

/// What may be wrong; numbers are pieces of the network.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Cause {
    /// It does not conduct, or a joint of it does not; of a source: it gives nothing.
    Open(u32),
    /// It has this many ohms more than it may have.
    High(u32, f64),
    /// A contact that does not open.
    Welded(u32),
    /// A coil (variable of the contact network) that does not move its contacts.
    Still(u32),
    /// A source that gives these volts.
    Weak(u32, f64),
    /// These ends of two wires changed places.
    Swapped([(WireId, usize); 2]),
    /// This end of a wire lies on that terminal.
    Landed(WireId, usize, Terminal),
    /// These two touch.
    Bridged([Terminal; 2]),
}

/// A cause, and what speaks for it and against it: rows by their index.
#[derive(Clone, PartialEq, Debug)]
pub struct Blamed {
    /// What may be wrong.
    pub cause: Cause,
    /// Wrong readings that it explains.
    pub explains: Vec<usize>,
    /// Good readings that it would have made wrong.
    pub against: Vec<usize>,
}

/// Wrong readings that belong together, and what explains them, the likeliest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Diagnosis {
    /// Rows by their index.
    pub rows: Vec<usize>,
    /// May be empty: nothing that was tried explains them.
    pub causes: Vec<Blamed>,
    /// The counted work ran out before everything was tried.
    pub cut_short: bool,
}

/// Explains wrong readings (a number for each test that was read; *OL* is infinite) by the fewest single faults.
pub fn diagnose(rig: &Rig<'_>, tests: &[Test], readings: &[Option<f64>]) -> Vec<Diagnosis> {
    let is_wrong = |row: &usize| {
        let reading = readings.get(*row).copied().flatten();
        tests[*row].limits().zip(reading).is_some_and(|(limits, reading)| !limits.hold(reading))
    };
    let mut left: Vec<usize> = (0..tests.len()).filter(is_wrong).collect();
    let bench = Bench::new(rig, tests, readings);
    let mut all = Vec::new();
    let mut work = 0;
    while let Some(&row) = left.first() {
        let mut found = Diagnosis { rows: vec![row], ..Diagnosis::default() };
        if tests[row].phase != Phase::Feed {
            (found.causes, found.cut_short) = causes(&bench, row, &left, &mut work);
        }
        if let Some(best) = found.causes.first() {
            found.rows = left.iter().copied().filter(|row| best.explains.contains(row)).collect();
            if !found.rows.contains(&row) {
                found.rows.insert(0, row);
            }
        }
        left.retain(|row| !found.rows.contains(row));
        all.push(found);
    }
    all
}

/// What explains a wrong row, ranked by what else it explains and what speaks against it.
fn causes(bench: &Bench<'_>, row: usize, wrong: &[usize], work: &mut usize) -> (Vec<Blamed>, bool) {
    let mut ranked: Vec<(f64, u32, Blamed)> = Vec::new();
    let mut cut_short = false;
    let own = BTreeSet::from([bench.setup(row)]);
    let tried = faults::of(bench, row, wrong, work);
    for fault in tried {
        if *work > WORK {
            cut_short = true;
            break;
        }
        let cost = bench.cost();
        *work += cost;
        if !bench.agrees(&fault, &own, row) {
            continue;
        }
        *work += cost * bench.setups().len();
        let held = bench.held(&fault);
        let explains: Vec<usize> = wrong.iter().copied().filter(|row| held[*row] == Some(true)).collect();
        let missed = wrong.iter().filter(|row| held[**row] == Some(false)).count();
        let good = |row: &usize| held[*row] == Some(false) && !wrong.contains(row) && bench.is_good(*row);
        let against: Vec<usize> = (0..held.len()).filter(good).collect();
        #[allow(clippy::cast_precision_loss)]
        let score = explains.len() as f64 - 3.0 * against.len() as f64 - 0.25 * missed as f64;
        ranked.push((score, fault.rank(bench.rig), Blamed { cause: fault.cause, explains, against }));
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    // The same two wires, swapped at their other ends, show the same.
    let mut seen: BTreeSet<[u32; 2]> = BTreeSet::new();
    ranked.retain(|(.., blamed)| match blamed.cause {
        Cause::Swapped([(a, _), (b, _)]) => seen.insert([a.0.min(b.0), a.0.max(b.0)]),
        _ => true,
    });
    // What good readings contradict is named only where nothing else is left.
    let free = ranked.iter().any(|(.., blamed)| blamed.against.is_empty());
    ranked.retain(|(.., blamed)| !free || blamed.against.is_empty());
    ranked.truncate(NAMED);
    (ranked.into_iter().map(|(.., blamed)| blamed).collect(), cut_short)
}
