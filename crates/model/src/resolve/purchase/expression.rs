//! The expressions of claims: what a public statement is computed from.

mod formula;

pub use formula::{Formula, Operator, Step, formula};

/// What `is` and `also` may say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expression {
    /// `cost.total`: every line of the bill; unknown if one has no price.
    CostTotal,
    /// `cost.priced`: the lines that have a price.
    CostPriced,
    /// `cost.without(a, b)`: every line but those of these parts; unknown if one of the rest has no price.
    CostWithout(Vec<String>),
    /// `sum(kind.spec)` over the devices (and what rides along) of a kind.
    Sum {
        /// Kind of part.
        kind: String,
        /// Key of its `spec`.
        spec: String,
    },
    /// `min(kind.spec)`.
    Min {
        /// Kind of part.
        kind: String,
        /// Key of its `spec`.
        spec: String,
    },
    /// `max(scenario.amps)`: the largest draw at a feed over all scenarios.
    MaxScenario,
    /// `scenario.<id>`: the draw at the feed in one scenario.
    Scenario(String),
    /// `max(scenario.watts)`: the same times the volts of the feed.
    MaxWatts,
    /// `cost.month`: what the box costs a month where it fits the cheapest way.
    CostMonth,
    /// `payoff.<versus>`: months after which it has paid off against that.
    Payoff(String),
    /// `fits.<provider>`: whether that place takes the box.
    Fits(String),
    /// `count(kind)`.
    Count(String),
    /// `capacity.computers`: computers in the build and as many as still fit.
    Computers,
}

/// Reads one term of an expression.
///
/// # Errors
/// A few words on what is wrong, fit to stand behind the expression.
pub fn parse(text: &str) -> Result<Expression, String> {
    let text = text.trim();
    let call = text.strip_suffix(')').and_then(|text| text.split_once('('));
    let Some((function, inside)) = call else {
        return plain(text);
    };
    let (function, inside) = (function.trim(), inside.trim());
    match function {
        "cost.without" => {
            let parts: Vec<String> = inside.split(',').map(|part| part.trim().to_owned()).collect();
            if parts.iter().all(|part| is_name(part)) {
                Ok(Expression::CostWithout(parts))
            } else {
                Err("names no parts".into())
            }
        }
        "count" if is_name(inside) => Ok(Expression::Count(inside.to_owned())),
        "max" if inside == "scenario.amps" => Ok(Expression::MaxScenario),
        "max" if inside == "scenario.watts" => Ok(Expression::MaxWatts),
        "sum" | "min" => match inside.split_once('.') {
            Some((kind, spec)) if is_name(kind) && is_name(spec) => {
                let (kind, spec) = (kind.to_owned(), spec.to_owned());
                Ok(if function == "sum" { Expression::Sum { kind, spec } } else { Expression::Min { kind, spec } })
            }
            _ => Err(format!("has no `kind.spec` in `{function}(…)`")),
        },
        "count" => Err("names no kind of part".into()),
        "max" => Err("takes the largest of something other than `scenario.amps` and `scenario.watts`".into()),
        _ => Err(format!("has an unknown function `{function}`")),
    }
}

fn plain(text: &str) -> Result<Expression, String> {
    match text {
        "cost.total" => Ok(Expression::CostTotal),
        "cost.priced" => Ok(Expression::CostPriced),
        "cost.month" => Ok(Expression::CostMonth),
        "capacity.computers" => Ok(Expression::Computers),
        _ => match text.split_once('.') {
            Some(("scenario", id)) if is_name(id) => Ok(Expression::Scenario(id.to_owned())),
            Some(("payoff", id)) if is_name(id) => Ok(Expression::Payoff(id.to_owned())),
            Some(("fits", id)) if is_name(id) => Ok(Expression::Fits(id.to_owned())),
            _ => Err("is no expression".into()),
        },
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::{Expression, parse};

    #[test]
    fn every_form_is_read_and_others_say_why() {
        assert_eq!(parse("cost.total"), Ok(Expression::CostTotal));
        assert_eq!(
            parse("cost.without(rails, meter)"),
            Ok(Expression::CostWithout(vec!["rails".into(), "meter".into()]))
        );
        assert_eq!(parse("sum(ssd.capacity)"), Ok(Expression::Sum { kind: "ssd".into(), spec: "capacity".into() }));
        assert_eq!(parse("scenario.idle"), Ok(Expression::Scenario("idle".into())));
        assert_eq!(parse("max(scenario.amps)"), Ok(Expression::MaxScenario));
        assert_eq!(parse("max(scenario.watts)"), Ok(Expression::MaxWatts));
        assert_eq!(parse("payoff.t2-micro"), Ok(Expression::Payoff("t2-micro".into())));
        assert_eq!(parse("fits.turnkey"), Ok(Expression::Fits("turnkey".into())));
        assert_eq!(parse("count(relay-board)"), Ok(Expression::Count("relay-board".into())));
        for wrong in ["", "total", "sum(cores)", "number(pi)", "cost.without()", "scenario.", "max(price)"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
