//! The build as a schema.org `Product` in JSON-LD: its parts with what each costs.

use serde_json::{Value, json};

use super::{Shown, exact};

/// The object as text.
pub fn text(shown: &Shown<'_>) -> String {
    serde_json::to_string_pretty(&object(shown)).expect("plain values") + "\n"
}

/// The object.
pub fn object(shown: &Shown<'_>) -> Value {
    let (bill, meta) = (&shown.bill, &shown.view.build.meta);
    let parts: Vec<Value> = bill
        .lines
        .iter()
        .map(|line| {
            let part = shown.part(line);
            let offers: Vec<Value> = shown
                .purchases(line)
                .filter_map(|bought| {
                    let (offer, price) = (bought.offer?, bought.price?);
                    let mut made = json!({
                        "@type": "Offer", "price": exact(price.amount), "priceCurrency": price.currency,
                        "eligibleQuantity": { "@type": "QuantitativeValue", "value": bought.packs },
                    });
                    if let Some(vendor) = shown.vendor(offer) {
                        made["seller"] = json!({ "@type": "Organization", "name": vendor });
                    }
                    if let Some(url) = &offer.url {
                        made["url"] = json!(url);
                    }
                    Some(made)
                })
                .collect();
            let mut product = json!({ "@type": "Product", "name": part.name, "sku": part.id });
            for (key, value) in [("mpn", &part.mpn), ("description", &part.note)] {
                if let Some(value) = value {
                    product[key] = json!(value);
                }
            }
            if let Some(maker) = &part.maker {
                product["manufacturer"] = json!({ "@type": "Organization", "name": maker });
            }
            if !offers.is_empty() {
                product["offers"] = Value::Array(offers);
            }
            product
        })
        .collect();
    json!({
        "@context": "https://schema.org", "@type": "Product", "name": meta.title, "sku": meta.name, "version": meta.version,
        "description": meta.summary, "license": meta.license, "hasPart": parts,
    })
}
