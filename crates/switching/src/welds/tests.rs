//! Welds against trying each contact in each state.

use std::collections::VecDeque;

use super::shapes::throws;
use super::{Answer, Armature, welds};
use crate::contract::Contracted;
use crate::dice::Random;
use crate::standing::{Meeting, NONE, Standing};
use crate::{Clause, Contact, Effort, Guard, Network, Rail, Supply, Variable, admissible, joined};

/// Few nodes, changeovers and some odd contacts and `more`; with `mixed` all kinds of rails, clauses and supplies.
fn network(seed: u64, mixed: bool, more: u32) -> Network {
    let mut random = Random::new(seed);
    let nodes = 4 + random.below(9) + more / 3;
    let count = 1 + random.below(5);
    let mut network = Network { nodes, ..Network::default() };
    for _ in 0..count {
        network.variables.push(Variable { rest: random.one_in(6), weight: [1, 1, 1, 2, 0][random.below(5) as usize] });
    }
    for _ in 0..random.below(3) {
        network.conductors.push(random.pair(nodes));
    }
    for _ in 0..1 + random.below(5) {
        let [com, nc] = random.pair(nodes);
        let literal = random.literal(count);
        network.contacts.push(Contact { ends: [com, nc], guard: Guard::one(literal) });
        if !random.one_in(4) {
            network.contacts.push(Contact { ends: [com, random.below(nodes)], guard: Guard::one(literal.opposite()) });
        }
    }
    for _ in 0..random.below(4) + more {
        let guard = match random.below(6) {
            0 => Guard::ALWAYS,
            1 | 2 => Guard::one(random.literal(count)),
            _ => Guard::both(random.literal(count), random.literal(count)),
        };
        network.contacts.push(Contact { ends: random.pair(nodes), guard });
    }
    let references = if mixed { 1 + random.below(2) } else { 1 };
    network.references = (0..references).map(|_| random.below(nodes)).collect();
    for level in 0..2 + random.below(3) {
        let level = if mixed { random.below(3) } else { level };
        let (gives, mains) = (mixed && random.one_in(2), mixed && random.one_in(12));
        let reference = random.below(references);
        network.rails.push(Rail { node: random.below(nodes), reference, level, gives, mains });
    }
    for _ in 0..random.below(3) {
        let literals = (0..1 + random.below(3)).map(|_| random.literal(count)).collect();
        network.clauses.push(Clause { literals, soft: random.one_in(2) });
    }
    for _ in 0..if mixed { random.below(3) } else { 0 } {
        let when = random.literal(count);
        let any_of = (0..1 + random.below(2)).map(|_| (0..1 + random.below(2)).map(|_| random.pair(nodes)).collect());
        network.supplies.push(Supply { when, any_of: any_of.collect() });
    }
    network
}

/// One contact always closed, some never.
fn broken(network: &Network, weld: usize, stuck: &[usize]) -> Network {
    let mut broken = network.clone();
    broken.contacts[weld].guard = Guard::ALWAYS;
    for index in stuck {
        let node = broken.contacts[*index].ends[0];
        broken.contacts[*index] = Contact { ends: [node, node], guard: Guard::ALWAYS };
    }
    broken
}

fn states(network: &Network) -> impl Iterator<Item = Vec<bool>> {
    let count = network.variables.len();
    (0u32..1 << count).map(move |bits| (0..count).map(|bit| bits >> bit & 1 == 1).collect())
}

fn cost(network: &Network, state: &[bool]) -> u32 {
    let other = network.variables.iter().zip(state).filter(|(variable, value)| variable.rest != **value);
    other.map(|(variable, _)| variable.weight).sum()
}

/// Fewest contacts of `usable` from one net to another.
fn distance(metal: &Contracted<'_>, from: u32, to: u32, usable: impl Fn(u32, [u32; 2]) -> bool) -> Option<u32> {
    let mut far = vec![NONE; metal.nets.count as usize];
    let mut queue = VecDeque::from([from]);
    far[from as usize] = 0;
    while let Some(net) = queue.pop_front() {
        for edge in metal.edges.iter().filter(|edge| edge.ends.contains(&net) && usable(edge.contact, edge.ends)) {
            for end in edge.ends {
                if far[end as usize] == NONE {
                    far[end as usize] = far[net as usize] + 1;
                    queue.push_back(end);
                }
            }
        }
    }
    Some(far[to as usize]).filter(|far| *far != NONE)
}

/// Contacts of the shortest fault that is not wired in a state of a broken network, counted in the nets of the whole one.
fn fault(standing: &Standing<'_>, metal: &Contracted<'_>, broken: &Network, state: &[bool]) -> Option<u32> {
    let nets = joined(broken, state);
    let rails = &metal.network.rails;
    let same = |a: u32, b: u32| nets.of[a as usize] == nets.of[b as usize];
    let closed = |contact: u32, _: [u32; 2]| {
        let Contact { ends, guard } = broken.contacts[contact as usize];
        ends == metal.network.contacts[contact as usize].ends && guard.closed(state)
    };
    let mut least = None;
    for b in 0..u32::try_from(rails.len()).unwrap() {
        for a in (0..b).filter(|a| same(rails[*a as usize].node, rails[b as usize].node)) {
            let references = [a, b].map(|rail| metal.network.references[rails[rail as usize].reference as usize]);
            let there = match standing.meeting(a, b) {
                Meeting::Fine => false,
                Meeting::Hard(_) => metal.net(rails[a as usize].node) != metal.net(rails[b as usize].node),
                Meeting::If(_) => same(references[0], references[1]),
            };
            let mut ends = [a, b].map(|rail| metal.net(rails[rail as usize].node));
            if ends[0] == ends[1] {
                ends = references.map(|node| metal.net(node));
            }
            let [from, to] = ends;
            if there {
                let far = distance(metal, from, to, closed).unwrap();
                least = Some(least.map_or(far, |least: u32| least.min(far)));
            }
        }
    }
    least
}

/// Cost and contacts of the least state that the test accepts.
fn least(network: &Network, broken: &Network, test: impl Fn(&[bool]) -> Option<u32>) -> Option<(u32, u32)> {
    let possible = states(network).filter(|state| admissible(broken, state));
    possible.filter_map(|state| test(&state).map(|contacts| (cost(network, &state), contacts))).min()
}

fn harden(network: &Network) -> Network {
    let mut hard = network.clone();
    for clause in &mut hard.clauses {
        clause.soft = false;
    }
    hard
}

/// Compares each contact's answer with what trying says of it, for a healthy or a broken network.
fn compare(network: &Network, judge: impl Fn(&Network, usize, &[bool]) -> Option<u32>) -> usize {
    let welds = welds(network, Effort::default());
    let mut shorts = 0;
    for (weld, contact) in network.contacts.iter().enumerate() {
        if contact.guard.never() {
            assert_eq!(welds.answer(u32::try_from(weld).unwrap()), Answer::Harmless);
            continue;
        }
        let stuck: Vec<usize> =
            (0..network.contacts.len()).filter(|other| throws(contact, &network.contacts[*other])).collect();
        let run = |stuck: &[usize], hard: bool| {
            let broken = broken(network, weld, stuck);
            let admitted = if hard { harden(&broken) } else { broken.clone() };
            least(network, &admitted, |state| judge(&broken, weld, state))
        };
        let expected = run(&[], false);
        let index = u32::try_from(weld).unwrap();
        let Answer::Short(short) = welds.answer(index) else {
            assert_eq!((expected, welds.answer(index)), (None, Answer::Harmless), "contact {weld}");
            continue;
        };
        shorts += 1;
        let found = (short.actuated, u32::try_from(short.path.len()).unwrap());
        assert_eq!(Some(found), expected, "contact {weld}: {short:?}");
        assert_eq!(short.at_least, short.actuated);
        let either = stuck.is_empty() || run(&stuck, false).is_some();
        let armature = if either { Armature::Either } else { Armature::Moving };
        assert_eq!(short.armature, armature, "contact {weld}: {short:?}");
        assert_eq!(short.only_software, run(&[], true).is_none(), "contact {weld}: {short:?}");

        let mut state = network.rest();
        for literal in short.state {
            assert!(!literal.holds(&state));
            state[literal.variable() as usize] = literal.value();
        }
        assert_eq!(cost(network, &state), short.actuated);
        assert!(admissible(&broken(network, weld, &[]), &state), "contact {weld}: {short:?}");
        for step in short.path {
            assert!(*step == index || network.contacts[*step as usize].guard.closed(&state));
        }
    }
    assert_eq!(welds.shorts().count(), shorts);
    shorts
}

fn each(seeds: std::ops::Range<u64>, mixed: bool, more: u32, mut check: impl FnMut(&Network) -> usize) -> usize {
    let run = |seed| {
        let network = network(seed, mixed, more);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&network)));
        done.unwrap_or_else(|_| panic!("seed {seed}: {network:?}"))
    };
    seeds.map(run).sum()
}

#[test]
fn in_a_network_without_shorts_a_weld_does_what_trying_says() {
    let shorts = each(0..1_500, true, 0, |network| {
        let metal = Contracted::new(network);
        let standing = Standing::new(&metal);
        if least(network, network, |state| fault(&standing, &metal, network, state)).is_some() {
            return 0;
        }
        compare(network, |broken, _, state| fault(&standing, &metal, broken, state))
    });
    assert!(shorts > 200, "{shorts}");
}

#[test]
fn in_a_network_with_shorts_a_weld_must_add_one_to_its_place() {
    for (seeds, more, least) in [(0..700, 0, 300), (0..15, 30, 50)] {
        let shorts = each(seeds, false, more, |network| {
            let metal = Contracted::new(network);
            let standing = Standing::new(&metal);
            compare(network, |broken, weld, state| added(&standing, &metal, broken, weld, state))
        });
        assert!(shorts > least, "{shorts}");
    }
}

#[test]
fn with_little_effort_nothing_wrong_is_said() {
    let mut open = 0;
    each(0..12, false, 30, |network| {
        let metal = Contracted::new(network);
        let standing = Standing::new(&metal);
        let welds = welds(network, Effort { labels: 2, conflicts: 1, rounds: 1 });
        for (weld, index) in (0..network.contacts.len()).zip(0..) {
            let broken = broken(network, weld, &[]);
            let truth = least(network, &broken, |state| added(&standing, &metal, &broken, weld, state));
            match welds.answer(index) {
                Answer::Harmless => assert!(truth.is_none() || network.contacts[weld].guard.never(), "contact {weld}"),
                Answer::Open(bound) => {
                    open += 1;
                    assert!(truth.is_none_or(|(actuated, _)| bound.at_least <= actuated), "contact {weld}");
                }
                Answer::Short(short) => {
                    let (actuated, _) = truth.unwrap();
                    assert!((short.at_least..=short.actuated).contains(&actuated), "contact {weld}: {short:?}");
                }
            }
        }
        0
    });
    assert!(open > 30, "{open}");
}

/// Contacts of the shortest join that a weld adds: of two rails by one contact, or by an island without other rails.
fn added(
    standing: &Standing<'_>,
    metal: &Contracted<'_>,
    broken: &Network,
    weld: usize,
    state: &[bool],
) -> Option<u32> {
    let index = u32::try_from(weld).unwrap();
    let edge = metal.edges.iter().find(|edge| edge.contact == index)?;
    let healthy = |contact: u32| metal.network.contacts[contact as usize].guard.closed(state);
    let bare = |net: u32| standing.at(net) == NONE;
    let Some(start) = edge.ends.into_iter().find(|end| bare(*end)) else {
        return (!healthy(index)).then_some(1);
    };
    let island: Vec<bool> = (0..metal.nets.count)
        .map(|net| bare(net) && distance(metal, start, net, |_, ends| ends.iter().all(|end| bare(*end))).is_some())
        .collect();
    let inside = |net: u32| island[net as usize];
    let mut least = None;
    for (at, p) in standing.nets.iter().enumerate() {
        for q in &standing.nets[..at] {
            let here = |ends: [u32; 2]| {
                ends.iter().all(|end| end == p || end == q || inside(*end)) && ends.iter().any(|end| inside(*end))
            };
            let closed = |contact: u32| {
                let Contact { ends, guard } = broken.contacts[contact as usize];
                ends == metal.network.contacts[contact as usize].ends && guard.closed(state)
            };
            if distance(metal, *p, *q, |contact, ends| here(ends) && healthy(contact)).is_none()
                && let Some(far) = distance(metal, *p, *q, |contact, ends| here(ends) && closed(contact))
            {
                least = Some(least.map_or(far, |least: u32| least.min(far)));
            }
        }
    }
    least
}
