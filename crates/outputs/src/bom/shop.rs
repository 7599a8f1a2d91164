//! The shopping list: what to buy, shop by shop, with addresses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use analysis::bill::total as sum;
use analysis::purchase::converted;
use rust_decimal::Decimal;

use super::{Shown, total};

/// A shop's name, what each row costs, and the rows.
type Shop<'a> = (Option<&'a str>, Vec<Option<Decimal>>, String);

/// The list; shops in the order in which the bill first names them, last what no shop is named for.
pub fn list(shown: &Shown<'_>) -> String {
    let build = shown.view.build;
    let mut shops: Vec<Shop<'_>> = Vec::new();
    let mut places: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for line in &shown.bill.lines {
        let part = shown.part(line);
        for bought in shown.purchases(line).filter(|bought| bought.packs > 0) {
            let shop = bought.offer.and_then(|offer| shown.vendor(offer));
            let at = *places.entry(shop).or_insert(shops.len());
            if at == shops.len() {
                shops.push((shop, Vec::new(), String::new()));
            }
            let cost = bought.price.and_then(|price| converted(build, price)).map(|price| price.amount);
            shops[at].1.push(cost.map(|price| price.saturating_mul(Decimal::from(bought.packs))));
            let price = bought.price.map_or_else(|| "price unknown".to_owned(), |price| format!("{price} each"));
            let sku = bought
                .offer
                .and_then(|offer| offer.sku.as_ref())
                .map_or_else(String::new, |sku| format!(" {}", sku.value));
            let packs = if bought.pack == 1 {
                bought.packs.to_string()
            } else {
                format!("{} × {}", bought.packs, bought.unit())
            };
            let _ = writeln!(shops[at].2, "  [ ] {packs} {}{sku}, {price}", part.name);
            if let Some(url) = bought.offer.and_then(|offer| offer.url.as_ref()) {
                let _ = writeln!(shops[at].2, "      {url}");
            }
        }
    }
    shops.sort_by_key(|(name, ..)| name.is_none());
    let mut text: String = shown.asked.iter().map(|asked| format!("asked: {asked}\n")).collect();
    let _ = writeln!(text, "To buy for {}, {}", shown.boxes(), shown.basis());
    for (name, costs, rows) in shops {
        let costs = sum(build, costs.into_iter());
        let _ = write!(text, "\n{}: {}\n{rows}", name.unwrap_or("No shop named"), total(&costs));
    }
    let _ = writeln!(text, "\nTotal: {}\nCarriage and duties are in no price.", total(&shown.bill.total));
    text
}
