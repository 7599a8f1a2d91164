//! Filled sheets as people bring them: the table with its column `reading`, or the builds that a browser kept.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::sheet::Row;

/// What a meter showed, or what went dark.
#[derive(Clone, Debug)]
pub struct Reading {
    /// A number in the row's unit; *OL* is infinite.
    pub number: f64,
    /// As it was written.
    pub words: String,
    /// The device that went dark, where that was written down.
    pub name: Option<String>,
}

/// Readings by row, and what is worth saying of the file.
#[derive(Debug)]
pub struct Filled {
    /// By row of the sheet.
    pub readings: Vec<Option<Reading>>,
    /// What does not fit, and does not bar the way.
    pub notes: Vec<String>,
}

/// The first this many unknown rows are named.
const NAMED: usize = 5;

/// A number as the page takes it: a comma for a point, `OL` or `open` for what is beyond the meter.
fn number(words: &str) -> Option<f64> {
    let words = words.trim().to_lowercase();
    if words == "ol" || words == "open" {
        return Some(f64::INFINITY);
    }
    let plain = words.replace(',', ".");
    let digits = plain.bytes().all(|byte| byte.is_ascii_digit() || b".+-e".contains(&byte));
    plain.parse::<f64>().ok().filter(|number| digits && number.is_finite())
}

fn reading(row: &Row, rows: &[Row], words: &str) -> Result<Reading, String> {
    let words = words.trim().trim_start_matches('\'');
    if let Some(number) = number(words) {
        return Ok(Reading { number, words: words.to_owned(), name: None });
    }
    let known = |name: &str| rows.iter().any(|row| row.goes_dark.as_deref() == Some(name));
    let name = words.to_lowercase();
    match (&row.goes_dark, known(&name)) {
        (Some(_), true) => Ok(Reading { number: 0.0, words: words.to_owned(), name: Some(name) }),
        (Some(own), false) => Err(format!("`{}` is neither a number in V nor a load such as `{own}`", short(words))),
        (None, _) => Err(format!("`{}` is neither a number in {} nor `OL`", short(words), row.unit())),
    }
}

/// Enough of a text to know it by.
fn short(text: &str) -> String {
    let printable = |letter: char| if letter.is_control() { ' ' } else { letter };
    let cut: String = text.chars().take(40).map(printable).collect();
    if cut.chars().count() < text.chars().count() { format!("{cut}…") } else { cut }
}

/// Which column stands where.
struct Columns {
    id: usize,
    reading: usize,
    low: Option<usize>,
    high: Option<usize>,
    guide: Option<usize>,
}

/// `sheet.csv` as a spreadsheet may have saved it: commas, semicolons or tabs.
///
/// # Errors
/// Every line that cannot be read.
pub fn csv(rows: &[Row], guide: &str, text: &str) -> Result<Filled, Vec<String>> {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|delimiter| {
        // Of equal counts the last wins, and a comma has to.
        (head.bytes().filter(|byte| byte == delimiter).count(), *delimiter == b',')
    });
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter.unwrap_or(b',')).flexible(true).from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(names) => columns(names)?,
        Err(error) => return Err(vec![format!("line 1: {error}")]),
    };
    let at: BTreeMap<&str, usize> = rows.iter().enumerate().map(|(at, row)| (row.test.id.as_str(), at)).collect();
    let mut filled = Filled { readings: vec![None; rows.len()], notes: Vec::new() };
    let mut seen: BTreeMap<usize, u64> = BTreeMap::new();
    let (mut errors, mut unknown, mut moved, mut guides) = (Vec::new(), Vec::new(), 0_usize, BTreeMap::new());
    let mut lines = 0;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                errors.push(format!("line {line}: it is no row of a table: {error}"));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let id = cell(columns.id).trim_start_matches('\'');
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        lines += 1;
        let other = columns.guide.map(cell).filter(|other| !other.is_empty() && *other != guide);
        if let Some(other) = other {
            guides.entry(other.to_owned()).or_insert(line);
        }
        let Some(&row) = at.get(id) else {
            unknown.push(format!("line {line} `{}`", short(id)));
            continue;
        };
        if let Some(first) = seen.insert(row, line) {
            errors.push(format!("line {line}, `id`: `{}` stands in line {first} as well", short(id)));
            continue;
        }
        let own = rows[row].limits().unwrap_or_default();
        let same = |column: Option<usize>, own: &str| column.is_none_or(|column| number(cell(column)) == number(own));
        moved += usize::from(!same(columns.low, &own[0]) || !same(columns.high, &own[1]));
        let words = cell(columns.reading);
        if words.is_empty() {
            continue;
        }
        match reading(&rows[row], rows, words) {
            Ok(reading) => filled.readings[row] = Some(reading),
            Err(why) => errors.push(format!("line {line}, `reading`: {why}")),
        }
    }
    for (other, line) in guides {
        filled.notes.push(format!("line {line}: the sheet is of `{}`, and this is `{guide}`", short(&other)));
    }
    if moved > 0 {
        filled.notes.push(format!(
            "{moved} of its rows have other limits than the model: the build changed since the sheet was written; its own limits count"
        ));
    }
    finish(filled, errors, &unknown, lines)
}

fn columns(names: &csv::StringRecord) -> Result<Columns, Vec<String>> {
    let find = |wanted: &str| names.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted));
    let missing =
        |wanted: &str| format!("line 1: there is no column `{wanted}`; `wireloom export sheet` prints an empty sheet");
    match (find("id"), find("reading")) {
        (Some(id), Some(reading)) => {
            Ok(Columns { id, reading, low: find("low"), high: find("high"), guide: find("guide") })
        }
        (id, reading) => {
            let absent = [("id", id), ("reading", reading)].into_iter().filter(|(_, at)| at.is_none());
            Err(absent.map(|(wanted, _)| missing(wanted)).collect())
        }
    }
}

fn finish(mut filled: Filled, errors: Vec<String>, unknown: &[String], lines: usize) -> Result<Filled, Vec<String>> {
    if !errors.is_empty() {
        return Err(errors);
    }
    if lines > 0 && unknown.len() == lines {
        return Err(vec![format!("none of its {lines} rows is on the sheet of this build, {} for one", unknown[0])]);
    }
    if !unknown.is_empty() {
        let more = if unknown.len() > NAMED { format!(" and {} more", unknown.len() - NAMED) } else { String::new() };
        let named = unknown.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        filled.notes.push(format!("rows that the sheet of this build does not have are passed over: {named}{more}"));
    }
    Ok(filled)
}

#[derive(Deserialize)]
struct Builds {
    format: String,
    version: u64,
    guide: String,
    builds: Vec<Kept>,
}

#[derive(Deserialize)]
struct Kept {
    name: String,
    #[serde(default)]
    readings: BTreeMap<String, String>,
}

/// What the guide writes builds to (`docs/builds.md`).
///
/// # Errors
/// Why it is no such file, which build is meant, and every reading that is none.
pub fn json(rows: &[Row], slug: &str, text: &str, of: Option<&str>) -> Result<Filled, Vec<String>> {
    let file: Builds = serde_json::from_str(text).map_err(|error| {
        vec![format!("line {}, column {}: it is no file of builds: {error}", error.line(), error.column())]
    })?;
    let mut errors = Vec::new();
    if file.format != "wireloom-builds" {
        errors.push(format!("`format`: it is `{}`, and a file of builds has `wireloom-builds`", short(&file.format)));
    }
    if file.version != 1 {
        errors.push(format!("`version`: it is {}, and this program reads version 1", file.version));
    }
    if file.guide != slug {
        errors.push(format!("`guide`: it belongs to `{}`, and this is `{slug}`", short(&file.guide)));
    }
    let names = || file.builds.iter().map(|build| format!("`{}`", short(&build.name))).collect::<Vec<_>>().join(", ");
    let at = match of {
        Some(name) => file.builds.iter().position(|build| build.name == name),
        None if file.builds.len() == 1 => Some(0),
        None => None,
    };
    let Some(at) = at else {
        let why = match of {
            _ if file.builds.is_empty() => "it holds no build".to_owned(),
            Some(name) => format!("no build is called `{}`; there are {}", short(name), names()),
            None => format!("it holds several builds, {}: `--build NAME` says which", names()),
        };
        errors.push(format!("`builds`: {why}"));
        return Err(errors);
    };
    let mut filled = Filled { readings: vec![None; rows.len()], notes: Vec::new() };
    let mut unknown = Vec::new();
    for (id, words) in &file.builds[at].readings {
        let Some(row) = rows.iter().position(|row| row.test.id == *id) else {
            unknown.push(format!("`{}`", short(id)));
            continue;
        };
        if words.trim().is_empty() {
            continue;
        }
        match reading(&rows[row], rows, words) {
            Ok(reading) => filled.readings[row] = Some(reading),
            Err(why) => errors.push(format!("`builds[{at}].readings`, `{}`: {why}", short(id))),
        }
    }
    finish(filled, errors, &unknown, file.builds[at].readings.len())
}
