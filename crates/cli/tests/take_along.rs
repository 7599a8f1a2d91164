//! What the guide offers beside its pages: search, an archive, files, and a copy that a browser keeps.

mod memory;

use std::collections::{BTreeMap, BTreeSet};

use cli::Checked;
use memory::Workspace;
use miniz_oxide::{deflate, inflate};
use serde_json::Value;

/// Path below `site/` → bytes.
fn site(checked: &Checked) -> BTreeMap<String, Vec<u8>> {
    let files = outputs::site::OUTPUT.files(checked.view()).expect("the site is always written");
    files
        .into_iter()
        .map(|file| (file.path.strip_prefix("site/").expect("below site/").to_owned(), file.bytes))
        .collect()
}

fn text<'a>(files: &'a BTreeMap<String, Vec<u8>>, path: &str) -> &'a str {
    std::str::from_utf8(files.get(path).unwrap_or_else(|| panic!("there is no {path}"))).expect("text")
}

/// What stands after `var NAME = ` on a line of a script.
fn value(script: &str, name: &str) -> Value {
    let line = script.lines().find_map(|line| line.strip_prefix(&format!("var {name} = "))).expect("a value");
    serde_json::from_str(line.trim_end_matches(';')).expect("JSON")
}

/// Word → pages.
fn index(script: &str) -> BTreeMap<String, BTreeSet<String>> {
    let pages = value(script, "PAGES");
    let words = value(script, "WORDS");
    let words = words.as_str().expect("a text");
    let entry = |entry: &str| {
        let end = entry.find([';', ':', '!']).expect("each word has a page");
        let mut page = 0;
        let places = entry[end + 1..].split([';', ':', '!']).map(|step| {
            page += usize::from_str_radix(step, 36).expect("base 36");
            pages[page][0].as_str().expect("a path").to_owned()
        });
        (entry[..end].to_owned(), places.collect())
    };
    words.split(' ').map(entry).collect()
}

#[test]
fn every_name_of_the_build_is_found_on_a_page_that_has_it() {
    let checked = Workspace::real().check();
    let files = site(&checked);
    let index = index(text(&files, "search.js"));
    for (word, page) in [
        ("gpio18", "gpio-pi-1.html"),
        ("#07", "wires.html"),
        ("k8", "boards/k8.html"),
        ("pi[3]", "wires.html"),
        ("p005", "rules/P005.html"),
        ("ferrule", "parts.html"),
        ("blower", "parts.html"),
    ] {
        let found = index.get(word).unwrap_or_else(|| panic!("nothing is found for {word}"));
        assert!(found.contains(page), "{word}: {found:?}");
    }
    for (_, device, _) in checked.build.each_device().filter(|(_, device, _)| !device.name.contains('/')) {
        assert!(index.contains_key(&device.name), "{} is not found", device.name);
    }
    for page in index.values().flatten() {
        assert!(files.contains_key(page), "{page} is not there");
    }
    assert!(!index.values().flatten().any(|page| page == "all.html"), "what repeats other pages is not listed");
}

#[test]
fn what_search_loads_is_small_and_nothing_loads_it_by_itself() {
    let files = site(&Workspace::real().check());
    let packed = deflate::compress_to_vec(files["search.js"].as_slice(), 9).len();
    assert!(packed <= 40_000, "{packed} bytes");
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(!String::from_utf8_lossy(bytes).contains("src=\"search.js"), "{path}");
    }
    let page = text(&files, "search.html");
    assert!(page.contains("<form class=\"find\" role=\"search\" action=\"search.html\" data-search hidden>"), "{page}");
}

/// Files of an archive in the order of its list, each out of its own place.
fn unpacked(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let two = |at: usize| usize::from(u16::from_le_bytes([zip[at], zip[at + 1]]));
    let four = |at: usize| two(at) + (two(at + 2) << 16);
    let end = zip.len() - 22;
    assert_eq!(&zip[end..end + 4], b"PK\x05\x06");
    let (count, mut at) = (two(end + 10), four(end + 16));
    assert_eq!(at + four(end + 12), end, "the list ends where the archive's end begins");
    let mut files = Vec::new();
    for _ in 0..count {
        assert_eq!(&zip[at..at + 4], b"PK\x01\x02");
        let (method, packed, whole, name) = (two(at + 10), four(at + 20), four(at + 24), two(at + 28));
        let (date, own) = (four(at + 12), four(at + 42));
        assert_eq!(date, 0x21 << 16, "1 January 1980, midnight");
        assert_eq!(&zip[own..own + 4], b"PK\x03\x04");
        assert_eq!(zip[own + 4..own + 30], zip[at + 6..at + 32], "the file's own head says the same");
        let data = own + 30 + two(own + 26) + two(own + 28);
        let bytes = &zip[data..data + packed];
        let bytes = match method {
            0 => bytes.to_vec(),
            8 => inflate::decompress_to_vec(bytes).expect("it unpacks"),
            other => panic!("method {other}"),
        };
        assert_eq!(bytes.len(), whole);
        files.push((String::from_utf8(zip[at + 46..at + 46 + name].to_vec()).expect("UTF-8"), bytes));
        at += 46 + name;
    }
    assert_eq!(at, end);
    files
}

#[test]
fn the_archive_holds_every_other_file_and_is_the_same_each_time() {
    let checked = Workspace::example("minimal").check();
    let (mut files, again) = (site(&checked), site(&checked));
    assert_eq!(files, again);
    let zip = files.remove("guide.zip").expect("there is an archive");
    let inside = unpacked(&zip);
    assert!(inside.is_sorted_by(|a, b| a.0 < b.0));
    let folder = format!("{}-guide/", checked.build.meta.name);
    let inside: BTreeMap<String, Vec<u8>> = inside
        .into_iter()
        .map(|(path, bytes)| (path.strip_prefix(&folder).unwrap_or_else(|| panic!("{path}")).to_owned(), bytes))
        .collect();
    assert_eq!(inside, files);
    let said = format!("about {} kB: {} files", zip.len().div_ceil(1000), files.len());
    let page = text(&files, "downloads.html");
    let near = |kb: usize| page.contains(&format!("about {kb} kB: {} files", files.len()));
    let kb = zip.len().div_ceil(1000);
    assert!((kb.saturating_sub(3)..=kb + 3).any(near), "not near `{said}`");
}

#[test]
fn what_a_browser_keeps_is_every_page_and_changes_its_name_with_any_of_them() {
    let workspace = Workspace::example("minimal");
    let files = site(&workspace.check());
    let keeper = text(&files, "sw.js");
    let list = keeper.split_once("FILES = ").and_then(|(_, rest)| rest.split_once(";\n")).expect("a list").0;
    let list: BTreeSet<String> = serde_json::from_str(list).expect("JSON");
    let wanted = files.keys().filter(|path| !["404.html", "guide.zip", "robots.txt", "sw.js"].contains(&path.as_str()));
    assert_eq!(list, wanted.cloned().collect());
    let version =
        |script: &str| script.lines().find(|line| line.starts_with("var VERSION")).expect("a version")[..40].to_owned();
    let mut edited = workspace;
    let guide = edited.files.iter_mut().find(|(path, _)| path.starts_with("site/guide/")).expect("a guide").1;
    *guide = guide.replacen("title = \"", "title = \"At last, ", 1);
    let after = site(&edited.check());
    assert_ne!(version(keeper), version(text(&after, "sw.js")));
    // Only the page where somebody asks for it names it.
    let named = files
        .iter()
        .filter(|(path, bytes)| path.ends_with(".html") && String::from_utf8_lossy(bytes).contains("sw.js"));
    assert_eq!(named.map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["downloads.html"]);
}

#[test]
fn files_to_take_along_are_those_that_the_commands_write() {
    let checked = Workspace::real().check();
    let files = site(&checked);
    assert_eq!(text(&files, "data/bom.csv"), outputs::bom_csv::table(checked.view()));
    assert_eq!(text(&files, "data/wires.csv"), outputs::wires_csv::table(checked.view()));
    let page = text(&files, "downloads.html");
    for path in [
        "guide.zip",
        "data/model.json",
        "data/bom.csv",
        "data/wires.csv",
        "data/nets.csv",
        "wiring.svg",
        "currents.svg",
        "control.svg",
        "chassis.svg",
    ] {
        assert!(files.contains_key(path) && page.contains(&format!("href=\"{path}\"")), "{path}");
    }
}

#[test]
fn each_net_has_a_row_an_address_and_a_rule_that_lights_it_without_a_script() {
    let files = site(&Workspace::real().check());
    let (page, table) = (text(&files, "wiring.html"), text(&files, "data/nets.csv"));
    let mut rows = table.lines();
    assert_eq!(rows.next(), Some("net,carries,wires,ends"));
    let mut wires = BTreeMap::new();
    for row in rows {
        // What it carries may hold a comma, and then stands in quotes.
        let cells: Vec<&str> = row.rsplitn(3, ',').collect();
        let [ends, tags, front] = cells.as_slice() else { panic!("{row}") };
        let (id, _) = front.split_once(',').expect("four cells");
        assert_eq!(page.matches(&format!("<tr id=\"{id}\"><th scope=\"row\"><a href=\"#{id}\">")).count(), 1, "{row}");
        assert!(page.contains(&format!(":root:has(#{id}:target) [data-net={id}] .casing")), "{row}");
        assert!(page.contains(&format!("data-net=\"{id}\"")), "no line of {id} is drawn");
        assert!(ends.split(' ').count() >= 2, "{row}");
        for tag in tags.split(' ') {
            *wires.entry(tag.to_owned()).or_insert(0) += 1;
        }
    }
    assert!(wires.len() > 40 && wires.values().all(|&times| times == 1), "{wires:?}");
    assert!(!text(&files, "wiring.svg").contains("@media"), "the file has no addresses");
}

#[test]
fn the_model_as_json_holds_every_part_device_run_and_step() {
    for workspace in [Workspace::real(), Workspace::example("as-published"), Workspace::example("minimal")] {
        let checked = workspace.check();
        let build = &checked.build;
        let model: Value = serde_json::from_str(&outputs::model_json::text(checked.view())).expect("JSON");
        assert_eq!(model["schema"], 1);
        let count = |list: &str| model[list].as_array().expect("a list").len();
        assert_eq!(count("parts"), build.parts.len());
        assert_eq!(count("devices"), build.devices.len());
        assert_eq!(count("runs"), build.runs.len());
        assert_eq!(count("steps"), build.steps.len());
        assert_eq!(count("bill"), build.lines.len());
        let conductors = model["runs"]
            .as_array()
            .expect("a list")
            .iter()
            .flat_map(|run| run["conductors"].as_array().expect("a list"));
        let ends: Vec<&Value> = conductors.map(|conductor| &conductor["ends"]).collect();
        assert_eq!(ends.len(), build.wires.len());
        for (ends, wire) in ends.iter().zip(&build.wires) {
            assert_eq!(**ends, serde_json::json!(wire.ends.map(|end| build.path(end))));
        }
        // Each net that a conductor names holds its ends.
        let nets: BTreeMap<i64, &Value> = model["nets"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|net| (net["net"].as_i64().expect("a number"), net))
            .collect();
        for conductor in model["runs"]
            .as_array()
            .expect("a list")
            .iter()
            .flat_map(|run| run["conductors"].as_array().expect("a list"))
        {
            let net = nets[&conductor["net"].as_i64().expect("a number")];
            assert!(net["terminals"].as_array().expect("a list").contains(&conductor["ends"][0]), "{conductor}");
        }
    }
}
