//! The built-in library as a [`Reader`](source::documents::Reader) hands it out.

/// The text of a part: its path and what it says.
pub fn part(id: &str) -> Option<(&'static str, &'static str)> {
    library::part(id).map(|file| (file.path, file.text))
}

/// What every build may need: the connectors.
pub fn base() -> Vec<(&'static str, &'static str)> {
    vec![(library::CONNECTORS_PATH, library::CONNECTORS)]
}

/// A table of facts: `socs/bcm2711`, `overlays`.
pub fn table(name: &str) -> Option<(&'static str, &'static str)> {
    match name.strip_prefix("socs/") {
        Some(id) => library::soc(id).map(|file| (file.path, file.text)),
        None => (name == "overlays").then_some((library::OVERLAYS_PATH, library::OVERLAYS)),
    }
}

/// Every part's id.
pub fn ids() -> Vec<&'static str> {
    library::PARTS.iter().map(|file| file.id).collect()
}
