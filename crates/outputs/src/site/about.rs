//! Credits, licence, where numbers come from; the page for a wrong address; the list of all pages.

use std::collections::HashSet;

use askama::Template;

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::{markdown, safe_address};

/// A reference.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Reference {
    title: String,
    publisher: String,
    url: String,
    page: String,
    read: String,
    evidence: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "about.html")]
struct About<'a> {
    shell: &'a Shell,
    credits: Vec<(String, String, String)>,
    /// With the id of the first that says so: parts of the library may bring the same one, each under a name of its own.
    references: Vec<(String, Reference)>,
    as_of: String,
}

#[derive(Template)]
#[template(path = "404.html")]
struct NotFound<'a> {
    shell: &'a Shell,
}

#[derive(Template)]
#[template(path = "sitemap.html")]
struct Sitemap<'a> {
    shell: &'a Shell,
    pages: Vec<(String, String)>,
}

/// `about.html`.
pub fn page(site: &Site<'_>) -> Page {
    let meta = &site.view.build.meta;
    let shell = Shell::new(
        site,
        "about.html",
        "About",
        format!("Whom {} is owed to, its licence, and where its numbers come from.", meta.title),
    );
    let (mut references, mut seen) = (Vec::new(), HashSet::new());
    for (id, reference) in &site.view.build.references {
        let shown = Reference {
            title: reference.title.clone(),
            publisher: reference.publisher.clone().unwrap_or_default(),
            url: reference.url.as_deref().map_or(String::new(), |url| safe_address(url).to_owned()),
            page: reference.page.clone().unwrap_or_default(),
            read: reference.read.map_or(String::new(), |date| date.to_string()),
            evidence: reference.evidence.as_ref().map_or(String::new(), |evidence| evidence.value.clone()),
            reason: reference.reason.as_deref().map_or(String::new(), markdown),
        };
        if seen.insert(shown.clone()) {
            references.push((id.clone(), shown));
        }
    }
    let about = About {
        shell: &shell,
        credits: meta
            .credit
            .iter()
            .map(|(name, url, note)| (name.clone(), safe_address(url).to_owned(), markdown(note)))
            .collect(),
        references,
        as_of: meta.as_of.map_or(String::new(), |(date, _)| date.to_string()),
    };
    shell::page(&shell, &about)
}

/// `404.html`.
pub fn not_found(site: &Site<'_>) -> Page {
    let shell = Shell::new(
        site,
        "404.html",
        "No such page",
        format!("This address leads nowhere in the guide to {}.", site.view.build.meta.title),
    );
    shell::page(&shell, &NotFound { shell: &shell })
}

/// `sitemap.html`.
pub fn sitemap(site: &Site<'_>, pages: &[Page]) -> Page {
    let shell = Shell::new(
        site,
        "sitemap.html",
        "All pages",
        format!("Every page of the guide to {}.", site.view.build.meta.title),
    );
    let pages = pages
        .iter()
        .filter(|page| page.path != "404.html")
        .map(|page| (page.path.clone(), page.title.clone()))
        .collect();
    shell::page(&shell, &Sitemap { shell: &shell, pages })
}
