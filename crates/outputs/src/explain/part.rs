//! The facts of a part and of a step; a price, a place, what was found about a thing.

use model::{DeviceId, PartId};
use source::{Finding, Span};

use super::sheet::Sheet;
use crate::{View, bom_csv};

/// Wires of a device and the like that are listed.
pub(super) const MOST: usize = 12;

/// A part.
pub(super) fn part(view: View<'_>, id: PartId) -> String {
    let build = view.build;
    let part = build.part(id);
    let mut sheet = Sheet::new(&format!("{}: {}", part.id, part.name));
    sheet.say("kind", &part.kind);
    let devices: Vec<&str> = build
        .each_device()
        .filter(|(_, device, _)| device.part == id)
        .map(|(_, device, _)| device.name.as_str())
        .collect();
    sheet.say("used as", &devices.join(", "));
    if let Some(need) = view.facts.purchase.needs.iter().find(|need| need.part == id) {
        let amount = match need.metres {
            Some((needed, _)) => format!("{needed:.2} m"),
            None => format!("{}", need.pieces),
        };
        let packs = if need.packs == 1 { "1 pack".to_owned() } else { format!("{} packs", need.packs) };
        sheet.say("needed", &format!("{amount}, and {packs} bought"));
    }
    sheet.say("price", &price(view, id));
    for offer in &part.offers {
        sheet.say("offer", offer.url.as_deref().unwrap_or_default());
    }
    sheet.say("why", part.note.as_deref().unwrap_or_default());
    sheet.say("written at", &part.span.map(|span| place(view, span)).unwrap_or_default());
    findings(view, &part.id, &mut sheet);
    sheet.text()
}

pub(super) fn price(view: View<'_>, id: PartId) -> String {
    let part = view.build.part(id);
    let Some(offer) = bom_csv::offer(part) else {
        return "not known: no offer".to_owned();
    };
    let Some((money, _)) = &offer.price else {
        return "not known".to_owned();
    };
    let pack = if offer.pack == 1 { String::new() } else { format!(" for a pack of {}", offer.pack) };
    let vendor = offer
        .at
        .as_ref()
        .map(|at| view.build.meta.vendors.get(&at.value).map_or(at.as_str(), |(name, _)| name.as_str()));
    let at = vendor.map_or_else(String::new, |vendor| format!(" at {vendor}"));
    let seen = offer.seen.or(view.build.meta.prices_seen).map_or_else(String::new, |date| format!(", seen {date}"));
    format!("{money}{pack}{at}{seen}")
}

/// A step.
pub(super) fn step(view: View<'_>, nth: usize) -> String {
    let build = view.build;
    let step = &build.steps[nth];
    let mut sheet = Sheet::new(&format!("step {}: {} ({})", nth + 1, step.title, step.id.value));
    sheet.say("group", step.group.as_deref().unwrap_or_default());
    for (word, texts) in [("danger", &step.danger), ("warning", &step.warning), ("note", &step.note)] {
        sheet.list(word, texts.iter().map(|text| text.value.clone()), MOST);
    }
    sheet.say("do", step.action.as_ref().map_or("", |action| action.as_str()));
    let names = |devices: &[(DeviceId, Span)]| {
        devices.iter().map(|&(device, _)| build.device(device).name.clone()).collect::<Vec<_>>().join(", ")
    };
    sheet.say("fits", &names(&step.fits));
    sheet.say("live", &names(&step.live));
    let installed = step.wires.iter().map(|&(run, _)| format!("{} {}", build.tag(run), build.run_path(run)));
    sheet.list("wires", installed, MOST * 2);
    sheet.list("check", step.checks.iter().map(|(measure, expect)| format!("{measure}: {expect}")), MOST);
    sheet.say("have", step.have.as_deref().unwrap_or_default());
    sheet.say("written at", &place(view, step.span));
    findings(view, &step.id.value, &mut sheet);
    sheet.text()
}

pub(super) fn step_name(view: View<'_>, nth: usize) -> String {
    let step = &view.build.steps[nth];
    format!("{} {}: {}", nth + 1, step.id.value, step.title)
}

pub(crate) fn place(view: View<'_>, span: Span) -> String {
    let place = view.sources.place(span.file, span.start);
    format!("{}:{}:{}", view.sources.path(span.file), place.line, place.column)
}

/// What was found about it.
pub(super) fn findings(view: View<'_>, subject: &str, sheet: &mut Sheet) {
    let about = |finding: &&Finding| {
        finding.subject == subject
            || finding.subject.strip_prefix(subject).is_some_and(|rest| rest.starts_with(['.', '/', ':']))
    };
    let told = view.findings.iter().filter(about).map(|finding| {
        let word = if finding.waived.is_some() { "waived" } else { finding.level().word() };
        format!("{word}[{} {}]: {}", finding.rule.code, finding.rule.name, finding.message)
    });
    sheet.list("found", told, MOST);
}
