//! The bill as a table for other tools, with the columns that they expect; commas or tabs between cells.

use super::{Shown, exact};
use crate::bom_csv::separated;

/// The columns, in their order. `Qty` times `Price` is what a row costs: both are of the `Unit`, a piece or a pack.
pub const COLUMNS: [&str; 13] = [
    "Id",
    "Description",
    "Qty",
    "Unit",
    "Designators",
    "P/N",
    "Manufacturer",
    "MPN",
    "Supplier",
    "SPN",
    "Price",
    "Currency",
    "Seen",
];

/// Comma-separated.
pub fn commas(shown: &Shown<'_>) -> String {
    separated(rows(shown), b',')
}

/// Tab-separated.
pub fn tabs(shown: &Shown<'_>) -> String {
    separated(rows(shown), b'\t')
}

/// One row for what is bought of one offer; `Id` counts them.
pub fn rows(shown: &Shown<'_>) -> Vec<Vec<String>> {
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for line in &shown.bill.lines {
        let part = shown.part(line);
        for bought in shown.purchases(line) {
            let offer = bought.offer;
            let seen = bought.price.and(offer).and_then(|offer| offer.seen);
            rows.push(vec![
                rows.len().to_string(),
                part.name.clone(),
                bought.packs.to_string(),
                bought.unit(),
                shown.need(line).because.join("; "),
                part.id.clone(),
                part.maker.clone().unwrap_or_default(),
                part.mpn.clone().unwrap_or_default(),
                offer.and_then(|offer| shown.vendor(offer)).unwrap_or_default().to_owned(),
                offer.and_then(|offer| offer.sku.as_ref()).map(|sku| sku.value.clone()).unwrap_or_default(),
                bought.price.map(|price| exact(price.amount)).unwrap_or_default(),
                bought.price.map(|price| price.currency.clone()).unwrap_or_default(),
                seen.map(|seen| seen.to_string()).unwrap_or_default(),
            ]);
        }
    }
    rows
}
