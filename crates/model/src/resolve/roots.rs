//! Which tables may stand at the top of which file.

use source::Findings;
use source::documents::{Document, Documents, Home};
use source::reading::{unknown_key, wrong_shape};
use source::value::{Datum, Entry, Table};

const BOM: &[&str] = &[
    "buy",
    "claim",
    "clamp",
    "connector",
    "cutting",
    "electricity",
    "needs",
    "option",
    "provider",
    "rate",
    "reference",
    "resale",
    "revision",
    "similar",
    "spares",
    "versus",
];
const WIRING: &[&str] = &[
    "cable",
    "control",
    "device",
    "feed",
    "gpio",
    "open",
    "place",
    "plug",
    "power",
    "probe",
    "reference",
    "role",
    "rule",
    "scenario",
    "waive",
    "watch",
    "weak",
    "wire",
];
const GUIDE: &[&str] = &["setup", "step", "weak"];

/// Says so of every top-level key that its file cannot have.
pub fn check(documents: &Documents, sources_path: impl Fn(&Document) -> bool, log: &Findings) {
    for document in &documents.all {
        let (allowed, place) = match document.home {
            Home::Bom { .. } if sources_path(document) => continue,
            Home::Bom { .. } => (BOM, "a file of `bom/`"),
            Home::Wiring => (WIRING, "a file of `wiring/`"),
            Home::Guide => (GUIDE, "a file of `site/guide/`"),
            _ => continue,
        };
        for entry in &document.root.entries {
            if !allowed.contains(&entry.key.value.as_str()) {
                log.push(unknown_key::finding("file", place, &entry.key, allowed));
            } else if !matches!(entry.value.value, Datum::Table(_) | Datum::Broken) {
                log.push(wrong_shape::finding("file", &entry.key.value, &entry.value, "a table"));
            }
        }
    }
}

/// Whether a document is an included workspace's `build.toml`, which has its own keys.
pub fn is_build(document: &Document) -> bool {
    document.root.get("name").is_some() && document.root.get("title").is_some()
}

/// Every `[name]` table, in file order; `of` picks the homes.
pub fn whole<'a>(documents: &'a Documents, name: &str, of: impl Fn(&Home) -> bool) -> Vec<&'a Table> {
    let mut all = Vec::new();
    for document in documents.all.iter().filter(|document| of(&document.home)) {
        if let Some(Datum::Table(table)) = document.root.get(name).map(|value| &value.value) {
            all.push(table);
        }
    }
    all
}

/// Every entry of `[name.<id>]` (or of `[name]`), in file then line order.
pub fn tables<'a>(documents: &'a Documents, name: &str, of: impl Fn(&Home) -> bool) -> Vec<&'a Entry> {
    whole(documents, name, of).into_iter().flat_map(|table| &table.entries).collect()
}

/// Picks any `bom/*.toml` of any rank.
pub fn any_bom(home: &Home) -> bool {
    matches!(home, Home::Bom { .. })
}

/// Picks `wiring/*.toml`.
pub fn wiring(home: &Home) -> bool {
    *home == Home::Wiring
}

/// Picks `site/guide/*.toml`.
pub fn guide(home: &Home) -> bool {
    *home == Home::Guide
}
