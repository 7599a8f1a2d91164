//! The test sheet of the repository's own build: every wire, branch and relay stands on it once, with limits that the wiring gives.

mod memory;

use std::collections::BTreeSet;

use analysis::meter::rig::{Edits, Rig, Shows};
use analysis::meter::{Expect, Phase, Test, compute};
use analysis::power::What;
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
    // Branches are measured before their loads are plugged in; a drive behind a Pi has no branch of its own. Relay boards lie beside
    // the branch of Pi 5, and the blower hangs on the supply itself: nobody states their ohms.
    let open: Vec<String> = of(&tests, Phase::Cold)
        .iter()
        .filter(|test| test.id.starts_with("open:"))
        .map(|test| format!("{}{}", test.id, if test.expect == Expect::Open { "" } else { " not verified" }))
        .collect();
    assert_eq!(
        open,
        [
            "open:fan.m not verified",
            "open:pi[1].board",
            "open:pi[2].board",
            "open:pi[3].board",
            "open:pi[4].board",
            "open:pi[5].board not verified",
            "open:sw.board"
        ]
    );
}

#[test]
fn both_legs_of_a_branch_are_rung_at_rest_and_the_one_with_the_contact_energised_as_well() {
    let checked = Workspace::real().check();
    let tests = sheet(&checked);
    let row = |id: &str| tests.iter().find(|test| test.id == id).unwrap_or_else(|| panic!("no row {id}"));
    let rest = row("way:atx.5v[3]--term[3].plus");
    let Expect::Joined(Some(band)) = rest.expect else { panic!("{rest:?}") };
    // Three wires of 18 AWG, 0.4 m in all, six screws, a fuse of 2 A and a contact of 10 to 100 mohm.
    assert!(0.02 < band.lo.0 && band.hi.0 < 0.25, "{band:?}");
    assert_eq!(rest.on.len(), 3);
    assert_eq!(row("way:atx.5v[3]--term[3].plus@k8.k[3]").expect, Expect::Open);
    assert_eq!(row("contact:k8.k[3]:nc@k8.k[3]").expect, Expect::Open);
    assert!(matches!(row("way:term[5].minus--pigtail.plug.com[1]").expect, Expect::Joined(Some(_))));
    let Expect::Ohms(band) = row("ohms:r300.r").expect else { panic!("the resistor has its own ohms") };
    assert!(band.lo.0 > 280.0 && band.hi.0 < 320.0, "{band:?}");
}

#[test]
fn one_more_wire_moves_no_other_line() {
    let before: BTreeSet<String> = sheet(&Workspace::real().check()).into_iter().map(|test| test.id).collect();
    let mut edited = Workspace::real();
    let wires = edited.files.get_mut("wiring/wires.toml").expect("the build has wires");
    let more = "[wire.first]\nstock = \"wire-18-red\"\nlength = \"50 mm\"\nrun = [\"atx.12v[2] -> k8.no[8]\"]\n\n[plug.supply]";
    *wires = wires.replacen("[plug.supply]", more, 1);
    let after: BTreeSet<String> = sheet(&edited.check()).into_iter().map(|test| test.id).collect();
    let gone: Vec<&String> = before.difference(&after).collect();
    assert!(gone.is_empty(), "{gone:?}");
    assert!(after.contains("wire:atx.12v[2]--k8.no[8]"), "{:?}", after.difference(&before));
}

#[test]
fn a_number_that_nobody_knows_gives_no_limit() {
    let mut edited = Workspace::real();
    let wires = edited.files.get_mut("wiring/wires.toml").expect("the build has wires");
    let (known, unknown) = (
        "length = \"200 mm\", ends = [\"\", \"ferrule-075\"] }",
        "length = \"unstated\", ends = [\"\", \"ferrule-075\"] }",
    );
    assert_eq!(wires.matches(known).count(), 1);
    *wires = wires.replace(known, unknown);
    let tests = sheet(&edited.check());
    for id in ["wire:fu[1].b--k2.nc", "way:atx.5v[1]--term[1].plus", "loaded:pi[1].board"] {
        let test = tests.iter().find(|test| test.id == id).unwrap_or_else(|| panic!("no row {id}"));
        assert_eq!(test.limits(), None, "{test:?}");
    }
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

/// What a line of the sheet says that is known before power.
fn said(expect: &Expect) -> &'static [Shows] {
    match expect {
        Expect::Open | Expect::Ohms(_) => &[Shows::Open],
        Expect::Joined(_) => &[Shows::Joined],
        Expect::NotVerified(why) if why.contains("another way") => &[Shows::Joined],
        Expect::NotVerified(why) if why.contains("nobody states their ohms") => &[Shows::Resistor, Shows::Electronics],
        Expect::NotVerified(why) if why.contains("nothing joins them") => {
            &[Shows::Open, Shows::Resistor, Shows::Electronics]
        }
        other => panic!("no cold line says {other:?}"),
    }
}

#[test]
fn each_cold_line_says_what_one_look_at_the_whole_network_shows() {
    let mut doubled = Workspace::real();
    let wires = doubled.files.get_mut("wiring/wires.toml").expect("the build has wires");
    let one = "  \"term[4].minus -> atx.com[6]\",\n";
    *wires = wires.replacen(one, &one.repeat(2), 1);
    let mut seen = [0; 4];
    for workspace in [Workspace::real(), doubled, Workspace::example("as-published"), Workspace::example("seven-pis")] {
        let checked = workspace.check();
        let rig = Rig::new(&checked.build, &checked.facts);
        let pieces = &checked.facts.power.harness.pieces;
        for test in of(&sheet(&checked), Phase::Cold) {
            let ends = test.probes.expect("an ohmmeter has two");
            let probes = ends.map(|end| rig.node(end));
            let values = rig.stand(&rig.rest, &test.state);
            let shows = |gone| rig.cold(&Edits { gone, ..Edits::default() }, &values).shows(probes[0], probes[1]);
            let kind = test.id.split(':').next().expect("an id has a kind");
            let is_own = |what: What| match kind {
                "wire" => matches!(what, What::Wire(_)),
                "fuse" => matches!(what, What::Fuse(..)),
                _ => matches!(what, What::Resistor(..)),
            };
            let own = pieces.iter().position(|piece| piece.at == ends && is_own(piece.what));
            let own = own.map(|number| u32::try_from(number).expect("pieces are bounded"));
            match kind {
                // What lies beside the piece that is tested, not what it shows itself.
                "wire" => assert_eq!(test.lifted, shows(own) == Shows::Joined, "{test:?}"),
                "fuse" if matches!(test.expect, Expect::Joined(_)) => assert_ne!(shows(own), Shows::Joined, "{test:?}"),
                "fuse" | "ohms" => assert!(said(&test.expect).contains(&shows(own)), "{test:?}"),
                _ => assert!(said(&test.expect).contains(&shows(None)), "{test:?}"),
            }
            let known = match (&test.expect, test.lifted) {
                (_, true) => 0,
                (Expect::Open, _) => 1,
                (Expect::Joined(_), _) => 2,
                _ => 3,
            };
            seen[known] += 1;
        }
    }
    assert!(seen.iter().all(|lines| 1 < *lines), "lifted, open, joined, not verified: {seen:?}");
}
