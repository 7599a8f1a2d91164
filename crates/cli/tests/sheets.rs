//! Wiring that one drawing does not show: on the sheets of the guide every line stands once, and each sheet can be read.

mod memory;
#[path = "../benches/meshes/mod.rs"]
mod meshes;
#[path = "../benches/racks/mod.rs"]
mod racks;

use std::collections::BTreeMap;

use cli::Checked;
use memory::Workspace;
use outputs::site::drawing::{self, Faults, sheets};

/// Path and text of every page of the guide.
fn guide(checked: &Checked) -> BTreeMap<String, String> {
    let files = outputs::site::OUTPUT.files(checked.view()).expect("the guide is made of any build");
    let pages = files.into_iter().filter(|file| file.path.ends_with(".html"));
    pages.map(|file| (file.path, String::from_utf8(file.bytes).expect("pages are text"))).collect()
}

fn is_sheet(path: &str) -> bool {
    path.starts_with("site/wiring/") && path.ends_with(".html")
}

/// Holds the sheets of a build to their promises and gives how many there are.
fn sheets_of(name: &str, workspace: &Workspace) -> usize {
    let checked = workspace.check();
    let graph = drawing::graph(&checked.build, &|_| (None, false));
    let all = sheets::sheets(&checked.build, &graph);
    let mut stands = vec![0; graph.edges.len()];
    for (n, sheet) in all.iter().enumerate() {
        assert!(!sheet.edges.is_empty() && sheet.edges.len() <= sheets::MOST, "{name}: {}", sheet.title);
        sheet.edges.iter().for_each(|&edge| stands[edge] += 1);
        let part = sheets::on_sheet(&graph, &all, n);
        let layout = drawing::lay_out(&part).expect("a sheet is small");
        assert!(layout.lines.iter().all(|line| line.len() >= 2), "{name}: {}", sheet.title);
        let found = drawing::faults(&part, &layout);
        assert_eq!(Faults { crossings: 0, ..found }, Faults::default(), "{name}: {}", sheet.title);
    }
    assert!(stands.iter().all(|&times| times == 1), "{name}: every line stands on one sheet");
    all.len()
}

#[test]
fn every_line_of_a_large_build_stands_on_one_sheet_and_runs_through_nothing() {
    assert_eq!(sheets_of("boxes", &meshes::boxes(20)), 20);
    assert_eq!(sheets_of("racks", &racks::racks(6)), 6);
    assert!(sheets_of("tangle", &meshes::mesh(40, 300)) >= 4);
    assert!(sheets_of("two boxes", &meshes::mesh(2, 60)) == 1);
    assert!(sheets_of("hubs", &meshes::mesh(9, 250)) >= 4);
}

#[test]
fn the_guide_of_a_hundred_computers_has_a_page_for_each_box_and_every_line_in_one_table() {
    let checked = meshes::boxes(20).check();
    let files = guide(&checked);
    let pages: Vec<&String> = files.iter().filter(|(path, _)| is_sheet(path)).map(|(_, text)| text).collect();
    assert_eq!(pages.len(), 20);
    for n in 0..checked.build.runs.len() {
        let tag = checked.build.tag(model::RunId(u32::try_from(n).expect("few")));
        let row = format!("<tr data-row=\"{tag}\"");
        let line = format!("data-wire=\"{}\"", tag.trim_start_matches('#'));
        let times = |needle: &str| pages.iter().map(|page| page.matches(needle).count()).sum::<usize>();
        assert_eq!((times(&row), times(&line)), (1, 1), "{tag}");
    }
    let overview = &files["site/wiring.html"];
    assert!(overview.contains("stand on 20 sheets") && overview.contains("sheet 20"), "{overview}");
    let first = pages[0];
    assert!(first.contains("psu[1], pi[1..5], k8[1]"), "{first}");
    assert!(first.contains("also on 2, 3, 4 …"), "a box on several sheets says so");
    assert_eq!(files, guide(&checked), "the same input gives the same sheets");
}

#[test]
fn devices_that_stand_in_an_enclosure_share_a_sheet_named_for_it() {
    let mut workspace = meshes::boxes(8);
    let mut text = String::from("[device]\ncase = { part = \"case\", count = 2 }\n");
    for (n, of) in [(1, 1..=4), (2, 5..=8)] {
        text.push_str(&format!("[place.\"case[{n}]\"]\ncite = \"toy\"\n"));
        for (at, psu) in of.enumerate() {
            text.push_str(&format!(
                "\"psu[{psu}]\" = {{ x = \"{} mm\", y = \"0 mm\", length = \"10 mm\", width = \"10 mm\" }}\n",
                20 * at
            ));
        }
    }
    workspace.files.insert("wiring/layout.toml".to_owned(), text);
    let part = "name = \"Case\"\nkind = \"chassis\"\ncite = \"toy\"\nbody = { length = \"200 mm\", width = \"200 mm\", height = \"40 mm\" }\n";
    workspace.files.insert("bom/parts/case.toml".to_owned(), part.to_owned());
    let checked = workspace.check();
    let graph = drawing::graph(&checked.build, &|_| (None, false));
    let titles: Vec<String> = sheets::sheets(&checked.build, &graph).into_iter().map(|sheet| sheet.title).collect();
    assert!(titles.contains(&"case[1]".to_owned()) && titles.contains(&"case[2]".to_owned()), "{titles:?}");
}

#[test]
fn small_builds_stay_on_one_drawing() {
    let real = guide(&Workspace::real().check());
    assert!(!real.keys().any(|path| is_sheet(path)));
    assert!(real["site/wiring.html"].contains("From end to end"));
}
