//! What there is to say of one of those compared, in words that the terminal and the guide share.

use analysis::plan::cost::{Payoff, Side, Why};
use analysis::plan::providers::Verdict;

use super::{Shown, least};
use crate::View;
use crate::plan::cents;

/// `this build`, `20 × AWS T2.micro`.
pub fn name(view: View<'_>, side: &Side) -> String {
    match side.yardstick.map(|at| &view.build.yardsticks[at]) {
        None => "this build".to_owned(),
        Some(one) if one.count > 1 => format!("{} × {}", one.count, one.name.value),
        Some(one) => one.name.value.clone(),
    }
}

/// `1 month`, `12 months`.
pub fn months(months: u32) -> String {
    if months == 1 { "1 month".to_owned() } else { format!("{months} months") }
}

/// When the build has paid off against it.
pub fn payoff(payoff: Payoff) -> String {
    match payoff {
        Payoff::After { months, exact } => {
            format!("after {}{months} months", if exact { "" } else { "≥ " })
        }
        Payoff::AtOnce => "from the first day".to_owned(),
        Payoff::Until { months, exact } => format!("for {}{months} months", if exact { "" } else { "≤ " }),
        Payoff::Never => "never".to_owned(),
        Payoff::NotKnown => "not known".to_owned(),
    }
}

/// Where it lives, what that costs; or why nowhere. Empty for what is rented.
pub fn lives(view: View<'_>, side: &Side) -> String {
    if let Some(place) = &side.place {
        let verdict = match place.verdict {
            Verdict::Fits => "where it fits",
            Verdict::NotKnown => "where it is not known to fit",
            Verdict::No => "where it does not fit",
        };
        let cost = crate::plan::providers::costs(place).0;
        return format!("at {}, {verdict}: {cost}", view.build.providers[place.provider].name.value);
    }
    if side.monthly != Err(Why::NoPlace) {
        return if side.yardstick.is_none() { "nowhere yet: no provider is listed".to_owned() } else { String::new() };
    }
    let draws = match &side.draw {
        Some((Some(amps), watts, _)) => format!(": it draws {watts}, {amps}"),
        Some((None, watts, _)) => format!(": it draws {watts}"),
        None => String::new(),
    };
    let height = side.yardstick.and_then(|at| view.build.yardsticks[at].height.known());
    let height = height.map_or(String::new(), |height| format!(", and is {} high", height.typ));
    format!("fits no provider here{draws}{height}")
}

/// Price and electricity of the build against those of a server at one's own outlet, where no price of electricity is known; `None` of
/// what is rented, and where either is not known.
pub fn at_outlet(shown: &Shown<'_>, side: &Side) -> Option<String> {
    let own = shown.own();
    let ((.., ours), (.., theirs)) = (own.draw.as_ref()?, side.draw.as_ref()?);
    let (capital, other) = (own.capital.as_ref()?, side.capital.as_ref()?);
    if side.yardstick.is_none() || shown.cost.kwh.is_some() || !other.whole {
        return None;
    }
    let (more, hours) = (capital.amount - other.amount, theirs - ours);
    let money = match more.is_sign_negative() {
        true => format!("{}{} {} less to buy", if capital.whole { "" } else { "≤ " }, cents(-more), shown.currency),
        false => format!("{}{} {} more to buy", least(capital.whole), cents(more), shown.currency),
    };
    let word = if hours.is_sign_negative() { "more" } else { "less" };
    Some(format!("at one's own outlet the build is {money} and takes {} kWh a month {word}", hours.abs().normalize()))
}

/// What makes it another thing than the build: its own note, cores of another kind, other storage or none.
pub fn notes(view: View<'_>, own: &Side, side: &Side) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(note) = side.yardstick.and_then(|at| view.build.yardsticks[at].note.as_ref()) {
        notes.push(note.trim_end_matches('.').to_owned());
    }
    notes.extend(apart(own, side));
    notes
}

/// What differs in kind from the build, as far as both say.
pub fn apart(own: &Side, side: &Side) -> Vec<String> {
    let mut notes = Vec::new();
    for (key, theirs, ours) in &side.unlike {
        notes.push(match key.as_str() {
            "architecture" => format!("{theirs} cores against {ours} ones: a GHz of one is no GHz of the other"),
            _ => format!("{key}: {theirs} against {ours}"),
        });
    }
    if own.extent.storage.is_some() && side.extent.storage.is_none() {
        notes.push("no storage is stated for its price".to_owned());
    }
    notes
}
