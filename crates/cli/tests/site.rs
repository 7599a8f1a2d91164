//! The guide as files: it holds together, asks nothing of other machines, and can be read by everyone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cli::disk::Disk;
use cli::{Checked, check};
use outputs::site::drawing::symbols::{self, Symbol};
use outputs::site::drawing::{self, Faults};

/// Workspaces whose guides are looked at.
const WORKSPACES: [&str; 4] = ["", "examples/minimal", "examples/as-published", "examples/seven-pis"];

fn checked(workspace: &str) -> Checked {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(workspace);
    check(&Disk::open(&folder).expect("the workspace is there"))
}

/// Most crossings of lines on a drawing of a whole build.
const MOST_CROSSINGS: usize = 6;

/// Path below `site/` → text.
fn site(checked: &Checked) -> BTreeMap<String, String> {
    let files = outputs::site::OUTPUT.files(checked.view()).expect("the site is always written");
    files
        .into_iter()
        .map(|file| {
            let path = file.path.strip_prefix("site/").expect("everything stands below site/").to_owned();
            let is_archive = path == "guide.zip";
            (path, if is_archive { String::new() } else { String::from_utf8(file.bytes).expect("text") })
        })
        .collect()
}

/// Tags of a page: name and attributes; the text of the pages holds no `<` of its own.
fn tags(html: &str) -> Vec<(&str, BTreeMap<&str, &str>)> {
    let mut tags = Vec::new();
    for piece in html.split('<').skip(1) {
        let inside = piece.split('>').next().expect("split gives one");
        let (name, mut rest) = inside.split_once([' ', '/']).unwrap_or((inside, ""));
        let mut attributes = BTreeMap::new();
        while let Some((key, after)) = rest.split_once("=\"") {
            let Some((value, after)) = after.split_once('"') else { break };
            attributes.insert(key.trim().rsplit(' ').next().expect("split gives one"), value);
            rest = after;
        }
        tags.push((name, attributes));
    }
    tags
}

fn pages(files: &BTreeMap<String, String>) -> impl Iterator<Item = (&String, &String)> {
    files.iter().filter(|(path, _)| path.ends_with(".html"))
}

fn ids(html: &str) -> BTreeSet<&str> {
    tags(html).into_iter().filter_map(|(_, attributes)| attributes.get("id").copied()).collect()
}

/// The path that a link of a page means.
fn target(page: &str, link: &str) -> String {
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for step in link.split('/') {
        match step {
            ".." => drop(folders.pop()),
            step => folders.push(step),
        }
    }
    folders.join("/")
}

fn is_elsewhere(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://") || link.starts_with("mailto:")
}

#[test]
fn every_link_leads_to_a_page_and_a_place_on_it() {
    for workspace in WORKSPACES {
        let files = site(&checked(workspace));
        let places: BTreeMap<&str, BTreeSet<&str>> =
            pages(&files).map(|(path, html)| (path.as_str(), ids(html))).collect();
        for (path, html) in pages(&files) {
            for (name, attributes) in tags(html) {
                for link in ["href", "src", "data-next"].iter().filter_map(|key| attributes.get(key)) {
                    if is_elsewhere(link) || *link == "data:," {
                        continue;
                    }
                    assert!(
                        !link.starts_with('/') && !link.ends_with('/'),
                        "{path}: <{name}> to {link} does not work from a folder"
                    );
                    let (file, place) = link.split_once('#').unwrap_or((link, ""));
                    let file = if file.is_empty() { path.clone() } else { target(path, file) };
                    assert!(files.contains_key(&file), "{path}: {link} leads nowhere");
                    let known = places.get(file.as_str()).is_some_and(|ids| ids.contains(place));
                    assert!(place.is_empty() || known, "{path}: {link} is no place on {file}");
                }
            }
        }
    }
}

#[test]
fn nothing_but_photographs_comes_from_elsewhere() {
    for workspace in WORKSPACES {
        let files = site(&checked(workspace));
        for (path, html) in pages(&files) {
            for (name, attributes) in tags(html) {
                assert!(!["iframe", "object", "embed", "video", "audio", "base"].contains(&name), "{path}: <{name}>");
                let loads = match name {
                    "link" => attributes.get("href"),
                    "a" => None,
                    _ => attributes.get("src").or(attributes.get("href")),
                };
                let Some(from) = loads.filter(|from| is_elsewhere(from)) else { continue };
                assert_eq!(name, "img", "{path}: <{name}> loads {from}");
                for key in ["alt", "width", "height"] {
                    assert!(attributes.get(key).is_some_and(|value| !value.is_empty()), "{path}: {from} has no {key}");
                }
                assert_eq!(attributes.get("loading"), Some(&"lazy"), "{path}: {from}");
            }
            assert!(!html.contains("type=\"module\""), "{path}: module scripts do not load from a folder");
        }
        assert!(!files["style.css"].contains("http") && !files["style.css"].contains("@import"));
        for word in ["fetch(", "XMLHttpRequest", "import ", "http:", "https:"] {
            assert!(!files["search.js"].contains(word), "the search holds `{word}`");
        }
        for word in ["fetch(", "XMLHttpRequest", "import ", "http:", "https:"] {
            assert!(!files["script.js"].contains(word), "the script holds `{word}`");
        }
    }
}

#[test]
fn every_page_says_what_it_is() {
    for workspace in WORKSPACES {
        let files = site(&checked(workspace));
        let mut titles = BTreeSet::new();
        for (path, html) in pages(&files) {
            let count = |text: &str| html.matches(text).count();
            assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{path}");
            assert_eq!(count("<title>"), 1, "{path}: titles");
            assert_eq!(count("<h1>"), 1, "{path}: first headings");
            assert_eq!(count("<main "), 1, "{path}: mains");
            assert_eq!(count("<a class=\"skip\" href=\"#main\">"), 1, "{path}: skip links");
            let about = tags(html)
                .into_iter()
                .find(|(name, attributes)| *name == "meta" && attributes.get("name") == Some(&"description"));
            let words = about.and_then(|(_, attributes)| attributes.get("content").copied()).unwrap_or_default();
            assert!(words.len() > 20, "{path}: the description is `{words}`");
            let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).expect("a title");
            assert!(titles.insert(title.to_owned()), "{path}: another page is called {title} too");
        }
    }
}

#[test]
fn no_id_stands_twice_on_a_page() {
    for workspace in WORKSPACES {
        for (path, html) in pages(&site(&checked(workspace))) {
            let mut seen = BTreeSet::new();
            for (_, attributes) in tags(html) {
                if let Some(id) = attributes.get("id") {
                    assert!(seen.insert(*id), "{path}: {id} stands twice");
                }
            }
            for (name, attributes) in tags(html) {
                for id in attributes.get("aria-labelledby").into_iter().flat_map(|ids| ids.split(' ')) {
                    assert!(seen.contains(id), "{path}: <{name}> is labelled by {id}, which is not there");
                }
            }
        }
    }
}

#[test]
fn the_same_build_gives_the_same_site() {
    assert_eq!(site(&checked("")), site(&checked("")));
}

#[test]
fn each_step_has_a_page_with_its_cautions_before_its_action() {
    let checked = checked("");
    let files = site(&checked);
    for (n, step) in checked.build.steps.iter().enumerate() {
        let path =
            files.keys().find(|path| path.starts_with(&format!("steps/{:02}-", n + 1))).expect("each step has a page");
        let html = &files[path];
        let action = html.find("<div class=\"action\">").expect("each step has an action");
        assert_eq!(html.matches("class=\"caution danger\"").count(), step.danger.len(), "{path}");
        assert_eq!(html[..action].matches("class=\"caution danger\"").count(), step.danger.len(), "{path}");
    }
}

/// By step: id, mark and page, as the script lists them.
fn marks(files: &BTreeMap<String, String>) -> Vec<[String; 3]> {
    let line = files["script.js"].lines().find_map(|line| line.strip_prefix("var STEPS = ")).expect("a list of steps");
    serde_json::from_str(line.trim_end_matches(';')).expect("JSON")
}

#[test]
fn a_mark_of_a_step_changes_with_what_it_says_and_with_nothing_else() {
    let mut checked = checked("");
    let before = marks(&site(&checked));
    let words = |words: &str, at: &source::Text| source::Text { value: words.to_owned(), ..at.clone() };
    let action = checked.build.steps[4].action.clone().expect("an action");
    checked.build.steps[4].action = Some(words("Do something else.", &action));
    checked.build.steps[6].title.push_str(" at last");
    checked.build.steps[8].warning.push(words("Hot.", &action));
    checked.build.steps[10].checks.push(("the rail".to_owned(), "5 V".to_owned()));
    checked.build.steps[12].photos.clear();
    checked.build.steps[14].links.clear();
    let files = site(&checked);
    let after = marks(&files);
    let changed: Vec<usize> = (0..before.len()).filter(|&n| before[n] != after[n]).collect();
    assert_eq!(changed, [4, 6, 8, 10]);
    for [id, mark, page] in &after {
        let tick = format!("data-tick=\"step:{id}\" data-mark=\"{mark}\"");
        assert!(files[page].contains(&tick), "{page} has not {tick}");
        for list in ["index.html", "steps/index.html"] {
            let badge = format!("data-show=\"step:{id}\" data-mark=\"{mark}\"");
            assert!(files[list].contains(&badge), "{list} has not {badge}");
        }
    }
}

#[test]
fn the_script_stays_small() {
    let files = site(&checked(""));
    let code: usize = files["script.js"].lines().filter(|line| !line.starts_with("var STEPS")).map(str::len).sum();
    assert!(code < 15_000, "{code} bytes");
}

#[test]
fn a_clean_bill_of_health_is_only_given_where_all_was_verified() {
    for workspace in WORKSPACES {
        let checked = checked(workspace);
        let counts = outputs::summary::Counts::of(&checked.findings);
        let clean = site(&checked)["index.html"].contains("class=\"state good\"");
        assert_eq!(clean, counts.errors == 0 && counts.not_verified == 0, "{workspace}");
    }
}

#[test]
fn lines_of_the_drawing_never_lie_on_each_other_and_rarely_cross() {
    for workspace in WORKSPACES {
        let checked = checked(workspace);
        let facts = &checked.facts;
        let net_of = |terminal| (None, facts.potentials.at(&facts.rest, terminal).is_some_and(|volts| volts.returns));
        let mut graph = drawing::graph(&checked.build, &net_of);
        graph.add_symbols(&checked.build, &symbols::poles(&checked.build));
        let layout = drawing::lay_out(&graph).expect("there is something to draw");
        let found = drawing::faults(&graph, &layout);
        assert_eq!(Faults { crossings: 0, ..found }, Faults::default(), "{workspace}");
        assert!(found.crossings <= MOST_CROSSINGS, "{workspace}: {found:?} of {} lines", graph.edges.len());
        for (edge, line) in graph.edges.iter().zip(&layout.lines) {
            assert!(line.len() >= 2, "{workspace}: {} is not drawn", edge.tag);
            let straight = |pair: &[(i32, i32)]| pair[0].0 == pair[1].0 || pair[0].1 == pair[1].1;
            assert!(line.windows(2).all(straight), "{workspace}: {} slants", edge.tag);
        }
    }
}

#[test]
fn parts_stand_in_their_boxes_as_symbols_and_the_legend_tells_those_that_are_used() {
    let checked = checked("");
    let mut graph = drawing::graph(&checked.build, &|_| (None, false));
    graph.add_symbols(&checked.build, &symbols::poles(&checked.build));
    let drawn = |symbol: Symbol| graph.blades.iter().filter(|blade| blade.symbol == symbol).count();
    assert_eq!([Symbol::Fuse, Symbol::Resistor, Symbol::Led].map(drawn), [7, 1, 1]);
    let label = |pole: Symbol| -> Vec<&str> {
        let rows = graph.poles.iter().filter(|(_, of)| **of == pole);
        rows.map(|(&(edge, end), _)| graph.edges[edge].labels[end].as_str()).collect()
    };
    let (gives, takes) = (label(Symbol::Supply), label(Symbol::Return));
    assert!(gives.contains(&"+12V1 · 10") && gives.contains(&"5v") && gives.len() == 7, "{gives:?}");
    assert!(takes.iter().all(|label| label.to_lowercase().starts_with("com")) && takes.len() == 8, "{takes:?}");
    let real = site(&checked);
    for words in ["fuse", "LED", "resistor", "relay contact, closed at rest", "switch, open at rest", "its return"] {
        assert!(real["wiring.html"].contains(&format!("</svg> {words}</li>")), "{words}");
    }
    assert!(!real["wiring.html"].contains("protective earth</li>"));
    assert!(!site(&self::checked("examples/minimal"))["wiring.html"].contains("LED</li>"));
    // Letters of colours are in the drawing, and only a tick of the reader shows them.
    assert!(
        real["wiring.svg"].contains("display=\"none\">BKWH</text>") && real["wiring.html"].contains("id=\"letters\"")
    );
}

/// Corners of every line of a drawing: its first path, which is its casing.
fn corners(svg: &str) -> Vec<Vec<(i32, i32)>> {
    let lines = svg.split("<g ").filter(|group| group.contains("data-wire=\""));
    let paths = lines.filter_map(|group| group.split_once(" d=\"")?.1.split_once('"').map(|(path, _)| path));
    let numbers = |path: &str| {
        let numbers: Vec<i32> =
            path.split(|c: char| !c.is_ascii_digit() && c != '-').filter_map(|number| number.parse().ok()).collect();
        // A rounded corner is named with its points before, in and after it: all of them lie on the line.
        numbers.chunks_exact(2).map(|point| (point[0], point[1])).collect()
    };
    paths.map(numbers).collect()
}

#[test]
fn on_the_drawing_of_a_step_no_line_crosses_another() {
    let within = |level: i32, a: i32, b: i32| a.min(b) < level && level < a.max(b);
    let mut drawings = 0;
    for (workspace, most) in [("", 0), ("examples/minimal", 0), ("examples/as-published", 0), ("examples/seven-pis", 2)]
    {
        for (path, html) in site(&checked(workspace)).iter().filter(|(path, _)| path.starts_with("steps/")) {
            for svg in html.split("<svg ").filter(|svg| svg.contains("class=\"drawing\"")) {
                let lines = corners(svg);
                let mut crossings = 0;
                for (n, one) in lines.iter().enumerate() {
                    for (a, b) in lines[n + 1..]
                        .iter()
                        .flat_map(|other| other.windows(2))
                        .flat_map(|b| one.windows(2).map(move |a| (a, b)))
                    {
                        let (flat, upright) = if a[0].1 == a[1].1 { (a, b) } else { (b, a) };
                        let ((x, y), is_flat) = ((upright[0].0, flat[0].1), flat[0].1 == flat[1].1);
                        crossings += usize::from(
                            is_flat
                                && upright[0].0 == upright[1].0
                                && within(x, flat[0].0, flat[1].0)
                                && within(y, upright[0].1, upright[1].1),
                        );
                    }
                }
                drawings += 1;
                assert!(crossings <= most, "{workspace} {path}: {crossings} crossings of {} lines", lines.len());
            }
        }
    }
    assert!(drawings > 30, "{drawings} drawings were looked at");
}

#[test]
fn what_a_build_says_cannot_become_a_tag() {
    let mut checked = checked("examples/minimal");
    checked.build.meta.title = "<img src=x onerror=alert(1)>".to_owned();
    checked.build.meta.summary = "Five <script>alert(2)</script> & [a](javascript:alert(3))".to_owned();
    for step in &mut checked.build.steps {
        step.title = "\"><svg onload=alert(4)>".to_owned();
    }
    for (path, text) in site(&checked) {
        if path.ends_with(".html") || path.ends_with(".svg") {
            for bad in ["<img src=x", "<script>alert", "=\"javascript:", "<svg onload"] {
                assert!(!text.contains(bad), "{path} holds {bad}");
            }
        }
    }
}
