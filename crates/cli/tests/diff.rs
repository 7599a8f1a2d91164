//! What differs between builds: edits of the real one and what each is told as, folders, git revisions, three formats.
//!
//! `cargo xtask docs` rewrites the snapshots.

mod memory;
mod trial;

use std::path::Path;
use std::process::Command;

use memory::{Dice, Workspace, root};
use outputs::diff::{Diff, show};
use trial::{Trial, status, wireloom};

fn diff(before: &Workspace, after: &Workspace) -> Diff {
    let (before, after) = (before.check(), after.check());
    Diff::of(before.view(), after.view())
}

/// The real build with one place of a file changed.
fn edited(file: &str, find: &str, put: &str) -> Workspace {
    let mut workspace = Workspace::real();
    let text = workspace.files.get_mut(file).expect("the file is there");
    assert_eq!(text.matches(find).count(), 1, "`{find}` in {file}");
    *text = text.replace(find, put);
    workspace
}

#[test]
fn a_build_does_not_differ_from_itself() {
    for workspace in [Workspace::real(), Workspace::example("as-published"), Workspace::bench()] {
        let same = diff(&workspace, &workspace);
        assert!(same.is_empty() && !same.is_worse(), "{}", show::text(&same));
        assert!(show::text(&same).ends_with("nothing differs\n"));
        assert!(show::markdown(&same).ends_with("Nothing differs.\n"));
    }
}

#[test]
fn revision_2_against_the_published_build() {
    let found = diff(&Workspace::example("as-published"), &Workspace::real());
    insta::assert_snapshot!("text", show::text(&found));
    insta::assert_snapshot!("json", show::json(&found));
    insta::assert_snapshot!("markdown", show::markdown(&found));
}

#[test]
fn there_and_back_is_the_same_with_sides_changed() {
    let (one, other) = (Workspace::example("as-published"), Workspace::real());
    let (there, back) = (diff(&one, &other), diff(&other, &one));
    assert_eq!(there.gained, back.lost);
    for ((_, there), (_, back)) in there.aspects.iter().zip(&back.aspects) {
        let sorted = |changes: &[outputs::diff::Change], turned: bool| {
            let side = |change: &outputs::diff::Change| match turned {
                false => (change.key.clone(), change.before.clone(), change.after.clone()),
                true => (change.key.clone(), change.after.clone(), change.before.clone()),
            };
            let mut all: Vec<_> = changes.iter().map(side).collect();
            all.sort();
            all
        };
        assert_eq!(sorted(there, false), sorted(back, true));
    }
}

#[test]
fn one_edit_is_told_where_it_matters() {
    let told = |file, find, put| show::text(&diff(&Workspace::real(), &edited(file, find, put)));
    let fewer = told("bom/buy.toml", "usb-a-screw = 3", "usb-a-screw = 2");
    assert!(fewer.contains("  ~ usb-a-screw: "), "{fewer}");
    assert!(fewer.contains("  ~ the bill: at least 867.98 USD"), "{fewer}");
    assert!(fewer.contains("  + error[B003] usb-a-screw: "), "{fewer}");
    let dearer = told("bom/parts/ssd-240.toml", "34.99 USD", "35.99 USD");
    assert!(
        dearer.contains("  ~ the bill: at least 867.98 USD, 25 lines without a price → at least 872.98 USD"),
        "{dearer}"
    );
    assert!(!dearer.contains("wires:"), "{dearer}");
}

#[test]
fn lines_that_move_are_no_change() {
    let mut moved = Workspace::real();
    for (path, text) in &mut moved.files {
        if path.starts_with("wiring/") || path == "bom/buy.toml" {
            *text = format!("# A line more.\n\n{text}");
        }
    }
    let found = diff(&Workspace::real(), &moved);
    assert!(found.is_empty(), "{}", show::text(&found));
}

#[test]
fn damaged_files_are_compared_without_a_fall() {
    let mut dice = Dice(23);
    let real = Workspace::real();
    let paths: Vec<String> = real.own().map(|(path, _)| path.clone()).collect();
    for _ in 0..12 {
        let mut damaged = real.clone();
        let text = damaged.files.get_mut(dice.pick(&paths)).expect("it is one of them");
        let lines: Vec<&str> = text.lines().collect();
        let gone = dice.below(lines.len());
        *text = lines.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, line)| format!("{line}\n")).collect();
        let found = diff(&real, &damaged);
        let _ = (show::text(&found), show::json(&found), show::markdown(&found));
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn two_revisions_of_a_workspace_below_the_root_of_its_repository() {
    let trial = Trial::new();
    let above = trial.beside(".");
    git(&above, &["init", "--quiet", "--initial-branch=main"]);
    git(&above, &["add", "."]);
    git(&above, &["commit", "--quiet", "--message=first"]);
    let trial = trial.edited("bom/parts/lamp.toml", "\"4.5..5.5 V\"", "\"3..3.6 V\"");
    let (code, now) = trial.told(&["diff", "HEAD"]);
    assert!(now.contains("findings gained: "), "{now}");
    assert_eq!(code, 1, "{now}");
    git(&above, &["commit", "--quiet", "--all", "--message=second"]);
    assert_eq!(trial.told(&["diff", "HEAD~1", "HEAD"]), (1, now.clone()));
    assert_eq!(trial.told(&["diff", "HEAD~1"]), (1, now));
    let (code, none) = trial.told(&["diff", "main", "HEAD"]);
    assert!(code == 0 && none.ends_with("nothing differs\n"), "{none}");
    let (code, json) = trial.told(&["diff", "HEAD~1", "HEAD", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert!(code == 1 && value["schema"] == 1, "{json}");
    for bad in ["HEAD~9", "--upload-pack=x", "nowhere", "HEAD:bench", ""] {
        let output = trial.run(&["diff", "--", bad]);
        assert_eq!(status(&output), 2, "{bad}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn two_folders() {
    let published = root().join("examples/as-published");
    let output = wireloom(&root(), &["diff", &published.to_string_lossy(), ".", "--format", "md"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("### pi-1u-as-published 1 → pi-1u 2\n"), "{text}");
    assert!(text.contains("| the bill | 862.00 USD | at least 867.98 USD, 25 lines without a price |"), "{text}");
}
