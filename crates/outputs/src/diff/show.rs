//! A difference for a terminal, for programs, and for the comment of a review.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Change, Diff, Told};
use crate::bom::markdown::cell;

/// Rows that a review comment shows of one aspect before it folds the rest away.
const OPEN: usize = 12;

/// A page: `-` gone, `+` came, `~` changed.
pub fn text(diff: &Diff) -> String {
    let [before, after] = &diff.names;
    let mut text = format!("{before} → {after}\n");
    if diff.is_empty() {
        text.push_str("nothing differs\n");
        return text;
    }
    for (name, changes) in diff.aspects.iter().filter(|(_, changes)| !changes.is_empty()) {
        let _ = writeln!(text, "\n{name}: {}", counts(changes));
        for change in changes {
            let _ = match (&change.before, &change.after) {
                (Some(before), Some(after)) => writeln!(text, "  ~ {}: {before} → {after}", change.key),
                (Some(before), None) => writeln!(text, "  - {}: {before}", change.key),
                (_, after) => writeln!(text, "  + {}: {}", change.key, after.as_deref().unwrap_or_default()),
            };
        }
    }
    text.push_str(&findings(diff));
    text
}

/// Findings gained and lost alone.
pub fn findings(diff: &Diff) -> String {
    let mut text = String::new();
    for (sign, head, all) in [("+", "findings gained", &diff.gained), ("-", "findings lost", &diff.lost)] {
        if !all.is_empty() {
            let _ = writeln!(text, "\n{head}: {}", all.len());
        }
        for told in all {
            let _ = writeln!(text, "  {sign} {}[{}] {}: {}", told.level, told.code, told.subject, told.message);
        }
    }
    text
}

/// `2 gone, 3 came, 1 changed`.
fn counts(changes: &[Change]) -> String {
    let count = |is: fn(&Change) -> bool| changes.iter().filter(|change| is(change)).count();
    let all = [
        (count(|change| change.after.is_none()), "gone"),
        (count(|change| change.before.is_none()), "came"),
        (count(|change| change.before.is_some() && change.after.is_some()), "changed"),
    ];
    let said: Vec<String> =
        all.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    said.join(", ")
}

/// The object as text; the shape is in `docs/diff.md`.
pub fn json(diff: &Diff) -> String {
    let told = |told: &Told| json!({ "level": told.level, "code": told.code, "subject": told.subject, "message": told.message });
    let change = |change: &Change| json!({ "key": change.key, "before": change.before, "after": change.after });
    let aspects: serde_json::Map<String, Value> =
        diff.aspects.iter().map(|(name, changes)| ((*name).to_owned(), changes.iter().map(change).collect())).collect();
    let whole = json!({
        "schema": 1,
        "before": diff.names[0],
        "after": diff.names[1],
        "changes": aspects,
        "findings": {
            "gained": diff.gained.iter().map(told).collect::<Vec<_>>(),
            "lost": diff.lost.iter().map(told).collect::<Vec<_>>(),
        },
    });
    serde_json::to_string_pretty(&whole).expect("plain values") + "\n"
}

/// A comment for a review: what matters first in the open, long tables folded.
pub fn markdown(diff: &Diff) -> String {
    let [before, after] = &diff.names;
    let mut text = format!("### {} → {}\n\n", cell(before), cell(after));
    if diff.is_empty() {
        text.push_str("Nothing differs.\n");
        return text;
    }
    for (head, all) in [("Findings gained", &diff.gained), ("Findings lost", &diff.lost)] {
        if !all.is_empty() {
            let mut table = "| | Rule | About | |\n|---|---|---|---|\n".to_owned();
            for told in all {
                let _ = writeln!(
                    table,
                    "| {} | {} | {} | {} |",
                    told.level,
                    told.code,
                    cell(&told.subject),
                    cell(&told.message)
                );
            }
            text.push_str(&folded(head, &all.len().to_string(), all.len(), &table));
        }
    }
    let first = ["money", "power", "room"];
    let ranked = diff.aspects.iter().filter(|(name, _)| first.contains(name));
    for (name, changes) in ranked.chain(diff.aspects.iter().filter(|(name, _)| !first.contains(name))) {
        if changes.is_empty() {
            continue;
        }
        let mut table = "| | Before | After |\n|---|---|---|\n".to_owned();
        for change in changes {
            let shown = |side: &Option<String>| side.as_deref().map_or_else(|| "–".to_owned(), cell);
            let _ = writeln!(table, "| {} | {} | {} |", cell(&change.key), shown(&change.before), shown(&change.after));
        }
        let mut head = (*name).to_owned();
        head[..1].make_ascii_uppercase();
        text.push_str(&folded(if *name == "gpio" { "GPIO" } else { &head }, &counts(changes), changes.len(), &table));
    }
    text
}

fn folded(head: &str, count: &str, rows: usize, table: &str) -> String {
    if rows <= OPEN {
        return format!("**{head}** ({count})\n\n{table}\n");
    }
    format!("<details><summary><b>{head}</b> ({count})</summary>\n\n{table}\n</details>\n\n")
}
