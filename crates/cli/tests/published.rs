//! The guide on its own: addresses where the web wants them, and no errors published unless somebody means it.

mod trial;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use trial::{Trial, files, status};

/// A fault that binds: the lamp gets more volts than it may.
const FAULT: (&str, &str, &str) = ("bom/parts/lamp.toml", "\"4.5..5.5 V\"", "\"3..3.6 V\"");

fn pages(folder: &Path) -> BTreeMap<String, String> {
    let all = files(folder).into_iter().filter(|(path, _)| path.ends_with(".html"));
    all.map(|(path, bytes)| (path, String::from_utf8(bytes).expect("text"))).collect()
}

#[test]
fn the_guide_alone_is_that_of_a_build() {
    let trial = Trial::new();
    assert_eq!(trial.told(&["build", "--out", "whole"]).0, 0);
    let (status, said) = trial.told(&["site", "--out", "alone"]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("wrote alone/index.html and "), "{said}");
    let mut alone = files(&trial.root().join("alone"));
    alone.remove(".wireloom").expect("the folder is marked");
    assert_eq!(alone, files(&trial.root().join("whole/site")));
    assert!(!alone.contains_key("sitemap.xml"));
    assert_eq!(alone["robots.txt"], b"User-agent: *\nAllow: /\n");
    assert!(alone.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("rel=\"canonical\"")));
}

#[test]
fn with_an_address_every_page_says_its_own() {
    let trial = Trial::new();
    for given in ["https://example.org/lamp", "https://example.org/lamp/"] {
        assert_eq!(trial.told(&["site", "--base-url", given]).0, 0);
        let folder = trial.root().join("dist/site");
        let list = fs::read_to_string(folder.join("sitemap.xml")).expect("there is a list of addresses");
        let pages = pages(&folder);
        assert!(pages.len() > 20, "{:?}", pages.keys());
        for (path, html) in &pages {
            let own = format!("https://example.org/lamp/{}", if path == "index.html" { "" } else { path });
            let link = format!("<link rel=\"canonical\" href=\"{own}\">");
            let has = usize::from(path != "404.html");
            assert_eq!(html.matches("rel=\"canonical\"").count(), has, "{path}");
            assert_eq!(html.matches(&link).count(), has, "{path}");
            assert_eq!(list.matches(&format!("<url><loc>{own}</loc></url>")).count(), has, "{path}");
        }
        assert_eq!(list.matches("<loc>").count(), pages.len() - 1);
        // A host shows this page at any address, in whatever folder: links from where it stands would lead nowhere.
        assert!(pages["404.html"].contains("href=\"https://example.org/lamp/style.css\""));
        assert!(!pages["404.html"].contains("href=\"index.html\""));
        assert!(pages["rules/N001.html"].contains("href=\"../style.css\""));
        let robots = fs::read_to_string(folder.join("robots.txt")).expect("it is there");
        assert!(robots.ends_with("\nSitemap: https://example.org/lamp/sitemap.xml\n"), "{robots}");
    }
}

#[test]
fn what_is_no_address_is_refused_before_anything_is_written() {
    let trial = Trial::new();
    for bad in ["example.org", "javascript://x", "https://", "https://example.org/?a", "https://a/\"><script>"] {
        let output = trial.run(&["site", "--base-url", bad]);
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(status(&output), 2, "{bad}: {words}");
        assert!(words.contains("is no address of a folder on the web"), "{bad}: {words}");
    }
    assert!(!trial.root().join("dist").exists());
}

#[test]
fn a_guide_with_errors_stays_unwritten_and_an_earlier_one_as_it_is() {
    let trial = Trial::new();
    assert_eq!(trial.told(&["site"]).0, 0);
    let dist = trial.root().join("dist");
    let before = files(&dist);
    let trial = trial.edited(FAULT.0, FAULT.1, FAULT.2);
    let (status, said) = trial.told(&["site"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("nothing written: `dist/site` stays as it is until there is no error"), "{said}");
    assert_eq!(files(&dist), before);
    assert_eq!(trial.told(&["site", "--out", "fresh"]).0, 1);
    assert!(!trial.root().join("fresh").exists());
}

#[test]
fn a_guide_that_is_published_with_errors_says_so_on_every_page() {
    for (file, find, put) in [FAULT, ("wiring/wires.toml", "lamp.plus", "lamb.plus")] {
        let trial = Trial::new().edited(file, find, put);
        let (status, said) = trial.told(&["site", "--allow-errors", "--base-url", "https://example.org"]);
        assert!([0, 3].contains(&status), "{said}");
        let errors = said.lines().filter(|line| line.starts_with("error[")).count();
        let counted = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
        assert!(errors > 0 && said.contains(&format!("every page warns of {counted}\n")), "{said}");
        for (path, html) in pages(&trial.root().join("dist/site")) {
            let root = match path.as_str() {
                "404.html" => "https://example.org/",
                path if path.contains('/') => "../",
                _ => "",
            };
            assert!(html.contains(&format!("<strong>Published with {counted}: do not power this build.</strong>")));
            assert!(
                html.contains(&format!("<a href=\"{root}findings.html\">What was found</a></p></aside>")),
                "{path}"
            );
        }
    }
}

#[test]
fn a_guide_without_errors_carries_no_warning_though_errors_are_allowed() {
    let trial = Trial::new();
    assert_eq!(trial.told(&["site", "--allow-errors"]).0, 0);
    for (path, html) in pages(&trial.root().join("dist/site")) {
        assert!(!html.contains("class=\"stamp\""), "{path}");
    }
}

#[test]
fn the_guide_and_the_whole_build_replace_each_other_and_nothing_else() {
    let trial = Trial::new();
    for verb in ["site", "build", "site", "site", "build", "build"] {
        let output = trial.run(&[verb]);
        assert_eq!(status(&output), 0, "{verb}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let trial = Trial::new();
    assert_eq!(trial.told(&["site"]).0, 0);
    let trial = trial.with("dist/letter.txt", "dear");
    assert_eq!(trial.told(&["build"]).0, 2);
    assert!(trial.root().join("dist/letter.txt").is_file());
    let trial = Trial::new().with("dist/site/letter.txt", "dear");
    assert_eq!(trial.told(&["site"]).0, 2);
    assert!(trial.root().join("dist/site/letter.txt").is_file());
}
