//! Contacts that close a loop of conductors. With everything closed at once such a loop carries part of a current that in most states has
//! one way only, and then everything on at once is no bound: an island is looked at without them as well.

use direct::{Circuit, Group, Law, Span};
use petgraph::unionfind::UnionFind;

use super::What;
use super::harness::Harness;
use super::situation::Sheet;

/// The sheet with as few contacts open as leave no contact on a loop; everything still hangs together. `None`: there is none to open.
pub fn opened(harness: &Harness, sheet: &Sheet) -> Option<Sheet> {
    let what = |element: usize| harness.pieces[sheet.pieces[element] as usize].what;
    let mut joined = UnionFind::<u32>::new(sheet.circuit.nodes as usize);
    let mut open = vec![false; sheet.pieces.len()];
    let mut contacts = Vec::new();
    for (number, element) in sheet.circuit.elements.iter().enumerate() {
        let [a, b] = element.ends;
        match what(number) {
            What::Contact(..) => contacts.push(number),
            what if what.conducts() || matches!(element.law, Law::Source { .. }) => {
                joined.union(a, b);
            }
            _ => {}
        }
    }
    for contact in contacts {
        let [a, b] = sheet.circuit.elements[contact].ends;
        open[contact] = !joined.union(a, b);
    }
    open.contains(&true).then(|| without(sheet, &open))
}

/// A sheet without some of its elements, none of them a source.
fn without(sheet: &Sheet, gone: &[bool]) -> Sheet {
    let number = |before: &mut u32, gone: &bool| {
        let own = *before;
        *before += u32::from(!gone);
        Some(own)
    };
    let new: Vec<u32> = gone.iter().scan(0, number).collect();
    let left = |element: &u32| !gone[*element as usize];
    let renamed = |element: u32| new[element as usize];
    let mut circuit = Circuit { nodes: sheet.circuit.nodes, ..Circuit::default() };
    for (element, _) in sheet.circuit.elements.iter().zip(gone).filter(|(_, gone)| !**gone) {
        let mut law = element.law;
        if let Law::Converter { feeds, .. } = &mut law {
            *feeds = renamed(*feeds);
        }
        circuit.add(element.ends, law);
    }
    let groups = sheet.circuit.groups.iter();
    circuit.groups = groups
        .map(|group| Group {
            sources: group.sources.iter().map(|&source| renamed(source)).collect(),
            share: group.share,
        })
        .collect();
    let spans = sheet.spans.iter().filter(|span| left(&span.element));
    let kept = || gone.iter().enumerate().filter(|(_, gone)| !**gone).map(|(at, _)| at);
    Sheet {
        circuit,
        spans: spans.map(|span| Span { element: renamed(span.element), ..*span }).collect(),
        pieces: kept().map(|at| sheet.pieces[at]).collect(),
        unfed: kept().map(|at| sheet.unfed[at]).collect(),
        fighting: sheet.fighting,
    }
}
