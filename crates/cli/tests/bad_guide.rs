//! A guide made of bad input: found where it stands, or a correct page; never broken HTML.

mod memory;

use std::collections::{BTreeMap, BTreeSet};

use cli::Checked;
use memory::Workspace;

/// Path → text; no path stands twice.
fn site(checked: &Checked) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for file in outputs::site::guide(checked.view(), &outputs::site::Published::default()) {
        let text = if file.path == "guide.zip" { String::new() } else { String::from_utf8(file.bytes).expect("text") };
        assert!(files.insert(file.path.clone(), text).is_none(), "{} is written twice", file.path);
    }
    files
}

/// Elements that have no end.
const VOID: [&str; 6] = ["meta", "link", "br", "img", "input", "hr"];
/// What a paragraph cannot hold.
const BLOCKS: [&str; 14] =
    ["p", "div", "ul", "ol", "dl", "table", "section", "article", "figure", "h1", "h2", "h3", "h4", "pre"];

/// Says where a page's elements do not close in the order in which they open, or an attribute is not what it seems.
fn broken(html: &str) -> Result<(), String> {
    let mut open: Vec<String> = Vec::new();
    let mut rest = html.strip_prefix("<!DOCTYPE html>").ok_or("no document type")?;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let near = || rest.chars().take(80).collect::<String>();
        if let Some(end) = rest.strip_prefix('/') {
            let (name, after) = end.split_once('>').ok_or_else(near)?;
            let last = open.pop().ok_or_else(near)?;
            if last != name {
                return Err(format!("</{name}> closes <{last}>: {}", near()));
            }
            rest = after;
            continue;
        }
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        if name.is_empty() {
            return Err(format!("`<` that opens nothing: {}", near()));
        }
        let mut inside = &rest[name.len()..];
        let is_closed = loop {
            let blank = inside.trim_start();
            if let Some(after) = blank.strip_prefix("/>") {
                inside = after;
                break true;
            }
            if let Some(after) = blank.strip_prefix('>') {
                inside = after;
                break false;
            }
            let end = blank.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-:_".contains(letter)));
            let (key, after) = blank.split_at(end.ok_or_else(near)?);
            if key.is_empty() || key.starts_with("on") || blank.len() == inside.len() {
                return Err(format!("no attribute of ours: {}", near()));
            }
            inside = match after.strip_prefix("=\"") {
                Some(value) => value.split_once('"').ok_or_else(near)?.1,
                None => after,
            };
        };
        if open.last().is_some_and(|last| last == "p") && BLOCKS.contains(&name.as_str()) {
            return Err(format!("<{name}> in a paragraph: {}", near()));
        }
        rest = inside;
        if name == "script" {
            rest = rest.split_once("</script>").ok_or_else(near)?.1;
        } else if !is_closed && !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} stay open")) }
}

fn assert_whole(files: &BTreeMap<String, String>) {
    for (path, html) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        broken(html).unwrap_or_else(|why| panic!("{path}: {why}"));
    }
}

#[test]
fn elements_close_in_the_order_in_which_they_open() {
    for (bad, why) in [
        ("<!DOCTYPE html><p><b>x</p></b>", "closes"),
        ("<!DOCTYPE html><p><div></div></p>", "paragraph"),
        ("<!DOCTYPE html><a href=\"x\" onclick=\"y\">z</a>", "attribute"),
        ("<!DOCTYPE html><a href=\"x\"\"y\">z</a>", "attribute"),
        ("<!DOCTYPE html><ul><li>", "stay open"),
        ("<!DOCTYPE html>1 < 2", "opens nothing"),
    ] {
        assert!(broken(bad).is_err_and(|told| told.contains(why)), "{bad}: {:?}", broken(bad));
    }
    for workspace in ["minimal", "as-published", "seven-pis"] {
        assert_whole(&site(&Workspace::example(workspace).check()));
    }
    assert_whole(&site(&Workspace::real().check()));
}

/// Keys that hold words for people.
const WORDS: [&str; 21] = [
    "name",
    "title",
    "summary",
    "note",
    "why",
    "reason",
    "how",
    "group",
    "do",
    "have",
    "text",
    "alt",
    "credit",
    "section",
    "ask",
    "hint",
    "pro",
    "con",
    "status",
    "license",
    "publisher",
];

/// Every value of these keys, alone on its line, replaced.
fn replaced(workspace: &mut Workspace, keys: &[&str], put: impl Fn(&str) -> String) -> usize {
    let mut count = 0;
    for (_, text) in
        workspace.files.iter_mut().filter(|(path, _)| !path.ends_with("build.toml") || path.starts_with("wiring"))
    {
        let lines = text.lines().map(|line| match line.split_once(" = \"") {
            Some((key, rest)) if keys.contains(&key) && rest.matches('"').count() == 1 && rest.ends_with('"') => {
                count += 1;
                format!("{key} = '''{}'''", put(rest.trim_end_matches('"')))
            }
            _ => line.to_owned(),
        });
        *text = lines.collect::<Vec<_>>().join("\n") + "\n";
    }
    count
}

#[test]
fn words_that_are_written_as_tags_stay_words_on_every_page_and_drawing() {
    for name in ["real", "as-published"] {
        let mut workspace = if name == "real" { Workspace::real() } else { Workspace::example(name) };
        let bad = |words: &str| {
            format!(
                "{words}</script></title><img src=x onerror=alert(1)>&\"' `<b>` [x](javascript:alert(2)) ![y](data:text/html,z)"
            )
        };
        let count = replaced(&mut workspace, &WORDS, bad);
        assert!(count > 100, "{count} texts were replaced");
        let files = site(&workspace.check());
        assert_whole(&files);
        for (path, text) in
            files.iter().filter(|(path, _)| path.ends_with(".html") || path.ends_with(".svg") || path.ends_with(".xml"))
        {
            for bad in ["<img src=x", "\"javascript:", "\"data:text", "</script></title>"] {
                assert!(!text.contains(bad), "{path} holds {bad}");
            }
        }
        assert!(files.values().any(|text| text.contains("onerror=alert(1)")), "the words are shown");
    }
}

#[test]
fn addresses_that_are_code_lead_nowhere_wherever_they_are_written() {
    let mut workspace = Workspace::real();
    let mut count = 0;
    for (path, text) in &mut workspace.files {
        // What stands before names of photographs is judged with them.
        let find = if path == "bom/build.toml" { "url = \"https://" } else { "\"https://" };
        count += text.matches(find).count();
        *text = text.replace(find, &find.replace("https:", "JavaScript:alert(1)"));
    }
    assert!(count > 40, "{count} addresses");
    for (path, text) in site(&workspace.check()) {
        assert!(!text.to_lowercase().contains("=\"javascript:"), "{path}");
    }
}

#[test]
fn a_step_that_names_what_is_not_there_is_found_in_its_line_and_the_others_are_shown() {
    for (key, value, code) in [
        ("fits", "[\"ghost\"]", "M002"),
        ("fits", "[\"pi/ghost\"]", "M030"),
        ("wires", "[\"ghost\"]", "M006"),
        ("cut", "[\"ghost/1\"]", "M006"),
        ("uses", "[\"ghost\"]", "M001"),
        ("insulates", "[\"pi.ghost\"]", "M005"),
        ("live", "[\"ghost\"]", "M002"),
        ("sets", "{ \"ghost.x\" = \"on\" }", "M002"),
        ("photo", "[{ file = \"missing.jpg\", alt = \"A picture\" }]", "M030"),
        ("photo", "[{ file = \"javascript://x\", alt = \"A picture\" }]", "M030"),
        ("photo", "[{ file = \"https://example.org/x.jpg\" }]", "D003"),
    ] {
        let mut workspace = Workspace::example("minimal");
        workspace
            .files
            .insert("site/guide/z.toml".to_owned(), format!("[step.last]\ntitle = \"The last\"\n{key} = {value}\n"));
        let checked = workspace.check();
        let all: Vec<_> = checked.findings.iter().map(|finding| (finding.rule.code, &finding.message)).collect();
        let here = |finding: &&source::Finding| checked.sources.path(finding.primary.span.file) == "site/guide/z.toml";
        let found = checked.findings.iter().filter(here).find(|finding| finding.rule.code == code);
        let found = found.unwrap_or_else(|| panic!("{key} = {value}: {all:?}"));
        assert_eq!(checked.sources.place(found.primary.span.file, found.primary.span.start).line, 3, "{key} = {value}");
        let files = site(&checked);
        assert_whole(&files);
        let (path, page) = files.iter().find(|(path, _)| path.ends_with("-last.html")).expect("the step has a page");
        assert!(!page.contains("missing.jpg") && !page.contains("javascript:"), "{path}");
    }
}

#[test]
fn a_build_without_a_step_has_a_guide_that_says_so() {
    let mut workspace = Workspace::example("minimal");
    workspace.files.retain(|path, _| !path.starts_with("site/"));
    let checked = workspace.check();
    assert!(checked.build.steps.is_empty());
    let files = site(&checked);
    assert_whole(&files);
    assert!(
        files["steps/index.html"].contains("This build has no steps.")
            && files["all.html"].contains("This build has no steps.")
    );
    assert!(!files["steps/index.html"].contains("ld+json") && !files["index.html"].contains("Start with step"));
    assert!(files["before.html"].contains("0 steps, "));
}

#[test]
fn names_in_any_script_and_of_any_length_have_pages_of_their_own() {
    let mut workspace = Workspace::example("minimal");
    let long = "Bewegungsmelderverteilerkastenabdeckung".repeat(50);
    let guide = format!(
        "[step.\"الخطوة\"]\ntitle = \"ضع الغطاء \u{202e}abc\"\ndo = \"{long}\"\n[step.\"步骤\"]\ntitle = \"{long}\"\ngroup = \"{long}\"\n\
         [setup.\"第一\"]\ntitle = \"{long}\"\nrun = [\"{long}\"]\n[setup.\"第二\"]\ntitle = \"אחרון\"\n"
    );
    workspace.files.insert("site/guide/z.toml".to_owned(), guide);
    let devices = "[device]\n\"パイ\" = { part = \"pi-4b\" }\n\"ぱい\" = { part = \"pi-4b\" }\n\"a<b&'\" = { part = \"pi-4b\" }\n[wire.odd]\nstock = \"wire-18-silicone\"\nlength = \"150 mm\"\ncolour = \"WH\"\nrun = [\"パイ.gpio4 -> ぱい.gpio4\"]\n";
    workspace.files.insert("wiring/z.toml".to_owned(), devices.to_owned());
    let checked = workspace.check();
    assert!(
        checked.build.devices.iter().any(|device| device.name == "パイ"),
        "{:?}",
        checked.findings.first().map(|f| &f.message)
    );
    let files = site(&checked);
    assert_whole(&files);
    let titles: BTreeSet<&str> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(_, html)| html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).expect("a title"))
        .collect();
    assert_eq!(
        titles.len(),
        files.keys().filter(|path| path.ends_with(".html")).count(),
        "no two pages are called the same"
    );
}

#[test]
fn ten_thousand_steps_are_ten_thousand_pages() {
    let mut workspace = Workspace::example("minimal");
    let steps: String =
        (0..10_000).map(|n| format!("[step.s{n}]\ntitle = \"Number {n}\"\ndo = \"Turn screw {n}.\"\n")).collect();
    workspace.files.insert("site/guide/z.toml".to_owned(), steps);
    let checked = workspace.check();
    let files = site(&checked);
    let pages = files.keys().filter(|path| path.starts_with("steps/") && *path != "steps/index.html").count();
    assert_eq!(pages, 10_003);
    for path in ["steps/index.html", "all.html", "index.html", "before.html", "search.html", "steps/10003-s9999.html"] {
        broken(&files[path]).unwrap_or_else(|why| panic!("{path}: {why}"));
    }
    assert!(files["steps/10003-s9999.html"].contains("step 10003 of 10003"));
}

#[test]
fn a_cell_that_a_spreadsheet_would_compute_stays_text() {
    let mut workspace = Workspace::real();
    assert!(replaced(&mut workspace, &["name", "note"], |words| format!("=HYPERLINK({words})")) > 30);
    let files = site(&workspace.check());
    for path in ["data/bom.csv", "data/wires.csv"] {
        for start in ["\n=", ",=", ",\"="] {
            assert!(!files[path].contains(start), "{path} holds {start:?}");
        }
    }
    assert!(files["data/bom.csv"].contains("'=HYPERLINK("));
}
