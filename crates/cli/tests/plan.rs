//! Plans of the builds of this repository whole: where they could live, and what they cost against renting; and bad input.
//!
//! `INSTA_UPDATE=always` rewrites the snapshots.

mod memory;
mod trial;

use analysis::plan::cost::{Amount, Payoff, Question};
use analysis::plan::providers::Verdict;
use cli::Checked;
use memory::{Dice, Workspace};
use outputs::plan::{cost, providers};
use rust_decimal::Decimal;
use trial::{Trial, status};

fn real() -> Checked {
    Workspace::real().check()
}

fn published() -> Checked {
    Workspace::example("as-published").check()
}

fn places(checked: &Checked) -> String {
    providers::page(&providers::Shown::new(checked.view(), None))
}

fn costs(checked: &Checked) -> String {
    cost::page(&cost::Shown::usual(checked.view()))
}

/// With a text of a file exchanged where it first stands.
fn with(mut workspace: Workspace, path: &str, from: &str, to: &str) -> Checked {
    let text = workspace.files.get_mut(path).expect("the file is there");
    assert!(text.contains(from), "{path} has no {from}");
    *text = text.replacen(from, to, 1);
    workspace.check()
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number")
}

#[test]
fn where_revision_2_could_live() {
    insta::assert_snapshot!(places(&real()));
}

#[test]
fn where_the_published_build_could_live() {
    insta::assert_snapshot!(places(&published()));
}

#[test]
fn what_revision_2_costs_against_renting() {
    insta::assert_snapshot!(costs(&real()));
}

#[test]
fn what_the_published_build_costs_against_renting() {
    insta::assert_snapshot!(costs(&published()));
}

#[test]
fn what_other_programs_read() {
    let checked = real();
    insta::assert_snapshot!("providers_json", providers::json(&providers::Shown::new(checked.view(), None)));
    let shown = cost::Shown::usual(checked.view());
    insta::assert_snapshot!("cost_json", cost::json(&shown));
    insta::assert_snapshot!("cost_svg", cost::svg(&shown).expect("there is something to draw"));
}

/// The sums that the published text left open, done by hand: 862 USD, and 40 USD a month with an address for each of five boards.
#[test]
fn the_published_build_pays_off_when_pencil_and_paper_say_so() {
    let checked = published();
    let shown = cost::Shown::usual(checked.view());
    let own = shown.own();
    assert_eq!(own.capital.as_ref().expect("a price").amount, decimal("862.00"));
    assert_eq!(own.monthly.as_ref().expect("a place").amount, decimal("40"));
    for (id, months) in [("t2-micro", "5.7"), ("digitalocean", "5.4"), ("t2-medium", "2.5")] {
        let of = |side: &&analysis::plan::cost::Side| {
            side.yardstick.is_some_and(|at| checked.build.yardsticks[at].id.value == id)
        };
        let side = shown.others().iter().find(of).expect("it is compared");
        assert_eq!(side.payoff, Some(Payoff::After { months: decimal(months), exact: true }), "{id}");
    }
    let hours: Vec<String> =
        shown.others()[..2].iter().filter_map(|side| Some(side.draw.as_ref()?.2.to_string())).collect();
    assert_eq!(hours, ["182.5", "116.8"], "250 W and 160 W for 730 hours");
    assert!(costs(&checked).contains("Dell R620, 1U: fits no provider here: it draws 250 W, 2.08 A"));
}

#[test]
fn against_a_server_at_ones_own_outlet_electricity_decides() {
    let checked = published();
    let kwh = model::resolve::price("0.12 USD");
    let question = Question { months: vec![12], kwh, resale: Some(decimal("0.3")), ..Question::default() };
    let shown = cost::Shown::new(checked.view(), &question);
    // 862 against 585, both less 30 %: 193.90 more to buy; 35.0 against 182.5 kWh at 0.12: 17.70 less each month.
    assert_eq!(shown.others()[0].at_home, Some(Payoff::After { months: decimal("11.0"), exact: true }));
    assert_eq!(shown.own().totals[0].as_ref().expect("known").amount, decimal("1083.400"));
    for line in cost::page(&shown).lines().chain(places(&checked).lines()) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn a_place_that_does_not_fit_says_why_and_stands_last() {
    let path = "bom/providers.toml";
    for (from, to, words) in [
        (
            "feed = \"1 A @ 120 V ac\"",
            "feed = \"0.5 A @ 120 V ac\"",
            "the box draws 0.78 A (computed, everything at worst), and may draw 0.4 A",
        ),
        ("height = \"1 U\"", "height = \"0.5 U\"", "1 rack unit due, and at most 0 there"),
        ("total = 5", "total = 4", "5 addresses due, and at most 4 there"),
        ("port = \"10 Mbit/s\"", "port = \"10 Mbit/s\"\nplugs = 0", "1 power cord due, and at most 0 there"),
        ("monthly = \"30 USD\"", "monthly = \"30 USD\"\nclosed = 2020-01-01", "it had closed by 2020-01-01"),
    ] {
        let checked = with(Workspace::real(), path, from, to);
        let shown = providers::Shown::new(checked.view(), None);
        let turnkey = shown.places.iter().find(|place| place.provider == 0).expect("it is listed");
        assert_eq!(turnkey.verdict, Verdict::No, "{to}");
        assert!(places(&checked).replace("\n            ", " ").contains(words), "{}", places(&checked));
        assert_ne!(shown.places[0].provider, 0);
    }
    for (from, to, words) in [
        (
            "feed = \"1 A @ 120 V ac\"",
            "feed = \"1 A @ 230 V ac\"",
            "what the box draws at 230 V: its own feed is of 120 V",
        ),
        ("feed = \"1 A @ 120 V ac\"", "feed = \"unstated\"", "the amperes of its feed"),
        (
            "included = 1, extra = \"10 USD\", total = 5",
            "included = 1",
            "whether it gives 4 more addresses, and for what",
        ),
        ("height = \"1 U\"", "height = \"unstated\"", "how many rack units it gives"),
    ] {
        let checked = with(Workspace::real(), path, from, to);
        let shown = providers::Shown::new(checked.view(), None);
        let turnkey = shown.places.iter().find(|place| place.provider == 0).expect("it is listed");
        assert_eq!(turnkey.verdict, Verdict::NotKnown, "{to}");
        assert!(places(&checked).replace("\n            ", " ").contains(words), "{}", places(&checked));
    }
}

/// How many more Pis the addresses of a place are enough for; `None` where nothing is said of them.
fn addressed(checked: &Checked) -> Option<u32> {
    let all = checked.facts.capacity.binds();
    all.into_iter().find(|(what, _)| what == "addresses at Turnkey Internet").map(|(_, left)| left)
}

#[test]
fn addresses_stop_more_pis_where_each_takes_one() {
    let path = "bom/providers.toml";
    assert_eq!(addressed(&real()), Some(0));
    assert_eq!(addressed(&with(Workspace::real(), path, "total = 5", "total = 7")), Some(2));
    assert_eq!(addressed(&with(Workspace::real(), path, "ipv4-each = \"pi\"", "ipv4 = 5")), None);
    let three = with(Workspace::real(), path, "ipv4-each = \"pi\"", "ipv4-each = \"pi[1..3]\"");
    assert!(places(&three).contains("It takes 3 addresses"), "{}", places(&three));
    // What none of the places that it fits has, the places themselves say.
    assert_eq!(addressed(&with(Workspace::real(), path, "total = 5", "total = 4")), None);
    for (to, code) in
        [("ipv4-each = \"pie\"", "M002"), ("ipv4-each = 5", "D004"), ("ipv4-each = \"pi\"\nipv4 = 5", "D004")]
    {
        let checked = with(Workspace::real(), path, "ipv4-each = \"pi\"", to);
        let codes: Vec<&str> = checked.findings.iter().map(|finding| finding.rule.code).collect();
        assert!(codes.contains(&code), "{to}: {codes:?}");
    }
    let workspace = Workspace::real();
    let before = cli::check(&workspace);
    let (after, _) = cli::more::check_with_more(&workspace, &before, &["pi=1".to_owned()]).expect("it can be asked");
    let shown = providers::Shown::new(after.view(), None);
    assert!(shown.places.iter().all(|place| place.verdict != Verdict::Fits), "six addresses are more than any has");
}

#[test]
fn transfer_that_the_port_cannot_carry_is_told() {
    let checked = with(Workspace::real(), "bom/providers.toml", "transfer = \"3 TB\"", "transfer = \"4 TB\"");
    assert!(
        places(&checked).replace("\n            ", " ").contains("4 TB a month, more than the port carries (3.29 TB)")
    );
}

#[test]
fn a_price_that_is_missing_foreign_or_none_is_found_where_it_stands() {
    let path = "bom/providers.toml";
    for (to, code) in [
        ("", "D003"),
        ("monthly = \"30 EUR\"", "B009"),
        ("monthly = \"-30 USD\"", "M004"),
        ("monthly = \"1e30 USD\"", "M004"),
        ("monthly = \"9999999999999 USD\"", "M004"),
        ("monthly = 30", "M003"),
        ("monthly = \"30 W\"", "M003"),
        ("monthly = \"30 USD\"\nports = -1", "D004"),
        ("monthly = \"30 USD\"\nrate = \"3 TB\"", "M003"),
    ] {
        let checked = with(Workspace::real(), path, "monthly = \"30 USD\"", to);
        let finding = checked.findings.iter().find(|finding| finding.rule.code == code);
        let finding = finding.unwrap_or_else(|| panic!("{to}: {:#?}", checked.findings));
        let told =
            outputs::terminal::render(&checked.sources, std::slice::from_ref(finding), outputs::terminal::Look::PLAIN);
        assert!(told.contains("bom/providers.toml:"), "{told}");
        let _ = (places(&checked), costs(&checked));
    }
    let unstated = with(Workspace::real(), path, "monthly = \"30 USD\"", "monthly = \"unstated\"");
    assert!(
        places(&unstated).contains("Turnkey Internet (`turnkey`): fits, a month not known"),
        "{}",
        places(&unstated)
    );
}

#[test]
fn arguments_that_mean_nothing_are_refused_and_nothing_is_guessed() {
    let trial = Trial::new();
    for (arguments, words) in [
        (&["--months", "-12"][..], "unexpected argument"),
        (&["--months=-12"], "is not in 1..=1200"),
        (&["--months", "0"], "is not in 1..=1200"),
        (&["--months", "99999999999"], "is not in 1..=1200"),
        (&["--months", "12,x"], "invalid digit"),
        (&["--resale", "130%"], "a share from 0% to 100% is due"),
        (&["--resale", "0.3"], "a share from 0% to 100% is due"),
        (&["--kwh", "0.12"], "an exact amount is due"),
        (&["--kwh", "1e3 USD"], "an exact amount is due"),
        (&["--kwh", "0.12 EUR"], "nothing says what 1 EUR is worth in USD"),
        (&["--provider", "nosuch"], "no provider is named `nosuch`"),
    ] {
        let mut all = vec!["plan", "cost"];
        all.extend(arguments);
        let run = trial.run(&all);
        let told = String::from_utf8_lossy(&run.stderr);
        assert_eq!(status(&run), 2, "{arguments:?}: {told}");
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
}

/// Sums are sums: over any months, twice the months cost twice the rent, and the order of months changes nothing.
#[test]
fn totals_are_capital_and_so_many_months() {
    let checked = published();
    let mut dice = Dice(7);
    for _ in 0..50 {
        let months = u32::try_from(1 + dice.below(1200)).expect("small");
        let question = Question { months: vec![months, 1], ..Question::default() };
        let shown = cost::Shown::new(checked.view(), &question);
        for side in &shown.cost.sides {
            let Some(capital) = &side.capital else {
                assert_eq!(side.totals, [None, None]);
                continue;
            };
            let Ok(monthly) = &side.monthly else {
                // Used servers that fit no provider: at least their price, whatever a place for them costs.
                let least = Some(Amount { amount: capital.amount, whole: false });
                assert_eq!(side.totals, [least.clone(), least]);
                continue;
            };
            let sum = |months: u32| capital.amount + monthly.amount * Decimal::from(months);
            let totals: Vec<Decimal> = side.totals.iter().flatten().map(|total| total.amount).collect();
            assert_eq!(totals, [sum(months), sum(1)]);
        }
    }
}

#[test]
fn claims_may_speak_of_places_and_pay_off() {
    let claims = |says: &str, is: &str| format!("[claim.total]\ntext = \"t\"\nsays = {says}\nis = \"{is}\"\n");
    for (says, is, holds) in [
        ("5.4", "payoff.t2-micro", true),
        ("5.5", "payoff.t2-micro", false),
        ("0", "payoff.honeycomb", true),
        ("true", "fits.turnkey", true),
        ("false", "fits.turnkey", false),
        ("\"30 USD\"", "cost.month", true),
        ("\"48 W\"", "max(scenario.watts)", true),
        ("\"43.10 USD\"", "cost.total / sum(computer.cores)", true),
    ] {
        let mut workspace = Workspace::example("as-published");
        workspace.files.remove("bom/needs.toml").expect("with one address alone it costs 30 USD a month");
        let says = if says.starts_with(['t', 'f', '"']) { says.to_owned() } else { format!("\"{says}\"") };
        workspace.files.insert("bom/claims.toml".to_owned(), claims(&says, is));
        let checked = workspace.check();
        assert_eq!(checked.facts.claims[0].holds, Some(holds), "{is}: {:?}", checked.facts.claims[0]);
    }
    for (is, code) in [("payoff.t2-mikro", "M030"), ("fits.turnky", "M030"), ("cost.total / 0", "B006")] {
        let mut workspace = Workspace::example("as-published");
        workspace.files.insert("bom/claims.toml".to_owned(), claims("\"1\"", is));
        let checked = workspace.check();
        assert!(
            checked.findings.iter().any(|finding| finding.rule.code == code && finding.subject.starts_with("claim.")),
            "{is}: {:#?}",
            checked.findings.iter().map(|f| (f.rule.code, &f.message)).collect::<Vec<_>>()
        );
    }
}
