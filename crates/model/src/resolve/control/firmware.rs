//! Which lines of config.txt claim which GPIOs, from the library's table.

use source::Findings;
use source::documents::{Documents, Home};
use source::fields::Fields;
use source::value::Datum;

use super::super::entries::{all_words, rows, words};
use crate::build::{Build, Overlay, OverlayParam};

/// The library's table of firmware lines.
pub(super) fn read(documents: &Documents, build: &mut Build) {
    let of = |home: &Home| matches!(home, Home::Facts { name } if name == "overlays");
    let log = Findings::default(); // the library's own tests answer for this file
    for row in rows(documents, "claim", of, &log) {
        let mut fields = row.fields;
        let whole = |value: &source::value::Value| match value.value {
            Datum::Integer(number) => u32::try_from(number).ok(),
            _ => None,
        };
        let gpios: Vec<u32> = fields.list("gpios").into_iter().filter_map(whole).collect();
        let kind = words(&mut fields, "kind").unwrap_or_default();
        let moves = all_words(&mut fields, "moves");
        let note = words(&mut fields, "note");
        let alias_of = words(&mut fields, "of");
        let mut params = Vec::new();
        if let Some(table) = fields.table("params") {
            for entry in &table.entries {
                let Datum::Table(effects) = &entry.value.value else {
                    continue;
                };
                let mut effects = Fields::new(effects, "overlays", "params", &log);
                let frees = effects.list("frees").into_iter().filter_map(whole).collect();
                let adds = effects.list("adds").into_iter().filter_map(whole).collect();
                let instead = effects.list("instead").into_iter().filter_map(whole).collect();
                params.push(OverlayParam { name: entry.key.value.as_str().to_owned(), frees, adds, instead });
            }
        }
        let mut names = all_words(&mut fields, "also");
        names.insert(0, row.id.value.clone());
        for name in names {
            build.overlays.push(Overlay {
                name,
                kind: kind.clone(),
                gpios: gpios.clone(),
                moves: moves.clone(),
                params: params.clone(),
                alias_of: alias_of.clone(),
                note: note.clone(),
            });
        }
    }
}
