//! A page for each kind of board that wires land on: its terminals as they stand, with the tag, colour and far end of each wire.

mod lands;
mod svg;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use model::device::Origin;
use model::{DeviceId, Terminal};

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::count;
pub use lands::{Land, Lands, lands};
use svg::{Cell, Strip};

/// Pages of boards: which devices have one, and where.
pub struct Boards {
    /// By device: address below `site/`, with the place on the page.
    hrefs: BTreeMap<DeviceId, String>,
    /// Address of the page, its devices; in the order of devices.
    pages: Vec<(String, Vec<DeviceId>)>,
}

impl Boards {
    /// Every device on which wires land otherwise than on a pin header, with others of its group; and every supply.
    pub fn of(build: &model::Build, lands: &Lands) -> Self {
        let mut groups: BTreeSet<&str> = BTreeSet::new();
        for &terminal in lands.keys().filter(|terminal| !is_header(build, **terminal)) {
            groups.insert(&build.device(build.owner(terminal)).group);
        }
        let mut boards = Self { hrefs: BTreeMap::new(), pages: Vec::new() };
        let mut at: BTreeMap<&str, usize> = BTreeMap::new();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (id, device, part) in build.each_device() {
            let outside = matches!(device.origin, Origin::Feed(_) | Origin::Cable | Origin::Inline);
            if outside || !(groups.contains(device.group.as_str()) || part.kind == "psu") {
                continue;
            }
            let page = *at.entry(&device.group).or_insert_with(|| {
                let slug = Some(model::device::slug(&device.group)).filter(|slug| !slug.is_empty());
                let slug = slug.unwrap_or_else(|| "board".to_owned());
                let free = std::iter::once(slug.clone()).chain((2..).map(|n| format!("{slug}-{n}")));
                let href = free.map(|slug| format!("boards/{slug}.html")).find(|href| !taken.contains(href));
                let href = href.expect("there are more numbers than pages");
                taken.insert(href.clone());
                boards.pages.push((href, Vec::new()));
                boards.pages.len() - 1
            });
            let (href, devices) = &mut boards.pages[page];
            devices.push(id);
            boards.hrefs.insert(id, format!("{href}#{}", place(devices.len())));
        }
        boards
    }

    /// Where a device is shown, below `site/`.
    pub fn href(&self, device: DeviceId) -> Option<&str> {
        self.hrefs.get(&device).map(String::as_str)
    }

    /// Name and address of those among some devices that have a page, in their order; `root` stands in front.
    pub fn links(
        &self,
        build: &model::Build,
        devices: impl IntoIterator<Item = DeviceId>,
        root: &str,
    ) -> Vec<(String, String)> {
        let sorted: BTreeSet<DeviceId> = devices.into_iter().collect();
        let linked = |id: DeviceId| Some((build.device(id).name.clone(), format!("{root}{}", self.href(id)?)));
        sorted.into_iter().filter_map(linked).collect()
    }
}

fn place(nth: usize) -> String {
    format!("board-{nth}")
}

/// Whether a terminal is a pin of a header that has a page of its own.
fn is_header(build: &model::Build, terminal: Terminal) -> bool {
    build.terminal(terminal).alias.as_deref().is_some_and(|alias| alias.starts_with("pin["))
}

/// A terminal as its table shows it.
struct Shown {
    label: String,
    name: String,
    carries: String,
    lands: Vec<(Land, Option<String>)>,
    /// Words of what is to be known of it besides.
    remarks: Vec<(String, Option<String>)>,
    bare: bool,
    free: bool,
}

/// Terminals that stand together, or of which nobody says how they stand.
struct Table {
    heading: String,
    words: String,
    rows: Vec<Shown>,
}

/// One device.
struct Board {
    id: String,
    name: String,
    part: String,
    note: String,
    drawings: Vec<String>,
    flipped: Vec<String>,
    tables: Vec<Table>,
    plugs: Vec<(String, String, String)>,
    sum: String,
    warned: bool,
}

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage<'a> {
    shell: &'a Shell,
    title: String,
    boards: Vec<Board>,
}

/// A page in the list: its devices by name and place.
struct Listed {
    group: String,
    part: String,
    href: String,
    each: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "boards.html")]
struct List<'a> {
    shell: &'a Shell,
    boards: Vec<Listed>,
    headers: Vec<(String, String)>,
    chassis: bool,
}

/// `boards.html`, and `boards/….html`.
pub fn pages(site: &Site<'_>) -> Vec<Page> {
    let build = site.view.build;
    let mut pages = Vec::new();
    let mut listed = Vec::new();
    let covered = covered(site);
    for (href, devices) in &site.boards.pages {
        let group = &build.device(devices[0]).group;
        let part = build.part_of(devices[0]);
        let shell = Shell::new(
            site,
            href.as_str(),
            format!("Board {group}"),
            format!("The terminals of {group} as they stand, with the tag, colour and far end of every wire."),
        );
        let boards: Vec<Board> =
            devices.iter().enumerate().map(|(n, &device)| board(site, device, n + 1, &covered)).collect();
        let each = devices.iter().map(|&id| (build.device(id).name.clone(), site.boards.href(id)));
        let each = each.filter_map(|(name, href)| Some((name, href?.to_owned()))).collect();
        listed.push(Listed { group: group.clone(), part: part.name.clone(), href: href.clone(), each });
        let page = BoardPage { shell: &shell, title: group.clone(), boards };
        pages.push(shell::page(&shell, &page));
    }
    let shell = Shell::new(
        site,
        "boards.html",
        "Boards",
        format!("Every board of {} that wires land on, with what stands at each terminal.", build.meta.title),
    );
    let headers = site.controllers.iter();
    let headers = headers.map(|&id| (format!("gpio-{}.html", build.device(id).slug()), build.device(id).name.clone()));
    let list =
        List { shell: &shell, boards: listed, headers: headers.collect(), chassis: super::chassis::is_known(build) };
    pages.insert(0, shell::page(&shell, &list));
    pages
}

/// The step, from 0, that first covers a terminal.
fn covered(site: &Site<'_>) -> BTreeMap<Terminal, usize> {
    let mut covered = BTreeMap::new();
    for (n, step) in site.view.build.steps.iter().enumerate() {
        for (terminal, _) in &step.insulates {
            covered.entry(*terminal).or_insert(n);
        }
    }
    covered
}

fn board(site: &Site<'_>, device: DeviceId, nth: usize, covered: &BTreeMap<Terminal, usize>) -> Board {
    let build = site.view.build;
    let (own, part) = (build.device(device), build.part_of(device));
    let at = |local: usize| own.terminal(model::Local(u32::try_from(local).expect("terminals are bounded")));
    let mut placed = vec![false; part.terminals.len()];
    let mut strips: Vec<Strip> = Vec::new();
    let mut tables: Vec<Table> = Vec::new();
    for row in &part.rows {
        let mut cells = Vec::with_capacity(row.of.len());
        let mut rows = Vec::with_capacity(row.of.len());
        for local in &row.of {
            match local {
                Some(local) => {
                    placed[local.0 as usize] = true;
                    let shown = shown(site, own.terminal(*local), covered);
                    cells.push(cell(&shown));
                    rows.push(shown);
                }
                None => cells.push(Cell::gap()),
            }
        }
        let words = match row.side {
            Some(side) => format!("In their order along the {} edge, {}.", svg::word(side), svg::reading(side)),
            None => "In their order on the board; which edge this row stands on is not stated.".to_owned(),
        };
        tables.push(Table { heading: row.name.replace('-', " "), words, rows });
        strips.push(Strip { title: row.name.replace('-', " "), side: row.side, known: true, cells });
    }
    let rest: Vec<usize> = (0..part.terminals.len())
        .filter(|&local| {
            let is_own = part.terminals[local].pin.is_none() || site.lands.contains_key(&at(local));
            !placed[local] && is_own && !is_header(build, at(local))
        })
        .collect();
    if !rest.is_empty() {
        let rows: Vec<Shown> = rest.iter().map(|&local| shown(site, at(local), covered)).collect();
        let alone = part.rows.is_empty();
        let words = "No order is stated for these terminals: they are listed as the part writes them.".to_owned();
        let heading = if alone { String::new() } else { "other terminals".to_owned() };
        strips.push(Strip {
            title: "order not stated".to_owned(),
            side: None,
            known: false,
            cells: rows.iter().map(cell).collect(),
        });
        tables.push(Table { heading, words, rows });
    }
    let pins = if part.kind == "psu" { lands::pins(site, device) } else { Vec::new() };
    let plugs = lands::plugs(site, device);
    for (port, found) in pins {
        let tag = plugs.iter().find(|(name, ..)| *name == port).map_or("", |(_, tag, _)| tag.as_str());
        let title = format!("plug {port}, {tag}");
        let rows: Vec<Shown> = found.into_iter().map(|pin| pin_shown(site, pin)).collect();
        let cells = rows.iter().map(cell).collect();
        strips.push(Strip { title: title.clone(), side: None, known: false, cells });
        let words = "Contacts by their numbers, 1 first; how the plug lays them out in rows is not stated.".to_owned();
        tables.push(Table { heading: title, words, rows });
    }
    let drawings = svg::boards(&own.name, &part.name, &strips, false);
    let flipped = if part.rows.is_empty() { Vec::new() } else { svg::boards(&own.name, &part.name, &strips, true) };
    let all = || tables.iter().flat_map(|table| &table.rows);
    let (free, bare) = (all().filter(|row| row.free).count(), all().filter(|row| row.bare).count());
    let mut sum = format!("{}, {free} of them free", count(all().count(), "terminal", "terminals"));
    if bare > 0 {
        sum.push_str(&format!("; {bare} live and bare, to be insulated"));
    }
    Board {
        id: place(nth),
        name: own.name.clone(),
        part: part.name.clone(),
        note: own.note.clone().unwrap_or_default(),
        drawings,
        flipped,
        tables,
        plugs,
        sum,
        warned: bare > 0,
    }
}

fn cell(shown: &Shown) -> Cell {
    let meets = || shown.remarks.first().map_or(String::new(), |(words, _)| words.clone());
    let words = match (shown.free, shown.lands.is_empty()) {
        (true, _) => "free".to_owned(),
        (false, true) => meets(),
        (false, false) => String::new(),
    };
    Cell {
        label: shown.label.clone(),
        lands: shown.lands.iter().map(|(land, _)| land.clone()).collect(),
        words,
        bare: shown.bare,
        gap: false,
    }
}

/// A contact of a plug: what it carries, and what it meets.
fn pin_shown(site: &Site<'_>, (position, terminal, far): (u32, Terminal, Option<Terminal>)) -> Shown {
    let build = site.view.build;
    let far = far.map(|far| {
        let info = build.terminal(far);
        let port =
            info.pin.and_then(|(port, at)| Some((build.part_of(build.owner(far)).ports.get(port as usize)?, at)));
        let text = match port {
            Some((port, at)) => format!("{}.{}, position {}", build.device(build.owner(far)).name, port.name, at + 1),
            None => site.shown(far),
        };
        let href = site.boards.href(build.owner(far)).map(|href| format!("../{href}"));
        (text, href)
    });
    let name = build.terminal(terminal).name.clone();
    let carried = name.rsplit('.').next().unwrap_or(&name).replace('[', " ").replace(']', "");
    Shown {
        label: format!("{position} · {carried}"),
        name,
        carries: super::wiring::carries(site.view, terminal),
        free: far.is_none(),
        remarks: far.map(|(text, href)| (format!("meets {text}"), href)).into_iter().collect(),
        lands: Vec::new(),
        bare: false,
    }
}

fn shown(site: &Site<'_>, terminal: Terminal, covered: &BTreeMap<Terminal, usize>) -> Shown {
    let build = site.view.build;
    let info = build.terminal(terminal);
    let lands = site.lands.get(&terminal).map_or(&[][..], Vec::as_slice);
    let lands = lands.iter().map(|land| {
        let href = site.boards.href(build.owner(land.far_end)).map(|href| format!("../{href}"));
        (land.clone(), href)
    });
    let lands: Vec<(Land, Option<String>)> = lands.collect();
    let mut remarks = Vec::new();
    for (n, step) in build.steps.iter().enumerate() {
        for (run, _, _, _) in step.park.iter().filter(|(_, _, at, _)| *at == terminal) {
            let href = format!("../{}", super::steps::href(site, n));
            remarks.push((format!("step {} parks {} here for a while", n + 1, build.tag(*run)), Some(href)));
        }
    }
    let net = site.view.facts.potentials.at(&site.view.facts.rest, terminal);
    let live = net.is_some_and(|net| net.live && (net.ac || (net.by.is_some() && !net.returns)));
    let metal = matches!(info.clamp.as_deref(), Some("screw" | "header" | "faston" | "solder"));
    let bare = info.bare && metal && live;
    match (bare, covered.get(&terminal)) {
        (true, Some(&n)) => {
            let href = format!("../{}", super::steps::href(site, n));
            remarks.push((format!("live and bare: covered in step {}", n + 1), Some(href)));
        }
        (true, None) => remarks.push(("live and bare: insulate it".to_owned(), None)),
        (false, Some(&n)) => {
            let href = format!("../{}", super::steps::href(site, n));
            remarks.push((format!("covered in step {}", n + 1), Some(href)));
        }
        (false, None) => {}
    }
    Shown {
        label: super::drawing::graph::label(build, terminal),
        name: info.name.clone(),
        carries: super::wiring::carries(site.view, terminal),
        free: lands.is_empty(),
        lands,
        remarks,
        bare,
    }
}
