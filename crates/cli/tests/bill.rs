//! The bill, claims, waivers and what files say of control and steps: small builds, and what is said of them.

mod memory;

use memory::Workspace;
use source::Level;

const WIRES: &str = "wiring/wires.toml";
const DEVICES: &str = "wiring/devices.toml";

/// The bench with these files: `code subject` of every finding of these families, `?` before what is not verified.
fn check(files: &[(&str, &str)], families: &[&str], expected: &[&str]) {
    let mut bench = Workspace::bench();
    for (path, text) in files {
        bench.files.insert((*path).to_owned(), (*text).to_owned());
    }
    let checked = bench.check();
    let told =
        checked.findings.iter().filter(|finding| families.iter().any(|family| finding.rule.code.starts_with(family)));
    let mut told: Vec<String> = told
        .map(|finding| {
            let unproved = if finding.level() == Level::NotVerified { "?" } else { "" };
            let waived = if finding.waived.is_some() { " waived" } else { "" };
            format!("{unproved}{} {}{waived}", finding.rule.code, finding.subject)
        })
        .collect();
    told.sort();
    let mut expected: Vec<String> = expected.iter().map(|text| (*text).to_owned()).collect();
    expected.sort();
    assert_eq!(told, expected, "{:#?}", checked.findings.iter().map(|finding| &finding.message).collect::<Vec<_>>());
}

const TRAYS: &[(&str, &str)] =
    &[(WIRES, ""), ("bom/parts/lid.toml", "name = \"Lid\"\noptional = \"It is only for looks.\"\n")];

fn trays(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    TRAYS.iter().chain(more).copied().collect()
}

#[test]
fn what_rides_along_and_what_arrives_inside_is_counted_where_it_is_bought() {
    let files = trays(&[
        (
            DEVICES,
            "[device]\nbox = { part = \"box\" }\nball = { in = \"box.ball\" }\ntray = { part = \"tray\", count = 3, with = [\"mat\"] }\n",
        ),
        ("bom/parts/box.toml", "name = \"Box\"\nincludes = { ball = \"ball\" }\n"),
        ("bom/parts/ball.toml", "name = \"Ball\"\n"),
        ("bom/parts/tray.toml", "name = \"Tray\"\n"),
        ("bom/parts/mat.toml", "name = \"Mat\"\noffer = [{ pack = 2, price = \"3 USD\" }]\n"),
        ("bom/buy.toml", "[buy]\nbox = 1\ntray = 3\nmat = 1\n"),
    ]);
    check(&files, &["B"], &["B003 mat", "B004 cost"]);
}

#[test]
fn a_build_without_a_bill_hears_nothing_of_it() {
    check(&trays(&[(DEVICES, "[device]\nlid = { part = \"lid\" }\n")]), &["B", "D", "M"], &[]);
}

#[test]
fn an_optional_part_need_not_be_bought() {
    let files = trays(&[
        (DEVICES, "[device]\nlid = { part = \"lid\" }\ntray = { part = \"tray\" }\n"),
        ("bom/parts/tray.toml", "name = \"Tray\"\noffer = [{ price = \"3 USD\" }]\n"),
        ("bom/buy.toml", "[buy]\ntray = 1\n"),
    ]);
    check(&files, &["B"], &[]);
}

#[test]
fn a_spool_of_unstated_length_is_not_judged() {
    let lead = |length: &str| {
        format!(
            "name = \"Lead\"\ncite = \"toy\"\nstock = {{ gauge = \"22 AWG\", length = \"{length}\", max = \"7 A\" }}\n"
        )
    };
    let wire = |length: &str| {
        format!(
            "[wire.feed]\nstock = \"lead\"\nlength = \"{length}\"\nrun = [\"psu.plus -> lamp.plus\", \"lamp.minus -> psu.minus\"]\n"
        )
    };
    let buy = ("bom/buy.toml", "[buy]\nsupply = 1\nlamp = 1\nlead = 1\n");
    for (spool, wires, expected) in [
        ("1 m", "200 mm", vec![]),
        (">= 1 m", "200 mm", vec![]),
        ("300 mm", "200 mm", vec!["B008 lead"]),
        ("unstated", "200 mm", vec!["?B008 lead"]),
        ("300 mm", "unstated", vec!["?B008 lead"]),
    ] {
        let files = [(WIRES, &*wire(wires)), ("bom/parts/lead.toml", &*lead(spool)), buy];
        check(&files, &["B008"], &expected);
    }
}

#[test]
fn a_claim_holds_fails_or_cannot_be_told() {
    let priced = |price: &str| {
        format!("name = \"Tray\"\nkind = \"tray\"\nspec = {{ size = \"2 GB\" }}\noffer = [{{ price = \"{price}\" }}]\n")
    };
    let tray = priced("400 USD");
    let unstated = priced("unstated");
    let devices = (DEVICES, "[device]\ntray = { part = \"tray\", count = 2 }\n");
    let buy = ("bom/buy.toml", "[buy]\ntray = 2\n");
    let claim = |says: &str, is: &str| format!("[claim.c]\ntext = \"c\"\nsays = \"{says}\"\nis = \"{is}\"\n");
    for (says, is, holds) in [
        ("~820 USD", "cost.total", true),
        ("~900 USD", "cost.total", false),
        ("800 USD", "cost.priced", true),
        ("0 USD", "cost.without(tray)", true),
        ("4 GB", "sum(tray.size)", true),
        ("4 GB", "min(tray.size)", false),
        ("2 GB", "min(tray.size)", true),
        ("2", "count(tray)", true),
        (">= 3", "count(tray)", false),
        ("about 820 USD", "cost.total", true),
        ("about 900 USD", "cost.total", false),
        ("about 2.05", "count(tray)", true),
        ("~3", "count(tray)", false),
        ("400 USD", "cost.total / count(tray)", true),
        ("200 USD", "cost.total / sum(tray.size)", true),
        ("1.50", "count(tray) * 3 / 4", true),
        ("1.4", "count(tray) * 3 / 4", false),
        ("2 GB", "sum(tray.size) - min(tray.size)", true),
        ("2", "cost.total / (cost.total - 400 * cost.total / 800)", true),
    ] {
        let text = claim(says, is);
        let files = trays(&[devices, buy]);
        let mut files: Vec<(&str, &str)> = files;
        files.push(("bom/parts/tray.toml", &tray));
        files.push(("bom/claims.toml", &text));
        check(&files, &["B006"], if holds { &[] } else { &["B006 claim.c"] });
    }
    let zero = claim("2", "count(tray) / (count(tray) - 2)");
    let near = claim("~860 USD\"\nwithin = \"8%", "cost.total");
    let far = claim("~860 USD\"\nwithin = \"6%", "cost.total");
    for (text, expected) in [(&zero, &["B006 claim.c"][..]), (&near, &[]), (&far, &["B006 claim.c"])] {
        let mut files: Vec<(&str, &str)> = trays(&[devices, buy]);
        files.push(("bom/parts/tray.toml", &tray));
        files.push(("bom/claims.toml", text));
        check(&files, &["B006", "M", "D"], expected);
    }
    for (says, is) in [("~820 USD", "cost.total"), ("4", "sum(tray.speed)"), ("7", "capacity.computers")] {
        let text = claim(says, is);
        let mut files: Vec<(&str, &str)> = trays(&[devices, buy]);
        files.push(("bom/parts/tray.toml", &unstated));
        files.push(("bom/claims.toml", &text));
        check(&files, &["B006"], &["?B006 claim.c"]);
    }
}

#[test]
fn included_workspaces_lend_parts_and_places_but_no_bill_and_no_claims() {
    let files = trays(&[
        (DEVICES, "[device]\ntray = { part = \"tray\" }\n"),
        ("bom/build.toml", "name = \"bench\"\ntitle = \"t\"\ninclude = [\"other\"]\n[reference.toy]\ntitle = \"t\"\n"),
        (
            "other/bom/build.toml",
            "name = \"other\"\ntitle = \"o\"\n[vendor.shop]\nname = \"Shop\"\nurl = \"https://shop/{sku}\"\n",
        ),
        ("other/bom/parts/tray.toml", "name = \"Tray\"\noffer = [{ at = \"shop\", sku = \"1\", price = \"2 USD\" }]\n"),
        (
            "other/bom/rest.toml",
            "[buy]\nnothing = 1\n[claim.x]\ntext = \"x\"\nsays = \"1\"\nis = \"nonsense\"\n[provider.p]\nname = \"P\"\nmonthly = \"unstated\"\n",
        ),
        ("bom/rest.toml", "[provider.p]\nname = \"Own P\"\nmonthly = \"1 USD\"\n"),
    ]);
    check(&files, &["B", "D", "M"], &[]);
}

#[test]
fn words_ends_and_positions_that_are_none_are_named() {
    let step = |line: &str| format!("[step.s]\nfits = [\"psu\", \"lamp\"]\nwires = [\"feed\"]\n{line}\n");
    for (line, expected) in [
        ("land = [\"feed/1.form\"]", "M030 step.s:form"),
        ("park = { \"feed/1.to\" = \"lamp.pluss\" }", "M005 lamp.pluss"),
        ("live = [\"psu\"]", "M030 step.s:psu"),
        ("sets = { \"lamp.tilt\" = \"up\" }", "M030 step.s:tilt"),
        ("uses = [\"tap\"]", "M001 tap"),
    ] {
        let text = step(line);
        let bench = {
            let mut bench = Workspace::bench();
            bench.files.insert("site/guide/a.toml".to_owned(), text);
            bench
        };
        let checked = bench.check();
        let code = &expected[..4];
        let told: Vec<&str> =
            checked.findings.iter().map(|finding| finding.rule.code).filter(|told| told.starts_with('M')).collect();
        assert_eq!(told, [code], "{line}");
    }
}

#[test]
fn a_waiver_accepts_one_subject_and_stays_visible() {
    let claim = "[claim.c]\ntext = \"c\"\nsays = \"2\"\nis = \"count(lamp)\"\n";
    let waive = |rule: &str, subject: &str| {
        format!("waive.w = {{ rule = \"{rule}\", subject = \"{subject}\", reason = \"The second one is lent.\" }}\n")
    };
    for (rule, subject, expected) in [
        ("B006", "claim.c", vec!["B006 claim.c waived"]),
        ("B006", "*", vec!["B006 claim.c", "M092 waive.w"]),
        ("B006", "claim.d", vec!["B006 claim.c", "M090 waive.w"]),
        ("M003", "claim.c", vec!["B006 claim.c", "M092 waive.w"]),
        ("X999", "claim.c", vec!["B006 claim.c", "M090 waive.w"]),
    ] {
        let text = waive(rule, subject);
        check(&[("bom/claims.toml", claim), ("wiring/waive.toml", &text)], &["B", "M"], &expected);
    }
}

#[test]
fn tables_of_control_bind_their_devices_and_pins() {
    let control = "[scenario.dim]\nloads = { lamp = \"worst\" }\nmeasured = \"0.4 A\"\n[control]\nessential = [\"lamp\"]\noff = \"10 s\"\n[role]\nmanager = \"lamp\"\n[probe.lamp]\nping = true\n[weak.w]\nwhat = [\"psu\"]\nwhy = \"There is one.\"\n";
    check(&[("wiring/control.toml", control)], &["D", "M"], &[]);
    let wrong =
        "[role]\nmanager = \"lamb\"\n[control]\noff = \"10 V\"\n[probe.lamp]\ntcp = 70000\n[watch]\nlamp = \"pus\"\n";
    check(
        &[("wiring/control.toml", wrong)],
        &["D", "M"],
        &["D004 probe.lamp:tcp", "M002 role.manager", "M002 watch.lamp", "M003 control:off"],
    );
}
