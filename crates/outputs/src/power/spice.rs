//! A deck for another simulator, with comments that say which node is which terminal and which element is which thing.

use std::collections::BTreeMap;

use model::Terminal;

use super::question::Question;
use super::{csv, told};
use crate::View;

/// The deck of the typical circuit. Comments stand in front of its cards: a line a node with its terminals, a line an element.
///
/// # Errors
/// A sentence, where a number of the build makes no circuit.
pub fn deck(view: View<'_>, question: &Question) -> Result<String, String> {
    let (build, power) = (view.build, &view.facts.power);
    let state = question.state();
    let deck = power
        .deck_in(view.facts.world(build), question.draw, &state)
        .map_err(|faults| format!("{} numbers make no circuit: `wireloom check` tells which", faults.len()))?;
    let mut nodes: BTreeMap<(usize, String), Vec<Terminal>> = BTreeMap::new();
    let mut elements = String::new();
    let mut unknown = 0;
    for (number, (&piece, ends)) in deck.pieces.iter().zip(&deck.ends).enumerate() {
        let of = &power.harness.pieces[piece as usize];
        let values = of.numbers.all();
        unknown += values.filter(|(_, value)| value.gap.is_some()).count();
        let [Some(a), Some(b)] = ends else { continue };
        for (name, at) in [a, b].into_iter().zip(of.at) {
            let terminals = nodes.entry((name.len(), name.clone())).or_default();
            if !terminals.contains(&at) {
                terminals.push(at);
            }
        }
        let kind = csv::kind(of.what);
        let name = told::name(build, of.what);
        let name = name.strip_prefix(kind).map_or(name.as_str(), str::trim_start);
        let [from, to] = of.at.map(|at| build.path(at));
        let merged = if a == b { ", in one node" } else { "" };
        elements.push_str(&plain(&format!("* {number}: {kind} {name}, {from} to {to}{merged}")));
    }
    let (title, cards) = deck.text.split_once('\n').unwrap_or((&deck.text, ""));
    let mut text = format!("{title}\n");
    text.push_str(&plain(&format!("* {}: {}", build.meta.name, question.words())));
    for asked in &question.asked {
        text.push_str(&plain(&format!("* asked: {asked}")));
    }
    if unknown > 0 {
        text.push_str(&plain(&format!(
            "* NOT VERIFIED: {unknown} numbers of this circuit are written nowhere; stand-ins keep it solvable"
        )));
    }
    text.push_str("* Limits of supplies that nothing reaches are left out.\n");
    text.push_str("* Nodes; node 0 of each supply is its return.\n");
    for ((_, name), terminals) in &nodes {
        let terminals: Vec<String> = terminals.iter().map(|&at| build.path(at)).collect();
        text.push_str(&plain(&format!("* {name}: {}", terminals.join(" "))));
    }
    text.push_str("* Elements: R12 and the like are element 12.\n");
    text.push_str(&elements);
    text.push_str(cards);
    Ok(text)
}

/// One line, whatever stands in a name.
fn plain(line: &str) -> String {
    let line: String = line.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    format!("{line}\n")
}
