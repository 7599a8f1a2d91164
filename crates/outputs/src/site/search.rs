//! Search: which words stand on which pages, as a script that the search page loads when somebody types.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::Site;
use super::shell::{self, Page, Shell};

/// What reads the words and shows what it finds.
const CODE: &str = include_str!("../../../../site/templates/search.js");

/// Pages that repeat what stands elsewhere.
const REPEATS: [&str; 4] = ["404.html", "all.html", "labels.html", "sitemap.html"];

/// Most letters of a page's description beside a result.
const ABOUT: usize = 90;

#[derive(Template)]
#[template(path = "search.html")]
struct Search<'a> {
    shell: &'a Shell,
}

/// `search.html`.
pub fn page(site: &Site<'_>) -> Page {
    let title = &site.view.build.meta.title;
    let about = format!("Words, tags, terminals and rules: on which page of the guide to {title} they stand.");
    let shell = Shell::new(site, "search.html", "Search", about);
    shell::page(&shell, &Search { shell: &shell })
}

/// `search.js`: pages, words, and the code that looks into them.
///
/// A word is followed by its pages: `.` in the text, `:` in a heading, `!` in the title, then how many pages further on it is, in
/// base 36.
pub fn script(pages: &[Page]) -> String {
    let pages: Vec<&Page> = pages.iter().filter(|page| !REPEATS.contains(&page.path.as_str())).collect();
    let mut words: BTreeMap<String, Vec<(usize, u8)>> = BTreeMap::new();
    for (n, page) in pages.iter().enumerate() {
        for (word, weight) in page_words(page) {
            words.entry(word).or_default().push((n, weight));
        }
    }
    let mut index = String::new();
    for (word, places) in words {
        // What stands nearly everywhere leads nowhere.
        if places.len() * 2 > pages.len() && pages.len() > 8 && places.iter().all(|(_, weight)| *weight == 0) {
            continue;
        }
        if !index.is_empty() {
            index.push(' ');
        }
        index.push_str(&word);
        let mut last = 0;
        for (page, weight) in places {
            index.push([';', ':', '!'][usize::from(weight)]);
            index.push_str(&base36(page - last));
            last = page;
        }
    }
    let list: Vec<[String; 3]> =
        pages.iter().map(|page| [page.path.clone(), page.title.clone(), clipped(&page.about)]).collect();
    let list = serde_json::to_string(&list).expect("texts are always JSON");
    let index = serde_json::to_string(&index).expect("texts are always JSON");
    let mut text = format!("(function () {{\n\"use strict\";\nvar PAGES = {list};\nvar WORDS = {index};\n");
    for line in CODE.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")) {
        text.push_str(line);
        text.push('\n');
    }
    text.push_str("}());\n");
    text
}

fn clipped(about: &str) -> String {
    if about.chars().count() <= ABOUT {
        return about.to_owned();
    }
    let kept: String = about.chars().take(ABOUT).collect();
    format!("{} …", kept.rsplit_once(' ').map_or(kept.as_str(), |(kept, _)| kept))
}

/// The words of a page, each with its greatest weight: 2 in the title, 1 in a heading, 0 in the text.
fn page_words(page: &Page) -> BTreeMap<String, u8> {
    let mut words = BTreeMap::new();
    let mut add = |text: &str, weight: u8| {
        for word in split(text) {
            let known = words.entry(word).or_insert(weight);
            *known = weight.max(*known);
        }
    };
    add(&page.title, 2);
    // A rule's page teaches the rule; what it is called and about finds it.
    if page.path.starts_with("rules/") {
        add(&page.about, 0);
        return words;
    }
    let main = page.html.split_once("<main ").map_or("", |(_, main)| main);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let mut weight = 0;
    let mut text = String::new();
    for piece in main.split('<') {
        let (tag, after) = piece.split_once('>').unwrap_or(("", piece));
        let heading = tag.len() > 1 && tag.starts_with('h') && tag.as_bytes()[1].is_ascii_digit();
        if heading || tag.starts_with("/h") {
            add(&text, weight);
            text.clear();
            weight = u8::from(heading);
        }
        // Words of two cells or lines are not one word; a mark in the midst of a word does not part it.
        let inside = ["b", "/b", "i", "/i", "em", "/em", "strong", "/strong", "wbr"].contains(&tag);
        if !inside {
            text.push(' ');
        }
        text.push_str(after);
    }
    add(&text, weight);
    words
}

/// The words of an HTML text: letters and digits, lower case; `pi[3]` also as `pi`, `#07` with its sign; no bare numbers.
fn split(text: &str) -> BTreeSet<String> {
    let plain = plain(text).to_lowercase();
    let letters: Vec<char> = plain.chars().collect();
    let mut words = BTreeSet::new();
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].is_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        while at < letters.len() && letters[at].is_alphanumeric() {
            at += 1;
        }
        let word: String = letters[start..at].iter().take(40).collect();
        if word.chars().all(|letter| letter.is_ascii_digit()) {
            if start > 0 && letters[start - 1] == '#' {
                words.insert(format!("#{word}"));
            }
            continue;
        }
        if let Some(number) = bracketed(&letters[at..]) {
            words.insert(format!("{word}{number}"));
        }
        if word.chars().count() > 1 {
            words.insert(word);
        }
    }
    words
}

/// What an HTML text reads as.
fn plain(text: &str) -> String {
    const SIGNS: [(&str, &str); 9] = [
        ("lt;", "<"),
        ("#60;", "<"),
        ("gt;", ">"),
        ("#62;", ">"),
        ("quot;", "\""),
        ("#34;", "\""),
        ("#39;", "'"),
        ("amp;", "&"),
        ("#38;", "&"),
    ];
    let mut pieces = text.split('&');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let sign = SIGNS.iter().find_map(|(name, sign)| Some((sign, piece.strip_prefix(name)?)));
        let (sign, rest) = sign.unwrap_or((&"&", piece));
        plain.push_str(sign);
        plain.push_str(rest);
    }
    plain
}

/// `[12]` at the start of a text.
fn bracketed(letters: &[char]) -> Option<String> {
    let end = letters.iter().take(8).position(|letter| *letter == ']')?;
    let inside = letters.get(1..end)?;
    let is_number = letters[0] == '[' && !inside.is_empty() && inside.iter().all(char::is_ascii_digit);
    is_number.then(|| letters[..=end].iter().collect())
}

fn base36(mut number: usize) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[number % 36]);
        number /= 36;
        if number == 0 {
            break;
        }
    }
    digits.reverse();
    String::from_utf8(digits).expect("digits are ASCII")
}

#[cfg(test)]
mod tests {
    use super::{base36, plain, split};

    #[test]
    fn names_tags_and_words_are_found_and_bare_numbers_are_not() {
        let words: Vec<String> =
            split("Land pi[3] at <b>k8.nc[12]</b>, #07: 18 AWG &amp; GPIO18 (pin 12)").into_iter().collect();
        assert_eq!(words, ["#07", "at", "awg", "gpio18", "k8", "land", "nc", "nc[12]", "pi", "pi[3]", "pin"]);
    }

    #[test]
    fn signs_are_read_once_and_a_bare_ampersand_stays() {
        assert_eq!(plain("a &lt;b&#62; &amp;lt; R&D &quot;&#39;&"), "a <b> &lt; R&D \"'&");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0, 35, 36, 1295, 1296].map(base36), ["0", "z", "10", "zz", "100"]);
    }
}
