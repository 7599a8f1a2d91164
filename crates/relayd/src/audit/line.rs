//! A record as a line of text, and a line's place in its chain.

use std::fmt::Write as _;

use super::Place;
use crate::clock;
use crate::digest::{hex, sha256};

/// Most letters of a field; what is longer ends in `…`.
pub const LONGEST_FIELD: usize = 500;
/// Most bytes of a line: ten fields of letters that take twelve bytes each at most, and room for the rest.
pub(super) const LONGEST: usize = 10 * LONGEST_FIELD * 12 + 1024;

/// What was done. Fields that are empty are left out.
#[derive(Clone, Copy, Default, Debug)]
pub struct Record<'a> {
    /// Who did it: an account, `watchdog`, `wireloom-relayd`.
    pub actor: &'a str,
    /// Where the request came from: an address, a socket.
    pub from: &'a str,
    /// What was to be done: `off`, `login`.
    pub action: &'a str,
    /// The outlet or account that it was about.
    pub subject: &'a str,
    /// Why.
    pub reason: &'a str,
    /// What became of it: `done`, `refused`, a rule's id.
    pub outcome: &'a str,
    /// How it was before.
    pub before: &'a str,
    /// How it is after.
    pub after: &'a str,
    /// The id of the request, where one was given.
    pub request: &'a str,
    /// A sentence about what was done.
    pub detail: &'a str,
    /// The operation's number.
    pub operation: Option<u64>,
}

/// The line of a record after `last`, its newline included, and its place.
pub(super) fn format(record: &Record<'_>, now_ms: u64, last: &Place) -> (String, Place) {
    let seq = last.seq + 1;
    let mut line = format!("{{\"seq\":{seq},\"at\":\"{}\"", clock::text(now_ms));
    let fields = [
        ("actor", record.actor),
        ("from", record.from),
        ("action", record.action),
        ("subject", record.subject),
        ("reason", record.reason),
        ("outcome", record.outcome),
        ("before", record.before),
        ("after", record.after),
        ("request", record.request),
        ("detail", record.detail),
    ];
    for (key, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(line, ",\"{key}\":\"");
        escape(value, &mut line);
        line.push('"');
    }
    if let Some(operation) = record.operation {
        let _ = write!(line, ",\"operation\":{operation}");
    }
    let _ = write!(line, ",\"prev\":\"{}\"", last.hash);
    let hash = hex(&sha256(line.as_bytes()));
    let _ = writeln!(line, ",\"hash\":\"{hash}\"}}");
    (line, Place { seq, hash })
}

/// Letters that end a line, move a cursor, or turn the reading direction: a log that holds them shows what is not in it.
fn misleads(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A value between the quotes of a JSON string.
fn escape(value: &str, line: &mut String) {
    for letter in value.chars().take(LONGEST_FIELD) {
        match letter {
            '"' | '\\' => {
                line.push('\\');
                line.push(letter);
            }
            letter if misleads(letter) => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    let _ = write!(line, "\\u{unit:04x}");
                }
            }
            letter => line.push(letter),
        }
    }
    if value.chars().nth(LONGEST_FIELD).is_some() {
        line.push('…');
    }
}

/// The largest number of an operation among the last records of a file that have one.
///
/// Queued operations are written when they are asked for and again when they run, so that a late record may bear a small number: a thousand are looked at.
pub(super) fn last_operation(file: &[u8]) -> Option<u64> {
    let number = |line: &[u8]| {
        let line = std::str::from_utf8(line).ok()?;
        // Between quotes of a value, quotes are escaped.
        let (_, rest) = line.rsplit_once(",\"operation\":")?;
        rest.split_once(',')?.0.parse::<u64>().ok()
    };
    file.rsplit(|&byte| byte == b'\n').filter_map(number).take(1_000).max()
}

/// What a whole line says of itself: its place and the hash before it.
pub(super) struct Said {
    /// Its number and its hash, which fits its text.
    pub place: Place,
    /// The hash of the line before.
    pub prev: String,
}

/// Reads a line without its newline.
///
/// # Errors
/// Why it is not a record, in words.
pub(super) fn read(line: &[u8]) -> Result<Said, &'static str> {
    let line = std::str::from_utf8(line).map_err(|_| "it is not UTF-8")?;
    let object: serde_json::Value = serde_json::from_str(line).map_err(|_| "it is not a JSON object")?;
    let text = |key: &str| object.get(key).and_then(serde_json::Value::as_str);
    let seq = object.get("seq").and_then(serde_json::Value::as_u64).ok_or("it has no `seq`")?;
    let (hash, prev) = (text("hash").ok_or("it has no `hash`")?, text("prev").ok_or("it has no `prev`")?);
    let said = line.strip_suffix("\"}").and_then(|line| line.strip_suffix(hash));
    let said = said.and_then(|line| line.strip_suffix(",\"hash\":\"")).ok_or("its `hash` is not at its end")?;
    if hex(&sha256(said.as_bytes())) != hash {
        return Err("its text does not fit its hash");
    }
    Ok(Said { place: Place { seq, hash: hash.to_owned() }, prev: prev.to_owned() })
}

/// The place of a whole line.
///
/// # Errors
/// Why it is not a record, in words.
pub(super) fn place(line: &[u8]) -> Result<Place, &'static str> {
    read(line).map(|said| said.place)
}
