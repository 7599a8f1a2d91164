//! Names and order carry no electricity; and what nobody knows never makes a fault go away in silence.

mod memory;

use std::collections::{BTreeMap, BTreeSet};

use memory::tokens::{is_value, strings, unit};
use memory::{Workspace, counts, name};
use source::{Finding, Level};
use toml::{Table, Value};

/// Old device name → new one. The new names sort the other way round.
struct Names(BTreeMap<String, String>);

impl Names {
    fn of(workspace: &Workspace) -> Self {
        let mut old = BTreeSet::new();
        for (_, text) in workspace.own().filter(|(path, _)| path.starts_with("wiring/")) {
            let table: Table = text.parse().expect("a sound workspace is TOML");
            for noun in ["device", "feed"] {
                old.extend(
                    table.get(noun).and_then(Value::as_table).into_iter().flat_map(|table| table.keys().cloned()),
                );
            }
        }
        let count = old.len();
        Self(old.into_iter().enumerate().map(|(n, name)| (name.clone(), format!("z{:03}-{name}", count - n))).collect())
    }

    fn device(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// Renames the device in front of every path in a string (`"psu.plus -> each k8.jd-vcc"`), and nothing behind a dot.
    fn paths(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        let mut free = true;
        while let Some(first) = rest.chars().next() {
            let length =
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
            if length == 0 || rest.starts_with("->") || rest.starts_with("--") {
                let step = if rest.starts_with("->") || rest.starts_with("--") { 2 } else { first.len_utf8() };
                out.push_str(&rest[..step]);
                free = matches!(first, ' ' | ',' | '@' | '-' | '`');
                rest = &rest[step..];
                continue;
            }
            let word = &rest[..length];
            let behind = &rest[length..];
            // `toggle/2` is a run of the bundle `toggle`.
            let is_run =
                behind.strip_prefix('/').is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit()));
            let new = if free && !is_run { self.device(word) } else { word.to_owned() };
            out.push_str(&new);
            free = false;
            rest = behind;
        }
        out
    }

    /// A run's name: only what stands behind `@` is a device's.
    fn run(&self, text: &str) -> String {
        text.split_once('@').map_or_else(|| text.to_owned(), |(bundle, end)| format!("{bundle}@{}", self.paths(end)))
    }

    fn strings(&self, value: &mut Value, rename: &dyn Fn(&str) -> String) {
        match value {
            Value::String(text) => *text = rename(text),
            Value::Array(list) => list.iter_mut().for_each(|value| self.strings(value, rename)),
            Value::Table(table) => table.iter_mut().for_each(|(_, value)| self.strings(value, rename)),
            _ => {}
        }
    }

    fn keys(&self, value: &mut Value) {
        if let Value::Table(table) = value {
            *table = std::mem::take(table).into_iter().map(|(key, value)| (self.paths(&key), value)).collect();
        }
    }

    fn wiring(&self, root: &mut Table) {
        for (noun, value) in root.iter_mut() {
            match noun.as_str() {
                "device" => {
                    self.keys(value);
                    for (_, device) in value.as_table_mut().into_iter().flatten() {
                        for key in ["in", "for"] {
                            if let Some(Value::String(text)) = device.get_mut(key) {
                                *text = self.paths(text);
                            }
                        }
                    }
                }
                "wire" | "cable" | "plug" => {
                    for (_, bundle) in value.as_table_mut().into_iter().flatten() {
                        let Some(run) = bundle.get_mut("run") else { continue };
                        match run {
                            Value::Array(list) => list.iter_mut().for_each(|one| self.one_run(one)),
                            one => self.one_run(one),
                        }
                    }
                }
                "gpio" | "probe" | "feed" => self.keys(value),
                "place" => {
                    self.keys(value);
                    for (_, of) in value.as_table_mut().into_iter().flatten() {
                        self.keys(of);
                        for (_, place) in of.as_table_mut().into_iter().flatten() {
                            if let Some(Value::String(on)) = place.get_mut("on") {
                                *on = self.paths(on);
                            }
                        }
                    }
                }
                "watch" => {
                    self.keys(value);
                    self.strings(value, &|text| self.paths(text));
                }
                "role" => self.strings(value, &|text| self.paths(text)),
                "control" => {
                    if let Some(list) = value.get_mut("essential") {
                        self.strings(list, &|text| self.paths(text));
                    }
                }
                "rule" | "weak" | "waive" | "scenario" => {
                    for (_, one) in value.as_table_mut().into_iter().flatten() {
                        self.listed(one);
                    }
                }
                _ => {}
            }
        }
    }

    fn listed(&self, one: &mut Value) {
        for key in ["of", "never-both", "what", "subject"] {
            if let Some(list) = one.get_mut(key) {
                self.strings(list, &|text| self.paths(text));
            }
        }
        if let Some(loads) = one.get_mut("loads") {
            self.keys(loads);
        }
    }

    fn one_run(&self, run: &mut Value) {
        match run {
            Value::String(text) => *text = self.paths(text),
            Value::Table(table) => {
                if let Some(Value::String(text)) = table.get_mut("run") {
                    *text = self.paths(text);
                }
            }
            _ => {}
        }
    }

    fn step(&self, step: &mut Value) {
        for key in ["fits", "insulates", "live"] {
            if let Some(list) = step.get_mut(key) {
                self.strings(list, &|text| self.paths(text));
            }
        }
        for key in ["wires", "cut", "land", "move"] {
            if let Some(list) = step.get_mut(key) {
                self.strings(list, &|text| self.run(text));
            }
        }
        if let Some(sets) = step.get_mut("sets") {
            self.keys(sets);
        }
        if let Some(Value::Table(park)) = step.get_mut("park") {
            *park = std::mem::take(park).into_iter().map(|(run, at)| (self.run(&run), at)).collect();
            park.iter_mut().for_each(|(_, at)| self.strings(at, &|text| self.paths(text)));
        }
        if let Some(Value::String(on)) = step.get_mut("on")
            && on != "desk"
            && on != "each"
        {
            *on = self.paths(on);
        }
    }
}

/// The same workspace with every device renamed and every table in another order (steps stay in theirs: it is what they say).
fn renamed(workspace: &Workspace) -> (Workspace, Names) {
    let names = Names::of(workspace);
    let mut other = workspace.clone();
    for (path, text) in &mut other.files {
        let mut root: Table = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        if path.starts_with("wiring/") {
            names.wiring(&mut root);
            *text = reversed(&root);
        } else if path.starts_with("site/guide/") {
            *text = steps(&names, root, text);
        } else {
            if let Some(Value::String(each)) = root.get_mut("needs").and_then(|needs| needs.get_mut("ipv4-each")) {
                *each = names.paths(each);
            }
            *text = reversed(&root);
        }
    }
    (other, names)
}

/// Tables from the last key to the first; values first, as TOML needs them.
fn reversed(root: &Table) -> String {
    fn write(path: &str, table: &Table, out: &mut String) {
        let quoted = |key: &str| Value::String(key.to_owned()).to_string();
        let (tables, values): (Vec<_>, Vec<_>) = table.iter().rev().partition(|(_, value)| value.is_table());
        if !path.is_empty() && (!values.is_empty() || tables.is_empty()) {
            out.push_str(&format!("[{path}]\n"));
        }
        for (key, value) in values {
            out.push_str(&format!("{} = {value}\n", quoted(key)));
        }
        for (key, value) in tables {
            let below = if path.is_empty() { quoted(key) } else { format!("{path}.{}", quoted(key)) };
            write(&below, value.as_table().expect("it is a table"), out);
        }
    }
    let mut out = String::new();
    write("", root, &mut out);
    out
}

/// A guide file: steps in their order, the keys within each in another.
fn steps(names: &Names, mut root: Table, text: &str) -> String {
    let mut out = String::new();
    for noun in ["weak", "step", "setup"] {
        let Some(Value::Table(mut all)) = root.remove(noun) else {
            continue;
        };
        let heads: Vec<String> = text
            .lines()
            .filter_map(|line| line.strip_prefix(&format!("[{noun}.")))
            .filter_map(|rest| rest.split(']').next())
            .map(str::to_owned)
            .collect();
        assert_eq!(heads.len(), all.len(), "every step has a header of its own");
        for id in heads {
            let mut step = all.remove(&id).expect("its header was read");
            names.step(&mut step);
            names.listed(&mut step);
            let one = Table::from_iter([(noun.to_owned(), Value::Table(Table::from_iter([(id, step)])))]);
            out.push_str(&reversed(&one));
        }
    }
    assert!(root.is_empty(), "tables that this test does not know: {:?}", root.keys().collect::<Vec<_>>());
    out
}

/// Code, subject and level of everything that is said, with how often.
fn said(
    findings: &[Finding],
    rename: &dyn Fn(&str) -> String,
) -> BTreeMap<(String, String, &'static str, bool), usize> {
    let mut said = BTreeMap::new();
    for finding in findings {
        let key =
            (finding.rule.code.to_owned(), rename(&finding.subject), finding.level().word(), finding.waived.is_some());
        *said.entry(key).or_default() += 1;
    }
    said
}

fn check_renamed(workspace: &Workspace) {
    let before = workspace.check();
    let (other, names) = renamed(workspace);
    let after = other.check();
    let (before, after) =
        (said(&before.findings, &|subject| names.paths(subject)), said(&after.findings, &str::to_owned));
    let gone: Vec<_> = before.iter().filter(|(key, count)| after.get(*key) != Some(*count)).collect();
    let come: Vec<_> = after.iter().filter(|(key, count)| before.get(*key) != Some(*count)).collect();
    assert!(gone.is_empty() && come.is_empty(), "gone {gone:#?}\ncome {come:#?}");
}

#[test]
fn renaming_and_reordering_the_real_build_changes_only_names() {
    check_renamed(&Workspace::real());
}

#[test]
fn renaming_and_reordering_the_build_as_published_changes_only_names() {
    check_renamed(&Workspace::example("as-published"));
}

#[test]
fn a_quantity_that_nobody_knows_never_takes_an_error_away_in_silence() {
    let workspace = Workspace::example("as-published");
    let before = workspace.check();
    let is_error = |finding: &&Finding| counts(finding) && finding.level() == Level::Error;
    let errors = |findings: &[Finding]| findings.iter().filter(is_error).map(name).collect::<BTreeSet<String>>();
    let unproved = |findings: &[Finding]| {
        findings.iter().filter(|f| f.level() == Level::NotVerified).map(name).collect::<BTreeSet<_>>()
    };
    let (had, open) = (errors(&before.findings), unproved(&before.findings));
    assert!(!had.is_empty(), "the build as published has faults");
    let read: BTreeSet<&str> = (0..before.sources.len())
        .map(|n| before.sources.path(source::FileId(u32::try_from(n).expect("so few files"))))
        .collect();
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (path, text) in workspace.files.iter().filter(|(path, _)| read.contains(path.as_str())) {
        for string in
            strings(text).into_iter().filter(|string| is_value(text, string) && unit(&text[string.clone()]).is_some())
        {
            let mut other = workspace.clone();
            let mut changed = text.clone();
            changed.replace_range(string.clone(), "unstated");
            other.files.insert(path.clone(), changed);
            let after = other.check();
            let (has, now) = (errors(&after.findings), unproved(&after.findings));
            let lost: Vec<_> = had.difference(&has).collect();
            let is_silent = now.difference(&open).next().is_none() && has.difference(&had).next().is_none();
            if !lost.is_empty() && is_silent {
                wrong.push(format!("{path}: `{}` unstated takes away {lost:?}", &text[string.clone()]));
            }
            tried += 1;
        }
    }
    assert!(tried >= 50, "only {tried} quantities were tried");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
