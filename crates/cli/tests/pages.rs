//! Runs the example and the silent twin of every rule's page, and keeps `docs/rules/` in step with the pages.
//!
//! `UPDATE=1` writes what the terminal shows into the `text` fences; read the result as somebody else's work.

mod memory;

use std::fmt::Write as _;
use std::path::Path;

use memory::Workspace;
use outputs::terminal::{self, Look};
use source::{Finding, Level, Rule, Severity};

/// A fence of a page.
struct Fence {
    section: String,
    info: String,
    /// Line numbers in the rule's file, from 0: first line of its contents, and the closing fence.
    lines: (usize, usize),
    text: String,
}

/// The fences of a rule's file, read from the disk so that an update is seen at once.
fn fences(text: &str) -> Vec<Fence> {
    let mut fences: Vec<Fence> = Vec::new();
    let mut section = String::new();
    let mut open = false;
    for (number, line) in text.lines().enumerate() {
        let Some(rest) = line.strip_prefix("//!") else { break };
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        if let Some(info) = rest.strip_prefix("```") {
            if open {
                fences.last_mut().expect("a fence is open").lines.1 = number;
            } else {
                let info = info.trim().to_owned();
                fences.push(Fence {
                    section: section.clone(),
                    info,
                    lines: (number + 1, number + 1),
                    text: String::new(),
                });
            }
            open = !open;
        } else if open {
            let fence = fences.last_mut().expect("a fence is open");
            fence.text.push_str(rest);
            fence.text.push('\n');
        } else if let Some(title) = rest.strip_prefix("## ") {
            section = title.trim().to_owned();
        }
    }
    assert!(!open, "a fence is not closed");
    fences
}

/// The bench with a section's TOML laid over it.
fn bench(fences: &[Fence], section: &str) -> Workspace {
    let mut bench = Workspace::bench();
    for fence in fences.iter().filter(|fence| fence.section == section && fence.info.starts_with("toml")) {
        let path = match fence.info.strip_prefix("toml ") {
            Some(path) => path.trim(),
            None => "wiring/wires.toml",
        };
        bench.files.insert(path.to_owned(), fence.text.clone());
    }
    bench
}

fn shown(findings: &[Finding], look: impl Fn(&Finding) -> bool, sources: &source::SourceMap) -> String {
    let chosen: Vec<Finding> = findings.iter().filter(|finding| look(finding)).cloned().collect();
    let text = terminal::render(sources, &chosen, Look::PLAIN);
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Lines of one text that are not in the other at the same place of a longest common sequence.
fn differing(a: &str, b: &str) -> usize {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().collect(), b.lines().collect());
    let mut longest = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, left) in a.iter().enumerate() {
        for (j, right) in b.iter().enumerate() {
            longest[i + 1][j + 1] =
                if left == right { longest[i][j] + 1 } else { longest[i][j + 1].max(longest[i + 1][j]) };
        }
    }
    a.len().max(b.len()) - longest[a.len()][b.len()]
}

/// What is wrong with a page, and the rule's file with its text fence filled.
fn examine(rule: &'static Rule, text: &str) -> (Vec<String>, String) {
    let mut wrong = Vec::new();
    let fences = fences(text);
    let of = |section: &str| fences.iter().filter(|fence| fence.section == section).collect::<Vec<_>>();
    let joined =
        |section: &str| of(section).iter().filter(|f| f.info != "text").map(|f| f.text.as_str()).collect::<String>();
    if of("Example").is_empty() {
        if !text.contains("Tested with") {
            wrong.push("has no example, and no `Tested with` under Cases".to_owned());
        }
        return (wrong, text.to_owned());
    }
    let (example, twin) = (joined("Example"), joined("Instead"));
    if twin.is_empty() {
        wrong.push("has no silent twin under Instead".to_owned());
    }
    let apart = differing(&example, &twin);
    if apart > 3 {
        wrong.push(format!("example and twin differ in {apart} lines; at most 3"));
    }
    let checked = bench(&fences, "Example").check();
    let heard = |finding: &Finding| {
        finding.waived.is_none() && (finding.level() != Level::Note || finding.rule.code == rule.code)
    };
    let mut codes: Vec<&str> =
        checked.findings.iter().filter(|finding| heard(finding)).map(|finding| finding.rule.code).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes != [rule.code] {
        let all = shown(&checked.findings, heard, &checked.sources);
        wrong.push(format!("the example gives {codes:?}, not only {}:\n{all}", rule.code));
    }
    let expected = shown(&checked.findings, |finding| finding.rule.code == rule.code, &checked.sources);
    let checked = bench(&fences, "Instead").check();
    let all = shown(&checked.findings, heard, &checked.sources);
    if !all.is_empty() {
        wrong.push(format!("the twin is not silent:\n{all}"));
    }
    let texts: Vec<&Fence> = of("Example").into_iter().filter(|fence| fence.info == "text").collect();
    let [snapshot] = texts.as_slice() else {
        wrong.push(format!("has {} text fences under Example, not one", texts.len()));
        return (wrong, text.to_owned());
    };
    let written: Vec<&str> = snapshot.text.trim_end().lines().map(str::trim_end).collect();
    if written.join("\n") != expected {
        wrong.push(format!("the terminal shows something else than the text fence:\n{expected}"));
    }
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let filled = expected.lines().map(|line| format!("//! {line}").trim_end().to_owned());
    lines.splice(snapshot.lines.0..snapshot.lines.1, filled);
    (wrong, lines.join("\n") + "\n")
}

fn updating() -> bool {
    let updating = std::env::var_os("UPDATE").is_some();
    assert!(
        !(updating && std::env::var_os("CI").is_some()),
        "UPDATE rewrites expectations and is refused where CI is set"
    );
    updating
}

/// Writes by rename, so that a crash leaves the old file.
fn replace(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    std::fs::write(&beside, text).unwrap_or_else(|error| panic!("{}: {error}", beside.display()));
    std::fs::rename(&beside, path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

#[test]
fn every_page_shows_its_rule_and_its_twin_is_silent() {
    let root = memory::root();
    let updating = updating();
    let mut complaints = String::new();
    let mut filled = Vec::new();
    for &rule in &cli::catalogue() {
        let path = root.join(rule.file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (wrong, after) = examine(rule, &text);
        let only_snapshot =
            |complaint: &&String| !(updating && complaint.starts_with("the terminal shows something else"));
        for complaint in wrong.iter().filter(only_snapshot) {
            let _ = writeln!(complaints, "{} {} ({}) {complaint}\n", rule.code, rule.name, rule.file);
        }
        if after != text {
            filled.push((path, after));
        }
    }
    if updating {
        for (path, text) in &filled {
            replace(path, text);
        }
        write_docs();
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn the_bench_is_clean_as_it_stands() {
    let checked = Workspace::bench().check();
    let all = terminal::render(&checked.sources, &checked.findings, Look::PLAIN);
    assert!(checked.findings.is_empty(), "\n{all}");
}

/// The published page of a rule: its header without the corner cases.
fn published(rule: &Rule) -> String {
    let text = std::fs::read_to_string(memory::root().join(rule.file)).expect("a rule's file can be read");
    let mut page = format!("# {} {}\n\n*{}*\n\n", rule.code, rule.name, severity(rule));
    let mut section = String::new();
    for line in text.lines() {
        let Some(rest) = line.strip_prefix("//!") else { break };
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        if let Some(title) = rest.strip_prefix("## ") {
            section = title.trim().to_owned();
        }
        if section != "Cases" {
            // A path behind the fence is for the reader, not for whoever colours the code.
            match rest.strip_prefix("```toml ") {
                Some(path) => {
                    let _ = writeln!(page, "`{}`\n```toml", path.trim());
                }
                None => {
                    let _ = writeln!(page, "{rest}");
                }
            }
        }
    }
    page
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Every file of `docs/rules/`.
fn docs() -> Vec<(String, String)> {
    let mut index = String::from(
        "# Rules\n\nWritten by `cargo xtask docs` from the header of each rule's source file. `wireloom explain CODE` prints the same page.\n\n\
         | code | fault | severity | in a sentence |\n|---|---|---|---|\n",
    );
    let mut files = Vec::new();
    for &rule in &cli::catalogue() {
        let first = rule.page().lines().take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" ");
        let _ = writeln!(index, "| [{0}]({0}.md) | {1} | {2} | {first} |", rule.code, rule.name, severity(rule));
        files.push((format!("{}.md", rule.code), published(rule)));
    }
    files.push(("README.md".to_owned(), index));
    files
}

fn write_docs() {
    let folder = memory::root().join("docs/rules");
    std::fs::create_dir_all(&folder).expect("docs/rules can be made");
    let files = docs();
    for entry in std::fs::read_dir(&folder).expect("docs/rules can be listed").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !files.iter().any(|(path, _)| *path == name) {
            std::fs::remove_file(entry.path()).expect("a stale page can be removed");
        }
    }
    for (path, text) in &files {
        replace(&folder.join(path), text);
    }
}

#[test]
fn docs_rules_say_what_the_pages_say() {
    if updating() {
        return;
    }
    let folder = memory::root().join("docs/rules");
    let mut stale = Vec::new();
    let files = docs();
    for (path, text) in &files {
        if std::fs::read_to_string(folder.join(path)).ok().as_deref() != Some(text) {
            stale.push(path.clone());
        }
    }
    let listed = std::fs::read_dir(&folder).map_or(0, Iterator::count);
    assert!(
        stale.is_empty() && listed == files.len(),
        "run `cargo xtask docs`: {stale:?} ({listed} files, {} rules)",
        files.len()
    );
}
