//! The build with other parts in it: what `--with` asks, without touching a file.
//!
//! A part takes the place of another as a whole: its text is read under the other's name, so that every rule judges the swap. A road not
//! taken (`[option.<id>]`) has no terminals; it changes price, name and figures, and the wiring is judged as it was.

use std::collections::BTreeMap;

use model::Build;
use source::documents::{self, Reader, Shelf};
use source::nearest::nearest;
use source::{Findings, SourceMap};

use crate::{Checked, check_amended};

/// A reader with some files replaced.
struct Swapped<'a> {
    under: &'a dyn Reader,
    texts: BTreeMap<String, String>,
}

/// What was put in whose place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Swap {
    /// The part whose place it takes.
    pub old: String,
    /// The part or option.
    pub new: String,
    /// Whether it is an option, of which no terminals and no size are known.
    pub is_option: bool,
    /// What speaks against an option.
    pub con: Option<String>,
}

/// Runs everything with these swaps: `NEW`, which says itself `instead-of` what, or `OLD=NEW`.
///
/// # Errors
/// A sentence that says which name means nothing, or takes no part's place.
pub fn check_with(reader: &dyn Reader, asked: &[String]) -> Result<(Checked, Vec<Swap>), String> {
    let (mut sources, log) = (SourceMap::default(), Findings::default());
    let documents = documents::read(reader, &mut sources, &log);
    let build = model::resolve::resolve(&documents, &log);
    let mut swaps = Vec::new();
    let mut swapped = Swapped { under: reader, texts: BTreeMap::new() };
    for asked in asked {
        let (swap, text) = find(reader, &build, &sources, asked)?;
        if let Some(text) = text {
            swapped.texts.insert(format!("bom/parts/{}.toml", swap.old), text);
        }
        swaps.push(swap);
    }
    let options: Vec<&Swap> = swaps.iter().filter(|swap| swap.is_option).collect();
    let checked = check_amended(&swapped, |build| {
        for swap in options {
            choose(build, swap);
        }
        Ok(())
    })?;
    Ok((checked, swaps))
}

/// What is asked, and the text to read in the old part's place.
fn find(
    reader: &dyn Reader,
    build: &Build,
    sources: &SourceMap,
    asked: &str,
) -> Result<(Swap, Option<String>), String> {
    let (old, new) = asked.split_once('=').map_or((None, asked), |(old, new)| (Some(old.trim()), new));
    let new = new.trim();
    let is_part = |id: &str| build.parts.iter().any(|part| part.id == id);
    let part = build.parts.iter().find(|part| part.id == new);
    let option = build.alternatives.iter().find(|option| option.id.value == new);
    let named = match (part, option) {
        (Some(part), _) => part.instead_of.as_ref().map(|of| of.value.clone()),
        (None, Some(option)) => option.instead_of.map(|of| build.part(of).id.clone()),
        (None, None) => None,
    };
    let text = match part.and_then(|part| part.span) {
        Some(span) => Some(sources.text(span.file).to_owned()),
        None => reader.shelf().part(new).map(|(_, text)| text.to_owned()),
    };
    if text.is_none() && option.is_none() {
        let ids = build.parts.iter().map(|part| part.id.as_str());
        let ids = ids.chain(build.alternatives.iter().map(|option| option.id.as_str())).chain(reader.shelf().ids());
        let near = nearest(new, ids).map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
        return Err(format!("no part or option is named `{new}`{near}"));
    }
    let Some(old) = old.map(str::to_owned).or(named) else {
        return Err(format!("`{new}` does not say what it stands instead of; ask with `OLD={new}`"));
    };
    if !is_part(&old) {
        let near = nearest(&old, build.parts.iter().map(|part| part.id.as_str()));
        let near = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
        return Err(format!("no part of this build is named `{old}`{near}"));
    }
    let is_option = text.is_none();
    let con = option.filter(|_| is_option).and_then(|option| option.con.clone());
    Ok((Swap { old, new: new.to_owned(), is_option, con }, text))
}

/// An option in a part's place: its name, offers and figures, and nothing known of its size.
fn choose(build: &mut Build, swap: &Swap) {
    let Some(option) = build.alternatives.iter().find(|option| option.id.value == swap.new).cloned() else { return };
    let Some(part) = build.parts.iter_mut().find(|part| part.id == swap.old) else { return };
    part.name = option.name.value;
    part.offers = option.offers;
    (part.mpn, part.maker, part.lifecycle, part.body) = (None, None, None, None);
    for (name, spec) in option.spec {
        match part.spec.iter_mut().find(|(own, _)| own.value == name.value) {
            Some(own) => own.1 = spec,
            None => part.spec.push((name, spec)),
        }
    }
}

impl Reader for Swapped<'_> {
    fn list(&self, folder: &str) -> Vec<String> {
        let mut all = self.under.list(folder);
        let inside = |path: &&String| path.rsplit_once('/').is_some_and(|(of, _)| of == folder);
        all.extend(self.texts.keys().filter(inside).cloned());
        all.sort_unstable();
        all.dedup();
        all
    }

    fn text(&self, path: &str) -> Result<String, String> {
        self.texts.get(path).cloned().map_or_else(|| self.under.text(path), Ok)
    }

    fn inside(&self, folder: &str) -> bool {
        self.under.inside(folder)
    }

    fn shelf(&self) -> &dyn Shelf {
        self.under.shelf()
    }
}
