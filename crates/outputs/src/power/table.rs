//! The answer at 80 columns, and the table of all scenarios.

use analysis::power::Edge;

use super::heads::Head;
use super::question::Question;
use super::report::{Amperes, Load, Report, read};
use super::told::{edge, number_of, volts, volts_edge};
use super::verdict::Verdict;
use crate::terminal::wrapped;
use crate::{View, summary};

/// Columns of the page.
const WIDTH: usize = 80;
/// Rows of what binds, and of what gets hot.
const FEW: usize = 3;

/// A table with its first column to the left and all others to the right.
pub struct Columns {
    rows: Vec<Vec<String>>,
    /// Columns that stand to the left as well.
    left: &'static [usize],
}

impl Columns {
    /// A table with its headings.
    pub fn new(headings: &[&str], left: &'static [usize]) -> Self {
        Self { rows: vec![headings.iter().map(|&heading| heading.to_owned()).collect()], left }
    }

    /// One more row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Whether it has only headings.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }

    /// The lines, `indent` spaces in front. A first cell that is too long has a line of its own.
    pub fn text(&self, indent: usize) -> String {
        let columns = self.rows[0].len();
        let width = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (1..columns).map(width).collect();
        let others: usize = widths.iter().map(|width| width + 2).sum();
        let first = width(0).min(WIDTH.saturating_sub(others + indent).max(8));
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            let lines = wrapped(&row[0], first, 2);
            let last = lines.lines().last().unwrap_or_default();
            let own = lines.lines().count() - usize::from(last.chars().count() <= first);
            for long in lines.lines().take(own) {
                text.push_str(&format!("{:indent$}{long}\n", ""));
            }
            let last = if last.chars().count() <= first { last } else { "" };
            line.push_str(&format!("{:indent$}{last:first$}", ""));
            for (nth, (cell, width)) in row[1..].iter().zip(&widths).enumerate() {
                if self.left.contains(&(nth + 1)) {
                    line.push_str(&format!("  {cell:width$}"));
                } else {
                    line.push_str(&format!("  {cell:>width$}"));
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// `not verified` is a long word in a column of numbers.
pub fn short(text: String) -> String {
    if text == "not verified" || text == "not known" { "?".to_owned() } else { text }
}

fn typical(number: Option<f64>, unit: &str) -> String {
    short(number_of(number, unit))
}

fn most(amperes: &Amperes) -> String {
    short(edge(amperes.most, "A"))
}

fn limit(limit: Option<f64>) -> String {
    limit.map_or_else(|| "?".to_owned(), |limit| number_of(Some(limit), "A"))
}

/// `48 %`: what is left of a limit; by the worst, or by the typical with a `~`. Nothing is left of one that is passed.
fn left(amperes: &Amperes, limit: Option<f64>) -> String {
    let share = |amperes: f64, limit: f64| (1.0 - amperes / limit) * 100.0;
    match (limit.filter(|limit| *limit > 0.0), amperes.most.get(), amperes.typical) {
        (Some(limit), most, typical) if most.or(typical).is_some_and(|amperes| amperes > limit) => "none".to_owned(),
        (Some(limit), Some(most), _) => format!("{:.0} %", share(most, limit)),
        (Some(limit), None, Some(typical)) => format!("~{:.0} %", share(typical, limit)),
        _ => "?".to_owned(),
    }
}

/// The page of a question.
pub fn table(view: View<'_>, question: &Question) -> String {
    page(&read(view, question))
}

fn page(report: &Report) -> String {
    let mut text = String::new();
    for asked in &report.question.asked {
        text.push_str(&wrapped(&format!("asked: {asked}"), WIDTH, 7));
        text.push('\n');
    }
    text.push_str(&wrapped(&format!("Currents: {}", report.question.words()), WIDTH, 2));
    text.push('\n');
    for collapse in &report.collapses {
        text.push_str(&wrapped(&format!("no point: {collapse}"), WIDTH, 2));
        text.push('\n');
    }
    let mut section = |columns: &Columns| {
        if !columns.is_empty() {
            text.push('\n');
            text.push_str(&columns.text(0));
        }
    };
    section(&rails(report));
    section(&branches(report));
    section(&loads(report));
    if report.rails.is_empty() && report.loads.is_empty() {
        text.push_str("\nNothing here draws a current that could be worked out.\n");
    }
    let mut sheet = Lines::default();
    for (name, load) in &report.feeds {
        sheet.say("feed", &feed(name, load));
    }
    for line in binding(&report.heads) {
        sheet.say("binds first", &line);
    }
    for hot in report.hot.iter().take(FEW) {
        let most = hot.most.map_or_else(
            || "no figure for the worst".to_owned(),
            |most| format!("{} at worst", number_of(Some(most), "W")),
        );
        let typical =
            hot.typical.map_or_else(String::new, |typical| format!(", typically {}", number_of(Some(typical), "W")));
        sheet.say("hottest", &format!("{}: {most}{typical}", hot.what));
    }
    if report.loads.iter().any(|load| load.ends[0].get().is_some()) {
        sheet.say("words", "worst: supply at its least, contacts worn, copper hot, every draw at its most");
    }
    let mut verdicts: Vec<Verdict> = report.loads.iter().map(|load| load.verdict).collect();
    verdicts.sort_unstable();
    verdicts.dedup();
    let mut means: Vec<&str> = verdicts.into_iter().map(Verdict::means).filter(|means| !means.is_empty()).collect();
    means.dedup();
    means.into_iter().for_each(|means| sheet.say("words", means));
    unknown(report, &mut sheet);
    for left_out in &report.left_out {
        sheet.say("left out", left_out);
    }
    if !sheet.text.is_empty() {
        text.push('\n');
        text.push_str(&sheet.text);
    }
    text
}

/// Missing numbers: first those that most loads wait for.
fn unknown(report: &Report, sheet: &mut Lines) {
    let waiting: Vec<&Load> = report.loads.iter().filter(|load| load.verdict == Verdict::NotVerified).collect();
    if waiting.is_empty() {
        return;
    }
    let mut gaps: Vec<(&str, usize)> = Vec::new();
    for gap in waiting.iter().flat_map(|load| &load.gaps) {
        match gaps.iter_mut().find(|(known, _)| known == gap) {
            Some((_, count)) => *count += 1,
            None => gaps.push((gap, 1)),
        }
    }
    let names = crate::site::names(waiting.iter().map(|load| load.name.as_str()));
    sheet.say("not verified", &format!("the volts of {names}: they hang on numbers that nobody wrote"));
    gaps.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (gap, _) in gaps.iter().take(2 * FEW) {
        sheet.say("missing", gap);
    }
    if gaps.len() > 2 * FEW {
        sheet.say("missing", &format!("and {} more", gaps.len() - 2 * FEW));
    }
}

fn rails(report: &Report) -> Columns {
    let mut columns = Columns::new(&["supply", "amperes", "worst", "limit", "left", "volts"], &[5]);
    for rail in &report.rails {
        let volts = match rail.volts {
            [Some(least), _, Some(most)] if (most - least).abs() > 1e-9 => {
                format!("{} to {}", number_of(Some(least), "V").trim_end_matches(" V"), number_of(Some(most), "V"))
            }
            [_, typical, _] => short(number_of(typical, "V")),
        };
        let left = if rail.limit.is_some() { left(&rail.amperes, rail.limit) } else { String::new() };
        let limit = if rail.limit.is_some() { limit(rail.limit) } else { "not stated".to_owned() };
        columns.row(vec![
            rail.name.clone(),
            typical(rail.amperes.typical, "A"),
            most(&rail.amperes),
            limit,
            left,
            volts,
        ]);
    }
    columns
}

fn branches(report: &Report) -> Columns {
    let mut columns = Columns::new(&["branch", "amperes", "worst", "rating", "left"], &[]);
    for branch in &report.branches {
        columns.row(vec![
            branch.name.clone(),
            typical(branch.amperes.typical, "A"),
            most(&branch.amperes),
            limit(branch.rating),
            left(&branch.amperes, branch.rating),
        ]);
    }
    columns
}

fn loads(report: &Report) -> Columns {
    let mut columns = Columns::new(&["load", "amperes", "volts", "worst", "needs", "verdict"], &[5]);
    for load in &report.loads {
        let needs = load.needs.least().map_or_else(|| "not stated".to_owned(), |least| number_of(Some(least), "V"));
        let dark = load.verdict == Verdict::Dark;
        let cell = |text: String| if dark { "-".to_owned() } else { text };
        columns.row(vec![
            load.name.clone(),
            cell(typical(load.amperes.typical, "A")),
            cell(short(volts(load.typical))),
            short(volts_edge(load.ends[0])),
            needs,
            load.verdict.word().to_owned(),
        ]);
    }
    columns
}

/// `colo: 0.22 to 0.78 A of 1 A, 0.8 A for good; measured 0.3 A`.
fn feed(name: &str, load: &analysis::budget::FeedLoad) -> String {
    let limit = load.limit.map_or_else(|| ", limit not stated".to_owned(), |limit| format!(" of {}", limit.lo));
    let less = |allowed: &model::units::Amps| load.limit.is_none_or(|limit| allowed.0 < limit.lo.0);
    let allowed = load.allowed.filter(less).map_or_else(String::new, |allowed| format!(", {allowed} of it for good"));
    let measured =
        load.measured.map_or_else(|| "; not measured".to_owned(), |band| format!("; measured {}", summary::span(band)));
    format!("{name}: {}{limit}{allowed}{measured}", summary::drawn(load))
}

/// What binds first: likes together, a line each.
pub fn binding(heads: &[Head]) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for head in heads {
        let words = told(head);
        let kind = head.what.split(' ').next();
        let like = lines.iter().position(|(known, names)| *known == words && names[0].split(' ').next() == kind);
        match like {
            Some(at) => lines[at].1.push(&head.what),
            None if lines.len() == FEW => break,
            None => lines.push((words, vec![&head.what])),
        }
    }
    let line = |(words, names): (String, Vec<&str>)| match names.as_slice() {
        [one] => format!("{one}: {words}"),
        [one, more @ ..] => format!("{one} and {} more like it: {words}", more.len()),
        [] => words,
    };
    lines.into_iter().map(line).collect()
}

fn told(head: &Head) -> String {
    let [carries, limit] = [head.carries, head.limit].map(|number| number_of(Some(number), head.unit));
    let left = head.left * 100.0;
    if left < 0.0 {
        format!("{carries} of {limit}, {:.0} % beyond", -left)
    } else {
        format!("{carries} of {limit}, {left:.0} % left")
    }
}

/// Words with what they stand for; a word that stands above is not said again.
#[derive(Default)]
struct Lines {
    text: String,
    last: &'static str,
}

impl Lines {
    fn say(&mut self, word: &'static str, fact: &str) {
        let shown = if self.last == word { "" } else { word };
        self.last = word;
        for (nth, line) in wrapped(fact, WIDTH - 14, 0).lines().enumerate() {
            let word = if nth == 0 { shown } else { "" };
            self.text.push_str(format!("{word:14}{line}").trim_end());
            self.text.push('\n');
        }
    }
}

/// Every scenario in a row: its weakest load, what binds first, the feed.
pub fn all(view: View<'_>, asked: &[String]) -> String {
    let mut text: String = asked.iter().map(|asked| format!("asked: {asked}\n")).collect();
    let mut columns = Columns::new(&["scenario", "weakest", "volts", "worst", "verdict", "left", "feed"], &[1, 4]);
    let scenarios = (0..view.facts.power.scenarios.len()).map(|at| Question::of(view, at));
    for question in scenarios.chain([Question::worst(&[])]) {
        let report = read(view, &question);
        let name = question.scenario.clone().unwrap_or_else(|| "worst of all".to_owned());
        let weakest = weakest(&report);
        let (load, volts, worst, verdict) = weakest.map_or_else(
            || ("-".to_owned(), "-".to_owned(), "-".to_owned(), String::new()),
            |load| {
                let worst = short(volts_edge(load.ends[0]));
                (load.name.clone(), short(volts(load.typical)), worst, load.verdict.word().to_owned())
            },
        );
        let head = report.heads.first();
        let binds = head.map_or_else(|| "-".to_owned(), |head| format!("{:.0} %", head.left * 100.0));
        let feed = report.feeds.iter().map(|(_, load)| summary::drawn(load)).collect::<Vec<_>>().join("; ");
        let feed = if feed.is_empty() { "-".to_owned() } else { feed };
        columns.row(vec![name, load, volts, worst, verdict, binds, feed]);
    }
    text.push_str(&columns.text(0));
    text
}

/// The load with the least above what it needs; before it, one of which that is not known.
pub fn weakest(report: &Report) -> Option<&Load> {
    let margin = |load: &Load| {
        let least = load.needs.least()?;
        match load.ends[0] {
            Edge::Is(volts) => Some(volts - least),
            Edge::NoPoint => Some(f64::NEG_INFINITY),
            Edge::Unknown => load.typical.map(|volts| volts - least),
            Edge::Never => None,
        }
    };
    let lit = || report.loads.iter().filter(|load| load.verdict != Verdict::Dark);
    let known = lit().filter_map(|load| Some((load, margin(load)?)));
    let least = known.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(load, _)| load);
    least
        .filter(|load| load.verdict < Verdict::NotVerified)
        .or_else(|| lit().find(|load| load.verdict == Verdict::NotVerified).or(least))
}
