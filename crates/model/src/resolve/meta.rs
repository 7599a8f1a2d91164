//! `bom/build.toml`: who the build is, its vendors and colours; and every `[reference.<id>]`, wherever it stands.

use std::collections::BTreeMap;

use source::documents::{Documents, Home};
use source::fields::Fields;
use source::reading::missing_key;
use source::value::Datum;
use source::{Findings, Text, Word, Words};

use super::entries::{all_words, is_included_build, own_rank, value_texts, words};
use super::{duplicate_name, quantity, unknown_word};
use crate::build::{Build, Meta, Reference};
use crate::device::slug;
use crate::units::Seconds;

/// What a source of a number can be.
const EVIDENCE: &[&str] = &["datasheet", "vendor", "community", "measured", "photo", "text", "estimate", "choice"];

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// Reads the workspace's own `bom/build.toml`, and the vendors of included ones.
pub(crate) fn read(documents: &Documents, log: &Findings) -> Meta {
    let mut meta = Meta::default();
    if let Some(document) = documents.build() {
        let mut fields = Fields::new(&document.root, "build", "`bom/build.toml`", log);
        meta.span = Some(document.root.span);
        own(&mut fields, &mut meta, log);
        fields.finish();
    }
    let mut included: Vec<_> =
        documents.all.iter().filter(|document| is_included_build(&document.home, document.root.get("name"))).collect();
    included.sort_by_key(|document| std::cmp::Reverse(document.home.clone()));
    for document in included {
        vendors(&mut Fields::new(&document.root, "build", "`bom/build.toml`", log), &mut meta, log);
    }
    meta
}

fn own(fields: &mut Fields<'_>, meta: &mut Meta, log: &Findings) {
    if let Some(name) = fields.required_text("name") {
        if slug(&name.value) != name.value || name.value.is_empty() {
            log.push(unknown_word::finding(
                "build:name",
                &name,
                "a name of small letters, digits and hyphens",
                &[&slug(&name.value)],
            ));
        }
        meta.name = slug(&name.value);
    }
    meta.title = words(fields, "title").unwrap_or_else(|| meta.name.clone());
    meta.version = words(fields, "version").unwrap_or_default();
    meta.license = words(fields, "license").unwrap_or_default();
    meta.summary = words(fields, "summary").unwrap_or_default();
    meta.currency = currency(fields, log);
    meta.as_of = fields.date("as-of").map(|date| (date.value, date.span));
    meta.prices_seen = fields.date("prices-seen").map(|date| date.value);
    #[allow(clippy::cast_possible_truncation)] // a duration is at most 1e18 s
    let days = |age: Seconds| (age.0 / DAY).floor() as i64;
    meta.price_max_age = quantity::duration(fields, "price-max-age").known().map(|age| days(age.hi));
    meta.photos = words(fields, "photos").unwrap_or_default();
    meta.repository = words(fields, "repository");
    let _ = fields.texts("include"); // followed while the files are read
    let _ = fields.take("reference"); // see `references`
    for value in fields.list("credit") {
        let Some(table) = fields.as_table("credit", value) else {
            continue;
        };
        let mut credit = Fields::new(table, "build:credit", "a credit", log);
        let (name, url, note) = (words(&mut credit, "name"), words(&mut credit, "url"), words(&mut credit, "note"));
        meta.credit.push((name.unwrap_or_default(), url.unwrap_or_default(), note.unwrap_or_default()));
        credit.finish();
    }
    vendors(fields, meta, log);
    colours(fields, meta, log);
}

fn currency(fields: &mut Fields<'_>, log: &Findings) -> String {
    const KNOWN: &[&str] = &["USD", "EUR", "GBP"];
    match fields.text("currency") {
        Some(text) if KNOWN.contains(&text.value.as_str()) => text.value,
        Some(text) => {
            log.push(unknown_word::finding("build:currency", &text, "a currency", KNOWN));
            "USD".to_owned()
        }
        None => "USD".to_owned(),
    }
}

/// Adds the vendors that are not known yet.
fn vendors(fields: &mut Fields<'_>, meta: &mut Meta, log: &Findings) {
    let Some(table) = fields.table("vendor") else { return };
    for entry in &table.entries {
        let subject = format!("vendor.{}", entry.key.value);
        let Some(table) = fields.as_table("vendor", &entry.value) else {
            continue;
        };
        let mut vendor = Fields::new(table, subject.as_str(), format!("`[{subject}]`"), log);
        let name = words(&mut vendor, "name").unwrap_or_else(|| entry.key.value.as_str().to_owned());
        let url = words(&mut vendor, "url").unwrap_or_default();
        vendor.finish();
        meta.vendors.entry(entry.key.value.as_str().to_owned()).or_insert((name, url));
    }
}

fn colours(fields: &mut Fields<'_>, meta: &mut Meta, log: &Findings) {
    let Some(table) = fields.table("colours") else { return };
    for entry in &table.entries {
        let mut allowed = value_texts("build:colours", &entry.key.value, &entry.value, log);
        for colour in &mut allowed {
            colour.value = colour.value.trim().to_owned();
        }
        meta.colours.push((entry.key.text(), allowed));
    }
}

/// Every reference. One that stands in a part's file counts for that file first: where its id is taken, it is kept as
/// `<part>:<id>`, and [`Build::reference`] finds it by the file that cites it.
pub(crate) fn references(documents: &Documents, log: &Findings) -> BTreeMap<String, Reference> {
    let own = own_rank(documents);
    // Nearest first, and files that all may cite before files that only cite themselves.
    let order = |home: &Home| match home {
        Home::Build | Home::Wiring | Home::Guide => (0, 0),
        Home::Bom { rank } => (0, own.saturating_sub(*rank)),
        Home::Part { rank, .. } => (1, own.saturating_sub(*rank)),
        Home::Facts { .. } => (2, 0),
    };
    let mut sorted: Vec<_> = documents.all.iter().collect();
    sorted.sort_by_key(|document| order(&document.home));
    let mut all: BTreeMap<String, Reference> = BTreeMap::new();
    let mut ranks: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for document in sorted {
        let Some(Datum::Table(table)) = document.root.get("reference").map(|value| &value.value) else {
            continue;
        };
        let place = order(&document.home);
        for entry in &table.entries {
            let id = entry.key.as_str();
            let Some(reference) = reference(&entry.key, &entry.value, log) else {
                continue;
            };
            match (all.get(id), &document.home) {
                (None, _) => {
                    ranks.insert(id.to_owned(), place);
                    all.insert(id.to_owned(), reference);
                }
                (Some(first), Home::Build | Home::Bom { .. } | Home::Wiring) if ranks.get(id) == Some(&place) => {
                    log.push(duplicate_name::finding("reference", &entry.key, first.span));
                }
                (Some(_), Home::Part { id: part, .. }) => {
                    all.entry(format!("{part}:{id}")).or_insert(reference);
                }
                (Some(_), Home::Facts { name }) => {
                    all.entry(format!("{name}:{id}")).or_insert(reference);
                }
                (Some(_), _) => {}
            }
        }
    }
    all
}

fn reference(id: &Word, value: &source::value::Value, log: &Findings) -> Option<Reference> {
    let subject = Words::from(["reference.", &id.value]);
    let table = match &value.value {
        Datum::Table(table) => table,
        Datum::Broken => return None,
        _ => {
            log.push(source::reading::wrong_shape::finding("reference", &id.value, value, "a table"));
            return None;
        }
    };
    let place = Words::from(["`[reference.", &id.value, "]`"]);
    let mut fields = Fields::new(table, subject.clone(), place.clone(), log);
    let title = fields.required_text("title").map(|title| title.value).unwrap_or_default();
    let evidence = fields.text("evidence");
    if let Some(word) = evidence.as_ref().filter(|word| !EVIDENCE.contains(&word.value.as_str())) {
        log.push(unknown_word::finding(&subject, word, "a kind of evidence", EVIDENCE));
    }
    let reason = words(&mut fields, "reason");
    let own_word = evidence.as_ref().filter(|word| matches!(word.value.as_str(), "estimate" | "choice"));
    if let (Some(word), None) = (own_word, &reason) {
        log.push(missing_key::finding(&subject, &place, "reason", word.span));
    }
    let reference = Reference {
        title,
        publisher: words(&mut fields, "publisher"),
        url: words(&mut fields, "url"),
        page: words(&mut fields, "page"),
        read: fields.date("read").map(|date| date.value),
        evidence,
        reason,
        span: id.span,
    };
    let _ = all_words(&mut fields, "note");
    fields.finish();
    Some(reference)
}

impl Build {
    /// What a cite means: a reference of the citing file before one of the same id elsewhere.
    pub fn reference(&self, cite: &Text) -> Option<&Reference> {
        let plain = self.references.get(&cite.value);
        let here = |reference: &&Reference| reference.span.file == cite.span.file;
        plain.filter(here).or_else(|| self.local_reference(cite)).or(plain)
    }

    fn local_reference(&self, cite: &Text) -> Option<&Reference> {
        let suffix = format!(":{}", cite.value);
        let local = self.references.iter().filter(|(id, _)| id.ends_with(&suffix)).map(|(_, reference)| reference);
        local.into_iter().find(|reference| reference.span.file == cite.span.file)
    }
}
