//! What is said about a place: a rule, a subject, a sentence, labels.

use std::cell::RefCell;

use crate::span::Span;

/// How bad a rule's fault is; a rule has one, and no knob changes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// May burn, stall or lock out.
    Error,
    /// Wastes or confuses.
    Warning,
    /// A careful builder would want to know.
    Note,
}

/// Whether the fault is there, or could not be ruled out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// The build has this fault.
    Fault,
    /// A number that the judgement needs is not known, or a bound was reached.
    NotVerified,
}

/// How a finding counts: its rule's severity, or *not verified*.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// See [`Severity::Error`].
    Error,
    /// See [`Severity::Warning`].
    Warning,
    /// See [`Verdict::NotVerified`].
    NotVerified,
    /// See [`Severity::Note`].
    Note,
}

impl Level {
    /// The word that people and formats use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::NotVerified => "not verified",
            Self::Note => "note",
        }
    }
}

/// A rule's whole identity. `text` is the rule's own source file: its `//!` header is the page.
#[derive(PartialEq, Eq, Debug)]
pub struct Rule {
    /// Family letter and three digits, never reused.
    pub code: &'static str,
    /// The fault, in words with hyphens.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// `file!()` of the rule.
    pub file: &'static str,
    /// `include_str!` of the rule's own file.
    pub text: &'static str,
}

impl Rule {
    /// The rule's page: its `//!` header as Markdown.
    pub fn page(&self) -> String {
        let mut page = String::new();
        for line in self.text.lines() {
            let Some(rest) = line.strip_prefix("//!") else { break };
            page.push_str(rest.strip_prefix(' ').unwrap_or(rest));
            page.push('\n');
        }
        page
    }
}

/// A place and what is said of it there.
#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    /// The bytes underlined.
    pub span: Span,
    /// A few words behind the underline; may be empty.
    pub text: String,
}

/// One thing said about a build.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// What was judged.
    pub rule: &'static Rule,
    /// Whether it is so, or could not be ruled out.
    pub verdict: Verdict,
    /// The model path that it is about (`k8.nc[3]`), stable when lines move.
    pub subject: String,
    /// One sentence that stands alone, without full stop.
    pub message: String,
    /// The line to change.
    pub primary: Label,
    /// The other lines of the story.
    pub secondary: Vec<Label>,
    /// One fact each.
    pub notes: Vec<String>,
    /// The one edit that we would make ourselves.
    pub help: Option<String>,
    /// The reason of the waiver that accepts it.
    pub waived: Option<String>,
}

impl Finding {
    /// A fault at a place; add to it with the `with_` functions.
    pub fn new(rule: &'static Rule, subject: impl Into<String>, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            verdict: Verdict::Fault,
            subject: subject.into(),
            message: message.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: None,
            waived: None,
        }
    }

    /// A judgement that could not be made.
    pub fn not_verified(
        rule: &'static Rule,
        subject: impl Into<String>,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self { verdict: Verdict::NotVerified, ..Self::new(rule, subject, span, message) }
    }

    /// Words behind the primary underline.
    #[must_use]
    pub fn with_label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another line of the story.
    #[must_use]
    pub fn with_other(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// One more fact.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The edit that we would make.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// How it counts.
    pub fn level(&self) -> Level {
        match (self.verdict, self.rule.severity) {
            (Verdict::NotVerified, _) => Level::NotVerified,
            (Verdict::Fault, Severity::Error) => Level::Error,
            (Verdict::Fault, Severity::Warning) => Level::Warning,
            (Verdict::Fault, Severity::Note) => Level::Note,
        }
    }
}

/// Most findings that one run keeps.
pub const MOST_FINDINGS: usize = 1_000_000;

/// Where findings gather while a tree is walked; shared by reference.
#[derive(Default)]
pub struct Findings(RefCell<Vec<Finding>>);

impl Findings {
    /// Keeps a finding (up to [`MOST_FINDINGS`]).
    pub fn push(&self, finding: Finding) {
        let mut all = self.0.borrow_mut();
        if all.len() < MOST_FINDINGS {
            all.push(finding);
        }
    }

    /// How many so far.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// All of them, in the order in which they were found.
    pub fn into_vec(self) -> Vec<Finding> {
        self.0.into_inner()
    }
}
