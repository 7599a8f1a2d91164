//! The bill as Markdown: a table a section.

use std::fmt::Write as _;

use super::{Shown, total};

/// The page.
pub fn page(shown: &Shown<'_>) -> String {
    let (bill, meta) = (&shown.bill, &shown.view.build.meta);
    let mut text = format!("# Bill of {}\n\n", cell(&meta.title));
    for asked in &shown.asked {
        let _ = writeln!(text, "Asked: `{asked}`\n");
    }
    let _ = writeln!(text, "Version {}, {}, {}.\n", meta.version, shown.boxes(), shown.basis());
    for (name, lines, sum) in &bill.sections {
        let _ = writeln!(text, "## {}\n\n| Part | Need | Buy | Price | Sum |\n|---|--:|--:|--:|--:|", cell(name));
        for line in lines.iter().map(|&line| &bill.lines[line]) {
            let part = shown.part(line);
            let need = line.metres.map_or_else(|| line.pieces.to_string(), super::metres);
            let mut packs = Vec::new();
            let mut prices = Vec::new();
            for bought in shown.purchases(line) {
                packs.push(format!("{} × {}", bought.packs, bought.unit()));
                prices.push(bought.price.map_or_else(|| "unknown".to_owned(), ToString::to_string));
            }
            let url = shown.purchases(line).find_map(|bought| bought.offer?.url.as_ref());
            let name = match url.filter(|url| url.starts_with("https://") && !url.contains(['(', ')', ' ', '|', '<'])) {
                Some(url) => format!("[{}]({url})", cell(&part.name)),
                None => cell(&part.name),
            };
            let cost = line.cost.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
            let _ = writeln!(text, "| {name} | {need} | {} | {} | {cost} |", packs.join(" + "), prices.join(" + "));
        }
        let _ = writeln!(text, "| | | | | **{}** |\n", total(sum));
    }
    let _ = writeln!(text, "**Total: {}**", total(&bill.total));
    text
}

/// Text that stays in its cell, and that Markdown takes as it is.
pub(crate) fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '\\' | '#' | '!' | '~' => {
                safe.push('\\');
                safe.push(letter);
            }
            '\n' | '\r' | '\t' => safe.push(' '),
            _ => safe.push(letter),
        }
    }
    safe
}
