//! What changed from one version of the build to the next: every `[revision.<version>]`.

use source::documents::{Documents, Home};
use source::reading::missing_key;
use source::value::Datum;
use source::{Findings, Spanned};

use super::entries::{own_rank, rows, words};
use super::unknown_word;
use crate::build::Build;
use crate::guide::Revision;

/// Reads the workspace's own `bom/*.toml`. Where any revision is written, the build's `version` must be one of them.
pub(crate) fn read(documents: &Documents, build: &mut Build, log: &Findings) {
    let own = own_rank(documents);
    for row in rows(documents, "revision", |home| matches!(home, Home::Bom { rank } if *rank == own), log) {
        let (mut fields, id) = (row.fields, row.id);
        let is_dated = fields.key_span("date").is_some();
        let date = fields.date("date").map(|date| date.value);
        if !is_dated {
            let place = format!("`[revision.{}]`", id.value);
            log.push(missing_key::finding(&fields.subject, &place, "date", id.span));
        }
        let summary = words(&mut fields, "summary");
        let lists = ["parts", "wires", "steps", "software"].map(|key| (key, fields.texts(key)));
        fields.finish();
        build.revisions.push(Revision { id, date, summary, lists });
    }
    let version = documents.build().and_then(|document| document.root.get("version"));
    let Some((Datum::Text(text), span)) = version.map(|value| (&value.value, value.span)) else {
        return;
    };
    let known: Vec<&str> = build.revisions.iter().map(|revision| revision.id.value.as_str()).collect();
    if !known.is_empty() && !known.contains(&text.as_str()) {
        let word = Spanned::new(text.as_str().to_owned(), span);
        log.push(unknown_word::finding("build:version", &word, "a version that a `[revision]` tells of", &known));
    }
}
