//! `row.outputs = { of = ["no", "com", "nc"], side = "bottom" }`: how the terminals of a part stand.

use foldhash::HashMap;

use source::fields::Fields;
use source::reading::wrong_shape;
use source::value::{Datum, Table};
use source::{Findings, Span, Spanned, Words};

use super::elements::expanded;
use super::terminals::Terminals;
use super::{duplicate_name, unknown_terminal, unknown_word};
use crate::part::{Local, Row, Side};

/// Words of edges.
const SIDES: [(&str, Side); 4] =
    [("left", Side::Left), ("right", Side::Right), ("top", Side::Top), ("bottom", Side::Bottom)];

/// The rows of a part. They name terminals that elements made, each once; a row makes none.
pub fn read(id: &str, table: &Table, terminals: &Terminals, log: &Findings) -> Vec<Row> {
    let mut rows = Vec::with_capacity(table.entries.len());
    let mut seen: HashMap<Local, Span> = HashMap::default();
    for entry in &table.entries {
        let name = entry.key.value.as_str();
        let subject = Words::from([id, ":row.", name]);
        let inner = match &entry.value.value {
            Datum::Table(inner) => inner,
            Datum::Broken => continue,
            _ => {
                log.push(wrong_shape::finding(&subject, name, &entry.value, "a table"));
                continue;
            }
        };
        let mut fields = Fields::new(inner, subject.clone(), ["`row.", name, "`"], log);
        let _ = (fields.take("cite"), fields.take("note"));
        let side = fields.text("side").and_then(|word| {
            let side = SIDES.iter().find(|(known, _)| *known == word.value).map(|(_, side)| *side);
            if side.is_none() {
                let known = SIDES.map(|(known, _)| known);
                log.push(unknown_word::finding(&format!("{id}:row.{name}"), &word, "an edge of a board", &known));
            }
            side
        });
        let texts = fields.texts("of");
        fields.finish();
        let mut of = Vec::new();
        for text in texts {
            if text.value.is_empty() {
                of.push(None);
                continue;
            }
            for terminal in expanded(&text.value) {
                let Some(local) = terminals.known(&terminal) else {
                    log.push(unknown_terminal::of_part(&format!("{id}:row.{name}"), &terminal, text.span));
                    continue;
                };
                if let Some(&first) = seen.get(&local) {
                    let again = Spanned::new(terminal, text.span);
                    log.push(duplicate_name::finding("place of the terminal", &again, first));
                    continue;
                }
                seen.insert(local, text.span);
                of.push(Some(local));
            }
        }
        rows.push(Row { name: name.to_owned(), side, of, span: entry.key.span });
    }
    rows
}
