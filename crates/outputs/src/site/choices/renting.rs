//! What the build costs against clouds and servers: a chart and its table.

use crate::plan::cost::{Shown, at_outlet, cell, lives, name, notes, payoff, svg};
use crate::site::Site;

/// The section.
pub struct Renting {
    /// A sentence each.
    pub head: Vec<String>,
    /// As SVG; empty where nothing can be drawn.
    pub chart: String,
    pub currency: String,
    /// `12 months`.
    pub months: Vec<String>,
    /// The last of them.
    pub last: String,
    pub rows: Vec<Row>,
}

/// One of those compared; the build first.
pub struct Row {
    pub name: String,
    pub capital: String,
    pub monthly: String,
    pub totals: Vec<String>,
    pub pays: String,
    /// A core, a core-GHz, a GB of memory.
    pub per: Vec<String>,
    pub notes: Vec<String>,
}

/// `None` where nothing is listed to compare with.
pub fn of(site: &Site<'_>) -> Option<Renting> {
    let shown = Shown::usual(site.view);
    if shown.others().is_empty() {
        return None;
    }
    let row = |side: &analysis::plan::cost::Side| {
        let extent = &side.extent;
        let per = [extent.cores, extent.core_ghz, extent.ram].map(|of| shown.per(side, of));
        let mut told = notes(site.view, shown.own(), side);
        told.insert(0, lives(site.view, side));
        told.extend(at_outlet(&shown, side));
        told.retain(|words| !words.is_empty() && side.yardstick.is_some());
        Row {
            name: name(site.view, side),
            capital: cell(side.capital.as_ref()),
            monthly: cell(side.monthly.as_ref().ok()),
            totals: side.totals.iter().map(|total| cell(total.as_ref())).collect(),
            pays: side.payoff.map_or(String::new(), payoff),
            per: per.into_iter().map(|per| per.unwrap_or_else(|| "–".to_owned())).collect(),
            notes: told,
        }
    };
    let months: Vec<String> = shown.cost.months.iter().map(|months| format!("{months} months")).collect();
    Some(Renting {
        head: shown.head(),
        chart: svg(&shown).unwrap_or_default(),
        currency: shown.currency.to_owned(),
        last: months.last().cloned().unwrap_or_default(),
        rows: shown.cost.sides.iter().map(row).collect(),
        months,
    })
}
