//! Words and places of steps, for the findings of this family.

use analysis::Facts;
use analysis::assembly::RunWork;
use model::wire::RunKind;
use model::{Build, DeviceId, PartId, RunId, Terminal};
use source::Span;

/// "step `land-feeds`".
pub fn named(build: &Build, step: usize) -> String {
    format!("step `{}`", build.steps[step].id.value)
}

/// "step `a` and step `b`", each once.
pub fn list(build: &Build, steps: &[usize]) -> String {
    let mut names: Vec<String> = steps.iter().map(|&step| named(build, step)).collect();
    names.dedup();
    names.join(" and ")
}

/// Every run and what the steps do to it.
pub fn runs(facts: &Facts) -> impl Iterator<Item = (RunId, &RunWork)> {
    facts
        .assembly
        .runs
        .iter()
        .enumerate()
        .map(|(run, work)| (RunId(u32::try_from(run).expect("runs are bounded")), work))
}

/// "wire #07".
pub fn words(build: &Build, run: RunId) -> String {
    let kind = match build.run(run).what {
        RunKind::Wire(_) | RunKind::Inline(..) => "wire",
        RunKind::Cable(..) => "cable",
        RunKind::Plug(_) => "plug",
    };
    format!("{kind} {}", build.tag(run))
}

/// Where a step names a run (the step's own place if it does not).
pub fn mention(build: &Build, step: usize, run: RunId) -> Span {
    let step = &build.steps[step];
    let whole = step.wires.iter().chain(&step.cut).filter(|(at, _)| *at == run).map(|(_, span)| *span);
    let ends = step.land.iter().chain(&step.moved).filter(|(at, ..)| *at == run).map(|(.., span)| *span);
    let parked = step.park.iter().filter(|(at, ..)| *at == run).map(|(.., span)| *span);
    whole.chain(ends).chain(parked).next().unwrap_or(step.span)
}

/// Where a step puts a device in (or what it stands in).
pub fn fits(build: &Build, step: usize, device: DeviceId) -> Span {
    let step = &build.steps[step];
    step.fits.iter().find(|(at, _)| *at == device).map_or(step.span, |(_, span)| *span)
}

/// The second mention of a device, be it in the same step.
pub fn again(build: &Build, first: usize, second: usize, device: DeviceId) -> Span {
    let step = &build.steps[second];
    let skipped = usize::from(first == second);
    step.fits.iter().filter(|(at, _)| *at == device).nth(skipped).map_or(step.span, |(_, span)| *span)
}

/// Where a step puts in what rides along.
pub fn rides(build: &Build, step: usize, device: DeviceId, part: PartId) -> Span {
    let step = &build.steps[step];
    let found = step.fits_with.iter().find(|(at, rider, _)| *at == device && *rider == part);
    found.map_or(step.span, |(.., span)| *span)
}

/// Where a step covers a terminal.
pub fn covers(build: &Build, step: usize, terminal: Terminal) -> Span {
    let step = &build.steps[step];
    step.insulates.iter().find(|(at, _)| *at == terminal).map_or(step.span, |(_, span)| *span)
}
