//! The firmware's own settings: whether `config.txt` has the lines that hold relays at rest until the daemon is there.

use std::collections::BTreeSet;

/// Where firmware of Raspberry Pis reads its settings, the first that exists.
pub const PLACES: [&str; 2] = ["/boot/firmware/config.txt", "/boot/config.txt"];

/// What a file says of one wanted line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It stands there and nothing after it undoes it.
    There,
    /// It is not there.
    Missing,
    /// It stands under a filter such as `[pi4]` only; whether that holds here is not known.
    Filtered(String),
    /// A later line sets one of its pins in another way.
    Undone(String),
}

/// A setting without its blanks, and the filter that it stands under.
struct Setting {
    text: String,
    filter: String,
}

fn settings(text: &str) -> Vec<Setting> {
    let (mut filter, mut settings) = ("all".to_owned(), Vec::new());
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => filter = name.trim().to_ascii_lowercase(),
            None if line.is_empty() => {}
            None => {
                let text = line.chars().filter(|letter| !letter.is_whitespace()).collect();
                settings.push(Setting { text, filter: filter.clone() });
            }
        }
    }
    settings
}

/// The pins of a `gpio=` line, and what it does to them: `gpio=4-6=op,dh`.
fn pins(setting: &str) -> Option<(BTreeSet<u32>, &str)> {
    let (list, rest) = setting.strip_prefix("gpio=")?.split_once('=')?;
    let mut pins = BTreeSet::new();
    for part in list.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (u32, u32) = (from.parse().ok()?, to.parse().ok()?);
        pins.extend(from..=to.min(from.saturating_add(63)));
    }
    Some((pins, rest))
}

/// Whether what a later line does to a pin leaves direction and level as an earlier one set them: a pull does.
fn agrees(earlier: &str, later: &str) -> bool {
    later.split(',').all(|word| word.starts_with('p') || earlier.split(',').any(|other| other == word))
}

/// What `text` says of each wanted line, in their order.
pub fn compare(wanted: &[String], text: &str) -> Vec<Verdict> {
    let settings = settings(text);
    let mut verdicts = Vec::new();
    for (number, line) in wanted.iter().enumerate() {
        let line: String = line.chars().filter(|letter| !letter.is_whitespace()).collect();
        let all = settings.iter().rposition(|setting| setting.text == line && setting.filter == "all");
        let verdict = match all {
            Some(at) => settings[at + 1..]
                .iter()
                .find(|later| {
                    // What the build itself sets later is as it was judged.
                    let own = wanted[number + 1..].contains(&later.text);
                    let both = pins(&line).zip(pins(&later.text));
                    !own && both
                        .is_some_and(|((one, does), (other, undoes))| !one.is_disjoint(&other) && !agrees(does, undoes))
                })
                .map_or(Verdict::There, |later| Verdict::Undone(later.text.clone())),
            None => match settings.iter().rfind(|setting| setting.text == line) {
                Some(setting) => Verdict::Filtered(setting.filter.clone()),
                None => Verdict::Missing,
            },
        };
        verdicts.push(verdict);
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(wanted: &str, text: &str) -> Verdict {
        compare(&[wanted.to_owned()], text).remove(0)
    }

    #[test]
    fn a_line_is_found_whatever_stands_around_it() {
        assert_eq!(one("gpio=4-6=op,dh", "# relays\n dtparam=spi=off\ngpio=4-6 = op,dh   # hold\n"), Verdict::There);
        assert_eq!(one("gpio=4-6=op,dh", "#gpio=4-6=op,dh\n"), Verdict::Missing);
        assert_eq!(one("gpio=4=op,dh", ""), Verdict::Missing);
    }

    #[test]
    fn a_filter_may_leave_a_line_out() {
        assert_eq!(one("gpio=4=op,dh", "[pi4]\ngpio=4=op,dh\n"), Verdict::Filtered("pi4".to_owned()));
        assert_eq!(one("gpio=4=op,dh", "[pi4]\narm_boost=1\n[ALL]\ngpio=4=op,dh\n"), Verdict::There);
    }

    #[test]
    fn a_later_line_for_the_same_pin_undoes_it_and_a_pull_does_not() {
        assert_eq!(one("gpio=4-6=op,dh", "gpio=4-6=op,dh\ngpio=2,5=ip\n"), Verdict::Undone("gpio=2,5=ip".to_owned()));
        assert_eq!(one("gpio=4-6=op,dh", "gpio=4-6=op,dh\ngpio=5=op,dl\n"), Verdict::Undone("gpio=5=op,dl".to_owned()));
        assert_eq!(one("gpio=4-6=op,dh", "gpio=5=op,dl\ngpio=4-6=op,dh\ngpio=7=op,dl\ngpio=4=pu\n"), Verdict::There);
        let own = ["gpio=4=ip".to_owned(), "gpio=4=op,dh".to_owned()];
        assert_eq!(compare(&own, "gpio=4=ip\ngpio=4=op,dh\n"), [Verdict::There, Verdict::There]);
    }
}
