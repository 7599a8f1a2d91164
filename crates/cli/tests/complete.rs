//! Nothing is missing and nothing stands twice: every wire, device and purchased piece has its one step, and every wire the same tag in
//! its step, on the cut list, on the test sheet and on the drawing; what goes from the TOML goes from all of them.

mod memory;

use std::collections::BTreeMap;

use cli::Checked;
use memory::Workspace;
use model::device::{Choice, Origin};
use model::part::PartId;
use model::wire::RunKind;
use model::{DeviceId, RunId};

/// Tags, and how often each stands there.
type Tags = BTreeMap<String, usize>;

/// Where the guide shows tags.
struct Guide {
    steps: Tags,
    cut: Tags,
    table: Tags,
    sheet: Tags,
    printed: Tags,
    drawn: Tags,
    svg: String,
}

fn tags<'a>(texts: impl Iterator<Item = &'a str>, before: &str, after: &str) -> Tags {
    let mut tags = Tags::new();
    for text in texts {
        for rest in text.split(before).skip(1) {
            let tag = rest.split(after).next().expect("there is a first piece");
            *tags.entry(tag.trim_start_matches('#').to_owned()).or_default() += 1;
        }
    }
    tags
}

/// Tags in a column of a table, of rows that `take` takes; halves of a wire with a part in it count as one.
fn column(table: &str, at: usize, take: impl Fn(&str) -> bool) -> Tags {
    let mut tags = Tags::new();
    for line in table.lines().skip(1).filter(|line| take(line)) {
        let cell = line.split(',').nth(at).unwrap_or_default().trim_start_matches('#');
        let tag = cell.trim_end_matches(['a', 'b']);
        let first = !cell.ends_with('b');
        *tags.entry(tag.to_owned()).or_default() += usize::from(first);
    }
    tags
}

/// The cut list: wires with a tick, cables and plugs without one.
fn listed(page: &str) -> Tags {
    let mut all = tags(std::iter::once(page), "data-tick=\"cut:", "\"");
    for (tag, count) in tags(std::iter::once(page), "<tr><th scope=\"row\">#", "</th>") {
        *all.entry(tag).or_default() += count;
    }
    all
}

fn guide(checked: &Checked) -> Guide {
    let files = outputs::site::OUTPUT.files(checked.view()).expect("the guide is made of any build");
    let text = |path: &str| {
        let file = files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("there is no {path}"));
        std::str::from_utf8(&file.bytes).expect("text")
    };
    let is_step = |path: &str| {
        path.strip_prefix("site/steps/").is_some_and(|name| name.starts_with(|first: char| first.is_ascii_digit()))
    };
    let steps =
        files.iter().filter(|file| is_step(&file.path)).map(|file| std::str::from_utf8(&file.bytes).expect("text"));
    let rows = |line: &str| line.starts_with("wire:");
    Guide {
        steps: tags(steps, "<tr data-row=\"", "\""),
        cut: listed(text("site/wires.html")),
        table: column(text("site/data/wires.csv"), 0, |_| true),
        sheet: column(text("site/data/sheet.csv"), 2, rows),
        printed: tags(std::iter::once(text("site/tests.html")), "<tr><th scope=\"row\">#", "</th>"),
        drawn: tags(std::iter::once(text("site/wiring.svg")), "data-wire=\"", "\""),
        svg: text("site/wiring.svg").to_owned(),
    }
}

fn is_cut(checked: &Checked, run: usize) -> bool {
    matches!(checked.build.runs[run].what, RunKind::Wire(_) | RunKind::Inline(..))
}

/// The tags of a build, each once: of all runs, and of those that are wires.
fn due(checked: &Checked) -> [Tags; 2] {
    let tag = |run: usize| {
        let tag = checked.build.tag(RunId(u32::try_from(run).expect("runs are bounded")));
        (tag.trim_start_matches('#').to_owned(), 1)
    };
    let runs = || 0..checked.build.runs.len();
    [runs().map(tag).collect(), runs().filter(|run| is_cut(checked, *run)).map(tag).collect()]
}

fn same_everywhere(name: &str, checked: &Checked) -> Guide {
    let guide = guide(checked);
    let [all, wires] = due(checked);
    // A wire between two boards may be landed at one end in one step and at the other in the next: each end once.
    for (run, work) in checked.facts.assembly.runs.iter().enumerate().filter(|(run, _)| is_cut(checked, *run)) {
        let ends = work.landed.each_ref().map(Vec::len);
        assert_eq!(ends, [1, 1], "{name}: {}", checked.build.run_path(RunId(u32::try_from(run).expect("few"))));
    }
    let handled: Tags =
        all.keys().zip(&checked.facts.assembly.installs).map(|(tag, steps)| (tag.clone(), steps.len())).collect();
    assert_eq!(guide.steps, handled, "{name}: steps");
    let once = checked.facts.assembly.installs.iter().enumerate().filter(|(run, _)| !is_cut(checked, *run));
    assert!(once.into_iter().all(|(_, steps)| steps.len() == 1), "{name}: a cable or plug has one step");
    assert_eq!(guide.cut, all, "{name}: cut list");
    assert_eq!(guide.table, all, "{name}: wires.csv");
    assert_eq!(guide.drawn, all, "{name}: drawing");
    let halves: Tags = checked
        .build
        .runs
        .iter()
        .zip(&all)
        .filter_map(|(run, (tag, _))| match run.what {
            RunKind::Wire(_) => Some((tag.clone(), 1)),
            RunKind::Inline(..) => Some((tag.clone(), 2)),
            _ => None,
        })
        .collect();
    assert_eq!(guide.printed, halves, "{name}: test sheet, printed");
    assert_eq!(guide.sheet, halves, "{name}: sheet.csv");
    assert_eq!(halves.len(), wires.len());
    guide
}

/// Builds that claim to be complete; the one as published does not.
fn complete() -> Vec<(&'static str, Workspace)> {
    vec![
        ("real", Workspace::real()),
        ("minimal", Workspace::example("minimal")),
        ("seven-pis", Workspace::example("seven-pis")),
    ]
}

#[test]
fn every_wire_has_one_step_and_the_same_tag_everywhere() {
    for (name, workspace) in complete() {
        same_everywhere(name, &workspace.check());
    }
}

#[test]
fn every_device_has_one_step_and_stands_on_the_drawing_if_a_wire_reaches_it() {
    for (name, workspace) in complete() {
        let checked = workspace.check();
        let guide = guide(&checked);
        let build = &checked.build;
        let mut reached: Vec<DeviceId> =
            build.wires.iter().flat_map(|wire| wire.ends).map(|end| build.owner(end)).collect();
        reached.extend(
            build
                .runs
                .iter()
                .flat_map(|run| analysis::nets::mates(&run.what))
                .flat_map(|mate| mate.ends.map(|end| end.0)),
        );
        for (id, device, _) in build.each_device() {
            let fits = checked.facts.assembly.fits(id);
            match device.origin {
                Origin::Bought | Origin::Inside(_) => {
                    // What arrives inside another device may come with it.
                    let most = fits.len() == 1 || matches!(device.origin, Origin::Inside(_)) && fits.is_empty();
                    assert!(
                        most && checked.facts.assembly.fitted[id.0 as usize].is_some(),
                        "{name}: {} {fits:?}",
                        device.name
                    );
                }
                Origin::Feed(_) | Origin::Cable | Origin::Inline => assert!(fits.is_empty(), "{name}: {}", device.name),
            }
            if reached.contains(&id) && matches!(device.origin, Origin::Bought | Origin::Inside(_)) {
                let boxes = guide.svg.matches(&format!("text-anchor=\"middle\">{}</text>", device.name)).count();
                // The header of a computer is a box of its own.
                let header = checked.build.part_of(id).soc.is_some();
                assert!(boxes == 1 || boxes == 2 && header, "{name}: {} stands {boxes} times", device.name);
            }
        }
    }
}

/// By part: how many pieces the build has of it, each with the steps that put it in.
fn pieces(checked: &Checked) -> BTreeMap<PartId, Vec<Vec<usize>>> {
    let (build, assembly) = (&checked.build, &checked.facts.assembly);
    let mut pieces: BTreeMap<PartId, Vec<Vec<usize>>> = BTreeMap::new();
    let mut add = |part: PartId, steps: &[usize]| pieces.entry(part).or_default().push(steps.to_vec());
    for (id, device, _) in build.each_device() {
        let own = assembly.fits(id);
        if device.origin == Origin::Bought {
            add(device.part, own);
        }
        for (part, _) in &device.with {
            add(*part, assembly.riders.get(&(id, *part)).map_or(&[], Vec::as_slice));
        }
        // An insert goes in with its holder.
        for choice in device.choices.values() {
            if let Choice::Part(part, _) = choice {
                add(*part, own);
            }
        }
    }
    for (run, steps) in build.runs.iter().zip(&assembly.installs) {
        let wires = match &run.what {
            RunKind::Cable(device, ..) => {
                add(build.device(*device).part, steps);
                continue;
            }
            RunKind::Plug(_) => continue,
            RunKind::Wire(wire) => vec![*wire],
            RunKind::Inline(first, device, second) => {
                add(build.device(*device).part, steps);
                vec![*first, *second]
            }
        };
        let attributes = build.attributes_of(build.wire(wires[0]));
        attributes.ends.into_iter().flatten().for_each(|part| add(part, steps));
        if let Some((part, _)) = attributes.stock
            && build.part(part).stock.as_ref().is_some_and(|stock| stock.lead)
        {
            wires.iter().for_each(|_| add(part, steps));
        }
    }
    pieces
}

#[test]
fn every_purchased_piece_has_one_step_and_none_is_left_over() {
    for (name, workspace) in complete() {
        let checked = workspace.check();
        let build = &checked.build;
        let pieces = pieces(&checked);
        for need in &checked.facts.purchase.needs {
            let part = build.part(need.part);
            let own = pieces.get(&need.part).map_or(&[][..], Vec::as_slice);
            let used = build.steps.iter().any(|step| step.uses.iter().any(|(used, _)| *used == need.part));
            if part.consumable || need.metres.is_some() {
                // What comes by the metre or the bag is in the steps of the wires that are cut from it, or in those that name it.
                let cut = build.runs.iter().zip(&checked.facts.assembly.installs).filter(|(run, _)| match run.what {
                    RunKind::Wire(wire) | RunKind::Inline(wire, ..) => build
                        .attributes_of(build.wire(wire))
                        .stock
                        .as_ref()
                        .is_some_and(|(stock, _)| *stock == need.part),
                    _ => false,
                });
                let steps: Vec<&Vec<usize>> = cut.map(|(_, steps)| steps).collect();
                assert!(steps.iter().all(|steps| !steps.is_empty()), "{name}: {}", part.id);
                assert!(used || !steps.is_empty() || need.pieces == 0, "{name}: nothing uses {}", part.id);
                continue;
            }
            // What only measures is no part of the box.
            if part.kind == "tool" || build.steps.iter().any(|step| step.tools.iter().any(|tool| tool.value == part.id))
            {
                continue;
            }
            let placed = own.iter().filter(|steps| !steps.is_empty()).count();
            assert_eq!(placed, own.len(), "{name}: {} {own:?}", part.id);
            assert_eq!(u32::try_from(placed).expect("few"), need.pieces, "{name}: {}", part.id);
        }
        for part in pieces.keys() {
            let known = checked.facts.purchase.needs.iter().any(|need| need.part == *part);
            assert!(known, "{name}: {} is put in and not on the bill", build.part(*part).id);
        }
    }
}

/// The lines of a workspace's wires that hold one run each, as they are written.
fn lines(workspace: &Workspace) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for (path, text) in workspace.own().filter(|(path, _)| path.starts_with("wiring/")) {
        for line in text.lines() {
            let plain = line.trim();
            let one = plain.ends_with("\",") && plain.starts_with('"')
                || plain.starts_with("{ run = \"") && plain.ends_with("},");
            if one && plain.contains(" -> ") && !plain.contains("..") {
                lines.push((path.clone(), line.to_owned()));
            }
        }
    }
    lines
}

#[test]
fn a_wire_that_goes_from_the_toml_goes_from_all_of_them() {
    for (name, workspace, most) in [
        ("real", Workspace::real(), 6),
        ("minimal", Workspace::example("minimal"), 2),
        ("seven-pis", Workspace::example("seven-pis"), 2),
    ] {
        let before = workspace.check();
        let lines = lines(&workspace);
        let every = lines.len().div_ceil(most).max(1);
        for (path, line) in lines.iter().step_by(every) {
            let mut edited = Workspace { files: workspace.files.clone(), ..Workspace::default() };
            let text = edited.files.get_mut(path).expect("the file is there");
            assert_eq!(text.matches(&format!("{line}\n")).count(), 1, "{line}");
            *text = text.replace(&format!("{line}\n"), "");
            let after = edited.check();
            assert_eq!(after.build.runs.len() + 1, before.build.runs.len(), "{name}: {line}");
            same_everywhere(&format!("{name} without {}", line.trim()), &after);
        }
    }
}
