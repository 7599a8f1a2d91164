//! Every file of a workspace as a tree, whatever is wrong in it.
//!
//! The workspace's own files, those that `include` names, and of the library only what some string or key mentions.

use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};

use crate::finding::Findings;
use crate::nearest::nearest;
use crate::reading::{include_trouble, invalid_toml, no_build, too_large, unreadable_file};
use crate::span::{FileId, SourceMap, Span, Spanned};
use crate::value::{Date, Datum, Entry, Table, Value};

/// Largest file that is read, bytes.
pub const LARGEST_FILE: usize = 64 << 20;
/// Deepest nesting of tables and lists; deeper is a syntax error.
const DEEPEST: usize = 64;

/// The only way to a file; paths are relative to the workspace root, with `/`.
pub trait Reader {
    /// Paths of the `.toml` files directly in a folder, sorted by bytes; empty if there is none.
    fn list(&self, folder: &str) -> Vec<String>;
    /// The text of a file.
    ///
    /// # Errors
    /// Why it cannot be read, in a few words.
    fn text(&self, path: &str) -> Result<String, String>;
    /// Whether a folder (`../../`) is inside the repository that the workspace stands in.
    fn inside(&self, folder: &str) -> bool;
    /// The library's part of an id: its path and text.
    fn library_part(&self, id: &str) -> Option<(&'static str, &'static str)>;
    /// Library files that every build may need (connectors), with path and text.
    fn library_base(&self) -> Vec<(&'static str, &'static str)>;
    /// A named table of facts of the library (`socs/bcm2711`, `overlays`), with path and text.
    fn library_table(&self, name: &str) -> Option<(&'static str, &'static str)>;
    /// Ids of all parts in the library, for did-you-mean.
    fn library_ids(&self) -> Vec<&'static str>;
}

/// What a file is for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Home {
    /// `bom/build.toml` of the workspace itself.
    Build,
    /// A part: its id, and how near it is (0 library, then includes in order, last the workspace's own).
    Part {
        /// The file's stem.
        id: String,
        /// How near it is.
        rank: usize,
    },
    /// Another `bom/*.toml`; rank as for parts.
    Bom {
        /// As for parts.
        rank: usize,
    },
    /// A file of `wiring/`.
    Wiring,
    /// A file of `site/guide/`.
    Guide,
    /// A table of facts of the library: `socs/<id>` or `overlays`.
    Facts {
        /// `socs/bcm2711`, `overlays`.
        name: String,
    },
}

/// A file as a tree.
pub struct Document {
    /// Its text's place in the [`SourceMap`].
    pub file: FileId,
    /// What it is for.
    pub home: Home,
    /// What it says.
    pub root: Table,
}

/// Every file as a tree, in the order: own and included files by path, then the library.
#[derive(Default)]
pub struct Documents {
    /// The files.
    pub all: Vec<Document>,
    /// Ids that the library would have, for did-you-mean.
    pub library_ids: Vec<&'static str>,
}

impl Documents {
    /// The workspace's own `bom/build.toml`, if there is one.
    pub fn build(&self) -> Option<&Document> {
        self.all.iter().find(|document| document.home == Home::Build)
    }
}

/// Reads a workspace. Never fails: what cannot be read is a finding and is left out.
pub fn read(reader: &dyn Reader, sources: &mut SourceMap, log: &Findings) -> Documents {
    let mut documents = Documents {
        all: Vec::new(),
        library_ids: reader.library_ids(),
    };
    let Ok(_) = reader.text("bom/build.toml") else {
        let file = sources.add("bom/build.toml", "");
        log.push(no_build::finding(Span { file, start: 0, end: 0 }));
        return documents;
    };
    add(reader, sources, log, &mut documents, "bom/build.toml", Home::Build);
    let includes = includes(&documents, reader, sources, log);
    let own = includes.len() + 1;
    for (rank, folder) in includes.iter().enumerate() {
        bom(reader, sources, log, &mut documents, folder, rank + 1);
    }
    bom(reader, sources, log, &mut documents, "", own);
    for (folder, home) in [("wiring", Home::Wiring), ("site/guide", Home::Guide)] {
        for path in reader.list(folder) {
            add(reader, sources, log, &mut documents, &path, home.clone());
        }
    }
    for (path, text) in reader.library_base() {
        add_text(
            sources,
            log,
            &mut documents,
            path,
            text.to_owned(),
            Home::Bom { rank: 0 },
        );
    }
    library(reader, sources, log, &mut documents);
    documents
}

/// The parts, then the other files of one workspace's `bom/`.
fn bom(
    reader: &dyn Reader,
    sources: &mut SourceMap,
    log: &Findings,
    documents: &mut Documents,
    folder: &str,
    rank: usize,
) {
    for path in reader.list(&format!("{folder}bom/parts")) {
        let stem = path
            .rsplit('/')
            .next()
            .unwrap_or(&path)
            .trim_end_matches(".toml")
            .to_owned();
        add(reader, sources, log, documents, &path, Home::Part { id: stem, rank });
    }
    for path in reader.list(&format!("{folder}bom")) {
        if !path.ends_with("/build.toml") && path != "bom/build.toml" {
            add(reader, sources, log, documents, &path, Home::Bom { rank });
        } else if path != "bom/build.toml" {
            // Of an included workspace's build.toml only vendors and references count; the model takes those alone.
            add(reader, sources, log, documents, &path, Home::Bom { rank });
        }
    }
}

fn add(
    reader: &dyn Reader,
    sources: &mut SourceMap,
    log: &Findings,
    documents: &mut Documents,
    path: &str,
    home: Home,
) {
    match reader.text(path) {
        Ok(text) => add_text(sources, log, documents, path, text, home),
        Err(why) => {
            let file = sources.add(path, "");
            log.push(unreadable_file::finding(path, &why, Span { file, start: 0, end: 0 }));
        }
    }
}

fn add_text(sources: &mut SourceMap, log: &Findings, documents: &mut Documents, path: &str, text: String, home: Home) {
    if text.len() > LARGEST_FILE {
        let file = sources.add(path, "");
        log.push(too_large::finding(
            path,
            text.len(),
            LARGEST_FILE,
            Span { file, start: 0, end: 0 },
        ));
        return;
    }
    let file = sources.add(path, text);
    let root = tree(file, sources, log);
    documents.all.push(Document { file, home, root });
}

/// The folders of the included workspaces, each ending in `/`.
fn includes(documents: &Documents, reader: &dyn Reader, sources: &mut SourceMap, log: &Findings) -> Vec<String> {
    let mut folders = Vec::new();
    let mut seen = BTreeSet::from([String::new()]);
    let Some(build) = documents.build() else { return folders };
    let mut queue: Vec<(String, Value)> = listed(&build.root, "");
    queue.reverse();
    while let Some((base, value)) = queue.pop() {
        let Datum::Text(written) = &value.value else { continue };
        let folder = joined(&base, written);
        let path = format!("{folder}bom/build.toml");
        if written.starts_with('/') || !reader.inside(&folder) {
            log.push(include_trouble::finding(
                written,
                "lies outside the repository",
                value.span,
            ));
        } else if folder.is_empty() {
            log.push(include_trouble::finding(
                written,
                "comes back to this workspace",
                value.span,
            ));
        } else if let Ok(text) = reader.text(&path) {
            if !seen.insert(folder.clone()) {
                continue;
            }
            // Its own includes come along; read here for those alone, and reported where the file itself is read.
            let mut scratch = SourceMap::default();
            let file = scratch.add(&path, text);
            let root = tree(file, &scratch, &Findings::default());
            for (base, mut nested) in listed(&root, &folder).into_iter().rev() {
                nested.span = value.span;
                queue.push((base, nested));
            }
            folders.push(folder);
        } else {
            let _ = sources;
            log.push(include_trouble::finding(written, "has no bom/build.toml", value.span));
        }
    }
    folders
}

fn listed(root: &Table, base: &str) -> Vec<(String, Value)> {
    match root.get("include").map(|value| &value.value) {
        Some(Datum::List(list)) => list.iter().map(|value| (base.to_owned(), value.clone())).collect(),
        _ => Vec::new(),
    }
}

/// `base` + `written` without `.` and inner `..`, ending in `/` (or empty for the workspace itself).
fn joined(base: &str, written: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    let written = written.trim_end_matches('/');
    let written = written.strip_suffix("/bom").unwrap_or(written);
    for step in base.split('/').chain(written.split('/')) {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    if steps.is_empty() {
        String::new()
    } else {
        steps.join("/") + "/"
    }
}

/// Adds the library's parts and tables that something mentions, and what those mention.
fn library(reader: &dyn Reader, sources: &mut SourceMap, log: &Findings, documents: &mut Documents) {
    let mut have: BTreeSet<&'static str> = BTreeSet::new();
    let mut done = 0;
    while done < documents.all.len() {
        let mut next: Vec<(&'static str, &'static str, Home)> = Vec::new();
        let mut want = |key: &str, word: &str| {
            if word.len() > 64 || word.contains(' ') {
                return;
            }
            if let Some((path, text)) = reader.library_part(word) {
                if have.insert(path) {
                    next.push((
                        path,
                        text,
                        Home::Part {
                            id: word.to_owned(),
                            rank: 0,
                        },
                    ));
                }
            } else if key == "soc" {
                let name = format!("socs/{word}");
                if let Some((path, text)) = reader.library_table(&name)
                    && have.insert(path)
                {
                    next.push((path, text, Home::Facts { name }));
                }
            }
        };
        for document in &documents.all[done..] {
            mentions(&document.root, &mut want);
            if let Home::Part { id, .. } = &document.home {
                want("", id);
            }
        }
        let gpio = |document: &Document| document.home == Home::Wiring && document.root.get("gpio").is_some();
        if documents.all[done..].iter().any(gpio)
            && let Some((path, text)) = reader.library_table("overlays")
            && have.insert(path)
        {
            next.push((
                path,
                text,
                Home::Facts {
                    name: "overlays".to_owned(),
                },
            ));
        }
        done = documents.all.len();
        for (path, text, home) in next {
            add_text(sources, log, documents, path, text.to_owned(), home);
        }
    }
}

fn mentions(table: &Table, want: &mut impl FnMut(&str, &str)) {
    for entry in &table.entries {
        want("", &entry.key.value);
        value_mentions(&entry.key.value, &entry.value, want);
    }
}

fn value_mentions(key: &str, value: &Value, want: &mut impl FnMut(&str, &str)) {
    match &value.value {
        Datum::Text(text) => want(key, text),
        Datum::List(list) => list.iter().for_each(|value| value_mentions(key, value, want)),
        Datum::Table(table) => mentions(table, want),
        _ => {}
    }
}

/// The tree of a file; syntax errors become findings and the rest is kept.
pub fn tree(file: FileId, sources: &SourceMap, log: &Findings) -> Table {
    let text = sources.text(file);
    if let Some(at) = too_deep(text) {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let span = Span {
            file,
            start: at.min(end),
            end: at.saturating_add(1).min(end),
        };
        log.push(invalid_toml::finding(sources, span, "brackets nest deeper than 64"));
        return Table {
            entries: Vec::new(),
            span: Span { file, start: 0, end: 0 },
        };
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    for error in &errors {
        let at = error.span().unwrap_or(0..0);
        let start = u32::try_from(at.start).unwrap_or(end).min(end);
        let span = Span {
            file,
            start,
            end: u32::try_from(at.end).unwrap_or(end).clamp(start, end),
        };
        log.push(invalid_toml::finding(sources, span, error.message()));
    }
    let walk = Walk {
        file,
        text,
        broken: !errors.is_empty(),
    };
    walk.table(root.get_ref(), walk.span(root.span()))
}

/// The first byte at which brackets nest too deep, outside strings and comments.
fn too_deep(text: &str) -> Option<u32> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0usize, 0usize);
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at = text[at..].find('\n').map_or(bytes.len(), |n| at + n),
            quote @ (b'"' | b'\'') => {
                let triple = bytes[at..].starts_with(&[quote; 3]);
                at += if triple { 3 } else { 1 };
                while at < bytes.len() {
                    match bytes[at] {
                        b'\\' if quote == b'"' => at += 1,
                        b'\n' if !triple => break,
                        byte if byte == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) => break,
                        _ => {}
                    }
                    at += 1;
                }
                at += if triple { 2 } else { 0 };
            }
            b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return u32::try_from(at).ok();
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    text.lines()
        .position(|line| {
            line.split('=')
                .next()
                .is_some_and(|key| key.matches('.').count() > DEEPEST)
        })
        .map(|_| 0)
}

struct Walk<'a> {
    file: FileId,
    text: &'a str,
    broken: bool,
}

impl Walk<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        let number = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span {
            file: self.file,
            start: number(range.start),
            end: number(range.end),
        }
    }

    /// The span of a string's contents where no escape moves them, else of the whole literal.
    fn inner(&self, range: std::ops::Range<usize>, contents: &str) -> Span {
        let raw = self.text.get(range.clone()).unwrap_or("");
        let quoted = raw.starts_with(['"', '\'']);
        if quoted && raw.len() == contents.len() + 2 {
            self.span(range.start + 1..range.end - 1)
        } else {
            self.span(range)
        }
    }

    fn table(&self, table: &DeTable<'_>, span: Span) -> Table {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| Entry {
                key: Spanned::new(key.get_ref().to_string(), self.inner(key.span(), key.get_ref())),
                value: self.value(value.get_ref(), value.span()),
            })
            .collect();
        entries.sort_by_key(|entry| entry.key.span);
        Table { entries, span }
    }

    fn value(&self, value: &DeValue<'_>, range: std::ops::Range<usize>) -> Value {
        if range.is_empty() && self.broken && !matches!(value, DeValue::Table(_)) {
            return Spanned::new(Datum::Broken, self.span(range));
        }
        let datum = match value {
            DeValue::String(text) => {
                return Spanned::new(Datum::Text(text.to_string()), self.inner(range, text));
            }
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).map_or(Datum::Float(f64::MAX), Datum::Integer)
            }
            DeValue::Float(number) => number.as_str().parse().map_or(Datum::Broken, Datum::Float),
            DeValue::Boolean(flag) => Datum::Flag(*flag),
            DeValue::Datetime(moment) => match (&moment.date, &moment.time) {
                (Some(date), None) => Datum::Date(Date {
                    year: date.year,
                    month: date.month,
                    day: date.day,
                }),
                _ => Datum::Text(moment.to_string()),
            },
            DeValue::Array(list) => Datum::List(
                list.iter()
                    .map(|value| self.value(value.get_ref(), value.span()))
                    .collect(),
            ),
            DeValue::Table(table) => Datum::Table(self.table(table, self.span(range.clone()))),
        };
        Spanned::new(datum, self.span(range))
    }
}

/// The nearest library part to a wrong id.
pub fn nearest_library<'a>(wrong: &str, documents: &Documents, own: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest(wrong, own.chain(documents.library_ids.iter().copied())).map(str::to_owned)
}
