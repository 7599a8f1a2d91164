//! The test sheet of the repository's own build: every wire, branch and relay stands on it once, with limits that the wiring gives.

mod memory;

use std::collections::BTreeSet;

use analysis::meter::{Expect, Phase, Test, compute};
use cli::Checked;
use memory::Workspace;
use model::wire::RunKind;

fn sheet(checked: &Checked) -> Vec<Test> {
    compute(&checked.build, &checked.facts)
}

fn of(tests: &[Test], phase: Phase) -> Vec<&Test> {
    tests.iter().filter(|test| test.phase == phase).collect()
}

#[test]
fn every_wire_is_rung_once_and_every_line_has_a_name_of_its_own() {
    let checked = Workspace::real().check();
    let tests = sheet(&checked);
    let ids: BTreeSet<&str> = tests.iter().map(|test| test.id.as_str()).collect();
    assert_eq!(ids.len(), tests.len(), "two lines share a name");
    let rung: Vec<_> = tests.iter().filter_map(|test| test.run).collect();
    let cut =
        checked.build.runs.iter().filter(|run| matches!(run.what, RunKind::Wire(_) | RunKind::Inline(..))).count();
    assert_eq!(rung.iter().collect::<BTreeSet<_>>().len(), cut);
    assert!(tests.is_sorted_by_key(|test| test.phase));
}

#[test]
fn each_relay_cuts_its_own_load_and_what_hangs_on_it() {
    let checked = Workspace::real().check();
    let tests = sheet(&checked);
    let name = |device: &model::DeviceId| checked.build.device(*device).name.as_str();
    let cycles: Vec<String> = of(&tests, Phase::Cycle)
        .iter()
        .map(|test| {
            let Expect::Dark(others) = &test.expect else { panic!("{test:?}") };
            assert_eq!(test.state.len(), 1, "all loads sit on NC: {test:?}");
            let others: Vec<&str> = others.iter().map(name).collect();
            format!("{} {} {}", test.id, test.load.as_ref().map_or("", name), others.join(" "))
        })
        .collect();
    assert_eq!(
        cycles,
        [
            "cycle:k8.k[2] pi[2] k2 ssd[2]",
            "cycle:k8.k[3] pi[3] ssd[3]",
            "cycle:k8.k[4] pi[4] ssd[4]",
            "cycle:k1.k pi[5] ssd[5]",
            "cycle:k2.k pi[1] k1 ssd[1]",
        ]
    );
}

#[test]
fn loaded_volts_lie_between_what_the_corners_allow_and_name_what_the_load_wants() {
    let checked = Workspace::real().check();
    let tests = sheet(&checked);
    let loaded = of(&tests, Phase::Loaded);
    let pi = loaded.iter().find(|test| test.id == "loaded:pi[1].board").expect("Pi 1 is on the sheet");
    let Expect::Volts { limits: [Some(low), Some(typical), Some(high)], floor: Some(floor) } = pi.expect else {
        panic!("{pi:?}")
    };
    assert!(low < typical && typical < high && high < 5.25, "{pi:?}");
    assert!((floor.0 - 4.63).abs() < 1e-9, "a Pi warns below 4.63 V: {pi:?}");
    // Branches are measured before their loads are plugged in; a drive behind a Pi has no branch of its own.
    let open: Vec<&str> = of(&tests, Phase::Cold)
        .iter()
        .filter(|test| test.expect == Expect::Open)
        .map(|test| test.id.as_str())
        .collect();
    assert_eq!(
        open,
        [
            "open:fan.m",
            "open:pi[1].board",
            "open:pi[2].board",
            "open:pi[3].board",
            "open:pi[4].board",
            "open:pi[5].board",
            "open:sw.board"
        ]
    );
}

#[test]
fn a_wire_that_goes_leaves_the_sheet() {
    let whole = Workspace::real().check();
    let mut edited = Workspace::real();
    let wires = edited.files.get_mut("wiring/wires.toml").expect("the build has wires");
    *wires = wires.replace("  \"term[4].minus -> atx.com[6]\",\n", "");
    let without = edited.check();
    let ids = |checked: &Checked| sheet(checked).into_iter().map(|test| test.id).collect::<Vec<_>>();
    let (before, after) = (ids(&whole), ids(&without));
    assert!(before.contains(&"loaded:pi[4].board".to_owned()) && !after.contains(&"loaded:pi[4].board".to_owned()));
    let wires = |ids: &[String]| ids.iter().filter(|id| id.starts_with("wire:")).count();
    assert_eq!(wires(&before), wires(&after) + 1);
}
