//! What the verbs about states print for the builds of this repository, whole: a reader of the diff sees what a builder would.
//!
//! `cargo xtask docs` rewrites the snapshots.

use std::path::Path;

use cli::{Checked, certificate, check};
use outputs::{control, faults, states};

fn checked(workspace: &str) -> Checked {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(workspace);
    check(&cli::disk::Disk::open(&root).expect("the workspace is there"))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[test]
fn the_states_of_revision_2() {
    insta::assert_snapshot!(states::table(checked(".").view()));
}

#[test]
fn the_states_of_the_published_build() {
    insta::assert_snapshot!(states::table(checked("examples/as-published").view()));
}

#[test]
fn one_state_at_length() {
    let checked = checked(".");
    let state = |settings: &[&str]| states::state(checked.view(), &words(settings)).expect("it is a state");
    insta::assert_snapshot!(
        [state(&[]), state(&["k8.k[3]=energised"]), state(&["k1.k=energised", "k2.k=energised"])].join("\n")
    );
}

#[test]
fn what_one_more_event_does_to_a_state() {
    let checked = checked("examples/as-published");
    insta::assert_snapshot!(states::state(checked.view(), &words(&["k1.k=energised"])).expect("it is a state"));
}

#[test]
fn what_changes_do() {
    let checked = checked(".");
    let told: Vec<String> = [
        "remove wire fuse-in/1",
        "open fu[7]",
        "weld k1.nc",
        "stuck open k8.k[2]",
        "psu dead",
        "pi[5] dead and pi[1] dead",
        "pi[5] hung",
        "pi[5] hung and pi[1] hung",
        "toggle.t off",
        "no mains",
    ]
    .into_iter()
    .map(|change| states::what_if(checked.view(), change).expect("it is a change"))
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn words_that_name_nothing_say_what_comes_near() {
    let checked = checked(".");
    let told: Vec<String> = ["remove feads/1", "weld psu", "k9.k energised", "k1.k energized", "explode"]
        .into_iter()
        .map(|change| states::what_if(checked.view(), change).expect_err("it is no change"))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_fails_in_revision_2() {
    insta::assert_snapshot!(faults::table(checked(".").view()));
}

#[test]
fn what_fails_in_the_published_build() {
    insta::assert_snapshot!(faults::table(checked("examples/as-published").view()));
}

#[test]
fn who_controls_whom() {
    let told: Vec<String> =
        [".", "examples/as-published"].into_iter().map(|workspace| control::page(checked(workspace).view())).collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn who_controls_whom_as_a_graph() {
    let checked = checked(".");
    insta::assert_snapshot!(control::dot(&checked.build, &checked.facts.control));
}

#[test]
fn who_controls_whom_as_a_drawing() {
    let drawn: Vec<String> = [".", "examples/as-published"]
        .into_iter()
        .map(|workspace| control::drawing::svg(checked(workspace).view()))
        .collect();
    insta::assert_snapshot!(drawn.join("\n\n"));
}

#[test]
fn a_certificate_holds_for_its_own_build_and_no_other() {
    let (real, small) = (checked("."), checked("examples/minimal"));
    let written = certificate::write(&real).expect("nothing meets in any state");
    let told = certificate::verify(&real, &written).expect("it is this build's");
    assert!(told.starts_with("verified: in no state of 12 coils and levers"), "{told}");
    let other = certificate::verify(&small, &written).expect_err("it is another build's");
    assert!(other.contains("of another build"), "{other}");
    let contact = written.lines().find(|line| line.starts_with("contact ")).expect("it has contacts");
    let without = written.replacen(&format!("{contact}\n"), "", 1);
    let other = certificate::verify(&real, &without).expect_err("a contact is gone");
    assert!(other.contains("its contacts differ"), "{other}");
}
