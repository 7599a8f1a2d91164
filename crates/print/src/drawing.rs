//! An SVG, read with the letters of the font that is shipped.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use resvg::usvg::{FontResolver, Options, Tree};

/// A part of DejaVu Sans Condensed; `font/README.md` says which.
const FONT: &[u8] = include_bytes!("../font/drawing.ttf");
const FAMILY: &str = "DejaVu Sans Condensed";

/// A drawing that can be printed.
pub struct Drawing {
    pub(crate) tree: Tree,
    missing: BTreeSet<char>,
}

impl Drawing {
    /// Reads an SVG; whatever family it names, letters are of the font that is shipped.
    ///
    /// # Errors
    /// What is not SVG, or has no size.
    pub fn read(svg: &str) -> Result<Self, String> {
        let missing = Arc::new(Mutex::new(BTreeSet::new()));
        let seen = Arc::clone(&missing);
        let mut options = Options {
            font_family: FAMILY.to_owned(),
            font_resolver: FontResolver {
                select_font: FontResolver::default_font_selector(),
                select_fallback: Box::new(move |letter, _, _| {
                    seen.lock().expect("nobody panics with it").insert(letter);
                    None
                }),
            },
            ..Options::default()
        };
        let fonts = options.fontdb_mut();
        fonts.load_font_data(FONT.to_vec());
        fonts.set_sans_serif_family(FAMILY);
        fonts.set_serif_family(FAMILY);
        fonts.set_monospace_family(FAMILY);
        let tree = Tree::from_str(svg, &options).map_err(|error| format!("the drawing cannot be read: {error}"))?;
        let missing = missing.lock().expect("nobody panics with it").clone();
        Ok(Self { tree, missing })
    }

    /// Letters that the font does not have, at least one of each text that holds any; an empty box stands in their place.
    pub fn missing(&self) -> &BTreeSet<char> {
        &self.missing
    }
}
