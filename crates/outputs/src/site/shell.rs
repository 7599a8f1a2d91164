//! What stands around every page: title, description, the way to the other pages.

use askama::Template;

use super::Site;

/// A finished page.
pub struct Page {
    /// Below `site/`, with `/`.
    pub path: String,
    /// For lists of pages.
    pub title: String,
    /// Two sentences at most.
    pub about: String,
    /// The whole text.
    pub html: String,
}

/// What the base template takes.
pub struct Shell {
    /// ``, `../`, or the whole address where a page may be shown at any other.
    pub root: String,
    /// The page's own address, where it is known.
    pub canonical: String,
    /// Errors that every page warns of: `2 errors`; empty if there is nothing to warn of.
    pub stamp: String,
    /// Path below `site/`.
    pub path: String,
    /// Title of the page.
    pub title: String,
    /// Two sentences at most, for machines that list pages.
    pub description: String,
    /// Name of the build, for what a browser keeps.
    pub slug: String,
    /// Title of the build.
    pub build: String,
    /// Version of the build.
    pub version: String,
    /// Licence of the build.
    pub license: String,
    /// The way around.
    pub nav: Vec<Nav>,
    /// Use all of a wide window.
    pub wide: bool,
}

/// A link of the way around.
pub struct Nav {
    /// Below `site/`.
    pub href: String,
    /// Word.
    pub word: String,
    /// Whether this is where we are.
    pub here: bool,
}

/// Pages that every page links to.
const NAV: [(&str, &str); 15] = [
    ("index.html", "Overview"),
    ("steps/index.html", "Steps"),
    ("parts.html", "Parts"),
    ("wires.html", "Wires"),
    ("wiring.html", "Wiring"),
    ("boards.html", "Boards"),
    ("power.html", "Power"),
    ("tests.html", "Tests"),
    ("control.html", "Control"),
    ("faults.html", "Faults"),
    ("weak.html", "Weak spots"),
    ("software.html", "Software"),
    ("findings.html", "Findings"),
    ("choices.html", "Choices"),
    ("about.html", "About"),
];

impl Shell {
    /// The shell of a page.
    pub fn new(
        site: &Site<'_>,
        path: impl Into<String>,
        title: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        let path = path.into();
        let meta = &site.view.build.meta;
        let section = |href: &str| {
            href == path
                || (href == "steps/index.html" && (path.starts_with("steps/") || path == "before.html"))
                || (href == "wiring.html" && (path.starts_with("wiring/") || path == "states.html"))
                || (href == "boards.html" && (path.starts_with("boards/") || path == "chassis.html"))
                || (href == "findings.html" && path.starts_with("rules/"))
        };
        let nav = NAV
            .iter()
            .map(|(href, word)| Nav { href: (*href).to_owned(), word: (*word).to_owned(), here: section(href) })
            .collect();
        Self {
            root: site.published.root(&path),
            canonical: site.published.canonical(&path),
            stamp: site.published.stamp(),
            title: title.into(),
            description: clip(&description.into()),
            slug: meta.name.clone(),
            build: if meta.title.is_empty() { meta.name.clone() } else { meta.title.clone() },
            version: meta.version.clone(),
            license: meta.license.clone(),
            nav,
            wide: false,
            path,
        }
    }

    /// The same, as wide as the window.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
}

/// At most 155 characters, cut at a word.
fn clip(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= 155 {
        return text;
    }
    let mut kept = String::new();
    for word in text.split(' ') {
        if kept.chars().count() + word.chars().count() > 152 {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    format!("{kept} …")
}

/// Renders a template into a page.
pub fn page(shell: &Shell, template: &impl Template) -> Page {
    let html = template.render().expect("a template that only writes to memory does not fail");
    let html: String =
        html.lines().map(str::trim_end).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect();
    Page { path: shell.path.clone(), title: shell.title.clone(), about: shell.description.clone(), html }
}
