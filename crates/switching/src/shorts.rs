//! State-dependent shorts: every admissible state in which rails meet that must not, or the proof that there is none.

mod causes;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    Effort, Literal, Network, Relation,
    contract::Contracted,
    core::{Core, FROM},
    hard::{DERIVED, wired},
    islands::{Islands, Place, Problem},
    limits::{Known, Limits, Source},
    path::{Hop, Wires},
    question::{Bench, Witness},
    reach::{Walker, with_state},
    settle::{Settled, settle},
    standing::{Meeting, NONE, Standing},
};

/// From how many contacts on a second thread is worth its while.
const PARALLEL: usize = 10_000;
/// How many problems a thread takes at a time.
const BATCH: usize = 256;
/// How many nodes of an open question are named.
const NODES: usize = 16;

/// What is known about meetings of rails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shorts {
    /// Shorts, one a cause: fewest actuated first, then fewest contacts and conductors.
    pub found: Vec<Found>,
    /// Questions without an answer. While there is one, nothing is known to be clean.
    pub open: Vec<Open>,
    /// How many questions (two rail nets in one island) were proved clean.
    pub proved: u64,
    /// How many islands have contacts.
    pub islands: u32,
    /// Contacts looked at, labels made and conflicts met: the same on any machine.
    pub work: u64,
    /// The state with nothing actuated.
    pub rest: Rest,
}

/// Whether the state with nothing actuated is admissible. Where it is not, *actuated* still counts what differs from it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rest {
    /// It is.
    pub admissible: bool,
    /// Hard clauses that it breaks: indices in [`Network::clauses`].
    pub clauses: Vec<u32>,
    /// Supplies that it leaves without: indices in [`Network::supplies`].
    pub supplies: Vec<u32>,
}

/// How small the number of actuated is known to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Least {
    /// No admissible state does it with fewer actuated, and none with as many over fewer contacts.
    Proved,
    /// The first number at least, the second is the one found; equal where only the fewest contacts are not proved.
    Between(u32, u32),
}

/// A state in which two rails meet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Indices in [`Network::rails`].
    pub rails: [u32; 2],
    /// What their meeting is.
    pub relation: Relation,
    /// What differs from rest, ascending. The state is admissible, unless `contacts` is 0 and the rails need no state to meet.
    pub state: Vec<Literal>,
    /// From the node of the first rail to that of the second.
    pub path: Vec<Hop>,
    /// What of the state counts: the weights of all that differs from rest.
    pub actuated: u32,
    /// Contacts on the path that some state opens.
    pub contacts: u32,
    /// How far that is the least.
    pub least: Least,
    /// Only clauses that software keeps stand against it: with them no admissible state joins these two here.
    pub only_software: bool,
    /// Other pairs of rails in conflict that this cause joins, at most 64.
    pub derived: Vec<[u32; 2]>,
}

/// A question that the effort did not suffice for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Open {
    /// Indices in [`Network::rails`].
    pub rails: [u32; 2],
    /// What their meeting would be.
    pub relation: Relation,
    /// Some nodes between, at most 16.
    pub island: Vec<u32>,
    /// Contacts that lie between the two.
    pub contacts: u32,
    /// Variables that these hang on.
    pub variables: u32,
    /// No short with fewer actuated.
    pub at_least: u32,
    /// Work spent.
    pub work: u64,
}

/// All shorts of a network. Exact within the effort, linear where contacts form small islands between rails.
pub fn shorts(network: &Network, effort: Effort) -> Shorts {
    let threads = if network.contacts.len() > PARALLEL { 2 } else { 1 };
    shorts_on(network, effort, threads)
}

/// The same on so many threads; what is found does not hang on them.
pub(crate) fn shorts_on(network: &Network, effort: Effort, threads: usize) -> Shorts {
    let metal = Contracted::new(network);
    let standing = Standing::new(&metal);
    let islands = Islands::new(&metal, &standing);
    let hard = Limits::new(&metal, false);
    let soft = network.clauses.iter().any(|clause| clause.soft).then(|| Limits::new(&metal, true));
    let all = Asked { metal: &metal, standing: &standing, islands: &islands, hard: &hard, soft: soft.as_ref(), effort };
    let (answers, mut work) = all.answers(threads);
    let mut bench = all.bench();
    let rest = rest(&hard, &mut bench);
    work += bench.walker.work;
    let mut wires = None;
    let mut found: Vec<(Found, Option<Problem>)> = Vec::new();
    for wired in wired(&metal, &standing, &mut wires) {
        let found_now = Found {
            rails: wired.rails,
            relation: wired.relation,
            state: Vec::new(),
            path: wired.path,
            actuated: 0,
            contacts: 0,
            least: Least::Proved,
            only_software: false,
            derived: wired.derived,
        };
        found.push((found_now, None));
    }
    let mut open = Vec::new();
    let mut proved = islands.problems.len() as u64;
    for answer in answers {
        proved -= 1;
        let problem = islands.problems[answer.problem as usize];
        match answer.verdict {
            Settled::Joined(witness, least) => {
                let wires = wires.get_or_insert_with(|| Wires::new(&metal));
                let told = all.told(&problem, witness, least, answer.only_software, wires, &mut bench);
                found.push((told, Some(problem)));
            }
            Settled::Open(at_least) => open.push(all.left(&problem, at_least, answer.work, &mut bench)),
            Settled::Never => {}
        }
    }
    let found = causes::by_cause(found, network);
    Shorts { found, open, proved, islands: islands.count, work, rest }
}

struct Asked<'a> {
    metal: &'a Contracted<'a>,
    standing: &'a Standing<'a>,
    islands: &'a Islands,
    hard: &'a Limits<'a>,
    soft: Option<&'a Limits<'a>>,
    effort: Effort,
}

struct Answer {
    problem: u32,
    verdict: Settled,
    only_software: bool,
    work: u64,
}

impl Asked<'_> {
    fn bench(&self) -> Bench {
        Bench {
            state: self.hard.rest.clone(),
            known: Known::new(self.hard.rest.len()),
            walker: Walker::new(self.metal.nets.count),
            local: vec![NONE; self.metal.nets.count as usize],
            work: 0,
        }
    }

    /// All answers but *never*, in the order of the problems; and the work.
    fn answers(&self, threads: usize) -> (Vec<Answer>, u64) {
        let next = AtomicUsize::new(0);
        let count = self.islands.problems.len();
        let run = || {
            let mut bench = self.bench();
            let mut answers = Vec::new();
            loop {
                let start = next.fetch_add(BATCH, Ordering::Relaxed);
                if start >= count {
                    return (answers, bench.work);
                }
                let indices = start..count.min(start + BATCH);
                answers.extend(indices.filter_map(|problem| self.answer(problem as u32, &mut bench)));
            }
        };
        if threads < 2 || count <= BATCH {
            return run();
        }
        std::thread::scope(|scope| {
            let other = scope.spawn(run);
            let (mut answers, work) = run();
            let (more, more_work) = other.join().expect("a search does not panic");
            answers.extend(more);
            answers.sort_unstable_by_key(|answer| answer.problem);
            (answers, work + more_work)
        })
    }

    fn answer(&self, index: u32, bench: &mut Bench) -> Option<Answer> {
        let problem = &self.islands.problems[index as usize];
        let before = bench.work;
        let verdict = self.settle(problem, self.hard, bench).1;
        if verdict == Settled::Never {
            return None;
        }
        let only_software = match (&verdict, self.soft) {
            (Settled::Joined(witness, _), Some(soft)) => {
                let Bench { state, walker, .. } = bench;
                let kept =
                    with_state(state, &witness.other, |state| soft.check(state, &witness.other, walker).is_empty());
                !kept && self.settle(problem, soft, bench).1 == Settled::Never
            }
            _ => false,
        };
        Some(Answer { problem: index, verdict, only_software, work: bench.work - before })
    }

    fn settle(&self, problem: &Problem, limits: &Limits<'_>, bench: &mut Bench) -> (Core, Settled) {
        let mut core = self.core(problem, bench);
        let also = problem.fault.references;
        let verdict = settle(&mut core, also.as_slice(), limits, self.effort, bench);
        (core, verdict)
    }

    fn core(&self, problem: &Problem, bench: &mut Bench) -> Core {
        self.islands.core(problem, self.metal, self.standing, &mut bench.local)
    }

    fn told(
        &self,
        problem: &Problem,
        witness: Witness,
        least: Option<u32>,
        only_software: bool,
        wires: &mut Wires<'_>,
        bench: &mut Bench,
    ) -> Found {
        let network = self.metal.network;
        let rails = problem.fault.rails;
        let [from, to] = rails.map(|rail| network.rails[rail as usize].node);
        let (path, contacts) = if problem.place == Place::Net {
            (wires.within(from, to), 0)
        } else {
            let core = self.core(problem, bench);
            let path = with_state(&mut bench.state, &witness.other, |state| wires.between(&core, state, from, to));
            (path, witness.contacts)
        };
        let others = self.standing.pairs(problem.stands).filter(|&pair| pair != rails);
        let hard = others.filter(|&[a, b]| matches!(self.standing.meeting(a, b), Meeting::Hard(_)));
        Found {
            rails,
            relation: problem.fault.relation,
            state: witness.other,
            path,
            actuated: witness.actuated,
            contacts,
            least: least.map_or(Least::Proved, |least| Least::Between(least, witness.actuated)),
            only_software,
            derived: if problem.place == Place::Net { Vec::new() } else { hard.take(DERIVED).collect() },
        }
    }

    fn left(&self, problem: &Problem, at_least: u32, work: u64, bench: &mut Bench) -> Open {
        let mut core = self.core(problem, bench);
        core.prune(self.hard, &mut bench.known, &mut 0);
        bench.known.clear();
        let mut island = Vec::new();
        for end in core.branches.iter().filter(|branch| branch.contact != NONE).flat_map(|branch| {
            let ends = self.metal.network.contacts[branch.contact as usize].ends;
            [0, 1].map(|side| (branch.ends[side], ends[side]))
        }) {
            if end.0 > FROM + 1 && !island.contains(&end.1) && island.len() < NODES {
                island.push(end.1);
            }
        }
        Open {
            rails: problem.fault.rails,
            relation: problem.fault.relation,
            island,
            contacts: core.branches.iter().filter(|branch| branch.contact != NONE).count() as u32,
            variables: core.variables().len() as u32,
            at_least,
            work,
        }
    }
}

fn rest(limits: &Limits<'_>, bench: &mut Bench) -> Rest {
    let broken = limits.check(&limits.rest, &[], &mut bench.walker);
    let mut rest = Rest { admissible: broken.is_empty(), ..Rest::default() };
    rest.supplies.extend(broken.needs.iter().map(|(need, _)| limits.needs[*need as usize].supply));
    for &clause in &broken.clauses {
        match limits.source(clause) {
            Source::Clause(index) => rest.clauses.push(index),
            Source::Supply(index) => rest.supplies.push(index),
        }
    }
    rest.supplies.sort_unstable();
    rest
}

#[cfg(test)]
mod tests;
