//! Hardware and software steps, in file order.

mod setup;

use source::documents::Documents;
use source::fields::Fields;
use source::reading::wrong_shape;
use source::value::Datum;
use source::{Findings, Span, Text};

use super::entries::{Row, id_in_words, piece, rows, words};
use super::names::Names;
use super::purchase::links;
use super::{roots, unknown_word};
use crate::build::Build;
use crate::device::{DeviceId, Origin, Terminal};
use crate::guide::{Photo, Step};
use crate::part::PartId;
use crate::wire::RunId;

/// Reads `site/guide/*.toml`.
pub(crate) fn read(documents: &Documents, build: &mut Build, find: &Names, log: &Findings) {
    for row in rows(documents, "step", roots::guide, log) {
        let step = Reader { build, find, log, subject: row.fields.subject.as_str().to_owned() }.step(row);
        build.steps.push(step);
    }
    let setups = rows(documents, "setup", roots::guide, log);
    let ids: Vec<String> = setups.iter().map(|row| row.id.value.clone()).collect();
    for row in setups {
        let setup = setup::read(row, build, &ids, find, log);
        build.setups.push(setup);
    }
}

/// What one step's names are bound with.
struct Reader<'a> {
    build: &'a Build,
    find: &'a Names,
    log: &'a Findings,
    subject: String,
}

impl Reader<'_> {
    fn step(&self, row: Row<'_>) -> Step {
        let (mut fields, id) = (row.fields, row.id);
        let mut step = Step {
            id: id.clone(),
            group: words(&mut fields, "group"),
            title: words(&mut fields, "title").unwrap_or_else(|| id_in_words(&id.value)),
            action: fields.text("do"),
            fits: Vec::new(),
            fits_with: Vec::new(),
            uses: self.parts(&fields.texts("uses")),
            tools: fields.texts("tools"),
            wires: self.runs(&fields.texts("wires")),
            cut: self.runs(&fields.texts("cut")),
            land: self.ends(&fields.texts("land")),
            park: self.parked(&mut fields),
            moved: self.ends(&fields.texts("move")),
            sets: self.settings(&mut fields),
            insulates: self.terminals(&fields.texts("insulates")),
            live: self.live(&fields.texts("live")),
            danger: fields.texts("danger"),
            warning: fields.texts("warning"),
            note: fields.texts("note"),
            have: words(&mut fields, "have"),
            checks: self.checks(&mut fields),
            photos: self.photos(&mut fields),
            links: links(&mut fields),
            span: id.span,
        };
        for text in fields.texts("fits") {
            self.fit(&text, &mut step);
        }
        fields.finish();
        step
    }

    /// `pi[1..5]`, or `pi[*]/case-armor` for what rides along.
    fn fit(&self, text: &Text, step: &mut Step) {
        let split = text.value.rsplit_once('/').filter(|(_, part)| !part.bytes().all(|byte| byte.is_ascii_digit()));
        let Some((owner, part)) = split else {
            let devices = self.find.devices(self.build, text, &self.subject, self.log);
            step.fits.extend(devices.into_iter().map(|device| (device, text.span)));
            return;
        };
        let devices = self.find.devices(self.build, &piece(text, 0, owner.len()), &self.subject, self.log);
        let word = piece(text, owner.len() + 1, text.value.len());
        let id = self.find.find_part(part);
        for device in devices {
            let with = &self.build.device(device).with;
            match with.iter().find(|(with, _)| Some(*with) == id) {
                Some(&(part, _)) => step.fits_with.push((device, part, text.span)),
                None => {
                    let known: Vec<&str> = with.iter().map(|&(part, _)| self.build.part(part).id.as_str()).collect();
                    let what = format!("a part that rides along with `{}`", self.build.device(device).name);
                    self.log.push(unknown_word::finding(&self.subject, &word, &what, &known));
                    return;
                }
            }
        }
    }

    fn parts(&self, texts: &[Text]) -> Vec<(PartId, Span)> {
        texts.iter().filter_map(|text| Some((self.find.part(text, &self.subject, self.log)?, text.span))).collect()
    }

    fn runs(&self, texts: &[Text]) -> Vec<(RunId, Span)> {
        let of = |text: &Text| self.find.runs(self.build, text, &self.subject, self.log);
        texts.iter().flat_map(|text| of(text).into_iter().map(|run| (run, text.span))).collect()
    }

    fn terminals(&self, texts: &[Text]) -> Vec<(Terminal, Span)> {
        let of = |text: &Text| self.find.terminals(self.build, text, &self.subject, self.log);
        texts.iter().flat_map(|text| of(text).into_iter().map(|terminal| (terminal, text.span))).collect()
    }

    /// `a/1.from`: a run and which of its ends.
    fn end(&self, text: &Text) -> Vec<(RunId, u8)> {
        let (name, end) = text.value.rsplit_once('.').unwrap_or((&text.value, ""));
        let end = match end {
            "from" => 0,
            "to" => 1,
            other => {
                let at = text.value.len() - other.len();
                let word = if other.is_empty() { text.clone() } else { piece(text, at, text.value.len()) };
                self.log.push(unknown_word::finding(&self.subject, &word, "an end of a wire", &["from", "to"]));
                return Vec::new();
            }
        };
        let runs = self.find.runs(self.build, &piece(text, 0, name.len()), &self.subject, self.log);
        runs.into_iter().map(|run| (run, end)).collect()
    }

    fn ends(&self, texts: &[Text]) -> Vec<(RunId, u8, Span)> {
        texts.iter().flat_map(|text| self.end(text).into_iter().map(|(run, end)| (run, end, text.span))).collect()
    }

    /// `park = { "a/1.to" = "term[1].plus" }`: one terminal for all, or one for each end.
    fn parked(&self, fields: &mut Fields<'_>) -> Vec<(RunId, u8, Terminal, Span)> {
        let Some(table) = fields.table("park") else {
            return Vec::new();
        };
        let mut parked = Vec::new();
        for entry in &table.entries {
            let Datum::Text(place) = &entry.value.value else {
                self.log.push(wrong_shape::finding(&self.subject, &entry.key.value, &entry.value, "a terminal"));
                continue;
            };
            let place = Text { value: place.as_str().to_owned(), span: entry.value.span };
            let (ends, at) =
                (self.end(&entry.key.text()), self.find.terminals(self.build, &place, &self.subject, self.log));
            if at.is_empty() || ends.is_empty() {
                continue;
            }
            if at.len() != 1 && at.len() != ends.len() {
                let expected = format!("one terminal or {}", ends.len());
                self.log.push(wrong_shape::finding(&self.subject, &entry.key.value, &entry.value, &expected));
                continue;
            }
            let place = |n: usize| at[if at.len() == 1 { 0 } else { n }];
            parked.extend(ends.into_iter().enumerate().map(|(n, (run, end))| (run, end, place(n), entry.key.span)));
        }
        parked
    }

    /// `sets = { "k1.trigger" = "L" }`.
    fn settings(&self, fields: &mut Fields<'_>) -> Vec<(DeviceId, u32, Text)> {
        let Some(table) = fields.table("sets") else {
            return Vec::new();
        };
        let mut sets = Vec::new();
        for entry in &table.entries {
            let Datum::Text(position) = &entry.value.value else {
                self.log.push(wrong_shape::finding(&self.subject, &entry.key.value, &entry.value, "a position"));
                continue;
            };
            let position = Text { value: position.as_str().to_owned(), span: entry.value.span };
            let (owner, lever) = entry.key.value.rsplit_once('.').unwrap_or((&entry.key.value, ""));
            let key = entry.key.text();
            let word = piece(&key, (owner.len() + 1).min(key.value.len()), key.value.len());
            let word = if lever.is_empty() { key.clone() } else { word };
            for device in self.find.devices(self.build, &piece(&key, 0, owner.len()), &self.subject, self.log) {
                let Some(index) = self.lever(device, lever, &word) else {
                    break;
                };
                if !self.has_position(device, index, &position) {
                    break;
                }
                sets.push((device, index, position.clone()));
            }
        }
        sets
    }

    fn lever(&self, device: DeviceId, lever: &str, word: &Text) -> Option<u32> {
        let levers = &self.build.part_of(device).levers;
        let at = levers.iter().position(|known| known.name == lever);
        if at.is_none() {
            let known: Vec<&str> = levers.iter().map(|lever| lever.name.as_str()).collect();
            let what = format!("a lever of `{}`", self.build.device(device).name);
            self.log.push(unknown_word::finding(&self.subject, word, &what, &known));
        }
        at.and_then(|at| u32::try_from(at).ok())
    }

    fn has_position(&self, device: DeviceId, lever: u32, position: &Text) -> bool {
        let lever = &self.build.part_of(device).levers[lever as usize];
        let known: Vec<&str> = if lever.positions.is_empty() {
            vec!["off", "on"]
        } else {
            lever.positions.iter().map(String::as_str).collect()
        };
        let there = known.contains(&position.value.as_str());
        if !there {
            let what = format!("a position of `{}.{}`", self.build.device(device).name, lever.name);
            self.log.push(unknown_word::finding(&self.subject, position, &what, &known));
        }
        there
    }

    fn live(&self, texts: &[Text]) -> Vec<(DeviceId, Span)> {
        let mut live = Vec::new();
        for text in texts {
            for device in self.find.devices(self.build, text, &self.subject, self.log) {
                if matches!(self.build.device(device).origin, Origin::Feed(_)) {
                    live.push((device, text.span));
                } else {
                    let feeds: Vec<&str> = self.build.feeds.iter().map(|feed| feed.name.as_str()).collect();
                    self.log.push(unknown_word::finding(&self.subject, text, "a feed", &feeds));
                    break;
                }
            }
        }
        live
    }

    fn checks(&self, fields: &mut Fields<'_>) -> Vec<(String, String)> {
        let mut checks = Vec::new();
        for value in fields.list("check") {
            let Some(table) = fields.as_table("check", value) else {
                continue;
            };
            let mut check = Fields::new(table, format!("{}:check", self.subject), "a check", self.log);
            let measure = check.required_text("measure").map(|text| text.value);
            let expect = check.required_text("expect").map(|text| text.value);
            check.finish();
            checks.extend(measure.zip(expect));
        }
        checks
    }

    fn photos(&self, fields: &mut Fields<'_>) -> Vec<Photo> {
        let mut photos = Vec::new();
        for value in fields.list("photo") {
            let Some(table) = fields.as_table("photo", value) else {
                continue;
            };
            let mut photo = Fields::new(table, format!("{}:photo", self.subject), "a photo", self.log);
            let file = photo.required_text("file");
            let alt = photo.required_text("alt").map(|alt| alt.value);
            let credit = words(&mut photo, "credit");
            photo.finish();
            if let Some((file, alt)) = file.zip(alt) {
                let name = &file.value;
                let url = if name.contains("://") { name.clone() } else { format!("{}{name}", self.build.meta.photos) };
                if url.starts_with("https://") || url.starts_with("http://") {
                    photos.push(Photo { url, alt, credit });
                } else {
                    let what = "an address of the web, nor a name that `photos` in `bom/build.toml` makes into one";
                    self.log.push(unknown_word::finding(&self.subject, &file, what, &[]));
                }
            }
        }
        photos
    }
}
