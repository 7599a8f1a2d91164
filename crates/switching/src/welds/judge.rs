//! One place after another: two rails, the contacts between them, and each of these contacts welded.

use std::collections::BTreeMap;

use super::ask::{Asker, Site};
use super::search::Outcome;
use super::shapes::{Local, Seen, Shapes};
use super::trial::Way;
use super::{Armature, Open, Short, Welds};
use crate::Effort;
use crate::contract::Joiner;
use crate::core::{Branch, Core};
use crate::islands::{Islands, Place, Problem};
use crate::limits::{Known, Limits};
use crate::network::Guard;
use crate::standing::{Fault, NONE, Standing};

/// How many times the effort for one question a place may take with all its welds.
const PLACE: u64 = 8;

/// The same for all places together.
const ALL: u64 = 64;

/// What is known so far, and what it takes to go on.
pub(super) struct Judge<'a> {
    pub welds: Welds,
    limits: &'a Limits<'a>,
    standing: &'a Standing<'a>,
    islands: &'a Islands,
    asker: Asker<'a>,
    shapes: Shapes,
    /// By net, [`NONE`] between problems.
    local: Vec<u32>,
    /// Contacts between two rail nets that stand behind another of the same guard, by that one.
    twins: BTreeMap<u32, Vec<u32>>,
    /// By net: its class if all contacts were closed. Filled when first asked for.
    possible: Vec<u32>,
    /// Contacts that may still be gathered for references.
    left: u64,
}

impl<'a> Judge<'a> {
    pub fn new(
        limits: &'a Limits<'a>,
        soft: Option<&'a Limits<'a>>,
        standing: &'a Standing<'a>,
        islands: &'a Islands,
        effort: Effort,
    ) -> Self {
        let asker = Asker::new(limits, soft, effort);
        Self {
            welds: Welds::new(limits.metal.network.contacts.len()),
            limits,
            standing,
            islands,
            left: asker.limit(1),
            asker,
            shapes: Shapes::default(),
            local: vec![NONE; limits.metal.nets.count as usize],
            twins: twins(limits, standing),
            possible: Vec::new(),
        }
    }

    /// Welds each contact of a place. What rails on one net do, they do without any weld.
    pub fn problem(&mut self, problem: &Problem) {
        let fault = problem.fault;
        match (problem.place, fault.references) {
            (Place::Net, None) => {}
            (Place::Net, Some(references)) => {
                if let Some(core) = self.between(fault, references) {
                    self.place(Fault { references: None, ..fault }, &core);
                }
            }
            _ => {
                let mut core = self.islands.core(problem, self.limits.metal, self.standing, &mut self.local);
                if !matches!(problem.place, Place::Island(_)) {
                    self.add_twins(&mut core);
                }
                self.place(fault, &core);
            }
        }
        self.welds.work = self.asker.work();
    }

    fn place(&mut self, fault: Fault, core: &Core) {
        let network = self.limits.metal.network;
        let elsewhere = fault.references.is_some() || !self.limits.needs.is_empty();
        let known = self.shapes.look(core, &network.contacts, &network.variables);
        match known {
            Some((shape, local)) if fault.references.is_none() && !(elsewhere && shape.joins) => {
                if shape.welds.iter().all(|seen| seen.moving == Outcome::Never) {
                    return;
                }
                let around = core.around();
                let share = core.branches.len() as u64;
                for (branch, seen) in core.branches.iter().zip(&shape.welds) {
                    let site = Site { fault, core, around: &around, weld: branch.contact, share, fresh: true };
                    self.seen(&site, seen, &local);
                }
            }
            _ if elsewhere => self.elsewhere(fault, core),
            _ => self.each(fault, core, block(core, self.limits), true),
        }
    }

    /// A place where a weld elsewhere may supply a coil or join references.
    fn elsewhere(&mut self, fault: Fault, core: &Core) {
        let mut contacts = block(core, self.limits);
        let (outcome, crossed) = self.asker.healthy(fault, core, &core.around());
        if outcome == Outcome::Never {
            contacts.extend(crossed);
            contacts.sort_unstable();
            contacts.dedup();
        } else if matches!(outcome, Outcome::Open { .. }) {
            self.welds.unasked.push(fault.rails);
        }
        self.each(fault, core, contacts, outcome != Outcome::Never);
    }

    /// Asks for each of some contacts by itself.
    fn each(&mut self, fault: Fault, core: &Core, contacts: Vec<u32>, fresh: bool) {
        let around = core.around();
        let share = contacts.len() as u64;
        let limit = self.asker.limit(1);
        let most = self.asker.work().saturating_add(limit.saturating_mul(PLACE)).min(limit.saturating_mul(ALL));
        for weld in contacts {
            let site = Site { fault, core, around: &around, weld, share, fresh };
            if self.asker.work() > most { self.leave(&site) } else { self.ask(&site) }
        }
    }

    /// What the shape allows, if clauses and supplies allow it; else all over again with them.
    fn seen(&mut self, site: &Site<'_>, seen: &Seen, local: &Local) {
        let real = |outcome: &Outcome| match outcome {
            Outcome::Joined(way) => Some(Way {
                actuated: way.actuated,
                state: local.state(&way.state),
                path: way.path.iter().map(|step| site.core.branches[*step as usize].contact).collect(),
            }),
            _ => None,
        };
        if seen.moving == Outcome::Never {
            return;
        }
        if self.asker.work() > self.asker.limit(1).saturating_mul(ALL) {
            return self.leave(site);
        }
        let Some(way) = real(&seen.moving).filter(|way| self.asker.allows(site, &[], way)) else {
            return self.ask(site);
        };
        let others = self.asker.others(site.weld);
        let armature = match real(&seen.stuck) {
            _ if others.is_empty() => Armature::Either,
            Some(way) if self.asker.allows(site, &others, &way) => Armature::Either,
            _ if seen.stuck == Outcome::Never => Armature::Moving,
            _ => self.armature(site, &others),
        };
        self.keep(site, &way, way.actuated, armature);
    }

    fn leave(&mut self, site: &Site<'_>) {
        self.welds.leave(site.weld, Open { rails: site.fault.rails, at_least: 0 });
    }

    fn ask(&mut self, site: &Site<'_>) {
        let (way, at_least) = match self.asker.search(site, &[]) {
            Outcome::Never => return,
            Outcome::Joined(way) => (way.clone(), way.actuated),
            Outcome::Open { at_least, known: Some(way) } => (way, at_least),
            Outcome::Open { at_least, known: None } => {
                return self.welds.leave(site.weld, Open { rails: site.fault.rails, at_least });
            }
        };
        let others = self.asker.others(site.weld);
        let untouched = !way.path.iter().any(|step| others.contains(step));
        let armature = if others.is_empty() || untouched && self.asker.allows(site, &others, &way) {
            Armature::Either
        } else {
            self.armature(site, &others)
        };
        self.keep(site, &way, at_least, armature);
    }

    fn armature(&mut self, site: &Site<'_>, others: &[u32]) -> Armature {
        match self.asker.search(site, others) {
            Outcome::Joined(_) | Outcome::Open { known: Some(_), .. } => Armature::Either,
            Outcome::Open { known: None, .. } => Armature::Unproved,
            Outcome::Never => Armature::Moving,
        }
    }

    fn keep(&mut self, site: &Site<'_>, way: &Way, at_least: u32, armature: Armature) {
        let short = Short {
            rails: site.fault.rails,
            relation: site.fault.relation,
            state: &way.state,
            path: &way.path,
            actuated: way.actuated,
            at_least,
            armature,
            only_software: self.asker.only_software(site, way),
        };
        self.welds.keep(site.weld, &short);
    }

    fn add_twins(&self, core: &mut Core) {
        for at in 0..core.branches.len() {
            let stands = core.branches[at];
            let twins = self.twins.get(&stands.contact).into_iter().flatten();
            core.branches.extend(twins.map(|contact| Branch { contact: *contact, ..stands }));
        }
    }

    /// What may join the nodes of two references, by anything; nothing if no state does.
    fn between(&mut self, fault: Fault, references: [u32; 2]) -> Option<Core> {
        let metal = self.limits.metal;
        if self.possible.is_empty() {
            let mut joiner = Joiner::new(metal.nets.count);
            for edge in &metal.edges {
                joiner.join(edge.ends[0], edge.ends[1]);
            }
            self.possible = joiner.finish().of;
        }
        if self.possible[references[0] as usize] != self.possible[references[1] as usize] {
            return None;
        }
        if self.left == 0 {
            self.welds.unasked.push(fault.rails);
            return None;
        }
        let mut core = Core { nets: references.to_vec(), branches: Vec::new() };
        for (net, point) in references.into_iter().zip(0..) {
            self.local[net as usize] = point;
        }
        let mut next = 0;
        while let Some(&net) = core.nets.get(next) {
            next += 1;
            for &index in self.limits.around().of(net) {
                let edge = metal.edges[index as usize];
                let ends = edge.ends.map(|end| {
                    let point = &mut self.local[end as usize];
                    if *point == NONE {
                        *point = u32::try_from(core.nets.len()).expect("nets are counted in 32 bits");
                        core.nets.push(end);
                    }
                    *point
                });
                if edge.ends[0] == net {
                    core.branches.push(Branch { ends, guard: metal.guard(edge), contact: edge.contact });
                }
            }
        }
        for net in &core.nets {
            self.local[*net as usize] = NONE;
        }
        self.left = self.left.saturating_sub(core.branches.len() as u64);
        let kept = block(&core, self.limits);
        core.branches.retain(|branch| kept.binary_search(&branch.contact).is_ok());
        (!core.branches.is_empty()).then_some(core)
    }
}

/// Contacts on some simple path between the ends, whatever their guards say; ascending.
fn block(core: &Core, limits: &Limits<'_>) -> Vec<u32> {
    let branches = core.branches.iter().map(|branch| Branch { guard: Guard::ALWAYS, ..*branch }).collect();
    let mut core = Core { nets: core.nets.clone(), branches };
    let mut known = Known::new(0);
    if !core.prune(limits, &mut known, &mut 0) {
        return Vec::new();
    }
    let mut contacts: Vec<u32> = core.branches.iter().map(|branch| branch.contact).collect();
    contacts.sort_unstable();
    contacts
}

fn twins(limits: &Limits<'_>, standing: &Standing<'_>) -> BTreeMap<u32, Vec<u32>> {
    let metal = limits.metal;
    let stands = metal.edges.iter().map(|edge| (edge.ends.map(|net| standing.at(net)), edge));
    let mut direct: Vec<([u32; 2], Guard, u32)> = stands
        .filter(|([p, q], _)| *p != NONE && *q != NONE)
        .map(|([p, q], edge)| ([p.min(q), p.max(q)], metal.guard(*edge), edge.contact))
        .collect();
    direct.sort_unstable();
    let alike = direct.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|alike| alike.len() > 1);
    alike.map(|alike| (alike[0].2, alike[1..].iter().map(|(.., contact)| *contact).collect())).collect()
}
