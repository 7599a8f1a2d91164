//! Builds whose answers are known by hand, and what the random ones are like.

use std::collections::BTreeMap;

use oracle::{Build, Conflict, Least, Piece, generate, read};

const PARTS: &[(&str, &str)] = &[
    ("supply", r#"source.out = { plus = "plus", minus = "minus", volts = "5 V" }"#),
    ("supply-12", r#"source.out = { plus = "plus", minus = "minus", volts = "12 V ±5%" }"#),
    ("feed", r#"source.ac = { across = ["l", "n"], volts = "120 V ac" }"#),
    ("bank", "source.out = { plus = \"plus[1..2]\", minus = \"minus\", volts = \"5 V\" }\n"),
    (
        "buck",
        r#"source.out = { plus = "out", minus = "minus", volts = "5 V", from = { plus = "in", minus = "minus" } }"#,
    ),
    (
        "relay",
        r#"
        coil.k = { plus = "plus", minus = "minus" }
        contact.k = { by = "k", com = "com[1..2]", nc = "nc[1..2]", no = "no[1..2]" }
        "#,
    ),
    (
        "board",
        r#"
        lever.j = { by = "build", positions = ["H", "L"], shipped = "H" }
        input.k = [
            { when = { j = "H" }, from = "in", to = "gnd" },
            { when = { j = "L" }, from = "vcc", to = "in" },
        ]
        coil.k = { input = "k" }
        contact.k = { by = "k", com = "com", nc = "nc", no = "no" }
        "#,
    ),
    (
        "rotary",
        r#"
        lever.s = { by = "hand", positions = ["a", "b", "c"], rest = "b" }
        contact.s = { by = "s", com = "com", to = "to[1..3]" }
        contact.t = { by = "s", com = "p", nc = "q" }
        "#,
    ),
    (
        "latch",
        r#"
        coil.set = { plus = "s" }
        coil.reset = { plus = "r" }
        contact.k = { by = "set", back = "reset", com = "com", nc = "nc", no = "no" }
        "#,
    ),
    (
        "bridging",
        "coil.k = {}\ncontact.k = { by = \"k\", com = \"com\", nc = \"nc\", no = \"no\", make-first = true }\n",
    ),
    (
        "pair",
        "coil.k = { plus = \"p[1..2]\", minus = \"m\" }\ninterlock.k = { of = \"k[1..2]\" }\ncontact.k = { by = \"k[1..2]\", com = \"com[1..2]\", no = \"no[1..2]\" }\n",
    ),
    (
        "jumper",
        r#"
        lever.j = { by = "build", positions = ["H", "L"], shipped = "unstated" }
        contact.j = { by = "j", com = "com", nc = "h", no = "l" }
        "#,
    ),
    ("lamp", r#"load.l = { plus = "plus", minus = "minus" }"#),
    ("strip", r#"join.t = ["t[1..4]"]"#),
];

/// The answers for devices, runs and further lines.
#[track_caller]
fn build(devices: &[(&str, &str)], runs: &[&str], more: &str) -> Build {
    let mut files: Vec<(String, String)> =
        PARTS.iter().map(|(id, text)| (format!("bom/parts/{id}.toml"), format!("name = \"{id}\"\n{text}"))).collect();
    let devices: String = devices.iter().map(|(name, of)| format!("{name} = {{ {of} }}\n")).collect();
    let runs: String = runs.iter().map(|run| format!("\"{run}\",\n")).collect();
    files.push(("wiring/all.toml".into(), format!("[device]\n{devices}[wire.w]\nrun = [\n{runs}]\n{more}")));
    read(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).unwrap_or_else(|why| panic!("{why}"))
}

/// `a+ b-: Short 1/2` for each short.
fn told(build: &Build) -> Vec<String> {
    build
        .shorts()
        .into_iter()
        .map(|short| {
            let end = |at: usize| {
                let end = &build.ends[at];
                format!("{}{}", end.source.split('.').next().unwrap_or_default(), if end.plus { '+' } else { '-' })
            };
            let kind = match short.conflict {
                Conflict::Referenced(_) => "Referenced".to_owned(),
                other => format!("{other:?}"),
            };
            let Least { actuated, contacts } = short.least;
            let primary = match short.primary {
                Some(primary) if primary == short.least => String::new(),
                Some(Least { actuated, contacts }) => format!(" primary {actuated}/{contacts}"),
                None => " derived".to_owned(),
            };
            let software = if short.only_software { " software" } else { "" };
            let [a, b] = short.ends.map(end);
            format!("{a} {b}: {kind} {actuated}/{contacts}{primary}{software}")
        })
        .collect()
}

const TWO: &[(&str, &str)] = &[("a", "part = \"supply\""), ("k", "part = \"relay\"")];

#[test]
fn a_changeover_joins_both_rails_only_where_both_throws_are_tied() {
    assert_eq!(told(&build(TWO, &["a.plus -> k.com[1]", "a.minus -> k.no[1]"], "")), ["a+ a-: Short 1/1"]);
    assert_eq!(told(&build(TWO, &["a.plus -> k.com[1]", "a.minus -> k.nc[1]"], "")), ["a+ a-: Short 0/1"]);
    let apart = ["a.plus -> k.no[1]", "a.minus -> k.nc[1]"];
    assert!(told(&build(TWO, &apart, "")).is_empty());
    let both = ["a.plus -> k.no[1]", "a.minus -> k.nc[2]", "k.com[1] -- k.com[2]"];
    assert!(told(&build(TWO, &both, "")).is_empty(), "the poles of one coil move together");
    let second = ["a.plus -> k.no[1]", "a.minus -> k.no[2]", "k.com[1] -- k.com[2]"];
    assert_eq!(told(&build(TWO, &second, "")), ["a+ a-: Short 1/2"]);
}

#[test]
fn a_coil_whose_supply_the_state_takes_away_is_not_energised() {
    let free = ["a.plus -> k.no[1]", "a.minus -> k.com[1]"];
    assert_eq!(told(&build(TWO, &free, "")).len(), 1);
    let fed = ["a.plus -> k.no[1]", "a.minus -> k.com[1]", "a.plus -> k.plus", "a.minus -> k.minus"];
    assert_eq!(told(&build(TWO, &fed, "")).len(), 1);
    let through_its_own_rest =
        ["a.plus -> k.no[1]", "a.minus -> k.com[1]", "a.plus -> k.com[2]", "k.nc[2] -> k.plus", "a.minus -> k.minus"];
    assert!(told(&build(TWO, &through_its_own_rest, "")).is_empty());
    let one_end = ["a.plus -> k.no[1]", "a.minus -> k.com[1]", "a.plus -> k.com[2]", "k.nc[2] -> k.plus"];
    assert_eq!(told(&build(TWO, &one_end, "")).len(), 1, "a coil that nothing can supply is another fault, and free");
}

#[test]
fn coils_in_parallel_are_one_and_software_or_metal_may_keep_coils_apart() {
    let devices = [("a", "part = \"supply\""), ("k", "part = \"relay\", count = 2")];
    let cross = ["a.plus -> k[1].no[1]", "k[1].com[1] -- k[2].com[1]", "k[2].no[1] -- a.minus"];
    assert_eq!(told(&build(&devices, &cross, "")), ["a+ a-: Short 2/2"]);
    let rule = "[rule.r]\nnever-together = [\"k[1..2].k\"]";
    assert_eq!(told(&build(&devices, &cross, rule)), ["a+ a-: Short 2/2 software"]);
    let opposite = ["a.plus -> k[1].no[1]", "k[1].com[1] -- k[2].com[1]", "k[2].nc[1] -- a.minus"];
    assert_eq!(told(&build(&devices, &opposite, rule)), ["a+ a-: Short 1/2"]);
    let mut parallel = opposite.to_vec();
    parallel.extend(["k[1].plus -- k[2].plus", "k[1].minus -- k[2].minus"]);
    assert!(told(&build(&devices, &parallel, "")).is_empty());
    let guarded = [("a", "part = \"supply\""), ("p", "part = \"pair\"")];
    let cross = ["a.plus -> p.no[1]", "p.com[1] -- p.com[2]", "p.no[2] -- a.minus"];
    assert!(told(&build(&guarded, &cross, "")).is_empty());
}

#[test]
fn levers_take_every_position_and_start_where_they_are_set() {
    let rotary = [("a", "part = \"supply\""), ("s", "part = \"rotary\"")];
    let runs = ["a.plus -> s.com", "a.minus -> s.to[3]"];
    assert_eq!(told(&build(&rotary, &runs, "")), ["a+ a-: Short 1/1"]);
    let set = [("a", "part = \"supply\""), ("s", "part = \"rotary\", set = { s = \"c\" }")];
    assert_eq!(told(&build(&set, &runs, "")), ["a+ a-: Short 0/1"]);
    let exclusive = ["a.plus -> s.to[1]", "a.minus -> s.to[3]", "s.com -- s.p", "s.q -- a.minus"];
    assert!(told(&build(&rotary, &exclusive, "")).is_empty());
    let at_rest = ["a.plus -> s.to[2]", "s.com -- s.p", "s.q -- a.minus"];
    assert_eq!(told(&build(&set, &at_rest, "")), ["a+ a-: Short 1/2"]);
}

#[test]
fn latches_cost_nothing_and_bridging_contacts_close_both_throws() {
    let latch = [("a", "part = \"supply\""), ("l", "part = \"latch\"")];
    assert_eq!(told(&build(&latch, &["a.plus -> l.com", "a.minus -> l.no"], "")), ["a+ a-: Short 0/1"]);
    let bridging = [("a", "part = \"supply\""), ("b", "part = \"bridging\"")];
    assert_eq!(told(&build(&bridging, &["a.plus -> b.nc", "a.minus -> b.no"], "")), ["a+ a-: Short 1/2"]);
}

#[test]
fn a_jumper_is_metal_as_it_is_set_and_an_input_needs_what_feeds_it() {
    let runs = ["a.plus -> j.com", "j.l -> k.com[1]", "a.minus -> k.no[1]"];
    let with = |set: &'static str| [("a", "part = \"supply\""), ("j", set), ("k", "part = \"relay\"")];
    assert_eq!(told(&build(&with("part = \"jumper\", set = { j = \"L\" }"), &runs, "")).len(), 1);
    assert!(told(&build(&with("part = \"jumper\", set = { j = \"H\" }"), &runs, "")).is_empty());
    assert!(told(&build(&with("part = \"jumper\""), &runs, "")).is_empty());
    let runs = ["a.plus -> k.com[1]", "k.nc[1] -> b.vcc", "b.no -> k.no[1]", "b.com -> a.minus"];
    let with = |set: &'static str| [("a", "part = \"supply\""), ("b", set), ("k", "part = \"relay\"")];
    assert_eq!(told(&build(&with("part = \"board\", set = { j = \"H\" }"), &runs, "")), ["a+ a-: Short 2/2"]);
    assert!(told(&build(&with("part = \"board\", set = { j = \"L\" }"), &runs, "")).is_empty());
}

#[test]
fn rails_compare_in_volts_and_across_islands_through_their_references() {
    let two = |of: &'static str| [("a", "part = \"supply\""), ("b", of), ("k", "part = \"relay\"")];
    let shared = ["a.minus -- b.minus", "a.plus -> k.com[1]", "b.plus -> k.no[1]"];
    assert_eq!(told(&build(&two("part = \"supply\""), &shared, "")), ["a+ b+: Parallel 1/1"]);
    assert_eq!(told(&build(&two("part = \"supply-12\""), &shared, "")), ["a+ b+: Short 1/1"]);
    assert_eq!(
        told(&build(&two("part = \"feed\""), &["a.plus -> k.com[1]", "b.l -> k.no[1]"], "")),
        ["a+ b+: Mains 1/1"]
    );
    let apart = ["a.plus -> k.com[1]", "b.plus -> k.no[1]"];
    assert!(told(&build(&two("part = \"supply\""), &apart, "")).is_empty());
    let mut returns = apart.to_vec();
    returns.extend(["a.minus -> k.com[2]", "b.minus -> k.no[2]"]);
    assert_eq!(told(&build(&two("part = \"supply\""), &returns, "")), ["a+ b+: Referenced 1/1"]);
    returns[3] = "b.minus -> k.nc[2]";
    assert!(told(&build(&two("part = \"supply\""), &returns, "")).is_empty());
}

#[test]
fn a_way_over_a_third_rail_is_derived() {
    let devices = [("a", "part = \"supply\""), ("b", "part = \"supply-12\""), ("k", "part = \"relay\"")];
    let runs =
        ["a.minus -- b.minus", "a.plus -> k.com[1]", "k.no[1] -- b.plus", "b.plus -> k.com[2]", "k.no[2] -- a.minus"];
    let all = told(&build(&devices, &runs, ""));
    assert_eq!(
        all,
        [
            "a+ a-: Short 1/2 derived",
            "a+ b+: Short 1/1",
            "a+ b-: Short 1/2 derived",
            "a- b+: Short 1/1",
            "b+ b-: Short 1/1",
        ]
    );
}

#[test]
fn metal_that_fights_is_told_apart() {
    assert!(build(TWO, &["a.plus -- a.minus"], "").fights_at_rest());
    let two = [("a", "part = \"supply\""), ("b", "part = \"supply-12\"")];
    assert!(build(&two, &["a.plus -- b.plus", "a.minus -- b.minus"], "").fights_at_rest());
    assert!(!build(&two, &["a.plus -- b.minus"], "").fights_at_rest());
}

#[test]
fn opens_darken_alone_or_together() {
    let devices = [
        ("a", "part = \"supply\""),
        ("b", "part = \"buck\""),
        ("k", "part = \"relay\""),
        ("z", "part = \"lamp\", count = 2"),
    ];
    let runs = [
        "a.plus -> k.com[1]",
        "k.nc[1] -> z[1].plus",
        "a.plus -> k.com[2]",
        "k.nc[2] -> z[1].plus",
        "z[1].minus -> a.minus",
        "a.plus -> b.in",
        "b.minus -> a.minus",
        "b.out -> z[2].plus",
        "z[2].minus -> b.minus",
    ];
    let build = build(&devices, &runs, "");
    assert!(build.dark(&[]).is_empty());
    let wire = |number: usize| Piece::Wire(format!("w/{number}"));
    let lamp = |number: usize| vec![format!("z[{number}].l")];
    let opens = build.opens();
    let expected = BTreeMap::from([
        (wire(5), lamp(1)),
        (wire(6), lamp(2)),
        (wire(7), lamp(2)),
        (wire(8), lamp(2)),
        (wire(9), lamp(2)),
    ]);
    assert_eq!(opens, expected);
    let pairs = build.open_pairs();
    let throw = |pole: usize| Piece::Throw(format!("k.k[{pole}]"), "nc".into());
    assert_eq!(pairs.get(&[wire(2), throw(2)]), Some(&lamp(1)), "{pairs:?}");
    assert_eq!(pairs.len(), 9, "three pieces on each of the two ways");
}

#[test]
fn a_weld_joins_what_the_coil_would_part() {
    let both = ["a.plus -> k.nc[1]", "a.minus -> k.no[1]"];
    let welds = build(TWO, &both, "").welds();
    let least = |actuated, contacts| Least { actuated, contacts };
    let told: Vec<_> = welds.iter().map(|weld| (weld.throw, weld.least)).collect();
    assert_eq!(told, [(0, least(1, 2)), (1, least(0, 2))]);
    assert!(
        build(TWO, &["a.plus -> k.nc[1]", "a.minus -> k.com[1]"], "")
            .welds()
            .iter()
            .all(|weld| weld.least == least(1, 1))
    );
}

#[test]
fn ends_zip_and_groups_are_tied() {
    let devices = [("a", "part = \"bank\""), ("t", "part = \"strip\""), ("z", "part = \"lamp\", count = 2")];
    let build =
        build(&devices, &["a.minus -> each z[1..2].minus", "t.t[1..2] -> z[1..2].plus", "a.plus[2] -> t.t[4]"], "");
    assert!(build.dark(&[]).is_empty(), "{:?}", build.dark(&[]));
}

#[test]
fn what_is_not_read_is_refused() {
    for (path, text) in [
        ("bom/parts/x.toml", "port.a = \"atx-20\""),
        ("bom/parts/x.toml", "fuse.f = { across = [\"a\", \"b\"] }"),
        ("wiring/a.toml", "[cable.x]\npart = \"y\""),
        ("wiring/a.toml", "[device]\nk = { part = \"nothing\" }"),
        ("wiring/a.toml", "[wire.x]\nrun = [\"a.b -> c.d\"]"),
        ("wiring/a.toml", "[rule.x]\nat-most = 2"),
        ("wiring/a.toml", "]"),
    ] {
        assert!(read([(path, text)]).is_err(), "{text}");
    }
}

#[test]
fn random_builds_are_read_and_about_half_of_them_have_a_short() {
    let (mut with, mut tried, mut moving, mut kinds) = (0, 0, [0; 17], BTreeMap::new());
    for seed in 1..=1500 {
        let files = generate::build(seed, 1 + seed as usize % 8);
        let build = read(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
            .unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        assert!(!build.fights_at_rest(), "seed {seed}: {}", files["wiring/wires.toml"]);
        assert!(build.states() <= 1 << 12, "seed {seed}: {}", build.states());
        tried += 1;
        moving[build.variables.len()] += 1;
        let shorts = build.shorts();
        with += u32::from(!shorts.is_empty());
        for short in shorts {
            let of = match short.conflict {
                Conflict::Referenced(_) => "referenced",
                _ if short.primary.is_none() => "derived",
                _ if short.only_software => "software",
                _ if short.least.actuated > 1 => "several",
                _ => "plain",
            };
            *kinds.entry(of).or_insert(0) += 1;
        }
    }
    let share = f64::from(with) / f64::from(tried);
    assert!((0.35..0.65).contains(&share), "{share}, {moving:?}, {kinds:?}");
    assert!(kinds.len() == 5 && kinds.values().all(|&count| count > 10), "{kinds:?}");
    assert_eq!(generate::build(7, 5), generate::build(7, 5));
}
