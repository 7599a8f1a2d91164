//! Weak spots: what the build says of itself, what one failure takes, sneak paths, and the states that matter.

mod sneaks;

use askama::Template;

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::{markdown, names};
use crate::{faults, states};

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
    sneaks: Vec<sneaks::Kind>,
    unsearched: String,
    states: Vec<(String, String)>,
    drawn: bool,
}

/// `weak.html`.
pub fn page(site: &Site<'_>) -> Page {
    let (build, facts) = (site.view.build, site.view.facts);
    let shell = Shell::new(
        site,
        "weak.html",
        "Weak spots",
        format!("What one failure of {} takes, and where current goes that nobody drew.", build.meta.title),
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
        sneaks: sneaks::kinds(build, &facts.sneaks),
        unsearched: row(&facts.sneaks.open),
        states: states::lines(site.view),
        drawn: site.has_states,
    };
    shell::page(&shell, &weak)
}
