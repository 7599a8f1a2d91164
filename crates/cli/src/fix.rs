//! Edits that a workspace may have made for it: worked out, tried on the texts, judged as the files would be, and shown as a diff.

use std::collections::BTreeMap;

use model::WireId;
use outputs::site::drawing::assign;
use source::documents::Reader;
use source::{Level, Span};

use crate::{Checked, check};

/// What an edit brings, and the files as they would be.
#[derive(Debug)]
pub struct Fixed {
    /// Pairs of wires that cross in front of a board: as written, and after.
    pub crossings: [usize; 2],
    /// How many ends of wires take another terminal.
    pub ends: usize,
    /// Path and text of each file that changes.
    pub files: Vec<(String, String)>,
    /// The lines that change.
    pub diff: String,
}

/// Lets wires take like terminals in the order in which they come to the board.
///
/// Only ends that the text names one by one are moved; comments and everything else stay byte for byte as they are.
///
/// # Errors
/// A sentence, where the build does not bind, or where its findings would not be the same.
pub fn assign(reader: &dyn Reader, checked: &Checked) -> Result<Fixed, String> {
    if checked.unbound() > 0 {
        return Err(
            "some of this build does not bind; `wireloom check` says what, and nothing is moved before".to_owned()
        );
    }
    let (build, sources) = (&checked.build, &checked.sources);
    let mut named: BTreeMap<Span, u32> = BTreeMap::new();
    for span in build.wires.iter().flat_map(|wire| wire.end_spans) {
        *named.entry(span).or_default() += 1;
    }
    let text = |span: Span| sources.text(span.file).get(span.start as usize..span.end as usize).unwrap_or_default();
    let may = |wire: WireId, end: usize| {
        let wire = build.wire(wire);
        let span = wire.end_spans[end];
        let own = !sources.path(span.file).starts_with("..");
        own && named[&span] == 1 && text(span) == build.path(wire.ends[end])
    };
    let assigned = assign::assign(checked.view(), &may);
    let mut edits: BTreeMap<Span, String> = BTreeMap::new();
    for choice in &assigned.choices {
        edits.insert(build.wire(choice.wire).end_spans[choice.end], build.path(choice.to));
    }
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (span, to) in edits.iter().rev() {
        let path = sources.path(span.file);
        let text = files.entry(path.to_owned()).or_insert_with(|| sources.text(span.file).to_owned());
        text.replace_range(span.start as usize..span.end as usize, to);
    }
    let after = check(&Edited { reader, files: &files });
    same(checked, &after)?;
    let mut diff = String::new();
    for (path, text) in &files {
        let file = edits.keys().find(|span| sources.path(span.file) == path).map(|span| span.file);
        let old = file.map_or("", |file| sources.text(file));
        diff.push_str(&lines(path, old, text));
    }
    let crossings = [assigned.before, assigned.after];
    Ok(Fixed { crossings, ends: assigned.choices.len(), files: files.into_iter().collect(), diff })
}

/// The lines of two texts that differ; an edit adds and removes none.
fn lines(path: &str, old: &str, new: &str) -> String {
    let mut text = String::new();
    for (n, (old, new)) in old.lines().zip(new.lines()).enumerate().filter(|(_, (old, new))| old != new) {
        text.push_str(&format!("{path}:{}\n-{old}\n+{new}\n", n + 1));
    }
    text
}

/// A workspace with some files as they would be.
struct Edited<'a> {
    reader: &'a dyn Reader,
    files: &'a BTreeMap<String, String>,
}

impl Reader for Edited<'_> {
    fn list(&self, folder: &str) -> Vec<String> {
        self.reader.list(folder)
    }

    fn text(&self, path: &str) -> Result<String, String> {
        self.files.get(path).map_or_else(|| self.reader.text(path), |text| Ok(text.clone()))
    }

    fn inside(&self, folder: &str) -> bool {
        self.reader.inside(folder)
    }

    fn library_part(&self, id: &str) -> Option<(&'static str, &'static str)> {
        self.reader.library_part(id)
    }

    fn library_base(&self) -> Vec<(&'static str, &'static str)> {
        self.reader.library_base()
    }

    fn library_table(&self, name: &str) -> Option<(&'static str, &'static str)> {
        self.reader.library_table(name)
    }

    fn library_ids(&self) -> Vec<&'static str> {
        self.reader.library_ids()
    }
}

/// An error where two runs do not find the same of the same things.
fn same(before: &Checked, after: &Checked) -> Result<(), String> {
    let told = |checked: &Checked| {
        let mut told: BTreeMap<(&'static str, Level, String, bool), i64> = BTreeMap::new();
        for finding in &checked.findings {
            let key = (finding.rule.code, finding.level(), finding.subject.clone(), finding.waived.is_some());
            *told.entry(key).or_default() += 1;
        }
        told
    };
    let (before, after) = (told(before), told(after));
    let differs = before.iter().find(|(key, count)| after.get(*key) != Some(count));
    let differs = differs.or_else(|| after.iter().find(|(key, count)| before.get(*key) != Some(count)));
    match differs {
        None => Ok(()),
        Some(((code, _, subject, _), _)) => {
            Err(format!("the other terminals would change what is found: {code} of `{subject}`; nothing is moved"))
        }
    }
}
