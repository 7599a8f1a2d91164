//! Coils, outputs, and how a state settles: every position's power is worked out once from the metal.

use std::collections::BTreeSet;

use crate::states::joined;
use crate::{Build, Coil, Kind, Line};

/// A way to energise something.
pub(super) struct Output {
    pub owner: usize,
    pub name: Option<String>,
}

/// What moves: a variable, and what moves it.
pub(super) struct Armature {
    variable: usize,
    /// Coil by coil (those in parallel share a variable): where it is, and outputs that energise it.
    pub coils: Vec<(usize, Vec<usize>)>,
    /// The coil that returns it, and outputs that energise that.
    back: Option<(usize, Vec<usize>)>,
    /// Energised or not as chance has it while none of its drivers has power.
    loose: bool,
}

/// What one position of all armatures does.
pub(super) struct Position {
    /// By device.
    pub power: u64,
    /// By coil of the build.
    fed: Vec<bool>,
    /// By terminal: what the same live sources hold together, the least net of it.
    held: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct State {
    pub asserted: u32,
    pub position: u32,
    pub hung: u64,
}

pub(super) struct World<'a> {
    pub build: &'a Build,
    pub outputs: Vec<Output>,
    pub armatures: Vec<Armature>,
    /// By position, a bit an armature.
    pub positions: Vec<Position>,
    /// Some position joins ends of sources that metal does not join.
    pub shorted: bool,
}

/// Where a state settles, and who had no power at some time on the way.
pub(super) struct Rest {
    pub state: State,
    pub lost: u64,
}

pub(super) fn bit(mask: u64, at: usize) -> bool {
    mask >> at & 1 == 1
}

impl<'a> World<'a> {
    pub fn new(build: &'a Build) -> Self {
        let mut world =
            Self { build, outputs: Vec::new(), armatures: Vec::new(), positions: Vec::new(), shorted: false };
        for (variable, of) in build.variables.iter().enumerate() {
            if of.values == 2 && matches!(of.kind, Kind::Coil | Kind::Latch) {
                world.armatures.push(Armature { variable, coils: Vec::new(), back: None, loose: false });
            }
        }
        for position in 0..1_u32 << world.armatures.len() {
            let known = world.position(position);
            world.positions.push(known);
        }
        for (number, line) in build.lines.iter().enumerate() {
            let (owner, name) = (line.device, Some(line.name.clone()));
            debug_assert_eq!(number, world.outputs.len());
            world.outputs.push(Output { owner, name });
        }
        for at in 0..world.armatures.len() {
            let variable = world.armatures[at].variable;
            let coils: Vec<usize> =
                (0..build.coils.len()).filter(|&coil| build.coils[coil].variable == Some(variable)).collect();
            for coil in coils {
                let outputs = world.drivers(&build.coils[coil], Some(at));
                world.armatures[at].coils.push((coil, outputs));
                let back = build.coils[coil].back.as_ref();
                if let Some(back) = back.and_then(|name| build.coils.iter().position(|other| other.name == *name)) {
                    let outputs = world.drivers(&build.coils[back], None);
                    world.armatures[at].back = Some((back, outputs));
                }
                world.armatures[at].loose |= world.adrift(coil);
            }
        }
        world
    }

    /// Whether current may leave a coil's input into a line whose device has no power: at rest its feed and that device stand on the same sources.
    fn adrift(&self, coil: usize) -> bool {
        let build = self.build;
        let Coil { feed: Some(feed), driven: Some(driven), .. } = build.coils[coil] else { return false };
        let lines = build.lines.iter().filter(|line| build.net[line.terminal] == build.net[driven]);
        let held = &self.positions[0].held;
        let ground = |line: &Line| {
            let name = &build.devices[line.device].name;
            let load = build.loads.iter().find(|load| load.name.rsplit_once('.').map(|of| of.0) == Some(name));
            load.map(|load| held[load.ends[1]])
        };
        lines.into_iter().any(|line| ground(line) == Some(held[feed]))
    }

    /// Outputs that energise a coil: lines on its input's net; without any, an output of each who watches what hangs on it.
    fn drivers(&mut self, coil: &Coil, armature: Option<usize>) -> Vec<usize> {
        let net = |terminal: usize| self.build.net[terminal];
        let Some(driven) = coil.driven.filter(|_| coil.has_input) else { return Vec::new() };
        let lines = self.build.lines.iter().enumerate().filter(|(_, line)| net(line.terminal) == net(driven));
        let mut found: Vec<usize> = lines.map(|(at, _)| at).collect();
        let Some(armature) = armature.filter(|_| found.is_empty()) else { return found };
        let matters = |device: usize| {
            (0..self.positions.len()).any(|position| {
                let other = position ^ 1 << armature;
                bit(self.positions[position].power ^ self.positions[other].power, device)
            })
        };
        let duty = self.build.watches.iter().filter(|[watched, _]| matters(*watched));
        let watchers: BTreeSet<usize> = duty.map(|[_, watcher]| *watcher).collect();
        for owner in watchers {
            found.push(self.outputs.len());
            self.outputs.push(Output { owner, name: None });
        }
        found
    }

    /// Joins what a position closes, and asks who is fed.
    fn position(&mut self, position: u32) -> Position {
        let build = self.build;
        let mut values: Vec<u8> = build.variables.iter().map(|variable| variable.start).collect();
        for (at, armature) in self.armatures.iter().enumerate() {
            values[armature.variable] = u8::from(position >> at & 1 == 1);
        }
        let closed = build.throws.iter().filter(|throw| throw.by.1.contains(&values[throw.by.0]));
        let ends = closed.map(|throw| throw.ends.map(|end| build.net[end]));
        let label = joined(build.nets, ends);
        let at = |terminal: usize| label[build.net[terminal]];
        let mut live = vec![false; build.sources.len()];
        loop {
            let on = || build.sources.iter().zip(&live).filter(|(_, live)| **live).map(|(source, _)| source);
            let chains = joined(build.nets, on().map(|source| source.ends.map(at)));
            let touched = |net: usize| on().any(|source| source.ends.iter().any(|&end| at(end) == net));
            let power = |ends: [usize; 2]| {
                let [plus, minus] = ends.map(at);
                plus != minus && touched(plus) && touched(minus) && chains[plus] == chains[minus]
            };
            let next: Vec<bool> = build.sources.iter().map(|source| source.from.is_none_or(power)).collect();
            if next == live {
                let ends = || build.ends.iter().map(|end| build.net[end.terminal]);
                self.shorted |= ends().any(|a| ends().any(|b| a != b && label[a] == label[b]));
                let fed_input = |terminal: usize| on().any(|source| at(source.ends[0]) == at(terminal));
                let fed = build.coils.iter().map(|coil| {
                    let ends = match coil.ends {
                        [Some(plus), Some(minus)] => power([plus, minus]),
                        _ => coil.has_input,
                    };
                    ends && coil.feed.is_none_or(fed_input)
                });
                let fed = fed.collect();
                let powered = |name: &String| {
                    let own = build.loads.iter().filter(|load| load.name.rsplit_once('.').map(|of| of.0) == Some(name));
                    own.into_iter().all(|load| power(load.ends))
                };
                let power = build.devices.iter().enumerate();
                let power = power.fold(0, |all, (at, device)| all | u64::from(powered(&device.name)) << at);
                let held = (0..build.terminals.len()).map(|terminal| chains[at(terminal)]).collect();
                return Position { power, fed, held };
            }
            live = next;
        }
    }

    pub fn power(&self, state: State) -> u64 {
        self.positions[state.position as usize].power
    }

    /// Lets all coils move at once, then again, until none does; `chance` says how loose ones stand. `None`: it never ends.
    fn settle(&self, mut state: State, chance: u32) -> Option<Rest> {
        let mut lost = 0;
        for _ in 0..64 {
            let now = &self.positions[state.position as usize];
            lost |= !now.power;
            let alive = |output: &usize| bit(now.power, self.outputs[*output].owner);
            let mut asserted = 0;
            for output in 0..self.outputs.len() {
                if alive(&output) {
                    asserted |= state.asserted & 1 << output;
                }
            }
            let any = |outputs: &[usize]| outputs.iter().any(|output| asserted >> output & 1 == 1);
            let mut position = 0;
            for (at, armature) in self.armatures.iter().enumerate() {
                let pulls = armature.coils.iter().any(|(coil, outputs)| {
                    let free = !self.build.coils[*coil].has_input;
                    let adrift = armature.loose && !outputs.iter().any(alive) && chance >> at & 1 == 1;
                    now.fed[*coil] && (free || any(outputs) || adrift)
                });
                let stays = self.build.variables[armature.variable].kind == Kind::Latch
                    && state.position >> at & 1 == 1
                    && !armature.back.as_ref().is_some_and(|(coil, outputs)| now.fed[*coil] && any(outputs));
                position |= u32::from(pulls || stays) << at;
            }
            let next = State { asserted, position, hung: state.hung & now.power };
            if next == state {
                return Some(Rest { state, lost });
            }
            state = next;
        }
        None
    }

    /// Coils that never have a supply, though they have an input that is wired, or none at all.
    pub fn idle(&self) -> impl Iterator<Item = String> {
        let coils = self.armatures.iter().flat_map(|armature| armature.coils.iter().chain(&armature.back));
        let meant = coils.filter(|(coil, outputs)| {
            let coil = &self.build.coils[*coil];
            !outputs.is_empty() || !coil.has_input && coil.ends[0].is_some()
        });
        let idle = meant.filter(|(coil, _)| self.positions.iter().all(|position| !position.fed[*coil]));
        idle.map(|(coil, _)| self.build.coils[*coil].name.clone())
    }

    /// Devices that some pattern of outputs would feed, if these devices had power whatever happens.
    pub fn alive(&self, controllers: &BTreeSet<usize>) -> u64 {
        let always = controllers.iter().fold(0, |all, at| all | 1_u64 << at);
        let positions = self.positions.iter();
        let positions =
            positions.map(|of| Position { power: of.power | always, fed: of.fed.clone(), held: Vec::new() }).collect();
        let outputs = self.outputs.iter().map(|of| Output { owner: of.owner, name: None }).collect();
        let armatures = self.armatures.iter().map(|of| Armature {
            variable: of.variable,
            coils: of.coils.clone(),
            back: of.back.clone(),
            loose: of.loose,
        });
        let magic = World { build: self.build, outputs, armatures: armatures.collect(), positions, shorted: false };
        let patterns = (0..1_u32 << self.outputs.len())
            .filter(|pattern| (0..self.outputs.len()).all(|at| pattern >> at & 1 == 0 || moves(self, at)));
        let ends = patterns.filter_map(|asserted| magic.settle(State { asserted, position: 0, hung: 0 }, 0));
        ends.fold(0, |all, rest| all | self.power(rest.state))
    }

    /// All that a state may settle to. `None`: it may never.
    pub fn outcomes(&self, state: State) -> Option<Vec<Rest>> {
        let loose = self.armatures.iter().enumerate().filter(|(_, armature)| armature.loose);
        let loose = loose.fold(0_u32, |all, (at, _)| all | 1 << at);
        let chances = (0..1_u32 << self.armatures.len()).filter(|chance| chance & !loose == 0);
        chances.map(|chance| self.settle(state, chance)).collect()
    }
}

/// Whether an output energises anything.
pub(super) fn moves(world: &World<'_>, output: usize) -> bool {
    world.armatures.iter().any(|armature| {
        let back = armature.back.iter();
        armature.coils.iter().chain(back).any(|(_, outputs)| outputs.contains(&output))
    })
}

/// Devices with an output that energises something.
pub(super) fn movers(world: &World<'_>) -> BTreeSet<usize> {
    let outputs = (0..world.outputs.len()).filter(|&output| moves(world, output));
    outputs.map(|output| world.outputs[output].owner).collect()
}
