//! Room for more: what the ladder says against builds that really have more in them.

mod memory;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use analysis::budget::WORST;
use analysis::capacity::{Ground, Mark, Rung, room};
use cli::more::{check_with_more, errors, ladder};
use cli::{Checked, check};
use memory::{Dice, Workspace};
use outputs::plan::added::{self, Added, Growth};
use outputs::plan::capacity;

/// The pages of one workspace.
fn ladders(workspace: &Workspace, devices: &[Option<&str>]) -> String {
    let checked = check(workspace);
    let page = |device: &Option<&str>| {
        let ladder = ladder(workspace, &checked, *device).expect("it is a device");
        capacity::page(checked.view(), &ladder)
    };
    let pages: Vec<String> = devices.iter().map(page).collect();
    pages.join("\n")
}

fn grown(workspace: &Workspace, asked: &[&str]) -> String {
    let before = check(workspace);
    let asked: Vec<String> = asked.iter().map(|asked| (*asked).to_owned()).collect();
    let (after, added) = check_with_more(workspace, &before, &asked).expect("it can be asked");
    let errors = errors(&before, &after, &added);
    added::page(&Growth { before: before.view(), after: after.view(), added: &added, errors })
}

#[test]
fn the_ladder_of_revision_2() {
    insta::assert_snapshot!(ladders(&Workspace::real(), &[None, Some("ssd")]));
}

#[test]
fn the_ladder_of_the_published_build() {
    let workspace = Workspace::example("as-published");
    insta::assert_snapshot!(ladders(&workspace, &[None]));
    let capacity = check(&workspace).facts.capacity;
    let room = |name: &str| capacity.binds().into_iter().find(|(what, _)| what == name).map(|(_, left)| left);
    // The document promises room for seven; its own photograph and these three numbers say the same.
    assert_eq!(room("live 5 V terminals"), Some(0));
    assert_eq!(room("switch ports"), Some(2));
    assert_eq!(room("relay channels"), Some(4));
    assert_eq!(capacity.stranded.len(), 1, "the fifth hangs on a terminal that its plug does not reach");
}

#[test]
fn the_ladders_of_the_examples() {
    let seven = ladders(&Workspace::example("seven-pis"), &[None, Some("zero")]);
    insta::assert_snapshot!([seven, ladders(&Workspace::example("minimal"), &[None])].join("\n"));
}

#[test]
fn the_ladder_as_json() {
    let workspace = Workspace::example("minimal");
    let checked = check(&workspace);
    insta::assert_snapshot!(capacity::json(checked.view(), &ladder(&workspace, &checked, None).expect("it has a Pi")));
}

#[test]
fn two_more_of_a_small_build() {
    insta::assert_snapshot!(grown(&Workspace::example("minimal"), &["pi=2"]));
}

#[test]
fn one_more_than_revision_2_has_room_for() {
    insta::assert_snapshot!(grown(&Workspace::real(), &["pi=1"]));
}

#[test]
fn a_drive_more_takes_a_port_and_leaves_the_fuse_of_its_pi_alone() {
    let told = grown(&Workspace::real(), &["ssd=1"]);
    assert!(told.contains("pi[5].usb3[2] – ssd[6].usb: cable usbc-angle"), "{told}");
    assert!(!told.contains("fu[8]") && !told.contains("term[6]"), "{told}");
}

#[test]
fn one_addition_leaves_less_for_the_next() {
    let told = grown(&Workspace::example("minimal"), &["pi=3", "pi=1"]);
    assert!(told.contains("no place for `pi-5`: live 5 V terminals"), "{told}");
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let checked = check(&Workspace::real());
    let asked = [
        "nosuch=2",
        "pj=2",
        "pi=0",
        "pi=-1",
        "pi=99999999",
        "pi=99999999999999999999",
        "pi",
        "pi=two",
        "=1",
        "sw=1",
        "k8=1",
        "psu=1",
        "colo=1",
        "chassis=1",
        "pi-usb/1=1",
        "toggle=1",
    ];
    let told: Vec<String> = asked
        .iter()
        .map(|asked| format!("{asked}: {}", cli::more::read(&checked.build, asked).expect_err("nothing can be added")))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// Every rung that counts places says how many copies find one; amperes add up; and up to the answer no copy brings an error.
fn agrees(name: &str, workspace: &Workspace, device: Option<&str>) -> u32 {
    let before = check(workspace);
    let ladder = ladder(workspace, &before, device).expect("it is a device");
    let Some(of) = ladder.capacity.of else { return 0 };
    let of_name = before.build.device(of).name.clone();
    // The trial may have added a rung; places are what the analysis alone counts.
    let plain = room(&Ground::of(&before.build, &before.facts), of);
    let answer = ladder.capacity.at_most.unwrap_or(3).min(12);
    let counted: Vec<&Rung> =
        plain.rungs.iter().filter(|rung| rung.mark == Mark::Change && rung.sum.unit.is_empty()).collect();
    let far = counted.iter().filter_map(|rung| u32::try_from(rung.more).ok()).filter(|more| *more < 16);
    let ks: BTreeSet<u32> = (1..=answer + 2).chain(far.flat_map(|more| [more, more + 1])).filter(|k| *k > 0).collect();
    for k in ks {
        let (after, added) = check_with_more(workspace, &before, &[format!("{of_name}={k}")]).expect("it can be added");
        let missing: BTreeSet<&str> = added[0].expansion.missing.iter().map(|missing| missing.what.as_str()).collect();
        for rung in &counted {
            let fits = i64::from(k) <= rung.more;
            assert_eq!(
                !missing.contains(rung.what.as_str()),
                fits,
                "{name}: {k} more `{of_name}`, {rung:?}, {missing:?}"
            );
        }
        let errors = errors(&before, &after, &added);
        if k <= answer {
            assert!(missing.is_empty(), "{name}: {k} of {answer} more: {missing:?}");
            assert!(errors.is_empty(), "{name}: {k} of {answer} more: {errors:?}");
        }
        if k == answer + 1 && ladder.capacity.at_most == Some(answer) {
            assert!(!missing.is_empty() || !errors.is_empty(), "{name}: nothing stops {k} more `{of_name}`");
        }
        if missing.is_empty() {
            amperes_add_up(name, &plain.rungs, &after, k);
        }
        fewer(name, &after, &added, &plain.rungs, k);
    }
    answer
}

/// What a rail, a feed and a limit give with `k` more is what they gave, and `k` times the need.
fn amperes_add_up(name: &str, rungs: &[Rung], after: &Checked, k: u32) {
    let build = &after.build;
    for rung in rungs.iter().filter(|rung| !rung.sum.unit.is_empty() && rung.mark != Mark::Buy) {
        let at = rung.sum.scenario.expect("what is drawn is drawn in a scenario");
        let rails = after.facts.budget.rails.iter().filter(|rail| rail.scenario == at).map(|rail| {
            let device = build.device(rail.source.device);
            let source = &build.part(device.part).sources[rail.source.index as usize].name;
            (format!("amperes of {}.{source}", device.name), rail.drawn.band.hi.0)
        });
        let feeds = after.facts.budget.feeds.iter().filter(|load| load.scenario == at);
        let feeds =
            feeds.map(|load| (format!("amperes of feed {}", build.feeds[load.feed].name), load.drawn.band.hi.0));
        let limits = after.facts.budget.limits.iter().filter(|load| load.scenario == at).map(|load| {
            let device = build.device(load.device);
            let limit = &build.part(device.part).limits[load.index as usize].name;
            (format!("watts of limit {limit} of {}", device.name), load.watts.band.hi.0)
        });
        let (_, drawn) =
            rails.chain(feeds).chain(limits).find(|(what, _)| *what == rung.what).expect("it is there yet");
        let due = rung.sum.used + f64::from(k) * rung.sum.need;
        assert!(
            (drawn - due).abs() < 1e-6 * due.abs().max(1.0),
            "{name}: {} with {k} more: {drawn}, not {due}",
            rung.what
        );
        let holds = drawn <= rung.sum.limit * (1.0 + 1e-9);
        assert_eq!(
            holds,
            i64::from(k) <= rung.more,
            "{name}: {} with {k} more: {drawn} of {}",
            rung.what,
            rung.sum.limit
        );
    }
    assert!(after.facts.budget.rails.iter().any(|rail| rail.scenario == WORST), "{name}");
}

/// With `k` more in it, the build has room for `k` fewer, by everything that is counted, and all that was short is bought.
fn fewer(name: &str, after: &Checked, added: &[Added], rungs: &[Rung], k: u32) {
    let copy = added[0].expansion.devices.last().expect("there is one");
    let left = room(&Ground::of(&after.build, &after.facts), *copy);
    if added[0].expansion.missing.is_empty() {
        for rung in rungs.iter().filter(|rung| rung.mark == Mark::Change) {
            let then = left.rungs.iter().find(|then| then.what == rung.what).map(|then| then.more);
            assert_eq!(then, Some(rung.more - i64::from(k)), "{name}: {} with {k} more", rung.what);
        }
    }
    for (part, _) in &added[0].expansion.bought {
        let need = after.facts.purchase.needs.iter().find(|need| need.part == *part).expect("it was bought for a need");
        assert!(need.metres.is_some() || need.bought >= need.pieces, "{name}: {}", after.build.part(*part).id);
    }
}

#[test]
fn adding_agrees_with_the_ladder_on_the_builds_of_this_repository() {
    assert_eq!(agrees("real", &Workspace::real(), None), 0);
    agrees("real", &Workspace::real(), Some("pi[3]"));
    agrees("real", &Workspace::real(), Some("ssd"));
    assert_eq!(agrees("minimal", &Workspace::example("minimal"), None), 3);
    let seven = Workspace::example("seven-pis");
    assert_eq!(agrees("seven-pis", &seven, None), 0);
    agrees("seven-pis", &seven, Some("zero"));
    agrees("seven-pis", &seven, Some("old"));
}

/// A box of Pis on one supply: by the dice with relays and who works them, fuses, splices, a switch, a bill, a tight feed.
fn random_box(dice: &mut Dice) -> Workspace {
    let mut workspace = Workspace::default();
    let (most, fused, switched) = (1 + dice.below(3), dice.below(2) == 0, dice.below(2) == 0);
    let (networked, spliced, counted) = (dice.below(3) > 0, dice.below(2) == 0, dice.below(3) > 0);
    let lever = 3 + 2 * dice.below(2);
    let pis = if spliced { most.min(lever - 1) } else { most.min(if switched { 2 } else { 3 }) };
    let pi = |n: usize| {
        if counted {
            format!("pi[{n}]")
        } else if n == 1 {
            "pi".to_owned()
        } else {
            format!("p{n}")
        }
    };
    let term = |n: usize| if counted { format!("term[{n}]") } else { format!("t{n}") };
    let mut devices = String::from(
        "[device]\npsu = { part = \"atx-psu-20\" }\natx = { part = \"atx-breakout-24\", set = { push = \"on\" } }\n",
    );
    if counted {
        let _ = write!(
            devices,
            "pi = {{ part = \"pi-4b\", count = {pis} }}\nterm = {{ part = \"usb-a-screw\", count = {pis} }}\n"
        );
    } else {
        for n in 1..=pis {
            let _ = writeln!(devices, "{} = {{ part = \"pi-4b\" }}\n{} = {{ part = \"usb-a-screw\" }}", pi(n), term(n));
        }
    }
    let mut wires = String::from(
        "[cable.cord]\npart = \"ac-cord-c13\"\nrun = [\"wall.ac -> psu.ac\"]\n[plug.main]\nrun = [\"psu.main -> atx.in\"]\n",
    );
    let mut runs: Vec<String> = Vec::new();
    let mut cables: Vec<String> = Vec::new();
    if fused {
        let _ =
            writeln!(devices, "fu = {{ part = \"blade-holder\", count = {pis}, set = {{ f = \"blade-ato-2a\" }} }}");
    }
    if switched {
        let _ = writeln!(
            devices,
            "k8 = {{ part = \"relay-8ch-opto-low\", set = {{ jd = \"off\" }} }}\nboss = {{ part = \"pi-zero-2w\" }}\nbt = {{ part = \"usb-a-screw\" }}"
        );
        runs.extend(["atx.5v[4] -> bt.plus".to_owned(), "bt.minus -> atx.com[1]".to_owned()]);
        runs.extend([
            "atx.5v[3] -> k8.jd-vcc".to_owned(),
            "k8.jd-gnd -> atx.com[2]".to_owned(),
            "boss.pin2 -> k8.vcc".to_owned(),
        ]);
    }
    if spliced {
        let _ =
            writeln!(devices, "live = {{ part = \"lever-splice-{lever}\" }}\nback = {{ part = \"lever-splice-5\" }}");
        // One thin wire to a splice carries less than its levers take.
        let stock = if dice.below(2) == 0 { "wire-18-silicone" } else { "jumper-lead" };
        let feed = "run = [\"atx.5v[1] -> live.t[1]\", \"back.t[1] -> atx.com[3]\"]";
        let _ = write!(wires, "[wire.splices]\nstock = \"{stock}\"\ncolour = \"RD\"\nlength = \"100 mm\"\n{feed}\n");
    }
    let live = |n: usize| if spliced { format!("live.t[{}]", n + 1) } else { format!("atx.5v[{n}]") };
    // One in eight has a last Pi that nothing leads to.
    let wired = if pis > 1 && dice.below(8) == 0 { pis - 1 } else { pis };
    for n in 1..=wired {
        let mut from = live(n);
        if fused {
            runs.push(format!("{from} -> fu[{n}].a"));
            from = format!("fu[{n}].b");
        }
        if switched {
            runs.push(format!("{from} -> k8.nc[{n}]"));
            from = format!("k8.com[{n}]");
            runs.push(format!("boss.gpio{} -> k8.in[{n}]", 3 + n));
        }
        runs.push(format!("{from} -> {}.plus", term(n)));
        let back = if spliced { format!("back.t[{}]", n + 1) } else { format!("atx.com[{}]", n + 2) };
        runs.push(format!("{}.minus -> {back}", term(n)));
        cables.push(format!("{}.usb -> {}.usbc", term(n), pi(n)));
    }
    let quote = |runs: &[String]| runs.iter().map(|run| format!("  \"{run}\",\n")).collect::<String>();
    let _ =
        write!(wires, "[wire.all]\nstock = \"wire-18-silicone\"\nlength = \"150 mm\"\nrun = [\n{}]\n", quote(&runs));
    let _ = write!(wires, "[cable.usb]\npart = \"usb-a-c-1ft\"\nrun = [\n{}]\n", quote(&cables));
    if switched {
        wires.push_str("[cable.boss]\npart = \"usb-a-micro-1ft\"\nrun = [\"bt.usb -> boss.power\"]\n");
    }
    if networked {
        devices.push_str("sw = { part = \"switch-5port\" }\n");
        let lan: Vec<String> = (1..=wired).map(|n| format!("{}.eth -- sw.port[{n}]", pi(n))).collect();
        let _ = write!(wires, "[cable.lan]\npart = \"eth-patch-1ft\"\nrun = [\n{}]\n", quote(&lan));
    }
    let limit = [15.0, 1.0, 0.4][dice.below(3)];
    let _ = write!(
        devices,
        "[feed.wall]\nlimit = \"{limit} A @ 120 V ac\"\nderate = \"80%\"\nport = {{ ac = \"nema-5-15r\" }}\n"
    );
    if dice.below(2) == 0 {
        let _ = write!(devices, "[scenario.idle]\nloads = {{ pi = \"idle\" }}\n");
    }
    let mut add = |path: &str, text: String| workspace.files.insert(path.to_owned(), text);
    add("bom/build.toml", "name = \"random\"\ntitle = \"Random\"\nversion = \"1\"\nlicense = \"CC0-1.0\"\nsummary = \"A box.\"\ncurrency = \"USD\"\n".to_owned());
    if dice.below(2) == 0 {
        add(
            "bom/buy.toml",
            format!("[buy]\npi-4b = {}\nusb-a-screw = {pis}\nwire-18-silicone = 1\n", pis + dice.below(3)),
        );
    }
    add("wiring/devices.toml", devices);
    add("wiring/wires.toml", wires);
    workspace
}

#[test]
fn adding_agrees_with_the_ladder_on_random_boxes() {
    let mut dice = Dice(7);
    let (mut roomy, mut told) = (0, 0);
    for nth in 0..120 {
        let workspace = random_box(&mut dice);
        let name = format!("box {nth}: {:#?}", workspace.files);
        assert_eq!(check(&workspace).unbound(), 0, "{name}");
        roomy += u32::from(agrees(&name, &workspace, Some("pi")) > 0);
        let rungs = ladder(&workspace, &check(&workspace), Some("pi")).expect("it is a device").capacity.rungs;
        told += u32::from(rungs.iter().any(|rung| rung.what.starts_with("error ")));
    }
    assert!(roomy > 40, "many boxes should have room: {roomy}");
    assert!(told > 4, "in some a rule should stop more of them before any place runs out: {told}");
}
