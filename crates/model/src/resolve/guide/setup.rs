//! One software step.

use source::reading::wrong_shape;
use source::value::Datum;
use source::{Findings, Text};

use super::super::entries::{Row, all_words, id_in_words, piece, words};
use super::super::names::Names;
use super::super::purchase::links;
use super::super::unknown_word;
use crate::build::Build;
use crate::guide::Setup;

/// Reads `[setup.<id>]`; `ids` are those of all of them.
pub(super) fn read(row: Row<'_>, build: &Build, ids: &[String], find: &Names, log: &Findings) -> Setup {
    let (mut fields, id) = (row.fields, row.id);
    let on = fields.text("on");
    if let Some(place) = on.as_ref().filter(|on| !matches!(on.value.as_str(), "desk" | "each")) {
        let _ = find.devices(build, place, &fields.subject, log);
    }
    let repeat = fields.texts("repeat");
    for text in &repeat {
        known_setups(text, ids, &fields.subject, log);
    }
    let mut if_error = std::collections::BTreeMap::new();
    if let Some(table) = fields.table("if-error") {
        for entry in &table.entries {
            match &entry.value.value {
                Datum::Text(cure) => _ = if_error.insert(entry.key.value.as_str().to_owned(), cure.as_str().to_owned()),
                Datum::Broken => {}
                _ => log.push(wrong_shape::finding(&fields.subject, &entry.key.value, &entry.value, "a string")),
            }
        }
    }
    let setup = Setup {
        id: id.clone(),
        title: words(&mut fields, "title").unwrap_or_else(|| id_in_words(&id.value)),
        action: fields.text("do"),
        on,
        run: all_words(&mut fields, "run"),
        menu: words(&mut fields, "menu"),
        file: words(&mut fields, "file"),
        lines: all_words(&mut fields, "lines"),
        repeat: repeat.into_iter().map(|text| text.value).collect(),
        if_error,
        warning: fields.texts("warning"),
        note: fields.texts("note"),
        links: links(&mut fields),
        span: id.span,
    };
    fields.finish();
    setup
}

/// `login..boot-order`, `-firmware`: every id in it is a setup.
fn known_setups(text: &Text, ids: &[String], subject: &str, log: &Findings) {
    let body = text.value.strip_prefix('-').unwrap_or(&text.value);
    let mut at = text.value.len() - body.len();
    for id in body.split("..") {
        if !ids.iter().any(|known| known == id) {
            let known: Vec<&str> = ids.iter().map(String::as_str).collect();
            log.push(unknown_word::finding(subject, &piece(text, at, at + id.len()), "a setup", &known));
        }
        at += id.len() + 2;
    }
}
