//! One question put to all methods in turn: core, label search, lazy cuts; each first with little effort, then with all of it.

use crate::{
    Effort,
    core::Core,
    label::{Best, Search},
    limits::Limits,
    prover::{Progress, Prover},
    question::{Bench, Question, Witness},
};

/// The share of the effort that is tried first.
const FIRST: u64 = 16;

/// The answer to one question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Settled {
    /// No admissible state does it.
    Never,
    /// This one does; with fewer actuated none does, or none with fewer than this.
    Joined(Witness, Option<u32>),
    /// Not known; none does it with fewer actuated than this.
    Open(u32),
}

/// Whether an admissible state joins the ends of a core and, with `also`, these pairs of nets. The core is pruned on the way.
pub(crate) fn settle(
    core: &mut Core,
    also: &[[u32; 2]],
    limits: &Limits<'_>,
    effort: Effort,
    bench: &mut Bench,
) -> Settled {
    bench.known.clear();
    let possible = core.prune(limits, &mut bench.known, &mut bench.work);
    bench.known.clear();
    if !possible {
        return Settled::Never;
    }
    let mut search = Search::new(core, limits, &mut bench.known);
    let question = Question { core, around: core.around(), also: also.to_vec(), limits };
    let mut prover = None;
    let mut floor = (0, 0);
    let mut searching = true;
    let mut known = None;
    for share in [FIRST, 1] {
        let effort = effort.part(share);
        if searching {
            let before = search.work;
            let best = search.run(core, limits, effort.labels);
            bench.work += search.work - before;
            match best {
                Best::None => return Settled::Never,
                Best::Path(literals, actuated, contacts) => {
                    searching = false;
                    floor = (actuated, contacts);
                    let other = literals.into_iter().filter(|literal| !literal.holds(&limits.rest)).collect::<Vec<_>>();
                    if question.holds(&other, bench) {
                        return Settled::Joined(question.witness(other, bench), None);
                    }
                }
                Best::Unknown(actuated) => floor = floor.max((actuated, 0)),
            }
        }
        match prover.get_or_insert_with(|| Prover::new(&question)).run(floor, effort, bench) {
            Progress::Never => return Settled::Never,
            Progress::Witness(witness, None) => return Settled::Joined(witness, None),
            Progress::Witness(witness, Some(least)) => known = Some(Settled::Joined(witness, Some(least.max(floor.0)))),
            Progress::Open(least) => known = Some(Settled::Open(least)),
        }
    }
    known.expect("both shares of the effort end in an answer")
}
