//! Which findings are one cause.

use std::collections::BTreeMap;

use crate::{
    Hop, Network, Relation, Via,
    hard::DERIVED,
    islands::{Place, Problem},
};

use super::Found;

/// Orders findings, and tells each cause once: ways that go over one contact at one rail are one cause.
pub(super) fn by_cause(mut found: Vec<(Found, Option<Problem>)>, network: &Network) -> Vec<Found> {
    let key = |found: &Found| {
        let nodes = found.rails.map(|rail| network.rails[rail as usize].node);
        (found.actuated, found.contacts, found.path.len(), nodes)
    };
    found.sort_by_key(|(found, _)| key(found));
    let mut causes: BTreeMap<(Place, u32, u32), usize> = BTreeMap::new();
    let mut told: Vec<Found> = Vec::new();
    for (next, problem) in found {
        let Some(problem) = problem.filter(|problem| matches!(problem.place, Place::Island(_) | Place::Cluster(_)))
        else {
            told.push(next);
            continue;
        };
        let contact = |hop: &Hop| match hop.via {
            Via::Contact(contact) => Some(contact),
            Via::Conductor(_) => None,
        };
        let ways = [next.path.iter().find_map(contact), next.path.iter().rev().find_map(contact)];
        let ways: Vec<_> = ways
            .iter()
            .flatten()
            .zip(problem.stands)
            .map(|(&contact, stand)| (problem.place, stand, contact))
            .collect();
        let severity = |relation: Relation| if relation == Relation::Referenced { Relation::Short } else { relation };
        let known = ways.iter().find_map(|way| {
            causes.get(way).copied().filter(|&cause| severity(next.relation) <= severity(told[cause].relation))
        });
        let cause = if let Some(cause) = known {
            let derived = &mut told[cause].derived;
            let pairs = std::iter::once(next.rails).chain(next.derived);
            derived.extend(pairs.take(DERIVED.saturating_sub(derived.len())));
            cause
        } else {
            told.push(next);
            told.len() - 1
        };
        for way in ways {
            causes.entry(way).or_insert(cause);
        }
    }
    told
}
