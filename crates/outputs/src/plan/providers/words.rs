//! What there is to say of one provider, in words that the terminal and the guide share.

use analysis::budget::WORST;
use analysis::plan::providers::{Draw, Found, Place, Share, Transfer, Verdict};
use model::units::Amps;

use crate::View;
use crate::plan::many;

/// The monthly cost, and what it is made of.
pub fn costs(place: &Place) -> (String, String) {
    let monthly = &place.monthly;
    let sum = match (&monthly.known, &monthly.no_rate) {
        (Some(known), _) if monthly.whole => format!("{known} a month"),
        (Some(known), _) => format!("at least {known} a month"),
        (None, Some(currency)) => format!("a month not known: nothing says what 1 {currency} is worth"),
        (None, None) => "a month not known".to_owned(),
    };
    let lease = match (&monthly.lease, &monthly.no_rate) {
        (Some(lease), _) => format!("{lease} for the lease"),
        (None, Some(currency)) => format!("in {currency}, without a rate"),
        (None, None) => "not stated".to_owned(),
    };
    let need = place.addresses.need.unwrap_or_default();
    let addresses = match (&monthly.addresses, place.addresses.may) {
        (Some(extra), Some(total)) if !extra.amount.is_zero() => {
            format!("{extra} for {} in all", many(total, "address"))
        }
        (Some(_), _) => format!("{} with it", many(need, "address")),
        (None, _) => format!("{} not known", many(need, "address")),
    };
    let whole = if monthly.whole { "" } else { "at least " };
    let per = place.per_amp.as_ref().map_or(String::new(), |per| format!("; {whole}{per} an ampere"));
    (sum, format!("{lease}, {addresses}{per}"))
}

/// `1 A at 120 V: 0.8 A and 96 W for ever`.
pub fn watts(view: View<'_>, place: &Place) -> String {
    let provider = &view.build.providers[place.provider];
    let (Some(feed), Some(allowed)) = (provider.feed.known(), place.allowed) else {
        return "not stated".to_owned();
    };
    let volts = provider.feed_volts.known().map_or(String::new(), |volts| format!(" at {}", volts.typ));
    let watts = place.watts.map_or(String::new(), |watts| format!(" and {watts}"));
    format!("{}{volts}: {allowed}{watts} for ever", feed.typ)
}

/// The most that flows, as computed and as measured, against what may flow.
pub fn draws(view: View<'_>, place: &Place) -> String {
    if place.draws.is_empty() {
        return "what the box draws is not known".to_owned();
    }
    let share = |draw: &Draw| draw.amps.0 / draw.allowed.0.max(1e-9);
    let most = |found: &dyn Fn(Found) -> bool| {
        let of = place.draws.iter().filter(|draw| found(draw.found));
        of.max_by(|a, b| share(a).total_cmp(&share(b)))
    };
    let computed = most(&|found| found != Found::Measured);
    let measured = most(&|found| found == Found::Measured);
    let told = [computed.map(|draw| told(view, draw, "computed")), measured.map(|draw| told(view, draw, "measured"))];
    let told: Vec<String> = told.into_iter().flatten().collect();
    format!("the box draws {}", told.join(", "))
}

fn told(view: View<'_>, draw: &Draw, how: &str) -> String {
    let least = if draw.found == Found::AtLeast { "at least " } else { "" };
    format!("{least}{} ({how}, {})", draw.amps, scenario(view, draw.scenario))
}

fn scenario(view: View<'_>, at: usize) -> &str {
    match view.build.scenarios.get(at) {
        _ if at == WORST => "everything at worst",
        Some(scenario) => &scenario.id.value,
        None => "everything at worst",
    }
}

/// What the network gives: port, transfer against its speed.
pub fn network(view: View<'_>, place: &Place) -> String {
    let provider = &view.build.providers[place.provider];
    let port = provider.port.known().map_or("port not stated".to_owned(), |port| format!("port of {}", port.typ));
    let transfer = provider.transfer.known().map(|transfer| transfer.typ.to_string()).unwrap_or_default();
    let month = match place.transfer {
        Transfer::Hours(hours) => format!("{transfer} a month, gone after {} at full speed", lasts(hours)),
        Transfer::Beyond(most) => format!("{transfer} a month, more than the port carries ({most})"),
        Transfer::Free(most) => {
            let rate = provider.rate.known().map(|rate| rate.typ.to_string()).unwrap_or_default();
            format!("not counted at {rate}: {most} a month")
        }
        Transfer::NotKnown if transfer.is_empty() => "transfer not stated".to_owned(),
        Transfer::NotKnown => format!("{transfer} a month"),
    };
    format!("{port}, {month}")
}

/// `73 hours`, `28 days`: days from four days on.
fn lasts(hours: f64) -> String {
    if hours < 96.0 { format!("{hours:.1} hours") } else { format!("{:.1} days", hours / 24.0) }
}

/// What does not fit, and what is not known; what does not fit stands first.
pub fn reasons(view: View<'_>, place: &Place) -> Vec<(Verdict, String)> {
    let provider = &view.build.providers[place.provider];
    let mut all: Vec<(Verdict, String)> = Vec::new();
    if place.closed {
        let day = provider.closed.map(|day| day.to_string()).unwrap_or_default();
        all.push((Verdict::No, format!("it had closed by {day}")));
    }
    match place.other_mains {
        Some((there, here)) => {
            let words = format!("what the box draws at {there}: its own feed is of {here}");
            all.push((Verdict::NotKnown, words));
        }
        None if place.allowed.is_none() => all.push((Verdict::NotKnown, "the amperes of its feed".to_owned())),
        None => feed(view, place, &mut all),
    }
    counted(&mut all, "rack unit", &place.height.whole());
    counted(&mut all, "network port", &place.ports);
    counted(&mut all, "power cord", &place.plugs);
    match (place.addresses.verdict(), place.addresses.need, provider.addresses) {
        (Verdict::NotKnown, Some(need), Some(there)) => {
            let more = many(need.saturating_sub(there), "more address");
            all.push((Verdict::NotKnown, format!("whether it gives {more}, and for what")));
        }
        (Verdict::NotKnown, ..) => all.push((Verdict::NotKnown, "how many addresses it gives".to_owned())),
        _ => counted(&mut all, "address", &place.addresses),
    }
    all.sort_by_key(|(verdict, _)| *verdict != Verdict::No);
    all
}

fn feed(view: View<'_>, place: &Place, all: &mut Vec<(Verdict, String)>) {
    let worst = place.draws.iter().filter(|draw| draw.verdict() == Verdict::No);
    if let Some(draw) = worst.max_by(|a, b| (a.amps.0 - a.allowed.0).total_cmp(&(b.amps.0 - b.allowed.0))) {
        let how = if draw.found == Found::Measured { "measured" } else { "computed" };
        let (what, may): (String, Amps) = (told(view, draw, how), draw.allowed);
        all.push((Verdict::No, format!("the box draws {what}, and may draw {may}")));
        return;
    }
    let unknown: Vec<&str> = place
        .draws
        .iter()
        .filter(|draw| draw.verdict() == Verdict::NotKnown)
        .map(|draw| scenario(view, draw.scenario))
        .collect();
    if place.draws.is_empty() {
        all.push((Verdict::NotKnown, "what the box draws".to_owned()));
    } else if !unknown.is_empty() {
        all.push((Verdict::NotKnown, format!("all that the box draws: {}", unknown.join(", "))));
    }
}

fn counted(all: &mut Vec<(Verdict, String)>, what: &str, share: &Share<u32>) {
    match (share.verdict(), share.need, share.may) {
        (Verdict::No, Some(need), Some(may)) => {
            all.push((Verdict::No, format!("{} due, and at most {may} there", many(need, what))));
        }
        (Verdict::NotKnown, None, _) => all.push((Verdict::NotKnown, format!("how many {what}s the box takes"))),
        (Verdict::NotKnown, ..) => all.push((Verdict::NotKnown, format!("how many {what}s it gives"))),
        _ => {}
    }
}
