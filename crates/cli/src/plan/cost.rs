//! What the build costs against clouds and servers: what `plan cost` takes.

use analysis::plan::cost::Question;
use clap::Args;
use cli::Checked;
use model::resolve::{percent, price};
use model::units::Money;
use outputs::plan::cost::{MONTHS, Shown, json, page, svg};
use rust_decimal::Decimal;

/// Most months that are summed over: a hundred years.
const MOST: i64 = 1200;

/// What `plan cost` takes.
#[derive(Args, Default)]
pub struct Cost {
    /// Months to sum over: 12,24,36
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=MOST))]
    months: Vec<u32>,
    /// Where it lives [default: where it fits the cheapest way]
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    /// Public addresses that it takes, instead of what `[needs]` says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    addresses: Option<u32>,
    /// What hardware brings at the end, a share of its price: 30%
    #[arg(long, value_name = "SHARE", value_parser = share)]
    resale: Option<Decimal>,
    /// What a kilowatt-hour costs at one's own outlet: '0.12 USD'
    #[arg(long, value_name = "MONEY", value_parser = amount)]
    kwh: Option<Money>,
    /// Print JSON
    #[arg(long, conflicts_with = "svg")]
    json: bool,
    /// Print the chart as SVG
    #[arg(long)]
    svg: bool,
}

impl Cost {
    /// The page, the object or the chart.
    pub fn text(&self, checked: &Checked) -> Result<String, String> {
        let providers = &checked.build.providers;
        let provider = match &self.provider {
            None => None,
            Some(id) => Some(providers.iter().position(|one| one.id.value == *id).ok_or_else(|| {
                let known: Vec<String> = providers.iter().map(|one| format!("`{}`", one.id.value)).collect();
                match known.is_empty() {
                    true => format!("no provider is named `{id}`; there is none"),
                    false => format!("no provider is named `{id}`; there are {}", known.join(", ")),
                }
            })?),
        };
        let months = if self.months.is_empty() { MONTHS.to_vec() } else { self.months.clone() };
        let (addresses, resale, kwh) = (self.addresses, self.resale, self.kwh.clone());
        if let Some(kwh) = kwh.as_ref().filter(|kwh| analysis::purchase::converted(&checked.build, kwh).is_none()) {
            return Err(format!(
                "nothing says what 1 {} is worth in {}: `[rate.{}]` does",
                kwh.currency,
                analysis::purchase::currency(&checked.build),
                kwh.currency
            ));
        }
        let shown = Shown::new(checked.view(), &Question { months, provider, addresses, resale, kwh });
        if self.svg {
            return svg(&shown).map(|chart| chart + "\n").ok_or_else(|| {
                "there is nothing to draw: neither of the build nor of anything else are price and monthly cost known".to_owned()
            });
        }
        Ok(if self.json { json(&shown) } else { page(&shown) })
    }
}

fn share(text: &str) -> Result<Decimal, String> {
    percent(text).ok_or_else(|| "a share from 0% to 100% is due".to_owned())
}

fn amount(text: &str) -> Result<Money, String> {
    price(text).ok_or_else(|| "an exact amount is due, such as '0.12 USD'".to_owned())
}
