//! Opens: which loads one wire or contact puts in the dark, and which two do so together.

use std::collections::{BTreeMap, BTreeSet};

use analysis::failures::Cause;
use model::DeviceId;
use oracle::Piece;

use crate::case::Case;

type Dark<K> = BTreeMap<K, BTreeSet<String>>;

/// How many pieces put something in the dark.
pub fn compare(case: &Case) -> u64 {
    let all = case.build.pieces();
    let expected: Dark<Piece> = case.build.opens().into_iter().map(|(piece, loads)| (piece, owners(&loads))).collect();
    let mut told: Dark<Piece> = Dark::new();
    for group in case.checked.facts.failures.groups.iter().filter(|group| !group.takes.dark.is_empty()) {
        let pieces = group.causes.iter().filter_map(|cause| piece(case, &all, cause));
        told.extend(pieces.map(|piece| (piece, named(case, &group.takes.dark))));
    }
    assert_eq!(told, expected, "{case}");
    told.len() as u64
}

/// How many pairs do. To be asked where there is one source: where several hold one net, the analysis looks for pairs that take
/// away all of them, and brute force for those that take away what matters.
pub fn pairs(case: &Case) -> u64 {
    let all = case.build.pieces();
    let found = case.build.open_pairs().into_iter();
    let expected: Dark<[Piece; 2]> = found.map(|(two, loads)| (two, owners(&loads))).collect();
    let mut told: Dark<[Piece; 2]> = Dark::new();
    for pair in case.checked.facts.failures.pairs.iter().filter(|pair| !pair.takes.dark.is_empty()) {
        for one in pair.one.iter().filter_map(|cause| piece(case, &all, cause)) {
            for other in pair.other.iter().filter_map(|cause| piece(case, &all, cause)) {
                let place = |piece: &Piece| all.iter().position(|there| there == piece);
                let two = if place(&one) <= place(&other) { [one.clone(), other] } else { [other, one.clone()] };
                told.entry(two).or_default().extend(named(case, &pair.takes.dark));
            }
        }
    }
    assert_eq!(told, expected, "{case}");
    told.len() as u64
}

/// A cause as brute force calls it, if it is a wire or a contact.
fn piece(case: &Case, all: &[Piece], cause: &Cause) -> Option<Piece> {
    let build = &case.checked.build;
    match *cause {
        Cause::Wire(wire) => all.iter().filter(|piece| matches!(piece, Piece::Wire(_))).nth(wire.0 as usize).cloned(),
        Cause::Open(id, contact) => {
            let contact = &build.part_of(id).contacts[contact as usize].name;
            let name = format!("{}.{contact}", build.device(id).name);
            let closed = all.iter().find(|piece| matches!(piece, Piece::Throw(of, _) if *of == name));
            Some(closed.unwrap_or_else(|| panic!("`{name}` is open in service\n{case}")).clone())
        }
        _ => None,
    }
}

/// The devices of loads.
fn owners(loads: &[String]) -> BTreeSet<String> {
    loads.iter().filter_map(|load| load.split('.').next()).map(str::to_owned).collect()
}

fn named(case: &Case, dark: &[DeviceId]) -> BTreeSet<String> {
    dark.iter().map(|&id| case.checked.build.device(id).name.clone()).collect()
}
