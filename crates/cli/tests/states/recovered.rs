//! Control: who is locked out by whose hang, what stays dark after a power cut, who cuts itself, what one wrong line does.

use std::collections::{BTreeMap, BTreeSet};

use analysis::control::CoilRef;
use model::DeviceId;
use oracle::{Recovery, generate};

use crate::Tally;
use crate::case::Case;

type Names = BTreeSet<String>;

/// Compares everything about the controllers of one build.
pub fn compare(seed: u64) -> Tally {
    let files = generate::controlled(seed);
    let build = oracle::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let one = build.unwrap_or_else(|why| panic!("seed {seed}: {why}")).recovery(1);
    // A load that nothing feeds, and a short, are other rules' findings; a relay that breaks its own supply never comes to rest.
    if !one.unfed.is_empty() || one.shorted || one.restless {
        return Tally::default();
    }
    let case = Case::of(seed, files);
    let control = &case.checked.facts.control;
    assert!(control.unfed.is_empty() && control.undecided.is_empty() && control.unproved.is_empty(), "{case}");
    let told: Names = control.controllers.iter().map(|one| name(&case, one.device)).collect();
    assert_eq!(told, one.controllers, "controllers\n{case}");

    let counts: Names = control.safe_at_rest.iter().map(|&id| name(&case, id)).collect();
    let expected: Names = one.at_rest.iter().filter(|name| counting(&case, name)).cloned().collect();
    assert_eq!(counts, expected, "at rest\n{case}");

    let dead: Names = control.dead_starts.iter().map(|found| name(&case, found.load)).collect();
    let dead: Names = dead.into_iter().filter(|name| counting(&case, name)).collect();
    let waiting: Names = one.waiting.iter().filter(|name| counting(&case, name)).cloned().collect();
    assert!(dead.is_subset(&one.dead), "dead starts: {dead:?} {:?}\n{case}", one.dead);
    assert!(waiting.is_subset(&dead), "dead starts: {waiting:?} {dead:?}\n{case}");

    let locked = locked(&case, &one);
    let beyond = if locked == 0 && one.controllers.len() > 1 { beyond(&case) } else { 0 };
    let (mistakes, self_cuts) = if one.mistakes.is_empty() { (0, 0) } else { mistakes(&case, &one) };
    Tally { controlled: 1, lock_outs: locked, beyond, dead: dead.len() as u64, mistakes, self_cuts, ..Tally::default() }
}

fn name(case: &Case, device: DeviceId) -> String {
    case.checked.build.device(device).name.clone()
}

fn coil(case: &Case, (device, index): CoilRef) -> String {
    format!("{}.{}", name(case, device), case.checked.build.part_of(device).coils[index as usize].name)
}

/// Whether somebody counts on it, by what the build says.
fn counting(case: &Case, name: &str) -> bool {
    let build = &case.checked.build;
    let is = |id: &DeviceId| build.device(*id).name == name;
    build.control.essential.iter().any(|(id, _)| is(id))
        || build.control.watches.iter().any(|watch| is(&watch.watched))
        || name.starts_with('c')
}

/// How many controllers lock something out by a hang.
fn locked(case: &Case, one: &Recovery) -> u64 {
    let told: BTreeMap<Names, _> = (case.checked.facts.control.lock_outs.iter())
        .map(|found| (found.hung.iter().map(|&id| name(case, id)).collect(), found))
        .collect();
    let keys: BTreeSet<&Names> = told.keys().collect();
    assert_eq!(keys, one.lock_outs.keys().collect(), "lock-outs: {:#?}\n{case}", one.lock_outs);
    for (hung, found) in &told {
        let known = &one.lock_outs[hung];
        let dark: Names = found.dark.iter().map(|&id| name(case, id)).collect();
        assert!(!dark.is_empty() && dark.is_subset(&known.dark), "{dark:?} {known:?}\n{case}");
        assert_eq!(found.events.len(), known.events as usize, "{hung:?} {:?} {known:?}\n{case}", found.events);
    }
    told.len() as u64
}

/// How many pairs of controllers lock something out together, in a build where none does alone.
fn beyond(case: &Case) -> u64 {
    let two = case.build.recovery(2);
    let told: Vec<Names> = (case.checked.facts.control.beyond.iter())
        .filter(|found| found.hung.len() == 2)
        .map(|found| found.hung.iter().map(|&id| name(case, id)).collect())
        .collect();
    assert_eq!(told.is_empty(), two.lock_outs.is_empty(), "{:?} {told:?}\n{case}", two.lock_outs);
    for hung in &told {
        assert!(two.lock_outs.contains_key(hung), "{hung:?} {:?}\n{case}", two.lock_outs);
    }
    told.len() as u64
}

/// How many lines put something in the dark if they are set wrongly at rest, and how many controllers cut themselves so.
fn mistakes(case: &Case, one: &Recovery) -> (u64, u64) {
    let (mut dark, mut own) = (0, 0);
    let control = &case.checked.facts.control;
    for mistake in &one.mistakes {
        dark += u64::from(!mistake.dark.is_empty());
        own += u64::from(mistake.dark.contains(&mistake.controller));
        let Some(line) = &mistake.line else { continue };
        let told = control.mistakes.iter().find(|told| {
            let part = case.checked.build.part_of(told.controller);
            format!("{}.{}", name(case, told.controller), part.lines[told.line as usize].name) == *line
        });
        let told = told.unwrap_or_else(|| panic!("nothing of {line}\n{case}"));
        let names: Names = told.dark.iter().map(|&id| name(case, id)).filter(|name| counting(case, name)).collect();
        let expected: Names = mistake.dark.iter().filter(|name| counting(case, name)).cloned().collect();
        assert_eq!((names, told.for_good), (expected, mistake.for_good), "{line}\n{case}");
    }
    let told = control.self_cuts.iter().map(|cut| {
        let coils: Names = cut.coils.iter().map(|&of| coil(case, of)).collect();
        (name(case, cut.controller), coils, cut.for_good)
    });
    let told: BTreeSet<_> = told.collect();
    let expected = one.mistakes.iter().filter(|mistake| mistake.dark.contains(&mistake.controller));
    let expected = expected.map(|mistake| (mistake.controller.clone(), mistake.coils.clone(), mistake.own_for_good));
    assert_eq!(told, expected.collect(), "self-cuts\n{case}");
    (dark, own)
}
