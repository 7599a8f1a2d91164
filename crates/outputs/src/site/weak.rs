//! Weak spots: what the build says of itself, what one failure takes, who can restart whom, and the states that matter.

use analysis::control::Verdict;
use askama::Template;

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::{markdown, names};
use crate::{control, faults, states};

/// Failures that the page lists; the command lists all.
const MOST: usize = 40;
/// Causes that a line names.
const CAUSES: usize = 10;

/// A row of failures with one consequence.
struct Failure {
    takes: Vec<(&'static str, String)>,
    causes: String,
}

#[derive(Template)]
#[template(path = "weak.html")]
struct Weak<'a> {
    shell: &'a Shell,
    weak: Vec<(String, String)>,
    failures: Vec<Failure>,
    more: usize,
    pairs: usize,
    undecided: usize,
    grips: Vec<(String, String, String, String)>,
    nobody: String,
    hang: String,
    stories: Vec<(String, Vec<String>)>,
    states: Vec<(String, String)>,
}

/// `weak.html`.
pub fn page(site: &Site<'_>) -> Page {
    let (build, facts) = (site.view.build, site.view.facts);
    let shell = Shell::new(
        site,
        "weak.html",
        "Weak spots",
        format!("What one failure of {} takes, and who can restart whom.", build.meta.title),
    );
    let failures = &facts.failures;
    let name = |device: &model::DeviceId| build.device(*device).name.as_str();
    let row = |devices: &[model::DeviceId]| names(devices.iter().map(name));
    let told = |group: &analysis::failures::Group| {
        let takes = &group.takes;
        let all =
            [("dark", &takes.dark), ("out of reach", &takes.unreachable), ("beyond control", &takes.uncontrollable)];
        let causes = faults::cause_names(build, &group.causes);
        let more = causes.len().saturating_sub(CAUSES);
        let shown = causes.into_iter().take(CAUSES).collect::<Vec<_>>().join(", ");
        Failure {
            takes: all
                .into_iter()
                .filter(|(_, devices)| !devices.is_empty())
                .map(|(word, devices)| (word, row(devices)))
                .collect(),
            causes: if more == 0 { shown } else { format!("{shown} and {more} more") },
        }
    };
    let hang = match facts.control.single_hang {
        Verdict::Free { controllers: 0, .. } => String::new(),
        Verdict::Free { controllers, states } => format!(
            "Proved: if any one of the {controllers} controllers hangs, whatever it holds, the others can bring back everything that a relay can cut ({states} states looked at)."
        ),
        Verdict::Found => "One controller that hangs at the wrong moment locks everybody out:".to_owned(),
        Verdict::NotProved { states } => {
            format!(
                "Not proved: {states} states were looked at, and there are more. Whether one hung controller can lock out is not known."
            )
        }
    };
    let locks = facts.control.lock_outs.iter().chain(&facts.control.beyond);
    let weak = Weak {
        shell: &shell,
        weak: build
            .weak
            .iter()
            .map(|weak| (row(&weak.what.iter().map(|(device, _)| *device).collect::<Vec<_>>()), markdown(&weak.why)))
            .collect(),
        failures: failures.groups.iter().take(MOST).map(told).collect(),
        more: failures.groups.len().saturating_sub(MOST),
        pairs: failures.pairs.len(),
        undecided: failures.open.causes.len(),
        grips: facts
            .control
            .grips
            .iter()
            .map(|grip| {
                let how = if grip.throw_nc { "off while energised" } else { "on while energised" };
                let coil = &build.part_of(grip.coil.0).coils[grip.coil.1 as usize].name;
                let coil = format!("{}.{coil}", name(&grip.coil.0));
                (name(&grip.controller).to_owned(), coil, name(&grip.load).to_owned(), how.to_owned())
            })
            .collect(),
        nobody: row(&facts.control.nobody),
        hang,
        stories: locks
            .map(|lock| {
                let remedies = lock.remedies.iter().map(|remedy| control::remedy_words(build, remedy)).collect();
                (control::story(build, lock), remedies)
            })
            .collect(),
        states: states::lines(site.view),
    };
    shell::page(&shell, &weak)
}
