//! Where things stand: what `plan layout` prints for the builds of this repository, what the rules of fit say of small boxes, and
//! a search that never overlaps, never leaves its box and never beats its own bound.
//!
//! `cargo xtask docs` rewrites the snapshots.

mod memory;

use analysis::plan::floor::{Rect, covered};
use analysis::plan::layout::{Unknown, more};
use analysis::plan::packing::{Packing, pack};
use memory::{Dice, Workspace, name};
use outputs::plan::layout;

#[test]
fn the_layout_of_revision_2() {
    let checked = Workspace::real().check();
    insta::assert_snapshot!(layout::page(checked.view()));
}

#[test]
fn the_layout_of_the_published_build() {
    let checked = Workspace::example("as-published").check();
    insta::assert_snapshot!(layout::page(checked.view()));
    let pi = checked.build.named("pi")[0];
    assert_eq!(more(&checked.build, &checked.facts.layout, pi, 9), Err(Unknown::NoLayout));
    assert_eq!(layout::svg(checked.view()), None);
}

#[test]
fn the_layout_as_json_and_as_a_picture() {
    let checked = Workspace::real().check();
    let json: serde_json::Value = serde_json::from_str(&layout::json(checked.view())).expect("it is JSON");
    assert_eq!(json["boxes"][0]["devices"].as_array().map(Vec::len), Some(checked.build.places.len()));
    assert_eq!(json["boxes"][0]["more"][0]["by-area"], 6, "the area bound that the measures of the chassis give");
    let svg = layout::svg(checked.view()).expect("it has places");
    assert_eq!(svg.matches("class=\"room\"").count(), 12);
}

/// A box of 96 mm by 96 mm by 46 mm inside, with lamps, and what else a layout says.
fn boxed(places: &str, lamps: usize, body: &str) -> Workspace {
    let mut bench = Workspace::bench();
    let mut add = |path: &str, text: String| bench.files.insert(path.to_owned(), text);
    let inside = "inside = { length = \"96 mm\", width = \"96 mm\", height = \"46 mm\" }";
    let size = format!("body = {{ length = \"100 mm\", width = \"100 mm\", height = \"50 mm\", {inside} }}");
    add("bom/parts/case.toml", format!("name = \"Case\"\nkind = \"chassis\"\n{size}\n"));
    add("bom/parts/brick.toml", format!("name = \"Brick\"\nkind = \"computer\"\ncite = \"toy\"\n{body}\n"));
    let devices = "[device]\npsu = { part = \"supply\" }\nlamp = { part = \"lamp\" }\ncase = { part = \"case\" }\n";
    add("wiring/devices.toml", format!("{devices}brick = {{ part = \"brick\", count = {lamps} }}\n"));
    add("wiring/layout.toml", format!("[place.case]\n{places}"));
    bench
}

const BRICK: &str = "body = { length = \"30 mm\", width = \"20 mm\", height = \"10 mm\" }";

fn said(places: &str, body: &str) -> Vec<String> {
    let checked = boxed(places, 2, body).check();
    let fit = |finding: &&source::Finding| finding.rule.code.starts_with(['F', 'M', 'D']);
    checked.findings.iter().filter(fit).map(name).collect()
}

#[test]
fn each_rule_of_fit_knows_what_it_does_not_know() {
    let one = "\"brick[1]\" = { x = \"10 mm\", y = \"10 mm\" }\n";
    let nothing: [&str; 0] = [];
    assert_eq!(said(one, BRICK), nothing);
    let two =
        |x: &str, more: &str| said(&format!("{one}\"brick[2]\" = {{ x = \"{x}\", y = \"10 mm\"{more} }}\n"), BRICK);
    assert_eq!(two("40 mm", ""), nothing, "they touch");
    assert_eq!(two("39 mm", ""), ["F001 brick[2]"]);
    assert_eq!(two("39 mm", ", tolerance = \"3 mm\""), ["?F001 brick[2]"]);
    assert_eq!(two("39 mm", ", gap = \"10 mm\""), nothing, "one above the other");
    assert_eq!(two("80 mm", ""), ["F002 brick[2]"]);
    assert_eq!(two("70 mm", ", tolerance = \"5 mm\""), ["?F002 brick[2]"]);
    assert_eq!(two("unstated", ""), ["?F002 brick[2]"]);
    assert_eq!(two("50 mm", ", height = \"47 mm\""), ["F003 brick[2]"]);
    assert_eq!(two("50 mm", ", height = \"45..47 mm\""), ["?F003 brick[2]"]);
    assert_eq!(two("50 mm", ", height = \"unstated\""), ["?F003 brick[2]"]);
    assert_eq!(said(one, "body = { length = \"200 mm\", width = \"20 mm\", height = \"10 mm\" }"), ["F002 brick[1]"]);
}

#[test]
fn what_is_no_place_or_no_body_is_found() {
    let one = "\"brick[1]\" = { x = \"10 mm\", y = \"10 mm\" }\n";
    let found = |line: &str| said(&format!("{one}{line}"), BRICK).len();
    for line in [
        "\"brick[2]\" = { x = \"10 km\", y = \"10 mm\" }\n",
        "\"brick[2]\" = { x = \"50 mm\", y = \"10 mm\", length = \"0 mm\" }\n",
        "\"brick[2]\" = { x = \"50 mm\", y = \"10 mm\", width = \"-3 mm\" }\n",
        "\"brick[2]\" = { x = \"50 mm\", y = \"10 mm\", faces = \"up\" }\n",
        "\"brick[2]\" = { on = \"brick[2]\" }\n",
        "\"brick[2]\" = { on = \"psu\" }\n",
        "\"brick[2]\" = { on = \"nothing\" }\n",
        "\"brick[2]\" = { x = \"50 mm\", y = \"10 mm\", z = \"10 mm\" }\n",
    ] {
        assert!(found(line) >= 1, "{line}");
    }
    assert_eq!(found("\"brick[2]\" = { on = \"brick[1]\", gap = \"1 mm\" }\n"), 0);
    let group = "psu = { x = \"60 mm\", y = \"60 mm\", length = \"9 mm\", width = \"9 mm\", height = \"9 mm\" }\n";
    assert!(found(&format!("{group}brick = {{ on = \"brick\" }}\n")) >= 1, "nothing stands on itself");
    let bodies =
        ["length = \"-1 mm\"", "length = \"5 mm\", inside = { length = \"0 mm\" }", "keep-out = { left = \"-1 mm\" }"];
    for body in bodies {
        assert!(!said(one, &format!("body = {{ {body} }}")).is_empty(), "{body}");
    }
}

#[test]
fn what_has_no_place_is_given_one() {
    let one = "\"brick[1]\" = { x = \"10 mm\", y = \"10 mm\" }\n";
    let checked = boxed(one, 5, BRICK).check();
    let plan = analysis::plan::layout::compute(&checked.build, &checked.facts.layout);
    let floor = &plan.floors[0];
    assert_eq!((floor.fixed.len(), floor.planned.len()), (1, 4));
    apart(&floor.fixed.iter().chain(&floor.planned).map(|spot| spot.body).collect::<Vec<_>>(), floor.inside);
    assert!(layout::svg(checked.view()).expect("a plan").matches("class=\"planned\"").count() >= 4);
    let crowd = boxed(one, 20, BRICK).check();
    let plan = analysis::plan::layout::compute(&crowd.build, &crowd.facts.layout);
    let left = plan.homeless.iter().filter(|(device, _)| crowd.build.part_of(*device).id == "brick").count();
    assert_eq!(plan.floors[0].planned.len() + left, 19, "each has a spot or a reason");
    assert!(left >= 5, "96 mm by 96 mm hold 15 bricks of 30 mm by 20 mm at most");
}

fn apart(all: &[Rect], room: Rect) {
    for (nth, one) in all.iter().enumerate() {
        assert!(one.is_within(room), "{one:?} leaves {room:?}");
        assert!(all[nth + 1..].iter().all(|other| !one.meets(other)), "{all:?}");
    }
}

/// A rectangle in a small room, so that many searches come to their end.
fn rect(dice: &mut Dice, most: usize) -> Rect {
    let mut side = |least: usize| i64::try_from(dice.below(most) + least).expect("small");
    let (x0, y0) = (side(0), side(0));
    Rect { x0, y0, x1: x0 + side(1), y1: y0 + side(1) }
}

#[test]
fn a_packing_never_overlaps_never_leaves_the_room_and_never_beats_its_bound() {
    let mut dice = Dice(7);
    let (mut proved, mut several) = (0, 0);
    for _ in 0..80 {
        let side = i64::try_from(12 + dice.below(14)).expect("small");
        let room = Rect { x0: 0, y0: 0, x1: side, y1: 24 };
        let mut taken: Vec<Rect> = (0..dice.below(5)).map(|_| rect(&mut dice, 9)).collect();
        let size = (i64::try_from(3 + dice.below(6)).expect("small"), i64::try_from(2 + dice.below(5)).expect("small"));
        let check = |taken: &[Rect]| -> Packing {
            let packing = pack(room, taken, size, 100);
            let within: Vec<Rect> = taken.iter().filter_map(|rect| rect.within(room)).collect();
            apart(&packing.placed, room);
            assert!(packing.placed.iter().all(|one| taken.iter().all(|other| !one.meets(other))));
            let found = u32::try_from(packing.placed.len()).expect("few");
            let area = (room.area() - covered(&within)) / (size.0 * size.1);
            assert!(found <= packing.at_most && packing.at_most <= packing.by_area, "{packing:?}");
            assert_eq!(i64::from(packing.by_area), area);
            packing
        };
        let before = check(&taken);
        taken.push(rect(&mut dice, 12));
        let after = check(&taken);
        // One more body never makes room: not by its bound, and not by the answer where that is proved.
        assert!(after.by_area <= before.by_area);
        assert!(after.placed.len() <= before.at_most as usize);
        let is_proved = |packing: &Packing| packing.placed.len() == packing.at_most as usize;
        if is_proved(&before) {
            proved += 1;
            several += usize::from(before.placed.len() > 3);
            assert!(after.placed.len() <= before.placed.len());
        }
    }
    assert!(proved > 20 && several > 8, "{proved} proved, {several} of them with several");
}

#[test]
fn a_packing_that_a_greedy_corner_misses_is_found() {
    // Four dominoes around a hole: a pinwheel.
    let hole = [Rect { x0: 2, y0: 2, x1: 3, y1: 3 }];
    let packing = pack(Rect { x0: 0, y0: 0, x1: 5, y1: 5 }, &hole, (3, 2), 9);
    assert_eq!((packing.placed.len(), packing.at_most), (4, 4));
    assert_eq!(pack(Rect { x0: 0, y0: 0, x1: 5, y1: 5 }, &[], (6, 1), 9).at_most, 0);
    assert_eq!(pack(Rect::default(), &[], (1, 1), 9).at_most, 0);
}
