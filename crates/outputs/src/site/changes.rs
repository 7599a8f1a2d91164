//! What changed from version to version, as a page and as an Atom feed.

use askama::Template;
use model::guide::Revision;

use super::Site;
use super::marks::Mark;
use super::shell::{self, Page, Shell};
use super::text::{escape, markdown};
use crate::Artifact;

struct Version {
    id: String,
    name: String,
    date: String,
    here: bool,
    summary: String,
    lists: Vec<(&'static str, Vec<String>)>,
}

#[derive(Template)]
#[template(path = "changes.html")]
struct Changes<'a> {
    shell: &'a Shell,
    content: &'a str,
    versions: Vec<Version>,
}

/// What a list is headed.
fn heading(key: &str) -> &'static str {
    match key {
        "parts" => "Parts",
        "wires" => "Wires",
        "steps" => "Steps",
        _ => "Software",
    }
}

fn fragment(revision: &Revision) -> String {
    format!("v-{}", model::device::slug(&revision.id.value))
}

/// `changes.html`; `content` is the mark of everything else that the guide says, empty while it is not known.
pub fn page(site: &Site<'_>, content: &str) -> Page {
    let build = site.view.build;
    let about = format!("What changed in {} from version to version: parts, wires, steps.", build.meta.title);
    let shell = Shell::new(site, "changes.html", "Changes", about);
    let version = |(n, revision): (usize, &Revision)| Version {
        // Two names may be one in small letters.
        id: if n == 0 { fragment(revision) } else { format!("{}-{n}", fragment(revision)) },
        name: revision.id.value.clone(),
        date: revision.date.map_or(String::new(), |date| date.to_string()),
        here: revision.id.value == build.meta.version,
        summary: revision.summary.as_deref().map_or(String::new(), markdown),
        lists: revision
            .lists
            .iter()
            .filter(|(_, texts)| !texts.is_empty())
            .map(|(key, texts)| (heading(key), texts.iter().map(|text| markdown(&text.value)).collect()))
            .collect(),
    };
    let versions = build.revisions.iter().enumerate().map(version).collect();
    shell::page(&shell, &Changes { shell: &shell, content, versions })
}

/// `feed.xml`, if any revision is written down: one entry a version, dated as it is written.
pub fn feed(site: &Site<'_>) -> Option<Artifact> {
    let meta = &site.view.build.meta;
    let dated = || site.view.build.revisions.iter().filter_map(|revision| Some((revision, revision.date?)));
    let last = dated().map(|(_, date)| date).max()?;
    let base = site.published.canonical("index.html");
    let title = if meta.title.is_empty() { &meta.name } else { &meta.title };
    let author = meta.credit.first().map_or(title, |(name, ..)| name);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<id>{}</id>\n\
         <title>{}</title>\n<updated>{last}T00:00:00Z</updated>\n<author><name>{}</name></author>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{base}changes.html\"/>\n",
        name(&[&meta.name]),
        escape(title),
        escape(author),
    );
    if !base.is_empty() {
        text.push_str(&format!("<link rel=\"self\" type=\"application/atom+xml\" href=\"{base}feed.xml\"/>\n"));
    }
    for (revision, date) in dated() {
        let version = &revision.id.value;
        let mut html = revision.summary.as_deref().map_or(String::new(), markdown);
        for (key, texts) in revision.lists.iter().filter(|(_, texts)| !texts.is_empty()) {
            let items: String = texts.iter().map(|text| format!("<li>{}</li>", markdown(&text.value).trim())).collect();
            html.push_str(&format!("<h3>{}</h3><ul>{items}</ul>", heading(key)));
        }
        text.push_str(&format!(
            "<entry>\n<id>{}</id>\n<title>Version {}</title>\n<updated>{date}T00:00:00Z</updated>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{base}changes.html\"/>\n<content type=\"html\">{}</content>\n</entry>\n",
            name(&[&meta.name, version]),
            escape(version),
            escape(&html),
        ));
    }
    text.push_str("</feed>\n");
    Some(Artifact::text("site/feed.xml", text))
}

/// A name for good that is made of texts: a UUID of the kind that everybody may fill as they like (version 8).
fn name(texts: &[&str]) -> String {
    let half = |salt: &str| {
        let mut mark = Mark::new();
        mark.text(salt);
        mark.texts(texts.iter().copied());
        mark.finish()
    };
    let (high, low) = (half("high"), half("low"));
    format!("urn:uuid:{}-{}-8{}-a{}-{}", &high[..8], &high[8..12], &high[13..], &low[1..4], &low[4..])
}
