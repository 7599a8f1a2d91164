//! The proof of a clean as a file: written from the search, and read back against the workspace and the separate checker.

use analysis::circuit::Circuit;
use model::{Build, Terminal};
use switching::{Effort, Literal, certify};

use crate::Checked;

/// The certificate that no state joins two conflicting potentials, its nodes named by one terminal each.
///
/// # Errors
/// What meets in some state, or what the counted work did not decide: then there is nothing to certify.
pub fn write(checked: &Checked) -> Result<String, String> {
    whole(checked)?;
    let circuit = &checked.facts.circuit;
    let text = certify(&circuit.network, Effort::default()).map_err(|failed| {
        let ends = |rails: &[u32; 2]| {
            let names = rails.map(|rail| checked.build.path(circuit.rail_terminal(&checked.build, rail)));
            format!("`{}` and `{}`", names[0], names[1])
        };
        match (failed.joined.first(), failed.open.first()) {
            (Some(rails), _) => {
                format!("no certificate: {} meet in some state; `wireloom check` says which", ends(rails))
            }
            (None, Some(open)) => format!("no certificate: whether {} can meet was not decided", ends(&open.rails)),
            (None, None) => "no certificate".to_owned(),
        }
    })?;
    let at = text.find("\nprove ").map_or(text.len(), |at| at + 1);
    let (network, proofs) = text.split_at(at);
    Ok(format!("{network}{}{proofs}", names(checked)))
}

/// What did not bind is not in the network, and a proof without it would be of another build.
fn whole(checked: &Checked) -> Result<(), String> {
    match checked.unbound() {
        0 => Ok(()),
        count => Err(format!(
            "no proof: {count} errors of reading and binding leave parts of the build out; `wireloom check` lists them"
        )),
    }
}

/// `name 12 psu.main.com[1]` for each node that the network uses, by its lowest terminal.
fn names(checked: &Checked) -> String {
    let (build, metal, network) = (&checked.build, &checked.facts.metal, &checked.facts.circuit.network);
    let mut used: Vec<u32> = network.contacts.iter().flat_map(|contact| contact.ends).collect();
    used.extend(network.rails.iter().map(|rail| rail.node));
    used.sort_unstable();
    used.dedup();
    let first = |node: u32| -> Option<Terminal> { metal.members(analysis::nets::NetId(node)).first().copied() };
    used.into_iter().filter_map(|node| Some(format!("name {node} {}\n", build.path(first(node)?)))).collect()
}

/// Checks a certificate: that it speaks of this workspace, and that it proves what it says.
///
/// # Errors
/// The first thing that is not so, with its line in the file where there is one.
pub fn verify(checked: &Checked, text: &str) -> Result<String, String> {
    whole(checked)?;
    let theirs = verify::network(text).map_err(|refusal| refusal.to_string())?;
    let ours = spoken(&checked.facts.circuit);
    if let Some(part) = differs(&ours, &theirs) {
        return Err(format!("the certificate is of another build, or of this one before a change: its {part} differ"));
    }
    let verified = verify::verify(text).map_err(|refusal| refusal.to_string())?;
    let build = &checked.build;
    if !verified.rest {
        return Err("the state at rest is not one that the network allows, so that the claim is hollow".to_owned());
    }
    Ok(format!(
        "verified: in no state of {} coils and levers of `{}` do two potentials meet that must stay apart\n\
         {} questions, {} cuts recomputed, {} clauses derived, {} steps\n",
        ours.variables.len(),
        name(build),
        verified.questions,
        verified.cuts,
        verified.derived,
        verified.steps
    ))
}

fn name(build: &Build) -> &str {
    if build.meta.name.is_empty() { "this workspace" } else { &build.meta.name }
}

fn signed(literal: Literal) -> i32 {
    let number = i32::try_from(literal.variable()).expect("variables are bounded") + 1;
    if literal.value() { number } else { -number }
}

/// The network in the checker's own words.
fn spoken(circuit: &Circuit) -> verify::Network {
    let network = &circuit.network;
    let literals = |guard: switching::Guard| {
        let mut two = [0; 2];
        for (slot, literal) in two.iter_mut().zip(guard.literals()) {
            *slot = signed(literal);
        }
        two
    };
    verify::Network {
        nodes: network.nodes,
        variables: network.variables.iter().map(|variable| (variable.rest, variable.weight)).collect(),
        conductors: network.conductors.clone(),
        contacts: network
            .contacts
            .iter()
            .map(|contact| verify::Contact { ends: contact.ends, literals: literals(contact.guard) })
            .collect(),
        references: network.references.clone(),
        rails: network
            .rails
            .iter()
            .map(|rail| verify::Rail {
                node: rail.node,
                reference: rail.reference,
                level: rail.level,
                gives: rail.gives,
                mains: rail.mains,
            })
            .collect(),
        clauses: network
            .clauses
            .iter()
            .filter(|clause| !clause.soft)
            .map(|clause| clause.literals.iter().map(|literal| signed(*literal)).collect())
            .collect(),
        supplies: network
            .supplies
            .iter()
            .map(|supply| verify::Supply { when: signed(supply.when), any_of: supply.any_of.clone() })
            .collect(),
        names: Vec::new(),
    }
}

/// The first part in which two networks differ; names are for people.
fn differs(ours: &verify::Network, theirs: &verify::Network) -> Option<&'static str> {
    [
        ("nodes", ours.nodes == theirs.nodes),
        ("coils and levers", ours.variables == theirs.variables),
        ("conductors", ours.conductors == theirs.conductors),
        ("contacts", ours.contacts == theirs.contacts),
        ("references", ours.references == theirs.references),
        ("sources", ours.rails == theirs.rails),
        ("interlocks", ours.clauses == theirs.clauses),
        ("supplies of coils", ours.supplies == theirs.supplies),
    ]
    .into_iter()
    .find(|(_, same)| !same)
    .map(|(part, _)| part)
}
