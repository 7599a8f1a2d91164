//! The bill of the builds of this repository whole, and of small builds what each rule of buying does to it.
//!
//! `cargo xtask docs` rewrites the snapshots.

mod memory;

use analysis::bill::{Basis, Bill, compute, with_basis};
use cli::Checked;
use memory::{Dice, Workspace};
use outputs::bom::{self, Shown};
use rust_decimal::Decimal;

fn shown(checked: &Checked, units: u32) -> Shown<'_> {
    Shown::new(checked.view(), units, None, &[]).expect("no section is named")
}

#[test]
fn the_bill_of_the_published_build() {
    let checked = Workspace::example("as-published").check();
    let page = bom::text::page(&shown(&checked, 1));
    assert!(page.contains("\nTotal: 862.00 USD, 24 lines\n"), "{page}");
    assert!(page.contains("USB-A socket with screw terminals"), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn the_bill_of_revision_2() {
    let checked = Workspace::real().check();
    insta::assert_snapshot!(bom::text::page(&shown(&checked, 1)));
}

#[test]
fn the_bill_of_five_boxes() {
    let checked = Workspace::real().check();
    insta::assert_snapshot!(bom::text::page(&shown(&checked, 5)));
}

#[test]
fn the_shopping_list() {
    let checked = Workspace::real().check();
    insta::assert_snapshot!(bom::shop::list(&shown(&checked, 1)));
}

#[test]
fn what_other_tools_read() {
    let checked = Workspace::real().check();
    let shown = shown(&checked, 1);
    insta::assert_snapshot!("csv", bom::csv::commas(&shown));
    insta::assert_snapshot!("tsv", bom::csv::tabs(&shown));
    insta::assert_snapshot!("json", bom::json::text(&shown));
    insta::assert_snapshot!("markdown", bom::markdown::page(&shown));
}

#[test]
fn sums_are_of_their_lines_under_any_grouping() {
    for workspace in [Workspace::real(), Workspace::example("as-published"), Workspace::example("seven-pis")] {
        let checked = workspace.check();
        for units in [1, 2, 7, 1_000] {
            let bill = compute(&checked.build, &checked.facts.purchase, units);
            let lines = bill.lines.iter().filter_map(|line| line.cost.as_ref()).map(|cost| cost.amount);
            assert_eq!(lines.sum::<Decimal>(), bill.total.known.amount);
            assert_eq!(
                bill.sections.iter().map(|(.., sum)| sum.known.amount).sum::<Decimal>(),
                bill.total.known.amount
            );
            assert_eq!(bill.sections.iter().map(|(.., sum)| sum.unknown).sum::<usize>(), bill.total.unknown);
            let rows = bom::csv::rows(&shown(&checked, units));
            let cell = |row: &Vec<String>, at: usize| row[at].parse::<Decimal>().unwrap_or_default();
            let sum: Decimal = rows.iter().skip(1).map(|row| cell(row, 2) * cell(row, 10)).sum();
            assert_eq!(sum, bill.total.known.amount, "{units}");
        }
        let one = compute(&checked.build, &checked.facts.purchase, 1);
        assert_eq!(one.total.known, checked.facts.purchase.cost.known);
    }
}

/// A build of trays with these offers, and what a rule says of spares.
fn trays(dice: &mut Dice) -> Workspace {
    let mut bench = Workspace::bench();
    bench.files.insert("wiring/wires.toml".to_owned(), String::new());
    let mut devices = "[device]\n".to_owned();
    let mut buy = "[buy]\n".to_owned();
    for part in 0..4 {
        let offers: Vec<String> = (0..1 + dice.below(3))
            .map(|_| {
                let cents = 100 + dice.below(900);
                let breaks = format!(
                    "breaks = [{{ from = {}, price = \"0.{:02} USD\" }}]",
                    3 + dice.below(5),
                    10 + dice.below(80)
                );
                format!(
                    "{{ price = \"{}.{:02} USD\", pack = {}, minimum = {}, {} }}",
                    cents / 100,
                    cents % 100,
                    1 + dice.below(5),
                    1 + dice.below(2),
                    if dice.below(3) == 0 { breaks } else { String::new() }
                )
                .replace(",  }", " }")
            })
            .collect();
        let text = format!("name = \"Tray {part}\"\nkind = \"tray\"\noffer = [{}]\n", offers.join(", "));
        bench.files.insert(format!("bom/parts/tray-{part}.toml"), text);
        devices.push_str(&format!("t{part} = {{ part = \"tray-{part}\", count = {} }}\n", 1 + dice.below(20)));
        buy.push_str(&format!("tray-{part} = {}\n", 1 + dice.below(8)));
    }
    bench.files.insert("wiring/devices.toml".to_owned(), devices);
    bench.files.insert("bom/buy.toml".to_owned(), buy);
    let spares = ["", "[spares]\ntray = 2\n", "[spares]\ntray = \"10%\"\n"][dice.below(3)];
    bench.files.insert("bom/spares.toml".to_owned(), spares.to_owned());
    bench
}

#[test]
fn what_is_due_covers_the_need_and_several_boxes_never_cost_more() {
    let mut dice = Dice(20_261_123);
    for round in 0..150 {
        let workspace = trays(&mut dice);
        let checked = workspace.check();
        assert_eq!(checked.unbound(), 0, "{:#?}", checked.findings.iter().map(|one| &one.message).collect::<Vec<_>>());
        let due = |units| with_basis(&checked.build, &checked.facts.purchase, units, Basis::Due);
        let covers = |bill: &Bill| {
            bill.lines.iter().all(|line| line.short == 0 && line.bought >= line.pieces + line.kept && line.pieces > 0)
        };
        let one = due(1);
        assert!(covers(&one) && one.proved && one.total.unknown == 0);
        assert_eq!(one.total, one.cheapest);
        for units in [2, 3, 10, 97] {
            let many = due(units);
            assert!(covers(&many), "{round}");
            assert!(many.total.known.amount <= one.total.known.amount * Decimal::from(units), "{round}: {units}");
        }
    }
}

/// The bench with one lid and this part.
fn lid(part: &str, more: &str) -> Checked {
    let mut bench = Workspace::bench();
    for (path, text) in [
        ("wiring/wires.toml", ""),
        ("wiring/devices.toml", "[device]\nlid = { part = \"lid\", count = 6 }\n"),
        ("bom/parts/lid.toml", &format!("name = \"=lid()\"\nkind = \"lid\"\n{part}\n")),
        ("bom/more.toml", more),
    ] {
        bench.files.insert(path.to_owned(), text.to_owned());
    }
    bench.check()
}

#[test]
fn a_foreign_price_counts_by_its_dated_rate_and_is_unknown_without_one() {
    let part = "offer = [{ price = \"2.50 EUR\", pack = 2 }]";
    let with = lid(part, "[rate.EUR]\nis = \"1.0837 USD\"\nseen = 2026-11-20\n");
    let total = compute(&with.build, &with.facts.purchase, 1).total;
    assert_eq!((total.known.amount.normalize().to_string(), total.unknown), ("8.12775".to_owned(), 0));
    let without = lid(part, "");
    let told: Vec<_> = without.findings.iter().map(|one| (one.rule.code, one.subject.as_str())).collect();
    assert!(told.contains(&("B009", "cost:EUR")), "{told:?}");
    let total = compute(&without.build, &without.facts.purchase, 1).total;
    assert_eq!((total.known.amount, total.unknown), (Decimal::ZERO, 1));
    assert!(bom::text::page(&shown(&without, 1)).contains("at least 0.00 USD, 1 line without a price"));
}

#[test]
fn packs_least_orders_breaks_and_spares_count() {
    let total = |part: &str, more: &str, units| {
        let checked = lid(part, more);
        assert_eq!(checked.unbound(), 0);
        compute(&checked.build, &checked.facts.purchase, units).total.known.to_string()
    };
    assert_eq!(total("offer = [{ price = \"3 USD\", pack = 4 }]", "", 1), "6.00 USD");
    assert_eq!(total("offer = [{ price = \"3 USD\", pack = 4 }]", "", 2), "9.00 USD");
    assert_eq!(total("offer = [{ price = \"3 USD\", pack = 4, minimum = 5 }]", "", 1), "15.00 USD");
    assert_eq!(
        total("offer = [{ price = \"3 USD\", breaks = [{ from = 10, price = \"1.50 USD\" }] }]", "", 1),
        "15.00 USD"
    );
    assert_eq!(total("offer = [{ price = \"3 USD\", pack = 4 }, { price = \"1 USD\" }]", "", 1), "5.00 USD");
    assert_eq!(total("offer = [{ price = \"1 USD\" }]", "[spares]\nlid = \"20%\"\n", 1), "8.00 USD");
    assert_eq!(total("offer = [{ price = \"1 USD\" }]", "[spares]\nlid = 3\n", 2), "15.00 USD");
}

#[test]
fn a_cell_that_looks_like_a_formula_is_none() {
    let checked = lid("offer = [{ price = \"1 USD\" }]", "");
    let text = bom::csv::commas(&shown(&checked, 1));
    assert!(text.contains("\n1,'=lid(),6,piece,"), "{text}");
}

#[test]
fn what_no_shop_would_say_is_found_where_it_stands() {
    for (part, more, expected) in [
        (
            "offer = [{ price = \"0 USD\" }]",
            "",
            "M004 `price = \"0.00 USD\"` is no price: what nobody knows is written \"unstated\"",
        ),
        ("offer = [{ price = \"-1 USD\" }]", "", "M004"),
        ("offer = [{ price = \"1e15 USD\" }]", "", "M004"),
        ("offer = [{ price = \"1e15 USD\" }]", "", "M004"),
        ("offer = [{ price = \"1 kUSD\" }]", "", "M004"),
        ("offer = [{ price = \"9999999999999 USD\" }]", "", "M004"),
        ("offer = [{ price = \"1 USD\", pack = 0 }]", "", "D004 `pack` takes a count from 1 to 1000000"),
        ("offer = [{ price = \"1 USD\", minimum = 0 }]", "", "D004"),
        ("offer = [{ price = \"1 USD\", breaks = [{ from = 5, price = \"2 USD\" }] }]", "", "M004"),
        ("offer = [{ price = \"1 USD\", breaks = [{ from = 5, price = \"0.5 EUR\" }] }]", "", "M004"),
        ("lifecycle = \"actve\"", "", "M030"),
        ("", "[rate.EUR]\nis = \"0 USD\"\nseen = 2026-11-20\n", "M004"),
        ("", "[rate.EUR]\nis = \"1.1 USD\"\n", "D003"),
        ("", "[rate.XYZ]\nis = \"1.1 USD\"\nseen = 2026-11-20\n", "M030"),
        ("", "[spares]\nlid = -1\n", "D004"),
        ("", "[spares]\nlid = \"ten\"\n", "D004"),
        ("", "[cutting]\nslack = \"8 mm\"\n", "M003"),
    ] {
        let checked = lid(part, more);
        let told: Vec<String> =
            checked.findings.iter().map(|one| format!("{} {}", one.rule.code, one.message)).collect();
        assert!(told.iter().any(|one| one.starts_with(expected)), "{part}{more}: {told:#?}");
        let _ = bom::json::text(&shown(&checked, 1));
    }
}

#[test]
fn a_swap_is_priced_and_judged() {
    let with = |asked: &[&str]| {
        let asked: Vec<String> = asked.iter().map(|&one| one.to_owned()).collect();
        cli::with::check_with(&Workspace::real(), &asked)
    };
    let (checked, swaps) = with(&["samsung-860"]).expect("it is an option");
    assert!(swaps[0].is_option && swaps[0].old == "ssd-240");
    // Five drives at 44.99 instead of 34.99.
    assert_eq!(compute(&checked.build, &checked.facts.purchase, 1).total.known.to_string(), "917.98 USD");
    assert_eq!(checked.unbound(), 0);
    // A relay board with one channel has not what the wires of one with eight land on.
    let (checked, _) = with(&["relay-8=relay-1"]).expect("both are parts");
    assert!(checked.unbound() > 0);
    assert!(checked.findings.iter().any(|finding| finding.rule.code == "M005"), "it is found where the wire lands");
    for (bad, why) in [
        ("samsung-861", "no part or option is named `samsung-861`; the nearest is `samsung-860`"),
        ("relay-1", "`relay-1` does not say what it stands instead of; ask with `OLD=relay-1`"),
        ("relay-9=relay-1", "no part of this build is named `relay-9`; the nearest is `relay-1`"),
    ] {
        assert_eq!(with(&[bad]).err().as_deref(), Some(why));
    }
}
