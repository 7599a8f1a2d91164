//! `[name.<id>]` tables of many files, each id once; of included workspaces the nearest counts.

use foldhash::{HashMap, HashMapExt};

use source::documents::{Documents, Home};
use source::fields::Fields;
use source::reading::wrong_shape;
use source::value::{Datum, Value};
use source::{Findings, Spanned, Text};

use super::duplicate_name;

/// One `[name.<id>]` table.
pub struct Row<'a> {
    /// Its id.
    pub id: Text,
    /// What it says.
    pub fields: Fields<'a>,
    /// How near its file is; the workspace's own files have [`own_rank`].
    pub rank: usize,
}

/// The rank of the workspace's own `bom/`: one above the last included one.
pub fn own_rank(documents: &Documents) -> usize {
    let included = documents.all.iter().filter(|document| is_included_build(&document.home, document.root.get("name")));
    included.map(|document| rank(&document.home, 0)).max().unwrap_or(0) + 1
}

/// Whether a document is an included workspace's `build.toml`.
pub fn is_included_build(home: &Home, name: Option<&Value>) -> bool {
    matches!((home, name.map(|value| &value.value)), (Home::Bom { .. }, Some(Datum::Text(_))))
}

fn rank(home: &Home, own: usize) -> usize {
    match home {
        Home::Part { rank, .. } | Home::Bom { rank } => *rank,
        Home::Facts { .. } => 0,
        Home::Build | Home::Wiring | Home::Guide => own,
    }
}

/// Every `[name.<id>]` of the files that `of` picks, in file then line order.
pub fn rows<'a>(
    documents: &'a Documents,
    name: &'a str,
    of: impl Fn(&Home) -> bool,
    log: &'a Findings,
) -> Vec<Row<'a>> {
    let own = own_rank(documents);
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for document in documents.all.iter().filter(|document| of(&document.home)) {
        let Some(Datum::Table(table)) = document.root.get(name).map(|value| &value.value) else {
            continue;
        };
        let rank = rank(&document.home, own);
        rows.reserve(table.entries.len());
        for entry in &table.entries {
            let id = &entry.key;
            let fields = match &entry.value.value {
                Datum::Table(table) => {
                    Fields::new(table, [name, ".", &id.value], ["`[", name, ".", &id.value, "]`"], log)
                }
                Datum::Broken => continue,
                _ => {
                    log.push(wrong_shape::finding(name, &id.value, &entry.value, "a table"));
                    continue;
                }
            };
            let row = Row { id: id.text(), fields, rank };
            match seen.get(id.value.as_str()) {
                None => {
                    seen.insert(&id.value, rows.len());
                    rows.push(row);
                }
                Some(&at) if rows[at].rank == rank => log.push(duplicate_name::finding(name, id, rows[at].id.span)),
                Some(&at) if rows[at].rank < rank => rows[at] = row,
                Some(_) => {}
            }
        }
    }
    rows
}

/// A string's words without their place.
pub fn words(fields: &mut Fields<'_>, key: &'static str) -> Option<String> {
    fields.text(key).map(|text| text.value)
}

/// The strings of a key without their places.
pub fn all_words(fields: &mut Fields<'_>, key: &'static str) -> Vec<String> {
    fields.texts(key).into_iter().map(|text| text.value).collect()
}

/// The strings of a value: one, or a list of them.
pub fn value_texts(subject: &str, key: &str, value: &Value, log: &Findings) -> Vec<Text> {
    match &value.value {
        Datum::Text(text) => vec![Spanned::new(text.as_str().to_owned(), value.span)],
        Datum::List(list) => list.iter().flat_map(|value| value_texts(subject, key, value, log)).collect(),
        Datum::Broken => Vec::new(),
        _ => {
            log.push(wrong_shape::finding(subject, key, value, "a string or a list of strings"));
            Vec::new()
        }
    }
}

/// `flash-all` as `Flash all`: what stands as a title where none is written.
pub fn id_in_words(id: &str) -> String {
    let spaced = id.replace(['-', '_'], " ");
    let mut letters = spaced.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => spaced,
    }
}

/// The span of a piece of a text's contents.
pub fn piece(text: &Text, start: usize, end: usize) -> Text {
    Spanned::new(text.value.get(start..end).unwrap_or_default().to_owned(), text.span.part(start, end))
}
