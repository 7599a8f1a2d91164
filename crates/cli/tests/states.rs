//! The analyses of states against brute force: thousands of random builds, read by two readers, answered by two programs.

#[path = "states/case.rs"]
mod case;
#[path = "states/certified.rs"]
mod certified;
#[path = "states/differential.rs"]
mod differential;
mod memory;
#[path = "states/opened.rs"]
mod opened;
#[path = "states/recovered.rs"]
mod recovered;
#[path = "states/shorted.rs"]
mod shorted;
#[path = "states/welded.rs"]
mod welded;

use std::io::Write as _;

use case::Case;

/// Builds of few things that move.
const SMALL: u64 = 10_000;
/// And of many: up to 65,536 states.
const LARGE: u64 = 40;

/// What a run of builds held, so that none of the comparisons is idle.
#[derive(Clone, Copy, Default, Debug)]
struct Tally {
    shorts: u64,
    certificates: u64,
    welds: u64,
    opens: u64,
    pairs: u64,
    controlled: u64,
    lock_outs: u64,
    beyond: u64,
    dead: u64,
    mistakes: u64,
    self_cuts: u64,
}

impl Tally {
    fn plus(self, other: Self) -> Self {
        Self {
            shorts: self.shorts + other.shorts,
            certificates: self.certificates + other.certificates,
            welds: self.welds + other.welds,
            opens: self.opens + other.opens,
            pairs: self.pairs + other.pairs,
            controlled: self.controlled + other.controlled,
            lock_outs: self.lock_outs + other.lock_outs,
            beyond: self.beyond + other.beyond,
            dead: self.dead + other.dead,
            mistakes: self.mistakes + other.mistakes,
            self_cuts: self.self_cuts + other.self_cuts,
        }
    }
}

/// Builds of computers that switch each other.
const CONTROLLED: u64 = 4_800;
/// And as many to a solver.
const SOLVED: u64 = 600;

/// One build, everything about it. Opens and welds take longest by brute force, so only some builds are asked for them.
fn compare(seed: u64, variables: usize) -> Tally {
    let case = Case::new(seed, variables);
    let short = shorted::compare(&case);
    let certified = certified::compare(&case);
    assert_ne!(short, certified, "{case}");
    let small = case.build.states() <= 64;
    let welds = if !short && small && seed.is_multiple_of(4) { welded::compare(&case) } else { 0 };
    let opens = if seed % 4 == 1 { opened::compare(&case) } else { 0 };
    let pairs = if seed % 4 == 1 && case.build.sources.len() == 1 { opened::pairs(&case) } else { 0 };
    Tally { shorts: short.into(), certificates: certified.into(), welds, opens, pairs, ..Tally::default() }
}

/// All of a run, on two threads that take every other seed.
fn all(builds: u64, compare: impl Fn(u64) -> Tally + Sync) -> Tally {
    let half = |odd: u64| {
        let seeds = (1..=builds).filter(move |seed| seed % 2 == odd);
        seeds.map(&compare).fold(Tally::default(), Tally::plus)
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        half(0).plus(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

#[test]
fn what_brute_force_finds_is_found_and_nothing_else() {
    let tally = all(SMALL, |seed| compare(seed, 1 + seed as usize % 7));
    assert!((SMALL * 35 / 100..SMALL * 65 / 100).contains(&tally.shorts), "{tally:?}");
    assert!(
        tally.certificates + tally.shorts == SMALL && tally.welds > 100 && tally.opens > 1000 && tally.pairs > 100,
        "{tally:?}"
    );
}

#[test]
fn builds_of_many_variables_too() {
    let tally = all(LARGE, |seed| compare(1_000_000 + seed, 9 + seed as usize % 8));
    assert!(tally.shorts > LARGE / 4 && tally.certificates > 0, "{tally:?}");
}

#[test]
fn what_no_living_controller_can_bring_back_is_found_and_nothing_else() {
    let tally = all(CONTROLLED, recovered::compare);
    assert!(tally.controlled >= 3_000 && tally.lock_outs > 1_000 && tally.beyond > 10, "{tally:?}");
    assert!(tally.dead > 1_000 && tally.mistakes > 1_000 && tally.self_cuts > 500, "{tally:?}");
}

#[test]
fn a_solver_agrees_with_brute_force() {
    let python = match differential::python() {
        Ok(python) => python,
        Err(why) => {
            let _ = writeln!(std::io::stdout(), "left out: {why}, so no solver was asked about states");
            return;
        }
    };
    let cases: Vec<_> =
        (1..=SOLVED).map(|seed| differential::told(&Case::new(2_000_000 + seed, 1 + seed as usize % 9))).collect();
    let (same, words) = differential::ask(&python, &cases);
    assert!(same, "{words}");
    let _ = write!(std::io::stdout(), "{words}");
}
