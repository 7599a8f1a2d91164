//! The pipeline as one pure function, and the catalogue of rules; the verbs and their files are around it.

pub mod certificate;
pub mod disk;
pub mod fix;
pub mod more;
pub mod remote;
pub mod revision;
pub mod serve;
pub mod shelf;
pub mod with;
pub mod write;

use std::collections::BTreeSet;

use analysis::Facts;
use model::Build;
use outputs::View;
use rules::Context;
use source::documents::{self, Reader};
use source::{Finding, Findings, Level, Rule, SourceMap};

/// One run over a workspace.
pub struct Checked {
    /// The texts.
    pub sources: SourceMap,
    /// What they say.
    pub build: Build,
    /// What follows from it.
    pub facts: Facts,
    /// What was found: settled, waived, sorted.
    pub findings: Vec<Finding>,
    /// Every rule there is.
    pub rules: Vec<&'static Rule>,
}

impl Checked {
    /// Errors of reading and binding: what they concern is in no fact.
    pub fn unbound(&self) -> usize {
        let bars = |finding: &&Finding| finding.level() == Level::Error && finding.rule.code.starts_with(['D', 'M']);
        self.findings.iter().filter(bars).count()
    }

    /// What outputs show.
    pub fn view(&self) -> View<'_> {
        View {
            sources: &self.sources,
            build: &self.build,
            facts: &self.facts,
            findings: &self.findings,
            rules: &self.rules,
        }
    }
}

/// Reads, binds, computes and judges; never fails: what is wrong is a finding.
pub fn check(reader: &dyn Reader) -> Checked {
    check_asked(reader, &[]).expect("nothing was asked, so nothing asked is wrong")
}

/// The same for the build as it would be with these changes (see [`model::ask::amend`]), which stand in no file.
///
/// # Errors
/// A sentence that says which change names nothing.
pub fn check_asked(reader: &dyn Reader, asked: &[String]) -> Result<Checked, String> {
    check_amended(reader, |build| asked.iter().try_for_each(|what| model::ask::amend(build, what)))
}

/// The same for a build that `amend` changes once it is bound.
///
/// # Errors
/// What `amend` says.
pub fn check_amended(
    reader: &dyn Reader,
    amend: impl FnOnce(&mut Build) -> Result<(), String>,
) -> Result<Checked, String> {
    let mut sources = SourceMap::default();
    let log = Findings::default();
    let documents = documents::read(reader, &mut sources, &log);
    let mut build = model::resolve::resolve(&documents, &log);
    // The trees are as large as the texts, and nobody needs them any more.
    drop(documents);
    amend(&mut build)?;
    let facts = analysis::analyse(&build);
    let mut findings = log.into_vec();
    for check in rules::all() {
        (check.run)(Context { build: &build, facts: &facts }, &mut findings);
    }
    let findings = rules::settle::settle(findings, &build);
    Ok(Checked { sources, build, facts, findings, rules: catalogue() })
}

/// What the daemons' configs call the outlets of a build; it is bound and judged no further.
pub fn outlets(reader: &dyn Reader) -> Vec<String> {
    let log = Findings::default();
    let documents = documents::read(reader, &mut SourceMap::default(), &log);
    let build = model::resolve::resolve(&documents, &log);
    outputs::relayd::names(&build, &analysis::outlets::of(&build))
}

/// Every rule, in the order of the codes: those of reading, of binding, and of judging.
pub fn catalogue() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = Vec::new();
    rules.extend(source::reading::RULES);
    rules.extend(model::resolve::RULES);
    rules.extend(rules::settle::RULES);
    rules.extend(rules::all().map(|check| check.rule));
    let mut seen = BTreeSet::new();
    rules.retain(|rule| seen.insert(rule.code));
    rules.sort_by_key(|rule| rule.code);
    rules
}
