//! Roads not taken, places to live, what it costs against renting, who built the like, and where it is weak.

mod places;
mod renting;

use std::collections::BTreeMap;

use askama::Template;
use model::part::Spec;

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::{markdown, safe_address};

/// A road not taken.
struct Road {
    name: String,
    instead: String,
    status: String,
    pro: String,
    con: String,
    note: String,
    price: String,
    spec: Vec<(String, String)>,
    links: Vec<(String, String)>,
}

/// A yardstick.
struct Yardstick {
    name: String,
    kind: String,
    price: String,
    monthly: String,
    draw: String,
    spec: String,
    note: String,
}

#[derive(Template)]
#[template(path = "choices.html")]
struct Choices<'a> {
    shell: &'a Shell,
    roads: Vec<(String, Vec<Road>)>,
    takes: String,
    places: Vec<places::Place>,
    renting: Option<renting::Renting>,
    yardsticks: Vec<Yardstick>,
    similar: Vec<(String, String, String)>,
}

/// `choices.html`.
pub fn page(site: &Site<'_>) -> Page {
    let build = site.view.build;
    let shell = Shell::new(
        site,
        "choices.html",
        "Choices",
        format!("What else was looked at for {}, where it could live, and where it is weak.", build.meta.title),
    );
    let mut order: Vec<String> = Vec::new();
    let mut roads: BTreeMap<String, Vec<Road>> = BTreeMap::new();
    for option in &build.alternatives {
        let group = option.group.clone().unwrap_or_else(|| "Other".to_owned());
        if !order.contains(&group) {
            order.push(group.clone());
        }
        let mut links: Vec<(String, String)> =
            option.links.iter().map(|link| (link.title.clone(), safe_address(&link.url.value).to_owned())).collect();
        for offer in &option.offers {
            if let Some(url) = &offer.url {
                links.push((
                    offer.at.as_ref().map_or("Shop".to_owned(), |at| {
                        build.meta.vendors.get(&at.value).map_or(at.value.clone(), |vendor| vendor.0.clone())
                    }),
                    safe_address(url).to_owned(),
                ));
            }
        }
        roads.entry(group).or_default().push(Road {
            name: option.name.value.clone(),
            instead: option.instead_of.map_or(String::new(), |part| build.part(part).name.clone()),
            status: option.status.clone().unwrap_or_default(),
            pro: option.pro.as_deref().map_or(String::new(), markdown),
            con: option.con.as_deref().map_or(String::new(), markdown),
            note: option.note.as_deref().map_or(String::new(), markdown),
            price: option
                .offers
                .iter()
                .find_map(|offer| offer.price.as_ref())
                .map_or(String::new(), |(money, _)| money.to_string()),
            spec: option.spec.iter().map(|(key, value)| (key.value.clone(), spec(site, value))).collect(),
            links,
        });
    }
    let roads = order.into_iter().map(|group| (group.clone(), roads.remove(&group).unwrap_or_default())).collect();
    let choices = Choices {
        shell: &shell,
        roads,
        takes: places::takes(site),
        places: places::ranked(site),
        renting: renting::of(site),
        yardsticks: build
            .yardsticks
            .iter()
            .map(|one| Yardstick {
                name: if one.count > 1 {
                    format!("{} × {}", one.count, one.name.value)
                } else {
                    one.name.value.clone()
                },
                kind: one.kind.clone().unwrap_or_default(),
                price: one.price.as_ref().map_or(String::new(), |(money, _)| money.to_string()),
                monthly: one.monthly.as_ref().map_or(String::new(), |(money, _)| money.to_string()),
                draw: one
                    .draw
                    .as_ref()
                    .map_or(String::new(), |draw| site.view.sources.slice(draw.span).trim_matches('"').to_owned()),
                spec: one
                    .spec
                    .iter()
                    .map(|(key, value)| format!("{} {}", key.value, spec(site, value)))
                    .collect::<Vec<_>>()
                    .join(", "),
                note: one.note.as_deref().map_or(String::new(), markdown),
            })
            .collect(),
        similar: build
            .similar
            .iter()
            .map(|one| {
                (
                    one.name.value.clone(),
                    one.url.as_ref().map_or(String::new(), |url| safe_address(&url.value).to_owned()),
                    one.note.as_deref().map_or(String::new(), markdown),
                )
            })
            .collect(),
    };
    shell::page(&shell, &choices)
}

fn spec(site: &Site<'_>, value: &Spec) -> String {
    match value {
        Spec::Count(count, _) => count.to_string(),
        Spec::Quantity(quantity) => site.view.sources.slice(quantity.span).trim_matches('"').to_owned(),
        Spec::Words(words) => words.value.clone(),
        Spec::Flag(true, _) => "yes".to_owned(),
        Spec::Flag(false, _) => "no".to_owned(),
    }
}
