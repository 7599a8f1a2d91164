//! Pages of boards: every wire end stands on one under its tag, in the order that the part states, whatever a device is called;
//! and the chassis plan draws what has a place, and guesses nothing.

mod memory;

use std::collections::BTreeMap;

use cli::Checked;
use memory::Workspace;
use model::wire::RunKind;
use model::{RunId, Terminal};

fn site(checked: &Checked) -> BTreeMap<String, String> {
    let files = outputs::site::OUTPUT.files(checked.view()).expect("the site is always written");
    let files = files.into_iter().filter(|file| !file.path.ends_with(".zip"));
    files.map(|file| (file.path, String::from_utf8(file.bytes).expect("text"))).collect()
}

fn boards(files: &BTreeMap<String, String>) -> impl Iterator<Item = &String> {
    files.iter().filter(|(path, _)| path.starts_with("site/boards/")).map(|(_, html)| html)
}

/// Tags of ends as the pages list them, and as the build has them: of ends that are on no pin header.
fn ends(checked: &Checked, files: &BTreeMap<String, String>) -> [Vec<String>; 2] {
    let mut listed: Vec<String> = Vec::new();
    for html in boards(files) {
        let found = html.split("data-end=\"").skip(1).filter_map(|rest| rest.split('"').next());
        listed.extend(found.map(str::to_owned));
    }
    let build = &checked.build;
    let mut known = Vec::new();
    for run in (0..build.runs.len()).map(|n| RunId(u32::try_from(n).expect("few"))) {
        let ends: [Terminal; 2] = match build.run(run).what {
            RunKind::Wire(wire) => build.wire(wire).ends,
            RunKind::Inline(first, _, last) => [build.wire(first).ends[0], build.wire(last).ends[1]],
            RunKind::Cable(..) | RunKind::Plug(_) => continue,
        };
        let on_header =
            |end: Terminal| build.terminal(end).alias.as_ref().is_some_and(|alias| alias.starts_with("pin["));
        known.extend(ends.into_iter().filter(|&end| !on_header(end)).map(|_| build.tag(run)));
    }
    listed.sort();
    known.sort();
    [listed, known]
}

#[test]
fn every_end_of_a_wire_stands_once_on_a_board_under_its_tag() {
    let examples = ["as-published", "seven-pis", "minimal"].map(Workspace::example);
    for workspace in [Workspace::real()].into_iter().chain(examples) {
        let checked = workspace.check();
        let [listed, known] = ends(&checked, &site(&checked));
        assert!(!known.is_empty());
        assert_eq!(listed, known);
    }
}

#[test]
fn a_wire_that_is_gone_is_gone_from_its_boards() {
    let mut bench = Workspace::bench();
    let before = bench.check();
    let whole = ends(&before, &site(&before))[0].len();
    let wires = bench.files.get_mut("wiring/wires.toml").expect("the bench has wires");
    assert_eq!(wires.matches("\"psu.plus -> lamp.plus\"").count(), 1, "{wires}");
    *wires = wires.replace("\"psu.plus -> lamp.plus\"", "");
    let after = bench.check();
    assert_eq!(ends(&after, &site(&after))[0].len(), whole - 2);
}

/// Positions of words in a text, each behind the one before.
fn in_order(text: &str, words: &[&str]) -> bool {
    let mut from = 0;
    words.iter().all(|word| {
        let found = text[from..].find(word);
        from += found.unwrap_or(0);
        found.is_some()
    })
}

#[test]
fn terminals_stand_in_the_stated_order_and_turned_over_the_other_way() {
    let checked = Workspace::real().check();
    let files = site(&checked);
    let breakout = &files["site/boards/atx.html"];
    let silk =
        ["+3V3 · 1<", "+3V3 · 2<", "COM · 3<", "+5V · 4<", "COM · 5<", "+5V · 6<", "COM · 7<", "PWR_OK<", "+5VSB<"];
    assert!(in_order(breakout, &silk));
    let relay = &files["site/boards/k1.html"];
    let (over, front) = relay.split_once("class=\"faces front\"").expect("both faces are there");
    let first = |faces: &str| faces.split("</svg>").next().expect("split gives one").to_owned();
    assert!(in_order(&first(front), &[">NO<", ">COM<", ">NC<"]));
    assert!(in_order(&first(over), &[">NC<", ">COM<", ">NO<"]));
}

#[test]
fn a_part_that_states_no_order_is_said_to_state_none() {
    let checked = Workspace::bench().check();
    let files = site(&checked);
    for html in boards(&files) {
        assert!(html.contains("No order is stated for these terminals") && !html.contains("class=\"flip\""));
    }
    assert!(boards(&files).count() > 0);
}

/// A bench with a shelf in it, whose words are full of markup like those of a second supply.
fn odd(places: &str) -> Workspace {
    let mut bench = Workspace::bench();
    let devices = bench.files.get_mut("wiring/devices.toml").expect("the bench has it");
    devices.push_str("shelf = { part = \"shelf\" }\n\"odd<&\\\"'\" = { part = \"odd\", note = \"<i>\" }\n");
    devices.push_str(places);
    let shelf = "name = \"Shelf <b>\"\nkind = \"chassis\"\nbody = { length = \"300 mm\", width = \"400 mm\", height = \"40 mm\" }\n";
    bench.files.insert("bom/parts/shelf.toml".to_owned(), shelf.to_owned());
    let supply = "like = \"supply\"\nname = \"Odd <b>\"\nrow.\"<u>\" = { of = [\"plus\"] }\nterminal.plus = { clamp = \"screw\", silk = \"<s>\" }\n";
    bench.files.insert("bom/parts/odd.toml".to_owned(), supply.to_owned());
    bench
}

#[test]
fn a_name_full_of_markup_is_shown_and_not_obeyed() {
    let place = "[place.shelf]\nlamp = { x = \"10 mm\", y = \"20 mm\", length = \"30 mm\", width = \"90 mm\", note = \"<i>\" }\n";
    let checked = odd(place).check();
    assert_eq!(checked.build.places.len(), 1, "{:?}", checked.findings.iter().map(memory::name).collect::<Vec<_>>());
    let files = site(&checked);
    let pages = files.iter().filter(|(path, _)| path.starts_with("site/boards") || path.starts_with("site/chassis"));
    let shown: Vec<&String> = pages.map(|(_, text)| text).collect();
    let written = |name: &str| shown.iter().filter(|text| text.contains(name)).count();
    assert!(
        written("odd&lt;&amp;&quot;&#39;") + written("odd&#60;&#38;&#34;&#39;") >= 3,
        "its page, the list, what has no place"
    );
    for text in &shown {
        for raw in ["odd<", "<i>", "<b>Shelf", "Shelf <b>", "Odd <b>", "<u>", "<s>"] {
            assert!(!text.contains(raw), "{raw} in {text}");
        }
    }
}

#[test]
fn what_has_no_place_or_no_size_is_listed_and_not_drawn() {
    let checked = odd("[place.shelf]\npsu = { x = \"10 mm\", y = \"20 mm\" }\n").check();
    let files = site(&checked);
    let chassis = &files["site/chassis.html"];
    assert!(
        chassis.contains("no size or no position in numbers") && chassis.contains("no position and no size stated")
    );
    assert_eq!(files["site/chassis.svg"].matches("class=\"room\"").count(), 0);
    let real = Workspace::real().check();
    let drawn = site(&real)["site/chassis.svg"].matches("class=\"room\"").count();
    let stacked = real.build.places.iter().filter(|place| place.on.is_some() && place.x.is_absent()).count();
    assert_eq!((drawn, stacked), (real.build.places.len() - 5, 5));
}

#[test]
fn the_plan_is_to_scale() {
    let place = |x: &str| {
        let size = "length = \"100 mm\", width = \"200 mm\"";
        let checked = odd(&format!("[place.shelf]\npsu = {{ x = \"{x}\", y = \"0 mm\", {size} }}\n")).check();
        let svg = site(&checked).remove("site/chassis.svg").expect("there is a plan");
        let rect = svg.split("data-room=\"psu\"><rect ").nth(1).expect("psu is drawn").to_owned();
        ["x=\"", "y=\"", "width=\"", "height=\""].map(|key| {
            let value = rect.split(key).nth(1).and_then(|rest| rest.split('"').next()).expect("it has all four");
            value.parse::<i32>().expect("whole pixels")
        })
    };
    let (near, far) = (place("0 mm"), place("150 mm"));
    // The shelf is 400 mm wide and 724 pixels.
    assert_eq!([near[2], near[3]], [362, 181]);
    assert_eq!([far[0] - near[0], far[1] - near[1]], [0, 271]);
}

#[test]
fn rows_and_places_that_mean_nothing_are_found() {
    let found = |row: &str, place: &str| {
        let mut bench = odd(place);
        let odd = bench.files.get_mut("bom/parts/odd.toml").expect("the bench has it");
        odd.push_str(row);
        bench
            .check()
            .findings
            .iter()
            .map(|finding| finding.rule.code)
            .filter(|code| code.starts_with('M'))
            .collect::<Vec<_>>()
    };
    let sound = "[place.shelf]\npsu = { x = \"0 mm\", y = \"0 mm\" }\n";
    assert_eq!(found("row.edge = { of = [\"\", \"minus\"], side = \"top\" }\n", sound), Vec::<&str>::new());
    assert_eq!(found("row.edge = { of = [\"minus\", \"plsu\"] }\n", sound), ["M005"]);
    assert_eq!(found("row.edge = { of = [\"minus\", \"plus\"] }\n", sound), ["M008"]);
    assert_eq!(found("row.edge = { of = [\"minus\"], side = \"north\" }\n", sound).len(), 1);
    assert_eq!(found("", "[place.shelf]\npsuu = { x = \"0 mm\", y = \"0 mm\" }\n"), ["M002"]);
    assert_eq!(found("", "[place.shelf]\nshelf = { x = \"0 mm\", y = \"0 mm\" }\n").len(), 1);
    assert_eq!(found("", "[place.shelf]\npsu = { x = \"0 V\", y = \"0 mm\" }\n"), ["M003"]);
    assert_eq!(found("", "[place.shelf]\ncite = \"nowhere\"\npsu = { x = \"0 mm\", y = \"0 mm\" }\n").len(), 1);
}
