//! The search against all states of small random networks.

mod generate;
mod oracle;

use generate::{Random, network};
use oracle::{Oracle, Pair};
use switching::{Effort, Found, Least, Network, Relation, Shorts, Verdict, Via, connectable, shorts};

/// Efforts that leave the answer to one method or the other.
fn effort(seed: u64) -> Effort {
    match seed % 3 {
        0 => Effort { labels: 0, ..Effort::default() },
        _ => Effort::default(),
    }
}

#[test]
fn shorts_are_what_all_states_show() {
    let mut met = [0; 4];
    for seed in 1..3_000 {
        let network = network(&mut Random(seed));
        let shorts = shorts(&network, effort(seed));
        let oracle = Oracle::new(&network);
        if let Err(fault) = compare(&network, &shorts, &oracle) {
            panic!("seed {seed}: {fault}\n{network:#?}\n{shorts:#?}");
        }
        met[0] += u32::from(oracle.faults.is_empty());
        met[1] += u32::from(!oracle.faults.is_empty());
        met[2] += u32::from(shorts.found.iter().any(|found| found.only_software));
        met[3] += u32::from(shorts.found.iter().any(|found| found.relation == Relation::Referenced));
    }
    assert!(met.iter().all(|&count| count > 20), "clean, short, only software, referenced: {met:?}");
}

#[test]
fn any_two_nodes_are_joined_as_all_states_show() {
    let (mut met, mut never) = (0, 0);
    for seed in 10_001..12_000 {
        let mut random = Random(seed);
        let network = network(&mut random);
        let oracle = Oracle::new(&network);
        let (a, b) = (random.below(network.nodes), random.below(network.nodes));
        let wanted = oracle.least(&network, &[[a, b]]);
        let told = match connectable(&network, a, b, effort(seed)) {
            Verdict::Never => None,
            Verdict::Joined(joining) => {
                assert_eq!(joining.least, Least::Proved, "seed {seed}");
                walk(&network, a, b, &joining.path, &oracle.state(&network, &joining.state)).unwrap();
                Some((joining.actuated, joining.contacts))
            }
            Verdict::Open { .. } => panic!("seed {seed}: open"),
        };
        assert_eq!(told, wanted, "seed {seed}, {a} to {b}\n{network:#?}");
        never += u32::from(wanted.is_none());
        met += u32::from(wanted.is_some_and(|(actuated, _)| actuated > 0));
    }
    assert!(met > 300 && never > 300, "{met} {never}");
}

fn compare(network: &Network, shorts: &Shorts, oracle: &Oracle) -> Result<(), String> {
    if !shorts.open.is_empty() {
        return Err("open".into());
    }
    if shorts.rest.admissible != oracle.rest_admissible {
        return Err("rest".into());
    }
    for found in &shorts.found {
        check(network, found, oracle).map_err(|fault| format!("{fault}: {found:?}"))?;
    }
    let told: Vec<[u32; 2]> =
        shorts.found.iter().flat_map(|found| found.derived.iter().chain([&found.rails]).copied()).collect();
    for fault in &oracle.faults {
        let meets = |&[a, b]: &[u32; 2]| {
            let net = |rail: u32| fault.nets[network.rails[rail as usize].node as usize];
            net(a) == net(b)
        };
        if !told.iter().any(meets) {
            return Err(format!("state {:?} is a fault that nobody tells", fault.state));
        }
    }
    let stated: Vec<&Found> = shorts.found.iter().filter(|found| !oracle.wired(network, found.rails)).collect();
    let least = stated.iter().map(|found| (found.actuated, found.contacts)).min();
    if shorts.found.len() == stated.len() && least != oracle.least_fault(network) {
        return Err(format!("least {least:?}, but {:?}", oracle.least_fault(network)));
    }
    for pair in oracle.pairs(network).into_iter().filter(|_| oracle.all_hard(network)) {
        let Pair { rails, least, with_software } = pair;
        let same = |other: [u32; 2]| oracle.same_nets(network, rails, other);
        if shorts.found.iter().any(|found| found.derived.iter().any(|&other| same(other))) {
            continue;
        }
        let here: Vec<&Found> = shorts.found.iter().filter(|found| same(found.rails)).collect();
        if here.iter().map(|found| (found.actuated, found.contacts)).min() != least {
            return Err(format!("pair {rails:?}: {least:?}"));
        }
        if least.is_some() && here.iter().all(|found| found.only_software) == with_software {
            return Err(format!("pair {rails:?}: only software"));
        }
    }
    Ok(())
}

/// A finding by itself: its state, its path, what it counts.
fn check(network: &Network, found: &Found, oracle: &Oracle) -> Result<(), String> {
    let state = oracle.state(network, &found.state);
    let [a, b] = found.rails.map(|rail| network.rails[rail as usize].node);
    walk(network, a, b, &found.path, &state)?;
    if oracle.wired(network, found.rails) && found.relation != Relation::Referenced {
        return Ok(());
    }
    if found.least != Least::Proved {
        return Err("not proved".into());
    }
    if !switching::admissible(network, &state) {
        return Err("inadmissible".into());
    }
    let weights = found.state.iter().map(|literal| network.variables[literal.variable() as usize].weight);
    if found.actuated != weights.sum::<u32>() {
        return Err("actuated".into());
    }
    let opens = |via: Via| matches!(via, Via::Contact(contact) if network.contacts[contact as usize].guard != switching::Guard::ALWAYS);
    if found.contacts != found.path.iter().filter(|hop| opens(hop.via)).count() as u32 {
        return Err("contacts".into());
    }
    let nets = switching::joined(network, &state);
    if !oracle.fault(network, found.rails, &nets.of) {
        return Err("no fault".into());
    }
    Ok(())
}

fn walk(network: &Network, from: u32, to: u32, path: &[switching::Hop], state: &[bool]) -> Result<(), String> {
    let mut at = from;
    for hop in path {
        let ends = match hop.via {
            Via::Conductor(index) => network.conductors[index as usize],
            Via::Contact(index) => {
                let contact = &network.contacts[index as usize];
                if !contact.guard.closed(state) {
                    return Err(format!("contact {index} is open"));
                }
                contact.ends
            }
        };
        if ends != [at, hop.to] && ends != [hop.to, at] {
            return Err(format!("{hop:?} does not start at {at}"));
        }
        at = hop.to;
    }
    if at == to { Ok(()) } else { Err(format!("ends at {at}")) }
}
