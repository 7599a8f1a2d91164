//! Edits of the repository's own files, each with the full set of findings that it must bring: `tests/edits.toml`.
//!
//! `UPDATE=1` writes what each edit brings into `expect`; read the difference as if somebody else had written it.

mod memory;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cli::Checked;
use memory::{Workspace, counts, name, new_names, root};
use serde::Deserialize;
use source::{Level, Severity};

/// Edits that there must be, and of them electrical ones.
const LEAST: (usize, usize) = (60, 40);
/// How often an error code may fire over all edits.
const MOST: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edits {
    edit: Vec<Edit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// What went wrong, as the builder would say it.
    what: String,
    file: String,
    #[serde(default)]
    find: String,
    #[serde(default)]
    replace: String,
    /// Instead of `find`: the file is `gone`, `unreadable`, or longer by so many bytes.
    #[serde(default)]
    damage: String,
    /// Why no finding's first label can stand in the edited lines: what was there is gone, or another line is the one to change.
    #[serde(default)]
    elsewhere: String,
    /// Every finding that the edit brings, `code subject`, the one at the edited line first; `?` in front: not verified.
    expect: Vec<String>,
}

/// Lines of a file, from 1, both counted.
type Lines = (usize, usize);

fn apply(real: &Workspace, edit: &Edit) -> Result<(Workspace, Option<Lines>), String> {
    let mut edited = real.clone();
    let text = edited.files.get_mut(&edit.file).ok_or_else(|| format!("there is no {}", edit.file))?;
    match edit.damage.as_str() {
        "" => {}
        "gone" => {
            edited.files.remove(&edit.file);
            return Ok((edited, None));
        }
        "unreadable" => {
            edited.unreadable.insert(edit.file.clone());
            return Ok((edited, None));
        }
        bytes => {
            let bytes = bytes.parse().map_err(|_| format!("unknown damage {bytes}"))?;
            text.extend(std::iter::repeat_n('#', bytes));
            return Ok((edited, None));
        }
    }
    let found: Vec<usize> = text.match_indices(&edit.find).map(|(at, _)| at).collect();
    let &[at] = found.as_slice() else {
        return Err(format!("{:?} stands {} times in {}", edit.find, found.len(), edit.file));
    };
    text.replace_range(at..at + edit.find.len(), &edit.replace);
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let lines = (line(at), line(at + edit.replace.len()));
    Ok((edited, Some(lines)))
}

/// Whether a finding of this name has its first label, the line to change, in the edited lines.
fn points_at(after: &Checked, wanted: &str, edit: &Edit, (from, to): Lines) -> bool {
    let mut named = after.findings.iter().filter(|finding| counts(finding) && name(finding) == wanted);
    named.any(|finding| {
        let span = finding.primary.span;
        let line = after.sources.place(span.file, span.start).line;
        after.sources.path(span.file) == edit.file && from <= line && line <= to
    })
}

/// The new findings, those at the edited lines first.
fn at_the_edit(after: &Checked, new: &[String], edit: &Edit, lines: Option<Lines>) -> Vec<String> {
    let near = |wanted: &String| lines.is_some_and(|lines| points_at(after, wanted, edit, lines));
    let (mut first, rest): (Vec<String>, Vec<String>) = new.iter().cloned().partition(near);
    first.extend(rest);
    first
}

const HEAD: &str = "\
# What a builder could get wrong in the repository's own files, and everything that must then be said.
# `expect` lists each new finding as `code subject`, the one at the edited line first; `?` in front is *not verified*.
";

fn write_edit(out: &mut String, edit: &Edit, expect: &[String]) {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let _ = writeln!(out, "\n[[edit]]\nwhat = {}\nfile = {}", quoted(&edit.what), quoted(&edit.file));
    if edit.damage.is_empty() {
        let _ = writeln!(out, "find = {}\nreplace = {}", quoted(&edit.find), quoted(&edit.replace));
    } else {
        let _ = writeln!(out, "damage = {}", quoted(&edit.damage));
    }
    if !edit.elsewhere.is_empty() {
        let _ = writeln!(out, "elsewhere = {}", quoted(&edit.elsewhere));
    }
    let expect: Vec<String> = expect.iter().map(|name| quoted(name)).collect();
    let _ = writeln!(out, "expect = [{}]", expect.join(", "));
}

#[test]
fn every_edit_brings_exactly_what_it_names() {
    let text = std::fs::read_to_string(root().join("tests/edits.toml")).expect("tests/edits.toml can be read");
    let edits: Edits = toml::from_str(&text).expect("tests/edits.toml is a list of edits");
    let real = Workspace::real();
    let before = real.check();
    let mut wrong = String::new();
    let mut written = String::from(HEAD);
    let mut fired: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut electrical = 0;
    for edit in &edits.edit {
        let (edited, lines) = match apply(&real, edit) {
            Ok(applied) => applied,
            Err(why) => {
                let _ = writeln!(wrong, "{}: {why}\n", edit.what);
                continue;
            }
        };
        let after = edited.check();
        let new = new_names(&before.findings, &after.findings);
        let mut expected = edit.expect.clone();
        expected.sort();
        write_edit(&mut written, edit, &at_the_edit(&after, &new, edit, lines));
        if new != expected {
            let _ = writeln!(wrong, "{}\n  expected {:?}\n  found    {new:?}\n", edit.what, edit.expect);
        }
        match (lines, edit.elsewhere.is_empty()) {
            (Some(lines), true) if !new.iter().any(|name| points_at(&after, name, edit, lines)) => {
                let _ = writeln!(wrong, "{}\n  nothing points at {}:{}\n", edit.what, edit.file, lines.0);
            }
            (Some(lines), false) if new.iter().any(|name| points_at(&after, name, edit, lines)) => {
                let _ = writeln!(wrong, "{}\n  says `elsewhere`, and something points at the edit\n", edit.what);
            }
            _ => {}
        }
        if new.iter().any(|name| name.trim_start_matches('?').starts_with(['N', 'G', 'P'])) {
            electrical += 1;
        }
        let mut codes: Vec<&'static str> = Vec::new();
        for finding in
            after.findings.iter().filter(|f| counts(f) && f.level() == Level::Error && new.contains(&name(f)))
        {
            codes.push(finding.rule.code);
        }
        codes.sort_unstable();
        codes.dedup();
        for code in codes {
            *fired.entry(code).or_default() += 1;
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        assert!(std::env::var_os("CI").is_none(), "UPDATE rewrites expectations and is refused where CI is set");
        std::fs::write(root().join("tests/edits.toml"), written).expect("tests/edits.toml can be written");
    }
    for rule in cli::catalogue().iter().filter(|rule| rule.severity == Severity::Error) {
        match fired.get(rule.code) {
            None => {
                let _ = writeln!(wrong, "no edit brings {} {}", rule.code, rule.name);
            }
            Some(&often) if often > MOST => {
                let _ = writeln!(wrong, "{often} edits bring {} {}; at most {MOST}", rule.code, rule.name);
            }
            Some(_) => {}
        }
    }
    if edits.edit.len() < LEAST.0 || electrical < LEAST.1 {
        let _ = writeln!(
            wrong,
            "{} edits, {electrical} electrical; at least {} and {}",
            edits.edit.len(),
            LEAST.0,
            LEAST.1
        );
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
