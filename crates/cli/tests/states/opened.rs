//! Opens: which loads one wire or contact puts in the dark.

use std::collections::{BTreeMap, BTreeSet};

use analysis::failures::Cause;
use oracle::Piece;

use crate::case::Case;

type Dark = BTreeMap<Piece, BTreeSet<String>>;

/// How many pieces put something in the dark.
pub fn compare(case: &Case) -> u64 {
    let build = &case.checked.build;
    let device = |load: &str| load.split('.').next().unwrap_or_default().to_owned();
    let pieces = case.build.pieces();
    let wires: Vec<&Piece> = pieces.iter().filter(|piece| matches!(piece, Piece::Wire(_))).collect();
    assert_eq!(wires.len(), build.wires.len(), "{case}");
    let expected: Dark = case
        .build
        .opens()
        .into_iter()
        .map(|(piece, loads)| (piece, loads.iter().map(|load| device(load)).collect()))
        .collect();
    let mut told = Dark::new();
    for group in case.checked.facts.failures.groups.iter().filter(|group| !group.takes.dark.is_empty()) {
        let dark: BTreeSet<String> = group.takes.dark.iter().map(|&id| build.device(id).name.clone()).collect();
        for cause in &group.causes {
            let piece = match *cause {
                Cause::Wire(wire) => wires[wire.0 as usize].clone(),
                Cause::Open(id, contact) => {
                    let name =
                        format!("{}.{}", build.device(id).name, build.part_of(id).contacts[contact as usize].name);

                    let closed = pieces.iter().find(|piece| matches!(piece, Piece::Throw(of, _) if *of == name));
                    closed.cloned().unwrap_or_else(|| panic!("`{name}` is open in service\n{case}"))
                }
                _ => continue,
            };
            told.insert(piece, dark.clone());
        }
    }
    assert_eq!(told, expected, "{case}");
    told.len() as u64
}
