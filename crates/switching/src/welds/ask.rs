//! One weld between two rails, asked with all that limits the states.

use super::demands::Demands;
use super::search::{Outcome, search};
use super::shapes::throws;
use super::trial::{Trial, Way};
use super::whole::Whole;
use crate::Effort;
use crate::contract::Lists;
use crate::core::{Branch, Core};
use crate::limits::{Known, Limits};
use crate::network::{Contact, Guard};
use crate::prover::Bench;
use crate::reach::Walker;
use crate::settle::{Settled, settle};
use crate::standing::{Fault, NONE};

/// Contacts looked at for each label that the effort allows.
const PER_LABEL: u64 = 40;

/// The smallest part of the effort that one weld gets.
const LEAST_PART: u64 = 64;

/// From how many contacts on the means that find shorts without welds come first.
const LARGE: usize = 24;

/// One contact of a place, welded.
pub(super) struct Site<'a> {
    pub fault: Fault,
    /// What may join the rails.
    pub core: &'a Core,
    pub around: &'a Lists,
    pub weld: u32,
    /// How many such sites share the effort.
    pub share: u64,
    /// Leave out states in which the fault is there without the weld; where no admissible one has it, that need not be looked at.
    pub fresh: bool,
}

impl Site<'_> {
    fn trial<'a>(&'a self, stuck: &'a [u32]) -> Trial<'a> {
        let Self { core, around, weld, fresh, fault, .. } = *self;
        Trial { core, around, healthy: (core, around), weld, stuck, references: fault.references, fresh }
    }
}

/// What it takes to ask.
pub(super) struct Asker<'a> {
    contacts: &'a [Contact],
    hard: Whole<'a>,
    /// With the clauses that software keeps, if there are any.
    soft: Option<Whole<'a>>,
    /// By variable: the contacts that name it.
    naming: Lists,
    searcher: Searcher<'a>,
}

/// What every search uses.
struct Searcher<'a> {
    demands: Demands<'a>,
    bench: Bench,
    effort: Effort,
}

impl<'a> Asker<'a> {
    pub fn new(limits: &'a Limits<'a>, soft: Option<&'a Limits<'a>>, effort: Effort) -> Self {
        let network = limits.metal.network;
        let named = (0u32..)
            .zip(&network.contacts)
            .flat_map(|(index, contact)| contact.guard.literals().map(move |literal| (literal.variable(), index)));
        let named: Vec<(u32, u32)> = named.collect();
        let bench = Bench {
            state: network.rest(),
            known: Known::new(network.variables.len()),
            walker: Walker::new(limits.metal.nets.count),
            local: Vec::new(),
            work: 0,
        };
        Self {
            contacts: &network.contacts,
            hard: Whole::new(limits),
            soft: soft.map(Whole::new),
            naming: Lists::new(network.variables.len(), named.iter().copied()),
            searcher: Searcher { demands: Demands::new(&network.variables), bench, effort },
        }
    }

    /// Contacts that one of so many sites may look at.
    pub fn limit(&self, share: u64) -> u64 {
        self.searcher.limit(share)
    }

    /// Contacts looked at so far.
    pub fn work(&self) -> u64 {
        self.searcher.bench.work
    }

    /// The other throws of a contact's changeover.
    pub fn others(&self, contact: u32) -> Vec<u32> {
        let this = &self.contacts[contact as usize];
        let named = this.guard.literals().flat_map(|literal| self.naming.of(literal.variable())).copied();
        let mut others: Vec<u32> = named.filter(|other| throws(this, &self.contacts[*other as usize])).collect();
        others.sort_unstable();
        others.dedup();
        others
    }

    /// Whether the state of a way is admissible with the weld and what is stuck open.
    pub fn allows(&mut self, site: &Site<'_>, stuck: &[u32], way: &Way) -> bool {
        self.searcher.allows(&mut self.hard, site, stuck, way)
    }

    /// The cheapest admissible state in which the weld makes the fault.
    pub fn search(&mut self, site: &Site<'_>, stuck: &[u32]) -> Outcome {
        self.searcher.search(&mut self.hard, site, stuck)
    }

    /// How a place's fault stands without any weld, and, if it is proved that no state has it, the contacts elsewhere whose weld
    /// might give what all states lack.
    pub fn healthy(&mut self, fault: Fault, core: &Core, around: &Lists) -> (Outcome, Vec<u32>) {
        let site = Site { fault, core, around, weld: NONE, share: 1, fresh: false };
        self.hard.crossed.clear();
        let outcome = self.searcher.search(&mut self.hard, &site, &[]);
        let mut crossed = std::mem::take(&mut self.hard.crossed);
        crossed.sort_unstable();
        crossed.dedup();
        (outcome, crossed)
    }

    /// Whether it is proved that only soft clauses keep the weld from making the fault.
    pub fn only_software(&mut self, site: &Site<'_>, way: &Way) -> bool {
        self.soft.as_mut().is_some_and(|soft| {
            !self.searcher.allows(soft, site, &[], way) && self.searcher.search(soft, site, &[]) == Outcome::Never
        })
    }
}

impl Searcher<'_> {
    fn limit(&self, share: u64) -> u64 {
        self.effort.labels.saturating_mul(PER_LABEL) / share.clamp(1, LEAST_PART)
    }

    fn allows(&mut self, whole: &mut Whole<'_>, site: &Site<'_>, stuck: &[u32], way: &Way) -> bool {
        let trial = site.trial(stuck);
        let Self { demands, bench, .. } = self;
        demands.with(&way.state, |demands| whole.missing(&trial, demands, &mut bench.work).is_none())
    }

    fn search(&mut self, whole: &mut Whole<'_>, site: &Site<'_>, stuck: &[u32]) -> Outcome {
        let limit = self.limit(site.share);
        let trial = site.trial(stuck);
        if site.fault.references.is_some() {
            let missing = |demands: &Demands<'_>, work: &mut u64| whole.missing(&trial, demands, work);
            let (outcome, work) = search(&trial, &mut self.demands, &[], missing, limit);
            self.bench.work += work;
            return outcome;
        }
        let Bench { known, work, .. } = &mut self.bench;
        let mut welded = with_weld(site, stuck);
        known.clear();
        let possible = welded.prune(whole.limits, known, work);
        let must = known.trail.clone();
        known.clear();
        if !possible || site.fresh && !welded.branches.iter().any(|branch| branch.contact == site.weld) {
            return Outcome::Never;
        }
        let around = welded.around();
        let trial = Trial { core: &welded, around: &around, ..trial };
        let exact = whole.limits.needs.is_empty();
        let mut open = (0, None);
        if exact && welded.branches.len() > LARGE {
            match self.prove(whole.limits, &trial, open, site.share) {
                Outcome::Open { at_least, known } => open = (at_least, known),
                outcome => return outcome,
            }
        }
        let missing = |demands: &Demands<'_>, work: &mut u64| whole.missing(&trial, demands, work);
        let (outcome, work) = search(&trial, &mut self.demands, &must, missing, limit);
        self.bench.work += work;
        match outcome {
            Outcome::Open { at_least, known } => {
                let open = (at_least.max(open.0), cheaper(known, open.1));
                if exact && welded.branches.len() > LARGE {
                    return Outcome::Open { at_least: open.0, known: open.1 };
                }
                self.prove(whole.limits, &trial, open, site.share)
            }
            outcome => outcome,
        }
    }

    /// By the means that find shorts without welds; they know no supply that only a weld makes. `open` is what is known.
    fn prove(&mut self, limits: &Limits<'_>, trial: &Trial<'_>, open: (u32, Option<Way>), share: u64) -> Outcome {
        let mut core = Core { nets: trial.core.nets.clone(), branches: trial.core.branches.clone() };
        let exact = limits.needs.is_empty();
        let effort = self.effort.part(share.clamp(1, LEAST_PART));
        let verdict = settle(&mut core, &[], limits, effort, &mut self.bench);
        let (at_least, known) = open;
        let (witness, proved) = match verdict {
            Settled::Never if exact => return Outcome::Never,
            Settled::Open(least) if exact => return Outcome::Open { at_least: at_least.max(least), known },
            Settled::Never | Settled::Open(_) => return Outcome::Open { at_least, known },
            Settled::Joined(witness, least) => (witness.other, least),
        };
        let found = self.demands.with(&witness, |demands| trial.way(demands));
        let at_least = match &found {
            Some(way) if exact => at_least.max(proved.unwrap_or(way.actuated)),
            _ => at_least,
        };
        match cheaper(found, known) {
            Some(way) if exact && proved.is_none() && way.actuated == at_least => Outcome::Joined(way),
            known => Outcome::Open { at_least, known },
        }
    }
}

fn cheaper(a: Option<Way>, b: Option<Way>) -> Option<Way> {
    a.into_iter().chain(b).min_by_key(|way| (way.actuated, way.path.len()))
}

/// The contacts of a site, its weld always closed, without what is stuck open.
fn with_weld(site: &Site<'_>, stuck: &[u32]) -> Core {
    let mut core = Core { nets: site.core.nets.clone(), branches: Vec::with_capacity(site.core.branches.len()) };
    for branch in &site.core.branches {
        if branch.contact == site.weld {
            core.branches.push(Branch { guard: Guard::ALWAYS, ..*branch });
        } else if !stuck.contains(&branch.contact) {
            core.branches.push(*branch);
        }
    }
    core
}
