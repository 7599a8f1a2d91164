//! Fresh devices, and fresh wires, cables and plugs between them.

use std::collections::BTreeMap;

use model::build::Named;
use model::device::Origin;
use model::part::{End, Mover};
use model::wire::{Bundle, Mate, Run, RunKind, Wire};
use model::{Build, BundleId, DeviceId, RunId, Terminal, WireId};

use super::super::places::Spot;
use super::super::slice::Slice;
use super::super::worked::Like;
use super::{Copy, Mapped, is_placed};

/// Which runs copy which.
pub(super) type Runs = BTreeMap<RunId, Vec<RunId>>;

fn id(at: usize) -> u32 {
    u32::try_from(at).expect("copies are bounded")
}

/// Whether a device is made by its run.
pub(super) fn is_made(build: &Build, id: DeviceId) -> bool {
    matches!(build.device(id).origin, Origin::Cable | Origin::Inline)
}

/// A copy of a device under the next free number of its group, or under a fresh name.
pub(super) fn device(build: &mut Build, like: DeviceId) -> DeviceId {
    let of = build.device(like);
    let (group, number) = match of.number {
        Some(_) => {
            let numbers = build.named(&of.group).iter().filter_map(|other| build.device(*other).number);
            (of.group.clone(), Some(numbers.max().unwrap_or(0) + 1))
        }
        None => {
            let mut names = (2..).map(|nth: u32| format!("{}-{nth}", of.name));
            (names.find(|name| !build.names.contains_key(name)).expect("there is always one more"), None)
        }
    };
    let name = number.map_or_else(|| group.clone(), |number| format!("{group}[{number}]"));
    named(build, like, name, group, number)
}

fn named(build: &mut Build, like: DeviceId, name: String, group: String, number: Option<u32>) -> DeviceId {
    let fresh = DeviceId(id(build.devices.len()));
    let mut device = build.device(like).clone();
    let terminals = id(build.part(device.part).terminals.len());
    device.first = build.terminals;
    device.note = None;
    if number.is_some() {
        build.names.entry(group.clone()).and_modify(|all| all.add(fresh)).or_insert(Named::One([fresh]));
    }
    build.names.insert(name.clone(), Named::One([fresh]));
    (device.name, device.group, device.number) = (name, group, number);
    build.terminals += terminals;
    build.owners.extend((0..terminals).map(|_| fresh));
    build.devices.push(device);
    for scenario in &mut build.scenarios {
        if let Some(profile) = scenario.profiles.get(&like).cloned() {
            scenario.profiles.insert(fresh, profile);
        }
    }
    fresh
}

/// What belongs to a copied device, or arrives inside it, belongs to the copy; what is plugged into another than the original, to that.
pub(super) fn kin(build: &mut Build, copy: &Copy) {
    for &fresh in copy.devices.values() {
        let device = &mut build.devices[fresh.0 as usize];
        device.belongs = device.belongs.map(|owner| {
            let plugged = copy.spots.iter().find_map(|(claim, spot)| match (claim.at, spot) {
                (Spot::Port(from, _), Spot::Port(to, _)) if from == owner => Some(*to),
                _ => None,
            });
            copy.devices.get(&owner).copied().or(plugged).unwrap_or(owner)
        });
        if let Origin::Inside(host) = device.origin {
            device.origin = Origin::Inside(copy.devices.get(&host).copied().unwrap_or(host));
        }
    }
}

/// A run to be made: like another, or from a line to an input of a channel.
enum Due {
    Run(RunId),
    Control(Like, (DeviceId, u32), u32),
}

/// The copies of all runs that have places, and the wires that work channels: a fresh bundle for each bundle that they are like.
pub(super) fn runs(build: &mut Build, slice: &Slice, copies: &mut [Copy]) -> Runs {
    let mut due: BTreeMap<BundleId, Vec<(usize, Due)>> = BTreeMap::new();
    for (nth, copy) in copies.iter().enumerate() {
        let mapped = Mapped { slice, copy };
        for &run in slice.runs.iter().filter(|run| is_placed(build, &mapped, **run)) {
            due.entry(build.run(run).bundle).or_default().push((nth, Due::Run(run)));
        }
        for (channel, line) in copy.channels.iter().zip(&copy.lines) {
            if let (Some(channel), Some((like, line))) = (channel, line) {
                let bundle = build.run(build.wire(like.wire).run).bundle;
                due.entry(bundle).or_default().push((nth, Due::Control(*like, *channel, *line)));
            }
        }
    }
    let mut made = Runs::new();
    for (bundle, all) in due {
        let first = id(build.runs.len());
        let fresh = BundleId(id(build.bundles.len()));
        let like = build.bundle(bundle).clone();
        let mut name = like.name.clone();
        name.value = more_of(build, &name.value);
        build.bundles.push(Bundle { name, cut: None, note: None, runs: (first, first), ..like });
        for (nth, what) in all {
            let (run, at) = match what {
                Due::Run(run) => (run, again(build, slice, &mut copies[nth], run, (fresh, first))),
                Due::Control(like, channel, line) => {
                    (build.wire(like.wire).run, control(build, like, channel, line, (fresh, first)))
                }
            };
            made.entry(run).or_default().extend(at);
        }
        build.bundles.last_mut().expect("it was pushed above").runs.1 = id(build.runs.len());
    }
    made
}

/// `feed-more`, `feed-more-2`.
fn more_of(build: &Build, name: &str) -> String {
    let taken = |name: &str| build.bundles.iter().any(|bundle| bundle.name.value == name);
    let first = format!("{name}-more");
    if !taken(&first) {
        return first;
    }
    (2..).map(|nth: u32| format!("{first}-{nth}")).find(|name| !taken(name)).expect("there is always one more")
}

fn wire(build: &mut Build, like: WireId, ends: [Terminal; 2], run: RunId) -> WireId {
    let fresh = WireId(id(build.wires.len()));
    let like: Wire = *build.wire(like);
    build.wires.push(Wire { ends, run, ..like });
    fresh
}

/// A run in the fresh bundle whose first run is `first`.
fn push(build: &mut Build, like: RunId, (bundle, first): (BundleId, u32), what: RunKind) -> RunId {
    let fresh = RunId(id(build.runs.len()));
    let like = build.run(like).clone();
    build.runs.push(Run { bundle, nth: fresh.0 - first + 1, what, ..like });
    fresh
}

/// The copy of one run; every end of it has a place.
fn again(build: &mut Build, slice: &Slice, copy: &mut Copy, run: RunId, into: (BundleId, u32)) -> Option<RunId> {
    let fresh = RunId(id(build.runs.len()));
    let name = format!("{}/{}", build.bundle(into.0).name.value, fresh.0 - into.1 + 1);
    let at = |build: &Build, copy: &Copy, terminal| Mapped { slice, copy }.terminal(build, Some(run), terminal);
    let what = match build.run(run).what.clone() {
        RunKind::Wire(like) => {
            let [from, to] = build.wire(like).ends;
            let ends = [at(build, copy, from)?, at(build, copy, to)?];
            RunKind::Wire(wire(build, like, ends, fresh))
        }
        RunKind::Inline(one, middle, two) => {
            let made = named(build, middle, name.clone(), name, None);
            copy.devices.insert(middle, made);
            let ends = [one, two].map(|wire| build.wire(wire).ends);
            let [from, left] = [at(build, copy, ends[0][0])?, at(build, copy, ends[0][1])?];
            let [right, to] = [at(build, copy, ends[1][0])?, at(build, copy, ends[1][1])?];
            let one = wire(build, one, [from, left], fresh);
            RunKind::Inline(one, made, wire(build, two, [right, to], fresh))
        }
        RunKind::Cable(cable, a, b) => {
            let made = named(build, cable, name.clone(), name, None);
            copy.devices.insert(cable, made);
            let [a, b] = [mate(build, slice, copy, run, &a)?, mate(build, slice, copy, run, &b)?];
            RunKind::Cable(made, Box::new(a), Box::new(b))
        }
        RunKind::Plug(like) => RunKind::Plug(Box::new(mate(build, slice, copy, run, &like)?)),
    };
    Some(push(build, run, into, what))
}

/// A mating on other ports: pins meet by the positions at which the original's meet.
fn mate(build: &Build, slice: &Slice, copy: &Copy, run: RunId, like: &Mate) -> Option<Mate> {
    let mapped = Mapped { slice, copy };
    let ends = [mapped.port(run, like.ends[0])?, mapped.port(run, like.ends[1])?];
    let pin = |side: usize, terminal: Terminal| -> Option<Terminal> {
        let pins = |(device, port): (DeviceId, u32)| &build.part_of(device).ports[port as usize].pins;
        let from = build.device(like.ends[side].0);
        let position = pins(like.ends[side]).iter().position(|&local| from.terminal(local) == terminal)?;
        Some(build.device(ends[side].0).terminal(*pins(ends[side]).get(position)?))
    };
    let pairs = like.pairs.iter().filter_map(|&(a, b)| Some((pin(0, a)?, pin(1, b)?))).collect();
    Some(Mate { ends, pairs, ..like.clone() })
}

/// The wire from a free line to the input of a fresh channel.
fn control(build: &mut Build, like: Like, channel: (DeviceId, u32), line: u32, into: (BundleId, u32)) -> Option<RunId> {
    let driven = driven(build, like, channel)?;
    let from = build.part_of(like.controller).lines[line as usize].at.as_ref()?;
    let from = build.device(like.controller).terminal(from[0]);
    let ends = if like.board_end == 1 { [from, driven] } else { [driven, from] };
    let fresh = RunId(id(build.runs.len()));
    let run = build.wire(like.wire).run;
    let wire = wire(build, like.wire, ends, fresh);
    Some(push(build, run, into, RunKind::Wire(wire)))
}

/// The end of the channel's input that stands as the driven end of the one that is copied.
fn driven(build: &Build, like: Like, (board, contact): (DeviceId, u32)) -> Option<Terminal> {
    let (device, part) = (build.device(board), build.part_of(board));
    let Some(Mover::Coil(coil)) = part.contacts[contact as usize].by else { return None };
    let input = &part.inputs[part.coils[coil as usize].input? as usize];
    let landed = build.wire(like.wire).ends[like.board_end];
    let own = build.device(build.owner(landed));
    let of = &build.part_of(build.owner(landed)).inputs[like.input as usize];
    let is = |end: &End| end.iter().any(|&local| own.terminal(local) == landed);
    let at = of.variants.iter().position(|variant| is(&variant.from) || is(&variant.to))?;
    let variant = input.variants.get(at)?;
    let end = if is(&of.variants[at].from) { &variant.from } else { &variant.to };
    Some(device.terminal(*end.first()?))
}
