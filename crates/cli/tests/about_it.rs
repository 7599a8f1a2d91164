//! Pages beside the steps: faults, changes and their feed, what to know before, and the guide as machines list it.

mod memory;

use std::collections::{BTreeMap, BTreeSet};

use analysis::failures::Cause;
use cli::Checked;
use memory::Workspace;
use outputs::bom::{Shown, product};
use outputs::site::{Base, Published};
use serde_json::Value;

/// Path → text, without the archive.
fn site(checked: &Checked) -> BTreeMap<String, String> {
    published(checked, &Published::default())
}

fn published(checked: &Checked, published: &Published) -> BTreeMap<String, String> {
    let files = outputs::site::guide(checked.view(), published).into_iter().filter(|file| file.path != "guide.zip");
    files.map(|file| (file.path, String::from_utf8(file.bytes).expect("text"))).collect()
}

fn with(text: &str) -> Workspace {
    let mut workspace = Workspace::example("minimal");
    workspace.files.insert("bom/revisions.toml".to_owned(), text.to_owned());
    workspace
}

#[test]
fn whoever_stands_before_a_dark_machine_finds_each_thing_that_may_be_behind_it() {
    let checked = Workspace::real().check();
    let (build, files) = (&checked.build, site(&checked));
    let page = &files["faults.html"];
    let section = |words: &str| {
        let start = page.find(&format!("<h3>{words}</h3>")).unwrap_or_else(|| panic!("nobody sees `{words}`"));
        page[start..].split("</section>").next().expect("it ends")
    };
    let third = section("pi[3], ssd[3] dark");
    let group = checked.facts.failures.groups.iter().find(|group| {
        let dark: Vec<&str> = group.takes.dark.iter().map(|id| build.device(*id).name.as_str()).collect();
        dark == ["pi[3]", "ssd[3]"] && group.takes.unreachable.is_empty()
    });
    let causes = &group.expect("something takes pi[3] alone").causes;
    assert!(causes.len() > 8, "{causes:?}");
    for cause in causes {
        let name = outputs::faults::cause_name(build, *cause);
        assert!(third.contains(&name), "{name} is not among {third}");
        if let Cause::Wire(wire) = cause {
            assert!(third.contains(&build.tag(build.wire(*wire).run)), "{name} has no tag");
        }
    }
    // A fuse costs a look, another Pi is the last resort.
    let at = |words: &str| third.find(words).unwrap_or_else(|| panic!("{words}: {third}"));
    assert!(at("fu[3] blown") < at("<dt>#") && at("<dt>#") < at("<dt>pi[3]</dt>"));
    assert!(third.contains("Only 2 A goes back in"), "{third}");
}

#[test]
fn the_way_back_from_a_load_names_each_place_once_from_the_load_to_the_supply() {
    let files = site(&Workspace::real().check());
    let page = &files["faults.html"];
    let walk = page.split("<details id=\"w-").find(|walk| walk.contains("<summary>pi[3] from ")).expect("a way");
    let walk = walk.split("</details>").next().expect("it ends");
    let at = |words: &str| walk.find(words).unwrap_or_else(|| panic!("{words}: {walk}"));
    assert!(at("<li>term[3].plus") < at("<li>fu[3].b") && at("<li>fu[3].b") < at("<li>fu[3].a"));
    assert!(walk.contains("4.75 to 5.25 V at each"), "{walk}");
    assert!(at("Then the return") < at("<li>term[3].minus"));
}

#[test]
fn a_build_that_nothing_takes_down_says_so_and_not_that_it_has_no_faults() {
    let mut workspace = Workspace::bench();
    workspace.files.retain(|path, _| !path.starts_with("wiring/") || path.ends_with("devices.toml"));
    let files = site(&workspace.check());
    assert!(files["faults.html"].contains("as far as was looked at"), "{}", files["faults.html"]);
}

#[test]
fn versions_stand_on_a_page_and_in_a_feed_with_their_own_dates() {
    let checked = Workspace::real().check();
    let files = site(&checked);
    let page = &files["changes.html"];
    assert!(page.contains("<h2>Version 2 (this one)</h2>") && page.contains("<h2>Version 1</h2>"), "{page}");
    assert!(page.contains("Seven blade fuses in holders"));
    let feed = &files["feed.xml"];
    assert!(feed.contains("<updated>2026-11-23T00:00:00Z</updated>\n<author>"), "{feed}");
    assert_eq!(feed.matches("<entry>").count(), 2);
    assert!(feed.contains("href=\"changes.html\"") && !feed.contains("rel=\"self\""));
    let base = Base::read("https://example.org/pi").expect("an address");
    let there = published(&checked, &Published { base: Some(base), errors: 0 });
    let named = &there["feed.xml"];
    assert!(
        named.contains("<link rel=\"self\" type=\"application/atom+xml\" href=\"https://example.org/pi/feed.xml\"/>")
    );
    assert_eq!(named.matches("href=\"https://example.org/pi/changes.html\"").count(), 3);
    let ids = |feed: &str| -> Vec<String> {
        feed.split("<id>urn:uuid:").skip(1).map(|rest| rest.split('<').next().expect("it ends").to_owned()).collect()
    };
    assert_eq!(ids(feed), ids(named), "names do not depend on where it stands");
    assert_eq!(ids(feed).iter().collect::<BTreeSet<_>>().len(), 3);
    for id in ids(feed) {
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert!(id.split('-').nth(2).is_some_and(|part| part.starts_with('8')), "{id}");
    }
}

#[test]
fn what_a_version_says_stays_text_in_page_and_feed() {
    let text = "[revision.1]\ndate = 2026-01-01\nsummary = '<script>alert(1)</script> & [x](javascript:alert(2)) ]]>'\nparts = ['</content></entry>']\n";
    let files = site(&with(text).check());
    for path in ["changes.html", "feed.xml"] {
        let text = &files[path];
        assert!(!text.contains("<script>alert") && !text.contains("\"javascript:"), "{path}: {text}");
    }
    assert_eq!(files["feed.xml"].matches("</entry>").count(), 1);
}

#[test]
fn without_versions_there_is_no_feed_and_the_page_says_why() {
    let files = site(&Workspace::example("minimal").check());
    assert!(!files.contains_key("feed.xml"));
    assert!(files["changes.html"].contains("Nobody has written down what changed"));
    assert!(!files["downloads.html"].contains("feed.xml"));
}

#[test]
fn a_version_without_its_revision_a_date_or_with_an_unknown_key_is_found_where_it_stands() {
    for (text, code, words, file) in [
        (
            "[revision.9]\ndate = 2026-01-01\n",
            "M030",
            "is not a version that a `[revision]` tells of",
            "bom/build.toml",
        ),
        ("[revision.1]\n", "D003", "`[revision.1]` has no `date`", "bom/revisions.toml"),
        ("[revision.1]\ndate = \"today\"\n", "D004", "date", "bom/revisions.toml"),
        ("[revision.1]\ndate = 2026-01-01\nwire = []\n", "D002", "wire", "bom/revisions.toml"),
    ] {
        let checked = with(text).check();
        let found = checked.findings.iter().find(|finding| finding.message.contains(words));
        let all: Vec<_> = checked.findings.iter().map(|finding| (finding.rule.code, &finding.message)).collect();
        let found = found.unwrap_or_else(|| panic!("{text}: {all:?}"));
        assert_eq!(found.rule.code, code, "{text}: {all:?}");
        assert_eq!(checked.sources.path(found.primary.span.file), file, "{text}");
    }
}

#[test]
fn the_content_of_a_guide_changes_with_any_of_its_pages_and_with_nothing_else() {
    let content = |files: &BTreeMap<String, String>| {
        let page = files["changes.html"].split_once("ontent <code>").expect("it is said").1;
        page.split('<').next().expect("it ends").to_owned()
    };
    let before = site(&Workspace::example("minimal").check());
    assert_eq!(content(&before), content(&site(&Workspace::example("minimal").check())));
    assert_eq!(content(&before).len(), 16);
    assert!(before["downloads.html"].contains(&content(&before)) && before["sw.js"].contains(&content(&before)));
    assert_ne!(content(&before), content(&site(&with("[revision.1]\ndate = 2026-01-01\n").check())));
}

#[test]
fn dangers_tools_and_live_steps_stand_before_the_first_step() {
    let checked = Workspace::real().check();
    let files = site(&checked);
    let page = &files["before.html"];
    let tools: BTreeSet<&str> =
        checked.build.steps.iter().flat_map(|step| &step.tools).map(|tool| tool.value.as_str()).collect();
    let (start, end) = (page.find("<h2>Tools</h2>").expect("tools"), page.find("</main>").expect("an end"));
    assert!(!tools.is_empty() && page[start..end].matches("<small>").count() >= tools.len().min(3));
    for (n, _) in checked.build.steps.iter().enumerate().filter(|(_, step)| !step.live.is_empty()) {
        assert!(page.contains(&format!(">step {}</a>", n + 1)), "step {}", n + 1);
    }
    let dangers =
        checked.build.steps.iter().flat_map(|step| &step.danger).map(|text| &text.value).collect::<BTreeSet<_>>().len();
    assert_eq!(page.matches("class=\"caution danger\"").count(), dangers);
}

/// The object in a page's script element.
fn in_script(page: &str) -> Value {
    let text = page.split_once("<script type=\"application/ld+json\">").expect("an object").1;
    serde_json::from_str(text.split_once("</script>").expect("it ends").0).expect("JSON")
}

#[test]
fn machines_that_list_products_are_told_the_bill() {
    let checked = Workspace::real().check();
    let told = in_script(&site(&checked)["parts.html"]);
    let bill = Shown::new(checked.view(), 1, None, &[]).expect("the whole bill");
    assert_eq!(told, product::object(&bill), "what `bom --format product` prints");
    assert_eq!(
        (&told["@type"], &told["name"]),
        (&Value::from("Product"), &Value::from(checked.build.meta.title.as_str()))
    );
    assert!(told["hasPart"].as_array().is_some_and(|parts| parts.len() >= checked.build.lines.len()));
}

#[test]
fn machines_that_list_guides_are_told_steps_tools_and_supplies() {
    let checked = Workspace::real().check();
    let object = in_script(&site(&checked)["steps/index.html"]);
    assert_eq!(object["@context"], "https://schema.org");
    assert_eq!(object["@type"], "HowTo");
    for key in ["name", "description"] {
        assert!(object[key].as_str().is_some_and(|text| !text.is_empty()), "{key}");
    }
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let steps: Vec<Value> = list(&object["step"])
        .into_iter()
        .flat_map(|one| if one["@type"] == "HowToSection" { list(&one["itemListElement"]) } else { vec![one] })
        .collect();
    assert_eq!(steps.len(), checked.build.steps.len());
    for ((n, said), step) in (1..).zip(&steps).zip(&checked.build.steps) {
        assert_eq!((&said["@type"], &said["position"]), (&Value::from("HowToStep"), &Value::from(n)));
        assert_eq!(said["name"], step.title.as_str());
        assert!(said["text"].as_str().is_some_and(|text| !text.is_empty() && !text.contains("**")), "{said}");
        assert!(said.get("url").is_none(), "an address is whole or not there");
    }
    for (kind, key, count) in [("HowToSupply", "supply", checked.build.lines.len()), ("HowToTool", "tool", 1)] {
        let all = list(&object[key]);
        assert!(all.len() >= count, "{key}");
        assert!(
            all.iter().all(|one| one["@type"] == kind && one["name"].as_str().is_some_and(|name| !name.is_empty()))
        );
    }
    // Nobody states how long it takes, so that nothing is said of it.
    assert!(object.get("totalTime").is_none());
    let base = Some(Base::read("https://example.org/pi").expect("an address"));
    let there = in_script(&published(&checked, &Published { base, errors: 0 })["steps/index.html"]);
    let first = &there["step"][0]["itemListElement"][0]["url"];
    assert!(first.as_str().is_some_and(|url| url.starts_with("https://example.org/pi/steps/01-")), "{first}");
}

#[test]
fn no_text_ends_the_element_that_machines_read() {
    let mut checked = Workspace::example("minimal").check();
    let bad = "</script><script>alert(1)</script> <!-- & \u{2028}";
    checked.build.meta.title = bad.to_owned();
    checked.build.meta.summary = bad.to_owned();
    for step in &mut checked.build.steps {
        step.title = bad.to_owned();
        step.group = Some(bad.to_owned());
    }
    let files = site(&checked);
    let page = &files["steps/index.html"];
    let object = in_script(page);
    assert_eq!(object["name"], bad);
    assert_eq!(page.matches("<script").count(), 2, "the script, and the object");
    assert_eq!(page.matches("</script>").count(), 2);
}
