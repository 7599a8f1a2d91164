//! Every state, one after another: whether it is admissible, what it joins, which rails meet.

use std::collections::VecDeque;

use crate::{Build, Kind};

/// Classes under pairs: the least member of each.
pub(crate) fn joined(count: usize, pairs: impl Iterator<Item = [usize; 2]>) -> Vec<usize> {
    let mut above: Vec<usize> = (0..count).collect();
    fn top(above: &[usize], mut at: usize) -> usize {
        while above[at] != at {
            at = above[at];
        }
        at
    }
    for [a, b] in pairs {
        let (a, b) = (top(&above, a), top(&above, b));
        above[a.max(b)] = a.min(b);
    }
    for at in 0..count {
        above[at] = above[above[at]];
    }
    above
}

/// How two rails conflict.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Conflict {
    /// Two supplies of like volts.
    Parallel,
    /// Different potentials.
    Short,
    /// Mains and low voltage.
    Mains,
    /// Different islands: only while their references (nets) are joined too.
    Referenced([usize; 2]),
}

/// How a short is reached with least effort.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Least {
    /// What does not stand as at the start.
    pub actuated: u32,
    /// Contacts between the two nets.
    pub contacts: u32,
}

/// Two ends of sources that some admissible state joins, and that conflict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Short {
    /// Indices in [`Build::ends`].
    pub ends: [usize; 2],
    /// How they conflict.
    pub conflict: Conflict,
    /// Over all ways.
    pub least: Least,
    /// Over ways that avoid third nets in conflict with either, if there are any.
    pub primary: Option<Least>,
    /// No state that keeps the soft limits does it.
    pub only_software: bool,
}

/// The rails of a build: which pairs conflict, and how.
pub(crate) struct Rails {
    /// Net of metal of each of [`Build::ends`].
    net: Vec<usize>,
    pub(crate) pairs: Vec<([usize; 2], Conflict)>,
    pub(crate) fight_in_metal: bool,
    /// By net: nets in conflict with it, `Referenced` aside.
    foes: Vec<Vec<usize>>,
}

impl Rails {
    /// The net of an end.
    pub(crate) fn at(&self, end: usize) -> usize {
        self.net[end]
    }

    pub(crate) fn new(build: &Build) -> Self {
        let net: Vec<usize> = build.ends.iter().map(|end| build.net[end.terminal]).collect();
        let sources: Vec<[usize; 2]> =
            build.sources.iter().map(|source| source.ends.map(|end| build.net[end])).collect();
        let low = |at: &usize| !build.sources[*at].mains;
        let islands = joined(build.nets, (0..sources.len()).filter(low).map(|at| sources[at]));
        // The net with most minuses; of equals, the one whose minus is named first.
        let minuses = |of: usize| (0..sources.len()).filter(|at| low(at) && sources[*at][1] == of).count();
        let mut reference: Vec<Option<usize>> = vec![None; build.nets];
        for at in (0..sources.len()).filter(low) {
            let (minus, best) = (sources[at][1], &mut reference[islands[sources[at][1]]]);
            if best.is_none_or(|best| minuses(minus) > minuses(best)) {
                *best = Some(minus);
            }
        }
        let mut volts: Vec<Option<f64>> = vec![None; build.nets];
        reference.iter().flatten().for_each(|&net| volts[net] = Some(0.0));
        let mut fight_in_metal = false;
        for _ in 0..=sources.len() {
            for at in (0..sources.len()).filter(low) {
                let ([plus, minus], Some(across)) = (sources[at], build.sources[at].volts) else { continue };
                match (volts[plus], volts[minus]) {
                    (Some(above), Some(below)) => fight_in_metal |= !like(above, below + across),
                    (Some(above), None) => volts[minus] = Some(above - across),
                    (None, Some(below)) => volts[plus] = Some(below + across),
                    (None, None) => {}
                }
            }
        }
        let home = |end: usize| reference[islands[net[end]]].filter(|&at| at == net[end]);
        let mut pairs = Vec::new();
        let mut foes = vec![Vec::new(); build.nets];
        for a in 0..net.len() {
            for b in a + 1..net.len() {
                let [mains_a, mains_b] = [a, b].map(|end| build.sources[end / 2].mains);
                let [at, bt] = [net[a], net[b]];
                let both_plus = build.ends[a].plus && build.ends[b].plus;
                if at == bt {
                    fight_in_metal |= mains_a != mains_b || both_plus || mains_a;
                    continue;
                }
                let conflict = if mains_a != mains_b {
                    Conflict::Mains
                } else if mains_a {
                    Conflict::Short
                } else if islands[at] != islands[bt] {
                    let references = [at, bt].map(|net| reference[islands[net]].expect("every source has a minus"));
                    if home(a).is_some() || home(b).is_some() {
                        continue;
                    }
                    Conflict::Referenced(references)
                } else {
                    match (volts[at], volts[bt]) {
                        (Some(one), Some(other)) if like(one, other) && both_plus => Conflict::Parallel,
                        (Some(one), Some(other)) if like(one, other) => continue,
                        _ => Conflict::Short,
                    }
                };
                if !matches!(conflict, Conflict::Referenced(_)) {
                    foes[at].push(bt);
                    foes[bt].push(at);
                }
                pairs.push(([a, b], conflict));
            }
        }
        fight_in_metal |= sources.iter().any(|[plus, minus]| plus == minus);
        Self { net, pairs, fight_in_metal, foes }
    }
}

fn like(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

/// One state after another, with what it joins.
pub(crate) struct Walk<'a> {
    build: &'a Build,
    ends: Vec<[usize; 2]>,
    /// By variable: its value.
    pub(crate) state: Vec<u8>,
    /// By throw.
    pub(crate) closed: Vec<bool>,
    /// By net: the least net that it is joined to.
    pub(crate) label: Vec<usize>,
    around: Vec<Vec<(usize, usize)>>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(build: &'a Build) -> Self {
        let ends: Vec<[usize; 2]> = build.throws.iter().map(|throw| throw.ends.map(|end| build.net[end])).collect();
        let mut around = vec![Vec::new(); build.nets];
        for (throw, &[a, b]) in ends.iter().enumerate() {
            around[a].push((throw, b));
            around[b].push((throw, a));
        }
        let state = vec![0; build.variables.len()];
        let closed = vec![false; ends.len()];
        Self { build, ends, state, closed, label: Vec::new(), around }
    }

    /// The next state; false after the last.
    pub(crate) fn step(&mut self) -> bool {
        for (value, variable) in self.state.iter_mut().zip(&self.build.variables) {
            *value += 1;
            if *value < variable.values {
                return true;
            }
            *value = 0;
        }
        false
    }

    /// Finds what the state joins, with some throws stuck.
    pub(crate) fn settle(&mut self, stuck: impl Fn(usize) -> Option<bool>) {
        for (number, throw) in self.build.throws.iter().enumerate() {
            let moved = throw.by.1.contains(&self.state[throw.by.0]);
            let travels = throw.travel.is_some_and(|travel| self.state[travel] == 1);
            self.closed[number] = stuck(number).unwrap_or(moved || travels);
        }
        let closed = self.ends.iter().zip(&self.closed).filter(|(_, closed)| **closed).map(|(ends, _)| *ends);
        self.label = joined(self.build.nets, closed);
    }

    pub(crate) fn same(&self, a: usize, b: usize) -> bool {
        self.label[a] == self.label[b]
    }

    /// Whether the settled state is admissible, soft limits aside (or not).
    pub(crate) fn admissible(&self, soft: bool) -> bool {
        let on = |variable: &usize| self.state[*variable] == 1;
        let net = &self.build.net;
        let kept = |(hard, group): &(bool, Vec<usize>)| {
            !hard && !soft || group.iter().filter(|variable| on(variable)).count() <= 1
        };
        self.build.limits.iter().all(kept)
            && self.build.needs.iter().all(|(variable, ways)| {
                !on(variable) || ways.iter().any(|way| way.iter().all(|&[a, b]| self.same(net[a], net[b])))
            })
    }

    /// How much differs from the start.
    pub(crate) fn actuated(&self) -> u32 {
        let variables = self.state.iter().zip(&self.build.variables);
        variables.filter(|(value, variable)| variable.kind != Kind::Latch && **value != variable.start).count() as u32
    }

    /// Fewest closed contacts between two nets, without setting foot on some.
    pub(crate) fn distance(&self, from: usize, to: usize, avoid: impl Fn(usize) -> bool) -> Option<u32> {
        let mut far = vec![None; self.build.nets];
        far[from] = Some(0);
        let mut queue = VecDeque::from([from]);
        while let Some(at) = queue.pop_front() {
            if at == to {
                return far[to];
            }
            for &(throw, next) in &self.around[at] {
                if self.closed[throw] && far[next].is_none() && (next == to || !avoid(next)) {
                    far[next] = far[at].map(|far| far + 1);
                    queue.push_back(next);
                }
            }
        }
        None
    }

    /// Whether a pair of rails conflicts in the settled state.
    pub(crate) fn meets(&self, rails: &Rails, ends: [usize; 2], conflict: Conflict) -> bool {
        self.same(rails.net[ends[0]], rails.net[ends[1]])
            && match conflict {
                Conflict::Referenced([a, b]) => self.same(a, b),
                _ => true,
            }
    }
}

impl Build {
    /// Every pair of conflicting ends that some admissible state joins, in the order of their indices.
    pub fn shorts(&self) -> Vec<Short> {
        let rails = Rails::new(self);
        let mut found: Vec<Option<Short>> = vec![None; rails.pairs.len()];
        let mut walk = Walk::new(self);
        loop {
            walk.settle(|_| None);
            if walk.admissible(false) {
                let software = !walk.admissible(true);
                let actuated = walk.actuated();
                for (&(ends, conflict), found) in rails.pairs.iter().zip(&mut found) {
                    if walk.meets(&rails, ends, conflict) {
                        note(&walk, &rails, (ends, conflict), actuated, software, found);
                    }
                }
            }
            if !walk.step() {
                return found.into_iter().flatten().collect();
            }
        }
    }
}

/// Takes a state's short into account.
fn note(
    walk: &Walk<'_>,
    rails: &Rails,
    (ends, conflict): ([usize; 2], Conflict),
    actuated: u32,
    software: bool,
    found: &mut Option<Short>,
) {
    let [a, b] = ends.map(|end| rails.net[end]);
    let worst = Least { actuated: u32::MAX, contacts: u32::MAX };
    let short = found.get_or_insert(Short { ends, conflict, least: worst, primary: None, only_software: true });
    short.only_software &= software;
    if actuated <= short.least.actuated {
        let contacts = walk.distance(a, b, |_| false).expect("the state joins them");
        short.least = short.least.min(Least { actuated, contacts });
    }
    if short.primary.is_none_or(|primary| actuated <= primary.actuated) {
        let foe = |net: usize| rails.foes[a].contains(&net) || rails.foes[b].contains(&net);
        if let Some(contacts) = walk.distance(a, b, foe) {
            let least = Least { actuated, contacts };
            short.primary = Some(short.primary.map_or(least, |primary| primary.min(least)));
        }
    }
}
