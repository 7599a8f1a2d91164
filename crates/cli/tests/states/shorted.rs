//! Shorts: which rails meet in some state, with how few actuated over how few contacts, and whether only software keeps them apart.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use oracle::{Build, Conflict, Least};
use switching::{Effort, Found, shorts};

use crate::case::Case;

/// What brute force says of two nets.
struct Pair {
    least: Least,
    primary: Option<Least>,
    only_software: bool,
}

/// The shorts of brute force by pair of nets, ascending. Where two nets conflict hard, their references say nothing more.
fn by_net(build: &Build) -> BTreeMap<[usize; 2], Pair> {
    let mut pairs: BTreeMap<[usize; 2], (bool, Pair)> = BTreeMap::new();
    for short in build.shorts() {
        let hard = !matches!(short.conflict, Conflict::Referenced(_));
        let [a, b] = short.ends.map(|end| build.net(build.ends[end].terminal));
        let next = Pair { least: short.least, primary: short.primary, only_software: short.only_software };
        match pairs.entry([a.min(b), a.max(b)]) {
            Entry::Vacant(entry) => {
                entry.insert((hard, next));
            }
            Entry::Occupied(mut entry) => {
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

fn least(found: &Found) -> Least {
    Least { actuated: found.actuated, contacts: found.contacts }
}

/// Whether there is a short.
pub fn compare(case: &Case) -> bool {
    let expected = by_net(&case.build);
    let facts = &case.checked.facts;
    let all = shorts(&facts.circuit.network, Effort::default());
    assert!(all.open.is_empty(), "{:?}\n{case}", all.open);
    for found in &all.found {
        let pair = expected.get(&case.nets(found.rails)).unwrap_or_else(|| panic!("no state does {found:?}\n{case}"));
        let primary = pair.primary.unwrap_or_else(|| panic!("over a third rail: {found:?}\n{case}"));
        assert!(primary <= least(found), "no state does {found:?} so cheaply: {primary:?}\n{case}");
        for derived in &found.derived {
            assert!(expected.contains_key(&case.nets(*derived)), "no state joins {derived:?}\n{case}");
        }
    }
    for (nets, pair) in &expected {
        let Some(primary) = pair.primary else { continue };
        let explains = |found: &Found| {
            let told = case.nets(found.rails) == *nets && least(found) == primary;
            let derived = found.derived.iter().any(|rails| case.nets(*rails) == *nets) && least(found) <= primary;
            // A way on which two other rails meet is that fault's, and not told again.
            told || derived || found.actuated <= primary.actuated && found.contacts < primary.contacts
        };
        assert!(all.found.iter().any(explains), "{nets:?} at {primary:?} is not in {:?}\n{case}", all.found);
    }
    let first = all.found.iter().map(least).min();
    assert_eq!(first, expected.values().map(|pair| pair.least).min(), "{:?}\n{case}", all.found);
    let hardware = all.found.iter().any(|found| !found.only_software);
    assert_eq!(hardware, expected.values().any(|pair| !pair.only_software), "{:?}\n{case}", all.found);

    // What the facts tell is what the engine found, without what meets with nothing moved.
    let moved: Vec<_> = all.found.iter().filter(|found| !found.state.is_empty()).collect();
    assert_eq!(facts.states.shorts.len(), moved.len(), "{case}");
    for (told, found) in facts.states.shorts.iter().zip(moved) {
        let ends = found.rails.map(|rail| facts.circuit.rails[rail as usize]);
        assert_eq!(
            (told.ends, told.actuated, told.contacts.len()),
            (ends, found.actuated, found.contacts as usize),
            "{case}"
        );
    }
    !expected.is_empty()
}
