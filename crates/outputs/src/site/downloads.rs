//! What can be taken along: the whole guide as one archive, the lists and drawings as files, and a copy kept by the browser.

use askama::Template;

use super::marks::Mark;
use super::shell::{self, Page, Shell};
use super::zip::Archive;
use super::{Site, changes};
use crate::{Artifact, bom_csv, model_json, wires_csv};

/// What keeps the guide in a browser.
const KEEPER: &str = include_str!("../../../../site/templates/sw.js");

/// Files that somebody may want by themselves: path and what they hold. Those that a build does not have are left out.
const FILES: [(&str, &str); 10] = [
    ("data/model.json", "the whole build as it was read: parts, devices, wires, nets, steps, the bill"),
    ("data/bom.csv", "the bill: what to buy, how many, what for, at what price"),
    ("data/wires.csv", "the cut list: every wire, cable and plug with tag, ends and step"),
    ("data/nets.csv", "the nets: address, what each carries at rest, its wires and terminals"),
    ("data/sheet.csv", "the test sheet, with an empty column for what the meter showed"),
    ("wiring.svg", WHOLE),
    ("currents.svg", "the wiring with amperes at every wire and volts at every load"),
    ("control.svg", "who can cut and restore whom"),
    ("chassis.svg", "where everything stands in the chassis"),
    ("feed.xml", "changes as a feed"),
];

/// What `wiring.svg` holds where one drawing holds everything.
const WHOLE: &str = "the drawing of the whole wiring";

struct Row {
    path: &'static str,
    size: String,
    what: &'static str,
}

#[derive(Template)]
#[template(path = "downloads.html")]
struct Downloads<'a> {
    shell: &'a Shell,
    content: &'a str,
    zip: String,
    files: usize,
    whole: String,
    list: Vec<Row>,
}

/// The lists and the model, as the commands export them; `sheet` is the list of the page of tests.
pub fn data(site: &Site<'_>, sheet: String) -> Vec<Artifact> {
    vec![
        Artifact::text("site/data/bom.csv", bom_csv::table(site.view)),
        Artifact::text("site/data/wires.csv", wires_csv::table(site.view)),
        Artifact::text("site/data/nets.csv", super::wiring::table(site.view, &site.nets)),
        Artifact::text("site/data/sheet.csv", sheet),
        Artifact::text("site/data/model.json", model_json::text(site.view)),
    ]
}

/// A mark of all that a guide says.
pub fn content(files: &[Artifact]) -> String {
    let mut mark = Mark::new();
    for file in files {
        mark.text(&file.path);
        mark.bytes(&file.bytes);
    }
    mark.finish()
}

/// `downloads.html` as it is listed; its text needs the other files, see [`finish`].
pub fn page(site: &Site<'_>) -> Page {
    render(
        site,
        &Downloads {
            shell: &shell(site),
            content: "",
            zip: String::new(),
            files: 0,
            whole: String::new(),
            list: Vec::new(),
        },
    )
}

fn shell(site: &Site<'_>) -> Shell {
    let title = &site.view.build.meta.title;
    let about = format!("The guide to {title} as one archive, and its lists, drawings and model as files.");
    Shell::new(site, "downloads.html", "Downloads", about)
}

fn render(_: &Site<'_>, page: &Downloads<'_>) -> Page {
    shell::page(page.shell, page)
}

/// Adds to all other files what is made of them: the page of downloads, the archive, and what keeps the guide in a browser.
pub fn finish(site: &Site<'_>, content: &str, files: &mut Vec<Artifact>) {
    let slug = model::device::slug(&site.view.build.meta.name);
    let folder: String = slug.chars().take(60).collect();
    let own = |file: &Artifact| file.path.strip_prefix("site/").unwrap_or(&file.path).to_owned();
    files.retain(|file| file.path != "site/downloads.html");
    let changes = changes::page(site, content);
    let at = files.iter_mut().find(|file| file.path.strip_prefix("site/") == Some(&changes.path));
    at.expect("the page of changes is there").bytes = changes.html.into_bytes();
    let mut names: Vec<String> = files.iter().map(own).filter(|path| kept(path)).collect();
    names.push("downloads.html".to_owned());
    names.sort();
    let list = serde_json::to_string(&names).expect("texts are always JSON");
    let keeper: String =
        KEEPER.lines().filter(|line| !line.starts_with("//")).flat_map(|line| [line.trim(), "\n"]).collect();
    files.push(Artifact::text(
        "site/sw.js",
        format!("\"use strict\";\nvar VERSION = \"{content}\", FILES = {list};\n{keeper}"),
    ));
    let mut archive = Archive::default();
    for file in files.iter() {
        archive.add(format!("{folder}-guide/{}", own(file)), &file.bytes);
    }
    let list = FILES.iter().filter_map(|(path, what)| {
        let file = files.iter().find(|file| file.path.strip_prefix("site/") == Some(path))?;
        let what = match *what {
            WHOLE if site.plan.is_none() => {
                "how the sheets of the wiring hang together; each sheet has a page of its own"
            }
            what => what,
        };
        Some(Row { path, size: size(file.bytes.len()), what })
    });
    let whole = files.iter().map(|file| file.bytes.len()).sum();
    // The page is in the archive whose size it states: it has some hundred bytes there.
    let page = Downloads {
        shell: &shell(site),
        content,
        zip: size(archive.size() + 2000),
        files: files.len() + 1,
        whole: size(whole),
        list: list.collect(),
    };
    let page = render(site, &page);
    archive.add(format!("{folder}-guide/{}", page.path), page.html.as_bytes());
    files.push(Artifact::text(format!("site/{}", page.path), page.html));
    files.push(Artifact { path: "site/guide.zip".to_owned(), bytes: archive.finish() });
}

/// Whether a browser that keeps the guide keeps this file.
fn kept(path: &str) -> bool {
    !matches!(path, "404.html" | "robots.txt" | "sitemap.xml")
}

/// `3 kB`, `1.2 MB`.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
