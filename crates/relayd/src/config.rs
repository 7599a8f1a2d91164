//! The daemon's file from the disk: everything that is wrong with it at once, each with its line.

use std::ops::Range;

use relay_config::{ConfigError, RelayConfig};
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

/// Most complaints about one file.
const MOST: usize = 50;

/// Reads a file's text.
///
/// # Errors
/// Every reason why it cannot be used, a sentence each; `line:column` first where there is a place. A table of which something is wrong is
/// not read further, and contradictions are looked for only where every table could be read.
pub fn read(text: &str) -> Result<RelayConfig, Vec<String>> {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(in_order(text, &errors));
    }
    match RelayConfig::parse(text) {
        Ok(config) => return Ok(config),
        Err(ConfigError::Contradictions(all)) => return Err(all),
        Err(error @ ConfigError::Schema(_)) => return Err(vec![error.to_string()]),
        Err(ConfigError::Shape(_)) => {}
    }
    let mut errors = Vec::new();
    while errors.len() < MOST {
        let Err(error) = RelayConfig::deserialize(Deserializer::from(table.clone())) else { break };
        // What was complained of goes, so that the next complaint is another one.
        let is_gone = error.span().is_some_and(|span| take_out(table.get_mut(), &span));
        errors.push(error);
        if !is_gone {
            break;
        }
    }
    Err(in_order(text, &errors))
}

/// Reads another file's text, of a shape whose keys may all be absent.
///
/// # Errors
/// Every key that is unknown or of the wrong type, a sentence each, with `line:column` first.
pub fn read_as<T: DeserializeOwned>(text: &str) -> Result<T, Vec<String>> {
    let (mut table, mut errors) = DeTable::parse_recoverable(text);
    while errors.is_empty() || errors.len() < MOST {
        match T::deserialize(Deserializer::from(table.clone())) {
            Ok(read) if errors.is_empty() => return Ok(read),
            Ok(_) => break,
            Err(error) => {
                let is_gone = error.span().is_some_and(|span| take_out_of(table.get_mut(), &span));
                errors.push(error);
                if !is_gone {
                    break;
                }
            }
        }
    }
    Err(in_order(text, &errors))
}

/// Takes out the key at a place, or the one whose value stands there, of a table or one within it; false where neither is there.
fn take_out_of(table: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    let mut open = vec![table];
    while let Some(table) = open.pop() {
        let found = table.iter().find(|(key, value)| key.span() == *span || value.span() == *span);
        if let Some(key) = found.map(|(key, _)| key.clone()) {
            return table.remove(&key).is_some();
        }
        open.extend(table.iter_mut().filter_map(|(_, value)| match value.get_mut() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        }));
    }
    false
}

/// Errors as sentences, in the order of the file.
fn in_order(text: &str, errors: &[toml::de::Error]) -> Vec<String> {
    let mut sorted: Vec<&toml::de::Error> = errors.iter().take(MOST).collect();
    sorted.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    let mut words: Vec<String> = sorted.into_iter().map(|error| sentence(text, error)).collect();
    words.dedup();
    words
}

/// An error with its place.
fn sentence(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().trim_end().replace('\n', "; ");
    match error.span() {
        Some(span) if span.start <= text.len() && 0 < span.end => {
            let before = &text[..text.floor_char_boundary(span.start)];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!("{line}:{column}: {message}")
        }
        _ => message,
    }
}

/// Takes out the key at a place, or the entry of a list of tables in which the place is; false where neither is there.
fn take_out(table: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    let key = table.keys().find(|key| key.span() == *span).cloned();
    if let Some(key) = key {
        return table.remove(&key).is_some();
    }
    for (_, value) in table.iter_mut() {
        match value.get_mut() {
            DeValue::Table(inner) => {
                if let Some(key) = inner.keys().find(|key| key.span() == *span).cloned() {
                    return inner.remove(&key).is_some();
                }
            }
            DeValue::Array(entries) => {
                for at in 0..entries.len() {
                    if let Some(DeValue::Table(entry)) = entries.get_mut(at).map(Spanned::get_mut)
                        && let Some(key) = entry.keys().find(|key| key.span() == *span).cloned()
                    {
                        return entry.remove(&key).is_some();
                    }
                    if entries.get(at).is_some_and(|entry| holds(entry, span)) {
                        let all = std::mem::replace(entries, DeArray::new()).into_iter().enumerate();
                        *entries = all.filter(|(other, _)| *other != at).map(|(_, entry)| entry).collect();
                        return true;
                    }
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether a value, or something in it, stands at a place.
fn holds(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        if value.span() == *span {
            return true;
        }
        match value.get_ref() {
            DeValue::Table(table) => {
                if table.keys().any(|key| key.span() == *span) {
                    return true;
                }
                open.extend(table.values());
            }
            DeValue::Array(entries) => open.extend(entries.iter()),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A file with outlets `pi[n]` on lines `n`, low-triggered on NC contacts.
    pub(crate) fn file(outlets: &[u32]) -> String {
        let mut text =
            "schema = 1\ncontroller = \"host\"\nslug = \"host\"\nstagger-ms = 0\nconfig-txt = [\"gpio=4=op,dh\"]\n"
                .to_owned();
        text += "[build]\nname = \"pi-1u\"\nversion = \"2\"\n[[chip]]\nlabel = \"pinctrl\"\n";
        for n in outlets {
            text += &format!(
                "[[outlet]]\nname = \"pi[{n}]\"\nslug = \"pi-{n}\"\nchip = \"pinctrl\"\nline = \"GPIO{n}\"\noffset = {n}\nactive = \"low\"\n\
                 contact = \"nc\"\nat-rest = \"on\"\nsafe = \"high\"\noff-ms = 1000\non-min-ms = 0\noff-min-ms = 0\ntakes-down = [\"pi[{n}]\"]\n\
                 feeds-host = false\nfeeds-rescuer = false\nwatch = false\n"
            );
        }
        text
    }

    #[test]
    fn a_file_that_is_right_is_read() {
        assert_eq!(read(&file(&[4, 5])).unwrap().outlets.len(), 2);
    }

    #[test]
    fn every_unknown_key_and_every_spoilt_table_is_told_in_one_go() {
        let text = file(&[4, 5, 6])
            .replace("stagger-ms", "stager = 1\nstagger-ms")
            .replace("line = \"GPIO4\"", "line = \"GPIO4\"\npull = \"up\"\nforce = true")
            .replace("offset = 5\n", "offset = \"5\"\n")
            .replace("offset = 6\nactive = \"low\"", "offset = 6\nactive = \"down\"");
        let words = read(&text).unwrap_err();
        assert_eq!(words.len(), 5, "{words:#?}");
        assert!(words[0].starts_with("4:1: unknown field `stager`"), "{words:#?}");
        assert!(words.iter().any(|words| words.contains("unknown field `pull`")), "{words:#?}");
        assert!(words.iter().any(|words| words.contains("unknown field `force`")), "{words:#?}");
        assert!(words.iter().any(|words| words.contains("invalid type: string \"5\"")), "{words:#?}");
        assert!(words.iter().any(|words| words.contains("unknown variant `down`")), "{words:#?}");
    }

    #[test]
    fn every_torn_line_is_told() {
        let text = file(&[4]).replace("version = \"2\"", "version = ").replace("contact = \"nc\"", "contact = nc");
        let words = read(&text).unwrap_err();
        assert!(
            words.iter().any(|words| words.starts_with("8:")) && words.iter().any(|words| words.starts_with("18:")),
            "{words:#?}"
        );
    }

    #[test]
    fn contradictions_and_other_versions_are_told() {
        let words = read(&file(&[4, 4]).replace("safe = \"high\"", "safe = \"low\"")).unwrap_err();
        assert!(4 <= words.len(), "{words:#?}");
        assert!(words.iter().any(|words| words.contains("shares line 4 of `pinctrl`")), "{words:#?}");
        assert_eq!(
            read("schema = 7\nnews = true").unwrap_err(),
            ["the file has schema 7, and this program reads schema 1"]
        );
        assert_eq!(read("").unwrap_err().len(), 1);
    }
}
