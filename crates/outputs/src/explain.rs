//! What is known of one thing: a rule's page, or a wire's, a terminal's, a device's, a part's or a step's own facts.

mod device;
mod net;
mod part;
mod sheet;
mod supplied;
mod wire;

use model::{Build, DeviceId, PartId, RunId, Terminal};
use source::Rule;
use source::nearest::nearest;

use crate::View;
use crate::terminal::wrapped;
pub(crate) use part::place;
pub(crate) use sheet::Sheet;

/// What a word can mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// A rule, by code or name.
    Rule(&'static Rule),
    /// A run: `feeds/3`, `#07`.
    Run(RunId),
    /// A terminal: `k8.nc[3]`, `pi[1].gpio18`.
    Terminal(Terminal),
    /// A device: `pi[2]`.
    Device(DeviceId),
    /// A part: `pi-4b`.
    Part(PartId),
    /// A step, by its index.
    Step(usize),
}

/// What is known of `word`, as text of 80 columns.
///
/// # Errors
/// A sentence that says that nothing has this name, and what comes near.
pub fn explain(view: View<'_>, word: &str) -> Result<String, String> {
    let meanings = meanings(view, word);
    if meanings.is_empty() {
        return Err(unknown(view, word));
    }
    let pages = meanings.into_iter().map(|meaning| match meaning {
        Meaning::Rule(rule) => page(rule),
        Meaning::Run(run) => wire::run(view, run),
        Meaning::Terminal(terminal) => net::terminal(view, terminal),
        Meaning::Device(device) => device::device(view, device) + &supplied::loops(view, device),
        Meaning::Part(part) => part::part(view, part),
        Meaning::Step(step) => part::step(view, step),
    });
    Ok(pages.collect::<Vec<_>>().join("\n"))
}

/// The page of a rule as text; needs no build.
pub fn page(rule: &Rule) -> String {
    let severity = match rule.severity {
        source::Severity::Error => "error",
        source::Severity::Warning => "warning",
        source::Severity::Note => "note",
    };
    format!("{severity}[{} {}]\n\n{}", rule.code, rule.name, filled(&rule.page()))
}

/// Markdown with its paragraphs filled to 80 columns; fences, headings, lists and tables stay as they are.
fn filled(markdown: &str) -> String {
    let (mut text, mut paragraph, mut fenced) = (String::new(), String::new(), false);
    for line in markdown.lines() {
        let fence = line.starts_with("```");
        let prose = !fenced && !fence && !line.is_empty() && !line.starts_with(['#', '-', '*', '|', ' ']);
        if prose {
            paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
            paragraph.push_str(line);
            continue;
        }
        if !paragraph.is_empty() {
            text.push_str(&wrapped(&std::mem::take(&mut paragraph), 80, 0));
            text.push('\n');
        }
        fenced ^= fence;
        text.push_str(line);
        text.push('\n');
    }
    if !paragraph.is_empty() {
        text.push_str(&wrapped(&paragraph, 80, 0));
        text.push('\n');
    }
    text
}

/// The rule of a code (`N007`, `n007`) or a name (`dead-terminal`).
pub fn rule(rules: &[&'static Rule], word: &str) -> Option<&'static Rule> {
    rules.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(word) || rule.name == word)
}

/// Everything that a word can mean in this build: usually one thing; a group's name means each of its devices.
pub fn meanings(view: View<'_>, word: &str) -> Vec<Meaning> {
    let build = view.build;
    if let Some(rule) = rule(view.rules, word) {
        return vec![Meaning::Rule(rule)];
    }
    if let Some(tag) = word.strip_prefix('#') {
        let run =
            tag.parse::<u32>().ok().and_then(|tag| tag.checked_sub(1)).filter(|&run| (run as usize) < build.runs.len());
        return run.map(|run| Meaning::Run(RunId(run))).into_iter().collect();
    }
    let mut found = Vec::new();
    found.extend(runs(build, word).into_iter().map(Meaning::Run));
    if found.is_empty() {
        found.extend(build.named(word).iter().copied().map(Meaning::Device));
        found.extend(terminal(build, word).map(Meaning::Terminal));
    }
    let part = build.parts.iter().position(|part| part.id == word).and_then(|at| u32::try_from(at).ok());
    found.extend(part.map(|part| Meaning::Part(PartId(part))));
    found.extend(build.steps.iter().position(|step| step.id.value == word).map(Meaning::Step));
    found
}

/// `feeds`, `feeds/3`, `feeds/3a`, `feeds@k1.nc`.
fn runs(build: &Build, word: &str) -> Vec<RunId> {
    let of_bundle = |name: &str| -> Vec<RunId> {
        let bundle = build.bundles.iter().find(|bundle| bundle.name.value == name);
        bundle.map_or_else(Vec::new, |bundle| (bundle.runs.0..bundle.runs.1).map(RunId).collect())
    };
    if let Some((name, nth)) = word.rsplit_once('/') {
        let nth = nth.trim_end_matches(['a', 'b']).parse::<u32>().ok();
        return of_bundle(name).into_iter().filter(|&run| Some(build.run(run).nth) == nth).collect();
    }
    if let Some((name, end)) = word.split_once('@') {
        let end = terminal(build, end);
        let has =
            |run: &RunId| end.is_some_and(|end| wire::wires(build, *run).iter().any(|wire| wire.ends.contains(&end)));
        return of_bundle(name).into_iter().filter(has).collect();
    }
    of_bundle(word)
}

/// `k8.nc[3]`; `pi[1].gpio18` and `pi[1].pin12` as people write them.
pub fn terminal(build: &Build, word: &str) -> Option<Terminal> {
    let devices = build.devices.iter().filter_map(|device| {
        let rest = word.strip_prefix(device.name.as_str())?.strip_prefix('.')?;
        Some((device, rest))
    });
    for (device, written) in devices {
        let numbered = ["gpio", "pin"].into_iter().find_map(|kind| {
            let number = written.strip_prefix(kind)?;
            let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| format!("{kind}[{number}]"))
        });
        let name = numbered.as_deref().unwrap_or(written);
        let part = build.part(device.part);
        let at =
            part.terminals.iter().position(|terminal| terminal.name == name || terminal.alias.as_deref() == Some(name));
        if let Some(at) = at.and_then(|at| u32::try_from(at).ok()) {
            return Some(Terminal(device.first + at));
        }
    }
    None
}

fn unknown(view: View<'_>, word: &str) -> String {
    let build = view.build;
    let mut names: Vec<String> = Vec::new();
    names.extend(build.bundles.iter().map(|bundle| bundle.name.value.clone()));
    names.extend(build.groups().map(str::to_owned));
    names.extend(build.devices.iter().map(|device| device.name.clone()));
    names.extend(build.parts.iter().map(|part| part.id.clone()));
    names.extend(build.steps.iter().map(|step| step.id.value.clone()));
    // A terminal's name may be wrong behind a right device.
    let rules = || view.rules.iter().flat_map(|rule| [rule.code, rule.name]);
    let own = nearest(word, names.iter().map(String::as_str));
    let mut near = own.or_else(|| nearest(word, rules())).map(str::to_owned);
    if let Some((device, wrong)) = word.split_once('.')
        && let Some(&id) = build.named(device).first()
    {
        let terminals = build.part_of(id).terminals.iter().map(|terminal| terminal.name.as_str());
        let aliases = build.part_of(id).terminals.iter().filter_map(|terminal| terminal.alias.as_deref());
        near = nearest(wrong, terminals.chain(aliases)).map(|terminal| format!("{device}.{terminal}"));
    }
    let hint = near.map_or_else(String::new, |near| format!("; the nearest name is `{near}`"));
    format!(
        "nothing is named `{word}`{hint} (a rule's code, a device, a terminal, a wire such as `feeds/3` or `#07`, a part or a step has a name)"
    )
}
