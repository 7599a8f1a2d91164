//! Who can bring what back, found by trying it: every position of the coils, every pattern of outputs, every hang.

mod world;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::Build;
use world::{Output, State, World, bit, movers, moves};

/// Most states that a build's controllers may have.
const MOST: usize = 1 << 16;

/// What controllers that hang take away for good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockOut {
    /// Over all states with just these controllers hung: devices that count and that the living cannot surely bring power, though they could if nobody
    /// hung.
    pub dark: BTreeSet<String>,
    /// The fewest events that lead to such a state.
    pub events: u32,
}

/// One line set wrongly while everything that can have power has it and no line is asserted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// Whose line.
    pub controller: String,
    /// Its name; none for one that `[watch]` alone speaks of.
    pub line: Option<String>,
    /// Coils that it energises.
    pub coils: BTreeSet<String>,
    /// Devices that lose power, for a moment at least.
    pub dark: BTreeSet<String>,
    /// The living cannot surely bring its own controller back.
    pub own_for_good: bool,
    /// Nor one of those that somebody counts on.
    pub for_good: bool,
}

/// What can be brought back, and what cannot.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Recovery {
    /// Devices whose lines, or whose duty by `[watch]`, energise coils.
    pub controllers: BTreeSet<String>,
    /// Devices, and coils that something should energise, that have power in no position of the coils.
    pub unfed: BTreeSet<String>,
    /// Some position joins ends of sources that metal does not join.
    pub shorted: bool,
    /// Some state never comes to rest; then nothing else is filled in.
    pub restless: bool,
    /// Devices with power before anybody does anything.
    pub at_rest: BTreeSet<String>,
    /// Devices that do not surely get power while nobody hangs, after all coils were at rest.
    pub dead: BTreeSet<String>,
    /// Those of them that would, if all controllers always had power.
    pub waiting: BTreeSet<String>,
    /// By the controllers that hang.
    pub lock_outs: BTreeMap<BTreeSet<String>, LockOut>,
    /// By line; empty if something that can have power is dark at rest.
    pub mistakes: Vec<Mistake>,
    /// States that were looked at.
    pub states: usize,
}

/// All states that can be reached, and what follows from each while nobody else hangs.
struct Reached {
    states: Vec<State>,
    index: HashMap<State, usize>,
    /// Fewest events from the start.
    events: Vec<u32>,
    /// By move of somebody alive, where it may end: chance picks.
    next: Vec<Vec<Vec<usize>>>,
    /// Devices that have power here, or that the living can bring some, whatever chance does.
    sure: Vec<u64>,
}

fn reach(world: &World<'_>, hangs: u32) -> Option<Reached> {
    let mut all =
        Reached { states: Vec::new(), index: HashMap::new(), events: Vec::new(), next: Vec::new(), sure: Vec::new() };
    let add = |all: &mut Reached, state: State, events: u32| {
        let next = all.states.len();
        let at = *all.index.entry(state).or_insert(next);
        if at == next {
            all.states.push(state);
            all.events.push(events);
        }
        at
    };
    for rest in world.outcomes(State { asserted: 0, position: 0, hung: 0 })? {
        add(&mut all, rest.state, 0);
    }
    let owners: BTreeSet<usize> = movers(world);
    let mut at = 0;
    while at < all.states.len() {
        assert!(all.states.len() <= MOST, "more states than are tried");
        let (state, events) = (all.states[at], all.events[at]);
        let living = |owner: usize| bit(world.power(state), owner) && !bit(state.hung, owner);
        let mut next = Vec::new();
        for (output, of) in world.outputs.iter().enumerate() {
            if moves(world, output) && living(of.owner) {
                let ends = world.outcomes(State { asserted: state.asserted ^ 1 << output, ..state })?;
                next.push(ends.into_iter().map(|rest| add(&mut all, rest.state, events + 1)).collect());
            }
        }
        all.next.push(next);
        if state.hung.count_ones() < hangs {
            for &owner in owners.iter().filter(|&&owner| living(owner) && !world.build.devices[owner].watchdog) {
                add(&mut all, State { hung: state.hung | 1 << owner, ..state }, events + 1);
            }
        }
        at += 1;
    }
    all.sure = all.states.iter().map(|&state| world.power(state)).collect();
    let mut again = true;
    while again {
        again = false;
        for at in (0..all.states.len()).rev() {
            let each = |ends: &Vec<usize>| ends.iter().fold(u64::MAX, |each, &end| each & all.sure[end]);
            let sure = all.next[at].iter().fold(all.sure[at], |sure, ends| sure | each(ends));
            again |= sure != all.sure[at];
            all.sure[at] = sure;
        }
    }
    Some(all)
}

impl Build {
    /// What can be brought back in every state that at most so many hangs at once can lead to.
    ///
    /// # Panics
    /// If there are more than 65,536 states, or more than 32 outputs or 64 devices.
    pub fn recovery(&self, hangs: u32) -> Recovery {
        assert!(self.devices.len() <= 64 && self.lines.len() <= 32, "the build is too large to try");
        let world = World::new(self);
        let named = |mask: u64| -> BTreeSet<String> {
            let there = self.devices.iter().enumerate().filter(|(at, _)| bit(mask, *at));
            there.map(|(_, device)| device.name.clone()).collect()
        };
        let fed = world.positions.iter().fold(0, |fed, position| fed | position.power);
        let controllers = movers(&world);
        let mut found = Recovery {
            controllers: controllers.iter().map(|&at| self.devices[at].name.clone()).collect(),
            unfed: named(!fed).into_iter().chain(world.idle()).collect(),
            shorted: world.shorted,
            ..Recovery::default()
        };
        let Some(all) = reach(&world, hangs) else {
            found.restless = true;
            return found;
        };
        found.states = all.states.len();
        let start = world.power(all.states[0]);
        found.at_rest = named(start);
        let ever = all.sure[0];
        found.dead = named(!ever);
        found.waiting = named(!ever & world.alive(&controllers));
        let counts = self.counts();
        for (at, &state) in all.states.iter().enumerate().filter(|(_, state)| state.hung != 0) {
            let healthy = all.index[&State { hung: 0, ..state }];
            let dark = named(all.sure[healthy] & !all.sure[at] & counts);
            if !dark.is_empty() {
                let known = found.lock_outs.entry(named(state.hung));
                let known = known.or_insert(LockOut { dark: BTreeSet::new(), events: u32::MAX });
                known.dark.extend(dark);
                known.events = known.events.min(all.events[at]);
            }
        }
        let calm = all.states.iter().filter(|state| state.hung == 0);
        let some = calm.fold(0, |some, &state| some | world.power(state));
        if start == some && all.events.iter().filter(|events| **events == 0).count() == 1 {
            for output in (0..world.outputs.len()).filter(|&output| moves(&world, output)) {
                found.mistakes.push(self.mistake(&world, &all, output));
            }
        }
        found
    }

    /// Devices that somebody counts on.
    fn counts(&self) -> u64 {
        let watched = |at: usize| self.watches.iter().any(|[watched, _]| *watched == at);
        self.devices.iter().enumerate().fold(0, |all, (at, device)| {
            let counts = device.essential || watched(at) || matches!(device.kind.as_str(), "computer" | "switch");
            all | u64::from(counts) << at
        })
    }

    fn mistake(&self, world: &World<'_>, all: &Reached, output: usize) -> Mistake {
        let Output { owner, name } = &world.outputs[output];
        let (start, mut dark, mut gone) = (all.states[0], 0, 0);
        let outcomes = world.outcomes(State { asserted: 1 << output, ..start }).expect("all states come to rest");
        for rest in outcomes.iter().filter(|_| bit(world.power(start), *owner)) {
            dark |= world.power(start) & rest.lost;
            gone |= all.sure[0] & !all.sure[all.index[&rest.state]];
        }
        let coils = world.armatures.iter().flat_map(|armature| &armature.coils);
        let coils =
            coils.filter(|(_, outputs)| outputs.contains(&output)).map(|(coil, _)| self.coils[*coil].name.clone());
        let there = self.devices.iter().enumerate().filter(|(at, _)| bit(dark, *at));
        Mistake {
            controller: self.devices[*owner].name.clone(),
            line: name.clone(),
            coils: coils.collect(),
            dark: there.map(|(_, device)| device.name.clone()).collect(),
            own_for_good: bit(gone, *owner),
            for_good: gone & self.counts() != 0,
        }
    }
}
