//! What was checked, what was found, what is accepted, and what nobody could verify.

use askama::Template;
use source::{Finding, Level, Rule, Severity};

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::{count, markdown};
use crate::summary::Counts;

/// Most findings of one kind on the page.
const MOST: usize = 200;

/// The state of a build in one sentence.
pub struct State {
    /// `bad`, `open`, `good`.
    pub kind: &'static str,
    /// The sentence.
    pub words: String,
    /// What else.
    pub more: String,
}

impl State {
    /// Says clean only where nothing is open.
    pub fn of(site: &Site<'_>) -> Self {
        let counts = Counts::of(site.view.findings);
        let rules = count(site.view.rules.len(), "rule", "rules");
        let more = format!(
            "{}, {}, {}, {} waived, {} not verified.",
            count(counts.errors, "error", "errors"),
            count(counts.warnings, "warning", "warnings"),
            count(counts.notes, "note", "notes"),
            counts.waived,
            counts.not_verified
        );
        let (kind, words) = match (counts.errors, counts.not_verified) {
            (0, 0) => ("good", format!("No error by {rules}, and nothing was left unverified.")),
            (0, open) => {
                ("open", format!("No error found, but {} could not be made.", count(open, "judgement", "judgements")))
            }
            (errors, _) => ("bad", format!("{} found: do not power this build.", count(errors, "error", "errors"))),
        };
        Self { kind, words, more }
    }
}

/// A finding as the page shows it.
struct Shown {
    code: String,
    name: String,
    kind: &'static str,
    message: String,
    place: String,
    line: String,
    label: String,
    others: Vec<(String, String, String)>,
    notes: Vec<String>,
    help: String,
    waived: String,
}

/// Findings of one level.
struct Block {
    title: &'static str,
    shown: Vec<Shown>,
    left: usize,
}

/// A rule in the list.
struct RuleRow {
    code: &'static str,
    name: String,
    severity: &'static str,
    first: String,
    found: String,
}

#[derive(Template)]
#[template(path = "findings.html")]
struct Findings<'a> {
    shell: &'a Shell,
    state: State,
    levels: Vec<Block>,
    rules: Vec<RuleRow>,
    questions: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "rule.html")]
struct RulePage<'a> {
    shell: &'a Shell,
    code: &'static str,
    name: String,
    severity: &'static str,
    html: String,
    found: String,
}

/// `findings.html` and a page a rule.
pub fn pages(site: &Site<'_>) -> Vec<Page> {
    let mut pages = vec![findings(site)];
    pages.extend(site.view.rules.iter().map(|rule| rule_page(site, rule)));
    pages
}

fn findings(site: &Site<'_>) -> Page {
    let build = site.view.build;
    let shell = Shell::new(
        site,
        "findings.html",
        "Findings",
        format!(
            "What a check of {} found, what is accepted with a reason, and what could not be verified.",
            build.meta.title
        ),
    );
    let of = |title: &'static str, keep: &dyn Fn(&Finding) -> bool| {
        let all: Vec<&Finding> = site.view.findings.iter().filter(|finding| keep(finding)).collect();
        Block {
            title,
            left: all.len().saturating_sub(MOST),
            shown: all.into_iter().take(MOST).map(|finding| shown(site, finding)).collect(),
        }
    };
    let open = |level: Level| move |finding: &Finding| finding.waived.is_none() && finding.level() == level;
    let levels = vec![
        of("Errors", &open(Level::Error)),
        of("Not verified", &open(Level::NotVerified)),
        of("Warnings", &open(Level::Warning)),
        of("Notes", &open(Level::Note)),
        of("Waived", &|finding| finding.waived.is_some()),
    ];
    let page = Findings {
        shell: &shell,
        state: State::of(site),
        levels: levels.into_iter().filter(|level| !level.shown.is_empty()).collect(),
        rules: site.view.rules.iter().map(|rule| rule_row(site, rule)).collect(),
        questions: build
            .questions
            .iter()
            .map(|question| {
                (
                    question.ask.value.clone(),
                    question.place.clone().unwrap_or_default(),
                    question.hint.clone().unwrap_or_default(),
                )
            })
            .collect(),
    };
    shell::page(&shell, &page)
}

fn shown(site: &Site<'_>, finding: &Finding) -> Shown {
    let sources = site.view.sources;
    let at = |span: source::Span| {
        let place = sources.place(span.file, span.start);
        let (start, end) = sources.line_range(span.file, place.line);
        let line: String =
            sources.text(span.file).get(start..end).unwrap_or_default().trim().chars().take(160).collect();
        (format!("{}:{}", sources.path(span.file), place.line), line)
    };
    let (place, line) = at(finding.primary.span);
    let kind = match finding.level() {
        _ if finding.waived.is_some() => "waived",
        Level::Error => "error",
        Level::Warning => "warning",
        Level::NotVerified => "unverified",
        Level::Note => "note",
    };
    Shown {
        code: finding.rule.code.to_owned(),
        name: finding.rule.name.replace('-', " "),
        kind,
        message: ticks(&finding.message),
        place,
        line,
        label: ticks(&finding.primary.text),
        others: finding
            .secondary
            .iter()
            .take(12)
            .map(|label| {
                let (place, line) = at(label.span);
                (place, line, ticks(&label.text))
            })
            .collect(),
        notes: finding.notes.iter().map(|note| ticks(note)).collect(),
        help: finding.help.as_deref().map_or(String::new(), ticks),
        waived: finding.waived.as_deref().map_or(String::new(), ticks),
    }
}

/// A sentence as HTML, words between backticks as code.
pub(super) fn ticks(text: &str) -> String {
    let mut out = String::new();
    for (n, piece) in text.split('`').enumerate() {
        let piece = super::text::escape(piece);
        if n % 2 == 1 {
            out.push_str(&format!("<code>{piece}</code>"));
        } else {
            out.push_str(&piece);
        }
    }
    out
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn found(site: &Site<'_>, rule: &Rule) -> String {
    let of = |keep: &dyn Fn(&Finding) -> bool| {
        site.view.findings.iter().filter(|finding| finding.rule.code == rule.code && keep(finding)).count()
    };
    let open = of(&|finding| finding.waived.is_none() && finding.level() != Level::NotVerified);
    let waived = of(&|finding| finding.waived.is_some());
    let unverified = of(&|finding| finding.waived.is_none() && finding.level() == Level::NotVerified);
    let mut parts = Vec::new();
    for (count, word) in [(open, "found"), (waived, "waived"), (unverified, "not verified")] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") }
}

fn rule_row(site: &Site<'_>, rule: &Rule) -> RuleRow {
    let page = rule.page();
    let first = page.lines().take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" ");
    RuleRow {
        code: rule.code,
        name: rule.name.replace('-', " "),
        severity: severity(rule),
        first: ticks(&first),
        found: found(site, rule),
    }
}

fn rule_page(site: &Site<'_>, rule: &'static Rule) -> Page {
    let text = rule.page();
    let name = rule.name.replace('-', " ");
    let first = text.lines().take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" ");
    let shell = Shell::new(
        site,
        format!("rules/{}.html", rule.code),
        format!("{} {name}", rule.code),
        format!("Rule {}, {name}: {}", rule.code, first.replace('`', "")),
    );
    let html = markdown(&text)
        .replace("<h4>", "<h2>")
        .replace("</h4>", "</h2>")
        .replace("<h5>", "<h3>")
        .replace("</h5>", "</h3>");
    shell::page(
        &shell,
        &RulePage { shell: &shell, code: rule.code, name, severity: severity(rule), html, found: found(site, rule) },
    )
}
