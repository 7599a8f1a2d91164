//! What there is to say of one of those compared, in words that the terminal and the guide share.

use analysis::plan::cost::{Payoff, Side, Why};
use analysis::plan::providers::Verdict;

use crate::View;

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
