//! Failures against brute force: each wire, plug, contact, fuse and device is taken out of the build by itself, the build
//! is wired up again without it, settled, and must have lost what the analysis says; so must pairs of wires.

mod memory;

use std::collections::{BTreeMap, BTreeSet};

use analysis::circuit::Side;
use analysis::drives;
use analysis::failures::{Cause, Consequence};
use analysis::nets::{self, Link};
use analysis::what_if::{self, Change, World};
use cli::Checked;
use memory::Workspace;
use model::device::Origin;
use model::wire::RunKind;
use model::{Build, DeviceId, RunId, Terminal, WireId};

fn builds() -> Vec<(&'static str, Checked)> {
    let mut builds = vec![("the real build", Workspace::real().check())];
    for name in ["as-published", "minimal", "seven-pis"] {
        builds.push((name, Workspace::example(name).check()));
    }
    builds
}

/// The build without what fails.
fn change(build: &Build, causes: &[Cause]) -> Change {
    let mut change = Change::default();
    for cause in causes {
        match *cause {
            Cause::Out(device) => {
                change.dead.insert(device);
            }
            Cause::Silent(_) => {}
            Cause::Plug(run) => {
                change.open.insert(Link::Mate(run));
            }
            Cause::Wire(wire) => {
                change.open.insert(Link::Wire(wire));
            }
            Cause::Fuse(device, index) => {
                change.open.insert(Link::Fuse(device, index));
            }
            Cause::Open(device, index) => {
                change.open.insert(Link::Contact(device, index));
                change.stuck_open.insert((device, index));
            }
            Cause::Welded(device, index, side) => {
                change.welded.insert((device, index), side);
            }
            Cause::Loose(terminal) => {
                let wires = (0..).zip(&build.wires).filter(|(_, wire)| wire.ends.contains(&terminal));
                change.open.extend(wires.map(|(number, _)| Link::Wire(WireId(number))));
            }
        }
    }
    change
}

/// Devices with a load that has power.
fn lit(world: &World) -> BTreeSet<(DeviceId, u32)> {
    let loads = world.circuit.loads.iter().zip(&world.settled.powered);
    loads.filter(|(_, on)| **on).map(|(load, _)| load.of).collect()
}

/// Computers that no path of plugs, cables and living switches joins to a feed's socket.
fn cut_off(build: &Build, causes: &[Cause], dark: &BTreeSet<DeviceId>) -> BTreeSet<DeviceId> {
    let out = |device: DeviceId| causes.contains(&Cause::Out(device));
    let is = |device: DeviceId, port: u32| build.part_of(device).ports[port as usize].kind == "rj45";
    let mut joined: Vec<[(DeviceId, u32); 2]> = Vec::new();
    for (number, run) in (0..).zip(&build.runs) {
        if causes.contains(&Cause::Plug(RunId(number))) {
            continue;
        }
        for mate in nets::mates(&run.what).into_iter().filter(|mate| mate.fits) {
            if mate.ends.iter().all(|end| is(end.0, end.1)) {
                joined.push(mate.ends);
            }
        }
    }
    let mut reached: BTreeSet<(DeviceId, u32)> = BTreeSet::new();
    for (id, device, part) in build.each_device() {
        if matches!(device.origin, Origin::Feed(_)) && !out(id) {
            reached.extend((0..).zip(&part.ports).filter(|(_, port)| port.kind == "rj45").map(|(at, _)| (id, at)));
        }
    }
    loop {
        let before = reached.len();
        for [a, b] in &joined {
            if reached.contains(a) || reached.contains(b) {
                reached.extend([*a, *b]);
            }
        }
        for (id, _, part) in build.each_device() {
            let passes = part.kind != "computer" && !out(id) && !(dark.contains(&id) && !part.loads.is_empty());
            if passes && reached.iter().any(|(device, _)| *device == id) {
                let own = (0..).zip(&part.ports).filter(|(_, port)| port.kind == "rj45");
                reached.extend(own.map(|(at, _)| (id, at)));
            }
        }
        if reached.len() == before {
            break;
        }
    }
    let computers = build.each_device().filter(|(_, _, part)| part.kind == "computer");
    computers.map(|(id, ..)| id).filter(|id| !reached.iter().any(|(device, _)| device == id)).collect()
}

/// Loads that some living controller can still switch.
fn gripped(
    build: &Build,
    checked: &Checked,
    world: &World,
    causes: &[Cause],
    dark: &BTreeSet<DeviceId>,
) -> BTreeSet<DeviceId> {
    let facts = &checked.facts;
    let node = |at: Terminal| world.settled.component[world.metal.net(at).0 as usize];
    let mut live: BTreeSet<u32> = BTreeSet::new();
    for (supply, on) in world.circuit.supplies.iter().zip(&world.settled.live) {
        if *on {
            live.extend([supply.at.plus, supply.at.minus].map(|at| world.settled.component[at as usize]));
        }
    }
    let dead = |device: DeviceId| causes.contains(&Cause::Out(device)) || dark.contains(&device);
    let works = |outlet: &analysis::outlets::Outlet| {
        let stuck = causes.iter().any(|cause| match cause {
            Cause::Open(device, index) | Cause::Welded(device, index, _) => (*device, *index) == outlet.contact,
            _ => false,
        });
        let silent = causes.contains(&Cause::Silent(outlet.controller));
        if stuck || silent || dead(outlet.controller) || causes.contains(&Cause::Out(outlet.coil.0)) {
            return false;
        }
        let (device, part) = (build.device(outlet.coil.0), build.part_of(outlet.coil.0));
        let coil = &part.coils[outlet.coil.1 as usize];
        let mut ends = coil.plus.iter().chain(&coil.minus).map(|end| device.terminal(end[0]));
        let drive = facts.drives.of_input(outlet.input.0, outlet.input.1).expect("an outlet's input has a drive");
        let shape = drives::variant(build, drive).expect("an outlet's input has a known variant");
        let line = &build.part_of(outlet.line.0).lines[outlet.line.1 as usize];
        let line = line.at.as_ref().map(|end| node(build.device(outlet.line.0).terminal(end[0])));
        let mut input = [&shape.from, &shape.to].into_iter().map(|end| device.terminal(end[0]));
        ends.all(|end| live.contains(&node(end)))
            && input.all(|end| live.contains(&node(end)) || Some(node(end)) == line)
    };
    facts.outlets.iter().filter(|outlet| works(outlet)).map(|outlet| outlet.load).collect()
}

/// What brute force says that these causes take.
fn brute(checked: &Checked, before: &Before, causes: &[Cause]) -> Consequence {
    let build = &checked.build;
    let world = what_if::world(build, &checked.facts, &change(build, causes));
    let now = lit(&world);
    let lost = before.lit.difference(&now).map(|(device, _)| *device);
    let dark: BTreeSet<DeviceId> = lost.collect();
    let every: BTreeSet<DeviceId> = dark.union(&before.dark).copied().collect();
    let out = |id: &DeviceId| causes.contains(&Cause::Out(*id));
    let mut unreachable = cut_off(build, causes, &every);
    unreachable.retain(|id| !before.cut_off.contains(id) && !dark.contains(id) && !out(id));
    for cause in causes {
        if let Cause::Silent(id) = cause
            && !before.cut_off.contains(id)
        {
            unreachable.insert(*id);
        }
    }
    let left = gripped(build, checked, &world, causes, &every);
    let mut uncontrollable: BTreeSet<DeviceId> = before.gripped.difference(&left).copied().collect();
    uncontrollable.retain(|id| !dark.contains(id) && !out(id));
    Consequence {
        dark: dark.into_iter().collect(),
        unreachable: unreachable.into_iter().collect(),
        uncontrollable: uncontrollable.into_iter().collect(),
    }
}

struct Before {
    lit: BTreeSet<(DeviceId, u32)>,
    dark: BTreeSet<DeviceId>,
    cut_off: BTreeSet<DeviceId>,
    gripped: BTreeSet<DeviceId>,
}

impl Before {
    fn of(checked: &Checked) -> Self {
        let build = &checked.build;
        let world = what_if::world(build, &checked.facts, &Change::default());
        let dark: BTreeSet<DeviceId> = world.dark().into_iter().collect();
        let gripped = gripped(build, checked, &world, &[], &dark);
        Self { lit: lit(&world), cut_off: cut_off(build, &[], &dark), gripped, dark }
    }
}

/// Everything that may fail alone, listed without the analysis.
fn everything(checked: &Checked) -> Vec<Cause> {
    let build = &checked.build;
    let mut all = Vec::new();
    for (id, device, part) in build.each_device() {
        if device.origin != Origin::Cable {
            all.push(Cause::Out(id));
        }
        if checked.facts.outlets.iter().any(|outlet| outlet.controller == id) {
            all.push(Cause::Silent(id));
        }
        all.extend((0..).zip(&part.fuses).map(|(index, _)| Cause::Fuse(id, index)));
        for (index, contact) in (0..).zip(&part.contacts) {
            let moved = checked.facts.outlets.iter().any(|outlet| outlet.contact == (id, index));
            if moved {
                all.push(Cause::Open(id, index));
                all.extend(contact.nc.iter().map(|_| Cause::Welded(id, index, Side::Nc)));
                all.extend(contact.no.iter().map(|_| Cause::Welded(id, index, Side::No)));
            }
        }
    }
    for (number, run) in (0..).zip(&build.runs) {
        if matches!(run.what, RunKind::Cable(..) | RunKind::Plug(_)) {
            all.push(Cause::Plug(RunId(number)));
        }
    }
    all.extend((0..u32::try_from(build.wires.len()).expect("wires are bounded")).map(|at| Cause::Wire(WireId(at))));
    all
}

#[test]
fn each_failure_alone_takes_what_brute_force_says() {
    for (name, checked) in builds() {
        let failures = &checked.facts.failures;
        assert!(failures.open.causes.is_empty(), "{name}: not looked at: {:?}", failures.open.causes);
        let before = Before::of(&checked);
        let mut said: BTreeMap<Cause, &Consequence> = BTreeMap::new();
        for group in &failures.groups {
            for cause in &group.causes {
                assert!(said.insert(*cause, &group.takes).is_none(), "{name}: {cause:?} stands in two groups");
            }
        }
        let none = Consequence::default();
        let all = everything(&checked);
        assert!(all.len() > 20, "{name}: only {} things can fail", all.len());
        for cause in all.iter().chain(said.keys()) {
            let wanted = brute(&checked, &before, &[*cause]);
            let found = said.get(cause).copied().unwrap_or(&none);
            assert_eq!(*found, wanted, "{name}: {}", told(&checked.build, *cause));
        }
    }
}

#[test]
fn each_pair_of_wires_takes_what_brute_force_says() {
    for (name, checked) in builds() {
        let failures = &checked.facts.failures;
        assert_eq!(failures.open.pairs, 0, "{name}: pairs are missing");
        let before = Before::of(&checked);
        let wires = u32::try_from(checked.build.wires.len()).expect("wires are bounded");
        let alone: Vec<Consequence> =
            (0..wires).map(|at| brute(&checked, &before, &[Cause::Wire(WireId(at))])).collect();
        let mut said: BTreeMap<[u32; 2], BTreeSet<DeviceId>> = BTreeMap::new();
        for pair in &failures.pairs {
            for (one, other) in pair.one.iter().flat_map(|one| pair.other.iter().map(move |other| (one, other))) {
                if let (Cause::Wire(one), Cause::Wire(other)) = (one, other) {
                    said.insert([one.0.min(other.0), one.0.max(other.0)], pair.takes.dark.iter().copied().collect());
                }
            }
        }
        for a in 0..wires {
            for b in a + 1..wires {
                let both = brute(&checked, &before, &[Cause::Wire(WireId(a)), Cause::Wire(WireId(b))]);
                let either: BTreeSet<DeviceId> =
                    [a, b].iter().flat_map(|at| alone[*at as usize].dark.iter().copied()).collect();
                let more: BTreeSet<DeviceId> =
                    both.dark.iter().copied().filter(|device| !either.contains(device)).collect();
                let found = said.get(&[a, b]).cloned().unwrap_or_default();
                assert_eq!(found, more, "{name}: wires {a} and {b}");
            }
        }
    }
}

/// A cause in words, for a test that fails.
fn told(build: &Build, cause: Cause) -> String {
    match cause {
        Cause::Out(id) | Cause::Silent(id) => format!("{cause:?}: {}", build.device(id).name),
        Cause::Plug(run) => build.run_path(run),
        Cause::Wire(wire) => build.run_path(build.wire(wire).run),
        Cause::Fuse(id, _) | Cause::Open(id, _) | Cause::Welded(id, ..) => {
            format!("{cause:?}: {}", build.device(id).name)
        }
        Cause::Loose(terminal) => build.path(terminal),
    }
}

/// A bench whose devices and wires are these.
fn bench(devices: &str, wires: &str) -> Checked {
    let mut bench = Workspace::bench();
    bench.files.insert("wiring/devices.toml".to_owned(), format!("[device]\n{devices}"));
    let wires = format!("[wire.all]\nstock = \"lead\"\nrun = [\n{wires}\n]\n");
    bench.files.insert("wiring/wires.toml".to_owned(), wires);
    bench.check()
}

/// Builds in which several supplies hold one net, or one hangs on another.
fn shared() -> Vec<(&'static str, Checked)> {
    vec![
        (
            "two supplies with one return, bonded by a single wire",
            bench(
                "a = { part = \"bus-supply\" }\nb = { part = \"bus-supply\" }\nlamp = { part = \"lamp\", count = 3 }",
                "\"a.plus[1] -> lamp[1].plus\", \"lamp[1].minus -> a.minus[1]\",
                 \"b.plus[1] -> lamp[2].plus\", \"lamp[2].minus -> b.minus[1]\",
                 \"b.plus[2] -> lamp[3].plus\", \"lamp[3].minus -> a.minus[2]\",
                 \"a.minus[3] -- b.minus[3]\",",
            ),
        ),
        (
            "the same bonded twice",
            bench(
                "a = { part = \"bus-supply\" }\nb = { part = \"bus-supply\" }\nlamp = { part = \"lamp\", count = 2 }",
                "\"b.plus[2] -> lamp[1].plus\", \"lamp[1].minus -> a.minus[2]\",
                 \"a.plus[2] -> lamp[2].plus\", \"lamp[2].minus -> b.minus[2]\",
                 \"a.minus[3] -- b.minus[3]\", \"a.minus[4] -- b.minus[4]\",",
            ),
        ),
        (
            "a converter on a supply, and a lamp on each",
            bench(
                "a = { part = \"supply-12\" }\nbuck = { part = \"toy-buck\" }\nb = { part = \"bus-supply\" }\nlamp = { part = \"lamp\", count = 2 }",
                "\"a.plus -> buck.in-plus\", \"buck.in-minus -> a.minus\",
                 \"buck.plus -> lamp[1].plus\", \"lamp[1].minus -> buck.minus\",
                 \"b.plus[1] -> lamp[2].plus\", \"lamp[2].minus -> a.minus\",
                 \"b.minus[1] -- a.minus\",",
            ),
        ),
    ]
}

#[test]
fn supplies_that_share_a_net_are_looked_at_exactly() {
    for (name, checked) in shared() {
        let failures = &checked.facts.failures;
        assert_eq!(failures.open, analysis::failures::Open::default(), "{name}: something was not looked at");
        let before = Before::of(&checked);
        assert!(before.dark.is_empty(), "{name}: dark before anything fails");
        let none = Consequence::default();
        for cause in everything(&checked) {
            let wanted = brute(&checked, &before, &[cause]);
            let group = failures.groups.iter().find(|group| group.causes.contains(&cause));
            assert_eq!(*group.map_or(&none, |group| &group.takes), wanted, "{name}: {}", told(&checked.build, cause));
        }
    }
}

#[test]
fn what_the_real_build_lists_as_weak_covers_what_takes_most() {
    let checked = Workspace::real().check();
    let failures = &checked.facts.failures;
    assert!(failures.unnamed.is_empty(), "not named by any weak spot: {:?}", failures.unnamed);
    let worst = &failures.groups[0];
    assert_eq!(worst.computers, 5, "{worst:?}");
    let mut unlisted = Workspace::real();
    let control = unlisted.files.get_mut("wiring/control.toml").expect("the build has it");
    *control = control.replace("what = [\"psu\"]", "what = [\"ssd[1]\"]");
    let checked = unlisted.check();
    let failures = &checked.facts.failures;
    let [left] = failures.unnamed.as_slice() else { panic!("one consequence is not named: {:?}", failures.unnamed) };
    assert_eq!(failures.groups[*left as usize].takes, *unlisted_worst(&checked), "the supply's own");
}

/// What the loss of the supply takes.
fn unlisted_worst(checked: &Checked) -> &Consequence {
    let psu = checked.build.named("psu")[0];
    let groups = &checked.facts.failures.groups;
    &groups.iter().find(|group| group.causes.contains(&Cause::Out(psu))).expect("the supply takes something").takes
}
