//! `wireloom readings`: filled sheets in, verdicts, causes and exit status out.

mod memory;
mod trial;

use analysis::meter::{Limits, Phase};
use memory::{Workspace, root};
use outputs::sheet::{Row, rows};
use serde_json::{Value, json};
use trial::{status, wireloom};

/// A reading that is good.
fn good(row: &Row) -> String {
    match row.test.limits() {
        None => String::new(),
        Some(Limits { low: Some(_), high: None }) => "OL".to_owned(),
        Some(Limits { low, high }) => {
            let (low, high) = (low.unwrap_or(0.0), high.unwrap_or(0.0));
            format!("{:.3}", f64::midpoint(low, high))
        }
    }
}

/// The sheet of the repository's build, filled in: `own` says otherwise for some lines.
fn filled(own: &[(&str, &str)]) -> String {
    let checked = Workspace::real().check();
    let mut text = "id,reading\n".to_owned();
    let mut used = 0;
    for row in rows(checked.view()) {
        let other = own.iter().find(|(id, _)| *id == row.test.id).map(|(_, reading)| (*reading).to_owned());
        used += usize::from(other.is_some());
        text.push_str(&format!("{},{}\n", row.test.id, other.unwrap_or_else(|| good(&row))));
    }
    assert_eq!(used, own.len(), "{own:?}");
    text
}

fn run(name: &str, text: impl AsRef<[u8]>, more: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join(name);
    std::fs::write(&file, text).expect("the file can be written");
    let mut arguments = vec!["readings", file.to_str().expect("a plain path")];
    arguments.extend(more);
    let output = wireloom(&root(), &arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (status(&output), text(&output.stdout), text(&output.stderr).replace(folder.path().to_str().expect("plain"), ""))
}

/// Words of the first cause, of a sheet that was filled in so.
fn first(own: &[(&str, &str)]) -> String {
    let (status, text, errors) = run("sheet.csv", filled(own), &["--format", "json"]);
    assert_eq!(status, 1, "{text}{errors}");
    let report: Value = serde_json::from_str(&text).expect("it is JSON");
    let cause = &report["diagnoses"][0]["causes"][0];
    format!("{}: {}", cause["kind"].as_str().unwrap_or("none"), cause["words"].as_str().unwrap_or_default())
}

#[test]
fn a_sheet_that_is_all_good_ends_in_0_and_one_with_gaps_in_3() {
    let (status, text, errors) = run("sheet.csv", filled(&[]), &[]);
    assert_eq!(status, 0, "{text}{errors}");
    assert!(text.contains(" 0 wrong, 0 not measured, "), "{text}");
    let (status, text, _) = run("sheet.csv", filled(&[("fuse:fu[1].f", "")]), &[]);
    assert_eq!(status, 3, "{text}");
    assert!(text.contains("not measured: fuse:fu[1].f"), "{text}");
    // The sheet as it is printed, with nothing filled in.
    let empty = wireloom(&root(), &["export", "sheet"]);
    let (status, text, errors) = run("sheet.csv", &empty.stdout, &[]);
    assert_eq!((status, errors.as_str()), (3, ""), "{text}");
    assert!(!text.contains("note:"), "{text}");
}

#[test]
fn one_wire_that_rings_open_is_named_with_its_tag() {
    let way = ("way:atx.5v[3]--term[3].plus", "OL");
    let volts = [("no-load:pi[3].board", "0"), ("loaded:pi[3].board", "0"), ("loaded:ssd[3].drive", "0")];
    let open = [&[("wire:fu[3].b--k8.nc[3]", "OL"), way], &volts[..]].concat();
    assert_eq!(
        first(&open),
        "open: wire #16 `fu[3].b` to `k8.nc[3]` is open: broken, or loose at one of its two joints"
    );
    // Every wire of the branch rings well, and so does its contact: the fuse is left.
    let blown = [&[("fuse:fu[3].f", "OL"), way], &volts[..]].concat();
    assert_eq!(first(&blown), "open: fuse `fu[3].f` is blown or not in");
    let worn = [&[("contact:k8.k[3]:nc", "OL"), way], &volts[..]].concat();
    assert_eq!(first(&worn), "open: contact `k8.k[3]`, NC does not close");
}

#[test]
fn a_relay_that_cycles_the_wrong_machine_has_two_wires_swapped() {
    let unrung = [("wire:pi[5].gpio[4]--k8.in[2]", ""), ("wire:pi[5].gpio[5]--k8.in[3]", "")];
    let (status, text, _) = run(
        "sheet.csv",
        filled(&[&[("cycle:k8.k[2]", "pi[3]"), ("cycle:k8.k[3]", "pi[2]")], &unrung[..]].concat()),
        &[],
    );
    assert_eq!(status, 1, "{text}");
    let cause = text.lines().find(|line| line.starts_with("  1. ")).expect("there is a cause");
    assert!(cause.starts_with("  1. wires #34 and #35 changed places: "), "{text}");
    let (status, text, _) = run("sheet.csv", filled(&[("cycle:k8.k[2]", "pi[2]"), ("cycle:k2.k", "pi[1]")]), &[]);
    assert_eq!(status, 0, "{text}");
}

#[test]
fn low_volts_say_how_many_ohms_a_joint_would_have_to_have() {
    // The cold rows cannot see a tenth of an ohm; the drive behind the Pi has less as well.
    let found = first(&[("loaded:pi[3].board", "4.4"), ("loaded:ssd[3].drive", "4.35")]);
    assert!(found.starts_with("high-resistance: wire #") && found.contains(" mohm too many"), "{found}");
    assert!(["#09", "#16", "#23", "#28"].iter().any(|tag| found.contains(tag)), "{found}");
    let found = first(&[("wire:k8.com[4]--term[4].plus", "3.2"), ("way:atx.5v[4]--term[4].plus", "3.3")]);
    assert_eq!(
        found,
        "high-resistance: wire #24 `k8.com[4]` to `term[4].plus` has 3.19 ohm too many: a loose joint, a few strands, or wear"
    );
}

#[test]
fn a_short_names_the_terminals_that_touch() {
    // Nobody goes on to power with a short on the sheet.
    let checked = Workspace::real().check();
    let powered: Vec<String> =
        rows(checked.view()).into_iter().filter(|row| row.test.phase != Phase::Cold).map(|row| row.test.id).collect();
    let powered: Vec<(&str, &str)> = powered.iter().map(|id| (id.as_str(), "")).collect();
    let short = |id| first(&[&[(id, "0.3")], &powered[..]].concat());
    assert_eq!(short("open:pi[2].board"), "bridged: `atx.5v[2]` and `atx.com[3]` touch");
    assert_eq!(short("apart:atx.com[2]--atx.5v[2]"), "bridged: `atx.com[2]` and `atx.5v[2]` touch");
}

#[test]
fn a_contact_that_stays_closed_is_named() {
    let shut = ["contact:k8.k[3]:nc@k8.k[3]", "way:atx.5v[3]--term[3].plus@k8.k[3]"].map(|id| (id, "0.3"));
    let found = first(&[&shut, &[("cycle:k8.k[3]", "4.9")][..]].concat());
    assert_eq!(found, "does-not-open: contact `k8.k[3]`, NC does not open");
}

#[test]
fn a_supply_that_gives_too_little_is_named() {
    let checked = Workspace::real().check();
    let own: Vec<String> = rows(checked.view())
        .into_iter()
        .filter(|row| {
            row.test.phase == Phase::NoLoad && row.test.limits().is_some_and(|limits| limits.high < Some(6.0))
        })
        .map(|row| row.test.id)
        .collect();
    let own: Vec<(&str, &str)> = own.iter().map(|id| (id.as_str(), "4.6")).collect();
    assert!(first(&own).starts_with("weak-source: source `psu.5v` gives 4.6 V"), "{}", first(&own));
}

#[test]
fn every_bad_line_is_said_at_once() {
    let text =
        "id;reading\nwire:fu[1].b--k2.nc;about\nfuse:fu[1].f;0,1\nfuse:fu[1].f;0.1\nwire:nowhere;1\ncycle:k2.k;pi[9]\n";
    let (status, text, errors) = run("sheet.csv", text, &[]);
    assert_eq!((status, text.as_str()), (2, ""), "{errors}");
    let lines: Vec<&str> = errors.lines().filter_map(|line| line.split_once("`: ").map(|(_, words)| words)).collect();
    assert_eq!(
        lines,
        [
            "line 2, `reading`: `about` is neither a number in ohm nor `OL`",
            "line 4, `id`: `fuse:fu[1].f` stands in line 3 as well",
            "line 6, `reading`: `pi[9]` is neither a number in V nor a load such as `pi[1]`",
        ]
    );
    for (name, text, words) in [
        ("sheet.csv", "name,value\n", "there is no column `id`"),
        ("sheet.csv", "id,reading\nwire:nowhere,1\n", "none of its 1 rows is on the sheet of this build"),
        ("sheet.csv", "", "there is no column `reading`"),
        ("builds.json", "{ \"format\": 1", "line 1, column "),
        ("builds.json", "{\"format\":\"x\",\"version\":2,\"guide\":\"y\",\"builds\":[]}", "`version`: it is 2"),
    ] {
        let (status, _, errors) = run(name, text, &[]);
        assert!(status == 2 && errors.contains(words), "{name} {text}: {status} {errors}");
    }
    let (status, _, errors) = run("sheet.csv", b"id,reading\n\xff\n", &[]);
    assert!(status == 2 && errors.contains("line 2: it is not UTF-8"), "{errors}");
    assert_eq!(wireloom(&root(), &["readings", "no-such.csv"]).status.code(), Some(2));
}

#[test]
fn builds_of_a_browser_are_read_by_name() {
    let builds = json!({ "format": "wireloom-builds", "version": 1, "guide": "pi-1u", "builds": [
        { "name": "box 1", "began": "2026-03-01", "ticks": {}, "readings": { "wire:fu[1].b--k2.nc": "0,3", "wire:#07": "1" } },
        { "name": "box 2", "began": "2026-03-01", "ticks": {}, "readings": { "wire:fu[1].b--k2.nc": "OL" } },
    ] });
    let (status, _, errors) = run("builds.json", builds.to_string(), &[]);
    assert!(status == 2 && errors.contains("it holds several builds, `box 1`, `box 2`"), "{errors}");
    let (status, text, _) = run("builds.json", builds.to_string(), &["--build", "box 1"]);
    assert_eq!(status, 3, "{text}");
    assert!(
        text.contains("note: rows that the sheet of this build does not have are passed over: `wire:#07`"),
        "{text}"
    );
    let (status, text, _) = run("builds.json", builds.to_string(), &["--build", "box 2"]);
    assert!(status == 1 && text.contains("1. wire #14 "), "{text}");
}

#[test]
fn a_sheet_of_another_version_or_with_other_limits_says_so() {
    let text = "id,low,high,reading,guide\nfuse:fu[1].f,0,0.4,0.2,pi-1u 1\n";
    let (status, text, _) = run("sheet.csv", text, &[]);
    assert_eq!(status, 3);
    assert!(text.contains("note: line 2: the sheet is of `pi-1u 1`, and this is `pi-1u 2`"), "{text}");
    assert!(text.contains("note: 1 of its rows have other limits than the model"), "{text}");
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let table =
        outputs::bom_csv::written(vec![["=1+1", "+x", "-x", "@x", "\tx", "-12.5", "+3"].map(str::to_owned).to_vec()]);
    assert_eq!(table, "'=1+1,'+x,'-x,'@x,'\tx,-12.5,+3\n");
}
