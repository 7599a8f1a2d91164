//! Certificates: why no state joins two conflicting rails, written down so that a small separate program can check it.
//!
//! The format and what it must prove are in `docs/certificate.md`. Only lazy cuts are used here: each cut and each learnt clause
//! is a line. Where propagation alone makes the cuts contradict each other, only those that it takes are written.

mod asked;
mod proof;
mod script;
mod units;

use crate::{
    Effort, Network, Open, Relation,
    contract::Contracted,
    hard::wired,
    limits::{Known, Limits},
    question::{Bench, Question},
    reach::Walker,
    standing::{NONE, Standing},
};
use asked::{Asked, Ground, Scope};
use proof::{Outcome, prove};
use script::Script;

/// Why there is no certificate.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Uncertified {
    /// Rails in conflict that some admissible state joins: indices in [`Network::rails`].
    pub joined: Vec<[u32; 2]>,
    /// Questions that the effort did not suffice for. `at_least` is 0: costs are not looked at here.
    pub open: Vec<Open>,
}

/// The certificate that no admissible state joins two conflicting rails.
///
/// # Errors
/// [`Uncertified`] where some state does, or where lazy cuts alone find no proof within the effort.
pub fn certify(network: &Network, effort: Effort) -> Result<String, Uncertified> {
    let metal = Contracted::new(network);
    let standing = Standing::new(&metal);
    let mut failed = Uncertified { joined: Vec::new(), open: Vec::new() };
    failed.joined.extend(wired(&metal, &standing, &mut None).into_iter().map(|wired| wired.rails));
    if !failed.joined.is_empty() {
        return Err(failed);
    }
    let limits = Limits::new(&metal, false);
    let ground = Ground::new(&metal, &standing);
    let mut bench = Bench {
        state: limits.rest.clone(),
        known: Known::new(limits.rest.len()),
        walker: Walker::new(metal.nets.count),
        local: vec![NONE; metal.nets.count as usize],
        work: 0,
    };
    let mut script = Script::new(&limits);
    for asked in &ground.asked {
        let Scope { core, hanging } = ground.scope(asked, &mut bench.local);
        let also = asked.references.map(|pair| pair.map(|index| metal.net(network.references[index as usize])));
        let question =
            Question { core: &core, around: core.around(), also: also.into_iter().collect(), limits: &limits };
        let before = bench.work;
        match prove(&question, effort, &mut bench) {
            Outcome::Proved(steps) => {
                let stands = asked.stands.map(|stand| standing.nets[stand as usize]);
                script.open(stands, ground.inside(asked), asked.references);
                script.proof(&steps, &core, &hanging, &mut bench.walker);
            }
            Outcome::Joined => failed.joined.push(rails(&standing, asked)),
            Outcome::Spent => failed.open.push(Open {
                rails: rails(&standing, asked),
                relation: if asked.references.is_some() { Relation::Referenced } else { Relation::Short },
                island: script.some_nodes(&core),
                contacts: core.branches.len() as u32,
                variables: core.variables().len() as u32,
                at_least: 0,
                work: bench.work - before,
            }),
        }
    }
    if failed == Uncertified::default() { Ok(script.text) } else { Err(failed) }
}

/// Two rails that a question is about.
fn rails(standing: &Standing<'_>, asked: &Asked) -> [u32; 2] {
    let [p, q] = asked.stands;
    let fault = standing.faults(p, q).into_iter().next();
    fault.expect("only rail nets with a fault between them are asked for").rails
}
