//! Every file of a workspace as a tree, whatever is wrong in it.
//!
//! The workspace's own files, those that `include` names, and of the library only what some string or key mentions.

mod plain;
mod tree;

use std::collections::BTreeSet;

pub use tree::tree;

use crate::finding::Findings;
use crate::nearest::nearest;
use crate::piece::Piece;
use crate::reading::{include_trouble, no_build, too_large, unreadable_file};
use crate::span::{FileId, SourceMap, Span};
use crate::value::{Datum, Table, Value};

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
    /// The library that names of no file are looked up in.
    fn shelf(&self) -> &dyn Shelf;
}

/// A library of parts and tables: texts in the same language as a workspace's files.
pub trait Shelf {
    /// The part of an id: its path and text.
    fn part(&self, id: &str) -> Option<(&'static str, &'static str)>;
    /// Files that every build may need (connectors), with path and text.
    fn base(&self) -> Vec<(&'static str, &'static str)>;
    /// A named table of facts (`socs/bcm2711`, `overlays`), with path and text.
    fn table(&self, name: &str) -> Option<(&'static str, &'static str)>;
    /// Ids of all parts, for did-you-mean.
    fn ids(&self) -> Vec<&'static str>;
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
    let mut documents = Documents { all: Vec::new(), library_ids: reader.shelf().ids() };
    let Ok(text) = reader.text("bom/build.toml") else {
        let file = sources.add("bom/build.toml", "");
        log.push(no_build::finding(Span { file, start: 0, end: 0 }));
        return documents;
    };
    add_text(sources, log, &mut documents, "bom/build.toml", text, Home::Build);
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
    for (path, text) in reader.shelf().base() {
        add_text(sources, log, &mut documents, path, text.to_owned(), Home::Bom { rank: 0 });
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
        let stem = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".toml").to_owned();
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
        log.push(too_large::finding(path, text.len(), LARGEST_FILE, Span { file, start: 0, end: 0 }));
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
            log.push(include_trouble::finding(written, "lies outside the repository", value.span));
        } else if folder.is_empty() {
            log.push(include_trouble::finding(written, "comes back to this workspace", value.span));
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
    if steps.is_empty() { String::new() } else { steps.join("/") + "/" }
}

/// Adds the library's parts and tables that something mentions, and what those mention.
fn library(reader: &dyn Reader, sources: &mut SourceMap, log: &Findings, documents: &mut Documents) {
    let shapes = Shapes::of(&documents.library_ids);
    let mut have: BTreeSet<&'static str> = BTreeSet::new();
    let mut done = 0;
    while done < documents.all.len() {
        let mut next: Vec<(&'static str, &'static str, Home)> = Vec::new();
        let mut want = |key: &str, word: &Piece| {
            let part = if shapes.has(word) { reader.shelf().part(word) } else { None };
            if let Some((path, text)) = part {
                if have.insert(path) {
                    next.push((path, text, Home::Part { id: word.as_str().to_owned(), rank: 0 }));
                }
            } else if key == "soc" {
                let name = format!("socs/{word}");
                if let Some((path, text)) = reader.shelf().table(&name)
                    && have.insert(path)
                {
                    next.push((path, text, Home::Facts { name }));
                }
            }
        };
        for document in &documents.all[done..] {
            mentions(&document.root, &mut want);
            if let Home::Part { id, .. } = &document.home {
                want("", &Piece::from(id.as_str()));
            }
        }
        let gpio = |document: &Document| document.home == Home::Wiring && document.root.get("gpio").is_some();
        if documents.all[done..].iter().any(gpio)
            && let Some((path, text)) = reader.shelf().table("overlays")
            && have.insert(path)
        {
            next.push((path, text, Home::Facts { name: "overlays".to_owned() }));
        }
        done = documents.all.len();
        for (path, text, home) in next {
            add_text(sources, log, documents, path, text.to_owned(), home);
        }
    }
}

/// Lengths of the library's ids by first and by last byte: nearly every string of a build is seen to be none of them at a glance.
struct Shapes {
    first: [u64; 256],
    last: [u64; 256],
}

impl Shapes {
    fn of(ids: &[&str]) -> Self {
        let mut shapes = Self { first: [0; 256], last: [0; 256] };
        for id in ids {
            if let (Some(&first), Some(&last)) = (id.as_bytes().first(), id.as_bytes().last()) {
                shapes.first[usize::from(first)] |= 1 << id.len().min(63);
                shapes.last[usize::from(last)] |= 1 << id.len().min(63);
            }
        }
        shapes
    }

    fn has(&self, word: &Piece) -> bool {
        let Some([first, last]) = word.ends() else { return false };
        self.first[usize::from(first)] & self.last[usize::from(last)] & (1 << word.len().min(63)) != 0
    }
}

fn mentions(table: &Table, want: &mut impl FnMut(&str, &Piece)) {
    for entry in &table.entries {
        want("", &entry.key.value);
        value_mentions(&entry.key.value, &entry.value, want);
    }
}

fn value_mentions(key: &str, value: &Value, want: &mut impl FnMut(&str, &Piece)) {
    match &value.value {
        Datum::Text(text) => want(key, text),
        Datum::List(list) => list.iter().for_each(|value| value_mentions(key, value, want)),
        Datum::Table(table) => mentions(table, want),
        _ => {}
    }
}

/// The nearest library part to a wrong id.
pub fn nearest_library<'a>(wrong: &str, documents: &Documents, own: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest(wrong, own.chain(documents.library_ids.iter().copied())).map(str::to_owned)
}
