//! What `power`, `explain` and questions with `--set` and `--swap` print, whole: a reader of the diff sees what a builder would.
//!
//! `cargo xtask docs` rewrites the snapshots.

mod trial;

use std::path::Path;

use cli::{Checked, check, check_asked};
use outputs::{explain, power};
use trial::Trial;

fn disk(workspace: &str) -> cli::disk::Disk {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(workspace);
    cli::disk::Disk::open(&root).expect("the workspace is there")
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn told(checked: &Checked, scenario: Option<&str>, settings: &[&str], asked: &[&str]) -> String {
    let question = power::ask(checked.view(), scenario, &words(settings), &words(asked)).expect("it is a question");
    power::table(checked.view(), &question)
}

/// No line of a page is wider than a terminal.
fn narrow(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
    assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
}

#[test]
fn the_currents_of_revision_2() {
    let checked = check(&disk("."));
    let pages =
        [told(&checked, None, &[], &[]), told(&checked, Some("load"), &[], &[]), power::all(checked.view(), &[])];
    let text = pages.join("\n");
    narrow(&text);
    insta::assert_snapshot!(text);
}

#[test]
fn the_currents_of_the_published_build() {
    let checked = check(&disk("examples/as-published"));
    let text = [told(&checked, None, &[], &[]), power::all(checked.view(), &[])].join("\n");
    narrow(&text);
    insta::assert_snapshot!(text);
}

#[test]
fn the_currents_of_a_state() {
    let checked = check(&disk("."));
    let text = told(&checked, None, &["k8.k[3]=energised", "k1.k=energised"], &[]);
    narrow(&text);
    insta::assert_snapshot!(text);
}

#[test]
fn the_loop_of_a_load() {
    let checked = check(&disk("."));
    let text = explain::explain(checked.view(), "pi[3]").expect("it has that name");
    let text = &text[text.find("Loop of").expect("it has a loop")..];
    narrow(text);
    insta::assert_snapshot!(text);
}

#[test]
fn what_would_be() {
    let asked = ["pi[3]=3 A", "feed=2 A", "psu.5v=4.9 V", "fuse-out/3 gauge=22 AWG", "feed/3 length=600 mm"];
    let checked = check_asked(&disk("."), &words(&asked)).expect("all of it has a name");
    let text = told(&checked, None, &[], &asked);
    narrow(&text);
    insta::assert_snapshot!(text);
}

#[test]
fn questions_that_mean_nothing_say_what_there_is() {
    let disk = disk(".");
    let wrong = [
        "pi",
        "pie=20 W",
        "pi=20",
        "pi=20 Q",
        "pi=20 m",
        "pi.bord=3 A",
        "ssd[9]=1 A",
        "k1=5 V",
        "feeds gauge=18 AWG",
        "feed color=red",
        "feed gauge=300 mm",
        "pi-usb length=1 m",
        "feed stock=wire",
        "pi part=pi-5",
        "#999 gauge=18 AWG",
    ];
    let told = wrong.map(|what| match check_asked(&disk, &[what.to_owned()]) {
        Ok(_) => panic!("`{what}` means something"),
        Err(why) => why,
    });
    let checked = check(&disk);
    let ask = |scenario, settings: &[&str]| {
        power::ask(checked.view(), scenario, &words(settings), &[]).expect_err("it is no question")
    };
    let others = [ask(Some("idel"), &[]), ask(None, &["k9.k=energised"]), ask(None, &["toggle.t=off"])];
    insta::assert_snapshot!(told.into_iter().chain(others).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_question_changes_what_it_names_and_nothing_else() {
    let real = check(&disk("."));
    let least = |checked: &Checked, device: &str| {
        let report = power::read(checked.view(), &power::Question::worst(&[]));
        let load = report.loads.iter().find(|load| load.name == device).expect("it is a load");
        load.typical.expect("it is known")
    };
    let asked = check_asked(&disk("."), &words(&["pi[3]=20 W"])).expect("it has a name");
    assert!(least(&asked, "pi[3]") < least(&real, "pi[3]") - 0.5, "{} V", least(&asked, "pi[3]"));
    for other in ["pi[2]", "pi[4]", "sw"] {
        assert!((least(&asked, other) - least(&real, other)).abs() < 1e-9, "{other}");
    }
    let bill = |checked: &Checked| outputs::bom_csv::table(checked.view());
    assert_eq!(bill(&asked), bill(&real), "a draw changes no bill");
    let lower = check_asked(&disk("."), &words(&["psu.5v=4.75 V"])).expect("it has a name");
    assert!((least(&real, "pi[3]") - least(&lower, "pi[3]") - 0.25).abs() < 0.01, "{} V", least(&lower, "pi[3]"));
}

#[test]
fn json_and_csv_carry_every_load_and_no_number_that_is_none() {
    for workspace in [".", "examples/as-published", "examples/minimal", "examples/seven-pis"] {
        let checked = check(&disk(workspace));
        let question = power::Question::worst(&words(&["asked for nothing"]));
        let report = power::read(checked.view(), &question);
        let text = power::json(checked.view(), &question);
        let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        let loads = json["loads"].as_array().expect("it is a list");
        assert_eq!(loads.len(), report.loads.len(), "{workspace}");
        assert!(!loads.is_empty() && loads.iter().all(|load| load["verdict"].is_string()), "{workspace}");
        assert_eq!(json["asked"][0], "asked for nothing");
        let csv = power::csv(checked.view(), &question);
        let columns = csv.lines().next().expect("it has a head").split(',').count();
        assert_eq!(columns, 15);
        let rows = csv.lines().filter(|line| line.starts_with("load,")).count();
        assert_eq!(rows, report.loads.len(), "{workspace}");
        for text in [text, csv] {
            assert!(!text.contains("NaN") && !text.contains("inf,"), "{workspace}: {text}");
        }
    }
}

#[test]
fn questions_go_to_people_and_into_no_file() {
    let trial = Trial::new();
    let (status, text) = trial.told(&["power", "--set", "lamp=2 W"]);
    assert!(text.starts_with("asked: lamp=2 W\n"), "{status}: {text}");
    let (_, text) = trial.told(&["check", "--set", "lamp=2 W"]);
    assert!(text.starts_with("asked: lamp=2 W\n"), "{text}");
    let (_, text) = trial.told(&["explain", "lamp", "--set", "lamp=2 W"]);
    assert!(text.starts_with("asked: lamp=2 W\n"), "{text}");
    for arguments in [
        &["check", "--format", "json", "--set", "lamp=2 W"][..],
        &["check", "--certificate", "proof.txt", "--set", "lamp=2 W"],
        &["build", "--set", "lamp=2 W"],
        &["power", "--set", "lump=2 W"],
        &["power", "nowhere"],
        &["power", "--json", "--csv"],
        &["export", "bom", "--scenario", "load"],
    ] {
        let (status, text) = trial.told(arguments);
        assert_eq!((status, text.as_str()), (2, ""), "{arguments:?}");
    }
}
