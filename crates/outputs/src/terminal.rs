//! Findings for people: the line, an underline, the story, the numbers, at most one edit.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Shade, Origin, Renderer, Snippet};
use source::{FileId, Finding, Label, Level, SourceMap, Span};

/// Findings of one rule that are quoted; of the others only their number is told.
pub const MOST_OF_A_RULE: usize = 50;
/// Names that are listed of findings that say the same at one place.
const MOST_NAMES: usize = 20;
/// Longest underline, characters; a longer text is underlined at its beginning.
const LONGEST_UNDERLINE: usize = 56;
/// Lines between two labels of one file beyond which they are quoted apart.
const APART: usize = 100;
/// Longest window of a text, bytes, that is quoted; a longer one is named by its place only.
const LONGEST: usize = 16 << 10;

/// What the terminal can show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// Colours.
    pub colour: bool,
    /// Columns.
    pub width: usize,
}

impl Look {
    /// No colour, 80 columns: for files and snapshots.
    pub const PLAIN: Self = Self { colour: false, width: 80 };

    fn renderer(self) -> Renderer {
        let renderer = if self.colour { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).term_width(self.width)
    }
}

/// All findings as text: quoted in their order, then how many more of a rule, then the waived ones, a line each.
///
/// What differs only in the number of a device or wire and stands at one place is quoted once, with the names of the others.
pub fn render(sources: &SourceMap, findings: &[Finding], look: Look) -> String {
    let renderer = look.renderer();
    let mut text = String::new();
    let mut told: BTreeMap<(&str, Level), (usize, &Finding)> = BTreeMap::new();
    for alike in gathered(findings) {
        let first = alike[0];
        let (count, _) = told.entry((first.rule.code, first.level())).or_insert((0, first));
        if *count < MOST_OF_A_RULE {
            quote(sources, first, &alike[1..], look, &renderer, &mut text);
            text.push('\n');
        }
        *count += 1;
    }
    for (&(_, level), &(count, one)) in told.iter().filter(|(_, (count, _))| *count > MOST_OF_A_RULE) {
        let head = format!("{}[{} {}]", level.word(), one.rule.code, one.rule.name);
        let _ = writeln!(text, "{head}: and {} more; `--format json` lists all\n", count - MOST_OF_A_RULE);
    }
    let mut waived = 0;
    for finding in findings {
        let Some(reason) = &finding.waived else { continue };
        let head = format!("waived[{} {}]: `{}`: ", finding.rule.code, finding.rule.name, finding.subject);
        let _ = writeln!(text, "{}", wrapped(&format!("{head}{reason}"), look.width, 2));
        waived += 1;
    }
    if waived > 0 {
        text.push('\n');
    }
    text
}

/// The findings that no waiver accepts, those that say the same at the same place together.
fn gathered(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut at: BTreeMap<(&str, Level, Span, String), usize> = BTreeMap::new();
    let mut said: BTreeSet<(usize, &str)> = BTreeSet::new();
    for finding in findings.iter().filter(|finding| finding.waived.is_none()) {
        let key = (finding.rule.code, finding.level(), finding.primary.span, unnumbered(&finding.message));
        match at.get(&key).filter(|&&group| !said.contains(&(group, finding.subject.as_str()))) {
            Some(&group) => {
                said.insert((group, &finding.subject));
                groups[group].push(finding);
            }
            None => {
                said.insert((groups.len(), &finding.subject));
                at.insert(key, groups.len());
                groups.push(vec![finding]);
            }
        }
    }
    groups
}

/// A message without the numbers of devices, terminals and wires (`term[1]`, `feeds/1`), but with all others.
fn unnumbered(message: &str) -> String {
    let mut text = String::new();
    let mut name = false;
    for character in message.chars() {
        if character.is_ascii_digit() && name {
            continue;
        }
        name = matches!(character, '[' | '/');
        text.push(character);
    }
    text
}

/// One finding as text, quoted.
pub fn finding(sources: &SourceMap, finding: &Finding, look: Look) -> String {
    let mut text = String::new();
    quote(sources, finding, &[], look, &look.renderer(), &mut text);
    text
}

fn quote(
    sources: &SourceMap,
    finding: &Finding,
    alike: &[&Finding],
    look: Look,
    renderer: &Renderer,
    text: &mut String,
) {
    let shade = match finding.level() {
        Level::Error => Shade::ERROR,
        Level::Warning => Shade::WARNING,
        Level::NotVerified => Shade::WARNING.with_name("not verified"),
        Level::Note => Shade::NOTE,
    };
    let title =
        shade.primary_title(finding.message.as_str()).id(format!("{} {}", finding.rule.code, finding.rule.name));
    let mut group = Group::with_title(title);
    group = windows(sources, finding).iter().fold(group, |group, window| window.show(sources, group));
    // The gutter in front of a note is as wide as the largest line number, plus `   = note: `.
    let room = look.width.saturating_sub(14).max(30);
    for note in &finding.notes {
        group = group.element(Shade::NOTE.message(wrapped(note, room, 0)));
    }
    if !alike.is_empty() {
        let mut names: Vec<String> =
            alike.iter().take(MOST_NAMES).map(|other| format!("`{}`", other.subject)).collect();
        if alike.len() > MOST_NAMES {
            names.push(format!("{} more", alike.len() - MOST_NAMES));
        }
        group =
            group.element(Shade::NOTE.message(wrapped(&format!("the same holds for {}", names.join(", ")), room, 0)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Shade::HELP.message(wrapped(help, room, 0)));
    }
    text.push_str(&renderer.render(&[group]));
    text.push('\n');
}

/// Lines of one file that are quoted together, and the labels on them.
struct Window<'a> {
    file: FileId,
    first: usize,
    last: usize,
    labels: Vec<(AnnotationKind, &'a Label)>,
}

/// The primary label's window first, then by file and line.
fn windows<'a>(sources: &SourceMap, finding: &'a Finding) -> Vec<Window<'a>> {
    let mut windows: Vec<Window<'a>> = Vec::new();
    let primary = std::iter::once((AnnotationKind::Primary, &finding.primary));
    let mut others: Vec<_> = finding.secondary.iter().map(|label| (AnnotationKind::Context, label)).collect();
    others.sort_by_key(|(_, label)| (label.span.file != finding.primary.span.file, label.span));
    for (kind, label) in primary.chain(others) {
        let line = sources.place(label.span.file, label.span.start).line;
        let near = |window: &&mut Window<'_>| {
            window.file == label.span.file && line + APART >= window.first && line <= window.last + APART
        };
        match windows.iter_mut().find(near) {
            Some(window) => {
                window.first = window.first.min(line);
                window.last = window.last.max(line);
                window.labels.push((kind, label));
            }
            None => {
                windows.push(Window { file: label.span.file, first: line, last: line, labels: vec![(kind, label)] });
            }
        }
    }
    windows
}

impl<'a> Window<'a> {
    fn show(&self, sources: &'a SourceMap, group: Group<'a>) -> Group<'a> {
        let path = plain(sources.path(self.file));
        let (from, _) = sources.line_range(self.file, self.first);
        let (_, to) = sources.line_range(self.file, self.last);
        let quoted = sources.text(self.file).get(from..to).filter(|text| !text.is_empty() && text.len() <= LONGEST);
        let Some(quoted) = quoted else {
            let start = self.labels[0].1.span.start;
            let place = sources.place(self.file, start);
            return group.element(Origin::path(path).line(place.line).char_column(place.column));
        };
        let mut snippet = Snippet::source(quoted).path(path).line_start(self.first);
        for (kind, label) in &self.labels {
            // A label stays on the line where it begins: boxes around whole tables read badly.
            let start = before(quoted, (label.span.start as usize).saturating_sub(from));
            let line_end = quoted[start..].find('\n').map_or(quoted.len(), |at| start + at);
            let end = before(quoted, (label.span.end as usize).saturating_sub(from)).clamp(start, line_end);
            let end = quoted[start..end].char_indices().nth(LONGEST_UNDERLINE).map_or(end, |(at, _)| start + at);
            let annotation = kind.span(start..end);
            snippet = snippet.annotation(if label.text.is_empty() {
                annotation
            } else {
                annotation.label(plain(&label.text))
            });
        }
        group.element(snippet)
    }
}

/// The last character boundary at or before `at`.
fn before(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Text without characters that steer a terminal or turn the direction of writing: what somebody wrote must not.
pub fn plain(text: &str) -> String {
    let steers = |character: char| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|character| if steers(character) { '\u{fffd}' } else { character }).collect()
}

/// [`plain`], broken at blanks so that no line is longer than `width` (if its words allow), later lines behind `indent` blanks.
pub fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let text = plain(text);
    let mut out = String::new();
    for (nth, paragraph) in text.split('\n').enumerate() {
        if nth > 0 {
            out.push('\n');
        }
        let mut column = 0;
        for word in paragraph.split(' ') {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > width {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
                column = indent;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use source::{Rule, Severity};

    static RULE: Rule = Rule { code: "N999", name: "for-a-test", severity: Severity::Error, file: "", text: "" };

    fn sources() -> SourceMap {
        let mut sources = SourceMap::default();
        sources.add("wiring/wires.toml", "[wire.feed]\nrun = [\"é.a -> b.c\"]\ncolour = \"RD\"\n");
        sources.add("empty.toml", "");
        sources
    }

    fn span(file: u32, start: u32, end: u32) -> Span {
        Span { file: FileId(file), start, end }
    }

    #[test]
    fn a_finding_quotes_its_line_and_wraps_its_notes() {
        let sources = sources();
        let found = Finding::new(&RULE, "feed/1", span(0, 20, 31), "wire `feed/1` is an example")
            .with_label("this wire")
            .with_other(span(0, 44, 46), "and its colour")
            .with_note("one fact that is a good deal longer than eighty columns, so that it has to be broken once or twice over")
            .with_help("take another");
        let expected = "\
error[N999 for-a-test]: wire `feed/1` is an example
 --> wiring/wires.toml:2:9
  |
2 | run = [\"é.a -> b.c\"]
  |         ^^^^^^^^^^ this wire
3 | colour = \"RD\"
  |           -- and its colour
  |
  = note: one fact that is a good deal longer than eighty columns, so that
          it has to be broken once or twice over
  = help: take another
";
        assert_eq!(finding(&sources, &found, Look::PLAIN), expected);
    }

    #[test]
    fn odd_spans_never_panic() {
        let sources = sources();
        for found in [(0, 19, 20), (0, 21, 900), (0, 800, 900), (0, 0, 60), (1, 0, 0), (0, 60, 60), (0, 21, 22)] {
            let text = finding(&sources, &Finding::new(&RULE, "x", span(found.0, found.1, found.2), "m"), Look::PLAIN);
            assert!(text.starts_with("error[N999 for-a-test]: m\n"), "{text}");
        }
    }

    #[test]
    fn what_steers_a_terminal_is_not_passed_on() {
        let mut sources = SourceMap::default();
        let file = sources.add("a\u{1b}.toml", "x = \"\u{1b}[31m\u{202e}\"\n");
        let mut odd = Finding::new(&RULE, "x", Span { file, start: 0, end: 9 }, "m \u{1b}[2J")
            .with_label("\u{7}")
            .with_note("n \u{1b}[31m \u{202e}")
            .with_help("h \u{9b}");
        let quoted = render(&sources, std::slice::from_ref(&odd), Look::PLAIN);
        odd.waived = Some("w \u{1b}c".into());
        for text in [quoted, render(&sources, &[odd], Look::PLAIN)] {
            assert!(!text.contains(|character: char| character.is_control() && character != '\n'), "{text:?}");
        }
    }

    #[test]
    fn only_fifty_of_a_rule_are_quoted() {
        let sources = sources();
        let all: Vec<Finding> = (0..70).map(|n| Finding::new(&RULE, "x", span(0, n % 7, 8), format!("m{n}"))).collect();
        let text = render(&sources, &all, Look::PLAIN);
        assert_eq!(text.matches("error[N999 for-a-test]: m").count(), 50);
        assert!(text.ends_with("error[N999 for-a-test]: and 20 more; `--format json` lists all\n\n"), "{text}");
    }

    #[test]
    fn what_is_said_of_several_at_one_place_is_quoted_once() {
        let sources = sources();
        let of = |subject: &str, message: &str| Finding::new(&RULE, subject, span(0, 0, 3), message);
        let all = [
            of("a/1", "`a/1` takes 3 A"),
            of("a/2", "`a/2` takes 3 A"),
            of("a/3", "`a/3` takes 4 A"),
            of("a/12", "`a/12` takes 3 A"),
        ];
        let text = render(&sources, &all, Look::PLAIN);
        assert_eq!(text.matches("error[").count(), 2, "{text}");
        assert!(text.contains("= note: the same holds for `a/2`, `a/12`\n"), "{text}");
        assert!(text.contains("`a/3` takes 4 A"), "{text}");
    }

    #[test]
    fn not_verified_has_its_own_word_and_waived_ones_come_last() {
        let sources = sources();
        let mut waived = Finding::new(&RULE, "feed/1", span(0, 0, 3), "m");
        waived.waived = Some("measured".into());
        let open = Finding::not_verified(&RULE, "feed/2", span(0, 0, 3), "nobody knows");
        let text = render(&sources, &[waived, open], Look::PLAIN);
        assert!(text.starts_with("not verified[N999 for-a-test]: nobody knows\n"), "{text}");
        assert!(text.ends_with("waived[N999 for-a-test]: `feed/1`: measured\n\n"), "{text}");
    }
}
