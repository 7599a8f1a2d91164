//! IEC 60757 letters as words and as paint.

/// Letters, word, and a paint that can be told from its neighbours on a light plate.
const COLOURS: [(&str, &str, &str); 16] = [
    ("BK", "black", "#1b1b1b"),
    ("BN", "brown", "#8a4b1f"),
    ("RD", "red", "#d92525"),
    ("OG", "orange", "#f08a1c"),
    ("YE", "yellow", "#f2cf1d"),
    ("GN", "green", "#1f9d4d"),
    ("BU", "blue", "#2463d1"),
    ("VT", "violet", "#8a3fc4"),
    ("GY", "grey", "#8f979f"),
    ("WH", "white", "#ffffff"),
    ("PK", "pink", "#f29ab8"),
    ("TQ", "turquoise", "#25b8b0"),
    ("SR", "silver", "#c4c9ce"),
    ("GD", "gold", "#c9a227"),
    ("CU", "copper", "#b87333"),
    ("TR", "clear", "#e8eaec"),
];

/// How a line is painted: ground, stripe, and words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paint {
    /// The ground, as `#rrggbb`.
    pub ground: &'static str,
    /// The stripe of a two-coloured wire.
    pub stripe: Option<&'static str>,
    /// `red`, `black and white`, `colour not said`.
    pub words: String,
    /// Its letters; empty where none are written or known.
    pub letters: String,
}

fn one(letters: &str) -> Option<(&'static str, &'static str)> {
    COLOURS.iter().find(|(code, ..)| *code == letters).map(|&(_, word, paint)| (word, paint))
}

/// The paint of a wire's colour letters; grey where none are written.
pub fn paint(letters: Option<&str>) -> Paint {
    let nothing =
        || Paint { ground: "#9aa3ab", stripe: None, words: "colour not said".to_owned(), letters: String::new() };
    let Some(letters) = letters.filter(|letters| letters.is_ascii()) else {
        return nothing();
    };
    let said = || letters.get(..4).or(letters.get(..2)).unwrap_or_default().to_owned();
    match (letters.get(..2).and_then(one), letters.get(2..4).and_then(one)) {
        (Some((first, ground)), Some((second, stripe))) => {
            Paint { ground, stripe: Some(stripe), words: format!("{first} and {second}"), letters: said() }
        }
        (Some((word, ground)), None) => {
            Paint { ground, stripe: None, words: word.to_owned(), letters: letters[..2].to_owned() }
        }
        (None, _) => nothing(),
    }
}

#[cfg(test)]
mod tests {
    use super::paint;

    #[test]
    fn two_letters_are_a_colour_and_four_are_a_stripe() {
        assert_eq!(paint(Some("RD")).words, "red");
        assert_eq!(paint(Some("BKWH")).words, "black and white");
        assert_eq!(paint(Some("GNYE")).stripe, paint(Some("YE")).ground.into());
        assert_eq!(paint(None).words, "colour not said");
        assert_eq!(paint(Some("é")).words, "colour not said");
    }
}
