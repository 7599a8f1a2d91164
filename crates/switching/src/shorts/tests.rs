//! What cannot be asked of small random networks: threads, budgets, size, causes.

use super::shorts_on;
use crate::{
    Clause, Contact, Effort, Found, Guard, Least, Literal, Network, Rail, Relation, Shorts, Variable, Via, connectable,
    shorts,
    synthetic::{Extras, chain, detours, levers, rack, random_grid, three_sat},
};

fn yes(variable: u32) -> Guard {
    Guard::one(Literal::new(variable, true))
}

fn no(variable: u32) -> Guard {
    Guard::one(Literal::new(variable, false))
}

/// Nodes 0, 1, 2 are return, 5 V and 12 V of one source.
fn network(nodes: u32, variables: u32, contacts: &[([u32; 2], Guard)]) -> Network {
    let rail = |node: u32| Rail { node, reference: 0, level: node, gives: node > 0, mains: false };
    Network {
        nodes,
        contacts: contacts.iter().map(|&(ends, guard)| Contact { ends, guard }).collect(),
        variables: vec![Variable { rest: false, weight: 1 }; variables as usize],
        rails: (0..3).map(rail).collect(),
        references: vec![0],
        ..Network::default()
    }
}

fn found(network: &Network) -> Vec<Found> {
    let Shorts { found, open, .. } = shorts(network, Effort::default());
    assert!(open.is_empty());
    found
}

#[test]
fn one_thread_and_two_find_the_same() {
    for extras in [
        Extras { planted: 700, ..Extras::default() },
        Extras { planted: 3, supplies: true, ..Extras::default() },
        Extras { decoys: true, supplies: true, ..Extras::default() },
    ] {
        let network = rack(9_000, extras);
        let one = shorts_on(&network, Effort::default(), 1);
        assert_eq!(one, shorts_on(&network, Effort::default(), 2));
        assert_eq!(one.found.len() as u32, extras.planted);
        assert_eq!(one.proved, if extras.decoys { 9_000 } else { 0 });
    }
}

#[test]
fn a_chain_of_a_million_nodes_is_searched() {
    let clean = shorts(&chain(500_000, true), Effort::default());
    assert_eq!((clean.found.len(), clean.open.len(), clean.proved), (0, 0, 1));
    let wires = Network {
        conductors: (3..1_000_000).map(|node| [node, node + 1]).collect(),
        ..network(1_000_001, 1, &[([0, 3], no(0)), ([1_000_000, 1], yes(0))])
    };
    assert!(found(&wires).is_empty());
    let short = Network { contacts: vec![wires.contacts[0], Contact { ends: [1_000_000, 1], guard: no(0) }], ..wires };
    assert_eq!(found(&short)[0].path.len(), 999_999);
}

#[test]
fn spent_effort_leaves_a_true_bound() {
    let little = Effort { labels: 30, conflicts: 5, rounds: 4 };
    let (mut open, mut between) = (0, 0);
    for seed in 1..60 {
        let network = random_grid(7, 14, 1 + (seed % 2) as u32, seed);
        let least = found(&network).first().map(|found| found.actuated);
        let told = shorts(&network, little);
        assert_eq!(told, shorts(&network, little), "the same effort, the same answer");
        for left in &told.open {
            open += 1;
            assert!(least.is_none_or(|least| left.at_least <= least), "seed {seed}: {left:?}, {least:?}");
            assert!(left.contacts > 0 && left.variables > 0 && left.island.len() <= 16);
        }
        for found in &told.found {
            let least = least.expect("what little effort finds is found with more");
            match found.least {
                Least::Proved => assert_eq!(found.actuated, least),
                Least::Between(low, high) => {
                    between += 1;
                    assert!(low <= least && least <= high && high == found.actuated, "seed {seed}: {found:?}, {least}");
                }
            }
        }
        if least.is_none() {
            assert!(told.found.is_empty());
        } else {
            assert!(told.proved == 0, "seed {seed}: proved clean, and it is not");
        }
    }
    assert!(open > 5 && between > 5, "{open} {between}");
}

#[test]
fn what_is_too_hard_is_left_open() {
    let told = shorts(&three_sat(250, 1_065, 1), Effort { labels: 2_000, conflicts: 300, rounds: 300 });
    assert_eq!((told.found.len(), told.open.len(), told.proved), (0, 1, 0));
    assert!(told.work > 300);
}

#[test]
fn long_ways_and_levers_are_least() {
    let first = &found(&detours(40, false))[0];
    assert_eq!((first.actuated, first.contacts, first.least), (40, 41, Least::Proved));
    let first = &found(&levers(9, 4))[0];
    assert_eq!((first.actuated, first.contacts, first.least), (9, 9, Least::Proved));
}

#[test]
fn a_throw_at_the_return_is_one_cause_however_many_supplies_reach_it() {
    // The common is fed with 5 V over one contact and with 12 V over another; the throw lies at the return.
    let shorts = found(&network(4, 3, &[([3, 1], yes(0)), ([3, 2], yes(1)), ([3, 0], no(2))]));
    assert_eq!(shorts.len(), 1, "{shorts:?}");
    assert_eq!((shorts[0].rails, shorts[0].actuated, shorts[0].contacts), ([0, 1], 1, 2));
    assert_eq!(shorts[0].derived, [[0, 2], [1, 2]]);
}

#[test]
fn mains_is_told_even_where_a_milder_short_has_the_same_cause() {
    let mut network = network(4, 3, &[([3, 1], yes(0)), ([3, 2], yes(1)), ([3, 0], no(2))]);
    network.rails[2].mains = true;
    let told: Vec<_> = found(&network).iter().map(|found| (found.rails, found.relation)).collect();
    assert_eq!(told, [([0, 1], Relation::Short), ([0, 2], Relation::Mains)]);
}

#[test]
fn contacts_of_different_relays_between_two_rails_are_causes_of_their_own() {
    let shorts = found(&network(
        3,
        2,
        &[
            ([0, 1], yes(0)),
            ([0, 1], yes(0)),
            ([1, 0], yes(1)),
            ([2, 0], Guard::both(Literal::new(0, true), Literal::new(0, false))),
        ],
    ));
    let told: Vec<_> = shorts.iter().map(|found| (found.rails, found.path[0].via)).collect();
    assert_eq!(told, [([0, 1], Via::Contact(0)), ([0, 1], Via::Contact(2))]);
}

#[test]
fn wired_rails_are_told_once_a_wrong_wire_with_the_shortest_path() {
    let mut network = network(8, 1, &[]);
    network.conductors = vec![[0, 3], [3, 1], [0, 4], [4, 5], [5, 1], [1, 6], [6, 7], [7, 2]];
    let shorts = found(&network);
    let told: Vec<_> = shorts.iter().map(|found| (found.rails, found.path.len(), found.actuated)).collect();
    assert_eq!(told, [([0, 1], 2, 0), ([1, 2], 3, 0)]);
    assert_eq!(shorts[0].derived, [[0, 2]]);
}

#[test]
fn what_only_software_keeps_apart_is_said() {
    let mut network = network(4, 2, &[([3, 1], yes(0)), ([3, 0], yes(1))]);
    let never_both = vec![Literal::new(0, false), Literal::new(1, false)];
    network.clauses.push(Clause { literals: never_both, soft: true });
    assert!(found(&network)[0].only_software);
    network.contacts.push(Contact { ends: [3, 0], guard: no(1) });
    assert!(found(&network).iter().all(|found| !found.only_software));
    network.contacts.pop();
    network.clauses[0].soft = false;
    assert!(found(&network).is_empty());
}

#[test]
fn a_rest_state_that_cannot_be_is_reported_and_still_what_is_counted_from() {
    let mut network = network(4, 2, &[([3, 1], no(0)), ([3, 0], yes(1))]);
    network.clauses.push(Clause { literals: vec![Literal::new(0, true), Literal::new(1, true)], soft: false });
    let told = shorts(&network, Effort::default());
    assert!(!told.rest.admissible);
    assert_eq!((told.rest.clauses.as_slice(), told.rest.supplies.as_slice()), (&[0][..], &[][..]));
    assert_eq!((told.found.len(), told.found[0].actuated), (1, 1));
}

#[test]
fn two_references_are_a_fault_once_they_are_joined() {
    let mut network = network(7, 2, &[([1, 4], yes(0))]);
    network.rails[2] = Rail { node: 4, reference: 1, level: 1, gives: true, mains: false };
    network.references.push(5);
    assert!(found(&network).is_empty());
    network.contacts.push(Contact { ends: [0, 5], guard: yes(1) });
    let told = found(&network);
    assert_eq!((told.len(), told[0].relation, told[0].actuated, told[0].contacts), (1, Relation::Referenced, 2, 1));
    network.conductors.push([0, 5]);
    assert_eq!((found(&network)[0].relation, found(&network)[0].actuated), (Relation::Short, 1));
}

#[test]
fn two_nodes_of_one_net_need_no_contact() {
    let mut network = network(5, 1, &[]);
    network.conductors = vec![[3, 4]];
    let crate::Verdict::Joined(joining) = connectable(&network, 3, 4, Effort::default()) else { panic!("apart") };
    assert_eq!((joining.actuated, joining.contacts, joining.path.len()), (0, 0, 1));
}
