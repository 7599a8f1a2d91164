//! The guide as a site: plain files that work from a memory stick, without a server and without scripts.

mod about;
mod before;
mod boards;
mod changes;
pub(crate) mod chassis;
mod choices;
mod colour;
mod control;
mod downloads;
pub mod drawing;
mod faults;
mod findings;
mod header;
mod howto;
mod index;
pub mod live;
mod marks;
mod parts;
mod power;
mod published;
mod script;
mod search;
mod sheet;
mod shell;
mod software;
pub(crate) mod stands;
mod states;
mod steps;
pub(crate) mod text;
mod weak;
pub(crate) mod zip;

pub use published::{Base, Published};
pub(crate) use text::{escape, names};
mod wires;
mod wiring;

pub(crate) use wiring::{NetNames, net_of};

use crate::{Artifact, Output, Render, View};
use shell::Page;

/// `site/`.
pub const OUTPUT: Output = Output { name: "site", render: Render::Always(files) };

/// What all pages need, worked out once.
pub struct Site<'a> {
    /// Everything that can be shown.
    pub view: View<'a>,
    /// Names of nets.
    pub nets: NetNames,
    /// Which ends of wires are poles of supplies.
    pub poles: drawing::symbols::Poles,
    /// How the drawing of the whole wiring stands, if there is one.
    pub plan: Option<drawing::Plan>,
    /// The sheets of wiring that one drawing does not show.
    sheets: wiring::Sheets,
    /// Where it will stand, and what every page must say.
    published: &'a Published,
    /// Controllers: devices with a header that something is wired to or set on.
    pub controllers: Vec<model::DeviceId>,
    /// By part and terminal: the position that a breakout board prints.
    positions: Vec<Vec<Option<u32>>>,
    /// Ends of wires by terminal.
    lands: boards::Lands,
    /// Pages of boards.
    boards: boards::Boards,
    /// By step: a mark of what it says.
    marks: Vec<String>,
    /// Whether there is a page of states.
    has_states: bool,
}

impl Site<'_> {
    /// A terminal as people read it, with its position where a board prints that.
    fn shown(&self, terminal: model::Terminal) -> String {
        shown(self.view.build, &self.positions, terminal)
    }
}

/// By part and terminal: the position that a breakout board prints.
pub(crate) fn positions(build: &model::Build) -> Vec<Vec<Option<u32>>> {
    build.parts.iter().map(drawing::graph::positions).collect()
}

/// A terminal as people read it.
pub(crate) fn shown(build: &model::Build, positions: &[Vec<Option<u32>>], terminal: model::Terminal) -> String {
    let device = build.device(build.owner(terminal));
    match positions[device.part.0 as usize][(terminal.0 - device.first) as usize] {
        Some(position) => format!("{} (position {position})", build.shown(terminal)),
        None => build.shown(terminal),
    }
}

/// The guide alone, its paths from its own root: `index.html`, `steps/01-….html`.
pub fn guide(view: View<'_>, published: &Published) -> Vec<Artifact> {
    let mut files = made(view, published);
    for file in &mut files {
        if let Some(path) = file.path.strip_prefix("site/") {
            file.path = path.to_owned();
        }
    }
    files
}

/// The wiring as SVG.
pub struct Drawings {
    /// Everything in one drawing; of wiring on sheets, how they hang together. None where nothing is wired.
    pub whole: Option<String>,
    /// The sheets in their order; none of wiring that one drawing shows.
    pub sheets: Vec<String>,
}

/// The drawings that the guide offers as files of their own, without the guide.
pub fn drawings(view: View<'_>) -> Drawings {
    let published = Published::default();
    let (_, files) = wiring::pages(&site(view, &published));
    let (mut whole, mut sheets) = (None, Vec::new());
    for file in files {
        let svg = String::from_utf8(file.bytes).expect("a drawing is text");
        if file.path == "site/wiring.svg" {
            whole = Some(svg);
        } else {
            sheets.push(svg);
        }
    }
    Drawings { whole, sheets }
}

fn files(view: View<'_>) -> Vec<Artifact> {
    made(view, &Published::default())
}

/// What all pages share; [`Site::has_states`] is known once the states are drawn.
fn site<'a>(view: View<'a>, published: &'a Published) -> Site<'a> {
    let positions = positions(view.build);
    let nets = NetNames::of(view);
    let mut graph = drawing::graph(view.build, &net_of(view, &nets));
    let poles = drawing::symbols::poles(view.build);
    graph.add_blades(view.build, wiring::at_rest(view));
    graph.add_symbols(view.build, &poles);
    let plan = if graph.edges.len() > drawing::WHOLE_LINES { None } else { drawing::plan(&graph) };
    let sheets = wiring::Sheets::of(view, graph);
    let lands =
        boards::lands(view.build, &|end| shown(view.build, &positions, end), &|end| nets.of_terminal(view, end));
    let boards = boards::Boards::of(view.build, &lands);
    let (controllers, marks) = (header::controllers(view), Vec::new());
    let mut site = Site {
        view,
        nets,
        poles,
        plan,
        sheets,
        published,
        controllers,
        positions,
        lands,
        boards,
        marks,
        has_states: false,
    };
    site.marks = steps::marks(&site);
    site
}

fn made(view: View<'_>, published: &Published) -> Vec<Artifact> {
    let mut site = site(view, published);
    let mut pages: Vec<Page> = Vec::new();
    pages.push(index::page(&site));
    pages.push(before::page(&site));
    pages.extend(steps::pages(&site));
    pages.push(parts::page(&site));
    pages.push(wires::page(&site));
    pages.push(wires::labels(&site));
    let (wiring, drawings) = wiring::pages(&site);
    pages.extend(wiring);
    pages.extend(boards::pages(&site));
    let (chassis, plans) = chassis::page(&site);
    pages.push(chassis);
    pages.extend(header::pages(&site));
    let (power, currents) = power::page(&site);
    pages.push(power);
    let (sheet, tests) = sheet::page(&site);
    pages.push(sheet);
    let states = states::page(&site);
    site.has_states = states.is_some();
    let (control, holds) = control::page(&site);
    pages.push(control);
    pages.push(faults::page(&site));
    pages.push(weak::page(&site));
    pages.extend(states);
    pages.extend(software::pages(&site));
    pages.extend(findings::pages(&site));
    pages.push(choices::page(&site));
    pages.push(about::page(&site));
    pages.push(search::page(&site));
    pages.push(changes::page(&site, ""));
    pages.push(downloads::page(&site));
    pages.push(about::not_found(&site));
    let sitemap = about::sitemap(&site, &pages);
    pages.push(sitemap);

    let search = search::script(&pages);
    let addresses = published.base.as_ref().map(|base| published::addresses(base, &pages));
    let mut files: Vec<Artifact> =
        pages.into_iter().map(|page| Artifact::text(format!("site/{}", page.path), page.html)).collect();
    files.push(Artifact::text("site/style.css", include_str!("../../../site/templates/style.css")));
    files.push(Artifact::text("site/script.js", script::text(&site)));
    files.push(Artifact::text("site/search.js", search));
    files.push(Artifact::text("site/robots.txt", published::robots(published.base.as_ref())));
    files.extend(addresses.map(|addresses| Artifact::text("site/sitemap.xml", addresses)));
    files.extend(drawings);
    files.extend(plans);
    files.push(holds);
    files.extend(currents);
    files.extend(downloads::data(&site, tests));
    files.extend(changes::feed(&site));
    let content = downloads::content(&files);
    downloads::finish(&site, &content, &mut files);
    files
}
