//! Failures against brute force: each wire, plug, contact, fuse and device is taken out of the build by itself, the build
//! is wired up again without it, settled, and must have lost what the analysis says; so must pairs of wires.

#[path = "failures/brute.rs"]
mod brute;
mod memory;

use std::collections::{BTreeMap, BTreeSet};

use analysis::circuit::Side;
use analysis::failures::{Cause, Consequence};
use brute::{Before, brute};
use cli::Checked;
use memory::Workspace;
use model::device::Origin;
use model::wire::RunKind;
use model::{Build, DeviceId, RunId, WireId};

fn builds() -> Vec<(&'static str, Checked)> {
    let mut builds = vec![("the real build", Workspace::real().check())];
    for name in ["as-published", "minimal", "seven-pis"] {
        builds.push((name, Workspace::example(name).check()));
    }
    builds
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
    let drawn = (0..60).map(drawn).filter(|checked| !checked.facts.failures.open.parted_pairs).take(12);
    for (name, checked) in builds().into_iter().chain(drawn.map(|checked| ("drawn at random", checked))) {
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
        assert!(failures.open.parted_pairs, "{name}: only one supply holds each net");
        assert!(failures.open.causes.is_empty() && !failures.open.parted, "{name}: something was not looked at");
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

/// Numbers that look drawn, from a fixed seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 33).expect("31 bits fit") % bound
    }

    /// A tree over these ends, and some wires more: redundant ways, rings, several wires in one screw.
    fn joined(&mut self, ends: &[String], extra: usize, wires: &mut Vec<String>) {
        for at in 1..ends.len() {
            let other = self.below(at);
            wires.push(format!("\"{} -- {}\"", ends[other], ends[at]));
        }
        for _ in 0..extra {
            let (a, b) = (self.below(ends.len()), self.below(ends.len()));
            if a != b {
                wires.push(format!("\"{} -- {}\"", ends[a], ends[b]));
            }
        }
    }
}

/// One or two supplies, a converter, joints and lamps, wired at random; plus never meets minus.
fn drawn(seed: u64) -> Checked {
    let mut draw = Draw(seed);
    let supplies = 1 + draw.below(2);
    let mut devices = format!("s = {{ part = \"bus-supply\", count = {} }}\n", supplies + 1);
    devices.push_str("buck = { part = \"toy-buck\" }\njoint = { part = \"joint\", count = 6 }\nlamp = { part = \"lamp\", count = 5 }");
    let mut wires = Vec::new();
    let mut plus: Vec<Vec<String>> =
        (1..=supplies).map(|at| vec![format!("s[{at}].plus[1]"), format!("s[{at}].plus[2]")]).collect();
    plus.push(vec!["buck.plus".to_owned()]);
    plus[0].push("buck.in-plus".to_owned());
    let mut minus: Vec<String> = (1..=supplies).map(|at| format!("s[{at}].minus[1]")).collect();
    minus.push("buck.in-minus".to_owned());
    if draw.below(2) == 0 {
        minus.push("buck.minus".to_owned());
    }
    for joint in 1..=6 {
        let [a, b] = [1, 2].map(|at| format!("joint[{joint}].t[{at}]"));
        let rails = plus.len();
        let of = match draw.below(rails + 1) {
            rail if rail < rails => &mut plus[rail],
            _ => &mut minus,
        };
        of.extend([a, b]);
    }
    for lamp in 1..=5 {
        let rail = draw.below(plus.len());
        plus[rail].push(format!("lamp[{lamp}].plus"));
        minus.push(format!("lamp[{lamp}].minus"));
    }
    for ends in plus.iter().chain([&minus]) {
        let extra = draw.below(3);
        draw.joined(ends, extra, &mut wires);
    }
    bench(&devices, &(wires.join(",\n") + ","))
}

#[test]
fn builds_wired_at_random_lose_what_brute_force_says() {
    let (mut taking, mut shared) = (0, 0);
    for seed in 0..60 {
        let checked = drawn(seed);
        let failures = &checked.facts.failures;
        assert!(failures.open.causes.is_empty() && !failures.open.parted, "seed {seed}: something was not looked at");
        let before = Before::of(&checked);
        shared += usize::from(failures.open.parted_pairs);
        let none = Consequence::default();
        for cause in everything(&checked) {
            let wanted = brute(&checked, &before, &[cause]);
            let group = failures.groups.iter().find(|group| group.causes.contains(&cause));
            taking += usize::from(group.is_some());
            assert_eq!(
                *group.map_or(&none, |group| &group.takes),
                wanted,
                "seed {seed}: {}",
                told(&checked.build, cause)
            );
        }
    }
    assert!(
        taking > 500 && shared > 15,
        "{taking} failures take something; {shared} builds with a net that several hold"
    );
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
