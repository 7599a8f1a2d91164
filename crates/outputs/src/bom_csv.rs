//! The bill as a table: what is bought, what is needed of it, what it costs, where it is sold.

use analysis::purchase::Need;
use model::part::{Offer, Part};
use model::purchase::Line;

use crate::{Artifact, Output, Render, View};

/// `bom/bom.csv`.
pub const OUTPUT: Output = Output { name: "bom", render: Render::Always(files) };

/// The columns, in their order.
pub const COLUMNS: [&str; 19] = [
    "section",
    "part",
    "name",
    "mpn",
    "needed",
    "unit",
    "packs",
    "pieces-per-pack",
    "bought",
    "price-per-pack",
    "total",
    "currency",
    "vendor",
    "sku",
    "url",
    "price-seen",
    "used-by",
    "optional",
    "note",
];

fn files(view: View<'_>) -> Vec<Artifact> {
    vec![Artifact::text("bom/bom.csv", table(view))]
}

/// The table; the lines of the bill first, then what is needed and not bought.
pub fn table(view: View<'_>) -> String {
    let needs = &view.facts.purchase.needs;
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for line in &view.build.lines {
        let need = needs.iter().find(|need| need.part == line.part);
        rows.push(row(view, view.build.part(line.part), need, Some(line)));
    }
    for need in needs {
        if !view.build.lines.iter().any(|line| line.part == need.part) {
            rows.push(row(view, view.build.part(need.part), Some(need), None));
        }
    }
    written(rows)
}

/// The offer that the bill goes by: the first with a price, else the first.
pub fn offer(part: &Part) -> Option<&Offer> {
    part.offers.iter().find(|offer| offer.price.is_some()).or(part.offers.first())
}

fn row(view: View<'_>, part: &Part, need: Option<&Need>, line: Option<&Line>) -> Vec<String> {
    let offer = offer(part);
    let price = offer.and_then(|offer| offer.price.as_ref()).map(|(money, _)| money);
    let packs = line.map_or(0, |line| line.packs);
    let pack = offer.map_or(1, |offer| offer.pack);
    let (needed, bought, unit) = match need.and_then(|need| need.metres) {
        Some((needed, bought)) => (metres(needed), bought.map(metres).unwrap_or_default(), "m"),
        None => (need.map_or(0, |need| need.pieces).to_string(), packs.saturating_mul(pack).to_string(), "pieces"),
    };
    let vendor = offer
        .and_then(|offer| offer.at.as_ref())
        .map(|id| view.build.meta.vendors.get(&id.value).map_or_else(|| id.value.clone(), |(name, _)| name.clone()));
    let seen = price.and(offer).and_then(|offer| offer.seen.or(view.build.meta.prices_seen));
    vec![
        part.section.clone().unwrap_or_default(),
        part.id.clone(),
        part.name.clone(),
        part.mpn.clone().unwrap_or_default(),
        needed,
        unit.to_owned(),
        packs.to_string(),
        pack.to_string(),
        bought,
        price.map(|price| format!("{:.2}", price.amount)).unwrap_or_default(),
        price.map(|price| format!("{:.2}", price.amount * rust_decimal::Decimal::from(packs))).unwrap_or_default(),
        price.map(|price| price.currency.clone()).unwrap_or_default(),
        vendor.unwrap_or_default(),
        offer.and_then(|offer| offer.sku.as_ref()).map(|sku| sku.value.clone()).unwrap_or_default(),
        offer.and_then(|offer| offer.url.clone()).unwrap_or_default(),
        seen.map(|date| date.to_string()).unwrap_or_default(),
        need.map(|need| need.because.join("; ")).unwrap_or_default(),
        part.optional.clone().unwrap_or_default(),
        part.note.clone().unwrap_or_default(),
    ]
}

/// Metres to the millimetre, without trailing zeros.
fn metres(metres: f64) -> String {
    let text = format!("{metres:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Rows as CSV (RFC 4180 with bare line feeds); what a spreadsheet would take for a formula stands behind an apostrophe.
pub fn written(rows: Vec<Vec<String>>) -> String {
    separated(rows, b',')
}

/// Whether a spreadsheet would take a cell for a formula.
pub(crate) fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err()
}

/// The same with another byte between the cells.
pub(crate) fn separated(rows: Vec<Vec<String>>, between: u8) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(between).from_writer(Vec::new());
    for row in rows {
        let row: Vec<String> =
            row.into_iter().map(|cell| if is_formula(&cell) { format!("'{cell}") } else { cell }).collect();
        writer.write_record(row).expect("rows of one table are equally long, and memory does not fail");
    }
    let bytes = writer.into_inner().expect("memory does not fail");
    String::from_utf8(bytes).expect("fields are strings")
}
