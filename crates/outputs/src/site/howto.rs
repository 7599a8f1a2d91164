//! The guide for machines that list guides: schema.org's `HowTo` as JSON-LD.

use serde_json::{Map, Value, json};

use super::Site;
use super::steps::{groups, href};
use super::text::{embedded, plain};

/// The object as text that may stand in a `script` element; empty where there are no steps.
pub fn text(site: &Site<'_>) -> String {
    let build = site.view.build;
    if build.steps.is_empty() {
        return String::new();
    }
    let base = site.published.canonical("index.html");
    let step = |n: usize| {
        let step = &build.steps[n];
        let text = step.action.as_ref().map_or(String::new(), |action| plain(&action.value));
        let mut of = Map::new();
        of.insert("@type".to_owned(), json!("HowToStep"));
        of.insert("position".to_owned(), json!(n + 1));
        of.insert("name".to_owned(), json!(step.title));
        of.insert("text".to_owned(), json!(if text.is_empty() { step.title.clone() } else { text }));
        // An address must be whole, and is known only where the guide has one.
        if !base.is_empty() {
            of.insert("url".to_owned(), json!(format!("{base}{}", href(site, n))));
        }
        Value::Object(of)
    };
    let mut list = Vec::new();
    for group in groups(site) {
        let steps: Vec<Value> = group.steps.iter().map(|entry| step(entry.number - 1)).collect();
        if group.title.is_empty() {
            list.extend(steps);
        } else {
            list.push(json!({ "@type": "HowToSection", "name": group.title, "itemListElement": steps }));
        }
    }
    let mut tools: Vec<String> = Vec::new();
    for tool in build.steps.iter().flat_map(|step| &step.tools) {
        let part = build.parts.iter().find(|part| part.id == tool.value);
        tools.push(part.map_or_else(|| tool.value.clone(), |part| part.name.clone()));
    }
    tools.sort();
    tools.dedup();
    let supply = |line: &model::purchase::Line| {
        let need = site.view.facts.purchase.needs.iter().find(|need| need.part == line.part);
        let count = need.filter(|need| need.metres.is_none()).map(|need| need.pieces);
        let mut of = Map::new();
        of.insert("@type".to_owned(), json!("HowToSupply"));
        of.insert("name".to_owned(), json!(build.part(line.part).name));
        if let Some(count) = count.filter(|count| *count > 0) {
            of.insert("requiredQuantity".to_owned(), json!(count));
        }
        Value::Object(of)
    };
    let whole = json!({
        "@context": "https://schema.org", "@type": "HowTo",
        "name": build.meta.title, "description": super::index::page_description(site), "version": build.meta.version,
        "tool": tools.iter().map(|tool| json!({ "@type": "HowToTool", "name": tool })).collect::<Vec<_>>(),
        "supply": build.lines.iter().map(supply).collect::<Vec<_>>(),
        "step": list,
    });
    embedded(&whole)
}
