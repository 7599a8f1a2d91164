//! Welds, in builds that have no short without one: which throws make a short when stuck closed, and with how few actuated.

use std::collections::BTreeMap;

use analysis::circuit::Side;
use oracle::Weld;

use crate::case::Case;

/// How many throws make a short.
pub fn compare(case: &Case) -> u64 {
    let checked = &case.checked;
    let open: Vec<_> = checked.facts.states.open.iter().collect();
    assert!(open.is_empty(), "{open:?}\n{case}");
    let mut expected: BTreeMap<(String, String), u32> = BTreeMap::new();
    for Weld { throw, least, .. } in case.build.welds() {
        let throw = &case.build.throws[throw];
        let known = expected.entry((throw.contact.clone(), throw.side.clone())).or_insert(least.actuated);
        *known = (*known).min(least.actuated);
    }
    let mut told: BTreeMap<(String, String), u32> = BTreeMap::new();
    for weld in &checked.facts.states.welds {
        let (device, index) = weld.contact;
        let contact = &checked.build.part_of(device).contacts[index as usize].name;
        let name = format!("{}.{contact}", checked.build.device(device).name);
        let side = match weld.side {
            Side::Nc => "nc".to_owned(),
            Side::No => "no".to_owned(),
            Side::To(at) => format!("to[{}]", at + 1),
        };
        let known = told.entry((name, side)).or_insert(weld.meeting.actuated);
        *known = (*known).min(weld.meeting.actuated);
    }
    assert_eq!(told, expected, "{case}");
    told.len() as u64
}
