//! The analysis of states against brute force: thousands of random builds, read by two readers, answered by two programs.

mod memory;

use std::collections::BTreeMap;

use memory::Workspace;
use oracle::{Build, Conflict, Least, generate};
use switching::{Effort, Found, shorts};

/// Builds of few variables, and of many.
const SMALL: u64 = 10_000;
const LARGE: u64 = 40;

/// What brute force says of two nets: by their numbers, ascending.
struct Pair {
    least: Least,
    primary: Option<Least>,
    only_software: bool,
}

/// The shorts of brute force by pair of nets. Where two nets conflict hard, what they are by reference says nothing more.
fn by_net(build: &Build) -> BTreeMap<[usize; 2], Pair> {
    let mut pairs: BTreeMap<[usize; 2], (bool, Pair)> = BTreeMap::new();
    for short in build.shorts() {
        let hard = !matches!(short.conflict, Conflict::Referenced(_));
        let [a, b] = short.ends.map(|end| build.net(build.ends[end].terminal));
        let next = Pair { least: short.least, primary: short.primary, only_software: short.only_software };
        match pairs.entry([a.min(b), a.max(b)]) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert((hard, next));
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let (was_hard, known) = entry.get_mut();
                if hard && !*was_hard {
                    (*was_hard, *known) = (true, next);
                } else if hard == *was_hard {
                    known.least = known.least.min(next.least);
                    known.primary = [known.primary, next.primary].into_iter().flatten().min();
                    known.only_software &= next.only_software;
                }
            }
        }
    }
    pairs.into_iter().map(|(nets, (_, pair))| (nets, pair)).collect()
}

/// One build, both ways; whether it has a short.
#[track_caller]
fn compare(seed: u64, variables: usize) -> bool {
    let files = generate::build(seed, variables);
    let story = || {
        let text: String =
            files.iter().filter(|(path, _)| path.starts_with("wiring")).map(|(_, text)| text.as_str()).collect();
        format!("seed {seed}, {variables} variables\n{text}")
    };
    let build = oracle::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
        .unwrap_or_else(|why| panic!("{why}: {}", story()));
    let expected = by_net(&build);
    let checked = Workspace { files: files.clone(), ..Workspace::default() }.check();
    let circuit = &checked.facts.circuit;
    let name = |rail: u32| {
        let (of, plus) = circuit.rails[rail as usize];
        let source = &checked.build.part_of(of.device).sources[of.index as usize];
        (format!("{}.{}", checked.build.device(of.device).name, source.name), plus)
    };
    let net = |rail: u32| {
        let (source, plus) = name(rail);
        let end = build.ends.iter().find(|end| end.source == source && end.plus == plus);
        build.net(end.unwrap_or_else(|| panic!("no end `{source}`: {}", story())).terminal)
    };
    let nets = |rails: [u32; 2]| {
        let [a, b] = rails.map(net);
        [a.min(b), a.max(b)]
    };
    let all = shorts(&circuit.network, Effort::default());
    assert!(all.open.is_empty(), "{:?}: {}", all.open, story());
    let least = |found: &Found| Least { actuated: found.actuated, contacts: found.contacts };
    for found in &all.found {
        let pair = expected.get(&nets(found.rails)).unwrap_or_else(|| {
            panic!("no state joins {:?}\n{found:?}\n{}", found.rails.map(name), story());
        });
        let primary = pair.primary.unwrap_or_else(|| panic!("{found:?} is not primary: {}", story()));
        assert!(primary <= least(found), "{primary:?}: {found:?}\n{}", story());
        for derived in &found.derived {
            assert!(expected.contains_key(&nets(*derived)), "no state joins {:?}: {}", derived.map(name), story());
        }
    }
    for (pair, of) in &expected {
        let Some(primary) = of.primary else { continue };
        let told = all.found.iter().any(|found| nets(found.rails) == *pair && least(found) == primary);
        let derived =
            |found: &Found| found.derived.iter().any(|rails| nets(*rails) == *pair) && least(found) <= primary;
        // A way on which two other rails meet is that fault's, and not told again.
        let within = |found: &Found| found.actuated <= primary.actuated && found.contacts < primary.contacts;
        assert!(
            told || all.found.iter().any(|found| derived(found) || within(found)),
            "{pair:?} at {primary:?} is not told: {:?}\n{}",
            all.found,
            story()
        );
    }
    assert_eq!(all.found.iter().map(least).min(), expected.values().map(|pair| pair.least).min(), "{}", story());
    let hardware = all.found.iter().any(|found| !found.only_software);
    assert_eq!(hardware, expected.values().any(|pair| !pair.only_software), "{:?}\n{}", all.found, story());
    !expected.is_empty()
}

/// How many of these builds have a short; on two threads, each of which takes every other seed.
fn count(builds: u64, case: impl Fn(u64) -> (u64, usize) + Sync) -> u64 {
    let half = |odd: u64| {
        let seeds = (1..=builds).filter(move |seed| seed % 2 == odd);
        seeds.map(&case).filter(|&(seed, variables)| compare(seed, variables)).count() as u64
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        half(0) + other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[test]
fn what_brute_force_finds_is_found_and_nothing_else() {
    let with = count(SMALL, |seed| (seed, 1 + seed as usize % 7));
    assert!((SMALL * 35 / 100..SMALL * 65 / 100).contains(&with), "{with} of {SMALL} have a short");
}

#[test]
fn builds_of_many_variables_too() {
    let with = count(LARGE, |seed| (1_000_000 + seed, 9 + seed as usize % 8));
    assert!(with > LARGE / 4, "{with} of {LARGE} have a short");
}
