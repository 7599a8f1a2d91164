//! What the plain reader takes, it reads as the full parser does; the corpus is broken at random places, and whatever is still
//! taken has to agree.

use std::fmt::Write as _;

use super::super::tree::whole;
use crate::finding::Findings;
use crate::span::SourceMap;

/// Every form that the plain reader takes.
const TAKEN: &[&str] = &[
    "",
    "\n\n# only a comment, é\n",
    "a = 1\r\nb = \"two\"\r\n# three\r\n",
    "name = \"Pi\"\nkind = 'sbc'\n'quoted key' = 1\n\"other.key\" = 2 # behind\nlast = true",
    "n = [0, -7, 12.5, -0.25, 2026-11-23, false]\nempty = []\ntable = {}\nspaced = [ 1 , 2 , ]\n",
    "a.b.c = 1\na.b.d = 2\na.e = { f.g = 1, f.h = 2, i = [{ j = 1 }, { j = 2 }] }\n",
    "list = [\n  \"one\", # first\n\n  \"two\",\n]\n",
    "[device.k1]\npart = \"relay\"\n[device.k2]\npart = \"relay\"\nset.volts = \"5 V\"\nset.lever = \"on\"\n",
    "[wire]\nfeed = { stock = \"lead\", run = [\"a.x[1..4] -> b.y\", \"c -- d\"] }\nback = { stock = 'l', run = 'a -> b' }\n",
    "[a.b]\nx = 1\n[a.c]\nx = 2\n[a.b.d]\nx = 3\n[e]\n[ f . g ]\n",
    "[fruit]\napple.colour = 1\n[fruit.apple.taste]\nsweet = true\n",
    "[[step]]\ndo = \"cut\\n\\\"here\\\"\\t\\\\\"\n[[step]]\ndo = \"crimp\"\n[step.tool]\nname = \"pliers\"\n[[step.more]]\na = 1\n[[step.more]]\na = 2\n",
    "source.5v = { plus = \"5v[1..2]\", minus = \"gnd\", volts = \"4.75..5.25 V\", profile = { worst = \"1 A @ 5 V\" } }\n",
    "text = \"[not](a.table) = # 'x'\"\nt2 = '\"{[\\'\n",
];

/// What is wrong, or has a form that is left to the full parser.
const LEFT: &[&str] = &[
    "a = 1\na = 2\n",
    "a.b = 1\na.b = 2\n",
    "a = 1\na.b = 2\n",
    "a = { b = 1 }\na.c = 2\n",
    "[a]\n[a]\n",
    "[a.b]\n[a]\n",
    "a.b = 1\n[a]\n",
    "[[a]]\n[a]\n",
    "[a]\n[[a]]\n",
    "a = [1]\n[[a]]\n",
    "a = [{ b = 1 }]\n[a.c]\n",
    "a = \"\"\"x\"\"\"\n",
    "a = '''x'''\n",
    "a = \"\\u00e9\"\n",
    "a = 0x10\n",
    "a = 1_000\n",
    "a = +1\n",
    "a = 01\n",
    "a = 1e3\n",
    "a = inf\n",
    "a = 9223372036854775807\n",
    "a = 2026-11-23 10:00:00\n",
    "a = 2026-11-23T10:00:00Z\n",
    "a = 2026-13-01\n",
    "a = 1 b = 2\n",
    "a = \"x\n",
    "a = [1, 2\n",
    "a = { b = 1\n",
    "a = [1 2]\n",
    "a = [,]\n",
    "a = RD\n",
    "a =\n",
    "= 1\n",
    "a\n",
    "[a\n",
    "[]\n",
    "[a]b\n",
    "a..b = 1\n",
    "a = 1\rb = 2\n",
    "a = \"\u{7f}\"\n",
    "# \u{1}\n",
    "\u{feff}a = 1\n",
];

/// Whether the plain reader took the text; if it did, the full parser must agree.
fn taken(text: &str) -> bool {
    let mut sources = SourceMap::default();
    let file = sources.add("a.toml", text);
    let Some(plain) = super::tree(file, sources.shared(file)) else { return false };
    let log = Findings::default();
    let full = whole(file, text, &sources, &log);
    assert!(log.is_empty(), "taken, and the full parser finds {:#?} in\n{text}", log.into_vec());
    assert_eq!(plain, full, "{text}");
    true
}

/// SplitMix64, so that every run breaks the same places.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % most.max(1) as u64).unwrap()
    }
}

#[test]
fn what_people_write_is_taken_and_the_rest_is_left() {
    for text in TAKEN {
        assert!(taken(text), "left: {text}");
    }
    for text in LEFT {
        assert!(!taken(text), "taken: {text}");
    }
}

#[test]
fn a_table_with_many_entries_is_taken_and_a_key_that_stands_twice_in_it_is_not() {
    let mut text = String::new();
    for n in 0..500 {
        writeln!(text, "[device.k{n}]\npart = \"relay\"").unwrap();
    }
    assert!(taken(&text));
    for again in [0, 20, 250, 499] {
        assert!(!taken(&format!("{text}[device.k{again}]\n")));
        assert!(!taken(&format!("{text}[device.k{again}.set]\n[device.k{again}]\n")));
    }
}

#[test]
fn deep_nesting_is_left() {
    for (open, close) in [("[", "]"), ("{ a = ", " }")] {
        let nest = |n: usize| format!("a = {}1{}\n", open.repeat(n), close.repeat(n));
        assert!(taken(&nest(10)));
        assert!(!taken(&nest(70)));
    }
    let dotted = |n: usize| format!("{}a = 1\n", "a.".repeat(n));
    assert!(taken(&dotted(10)));
    assert!(!taken(&dotted(70)));
    assert!(!taken(&format!("# {}\n", ".".repeat(70))));
    assert!(taken(&format!("a = \"{}\"\n", ".".repeat(70))));
}

#[test]
fn broken_at_random_places_what_is_taken_is_what_the_full_parser_reads() {
    const GLUE: &[&str] = &[
        "\"", "'", "\\", "\n", "\r\n", ".", "=", "[", "]", "[[", "]]", "{", "}", ",", "#", " ", "a", "0", "-", "_",
        "é", "\"\"\"", "1.", "+",
    ];
    let mut dice = Dice(7);
    let cases = 30_000;
    let mut both = 0;
    for _ in 0..cases {
        let mut text = String::new();
        for _ in 0..=dice.below(3) {
            text.push_str(TAKEN[dice.below(TAKEN.len())]);
        }
        for _ in 0..=dice.below(3) {
            let mut places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            let count = places.clone().count();
            let at = places.nth(dice.below(count)).unwrap();
            match dice.below(3) {
                0 if at < text.len() => _ = text.remove(at),
                1 => text.insert_str(at, GLUE[dice.below(GLUE.len())]),
                _ => {
                    let line = text[at..].find('\n').map_or(text.len(), |end| at + end);
                    let tail = text[at..line].to_owned();
                    let to = text[..at].rfind('\n').map_or(0, |end| end + 1);
                    text.insert_str(to, &tail);
                }
            }
        }
        both += usize::from(taken(&text));
    }
    assert!(both * 20 >= cases, "{both} of {cases} are taken: too few to say anything");
}
