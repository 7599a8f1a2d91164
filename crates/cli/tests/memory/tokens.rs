//! The strings of a TOML text and which of them are quantities, found by eye rather than by the reader under test.

use std::ops::Range;

/// Contents of every one-line string outside comments, in order.
pub fn strings(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at = text[at..].find('\n').map_or(bytes.len(), |n| at + n),
            quote @ (b'"' | b'\'') => {
                if bytes[at..].starts_with(&[quote; 3]) {
                    at += 3;
                    while at < bytes.len() && !bytes[at..].starts_with(&[quote; 3]) {
                        at += 1;
                    }
                    at += 3;
                    continue;
                }
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != quote && bytes[at] != b'\n' {
                    at += if bytes[at] == b'\\' && quote == b'"' { 2 } else { 1 };
                }
                let end = at.min(bytes.len());
                if text.is_char_boundary(start) && text.is_char_boundary(end) {
                    found.push(start..end);
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    found
}

const UNITS: &[&str] = &[
    "V", "mV", "A", "mA", "uA", "µA", "W", "mW", "VA", "ohm", "mohm", "kohm", "Mohm", "s", "ms", "min", "h", "d", "m",
    "cm", "mm", "in", "ft", "AWG", "g", "kg", "U", "GB", "TB", "MB", "MHz", "GHz", "Gbit/s", "Mbit/s", "Tbit/s",
    "ohm/m", "mohm/m", "degC", "A2s", "USD", "EUR", "GBP", "MB/s", "Hz", "kHz", "Ah", "mAh", "Wh",
];

/// The unit of a quantity (`"150 mm"`, `"~5 V ±5%"`, `"65..80%"`), if the string is one.
pub fn unit(text: &str) -> Option<&str> {
    let number = text.trim_start_matches(['~', '<', '>', '=', ' ']);
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    if rest.len() == number.len() || !number.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    let unit = rest.trim_start().split(' ').next().unwrap_or_default();
    if unit == "%" && rest.trim() == "%" {
        return Some("%");
    }
    UNITS.iter().find(|known| **known == unit).map(|_| unit)
}

/// Whether a string is a value rather than a key or a part of one.
pub fn is_value(text: &str, string: &Range<usize>) -> bool {
    let line = text[..string.start].rfind('\n').map_or(0, |at| at + 1);
    let rest = text[(string.end + 1).min(text.len())..].trim_start_matches(' ');
    !text[line..].starts_with('[') && !rest.starts_with(['=', '.'])
}
