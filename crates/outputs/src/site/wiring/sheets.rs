//! The sheets of wiring that is too large for one drawing: a page each, and how they hang together.

use std::collections::BTreeSet;

use askama::Template;
use model::RunId;

use super::{Key, Legend, keys, legend, title_block};
use crate::site::Site;
use crate::site::drawing::{self, Frame, sheets};
use crate::site::shell::{self, Page, Shell};
use crate::site::text::count;
use crate::site::wires::{Row, row};
use crate::{Artifact, View};

/// The sheets of a build, if it has any.
#[derive(Default)]
pub struct Sheets {
    graph: drawing::Graph,
    all: Vec<sheets::Sheet>,
}

impl Sheets {
    /// None for wiring that one drawing shows.
    pub fn of(view: View<'_>, graph: drawing::Graph) -> Self {
        if graph.edges.len() <= drawing::WHOLE_LINES {
            return Self::default();
        }
        let all = sheets::sheets(view.build, &graph);
        Self { graph, all }
    }

    /// Title and address of those on which some runs stand.
    pub fn links(&self, runs: &BTreeSet<RunId>, root: &str) -> Vec<(String, String)> {
        let stands = |sheet: &sheets::Sheet| sheet.edges.iter().any(|&edge| runs.contains(&self.graph.edges[edge].run));
        let numbered = (1..).zip(&self.all).filter(|(_, sheet)| stands(sheet));
        numbered.map(|(n, sheet)| (format!("{n}. {}", sheet.title), format!("{root}{}", href(n)))).collect()
    }
}

fn href(number: usize) -> String {
    format!("wiring/{number:02}.html")
}

/// A sheet in the list of them.
pub struct Listed {
    /// `3. pi[11..15], k8[3]`.
    pub title: String,
    /// Its address.
    pub href: String,
    /// `9 boxes, 24 lines`.
    pub size: String,
    /// Sheets with which it shares a box: number and address.
    pub shares: Vec<(usize, String)>,
}

/// All sheets; `root` stands in front of their addresses.
pub fn listed(site: &Site<'_>, root: &str) -> Vec<Listed> {
    const MOST: usize = 12;
    let Sheets { graph, all } = &site.sheets;
    let shared = sheets::shared(graph, all);
    let listed = |(n, sheet): (usize, &sheets::Sheet)| {
        let others: BTreeSet<usize> =
            sheet.nodes.iter().flat_map(|&node| &shared[node]).copied().filter(|&other| other != n).collect();
        Listed {
            title: format!("{}. {}", n + 1, sheet.title),
            href: format!("{root}{}", href(n + 1)),
            size: format!(
                "{}, {}",
                count(sheet.nodes.len(), "box", "boxes"),
                count(sheet.edges.len(), "line", "lines")
            ),
            shares: others
                .into_iter()
                .take(MOST)
                .map(|other| (other + 1, format!("{root}{}", href(other + 1))))
                .collect(),
        }
    };
    all.iter().enumerate().map(listed).collect()
}

/// How the sheets hang together, for the page and as a file of its own.
pub fn overview(site: &Site<'_>) -> Option<(String, Artifact)> {
    let Sheets { graph, all } = &site.sheets;
    let overview = sheets::overview(graph, all)?;
    let meta = &site.view.build.meta;
    let title = format!("Sheets of the wiring of {}, version {}", meta.title, meta.version);
    let description = "A box for each sheet, a box for each device that stands on several of them, and how many lines each sheet has there.";
    let frame = Frame { prefix: "", title: &title, description, caption: &[], letters: true };
    let svg = drawing::svg(&overview, &frame)?;
    Some((svg.clone(), Artifact::text("site/wiring.svg", svg)))
}

#[derive(Template)]
#[template(path = "wiring_sheet.html")]
struct SheetPage<'a> {
    shell: &'a Shell,
    title: String,
    of: usize,
    drawing: String,
    file: String,
    legend: Vec<Legend>,
    keys: Vec<Key>,
    nets_at: &'static str,
    rows: Vec<Row>,
    before: Option<(String, String)>,
    after: Option<(String, String)>,
    shares: Vec<(usize, String)>,
}

/// A page a sheet, and its drawing on its own.
pub fn pages(site: &Site<'_>) -> (Vec<Page>, Vec<Artifact>) {
    let Sheets { graph, all } = &site.sheets;
    let build = site.view.build;
    let list = listed(site, "");
    let near: Vec<(String, String)> =
        list.iter().map(|one| (one.title.clone(), one.href.trim_start_matches("wiring/").to_owned())).collect();
    let (mut pages, mut files) = (Vec::new(), Vec::new());
    for (n, Listed { title, href, size, shares }) in list.into_iter().enumerate() {
        let part = sheets::on_sheet(graph, all, n);
        let runs: BTreeSet<RunId> = part.edges.iter().map(|edge| edge.run).collect();
        let named = format!("Wiring of {}, version {}, sheet {title}", build.meta.title, build.meta.version);
        let description = format!("{size}. The table below the drawing lists the same lines, end by end.");
        let block = format!("Sheet {title} · {}", title_block(site, &part));
        let frame = Frame { prefix: "", title: &named, description: &description, caption: &[block], letters: true };
        let drawing = drawing::svg(&part, &frame).expect("a sheet has lines, and no more than are laid out");
        let file = href.replace(".html", ".svg");
        files.push(Artifact::text(format!("site/{file}"), drawing.as_str()));
        let shell =
            Shell::new(site, href, format!("Wiring, sheet {title}"), format!("{named}: {size}, from end to end."))
                .wide();
        let page = SheetPage {
            shell: &shell,
            of: all.len(),
            drawing,
            file: file.trim_start_matches("wiring/").to_owned(),
            legend: legend(site, runs.iter().copied()),
            keys: keys(&part),
            nets_at: "../wiring.html",
            rows: runs.iter().map(|&run| row(site, run)).collect(),
            before: n.checked_sub(1).map(|n| near[n].clone()),
            after: near.get(n + 1).cloned(),
            shares: shares.into_iter().map(|(n, href)| (n, href.trim_start_matches("wiring/").to_owned())).collect(),
            title,
        };
        pages.push(shell::page(&shell, &page));
    }
    (pages, files)
}
