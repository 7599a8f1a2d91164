//! What the command's status says, and what it prints where it cannot run.

mod trial;

use std::io::Read as _;
use std::process::{Command, Stdio};

use trial::{Trial, status, wireloom};

const UNSTATED: (&str, &str, &str) = ("bom/parts/lamp.toml", "\"4.5..5.5 V\"", "\"unstated\"");
const OPEN: &str = "[open.where]\nask = \"Where does the lamp stand?\"\n";
const STALE: &str = "[waive.nothing]\nrule = \"N001\"\nsubject = \"lamp\"\nreason = \"It matches nothing.\"\n";

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

#[test]
fn a_clean_build_ends_in_0_at_every_level() {
    let trial = Trial::new();
    for level in ["error", "warning", "note"] {
        let (status, text) = trial.told(&["check", "--fail-level", level]);
        assert_eq!(status, 0, "{text}");
        assert!(last_line(&text).starts_with("0 errors, 0 warnings, 0 waived, 0 not verified | "), "{text}");
    }
}

#[test]
fn an_error_ends_in_1() {
    let trial = Trial::new().edited("wiring/wires.toml", "stock =", "stok =");
    let (status, text) = trial.told(&["check"]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("error[D002 unknown-key]: "), "{text}");
    assert!(text.contains("= help: write `stock`"), "{text}");
}

#[test]
fn a_warning_ends_in_1_from_the_level_of_warnings() {
    let trial = Trial::new().with("wiring/waive.toml", STALE);
    for (level, expected) in [("error", 0), ("warning", 1), ("note", 1)] {
        let (status, text) = trial.told(&["check", "--fail-level", level]);
        assert_eq!(status, expected, "{level}: {text}");
        assert!(last_line(&text).starts_with("0 errors, 1 warning, 0 waived, "), "{text}");
    }
}

#[test]
fn a_note_ends_in_1_only_at_the_level_of_notes() {
    let trial = Trial::new().with("wiring/open.toml", OPEN);
    for (level, expected) in [("error", 0), ("warning", 0), ("note", 1)] {
        let (status, text) = trial.told(&["check", "--fail-level", level]);
        assert_eq!(status, expected, "{level}: {text}");
    }
}

#[test]
fn what_is_not_verified_ends_in_3_unless_something_was_found() {
    let (file, find, put) = UNSTATED;
    let trial = Trial::new().edited(file, find, put);
    let (status, text) = trial.told(&["check"]);
    assert_eq!(status, 3, "{text}");
    assert!(text.contains("not verified["), "{text}");
    assert!(!last_line(&text).contains(" 0 not verified"), "{text}");
    let trial = trial.with("wiring/waive.toml", STALE);
    assert_eq!(trial.told(&["check"]).0, 3);
    assert_eq!(trial.told(&["check", "--fail-level", "warning"]).0, 1);
}

#[test]
fn a_run_that_cannot_go_on_ends_in_2_and_says_why_on_standard_error() {
    let trial = Trial::new();
    let empty = trial.beside("empty");
    std::fs::create_dir(&empty).expect("the folder can be made");
    let cases: [(&[&str], &str); 6] = [
        (&["check"], "holds `bom/build.toml`; name a workspace with `-w DIR`"),
        (&["-w", "nowhere", "check"], "`nowhere`: "),
        (&["-w", ".", "check"], "holds no `bom/build.toml`"),
        (&["chek"], "unrecognized subcommand"),
        (&["check", "--format", "xml"], "invalid value 'xml'"),
        (&["explain", "lamp"], "name a workspace"),
    ];
    for (arguments, expected) in cases {
        let output = wireloom(&empty, arguments);
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(status(&output), 2, "{arguments:?}: {words}");
        assert!(words.contains(expected), "{arguments:?}: {words}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    let output = trial.run(&["explain", "lampp"]);
    assert_eq!(status(&output), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing is named `lampp`; the nearest name is `lamp`"));
}

#[test]
fn the_workspace_is_found_from_a_folder_inside_it() {
    let trial = Trial::new();
    let output = wireloom(&trial.root().join("bom/parts"), &["check"]);
    assert_eq!(status(&output), 0, "{output:?}");
}

#[test]
fn a_file_that_is_no_text_is_a_finding() {
    let trial = Trial::new().with("wiring/bytes.toml", [b'a', b'=', 0xff, 0xfe]);
    let (status, text) = trial.told(&["check"]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("wiring/bytes.toml") && text.contains("byte 3 is no UTF-8 text"), "{text}");
}

#[test]
fn a_folder_named_like_a_file_and_hidden_files_do_no_harm() {
    let trial = Trial::new().with("wiring/x.toml/y", "").with("wiring/.#wires.toml", "not = TOML at all");
    let (status, text) = trial.told(&["check"]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("wiring/x.toml") && text.contains("it is no file"), "{text}");
    assert!(!text.contains(".#wires"), "{text}");
}

#[test]
fn explain_needs_no_workspace_for_a_rule_and_knows_names_in_one() {
    let trial = Trial::new();
    let output = wireloom(trial.root().parent().expect("it has one"), &["explain", "d002"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(status(&output), 0);
    assert!(text.starts_with("error[D002 unknown-key]\n\nA key that nothing takes."), "{text}");
    for (what, expected) in [
        ("lamp", "lamp: Lamp\n"),
        ("lamp.plus", "lamp.plus: terminal of lamp, Lamp\n"),
        ("feed/1", "#01 feed/1: wire from psu.plus to lamp.plus\n"),
        ("#02", "#02 feed/2: wire from lamp.minus to psu.minus\n"),
        ("feed@psu.minus", "#02 feed/2: "),
    ] {
        let (status, text) = trial.told(&["explain", what]);
        assert_eq!(status, 0, "{what}");
        assert!(text.starts_with(expected), "{what}: {text}");
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(80), "{what}: {text}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let trial = Trial::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_wireloom"))
        .args(["check", "--format", "sarif"])
        .current_dir(trial.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    drop(child.stdout.take());
    let status = child.wait().expect("it ends");
    let mut words = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut words).expect("text");
    assert_eq!((status.code(), words.as_str()), (Some(0), ""));
}

#[test]
fn a_workspace_without_a_device_is_not_clean() {
    let trial = Trial::new();
    std::fs::rename(trial.root().join("wiring"), trial.root().join("wirings")).expect("the folder can be renamed");
    let (status, text) = trial.told(&["check"]);
    assert_eq!(status, 3, "{text}");
    assert!(text.contains("not verified[M019 empty-build]: "), "{text}");
}

#[test]
fn verbs_about_states_say_what_did_not_bind_and_end_in_1() {
    let trial = Trial::new().edited("wiring/wires.toml", "lamp.plus", "lamb.plus");
    for verb in [&["states"][..], &["state"], &["what-if", "no mains"], &["faults"], &["control"]] {
        let (status, text) = trial.told(verb);
        assert_eq!(status, 1, "{verb:?}: {text}");
        assert!(!text.contains("wireloom:"), "{verb:?} says it on standard error: {text}");
    }
    let sound = Trial::new();
    for verb in [&["states"][..], &["state"], &["faults"], &["control"]] {
        assert_eq!(sound.told(verb).0, 0, "{verb:?}");
    }
}

#[test]
fn a_build_that_did_not_bind_gets_no_certificate_and_keeps_the_old_file() {
    let trial = Trial::new().with("old.cert", "an older one\n").edited("wiring/wires.toml", "lamp.plus", "lamb.plus");
    let file = trial.root().join("old.cert");
    let (status, _) = trial.told(&["check", "--certificate", &file.to_string_lossy()]);
    assert_eq!(status, 2);
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), "an older one\n");
    let sound = Trial::new();
    let file = sound.root().join("new.cert");
    assert_eq!(sound.told(&["check", "--certificate", &file.to_string_lossy()]).0, 0);
    assert_eq!(sound.told(&["verify", &file.to_string_lossy()]).0, 0);
    let (status, text) = trial.told(&["verify", &file.to_string_lossy()]);
    assert_eq!(status, 1, "{text}");
}
