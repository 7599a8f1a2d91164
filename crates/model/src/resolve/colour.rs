//! Colours: English words or IEC 60757 letters, one or two.

/// IEC 60757 letter codes and the English words for them.
const COLOURS: &[(&str, &str)] = &[
    ("BK", "black"),
    ("BN", "brown"),
    ("RD", "red"),
    ("OG", "orange"),
    ("YE", "yellow"),
    ("GN", "green"),
    ("BU", "blue"),
    ("VT", "violet"),
    ("GY", "grey"),
    ("WH", "white"),
    ("PK", "pink"),
    ("TQ", "turquoise"),
    ("GD", "gold"),
    ("SR", "silver"),
];

/// Other words for the same colours.
const ALSO: &[(&str, &str)] = &[("purple", "VT"), ("gray", "GY"), ("teal", "TQ")];

/// `red`, `RD`, `BKWH`, `green-yellow` as letters; `None` if it is no colour.
pub fn code(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(one) = single(text) {
        return Some(one.to_owned());
    }
    let (first, second) = match text.split_once(['-', '/', ' ']) {
        Some(halves) => halves,
        None if text.len() == 4 && text.is_ascii() => text.split_at(2),
        None => return None,
    };
    Some(format!("{}{}", single(first)?, single(second)?))
}

fn single(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let known =
        COLOURS.iter().find(|(code, word)| code.eq_ignore_ascii_case(text) || *word == lower).map(|(code, _)| *code);
    known.or_else(|| ALSO.iter().find(|(word, _)| *word == lower).map(|(_, code)| *code))
}

/// Every word that is a colour, for did-you-mean.
pub fn words() -> impl Iterator<Item = &'static str> {
    COLOURS.iter().flat_map(|&(code, word)| [word, code])
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn words_and_letters_are_the_same_colour() {
        assert_eq!(code("red").as_deref(), Some("RD"));
        assert_eq!(code("BKWH").as_deref(), Some("BKWH"));
        assert_eq!(code("green-yellow").as_deref(), Some("GNYE"));
        assert_eq!(code("rouge"), None);
    }
}
