//! A meeting of potentials told as a finding: the line to change, the way, how few must move, and what alone prevents it.

use analysis::nets::Link;
use analysis::potentials::SourceRef;
use analysis::states::Meeting;
use model::part::Mover;
use source::{Finding, Rule};

use crate::nets::dead_short::name;
use crate::{Context, story};

/// A finding whose subject is the throw that closes, at the wire behind it.
pub(super) fn finding(context: Context<'_>, rule: &'static Rule, short: &Meeting, message: String) -> Finding {
    let Context { build, facts } = context;
    // The contact that closes last on the way is the one whose throw has the wrong wire; behind it, else before it, stands a wire.
    let closing = short.contacts.iter().rev().find(|&&number| {
        let guard = facts.circuit.network.contacts[number as usize].guard;
        guard.literals().any(|literal| short.state.contains(&literal))
    });
    let throw = closing.or(short.contacts.last()).map(|&number| &facts.circuit.throws[number as usize]);
    let subject = throw.map_or_else(|| build.path(short.terminals[0]), |throw| build.path(throw.ends[1]));
    let wire = throw.and_then(|throw| {
        let at = short.path.iter().position(|hop| hop.by == Link::Contact(throw.contact.0, throw.contact.1))?;
        let hop = &short.path[at];
        let (before, behind) = (&short.path[..at], &short.path[at + 1..]);
        // The throw's side of the contact, not the common's.
        if hop.to == throw.ends[1] {
            story::wires(behind).next().or_else(|| story::wires(before).next_back())
        } else {
            story::wires(before).next_back().or_else(|| story::wires(behind).next())
        }
    });
    let span = match (wire, throw) {
        (Some(wire), _) => build.wire(wire).span,
        (None, Some(throw)) => build.device(throw.contact.0).span,
        (None, None) => build.device(short.ends[1].0.device).span,
    };
    let mut finding = story::told(build, Finding::new(rule, subject, span, message), &short.path, "the way: ");
    if short.actuated > short.at_least {
        let least = short.at_least;
        finding = finding.with_note(format!("a state with {least} moved may do it too: that was not proved"));
    } else if short.actuated > 1 {
        finding = finding.with_note(format!("no state with fewer than {} of them moved does it", short.actuated));
    }
    for &rule in &short.only_software {
        let rule = &build.control.rules[rule as usize];
        finding = finding.with_note(format!("only software prevents this: `rule.{}`", rule.id.value));
    }
    if short.derived > 0 {
        let more =
            if short.derived == 1 { "one more pair".to_owned() } else { format!("{} more pairs", short.derived) };
        finding = finding.with_note(format!("the same joins {more} of potentials"));
    }
    finding
}

/// ``5v of `psu` (5 V)``, or its return.
pub(super) fn end(context: Context<'_>, (source, plus): (SourceRef, bool)) -> String {
    if plus { name(context, source) } else { format!("the return of {}", name(context, source)) }
}

/// `k8.k[3]` of a contact: its mover if it has one, else the contact.
pub(super) fn moved(context: Context<'_>, (device, index): (model::DeviceId, u32)) -> String {
    let part = context.build.part_of(device);
    let contact = &part.contacts[index as usize];
    let mover = match contact.by {
        Some(Mover::Coil(coil)) => part.coils.get(coil as usize).map(|coil| coil.name.as_str()),
        Some(Mover::Lever(lever)) => part.levers.get(lever as usize).map(|lever| lever.name.as_str()),
        None => None,
    };
    format!("{}.{}", context.build.device(device).name, mover.unwrap_or(&contact.name))
}
