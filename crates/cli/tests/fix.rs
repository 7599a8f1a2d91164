//! `fix --assign`: wires take like terminals in the order of the board, and nothing else of the workspace changes.

mod memory;

use cli::fix::{self, Fixed};
use memory::Workspace;

/// A supply with five joined screws on either pole and five lamps, each wired by hand in this order of screws.
fn lamps(screws: [usize; 5]) -> Workspace {
    let mut workspace = Workspace::bench();
    workspace.files.retain(|path, _| !path.starts_with("wiring/"));
    let supply = "name = \"Rail\"\nkind = \"psu\"\ncite = \"toy\"\n\
                  source.out = { plus = \"plus\", minus = \"minus\", volts = \"5 V\", limit = \"3 A\" }\n\
                  join.plus = [\"plus[1..5]\"]\njoin.minus = [\"minus[1..5]\"]\n\
                  terminal.\"plus[1..5]\" = { clamp = \"screw\" }\nterminal.\"minus[1..5]\" = { clamp = \"screw\" }\n";
    let lamp = "name = \"Lamp\"\nkind = \"lamp\"\ncite = \"toy\"\n\
                load.glow = { plus = \"plus\", minus = \"minus\", volts = \"4..6 V\", profile = { worst = \"0.1 A @ 5 V\" } }\n";
    workspace.files.insert("bom/parts/rail.toml".to_owned(), supply.to_owned());
    workspace.files.insert("bom/parts/glow.toml".to_owned(), lamp.to_owned());
    let devices = "[device]\nrail = { part = \"rail\" }\nlamp = { part = \"glow\", count = 5 }\n";
    workspace.files.insert("wiring/devices.toml".to_owned(), devices.to_owned());
    let mut text =
        "# First comment.\n[wire.plus]\nstock = \"own\"\ngauge = \"18 AWG\"\nlength = \"100 mm\"\nrun = [\n".to_owned();
    for (lamp, screw) in (1..).zip(screws) {
        text.push_str(&format!("  \"rail.plus[{screw}] -> lamp[{lamp}].plus\",   # lamp {lamp}\n"));
    }
    text.push_str("]\n\n[wire.minus]\nstock = \"own\"\ngauge = \"18 AWG\"\nlength = \"100 mm\"\nrun = \"lamp[1..5].minus -> rail.minus[1..5]\"\n");
    workspace.files.insert("wiring/wires.toml".to_owned(), text);
    workspace
}

fn fixed(workspace: &Workspace) -> Fixed {
    fix::assign(workspace, &workspace.check()).expect("the build binds and keeps its findings")
}

#[test]
fn screws_are_taken_in_the_order_of_the_board_and_comments_stay() {
    let tangled = lamps([5, 4, 3, 2, 1]);
    let found = fixed(&tangled);
    assert!(found.crossings[0] >= 10 && found.crossings[1] < found.crossings[0], "{found:?}");
    let [(path, text)] = found.files.as_slice() else { panic!("{found:?}") };
    assert_eq!(path, "wiring/wires.toml");
    assert_eq!(text, &lamps([1, 2, 3, 4, 5]).files["wiring/wires.toml"]);
    assert_eq!(found.ends, 4);
    assert!(
        found.diff.contains(
            "-  \"rail.plus[5] -> lamp[1].plus\",   # lamp 1\n+  \"rail.plus[1] -> lamp[1].plus\",   # lamp 1"
        ),
        "{}",
        found.diff
    );
    let mut untangled = tangled;
    untangled.files.insert(path.clone(), text.clone());
    let again = fixed(&untangled);
    assert_eq!((again.ends, again.crossings[0]), (0, found.crossings[1]), "once is enough");
}

/// The same with the five wires of the plus pole written as one.
fn at_once(screws: &str) -> Workspace {
    let mut workspace = lamps([1, 2, 3, 4, 5]);
    let text = workspace.files.get_mut("wiring/wires.toml").expect("it is there");
    let (head, rest) = text.split_once("run = [\n").expect("a list of wires");
    let (_, tail) = rest.split_once("]\n\n").expect("the list ends");
    *text = format!("{head}run = \"rail.plus[{screws}] -> lamp[1..5].plus\"   # all\n\n{tail}");
    workspace
}

#[test]
fn a_list_of_screws_takes_another_order() {
    let found = fixed(&at_once("5,4,3,2,1"));
    let [(_, text)] = found.files.as_slice() else { panic!("{found:?}") };
    assert_eq!(text, &at_once("1..5").files["wiring/wires.toml"]);
    assert_eq!((found.ends, found.crossings[1]), (4, 0));
    assert!(fixed(&at_once("1..5")).files.is_empty(), "once is enough");
}

#[test]
fn what_stands_in_order_is_left_alone() {
    let found = fixed(&lamps([1, 2, 3, 4, 5]));
    assert!(found.files.is_empty() && found.diff.is_empty(), "{found:?}");
}

#[test]
fn screws_that_are_not_one_piece_of_metal_are_never_swapped() {
    let mut workspace = lamps([5, 4, 3, 2, 1]);
    let part = workspace.files.get_mut("bom/parts/rail.toml").expect("it is there");
    *part = part
        .replace("join.plus = [\"plus[1..5]\"]", "join.plus = [\"plus[1..1]\"]")
        .replace("plus = \"plus\", minus", "plus = \"plus[1]\", minus");
    let checked = workspace.check();
    if let Ok(found) = fix::assign(&workspace, &checked) {
        assert!(found.files.is_empty(), "{found:?}");
    }
}

#[test]
fn an_edit_that_changes_a_finding_is_refused() {
    let mut workspace = lamps([5, 4, 3, 2, 1]);
    let part = workspace.files.get_mut("bom/parts/rail.toml").expect("it is there");
    *part = part.replace(
        "terminal.\"plus[1..5]\" = { clamp = \"screw\" }",
        "terminal.\"plus[1]\" = { clamp = \"screw\", wire = \"28..22 AWG\" }\n\
         terminal.\"plus[2..5]\" = { clamp = \"screw\", wire = \"28..12 AWG\" }",
    );
    let wires = workspace.files.get_mut("wiring/wires.toml").expect("it is there");
    let thin = "\"rail.plus[1] -> lamp[5].plus\"";
    *wires = wires.replace(thin, &format!("{{ run = {thin}, gauge = \"24 AWG\" }}"));
    let why = fix::assign(&workspace, &workspace.check()).expect_err("a wire of 18 AWG would land in a small screw");
    assert!(why.contains("nothing is moved"), "{why}");
}

#[test]
fn the_real_build_keeps_every_finding() {
    for workspace in [Workspace::real(), Workspace::example("seven-pis"), Workspace::example("as-published")] {
        let checked = workspace.check();
        let told = |findings: &[source::Finding]| {
            let mut told: Vec<(&str, String)> =
                findings.iter().map(|finding| (finding.rule.code, finding.subject.clone())).collect();
            told.sort();
            told
        };
        let Ok(found) = fix::assign(&workspace, &checked) else { continue };
        let mut edited = workspace.clone();
        edited.files.extend(found.files.iter().cloned());
        assert_eq!(told(&edited.check().findings), told(&checked.findings));
        assert!(found.crossings[1] <= found.crossings[0]);
    }
}
