//! The house keeps its own rules: arrows, the world outside, codes, names, sizes, pages.

mod memory;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use memory::root;

/// Most lines of a file.
const LONGEST: usize = 400;

/// Every Rust file below a folder, sorted.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn crates() -> Vec<String> {
    let folder = root().join("crates");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("crates/ can be listed")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The words between backticks.
fn quoted(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Crate → crates of this workspace that it may depend on, from the table in `ARCHITECTURE.md`.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let text = read(&root().join("ARCHITECTURE.md"));
    let table = text.lines().skip_while(|line| !line.starts_with("| crate |")).skip(2);
    let mut allowed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in table.take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        for name in quoted(cells[1]) {
            let mut may = quoted(cells[2]);
            if cells[2].contains("all of the above") {
                may.extend(allowed.keys().cloned());
            }
            allowed.insert(name, may);
        }
    }
    allowed
}

#[test]
fn every_arrow_between_crates_is_in_the_architecture() {
    let allowed = allowed();
    let crates = crates();
    let mut wrong = Vec::new();
    for name in &crates {
        let manifest: toml::Table =
            read(&root().join("crates").join(name).join("Cargo.toml")).parse().expect("a manifest is TOML");
        let package = manifest["package"]["name"].as_str().unwrap_or_default();
        if package != name {
            wrong.push(format!("crates/{name} holds a package called {package}"));
        }
        let Some(may) = allowed.get(name) else {
            wrong.push(format!("`{name}` is not in the table"));
            continue;
        };
        let depends =
            manifest.get("dependencies").and_then(toml::Value::as_table).into_iter().flat_map(|table| table.keys());
        for other in depends.filter(|other| crates.contains(other)) {
            if !may.contains(other) {
                wrong.push(format!("`{name}` depends on `{other}`"));
            }
        }
    }
    for name in allowed.keys().filter(|name| !crates.contains(name)) {
        wrong.push(format!("the table names `{name}`, and there is no such crate"));
    }
    assert!(wrong.is_empty(), "ARCHITECTURE.md: {wrong:#?}");
}

#[test]
fn the_world_stays_outside() {
    let words = ["std::fs", "std::env", "std::net", "std::process", "std::time", "println!", "print!(", "dbg!("];
    let mut strays = Vec::new();
    for name in crates().iter().filter(|name| !matches!(name.as_str(), "cli" | "relayd" | "xtask")) {
        for path in rust_files(&root().join("crates").join(name).join("src")) {
            let text = read(&path);
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate() {
                let is_comment = line.trim_start().starts_with("//");
                if !is_comment && words.iter().any(|word| line.contains(word)) {
                    strays.push(format!("{}:{}: {}", short(&path), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(strays.is_empty(), "{strays:#?}");
}

#[test]
fn codes_are_unique_and_in_order_and_files_bear_their_rules_names() {
    let rules = cli::catalogue();
    let mut codes = BTreeSet::new();
    let mut names = BTreeSet::new();
    for rule in &rules {
        assert!(codes.insert(rule.code), "{} stands twice", rule.code);
        assert!(names.insert(rule.name), "{} stands twice", rule.name);
        let (family, number) = rule.code.split_at(1);
        assert!("DMNGSPCBFA".contains(family) && number.len() == 3 && number.parse::<u32>().is_ok(), "{}", rule.code);
        let stem = Path::new(rule.file).file_stem().expect("a file has a stem").to_string_lossy().replace('_', "-");
        assert_eq!(stem, rule.name, "{} stands in {}", rule.code, rule.file);
        let page = rule.page();
        let first = page.lines().next().unwrap_or_default();
        assert!(!first.is_empty(), "{} has no page", rule.code);
        assert!(page.contains("## Sources"), "{} names no sources", rule.code);
    }
}

#[test]
fn every_rule_that_is_written_is_in_the_catalogue() {
    let rules = cli::catalogue();
    let listed: BTreeSet<PathBuf> = rules.iter().map(|rule| root().join(rule.file)).collect();
    let mut missing = Vec::new();
    for name in crates() {
        for path in rust_files(&root().join("crates").join(&name).join("src")) {
            let written = read(&path)
                .lines()
                .any(|line| line.contains("static RULE: Rule = Rule {") && !line.trim_start().starts_with("//"));
            let in_test =
                read(&path).split("#[cfg(test)]").next().is_none_or(|code| !code.contains("static RULE: Rule"));
            if written && !in_test && !listed.contains(&path) {
                missing.push(short(&path));
            }
        }
    }
    assert!(missing.is_empty(), "written, and not in the catalogue: {missing:#?}");
}

#[test]
fn pages_hold_toml_and_text_fences_and_no_indented_blocks() {
    let mut wrong = Vec::new();
    for rule in cli::catalogue() {
        let mut open = false;
        for (number, line) in rule.page().lines().enumerate() {
            if let Some(info) = line.strip_prefix("```") {
                let kind = info.split(' ').next().unwrap_or_default();
                if !open && !matches!(kind, "toml" | "text") {
                    wrong.push(format!("{}:{}: a fence of `{info}`", rule.file, number + 1));
                }
                open = !open;
            } else if !open && line.starts_with("    ") {
                wrong.push(format!("{}:{}: an indented block would be run as a test", rule.file, number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_open_with_a_sentence_and_stay_short() {
    let mut wrong = Vec::new();
    for path in rust_files(&root().join("crates")) {
        let text = read(&path);
        let lines = text.lines().count();
        if lines > LONGEST {
            wrong.push(format!("{}: {lines} lines, at most {LONGEST}", short(&path)));
        }
        if !text.starts_with("//! ") {
            wrong.push(format!("{}: does not say what it holds", short(&path)));
        }
        let stem = path.file_stem().expect("a file has a stem").to_string_lossy().into_owned();
        if matches!(stem.as_str(), "utils" | "util" | "common" | "helpers" | "helper" | "misc" | "manager") {
            wrong.push(format!("{}: a name without a noun", short(&path)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
