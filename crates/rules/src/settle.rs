//! What becomes of the findings of a whole run: waivers are applied, questions added, everything is sorted.

mod open_question;
mod stale_waiver;
mod waiver_refused;

use std::collections::{HashMap, HashSet};

use model::Build;
use model::guide::Waiver;
use source::{Finding, Rule, Severity, Verdict};

/// Rules that have no check of their own.
pub const RULES: &[&Rule] = &[&stale_waiver::RULE, &open_question::RULE, &waiver_refused::RULE];

/// Applies waivers, adds what is to be said about them and the open questions, sorts by level, place and code.
pub fn settle(findings: Vec<Finding>, build: &Build) -> Vec<Finding> {
    let mut findings = findings;
    let mut by_rule: HashMap<&'static str, Vec<usize>> = HashMap::new();
    for (at, finding) in findings.iter().enumerate() {
        by_rule.entry(finding.rule.code).or_default().push(at);
    }
    let mut more = Vec::new();
    for waiver in &build.waivers {
        let code = waiver.rule.value.as_str();
        let of_rule = by_rule.get(code).map_or(&[][..], Vec::as_slice);
        more.extend(apply(waiver, of_rule, &mut findings));
    }
    more.extend(build.questions.iter().map(open_question::finding));
    findings.extend(more);
    findings.sort_by_cached_key(|finding| {
        let span = finding.primary.span;
        (finding.level(), span.file, span.start, finding.rule.code, finding.subject.clone(), span.end)
    });
    let mut seen = HashSet::new();
    findings.retain(|finding| {
        let span = finding.primary.span;
        seen.insert((finding.rule.code, span, finding.subject.clone(), finding.message.clone()))
    });
    findings
}

/// Marks what a waiver accepts; says so if it is refused or accepts nothing.
fn apply(waiver: &Waiver, of_rule: &[usize], findings: &mut [Finding]) -> Option<Finding> {
    let code = waiver.rule.value.as_str();
    let every = waiver.subject.value == "*";
    let rule = crate::all().map(|check| check.rule).find(|rule| rule.code == code);
    if code.starts_with(['D', 'M']) {
        return Some(waiver_refused::finding(waiver, "what does not read or bind cannot be waived"));
    }
    if every && rule.is_some_and(|rule| rule.severity == Severity::Error) {
        return Some(waiver_refused::finding(waiver, "an error is waived one subject at a time"));
    }
    let (mut accepted, mut unproved) = (false, false);
    for &at in of_rule {
        let finding = &mut findings[at];
        if !every && finding.subject != waiver.subject.value {
            continue;
        }
        if finding.verdict == Verdict::NotVerified {
            unproved = true;
            continue;
        }
        accepted = true;
        if finding.waived.is_none() {
            finding.waived = Some(waiver.reason.value.clone());
        }
    }
    match (accepted, unproved) {
        (true, _) => None,
        (false, true) => Some(waiver_refused::finding(waiver, "what is not verified cannot be waived")),
        (false, false) => Some(stale_waiver::finding(waiver, rule.is_some())),
    }
}

#[cfg(test)]
mod tests {
    use model::guide::{Question, Waiver};
    use source::{FileId, Span, Spanned};

    use super::*;

    static WARNING: Rule = Rule { code: "N010", name: "toy", severity: Severity::Warning, file: "", text: "" };
    const AT: Span = Span { file: FileId(0), start: 0, end: 1 };

    fn waiver(rule: &str, subject: &str) -> Waiver {
        let text = |text: &str| Spanned::new(text.to_owned(), AT);
        Waiver { id: text("w"), rule: text(rule), subject: text(subject), reason: text("measured"), span: AT }
    }

    fn codes(waivers: Vec<Waiver>, findings: Vec<Finding>) -> Vec<String> {
        let build = Build { waivers, ..Build::default() };
        let settled = settle(findings, &build);
        settled.iter().map(|f| format!("{}{}", f.rule.code, if f.waived.is_some() { " waived" } else { "" })).collect()
    }

    #[test]
    fn a_waiver_accepts_its_subject_alone_and_says_when_it_accepts_nothing() {
        let found = || vec![Finding::new(&WARNING, "a/1", AT, "x"), Finding::new(&WARNING, "a/2", AT, "y")];
        assert_eq!(codes(vec![waiver("N010", "a/1")], found()), ["N010 waived", "N010"]);
        assert_eq!(codes(vec![waiver("N010", "a/3")], found()), ["M090", "N010", "N010"]);
        assert_eq!(codes(vec![waiver("N010", "*")], found()), ["N010 waived", "N010 waived"]);
    }

    #[test]
    fn what_is_not_verified_and_what_does_not_bind_is_never_waived() {
        let unproved = || vec![Finding::not_verified(&WARNING, "a/1", AT, "x")];
        assert_eq!(codes(vec![waiver("N010", "a/1")], unproved()), ["M092", "N010"]);
        assert_eq!(codes(vec![waiver("M005", "a/1")], Vec::new()), ["M092"]);
    }

    #[test]
    fn the_same_finding_is_kept_once_and_questions_are_notes() {
        let twice = vec![Finding::new(&WARNING, "a/1", AT, "x"), Finding::new(&WARNING, "a/1", AT, "x")];
        let ask = Spanned::new("Why?".to_owned(), AT);
        let build = Build {
            questions: vec![Question { id: ask.clone(), ask, place: None, hint: None, span: AT }],
            ..Build::default()
        };
        let settled = settle(twice, &build);
        assert_eq!(settled.iter().map(|finding| finding.rule.code).collect::<Vec<_>>(), ["N010", "M091"]);
    }
}
