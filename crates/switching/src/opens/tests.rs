//! Opens against taking each edge, node, group and pair out and flooding.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cut, Feed, Graph, Index, Single, feed, groups, pairs, points, single};
use crate::dice::Random;

#[derive(Debug)]
struct Case {
    nodes: u32,
    edges: Vec<[u32; 2]>,
    roots: Vec<u32>,
    needs: Vec<u32>,
    groups: Vec<Vec<u32>>,
}

/// Loops and parallel edges come by themselves; few edges leave parts dark.
fn case(seed: u64) -> Case {
    let mut random = Random::new(seed);
    let nodes = 1 + random.below(10);
    let edges = (0..random.below(16)).map(|_| [random.below(nodes), random.below(nodes)]).collect();
    let roots = random.some(3, nodes);
    let needs = random.some(6, nodes);
    let groups = (0..4).map(|_| random.some(6, nodes)).collect();
    Case { nodes, edges, roots, needs, groups }
}

impl Case {
    /// Needs without a root, by flooding what is left.
    fn dark(&self, open: &[u32], out: &[u32]) -> BTreeSet<u32> {
        let bit = |node: u32| 1u32 << node;
        let left = !out.iter().fold(0, |out, node| out | bit(*node));
        let mut lit = self.roots.iter().fold(0, |lit, root| lit | bit(*root)) & left;
        loop {
            let before = lit;
            for (edge, [a, b]) in (0u32..).zip(&self.edges) {
                let ends = bit(*a) | bit(*b);
                if lit & ends != 0 && ends & !left == 0 && !open.contains(&edge) {
                    lit |= ends;
                }
            }
            if lit == before {
                break;
            }
        }
        (0u32..).zip(&self.needs).filter(|(_, node)| lit & bit(**node) == 0).map(|(need, _)| need).collect()
    }

    /// What a fault takes beyond what is dark anyhow.
    fn lost(&self, open: &[u32], out: &[u32]) -> BTreeSet<u32> {
        &self.dark(open, out) - &self.dark(&[], &[])
    }
}

fn needs<'a>(feed: &Feed, ranges: impl IntoIterator<Item = &'a std::ops::Range<u32>>) -> BTreeSet<u32> {
    let mut all = BTreeSet::new();
    for range in ranges {
        for need in &feed.order[range.start as usize..range.end as usize] {
            assert!(all.insert(*need), "need {need} is lost twice");
        }
    }
    all
}

fn listed(feed: &Feed, singles: &[Single]) -> BTreeMap<u32, BTreeSet<u32>> {
    let listed: BTreeMap<_, _> = singles.iter().map(|single| (single.at, needs(feed, [&single.lost]))).collect();
    assert_eq!(listed.len(), singles.len(), "a fault is listed twice");
    listed
}

fn check(case: &Case, index: &mut Index) {
    let feed = feed(index, &case.roots, &case.needs);
    assert_eq!(feed.dark.iter().copied().collect::<BTreeSet<_>>(), case.dark(&[], &[]));
    let taking = |faults: u32, lost: &dyn Fn(u32) -> BTreeSet<u32>| -> BTreeMap<u32, BTreeSet<u32>> {
        (0..faults).map(|fault| (fault, lost(fault))).filter(|(_, lost)| !lost.is_empty()).collect()
    };
    let edges = u32::try_from(case.edges.len()).unwrap();
    let alone = listed(&feed, &single(&feed));
    assert_eq!(alone, taking(edges, &|edge| case.lost(&[edge], &[])), "single");
    assert_eq!(listed(&feed, &points(&feed)), taking(case.nodes, &|node| case.lost(&[], &[node])), "points");

    let together = groups(index, &feed, &case.groups, u64::MAX);
    assert!(together.open.is_empty());
    let together: BTreeMap<u32, BTreeSet<u32>> =
        together.lost.iter().map(|group| (group.group, needs(&feed, together.of(group)))).collect();
    let expected = taking(4, &|group| case.lost(&[], &case.groups[group as usize]));
    assert_eq!(together, expected, "groups");

    let pairs = pairs(&feed);
    let mut found = BTreeMap::new();
    for class in &pairs.classes {
        let cuts = pairs.edges(class);
        for (position, cut) in cuts.iter().enumerate() {
            for later in &cuts[position + 1..] {
                let lost = needs(&feed, &cut.lost(later));
                if !lost.is_empty() {
                    let two = [cut.edge.min(later.edge), cut.edge.max(later.edge)];
                    assert!(found.insert(two, lost).is_none(), "{two:?} is listed twice");
                }
            }
        }
    }
    assert_eq!(pairs.count(), found.len() as u64);
    let mut expected = BTreeMap::new();
    for a in 0..edges {
        for b in a + 1..edges {
            let lost = case.lost(&[a, b], &[]);
            if lost != &case.lost(&[a], &[]) | &case.lost(&[b], &[]) {
                expected.insert([a, b], lost);
            }
        }
    }
    assert_eq!(found, expected, "pairs");
}

#[test]
fn every_answer_is_what_flooding_says() {
    for seed in 0..4_000 {
        let case = case(seed);
        let mut index = Index::new(Graph { nodes: case.nodes, edges: &case.edges });
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&case, &mut index)));
        assert!(done.is_ok(), "seed {seed}: {case:?}");
    }
}

#[test]
fn an_index_serves_many_feeds() {
    let case = case(17);
    let mut index = Index::new(Graph { nodes: case.nodes, edges: &case.edges });
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let (roots, needs) = (random.some(3, case.nodes), random.some(6, case.nodes));
        check(
            &Case { roots, needs, edges: case.edges.clone(), groups: case.groups.clone(), nodes: case.nodes },
            &mut index,
        );
    }
}

#[test]
fn a_path_of_a_million_nodes_is_lost_from_the_break_on() {
    let nodes = 1_000_000;
    let edges: Vec<[u32; 2]> = (1..nodes).map(|node| [node - 1, node]).collect();
    let all: Vec<u32> = (0..nodes).collect();
    let mut index = Index::new(Graph { nodes, edges: &edges });
    let from_one_end = feed(&mut index, &[0], &all);
    let singles = single(&from_one_end);
    assert_eq!(singles.len(), edges.len());
    for single in &singles {
        assert_eq!(single.lost, single.at + 1..nodes);
    }
    assert_eq!(points(&from_one_end).len(), all.len());
    assert!(pairs(&from_one_end).classes.is_empty());

    let from_both = feed(&mut index, &[0, nodes - 1], &all);
    assert!(single(&from_both).is_empty());
    let pairs = pairs(&from_both);
    assert_eq!(pairs.classes.len(), 1);
    assert_eq!(pairs.count(), u64::from(nodes - 1) * u64::from(nodes - 2) / 2);
}

#[test]
fn edges_with_no_need_between_them_are_no_pair() {
    // A ring of four from node 0, and one need opposite.
    let edges = [[0, 1], [1, 2], [2, 3], [3, 0]];
    let mut index = Index::new(Graph { nodes: 4, edges: &edges });
    let feed = feed(&mut index, &[0], &[2]);
    let pairs = pairs(&feed);
    assert_eq!(pairs.count(), 4);
    let [class] = &pairs.classes[..] else { panic!("{pairs:?}") };
    let edges: Vec<u32> = pairs.edges(class).iter().map(|cut: &Cut| cut.edge).collect();
    assert_eq!(edges, [0, 1, 2, 3]);
}

#[test]
fn a_group_beyond_its_work_is_open_and_the_others_are_not() {
    let edges: Vec<[u32; 2]> = (1..100).map(|leaf| [0, leaf]).collect();
    let mut index = Index::new(Graph { nodes: 100, edges: &edges });
    let all: Vec<u32> = (1..100).collect();
    let feed = feed(&mut index, &[0], &all);
    let answer = groups(&mut index, &feed, &[vec![0, 1], vec![5, 6]], 20);
    assert_eq!(answer.open, [0]);
    let [group] = &answer.lost[..] else { panic!("{answer:?}") };
    assert_eq!(group.group, 1);
    let [range] = answer.of(group) else { panic!("{answer:?}") };
    assert_eq!(*range, 4..6);
}
