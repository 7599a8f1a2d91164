//! Before the first step: what may hurt, when power is on, which tools, and that the meter can be trusted.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use model::guide::Step;
use model::wire::RunKind;

use super::Site;
use super::shell::{self, Page, Shell};
use super::steps::href;
use super::text::{count, markdown};

/// Number, title, address.
type StepLink = (usize, String, String);

#[derive(Template)]
#[template(path = "before.html")]
struct Before<'a> {
    shell: &'a Shell,
    work: String,
    live: Vec<StepLink>,
    dangers: Vec<(String, Vec<StepLink>)>,
    tools: Vec<(String, Vec<StepLink>)>,
    uses: Vec<&'a str>,
}

/// `before.html`.
pub fn page(site: &Site<'_>) -> Page {
    let build = site.view.build;
    let about = format!("Dangers, tools and rules of {}, and how to test the meter that tests it.", build.meta.title);
    let shell = Shell::new(site, "before.html", "Before you start", about);
    let link = |n: usize, step: &Step| (n + 1, step.title.clone(), href(site, n));
    let (mut dangers, mut tools) = (Told::default(), Told::default());
    let mut uses: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    for (n, step) in build.steps.iter().enumerate() {
        for danger in &step.danger {
            dangers.add(markdown(&danger.value), link(n, step));
        }
        for tool in &step.tools {
            let part = build.parts.iter().find(|part| part.id == tool.value);
            tools.add(part.map_or_else(|| tool.value.clone(), |part| part.name.clone()), link(n, step));
        }
        for (part, _) in &step.uses {
            if seen.insert(*part) {
                uses.push(&build.part(*part).name);
            }
        }
    }
    let steps = build.steps.iter().enumerate();
    let live = steps.filter(|(_, step)| !step.live.is_empty()).map(|(n, step)| link(n, step)).collect();
    shell::page(&shell, &Before { shell: &shell, work: work(site), live, dangers: dangers.all, tools: tools.all, uses })
}

/// Texts in the order in which steps say them first, each with its steps.
#[derive(Default)]
struct Told {
    all: Vec<(String, Vec<StepLink>)>,
    at: BTreeMap<String, usize>,
}

impl Told {
    fn add(&mut self, text: String, step: StepLink) {
        let at = *self.at.entry(text).or_insert_with_key(|text| {
            self.all.push((text.clone(), Vec::new()));
            self.all.len() - 1
        });
        let steps = &mut self.all[at].1;
        if steps.last() != Some(&step) {
            steps.push(step);
        }
    }
}

/// How much there is to do, in a sentence.
fn work(site: &Site<'_>) -> String {
    let build = site.view.build;
    let wires = build.runs.iter().filter(|run| matches!(run.what, RunKind::Wire(_) | RunKind::Inline(..))).count();
    let ends = build.wires.iter().map(|wire| build.attributes_of(wire).ends.iter().flatten().count()).sum::<usize>();
    let crimps = if ends == 0 { String::new() } else { format!(", {}", count(ends, "crimped end", "crimped ends")) };
    format!(
        "{}, {} to cut and land{crimps}, {} of software.",
        count(build.steps.len(), "step", "steps"),
        count(wires, "wire", "wires"),
        count(build.setups.len(), "step", "steps"),
    )
}
