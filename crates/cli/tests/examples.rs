//! The example workspaces: what `check` says of each, and that the smallest repair takes away just its finding.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// How often each `code subject` stands among the findings.
type Findings = BTreeMap<String, usize>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Exit code and findings of `check` on a workspace.
fn check(workspace: &Path) -> (Option<i32>, Findings) {
    let output = Command::new(env!("CARGO_BIN_EXE_wireloom"))
        .arg("-w")
        .arg(workspace)
        .args(["check", "--format", "json"])
        .output()
        .expect("the program starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let list = report.get("findings").unwrap_or(&report).as_array().expect("the report lists findings");
    let mut findings = Findings::new();
    for finding in list {
        let text = |key: &str| finding.get(key).and_then(Value::as_str).unwrap_or_default();
        *findings.entry(format!("{} {}", text("code"), text("subject"))).or_default() += 1;
    }
    (output.status.code(), findings)
}

/// Findings that stand in `these` more often than in `those`.
fn surplus(these: &Findings, those: &Findings) -> Vec<String> {
    these
        .iter()
        .flat_map(|(line, &n)| {
            std::iter::repeat_n(line.clone(), n.saturating_sub(those.get(line).copied().unwrap_or(0)))
        })
        .collect()
}

/// The golden file as lines of findings, each with the comment above it.
fn golden() -> Vec<(String, String)> {
    let path = root().join("examples/as-published/findings.txt");
    let text = std::fs::read_to_string(path).expect("the golden file is there");
    let mut comment = String::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        if let Some(words) = line.strip_prefix("# ") {
            comment = words.to_owned();
        } else if line.is_empty() {
            comment.clear();
        } else {
            lines.push((line.to_owned(), std::mem::take(&mut comment)));
        }
    }
    lines
}

#[test]
fn the_published_build_has_the_findings_that_are_written_down() {
    let mut expected = Findings::new();
    for (line, _) in golden() {
        *expected.entry(line).or_default() += 1;
    }
    let (code, found) = check(&root().join("examples/as-published"));
    let unwritten = surplus(&found, &expected);
    let missing = surplus(&expected, &found);
    assert!(
        unwritten.is_empty() && missing.is_empty(),
        "found but not written down:\n  {}\nwritten down but not found:\n  {}",
        unwritten.join("\n  "),
        missing.join("\n  ")
    );
    assert_eq!(code, Some(1), "a build with errors ends in 1");
}

#[test]
fn every_written_finding_says_why_it_is_true() {
    for (line, comment) in golden() {
        assert!(comment.split_whitespace().count() >= 5, "`{line}` has no reason above it");
    }
}

#[test]
fn the_smallest_build_has_no_fault_and_says_what_a_meter_must_settle() {
    let (code, found) = check(&root().join("examples/minimal"));
    // With its supply 5 % low and every contact worn a Pi behind USB-A browns out: only a meter can tell.
    assert_eq!(found.keys().collect::<Vec<_>>(), ["P006 pi.board", "P011 k1.k"]);
    assert_eq!(code, Some(0));
}

#[test]
fn seven_boards_have_no_error() {
    let (code, found) = check(&root().join("examples/seven-pis"));
    assert!(matches!(code, Some(0 | 3)), "exit code {code:?}: {found:#?}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the entry can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}

/// Applies the edits of one repair to the workspace.
fn mend(workspace: &Path, repair: &toml::Value) {
    for edit in repair["edit"].as_array().expect("a repair has edits") {
        let text_of = |key: &str| edit.get(key).and_then(toml::Value::as_str);
        let (file, new) = (text_of("file").expect("a file"), text_of("new").expect("its new text"));
        let path = workspace.join(file);
        let mended = if let Some(old) = text_of("old") {
            let text = std::fs::read_to_string(&path).expect("the file to mend is there");
            assert_eq!(text.matches(old).count(), 1, "`{old}` stands once in {file}");
            text.replace(old, new)
        } else {
            assert!(!path.exists(), "{file} is there already");
            new.to_owned()
        };
        std::fs::write(&path, mended).expect("the file can be written");
    }
}

#[test]
fn each_smallest_repair_takes_away_just_its_finding() {
    let (_, before) = check(&root().join("examples/as-published"));
    let text =
        std::fs::read_to_string(root().join("examples/as-published/repairs.toml")).expect("the repairs are there");
    let repairs: toml::Table = text.parse().expect("the repairs are TOML");
    let repairs = repairs["repair"].as_array().expect("the file lists [[repair]]");
    assert!(repairs.len() >= 11, "{} repairs", repairs.len());
    let mut wrong = Vec::new();
    for (n, repair) in repairs.iter().enumerate() {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("repair-{n}"));
        let _ = std::fs::remove_dir_all(&place);
        let workspace = place.join("examples/as-published");
        copy(&root().join("bom"), &place.join("bom"));
        copy(&root().join("examples/as-published"), &workspace);
        mend(&workspace, repair);
        let (_, after) = check(&workspace);
        let goes = repair["goes"].as_array().expect("a repair lists what goes");
        let mut goes: Vec<&str> = goes.iter().filter_map(toml::Value::as_str).collect();
        let (gone, fresh) = (surplus(&before, &after), surplus(&after, &before));
        goes.sort_unstable();
        // What could not be judged before: margins of what has its supply, its fuse or its contact only now. Never an error.
        let brings = repair.get("brings").and_then(toml::Value::as_array).into_iter().flatten();
        let brings: Vec<&str> = brings.filter_map(toml::Value::as_str).collect();
        let is_margin =
            |name: &&str| ["P006 ", "P010 ", "P011 ", "P016 ", "P024 "].iter().any(|code| name.starts_with(code));
        assert!(brings.iter().all(is_margin), "{}: only margins may come", repair["fault"]);
        if gone != goes || fresh != brings {
            wrong.push(format!("{}\n  gone:  {gone:?}\n  meant: {goes:?}\n  fresh: {fresh:?}", repair["fault"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
