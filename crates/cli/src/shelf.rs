//! The built-in library as a [`Reader`](source::documents::Reader) hands it out.

use source::documents::Shelf;

/// The parts, chips and connectors that come with the program.
pub struct Library;

impl Shelf for Library {
    fn part(&self, id: &str) -> Option<(&'static str, &'static str)> {
        library::part(id).map(|file| (file.path, file.text))
    }

    fn base(&self) -> Vec<(&'static str, &'static str)> {
        vec![(library::CONNECTORS_PATH, library::CONNECTORS)]
    }

    fn table(&self, name: &str) -> Option<(&'static str, &'static str)> {
        match name.strip_prefix("socs/") {
            Some(id) => library::soc(id).map(|file| (file.path, file.text)),
            None => (name == "overlays").then_some((library::OVERLAYS_PATH, library::OVERLAYS)),
        }
    }

    fn ids(&self) -> Vec<&'static str> {
        library::PARTS.iter().map(|file| file.id).collect()
    }
}
