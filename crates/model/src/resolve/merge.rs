//! `like`: what a part does not write is taken from another, element by element.

use std::borrow::Cow;
use std::collections::BTreeMap;

use source::documents::{Document, Documents, Home};
use source::value::{Datum, Entry, Table};
use source::{Findings, Span};

use super::{like_circle, part_replaced, unknown_part};

/// Tables whose entries merge one by one.
const MERGED: &[&str] = &[
    "body",
    "bus",
    "coil",
    "interlock",
    "contact",
    "diode",
    "fuse",
    "includes",
    "input",
    "join",
    "lever",
    "limit",
    "line",
    "load",
    "port",
    "reference",
    "resistor",
    "row",
    "source",
    "spec",
    "stock",
    "terminal",
];

/// A part's table with everything that it is `like` folded in.
pub struct Merged<'a> {
    /// The part's id.
    pub id: String,
    /// The whole table.
    pub table: Cow<'a, Table>,
    /// The first bytes of the nearest file.
    pub span: Span,
}

/// Every part that any file defines, by id.
pub fn parts<'a>(documents: &'a Documents, log: &Findings) -> Vec<Merged<'a>> {
    let mut files: BTreeMap<&str, Vec<(usize, &Document)>> = BTreeMap::new();
    for document in &documents.all {
        if let Home::Part { id, rank } = &document.home {
            files.entry(id).or_default().push((*rank, document));
        }
    }
    for versions in files.values_mut() {
        versions.sort_by_key(|(rank, _)| *rank);
    }
    let mut all = Vec::new();
    for (id, versions) in &files {
        let top = versions.len() - 1;
        let span = start(versions[top].1);
        let own_like = like(&versions[top].1.root).is_some_and(|(name, _)| name == *id);
        if top > 0 && !own_like {
            log.push(part_replaced::finding(id, span, start(versions[top - 1].1)));
        }
        let mut trail = Vec::new();
        let table = merged(&files, id, top, &mut trail, documents, log);
        all.push(Merged { id: (*id).to_owned(), table, span });
    }
    all
}

fn start(document: &Document) -> Span {
    match document.root.entries.first() {
        Some(entry) => entry.key.span,
        None => Span { file: document.file, start: 0, end: 0 },
    }
}

fn like(root: &Table) -> Option<(&str, Span)> {
    let value = root.get("like")?;
    match &value.value {
        Datum::Text(text) => Some((text, value.span)),
        _ => None,
    }
}

fn merged<'a>(
    files: &BTreeMap<&'a str, Vec<(usize, &'a Document)>>,
    id: &str,
    version: usize,
    trail: &mut Vec<(String, usize)>,
    documents: &Documents,
    log: &Findings,
) -> Cow<'a, Table> {
    let own = &files[id][version].1.root;
    let Some((base, span)) = like(own) else {
        return Cow::Borrowed(own);
    };
    trail.push((id.to_owned(), version));
    let below = match files.get_key_value(base) {
        Some(_) if base == id && version == 0 => None,
        Some((base, _)) if *base == id => Some((*base, version - 1)),
        Some((base, versions)) => Some((*base, versions.len() - 1)),
        None => {
            let near = source::documents::nearest_library(base, documents, files.keys().copied());
            log.push(unknown_part::like(id, base, span, near.as_deref()));
            return Cow::Borrowed(own);
        }
    };
    let Some((base, version)) = below else {
        log.push(like_circle::finding(id, base, span));
        return Cow::Borrowed(own);
    };
    if trail.iter().any(|(name, at)| name == base && *at == version) || trail.len() > 32 {
        log.push(like_circle::finding(id, base, span));
        return Cow::Borrowed(own);
    }
    let base = merged(files, base, version, trail, documents, log);
    Cow::Owned(fold(own, &base))
}

/// `own` with what only `base` has.
fn fold(own: &Table, base: &Table) -> Table {
    let mut entries: Vec<Entry> = Vec::new();
    for entry in &base.entries {
        match own.get(&entry.key.value) {
            None if entry.key.value != *"like" => entries.push(entry.clone()),
            Some(value) if MERGED.contains(&entry.key.value.as_str()) => match (&value.value, &entry.value.value) {
                (Datum::Table(ours), Datum::Table(theirs)) => {
                    let mut inner: Vec<Entry> =
                        theirs.entries.iter().filter(|e| ours.get(&e.key.value).is_none()).cloned().collect();
                    inner.extend(ours.entries.iter().cloned());
                    let mut folded = entry.clone();
                    folded.value.value = Datum::Table(Table { entries: inner, span: ours.span });
                    entries.push(folded);
                }
                _ => entries.push(Entry { key: entry.key.clone(), value: value.clone() }),
            },
            _ => {}
        }
    }
    for entry in &own.entries {
        if !entries.iter().any(|there| there.key.value == entry.key.value) {
            entries.push(entry.clone());
        }
    }
    Table { entries, span: own.span }
}
