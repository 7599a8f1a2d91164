//! The hardware steps, one page each, and all of them on one page.

use std::collections::BTreeMap;

use analysis::assembly::Place;
use askama::Template;
use model::guide::{Photo, Step};
use model::wire::RunKind;
use model::{PartId, RunId, Terminal};

use super::Site;
use super::drawing::{self, Frame};
use super::howto;
use super::marks::Mark;
use super::shell::{self, Page, Shell};
use super::text::{count, markdown, names, safe_address};
use super::wires::{Row, row};
use super::wiring::{at_rest, net_of};

/// A heading with its steps.
pub struct Group {
    /// Heading; may be empty.
    pub title: String,
    /// Steps.
    pub steps: Vec<Entry>,
}

/// A step in a list.
pub struct Entry {
    /// From 1.
    pub number: usize,
    /// Id, for ticks.
    pub id: String,
    /// Of what the step says, so that a tick of something else is seen.
    pub mark: String,
    /// Heading.
    pub title: String,
    /// Below `site/`.
    pub href: String,
}

/// A step as its page shows it.
pub struct Shown {
    number: usize,
    of: usize,
    id: String,
    mark: String,
    group: String,
    title: String,
    action: String,
    dangers: Vec<String>,
    warnings: Vec<String>,
    notes: Vec<String>,
    parts: Vec<Chip>,
    tools: Vec<String>,
    sets: Vec<String>,
    wires: Vec<Row>,
    drawing: Option<String>,
    /// Sheets of the wiring that show what the step has no drawing of.
    sheets: Vec<(String, String)>,
    boards: Vec<(String, String)>,
    covers: Vec<String>,
    live: Vec<String>,
    have: String,
    checks: Vec<(String, String)>,
    photos: Vec<(String, String, String)>,
    links: Vec<(String, String)>,
}

/// Things that a step uses.
struct Chip {
    count: usize,
    name: String,
    which: String,
}

#[derive(Template)]
#[template(path = "step.html")]
struct StepPage<'a> {
    shell: &'a Shell,
    step: Shown,
    before: Option<Entry>,
    after: Option<Entry>,
}

#[derive(Template)]
#[template(path = "all.html")]
struct All<'a> {
    shell: &'a Shell,
    steps: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "steps.html")]
struct List<'a> {
    shell: &'a Shell,
    groups: Vec<Group>,
    setups: usize,
    howto: String,
}

/// Steps under their headings, in order.
pub fn groups(site: &Site<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (n, step) in site.view.build.steps.iter().enumerate() {
        let title = step.group.clone().unwrap_or_default();
        if groups.last().is_none_or(|group| group.title != title) {
            groups.push(Group { title, steps: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.steps.push(entry(site, n));
        }
    }
    groups
}

fn entry(site: &Site<'_>, n: usize) -> Entry {
    let step = &site.view.build.steps[n];
    let mark = site.marks[n].clone();
    Entry { number: n + 1, id: step.id.value.clone(), mark, title: step.title.clone(), href: href(site, n) }
}

/// `steps/07-land-feeds.html`.
pub fn href(site: &Site<'_>, n: usize) -> String {
    let id = &site.view.build.steps[n].id.value;
    format!("steps/{:02}-{}.html", n + 1, model::device::slug(id))
}

/// All pages of steps.
pub fn pages(site: &Site<'_>) -> Vec<Page> {
    let build = site.view.build;
    let title = &build.meta.title;
    let shell = Shell::new(site, "steps/index.html", "Steps", format!("How to put {title} together, step by step."));
    let mut pages = vec![shell::page(
        &shell,
        &List { shell: &shell, groups: groups(site), setups: build.setups.len(), howto: howto::text(site) },
    )];
    for (n, step) in build.steps.iter().enumerate() {
        let description = format!("Step {} of {title}: {}.", n + 1, step.title);
        let shell = Shell::new(site, href(site, n), format!("{}. {}", n + 1, step.title), description);
        let before = n.checked_sub(1).map(|n| entry(site, n));
        let after = (n + 1 < build.steps.len()).then(|| entry(site, n + 1));
        pages.push(shell::page(&shell, &StepPage { shell: &shell, step: shown(site, n, step, ""), before, after }));
    }
    let shell =
        Shell::new(site, "all.html", "All steps", format!("All steps of {title} on one page, to print or to search."));
    let steps = build.steps.iter().enumerate().map(|(n, step)| shown(site, n, step, &format!("s{}-", n + 1))).collect();
    pages.push(shell::page(&shell, &All { shell: &shell, steps }));
    pages
}

fn shown(site: &Site<'_>, n: usize, step: &Step, prefix: &str) -> Shown {
    let root = if prefix.is_empty() { "../" } else { "" };
    let boards = boards(site, step, root);
    let drawing = excerpt(site, n, step, prefix);
    let sheets = match drawing {
        None => site.sheets.links(&work(site, step).into_keys().collect(), root),
        Some(_) => Vec::new(),
    };
    Shown { drawing, sheets, boards, mark: site.marks[n].clone(), ..said(site, n, step) }
}

/// By step: a mark of what it says, the same as long as it tells the same work on the same things.
///
/// Its number, its drawing, its photographs and its links are left out: they show the work and do not change it.
pub fn marks(site: &Site<'_>) -> Vec<String> {
    let mark = |(n, step)| {
        let said = said(site, n, step);
        let mut mark = Mark::new();
        mark.text(&said.title);
        mark.text(&said.action);
        mark.text(&said.have);
        for texts in [&said.dangers, &said.warnings, &said.notes, &said.tools, &said.sets, &said.covers, &said.live] {
            mark.texts(texts.iter().map(String::as_str));
        }
        mark.texts(said.parts.iter().flat_map(|chip| [chip.name.as_str(), &chip.which]));
        mark.texts(said.checks.iter().flat_map(|(measure, expect)| [measure.as_str(), expect]));
        for Row { tag, from, to, colour, gauge, length, ends, what, done, .. } in &said.wires {
            let cells = [tag, from, to, colour, gauge, length, &ends[0], &ends[1], what, done];
            mark.texts(cells.into_iter().map(String::as_str));
        }
        mark.finish()
    };
    site.view.build.steps.iter().enumerate().map(mark).collect()
}

/// All that a step says in words.
fn said(site: &Site<'_>, n: usize, step: &Step) -> Shown {
    let build = site.view.build;
    let texts = |texts: &[source::Text]| texts.iter().map(|text| markdown(&text.value)).collect::<Vec<_>>();
    let lever = |device: model::DeviceId, lever: u32| {
        build.part_of(device).levers.get(lever as usize).map_or("?", |lever| &lever.name)
    };
    let wires = handled(site, n, step);
    Shown {
        number: n + 1,
        of: build.steps.len(),
        id: step.id.value.clone(),
        mark: String::new(),
        group: step.group.clone().unwrap_or_default(),
        title: step.title.clone(),
        action: step.action.as_ref().map_or(String::new(), |action| markdown(&action.value)),
        dangers: texts(&step.danger),
        warnings: texts(&step.warning),
        notes: texts(&step.note),
        parts: chips(site, step),
        tools: step
            .tools
            .iter()
            .map(|tool| {
                build
                    .parts
                    .iter()
                    .find(|part| part.id == tool.value)
                    .map_or(tool.value.clone(), |part| part.name.clone())
            })
            .collect(),
        sets: step
            .sets
            .iter()
            .map(|(device, index, position)| {
                format!("{} {} to {}", build.device(*device).name, lever(*device, *index), position.value)
            })
            .collect(),
        drawing: None,
        sheets: Vec::new(),
        boards: Vec::new(),
        wires,
        covers: covers(site, step),
        live: step.live.iter().map(|(device, _)| build.device(*device).name.clone()).collect(),
        have: step.have.as_deref().map_or(String::new(), markdown),
        checks: step.checks.clone(),
        photos: step.photos.iter().map(|photo| (photo.url.clone(), photo.alt.clone(), credit(site, photo))).collect(),
        links: step.links.iter().map(|link| (link.title.clone(), safe_address(&link.url.value).to_owned())).collect(),
    }
}

/// Whose a photograph is: as written, else whoever of those credited has their name in its address.
fn credit(site: &Site<'_>, photo: &Photo) -> String {
    let credited = || site.view.build.meta.credit.iter().find(|(name, ..)| photo.url.contains(&format!("/{name}/")));
    photo.credit.clone().or_else(|| credited().map(|credit| credit.0.clone())).unwrap_or_default()
}

/// Runs that a step handles, with what it does to each.
fn work(site: &Site<'_>, step: &Step) -> BTreeMap<RunId, Vec<String>> {
    let build = site.view.build;
    let end = |end: u8| if end == 0 { "from" } else { "to" };
    let mut work: BTreeMap<RunId, Vec<String>> = BTreeMap::new();
    for (run, _) in &step.wires {
        work.entry(*run).or_default().push("both ends".to_owned());
    }
    for (run, _) in &step.cut {
        work.entry(*run).or_default().push("cut".to_owned());
    }
    for (run, at, _) in &step.land {
        work.entry(*run).or_default().push(format!("land “{}”", end(*at)));
    }
    for (run, at, terminal, _) in &step.park {
        work.entry(*run).or_default().push(format!("park “{}” at {}", end(*at), build.shown(*terminal)));
    }
    for (run, at, _) in &step.moved {
        work.entry(*run).or_default().push(format!("move “{}” to its place", end(*at)));
    }
    work
}

/// Boards that a step puts in or lands wires on.
fn boards(site: &Site<'_>, step: &Step, root: &str) -> Vec<(String, String)> {
    let build = site.view.build;
    let mut devices: Vec<model::DeviceId> = step.fits.iter().map(|(device, _)| *device).collect();
    for run in work(site, step).into_keys() {
        match &build.run(run).what {
            RunKind::Wire(wire) => devices.extend(build.wire(*wire).ends.map(|end| build.owner(end))),
            RunKind::Inline(first, _, last) => {
                devices.extend([build.wire(*first).ends[0], build.wire(*last).ends[1]].map(|end| build.owner(end)));
            }
            RunKind::Cable(_, one, two) => devices.extend([one, two].iter().flat_map(|m| m.ends).map(|end| end.0)),
            RunKind::Plug(mate) => devices.extend(mate.ends.map(|end| end.0)),
        }
    }
    site.boards.links(build, devices, root)
}

fn handled(site: &Site<'_>, _n: usize, step: &Step) -> Vec<Row> {
    work(site, step).into_iter().map(|(run, done)| Row { done: done.join(", "), ..row(site, run) }).collect()
}

/// The runs that a step touches, each end where it is after the step.
fn excerpt(site: &Site<'_>, n: usize, step: &Step, prefix: &str) -> Option<String> {
    let runs: Vec<RunId> = work(site, step).into_keys().collect();
    let mut ends: BTreeMap<(RunId, u8), Option<Terminal>> = BTreeMap::new();
    let mut drawn = Vec::new();
    for run in runs {
        let places = [0usize, 1].map(|end| site.view.facts.assembly.runs[run.0 as usize].place(end, n));
        if places.iter().all(|place| *place == Place::Loose) {
            continue;
        }
        for (end, place) in [0u8, 1].into_iter().zip(places) {
            match place {
                Place::Landed => {}
                Place::Parked(terminal) => drop(ends.insert((run, end), Some(terminal))),
                Place::Loose => drop(ends.insert((run, end), None)),
            }
        }
        drawn.push(run);
    }
    if drawn.len() > drawing::WHOLE_LINES {
        return None;
    }
    let net_of = net_of(site.view, &site.nets);
    let mut graph = drawing::of_runs(site.view.build, &net_of, &drawn, &ends);
    graph.add_blades(site.view.build, at_rest(site.view));
    graph.add_symbols(site.view.build, &site.poles);
    let title = format!("Step {}: {}", n + 1, step.title);
    let description = format!(
        "{} of this step, from box to box; the table beside it says the same.",
        count(graph.edges.len(), "line", "lines")
    );
    drawing::svg(&graph, &Frame { prefix, title: &title, description: &description, caption: &[], letters: false })
}

fn chips(site: &Site<'_>, step: &Step) -> Vec<Chip> {
    let build = site.view.build;
    let mut chips: BTreeMap<PartId, (Vec<&str>, Vec<&str>)> = BTreeMap::new();
    for (device, _) in &step.fits {
        chips.entry(build.device(*device).part).or_default().0.push(&build.device(*device).name);
    }
    for (device, part, _) in &step.fits_with {
        chips.entry(*part).or_default().1.push(&build.device(*device).name);
    }
    let chip = |(part, (own, riding)): (PartId, (Vec<&str>, Vec<&str>))| {
        let count = own.len() + riding.len();
        let mut which = names(own);
        if !riding.is_empty() {
            which.push_str(if which.is_empty() { "for " } else { ", for " });
            which.push_str(&names(riding));
        }
        Chip { count, name: build.part(part).name.clone(), which }
    };
    let mut chips: Vec<Chip> = chips.into_iter().map(chip).collect();
    for (part, _) in &step.uses {
        chips.push(Chip { count: 0, name: build.part(*part).name.clone(), which: String::new() });
    }
    chips
}

/// What a step covers, a device with all of its terminals as one word.
fn covers(site: &Site<'_>, step: &Step) -> Vec<String> {
    let build = site.view.build;
    let mut by_device: BTreeMap<model::DeviceId, Vec<Terminal>> = BTreeMap::new();
    for (terminal, _) in &step.insulates {
        by_device.entry(build.owner(*terminal)).or_default().push(*terminal);
    }
    by_device
        .into_iter()
        .map(|(device, terminals)| {
            let name = &build.device(device).name;
            if terminals.len() > 4 {
                format!("{name} ({} terminals)", terminals.len())
            } else {
                terminals.iter().map(|&terminal| build.path(terminal)).collect::<Vec<_>>().join(", ")
            }
        })
        .collect()
}
